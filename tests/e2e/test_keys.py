# SPDX-License-Identifier: ISC
"""Pools, auto-whitelisted clients and whole messages, with a real Postfix."""
import contextlib
import os
import re
import smtplib
import sqlite3
import time
import unittest

import harness
import mailservers
from harness import read_file, wait_until
from mailservers import Smtp

DELAY_S = 2
LONG_DELAY_S = 10  # many attempts are early, also on a busy machine
RECIPIENTS = [f"r{i}@example.org" for i in range(50)]


@unittest.skipUnless(mailservers.has_postfix(), "Postfix is not installed")
class KeysTest(harness.TestCase):
    def start(self, **options):
        """A daemon, and a Postfix that asks it at RCPT and at DATA."""
        self.daemon = self.start_daemon(
            **{"delay": f"{DELAY_S}s", **options})
        inet = "inet:127.0.0.1:%d" % self.daemon.inet[1]
        self.postfix = mailservers.Postfix(
            os.path.join(self.folder, "postfix"),
            smtpd_authorized_xclient_hosts="127.0.0.0/8",
            smtpd_error_sleep_time="0",
            inet_restrictions=mailservers.restrictions(inet),
            data_restrictions=f"check_policy_service {inet}")
        self.rcpt = self.postfix.add_smtpd(
            smtpd_recipient_restrictions="$inet_restrictions")
        self.both = self.postfix.add_smtpd(
            smtpd_recipient_restrictions="$inet_restrictions",
            smtpd_data_restrictions="$data_restrictions")
        self.logs.append(self.postfix.log_file)
        self.postfix.start()
        self.addCleanup(self.postfix.stop)

    def codes(self, smtp, sender, recipients):
        """Send MAIL and RCPT. Returns the reply codes to RCPT."""
        smtp.expect(250, "MAIL", f"FROM:<{sender}>")
        codes = []
        for recipient in recipients:
            try:
                codes.append(smtp.rcpt(recipient)[0])
            except smtplib.SMTPServerDisconnected:
                break
        return codes

    def try_once(self, sender, recipient="b@example.org", subject=None,
                 **client):
        """Waits for the decision in the log, because its line may come after
        the reply."""
        decided_n = len(self.daemon.decisions())
        with Smtp(self.rcpt, **client) as smtp:
            code, = self.codes(smtp, sender, [recipient])
            if code == 250 and subject is not None:
                self.assertEqual(smtp.send_text(subject)[0], 250)
        wait_until("the decision in the log",
                   lambda: len(self.daemon.decisions()) > decided_n)
        return code

    def wait_until_due(self, delay_s):
        """Wait until the delay of all triplets is over."""
        with contextlib.closing(
                sqlite3.connect(self.daemon.database)) as database:
            newest_s, = database.execute(
                f"SELECT max(first_seen) FROM {harness.RECORDS}").fetchone()
        wait_until("the delay to be over",
                   lambda: time.time() >= newest_s + delay_s, delay_s + 1)

    def last_reason(self):
        return self.daemon.decisions()[-1]["reason"]

    def mail(self, subject):
        return read_file(wait_until(
            "the mail", lambda: self.postfix.delivered(subject))[0])

    def test_fifty_recipients(self):
        """[C67] The first attempt has so many deferrals that Postfix hangs up.
        The first retry after the delay passes for all recipients in one
        transaction, and Postfix does not hang up."""
        self.start(delay=f"{LONG_DELAY_S}s")
        with Smtp(self.rcpt, "192.0.2.1") as smtp:
            codes = self.codes(smtp, "list@example.net", RECIPIENTS)
            self.assertNotIn(250, codes)
            self.assertIn(421, codes)
            smtp.close()
        self.wait_until_due(LONG_DELAY_S)
        with Smtp(self.rcpt, "192.0.2.1") as smtp:
            codes = self.codes(smtp, "list@example.net", RECIPIENTS)
            self.assertEqual(codes, [250] * 50)
            self.assertEqual(smtp.send_text("to fifty")[0], 250)
        self.mail("to fifty")
        self.assertEqual(self.daemon.reasons(70)[20:],
                         ["retried"] * 20 + ["message"] * 30)

    def test_header(self):
        """[C28] A delayed message gets one header, whatever the number of its
        recipients. A message that passes at once gets none."""
        self.start(header="yes")
        sender, recipients = "h@example.net", RECIPIENTS[:3]
        with Smtp(self.rcpt, "192.0.2.1") as smtp:
            self.assertEqual(self.codes(smtp, sender, recipients), [450] * 3)

        def passed():
            with Smtp(self.rcpt, "192.0.2.1") as smtp:
                codes = self.codes(smtp, sender, recipients)
                if codes[0] == 250:
                    self.assertEqual(smtp.send_text("waited")[0], 250)
                return codes[0] == 250

        harness.retry_until_passed(passed, DELAY_S)
        headers = re.findall(r"(?m)^X-Greylist: delayed \d+ seconds by "
                             r"tardigrey$", self.mail("waited"))
        self.assertEqual(len(headers), 1)
        self.assertEqual(self.try_once(
            sender, recipients[0], "known", address="192.0.2.1"), 250)
        self.assertNotIn("X-Greylist", self.mail("known"))

    def test_pool_and_auto_whitelist(self):
        """A retry from another network of the pool passes. After two such
        retries, a third host passes at once, but only with senders of the same
        domain."""
        self.start(auto_whitelist_after="2", auto_whitelist_spacing="0")
        hosts = [{"address": f"192.0.{i}.7", "name": f"mx{i}.mail.example.com"}
                 for i in range(10)]

        for i in range(2):
            sender = f"a{i}@customer.example"
            self.assertEqual(self.try_once(sender, **hosts[4 * i]), 450)
            harness.retry_until_passed(
                lambda: self.try_once(sender, **hosts[4 * i + 1]) == 250,
                DELAY_S)
            self.assertEqual(self.last_reason(), "retried")
        self.assertEqual(
            self.try_once("new@customer.example", **hosts[8]), 250)
        self.assertEqual(self.last_reason(), "auto-whitelisted")
        self.assertEqual(self.daemon.decisions()[-1]["key_client"],
                         "example.com")
        self.assertEqual(
            self.try_once("new@other.example", **hosts[9]), 450)

    def test_generic_names_make_no_pool(self):
        """Hosts with generic names have no pool: a retry from another dial-up
        line of the same provider is new."""
        self.start()
        lines = [("79.193.162.179", "p4fc1a2b3.dip0.t-ipconnect.de"),
                 ("91.4.5.6", "p5b040506.dip0.t-ipconnect.de")]
        for address, name in lines:
            self.assertEqual(self.try_once(
                "a@example.net", address=address, name=name), 450)
        harness.retry_until_passed(
            lambda: self.try_once("a@example.net", address=lines[0][0],
                                  name=lines[0][1]) == 250, DELAY_S)
        self.assertEqual(self.try_once(
            "a@example.net", address="217.225.242.3",
            name="pd9e1f203.dip0.t-ipconnect.de"), 450)
        self.assertEqual(self.last_reason(), "new")

    def test_null_sender_at_data(self):
        """[C10] A callback probe passes at RCPT. A bounce is deferred at
        DATA."""
        self.start(null_sender="data")
        probed = time.monotonic()
        with Smtp(self.both, "192.0.2.1") as probe:
            self.assertEqual(self.codes(probe, "", ["b@example.org"]), [250])

        def passed(recipients):
            with Smtp(self.both, "192.0.2.1") as smtp:
                self.assertEqual(self.codes(smtp, "", recipients),
                                 [250] * len(recipients))
                try:
                    code, text = smtp.send_text("bounce")
                except smtplib.SMTPDataError as error:
                    code, text = error.smtp_code, error.smtp_error
                if code != 250:
                    self.assertEqual(code, 450, text)
                return code == 250

        harness.retry_until_passed(lambda: passed(["b@example.org"]), DELAY_S,
                                   probed)
        # At DATA, Postfix sends no recipient attribute if there are several.
        harness.retry_until_passed(
            lambda: passed(["c@example.org", "d@example.org"]), DELAY_S)

    def test_null_sender_at_rcpt(self):
        self.start()
        with Smtp(self.both, "192.0.2.1") as probe:
            self.assertEqual(self.codes(probe, "", ["b@example.org"]), [450])

    def test_null_sender_passes(self):
        self.start(null_sender="pass")
        with Smtp(self.both, "192.0.2.1") as smtp:
            self.assertEqual(self.codes(smtp, "", ["b@example.org"]), [250])
            self.assertEqual(smtp.send_text("bounce")[0], 250)
