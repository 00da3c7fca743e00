# SPDX-License-Identifier: ISC
"""A real Postfix submits mail of our users, who log in through a real Dovecot.
The answers arrive at port 25. Both services are set up as our documents say."""
import contextlib
import os
import sqlite3
import unittest

import harness
import mailservers
from harness import wait_until
from mailservers import Smtp

OURS = "alice@example.org"
THEIRS = "bob@mail.example.com"


@unittest.skipUnless(mailservers.has_postfix(), "Postfix is not installed")
@unittest.skipUnless(mailservers.has_dovecot(), "Dovecot is not installed")
class SubmissionTest(harness.TestCase):
    """All tests use one Postfix, one Dovecot and one daemon. Each test that
    writes to somebody has its own users."""

    @classmethod
    def setUpClass(cls):
        cls.share_daemon(delay="1h")
        cls.dovecot = mailservers.Dovecot(
            os.path.join(cls.common, "dovecot"), alice="secret")
        cls.share_log(cls.dovecot.log_file)
        cls.dovecot.start()
        cls.addClassCleanup(cls.dovecot.stop)
        cls.start_postfix("inet:127.0.0.1:%d" % cls.daemon.inet[1])

    @classmethod
    def start_postfix(cls, endpoint):
        cls.postfix = postfix = mailservers.Postfix(
            os.path.join(cls.common, "postfix"),
            smtpd_authorized_xclient_hosts="127.0.0.0/8",
            main_restrictions=mailservers.restrictions(endpoint),
            defer_transports="smtp")  # our mail stays in the queue
        cls.port_25 = postfix.add_smtpd(
            smtpd_recipient_restrictions="$main_restrictions")
        cls.submission = postfix.add_smtpd(
            smtpd_sasl_type="dovecot", smtpd_sasl_path=cls.dovecot.socket,
            **mailservers.submission_options(endpoint))
        cls.share_log(postfix.log_file)
        postfix.start()
        cls.addClassCleanup(postfix.stop)

    def submit(self, sender, *recipients):
        """A user of ours sends mail. It must be accepted."""
        with Smtp(self.submission, "198.51.100.1") as smtp:
            smtp.login("alice", "secret")
            smtp.expect(250, "MAIL", f"FROM:<{sender}>")
            for recipient in recipients:
                self.assertEqual(smtp.rcpt(recipient)[0], 250, recipient)
            self.assertEqual(smtp.send_text("a question")[0], 250)

    def try_answer(self, sender, recipient, subject=None,
                   address="192.0.2.7", name="[UNAVAILABLE]"):
        """Mail arrives at port 25. Returns the code of the reply to RCPT."""
        with Smtp(self.port_25, address, name) as smtp:
            code, _ = smtp.try_recipient(sender, recipient)
            if code == 250 and subject is not None:
                self.assertEqual(smtp.send_text(subject)[0], 250)
        return code

    def reasons(self, sender, recipient):
        return [decision["reason"] for decision in self.daemon.decisions()
                if decision["sender"] == sender and
                decision["recipient"] == recipient]

    def test_answer_passes_at_once(self):
        """[C69] Alice writes to Bob. His answer is delivered at the first
        attempt, from a host without a name."""
        self.submit(OURS, THEIRS)
        self.assertEqual(self.try_answer(THEIRS, OURS, subject="an answer"),
                         250)
        wait_until("the answer to arrive",
                   lambda: self.postfix.delivered("an answer"))
        self.assertEqual(self.reasons(OURS, THEIRS), ["authenticated"])
        self.assertEqual(self.reasons(THEIRS, OURS), ["correspondent"])

    def test_each_recipient_is_a_correspondent(self):
        """[C69] Postfix asks for each recipient, after RCPT."""
        theirs = [f"friend{i}@example.net" for i in range(5)]
        self.submit("carol@example.org", *theirs)
        for address in theirs:
            self.assertEqual(self.reasons("carol@example.org", address),
                             ["authenticated"])
            self.assertEqual(self.try_answer(address, "carol@example.org"),
                             250)

    def test_domain_answers_by_its_own_hosts(self):
        """[C69] Another address of the domain answers. It passes only from a
        host with a name in the domain."""
        self.submit("dave@example.org", "support@shop.example.net")
        answer = "ticket-4711@shop.example.net", "dave@example.org"
        self.assertEqual(self.try_answer(*answer, name="mx.example.net"), 250)
        self.assertEqual(self.try_answer(
            *answer, name="mx.example.edu", address="203.0.113.5"), 450)

    def test_forged_answers_are_deferred(self):
        """[C69] A stranger knows that Alice has written to Bob. Nothing that
        he writes in MAIL FROM passes for others, or in another name."""
        self.submit(OURS, THEIRS)
        for sender, recipient in [
                (THEIRS, "eve@example.org"),
                ("eve@mail.example.com", OURS),
                ("bob@example.com", OURS),
                (f"{THEIRS}.example.edu", OURS),
                ("bob=mail.example.com@example.edu", OURS),
                (OURS, OURS),
                ("eve@example.org", OURS),
                ("", OURS),
                (OURS, THEIRS.replace("mail.example.com", "example.org"))]:
            with self.subTest(sender=sender, recipient=recipient):
                self.assertEqual(self.try_answer(
                    sender, recipient, address="203.0.113.9"), 450)
        with Smtp(self.port_25, "203.0.113.9", "[UNAVAILABLE]") as smtp:
            self.assertEqual(smtp.try_recipient(THEIRS, OURS)[0], 250)
            self.assertEqual(smtp.rcpt("frank@example.org")[0], 450)

    def test_mail_within_the_domain_makes_no_correspondent(self):
        """[C69] Spam in the name of the recipient or of his colleague is
        deferred, although they write to each other."""
        self.submit("grace@example.org", "grace@example.org",
                    "heidi@example.org")
        for sender in ("grace@example.org", "heidi@example.org"):
            self.assertEqual(self.try_answer(sender, "grace@example.org"),
                             450)

    def test_strangers_cannot_submit(self):
        """[C69] Without a login, Postfix rejects the recipient and does not
        ask the daemon."""
        with Smtp(self.submission, "198.51.100.1") as smtp:
            code, text = smtp.try_recipient("ivan@example.org",
                                            "spammer@example.net")
        self.assertEqual(code, 554, text)
        self.assertEqual(self.reasons("ivan@example.org",
                                      "spammer@example.net"), [])
        self.assertEqual(self.try_answer("spammer@example.net",
                                         "ivan@example.org"), 450)

    def rows_of(self, address):
        with contextlib.closing(sqlite3.connect(
                f"file:{self.daemon.database}?mode=ro", uri=True)) as db:
            return sorted(db.execute(
                "SELECT kind, client FROM record "
                "WHERE sender = ? OR recipient = ? "
                "UNION ALL SELECT kind, client FROM waiting "
                "WHERE sender = ? OR recipient = ?", [address] * 4))

    def test_submission_makes_no_triplets(self):
        """[C70] The only records are the correspondent and its domain."""
        self.submit("judy@example.org", "kim@mail.example.edu")
        rows = wait_until("the records",
                          lambda: self.rows_of("judy@example.org"))
        self.assertEqual([client for _, client in rows], ["", "example.edu"])
        self.assertTrue(all(kind > 1 for kind, _ in rows), rows)

    def test_submission_works_without_the_daemon(self):
        """[C70] default_action=DUNNO accepts the mail."""
        self.daemon.stop()
        try:
            self.submit("mallory@example.org", "niaj@example.com")
        finally:
            self.daemon.start()

    def test_submission_works_without_the_database(self):
        """[C70] While another process locks the database, mail of ours is
        accepted as usual. The correspondents are lost, which the log says.
        When the database can be written again, so are correspondents."""
        theirs = "peggy@example.com"
        self.submit("olivia@example.org", theirs)
        wait_until("the records", lambda: self.rows_of("olivia@example.org"))
        with contextlib.closing(sqlite3.connect(
                self.daemon.database, isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            self.submit("olivia@example.org",
                        *(f"lost{i}@example.com" for i in range(20)))
            db.execute("ROLLBACK")
        self.assertEqual(self.try_answer(theirs, "olivia@example.org"), 250)
        self.assertTrue(any("database is locked" in line or "busy" in line
                            for line in self.daemon.messages()),
                        self.daemon.messages())
        self.daemon.restart()  # do not wait for the end of the pause
        self.submit("olivia@example.org", "rupert@example.com")
        self.assertEqual(self.try_answer("rupert@example.com",
                                         "olivia@example.org"), 250)
