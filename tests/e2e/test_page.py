# SPDX-License-Identifier: ISC
"""Test the status page and the report in a real browser (Debian's packages
chromium and chromium-driver)."""
import os
import re
import subprocess
import time

import harness
from browser import Browser, has_browser
from harness import free_port, read_file, settings, wait_until, write_file
from test_http import get

HOSTILE = "\"><img src=x onerror=alert(1)>'><script>alert(2)</script>"
STYLE = os.path.join(os.path.dirname(__file__), "../../src/view/page.css")


def report(daemon, *arguments):
    tardigrey = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
    return subprocess.run(
        [tardigrey, "-c", daemon.config_file, "report", *arguments],
        stdout=subprocess.PIPE, universal_newlines=True, check=True).stdout


def luminance(colour):
    """Of a colour such as #1d1c1a, as WCAG 2 defines it."""
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


class PageTest(harness.TestCase):

    def start_http(self, **options):
        self.address = ("127.0.0.1", free_port())
        self.url = f"http://127.0.0.1:{self.address[1]}/"
        return self.start_daemon(
            http=f"inet:127.0.0.1:{self.address[1]}", **options)

    def start_browser(self):
        if not has_browser():
            self.skipTest("no browser: install the packages chromium and "
                          "chromium-driver")
        browser = Browser()
        self.addCleanup(browser.stop)
        return browser

    def draw(self, browser, url):
        """Draw the document light, dark and on a phone. Nothing is cut off,
        and the console is empty."""
        sizes = []
        for width, is_dark in ((1080, False), (1080, True), (360, False)):
            browser.look(width, is_dark)
            browser.open(url)
            self.assertEqual(browser.run(
                "return document.documentElement.scrollWidth"), width)
            sizes.append(browser.screenshot(
                os.path.join(self.folder, "shot.png")))
            self.assertEqual(browser.console(), [])
        self.assertGreater(min(sizes), 10000)
        self.assertEqual(len(set(sizes)), 3, "they are the same picture")

    def ask_hostile(self, daemon):
        """On a slow machine the second attempt passes."""
        with daemon.connect() as policy:
            for _ in range(2):
                policy.ask(sender=HOSTILE, recipient=HOSTILE,
                           client_name=HOSTILE, helo_name=HOSTILE,
                           reverse_client_name=HOSTILE, queue_id=HOSTILE,
                           instance=HOSTILE, client_address="192.0.2.66")
            policy.ask(sender="\x1b[31m\u202e@example.net")

    def assert_harmless(self, html):
        self.assertIn("onerror=alert(1)", html)  # as text
        self.assertNotIn("<img", html)
        self.assertLessEqual(html.count("<script"), 1)
        self.assertNotIn("\u202e", html)
        self.assertNotIn("\x1b", html)

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
        """A browser shows hostile values as text, renews the page, and has no
        errors."""
        daemon = self.start_http()
        browser = self.start_browser()
        self.ask_hostile(daemon)
        browser.open(self.url)
        self.assert_harmless(browser.html())
        daemon.ask(sender="later@example.net")
        self.assertNotIn("later@", browser.html())
        time.sleep(2.1)  # a snapshot is up to two seconds old
        browser.devtools("Emulation.setVirtualTimePolicy", budget=31000,
                         policy="pauseIfNetworkFetchesPending")
        wait_until("a new page", lambda: "later@" in browser.html())
        self.assert_harmless(browser.html())
        self.assertEqual(browser.console(), [])

    def test_errors_are_found(self):
        """These tests would see an error of a script, and a picture that the
        policy forbids."""
        self.start_http()
        browser = self.start_browser()
        browser.open(self.url)
        browser.run("setTimeout(() => { throw new Error('oops') }, 0); "
                    "document.body.append(Object.assign(new Image(), "
                    "{src: 'http://192.0.2.1/x.png'}))")
        text = wait_until("the messages", browser.console)
        self.assertIn("Content Security Policy", " ".join(text))

    def test_states(self):
        """It is drawn light, dark and on a phone: empty, with mail, in a
        trial, and without the database. A failure takes no numbers away."""
        daemon = self.start_http(delay="1s")
        browser = self.start_browser()
        self.draw(browser, self.url)
        self.ask_hostile(daemon)
        with daemon.connect() as policy:
            policy.ask(sender="long" * 50 + "@example.net")
            policy.ask()
            time.sleep(2.1)
            self.assertEqual(policy.ask(), "DUNNO")
        self.draw(browser, self.url)
        daemon.reload(mode="shadow until 2099-12-31")
        wait_until("the trial", lambda: "A trial until 2099-12-31" in get(
            self.address, "/")[2], every_s=0.3)
        self.draw(browser, self.url)
        os.rename(daemon.state, daemon.state + ".away")
        text = wait_until("the alarm", lambda: next(
            (text for text in [get(self.address, "/")[2]]
             if 'class="alarm"' in text), None), every_s=0.3)
        self.assertRegex(text, "<b>[12]</b> came back")
        self.draw(browser, self.url)
        self.assertIn("The database fails", browser.html())
        os.rename(daemon.state + ".away", daemon.state)

    def test_report(self):
        """tardigrey report --html shows hostile values as text. It is drawn
        as the page is, with and without mail."""
        daemon = self.start_http(delay="1s")
        path = os.path.join(self.folder, "report.html")
        browser = self.start_browser()
        os.chmod(self.folder, 0o755)
        write_file(path, report(daemon, "--html"))
        self.draw(browser, "file://" + path)
        self.ask_hostile(daemon)
        time.sleep(1.1)
        hostile = dict(sender=HOSTILE, recipient=HOSTILE,
                       client_address="192.0.2.66")
        self.assertEqual(daemon.ask(**hostile), "DUNNO")
        get(self.address, "/")  # writes the counts
        html = wait_until("the counts", lambda: next(
            (text for text in [report(daemon, "--html")]
             if re.search("<b>[12]</b> passed", text)), None), every_s=0.3)
        self.assertNotIn("<img", html)
        self.assertNotIn("<script", html)
        write_file(path, html)
        self.draw(browser, "file://" + path)

    def test_contrast(self):
        """Each colour of text has a contrast of 4.5 (WCAG AA), and each
        colour of a plot of 3."""
        blocks = re.findall(r":root \{(.*?)\}", read_file(STYLE), re.S)
        self.assertEqual(len(blocks), 2)  # light, dark
        for block in blocks:
            colour = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
            for name, ground, wanted in (
                    ("ink", "ground", 4.5), ("soft", "ground", 4.5),
                    ("accent", "ground", 4.5), ("bad", "ground", 4.5),
                    ("bad", "bad-ground", 4.5), ("faint", "ground", 3)):
                self.assertGreaterEqual(
                    contrast(colour[name], colour[ground]), wanted,
                    f"{name} {colour[name]} on {ground} {colour[ground]}")
