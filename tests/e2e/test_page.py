# SPDX-License-Identifier: ISC
"""Test the status page in a real browser (Debian's package chromium)."""
import os
import re
import shutil
import subprocess
import time

import harness
from harness import free_port, limit, wait_until
from test_http import get

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
HOSTILE = "\"><img src=x onerror=alert(1)>'><script>alert(2)</script>"


class PageTest(harness.TestCase):

    def start_http(self, **options):
        self.address = ("127.0.0.1", free_port())
        return self.start_daemon(
            http=f"inet:127.0.0.1:{self.address[1]}", **options)

    def render(self, *flags):
        """The document after the browser has run its scripts. Errors in the
        console fail the test."""
        if BROWSER is None:
            self.skipTest("no browser: install the package chromium")
        profile = harness.new_folder()
        result = subprocess.run(
            [BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu",
             f"--user-data-dir={profile}", "--enable-logging=stderr", "--v=0",
             "--disable-background-networking", "--no-first-run",
             "--virtual-time-budget=2000", *flags,
             f"http://127.0.0.1:{self.address[1]}/"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            timeout=limit(60), universal_newlines=True, errors="replace")
        console = [line for line in result.stderr.splitlines()
                   if "CONSOLE" in line]
        self.assertEqual(console, [])
        return result.stdout

    def test_document(self):
        """It is one document, and its policy allows nothing from outside."""
        self.start_http()
        status, headers, text = get(self.address, "/")
        self.assertEqual(status, 200)
        policy = headers["Content-Security-Policy"]
        self.assertTrue(policy.startswith("default-src 'none';"), policy)
        self.assertNotIn("unsafe", policy)
        nonce = re.search("style-src 'nonce-([0-9a-f]{32})'", policy).group(1)
        self.assertIn(f'<style nonce="{nonce}">', text)
        self.assertNotIn(nonce, get(self.address, "/")[2])
        for outside in (" src=", "url(", "@import", "http://", "https://",
                        "style=", "onload", "onerror"):
            self.assertNotIn(outside, text)

    def test_story(self):
        """The page tells what happened to a mail."""
        daemon = self.start_http(delay="2s")
        mail = dict(sender="a@story.example", recipient="b@example.org")
        with daemon.connect() as policy:
            self.assert_greylisted(policy.ask(**mail))
            text = get(self.address, "/")[2]
            self.assertIn("<b>1</b> was asked to come back later", text)
            self.assertRegex(text, "left</td><td class=\"mail\">a@story")
            time.sleep(2.1)
            self.assertEqual(policy.ask(**mail), "DUNNO")
        text = wait_until("the pass on the page", lambda: next(
            (t for t in [get(self.address, "/")[2]]
             if "<b>1</b> came back" in t), None), every_s=0.3)
        self.assertIn("Nothing is waiting.", text)
        self.assertIn("The client retried after delay", text)

    def test_browser(self):
        """A browser shows hostile values as text, and has no errors."""
        daemon = self.start_http()
        with daemon.connect() as policy:
            for _ in range(2):
                policy.ask(sender=HOSTILE, recipient=HOSTILE,
                           client_name=HOSTILE, helo_name=HOSTILE,
                           client_address="192.0.2.66")
            policy.ask(sender="\x1b[31m\u202e@example.net")
        html = self.render("--dump-dom")
        self.assertIn("onerror=alert(1)", html)  # as text
        self.assertNotIn("<img", html)
        self.assertEqual(html.count("<script"), 1)
        self.assertNotIn("\u202e", html)
        self.assertNotIn("\x1b", html)

    def test_screenshots(self):
        """It is drawn light, dark and on a phone, with and without the
        database."""
        daemon = self.start_http()
        daemon.ask()
        shot = os.path.join(self.folder, "shot.png")
        sizes = []
        for flags in (["--window-size=1100,1600"],
                      ["--window-size=1100,1600",
                       "--blink-settings=preferredColorScheme=0"],
                      ["--window-size=360,1600"]):
            self.render(f"--screenshot={shot}", *flags)
            sizes.append(os.path.getsize(shot))
        self.assertGreater(min(sizes), 10000)
        os.rename(daemon.state, daemon.state + ".away")
        wait_until("the alarm", lambda: 'class="alarm"' in get(
            self.address, "/")[2], every_s=0.3)
        self.assertIn("The database fails", self.render("--dump-dom"))
        os.rename(daemon.state + ".away", daemon.state)
