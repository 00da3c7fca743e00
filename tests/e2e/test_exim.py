# SPDX-License-Identifier: ISC
"""A real Exim asks the daemon, with the ACL from our documents."""
import os
import smtplib
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

    def start_exim(self, endpoint, name=None):
        """If name is given, every client has this confirmed host name: Exim
        would ask DNS."""
        folder = os.path.join(self.folder, "exim")
        os.mkdir(folder)
        acl = mailservers.snippet("exim/acl.snippet", endpoint)
        if name is not None:
            acl = acl.replace(
                "${if def:sender_host_name{$sender_host_name}{unknown}}",
                "${if !def:sender_host_name{%s}{}}" % name)
        exim = Exim(folder, acl,
                    mailservers.snippet("exim/predata.snippet", endpoint))
        self.spool = os.path.join(folder, "spool", "input")
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
            if not harness.BUSY:
                self.assertLess(time.monotonic() - began, min(4.9, limit(4)))
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
        last = harness.wait_until(
            "the decision in the log",
            lambda: [decision for decision in daemon.decisions()
                     if decision["client_address"] == "127.0.8.1"])[-1]
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

    def test_several_recipients(self):
        """[C14] When one recipient passes by a retry, the others of the message
        pass too, and the message gets one header. A message without a delay
        gets none."""
        daemon = self.start_daemon(delay=f"{DELAY_S}s", header="yes")
        exim = self.start_exim(daemon.unix)

        def passed():
            with Smtp(exim.port, source="127.0.9.1") as smtp:
                if smtp.try_recipient("a@example.net", "b@example.org")[0] != 250:
                    return False
                self.assertEqual(smtp.rcpt("c@example.org")[0], 250)
                self.assertEqual(smtp.rcpt("d@example.org")[0], 250)
                self.assertEqual(smtp.send_text("three")[0], 250)
                # The next message of the session is another one.
                code = smtp.try_recipient("a@example.net", "e@example.org")[0]
                self.assertEqual(code, 451)
            return True

        harness.retry_until_passed(passed, DELAY_S)
        self.assertEqual(self.headers(), 1)
        self.try_once(exim)
        self.assertEqual(self.headers(), 1)

    def headers(self):
        """The number of our headers in all messages that Exim has taken."""
        n = 0
        for folder, _, files in os.walk(self.spool):
            for name in files:
                if name.endswith("-H"):
                    n += mailservers.read_file(
                        os.path.join(folder, name)).count("X-Greylist: delayed")
        return n

    def test_name_of_the_client(self):
        """[C63] A list can name a client by its confirmed name."""
        clients = os.path.join(self.folder, "clients")
        mailservers.write_file(clients, "sender.example\n")
        os.chmod(clients, 0o644)
        daemon = self.start_daemon(delay="1h", whitelist_clients=clients)
        exim = self.start_exim(daemon.unix, "mail.sender.example")
        self.assertEqual(self.try_once(exim)[0], 250)
        self.assertEqual(daemon.wait_for_reason("client-whitelist"), 1)

    def test_bounces_at_data(self):
        """[C63] With null_sender = data, a bounce passes at RCPT and is deferred
        at DATA. Other mail is deferred at RCPT only."""
        daemon = self.start_daemon(delay=f"{DELAY_S}s", null_sender="data")
        exim = self.start_exim(daemon.unix)

        def passed():
            with Smtp(exim.port, source="127.0.9.1") as smtp:
                self.assertEqual(
                    smtp.try_recipient("", "b@example.org")[0], 250)
                try:
                    code = smtp.send_text("bounce")[0]
                except smtplib.SMTPDataError as deferral:
                    self.assertEqual(deferral.smtp_code, 451)
                    self.assertRegex(deferral.smtp_error,
                                     rb"^4\.2\.0 Greylisted, ")
                    return False
                self.assertEqual(code, 250)
            return True

        harness.retry_until_passed(passed, DELAY_S)

    def test_mail_passes_while_the_daemon_is_down(self):
        """[C63] No mail is lost or delayed for want of us."""
        daemon = self.start_daemon(delay="1h")
        exim = self.start_exim(daemon.unix)
        self.assertEqual(self.try_once(exim)[0], 451)
        daemon.stop()
        self.assertEqual(self.try_once(exim)[0], 250)
        daemon.start()
        self.assertEqual(self.try_once(exim)[0], 451)
