# SPDX-License-Identifier: ISC
"""
A real browser without a window: Debian's chromium, driven by its program
chromedriver (package chromium-driver) over the WebDriver protocol of the W3C.
"""
import base64
import http.client
import json
import shutil
import subprocess

from harness import free_port, limit, new_folder, wait_until, write_octets

CHROMIUM = shutil.which("chromium")
DRIVER = shutil.which("chromedriver")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
         "--disable-sync", "--disable-component-update", "--no-first-run",
         "--disable-background-networking", "--disable-dev-shm-usage",
         "--hide-scrollbars"]


def has_browser():
    return CHROMIUM is not None and DRIVER is not None


class Browser:
    """One window of a browser with a new profile. Use it in a with block."""

    def __init__(self):
        self.port = free_port()
        self.driver = subprocess.Popen(
            [DRIVER, f"--port={self.port}"], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        self.session = None
        try:
            wait_until("chromedriver", self.is_ready, 60)
            self.session = self.ask("POST", "/session", {"capabilities": {
                "alwaysMatch": {
                    "goog:loggingPrefs": {"browser": "ALL"},
                    "goog:chromeOptions": {
                        "binary": CHROMIUM,
                        "args": [*FLAGS, f"--user-data-dir={new_folder()}"],
                    }}}})["sessionId"]
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.session is not None:
            self.ask("DELETE", f"/session/{self.session}")
        self.driver.terminate()
        self.driver.wait()

    # ---- The protocol ----

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port,
                                                timeout=limit(60))
        try:
            connection.request(method, path,
                               None if body is None else json.dumps(body))
            value = json.load(connection.getresponse())["value"]
        finally:
            connection.close()
        if isinstance(value, dict) and "error" in value:
            raise AssertionError(f"{path}: {value['message']}")
        return value

    def is_ready(self):
        try:
            return self.ask("GET", "/status")["ready"]
        except OSError:
            return False

    def command(self, path, **body):
        return self.ask("POST", f"/session/{self.session}/{path}", body)

    def devtools(self, name, **parameters):
        """A command of the DevTools protocol of Chromium."""
        return self.command("goog/cdp/execute", cmd=name, params=parameters)

    # ---- What a reader does ----

    def look(self, width, is_dark=False, height=900):
        """Draw pages with this number of CSS pixels, light or dark."""
        self.devtools("Emulation.setDeviceMetricsOverride", width=width,
                      height=height, deviceScaleFactor=1, mobile=width < 600)
        self.devtools("Emulation.setEmulatedMedia", features=[{
            "name": "prefers-color-scheme",
            "value": "dark" if is_dark else "light"}])

    def open(self, url):
        self.command("url", url=url)

    def run(self, script):
        """What a script returns that runs in the page."""
        return self.command("execute/sync", script=script, args=[])

    def html(self):
        """The document as it is now."""
        return self.run("return document.documentElement.outerHTML")

    def console(self):
        """The new messages in the console: errors, and breaches of the
        Content-Security-Policy."""
        return [entry["message"] for entry in
                self.command("se/log", type="browser")]

    def screenshot(self, path):
        """Write the whole page as PNG. Returns its size in octets."""
        image = base64.b64decode(self.devtools(
            "Page.captureScreenshot", captureBeyondViewport=True)["data"])
        write_octets(path, image)
        return len(image)
