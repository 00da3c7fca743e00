# SPDX-License-Identifier: ISC
"""A real Postfix asks the daemon. It is set up as our documents say."""
import concurrent.futures
import os
import signal
import time
import unittest

import harness
import mailservers
from harness import wait_until
from mailservers import Smtp

DELAY_S = 2
GREYLISTED = rb"^4\.2\.0 <.*>: Recipient address rejected: Greylisted, "


@unittest.skipUnless(mailservers.has_postfix(), "Postfix is not installed")
class PostfixTest(harness.TestCase):
    """All tests use one Postfix and one daemon. Each test has its own
    senders."""

    @classmethod
    def setUpClass(cls):
        cls.share_daemon(delay=f"{DELAY_S}s", pools="no")
        cls.logins = mailservers.Logins(os.path.join(cls.common, "logins"))
        cls.addClassCleanup(cls.logins.stop)
        cls.start_postfix()

    @classmethod
    def start_postfix(cls):
        inet = "inet:127.0.0.1:%d" % cls.daemon.inet[1]
        unix = f"unix:{cls.daemon.unix}"
        cls.postfix = postfix = mailservers.Postfix(
            os.path.join(cls.common, "postfix"),
            smtpd_authorized_xclient_hosts="127.0.0.0/8",
            smtpd_client_connection_count_limit="0",
            default_process_limit="150",
            inet_restrictions=mailservers.restrictions(inet),
            unix_restrictions=mailservers.restrictions(unix),
            hasty_restrictions=mailservers.restrictions(inet, "3s"))
        cls.inet = postfix.add_smtpd(
            smtpd_recipient_restrictions="$inet_restrictions")
        cls.unix = postfix.add_smtpd(
            smtpd_recipient_restrictions="$unix_restrictions")
        # This port has the timeout of the snippet.
        cls.hasty = postfix.add_smtpd(
            smtpd_recipient_restrictions="$hasty_restrictions")
        cls.rejecting = postfix.add_smtpd(
            smtpd_recipient_restrictions="$inet_restrictions, "
            "check_recipient_access static:{REJECT no such user}")
        # On this port only the daemon lets authenticated users pass.
        cls.submission = postfix.add_smtpd(
            smtpd_recipient_restrictions="reject_unauth_destination, "
            f"check_policy_service {inet}",
            smtpd_sasl_auth_enable="yes", smtpd_sasl_type="dovecot",
            smtpd_sasl_path=cls.logins.server_address)
        cls.share_log(postfix.log_file)
        postfix.start()
        cls.addClassCleanup(postfix.stop)

    def try_once(self, port, sender, address="192.0.2.1", subject=None):
        """Run one session. If the recipient passes and there is a subject,
        send the message. Returns code and text of the reply to RCPT."""
        with Smtp(port, address) as smtp:
            code, text = smtp.try_recipient(sender, "b@example.org")
            if code == 250 and subject is not None:
                self.assertEqual(smtp.send_text(subject)[0], 250)
        return code, text

    def assert_deferred(self, reply):
        self.assertEqual(reply[0], 450, reply)
        self.assertRegex(reply[1], GREYLISTED)

    def assert_passes_later(self, port, sender, **arguments):
        """Retry until the mail passes, which must take the delay. Returns all
        reply codes."""
        codes = []

        def passed():
            reply = self.try_once(port, sender, **arguments)
            codes.append(reply[0])
            if reply[0] != 250:
                self.assert_deferred(reply)
            return reply[0] == 250

        harness.retry_until_passed(passed, DELAY_S)
        return codes

    def assert_delivered(self, subject):
        wait_until("delivery", lambda: self.postfix.delivered(subject))

    def test_first_try_early_retry_and_delivery(self):
        """[C1][C3] Over TCP, the first attempt gets 450 4.2.0, and so does an
        early retry. After the delay the mail is delivered."""
        codes = self.assert_passes_later(
            self.inet, "first@example.net", subject="over TCP")
        self.assertEqual(codes[0], 450)
        self.assert_delivered("over TCP")

    def test_unix_socket(self):
        """[C35] The same over a unix socket. Both sockets use the same
        records."""
        self.assert_passes_later(
            self.unix, "unix@example.net", subject="over unix")
        self.assert_delivered("over unix")
        code, _ = self.try_once(self.inet, "unix@example.net")
        self.assertEqual(code, 250)

    def test_quoted_local_part(self):
        """Postfix removes the quotes of a local part. So the commands of
        tardigrey must take a sender with a blank."""
        self.assert_deferred(self.try_once(self.inet, '"x y"@example.net'))
        wait_until("the decision", lambda: any(
            line["sender"] == r"x\x20y@example.net"
            for line in self.daemon.decisions()))

    def test_neighbours_are_one_client(self):
        """[C8] A retry from the same /24 passes. A retry from another /24 is
        deferred."""
        self.assert_neighbours("192.0.2.1", "192.0.2.200", "192.0.3.1")

    def test_neighbours_with_ipv6_are_one_client(self):
        """[C8] An IPv6 network is a /64."""
        if not harness.has_ipv6():
            self.skipTest("this machine has no ::1")
        self.assert_neighbours(
            "2001:db8::1", "2001:db8::ffff:0:2", "2001:db8:0:1::1")

    def assert_neighbours(self, address, neighbour, other):
        sender = "neighbours@example.net"
        self.assert_passes_later(self.inet, sender, address=address)
        reply = self.try_once(self.inet, sender, address=neighbour)
        self.assertEqual(reply[0], 250, reply)
        self.assert_deferred(
            self.try_once(self.inet, sender, address=other))

    def test_later_rejection_wins(self):
        """[C27] With DEFER_IF_PERMIT, a later check can still reject the mail,
        and the client does not retry."""
        code, text = self.try_once(self.rejecting, "hopeless@example.net")
        self.assertEqual(code, 554, text)
        self.assertEqual(self.decision_of("hopeless@example.net")["action"],
                         "greylist")

    def decision_of(self, sender):
        return wait_until("the decision", lambda: next(
            (d for d in self.daemon.decisions() if d["sender"] == sender),
            None))

    def test_authenticated_client_is_not_greylisted(self):
        """[C12] A client that has logged in passes at once."""
        with Smtp(self.submission, "198.51.100.1") as smtp:
            smtp.login("alice", "secret")
            code, text = smtp.try_recipient("alice@example.org",
                                            "b@example.org")
        self.assertEqual(code, 250, text)
        self.assertEqual(self.decision_of("alice@example.org")["reason"],
                         "authenticated")
        code, _ = self.try_once(self.submission, "bob@example.org")
        self.assertEqual(code, 450)

    def test_restart_between_two_recipients_costs_nothing(self):
        """[C36] The daemon restarts between two recipients of a message. Both
        are deferred: Postfix uses no default_action and reports no error."""
        for port in (self.inet, self.unix):
            with Smtp(port, "203.0.113.1") as smtp:
                self.assert_deferred(smtp.try_recipient(
                    f"restart{port}@example.net", "b@example.org"))
                self.daemon.restart()
                self.assert_deferred(smtp.rcpt("c@example.org"))

    def test_mail_passes_while_the_daemon_is_down(self):
        """[C36] While the daemon is down, default_action=DUNNO of our snippet
        lets mail pass. When it runs again, Postfix asks it again in the same
        session."""
        with Smtp(self.inet, "203.0.113.2") as smtp:
            self.daemon.stop()
            try:
                code, text = smtp.try_recipient("down@example.net",
                                                "b@example.org")
            finally:
                self.daemon.start()
            self.assertEqual(code, 250, text)
            self.assert_deferred(smtp.rcpt("c@example.org"))

    def test_mail_passes_while_the_daemon_hangs(self):
        """The daemon is stopped by SIGSTOP. With the timeout of our snippet,
        RCPT takes 7 seconds, and the mail passes."""
        with Smtp(self.hasty, "203.0.113.3") as smtp:
            self.daemon.signal(signal.SIGSTOP)
            try:
                began = time.monotonic()
                code, text = smtp.try_recipient("hung@example.net",
                                                "b@example.org")
                took_s = time.monotonic() - began
            finally:
                self.daemon.signal(signal.SIGCONT)
            print(f"({took_s:.1f} s) ", end="", flush=True)
            self.assertEqual(code, 250, text)
            self.assertLess(took_s, harness.promise(8.5))
            self.assert_deferred(smtp.rcpt("c@example.org"))

    def test_hundred_sessions_at_once(self):
        """[C30] Each session has its own triplet. All first attempts are
        deferred, and after the delay all pass."""
        n = 100

        def open_session(i):
            return Smtp(self.inet, f"10.0.{i}.1")

        def try_recipient(i, smtp):
            smtp.rset()
            return smtp.try_recipient(f"crowd{i}@example.net",
                                      "b@example.org")

        with concurrent.futures.ThreadPoolExecutor(n) as pool:
            sessions = list(pool.map(open_session, range(n)))
            replies = list(pool.map(try_recipient, range(n), sessions))
            for reply in replies:
                self.assert_deferred(reply)
            time.sleep(DELAY_S)
            replies = list(pool.map(try_recipient, range(n), sessions))
            self.assertEqual([code for code, _ in replies], [250] * n)
            list(pool.map(Smtp.quit, sessions))
