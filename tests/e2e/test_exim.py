# SPDX-License-Identifier: ISC
"""A real Exim asks the daemon, with the ACL from our documents."""
import os
import time

import harness
import mailservers
from harness import limit
from mailservers import Exim, Smtp

DELAY_S = 2
ENDPOINT = "inet:127.0.0.1:10023"


class EximTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        if not mailservers.has_exim():
            self.skipTest("no Exim: get-packages exim FOLDER, then --exim FOLDER")

    def start_exim(self, endpoint):
        folder = os.path.join(self.folder, "exim")
        os.mkdir(folder)
        exim = Exim(folder, mailservers.snippet("exim/acl.snippet", endpoint))
        self.logs.append(exim.log_file)
        self.addCleanup(exim.stop)
        exim.start()
        return exim

    def try_once(self, exim, source="127.0.9.1"):
        """Run one session. Exim has no XCLIENT, so the client connects from an
        address in 127.0.0.0/8."""
        with Smtp(exim.port, source=source) as smtp:
            began = time.monotonic()
            code, text = smtp.try_recipient("a@example.net", "b@example.org")
            # If the daemon did not close the connection, Exim would wait for
            # 5 s and accept the mail.
            self.assertLess(time.monotonic() - began, limit(4))
            if code == 250:
                self.assertEqual(smtp.send_text("through Exim")[0], 250)
        return code, text

    def assert_greylists(self, daemon, exim):
        def passed():
            code, text = self.try_once(exim)
            if code != 250:
                self.assertEqual(code, 451, text)
                self.assertRegex(text, rb"^4\.2\.0 Greylisted, ")
            return code == 250

        harness.retry_until_passed(passed, DELAY_S)
        n = daemon.wait_for_reason("retried")
        self.assertEqual(daemon.reasons(n),
                         ["new"] + ["early"] * (n - 2) + ["retried"])
        self.assertEqual(self.try_once(exim, "127.0.9.2")[0], 250)
        self.assertEqual(self.try_once(exim, "127.0.8.1")[0], 451)
        last = daemon.decisions()[-1]
        self.assertEqual(
            [last[name] for name in ("client_address", "sender", "recipient")],
            ["127.0.8.1", "a@example.net", "b@example.org"])

    def test_over_tcp(self):
        """[C32][C63] Exim replies 451 4.2.0 first, and 250 after the delay. It
        replies at once, because the daemon closes the connection after its
        answer."""
        daemon = self.start_daemon(delay=f"{DELAY_S}s")
        exim = self.start_exim("inet:127.0.0.1:%d" % daemon.inet[1])
        self.assert_greylists(daemon, exim)

    def test_over_a_unix_socket(self):
        """[C32][C63] The same over a unix socket."""
        daemon = self.start_daemon(delay=f"{DELAY_S}s")
        self.assert_greylists(daemon, self.start_exim(daemon.unix))

    def test_mail_passes_while_the_daemon_is_down(self):
        """[C63] No mail is lost or delayed for want of us."""
        daemon = self.start_daemon(delay="1h")
        exim = self.start_exim(daemon.unix)
        self.assertEqual(self.try_once(exim)[0], 451)
        daemon.stop()
        self.assertEqual(self.try_once(exim)[0], 250)
        daemon.start()
        self.assertEqual(self.try_once(exim)[0], 451)
