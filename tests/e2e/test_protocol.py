# SPDX-License-Identifier: ISC
"""The Postfix policy protocol, octet by octet."""
import time

import harness
from harness import request, wait_until

# A request that always passes, because the client is authenticated.
PASSES = {"sasl_username": "alice"}


def padded(octets_n):
    """A request of exactly this size, filled up with an unknown attribute."""
    octets = request()
    missing_n = octets_n - len(octets)
    filler = b""
    while missing_n > 0:
        n = min(missing_n, 1000)
        if missing_n - n == 1:
            n -= 1
        filler += b"x_filler=" + b"x" * (n - 10) + b"\n"
        missing_n -= n
    return filler + octets


class ProtocolTest(harness.TestCase):
    def test_first_attempt_by_hand_is_deferred_and_retry_passes(self):
        """[C1][C23][C26][C27] The request that tardigreyd(8) sends by hand gets
        one reply that ends in one empty line. After the delay the same request
        gets DUNNO."""
        daemon = self.start_daemon(delay="2s")
        by_hand = (b"request=smtpd_access_policy\nprotocol_state=RCPT\n"
                   b"client_address=192.0.2.1\nsender=a@example.net\n"
                   b"recipient=b@example.org\n\n")

        def ask():
            with daemon.connect() as policy:
                policy.send(by_hand)
                policy.half_close()
                return policy.rest()

        first_try = time.monotonic()
        self.assertRegex(
            ask(), rb"^action=DEFER_IF_PERMIT 4\.2\.0 Greylisted, please try "
            rb"again in 2 seconds \(reference [0-9a-z]{8}\)\n\n$")
        harness.retry_until_passed(
            lambda: ask() == b"action=DUNNO\n\n", 2, first_try)
        n = daemon.wait_for_reason("retried")
        self.assertEqual(daemon.reasons(n),
                         ["new"] + ["early"] * (n - 2) + ["retried"])

    def test_each_decision_is_one_line_of_the_log(self):
        """[C59][C56] The line begins with the fields of postgrey in their
        order. Control characters and commas in values are escaped."""
        daemon = self.start_daemon(delay="1h")
        daemon.ask(client_name="mx.example.net", instance="1.2.3",
                   sender="evil\x1b[2J, action=pass@example.net")
        daemon.reasons(1)
        lines = [line for line in daemon.log().splitlines()
                 if "action=greylist" in line]
        self.assertEqual(len(lines), 1)
        self.assertRegex(
            lines[0], r"action=greylist, reason=new, "
            r"client_name=mx\.example\.net, client_address=192\.0\.2\.1, "
            r"sender=evil\\x1b\[2J\\x2c\\x20action=pass@example\.net, "
            r"recipient=b@example\.org,.* wait=3600,.*"
            r"key_client=192\.0\.2\.0/24, reference=[0-9a-z]{8}, state=RCPT, "
            r"instance=1\.2\.3")

    def test_request_octet_by_octet(self):
        """[C22] Each octet of a request may come in its own packet."""
        daemon = self.start_daemon(delay="1h")
        policy = self.connect(daemon, daemon.inet)
        for octet in request():
            policy.send(bytes([octet]))
        self.assert_greylisted(policy.reply())

    def test_two_requests_in_one_packet_are_answered_in_order(self):
        """[C22] One request passes and one is deferred, in both orders."""
        policy = self.connect(self.start_daemon(delay="1h"))
        policy.send(request() + request(**PASSES))
        self.assert_greylisted(policy.reply())
        self.assertEqual(policy.reply(), "DUNNO")
        policy.send(request(**PASSES) + request())
        self.assertEqual(policy.reply(), "DUNNO")
        self.assert_greylisted(policy.reply())

    def test_fifty_pipelined_requests_are_answered_in_order(self):
        """[C22] These are more requests than a session takes at once."""
        policy = self.connect(self.start_daemon(delay="1h"))
        passes = [i % 3 == 0 for i in range(50)]
        policy.send(b"".join(
            request(**PASSES) if p else request(sender=f"{i}@example.net")
            for i, p in enumerate(passes)))
        answers = [policy.reply() == "DUNNO" for _ in passes]
        self.assertEqual(answers, passes)

    def test_half_close_after_complete_requests(self):
        """[C32] The client closes its side after its requests, as Exim does.
        It gets all replies, and then the daemon closes the connection at
        once."""
        daemon = self.start_daemon(delay="1h")
        for address in (daemon.unix, daemon.inet):
            policy = self.connect(daemon, address)
            policy.send(b"".join(
                request(sender=f"{i}@example.net") for i in range(40)))
            policy.half_close()
            replies = policy.rest().split(b"\n\n")
            self.assertEqual(replies.pop(), b"")
            self.assertEqual(len(replies), 40)

    def test_half_close_inside_a_request(self):
        """[C34] The complete request is answered, and the incomplete one is
        dropped."""
        policy = self.connect(self.start_daemon(delay="1h"))
        policy.send(request(**PASSES) + request()[:-1])
        policy.half_close()
        self.assertEqual(policy.rest(), b"action=DUNNO\n\n")

    def test_other_protocols_are_closed_and_logged(self):
        """[C21] Input that is not a policy request gets no reply."""
        daemon = self.start_daemon(delay="1h")
        for octets in (request(request="junk_policy"), request(request=None),
                       b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\n"):
            with self.subTest(octets=octets), daemon.connect() as policy:
                policy.send(octets)
                self.assert_closed(policy)
        daemon.wait_for_message("request")
        self.assert_greylisted(daemon.ask())

    def test_carriage_returns_are_not_tolerated_silently(self):
        """[C23] If a client sends CRLF, the daemon closes the connection and
        does not wait for more."""
        policy = self.connect(self.start_daemon(delay="1h"))
        policy.send(request().replace(b"\n", b"\r\n"))
        policy.half_close()
        self.assert_closed(policy)

    def test_sizes_up_to_the_limit_are_answered(self):
        """[C20] Addresses of 2048 octets and requests of 16 KiB are
        answered."""
        policy = self.connect(self.start_daemon(delay="1h"))
        sender = "s" * (2048 - len("@example.net")) + "@example.net"
        recipient = "r" * (2048 - len("@example.org")) + "@example.org"
        self.assert_greylisted(
            policy.ask(sender=sender, recipient=recipient))
        octets = padded(16384)
        self.assertEqual(len(octets), 16384)
        policy.send(octets)
        self.assert_greylisted(policy.reply())

    def test_sizes_over_the_limit_are_closed(self):
        """[C20] A larger request closes the connection. Other clients are
        served."""
        daemon = self.start_daemon(delay="1h")
        too_large = {
            "sender": request(sender="s" * 2049),
            "recipient": request(recipient="r" * 2049),
            "request": padded(16384 + 100),
            "line without end": b"x" * 100000,
            "value without end": b"sender=" + b"x" * 100000,
        }
        for what, octets in too_large.items():
            with self.subTest(what=what), daemon.connect() as policy:
                try:
                    policy.send(octets)
                except OSError:
                    pass  # the daemon need not read all octets
                self.assert_closed(policy)
        self.assert_greylisted(daemon.ask())

    def test_any_octets_in_values(self):
        """[C19][C24] Values may contain any octet except NUL and newline. The
        replies are ASCII."""
        policy = self.connect(self.start_daemon(delay="1h"))
        for sender in ("a=b c@example.net", "", "#@[]", "jörg@example.net",
                       bytes(set(range(256)) - {0, 10})):
            with self.subTest(sender=sender):
                self.assert_greylisted(policy.ask(sender=sender))
                self.assert_greylisted(policy.ask(sender=sender))

    def test_absent_and_unknown_attributes(self):
        """[C18][C12] A missing attribute counts as empty, and an unknown one
        is ignored. Without a client address, the mail passes."""
        policy = self.connect(self.start_daemon(delay="1h"))
        self.assert_greylisted(policy.ask(protocol_state=None))
        self.assert_greylisted(policy.ask(recipient=None))
        self.assert_greylisted(policy.ask(tls_sni="", from_the_future="1"))
        for address in (None, "", "unknown", "not an address"):
            with self.subTest(client_address=address):
                self.assertEqual(policy.ask(client_address=address), "DUNNO")

    def test_other_states_pass(self):
        """[C13] Mail is deferred only at RCPT and DATA."""
        policy = self.connect(self.start_daemon(delay="1h"))
        for state in ("CONNECT", "XCLIENT", "EHLO", "HELO", "MAIL", "VRFY",
                      "ETRN", "END-OF-MESSAGE"):
            with self.subTest(state=state):
                self.assertEqual(policy.ask(protocol_state=state), "DUNNO")
        self.assert_greylisted(policy.ask(protocol_state="DATA"))

    def test_clients_leave_at_every_octet(self):
        """[C34] Clients close or reset the connection after any octet of a
        request, or before they have read the reply. The daemon closes all
        descriptors."""
        daemon = self.start_daemon(delay="1h")
        self.assert_greylisted(daemon.ask())
        wait_until("the first client to be gone",
                   lambda: not self.has_clients(daemon))
        before_n = daemon.files_n()
        octets = request()
        for n in range(len(octets) + 1):
            for leave in ("close", "reset"):
                policy = daemon.connect(
                    daemon.inet if n % 2 == 0 else daemon.unix)
                policy.send(octets[:n])
                getattr(policy, leave)()
        wait_until("all descriptors to be closed",
                   lambda: daemon.files_n() <= before_n)
        self.assert_greylisted(daemon.ask())

    @staticmethod
    def has_clients(daemon):
        """Whether a connection to the unix socket is open. Such a connection
        is a line with state 03 (connected)."""
        with open("/proc/net/unix") as table:
            return any(line.rstrip().endswith(daemon.unix) and " 03 " in line
                       for line in table)

    def test_shadow_mode_only_watches(self):
        """[C17] In shadow mode the reply is always DUNNO. The log says what
        would have been done, and the records are the same as without shadow
        mode."""
        daemon = self.start_daemon(delay="2s", mode="shadow")
        policy = self.connect(daemon)
        first_try = time.monotonic()
        decision = daemon.judge(policy)
        self.assertEqual(
            [decision[name] for name in ("reply", "action", "reason",
                                         "would")],
            ["DUNNO", "pass", "new", "greylist"])

        def passed():
            decision = daemon.judge(policy)
            self.assertEqual(decision["reply"], "DUNNO")
            return "would" not in decision

        harness.retry_until_passed(passed, 2, first_try)
        self.assertEqual(daemon.judge(policy)["reason"], "known")

    def test_configured_reply(self):
        """[C24][C25][C27] Placeholders in the option reply are replaced. A
        recipient with unsafe octets is left out."""
        policy = self.connect(self.start_daemon(
            delay="90s", reply="451 4.7.0 Wait %s s, see https://%r/"))
        self.assertEqual(policy.ask(),
                         "451 4.7.0 Wait 90 s, see https://example.org/")
        self.assertEqual(policy.ask(recipient="b@ex ample\x7f.örg"),
                         "451 4.7.0 Wait 90 s, see https:///")

    def test_networks_are_one_client(self):
        """[C8] The addresses of an IPv4 /24 or an IPv6 /64 are one client.
        ::ffff:a.b.c.d is an IPv4 address."""
        daemon = self.start_daemon(delay="1h")
        policy = self.connect(daemon)
        for address, reason in (
                ("192.0.2.1", "new"), ("192.0.2.254", "early"),
                ("::ffff:192.0.2.7", "early"), ("192.0.3.1", "new"),
                ("2001:db8::1", "new"), ("2001:db8::ffff:0:0:9", "early"),
                ("2001:db8:0:1::1", "new")):
            with self.subTest(address=address):
                decision = daemon.judge(policy, client_address=address)
                self.assert_greylisted(decision["reply"])
                self.assertEqual(decision["reason"], reason)
