# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The Tardigrey developers
"""The variants of qmail-smtpd, and other programs of qmail that speak the
policy protocol."""
import contextlib
import os
import shutil
import socket
import subprocess
import time

import harness
import qmail
from harness import settings, wait_until
from qmail import (BETWEEN_S, DOORS, GREYLISTED, POLICIES, SENDER, STUB_LINE,
                   TIMEOUT_S, VARIANTS, Session, check, policy_stub, rcpt, stored)
from test_rcptcheck import bad_sockets


class Variants(qmail.TestCase):
    """The reply to RCPT, and whether the connection stays open after it."""

    def deliver(self, session, recipient):
        session.begin().rcpt(recipient).accepted()
        self.assertEqual(session.command("DATA"), "354 go ahead")
        session.send("Subject: hello", "", "there", ".")
        self.assertRegex(session.reply(), "^250 ok ")
        self.assertRegex(session.command("QUIT"), "^221 ")

    def test_first_early_pass(self):
        """The first attempt and an early retry are deferred. Then the message
        passes. [C38 C39 C47 C66]"""
        server = self.daemon().unix
        recipients = {}
        for variant in VARIANTS:
            def attempt(recipient):
                rcpt(variant, server, recipient).deferred()
            recipients[variant] = self.early(variant, attempt, attempt)
        self.until_passed("fd4", server, recipients["spp"])
        for variant, recipient in recipients.items():
            with Session(variant, server) as session:
                self.deliver(session, recipient)

    def test_session_goes_on(self):
        """A reply line defers only one recipient, even if the client sends all
        commands in one packet. After a recipient has passed, the next one passes
        too, because the session counts as one message. [C14, C41]"""
        server = self.daemon().unix
        known = self.fresh("known")
        check("original", server, known).defers()
        self.until_passed("original", server, known)
        for variant in ("jms1", "sagredo", "spp"):
            with Session(variant, server) as session:
                session.send(
                    "EHLO mail.example.net", f"MAIL FROM:<{SENDER}>",
                    f"RCPT TO:<{self.fresh()}>", f"RCPT TO:<{known}>",
                    f"RCPT TO:<{self.fresh()}>", "DATA")
                replies = [session.reply() for _ in range(8)]
                for reply, pattern in zip(replies[3:], (
                        "250 ok", GREYLISTED, "250 ok", "250 ok",
                        "354 go ahead")):
                    self.assertRegex(reply, f"^{pattern}$", replies)
                session.send("hello", ".")
                self.assertRegex(session.reply(), "^250 ok ")

    def test_client_speaks_meanwhile(self):
        """Commands that the client sends while the check runs are left for
        qmail-smtpd. [C41]"""
        sessions = []
        with contextlib.ExitStack() as stack:
            for variant in VARIANTS:
                session = stack.enter_context(self.waiting(variant))
                session.send("NOOP", "RSET")
                sessions.append(session)
            for session in sessions:
                self.assertEqual([session.reply() for _ in range(3)],
                                 ["250 ok", "250 ok", "250 flushed"])

    def test_client_leaves_meanwhile(self):
        """The client closes the connection while the check runs. The session
        ends when the check ends. [C42]"""
        sessions = []
        for variant in VARIANTS:
            session = self.waiting(variant)
            session.socket.shutdown(socket.SHUT_RDWR)
            sessions.append(session)
        began = time.monotonic()
        for session in sessions:
            session.close()
        self.assertLessEqual(time.monotonic() - began, BETWEEN_S +
                             qmail.SLACK_S * settings.slow)

    def waiting(self, variant):
        """A session whose check waits for a server that hangs."""
        asked = self.stub.asked_n("hang")
        session = Session(variant, self.stub.socket("hang"), env={
            "TARDIGREY_TIMEOUT": f"{BETWEEN_S}s"})
        session.begin().ask(self.fresh())
        self.stub.wait_asked("hang", asked + 1)
        return session

    def test_reply_texts(self):
        """The client gets the text of the option reply. After 421, the
        variants that should hang up do so. [C40]"""
        daemon = self.daemon()
        for reply, pattern in (
                ("DEFER 4.7.0 Come back", r"450 4\.7\.0 Come back"),
                ("451 4.3.2 Later", r"451 4\.3\.2 Later"),
                ("421 4.3.2 Not now", r"421 4\.3\.2 Not now")):
            daemon.reload(reply=reply)
            for variant in VARIANTS:
                rcpt(variant, daemon.unix, self.fresh()).deferred(pattern)

    def test_shadow(self):
        """In shadow mode every recipient is accepted. [C17]"""
        server = self.daemon(mode="shadow").unix
        for variant in VARIANTS:
            rcpt(variant, server, self.fresh(), env={
                "TARDIGREY_ON_FAILURE": "tempfail"}).accepted()

    def test_exempt(self):
        """Relay clients and authenticated users are accepted, even if
        qmail-smtpd runs the check for relay clients. [C45]"""
        server = self.stub.socket("defer")
        for env in ({"RELAYCLIENT": ""}, {"RELAYCLIENT": "@relay.example"},
                    {"SMTP_AUTH_USER": "alice"}, {"SMTPAUTHUSER": "alice"}):
            for variant in VARIANTS:
                rcpt(variant, server, self.fresh(), env=env | {
                    "RCPTCHECKRELAYCLIENT": "1"}).accepted()
        self.assertEqual(self.stub.asked_n("defer"), 0)
        for variant in VARIANTS:
            rcpt(variant, server, self.fresh(), client=None).accepted()
            rcpt(variant, server, self.fresh(), client=None, env={
                "TCP6REMOTEIP": "2001:db8::1"}).deferred(STUB_LINE)

    def test_envelopes(self):
        """qmail-smtpd removes the quotes of an address. The triplet has the
        address without quotes. [C44]"""
        daemon = self.daemon()
        long = "l" * (899 - len("@example.org")) + "@example.org"
        for number, (spelled, meant) in enumerate((
                ('"two words"@example.org', "two words@example.org"),
                ('"a\\"b"@example.org', 'a"b@example.org'),
                ("a=b@example.org", "a=b@example.org"),
                ("@one.example,@two.example:c@example.org",
                 "c@example.org"),
                ("postmaster", "postmaster"), (long, long))):
            for variant in VARIANTS:
                sender = f"s{number}.{variant}@example.net"
                rcpt(variant, daemon.unix, spelled, sender).deferred()
                self.assertTrue(qmail.is_stored(daemon, sender, meant))
        for spelled in ("", "#@[]"):
            for variant in VARIANTS:
                recipient = self.fresh()
                rcpt(variant, daemon.unix, recipient, spelled).deferred()
                self.assertIn(("<>", recipient), stored(daemon))

    def test_check_with_plugin_variables(self):
        """A qmail-smtpd with RCPTCHECK and qmail-spp leaves the variables of
        plugins in the environment of the check. The check ignores them.
        [C38 C47]"""
        server = self.daemon().unix
        rcpt("jms1", server, self.fresh(), drop=("NOSPP",),
             label="with qmail-spp").deferred()
        rcpt("sagredo", server, self.fresh(), env={"ENABLE_SPP": "1"},
             label="with qmail-spp").deferred()
        for door in ("original", "fd4"):
            recipient = self.fresh()
            plugin = qmail.envelope("spp", None, SENDER, recipient)
            check(door, server, recipient, env=plugin,
                  label="with qmail-spp").defers()

    def test_failures(self):
        """After each kind of failure, and with both values of
        TARDIGREY_ON_FAILURE, the reply and the state of the connection are
        right, and the check has ended in time. [C42 C66]"""
        servers = {name: self.stub.socket(name) for name in (
            *policy_stub.FAILS, "deaf", "full", "close-at-once")}
        cases = [(variant, policy, name, server)
                 for name, server in (servers | bad_sockets(self)).items()
                 for policy in POLICIES for variant in qmail.variants()]
        jobs = qmail.JOBS if settings.slow == 1 else 4
        while cases:
            some, cases = cases[:jobs], cases[jobs:]
            with contextlib.ExitStack() as stack:
                self.fail_together(some, stack)

    def fail_together(self, cases, stack):
        sessions = []
        for variant, policy, name, server in cases:
            session = stack.enter_context(Session(
                variant, server, label=name,
                env={"TARDIGREY_ON_FAILURE": policy}))
            sessions.append((session.begin(), policy))
        for session, _ in sessions:
            session.ask(self.fresh())
        for session, policy in sessions:
            session.answer().failed(policy)
            self.assertLessEqual(
                session.seconds,
                TIMEOUT_S + 2 * qmail.SLACK_S * settings.slow, session.label)

    def test_imitation(self):
        """qmail_smtpd itself: for each variant, the exit status and the line
        of a check lead to the right reply and state of the connection."""
        no_mailbox = r"55[03] (sorry, )?no mailbox here by that name.*"
        unable = r"421 unable to (execute|verify) recipient.*"
        line = r"450 4\.2\.0 Wait"
        for variant, status, text, pattern, is_open in (
                ("original", 0, "", "250 ok", True),
                ("original", 1, "", "250 ok", True),
                ("original", 99, "", "250 ok", True),
                ("original", 100, "", no_mailbox, True),
                ("original", 111, "", unable, False),
                ("original", 112, "", "250 ok", True),
                ("original", 120, "", unable, False),
                ("original", "signal", "", unable, False),
                ("jms1", 0, "450 4.2.0 Wait", "250 ok", True),
                ("jms1", 100, "450 4.2.0 Wait", line, True),
                ("jms1", 111, "450 4.2.0 Wait", line, True),
                # This reply has no line end, so the reply to NOOP follows it
                # in the same line.
                ("jms1", 100, "", "553 no mailbox here by that name250 ok",
                 False),
                ("jms1", 111, "", "450 unable to verify recipient250 ok",
                 False),
                ("jms1", 113, "", "250 ok", True),
                ("jms1", "signal", "", unable, False),
                ("sagredo", 0, "450 4.2.0 Wait", "250 ok", True),
                ("sagredo", 100, "450 4.2.0 Wait", line, True),
                ("sagredo", 100, "421 4.2.0 Wait", r"421 4\.2\.0 Wait",
                 False),
                ("sagredo", 100, "250 4.2.0 Wait", "451 temporary.*", True),
                ("sagredo", 100, "", no_mailbox, True),
                ("sagredo", 111, "450 4.2.0 Wait", unable, False),
                ("sagredo", 112, "", "250 ok", True),
                ("sagredo", 113, "", "421 you have exceeded.*", False),
                ("sagredo", "signal", "", unable, False),
                ("spp", 0, "E450 4.2.0 Wait", line, True),
                ("spp", 0, "R450 4.2.0 Wait", line, False),
                ("spp", 0, "", "250 ok", True),
                ("spp", 1, "", "250 ok", True),
                ("spp", 120, "", "451 qmail-spp failure.*", True),
                ("spp", "signal", "", "451 qmail-spp failure.*", True)):
            path = self.script(variant, status, text)
            with Session(variant, label=f"{status} {text}", env={
                    "RCPTCHECK": path, "SPP_PLUGIN": path}) as session:
                session.begin().ask("b@example.org")
                if variant == "jms1" and not text and "250 ok" in pattern \
                        and not is_open:
                    session.send("NOOP")
                    self.assertRegex(session.reply(), f"^{pattern}$")
                else:
                    session.answer().expect(pattern, is_open)

    def script(self, variant, status, text):
        """Make a check that writes this text and has this exit status."""
        path = os.path.join(self.folder, "check")
        end = "kill -KILL $$" if status == "signal" else f"exit {status}"
        say = f"echo '{text}' >&{1 if variant == 'spp' else 4}\n" \
            if text else ""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        harness.write_file(path, f"#!/bin/sh\n{say}{end}\n")
        os.chmod(path, 0o755)
        return path


class Tcpserver(qmail.TestCase):
    """qmail_smtpd, started by the real tcpserver of ucspi-tcp."""

    def serve(self, variant, server):
        """Start tcpserver. Returns its port."""
        port = harness.free_port()
        account = qmail.nobody()
        log_file = os.path.join(self.folder, f"{variant}.log")
        self.logs.append(log_file)
        with open(log_file, "wb") as log:
            process = subprocess.Popen(
                ["tcpserver", "-vHR", "-l", "0", "-u", str(account.pw_uid),
                 "-g", str(account.pw_gid), "127.0.0.1", str(port),
                 settings.smtpd, variant],
                env={"PATH": os.environ["PATH"],
                     **qmail.smtpd_environment(server, None)},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        harness.running.append(process)
        self.addCleanup(self.end, process)
        wait_until("tcpserver", lambda: "status: 0/" in
                   harness.read_file(log_file))
        return port

    def end(self, process):
        harness.running.remove(process)
        process.terminate()
        process.wait()

    def session(self, variant, port):
        return Session(variant, connection=socket.create_connection(
            ("127.0.0.1", port)))

    def rcpt(self, variant, port, recipient):
        with self.session(variant, port) as session:
            return session.begin().rcpt(recipient)

    def test_tcpserver(self):
        """Over TCP, the first attempt and an early retry are deferred, and a
        later retry passes. [C66]"""
        if shutil.which("tcpserver") is None:
            self.skipTest("no tcpserver; install ucspi-tcp")
        daemon = self.daemon()
        ports = {variant: self.serve(variant, daemon.unix)
                 for variant in VARIANTS}
        recipients = {}
        for variant, port in ports.items():
            def attempt(recipient):
                self.rcpt(variant, port, recipient).deferred()
            recipients[variant] = self.early(variant, attempt, attempt)
        self.assertEqual(set(stored(daemon).values()), {"127.0.0.0/24"})
        self.until_passed("fd4", daemon.unix, recipients["spp"],
                          client="127.0.0.1")
        for variant, port in ports.items():
            self.rcpt(variant, port, recipients[variant]).accepted()

    def test_tcpserver_hung(self):
        """If the server hangs, the check takes only the time limit. [C42]"""
        if shutil.which("tcpserver") is None:
            self.skipTest("no tcpserver; install ucspi-tcp")
        with contextlib.ExitStack() as stack:
            sessions = [stack.enter_context(self.session(
                variant, self.serve(variant, self.stub.socket("hang"))))
                for variant in VARIANTS]
            for session in sessions:
                session.begin().ask(self.fresh())
            for session in sessions:
                session.answer().accepted()
                self.assertLessEqual(session.seconds, TIMEOUT_S + 2 *
                                     qmail.SLACK_S * settings.slow)


class EveryDoor(qmail.TestCase):
    """All doors, and Postfix, get the same decisions."""

    def setUp(self):
        super().setUp()
        self.greyd = self.daemon()
        names = ["postfix", "postfix over TCP"]
        names += [f"{how} {door}" for how in ("daemon", "direct")
                  for door in DOORS]
        # All pairs of doors would take too long with a wrapper.
        self.doors = names if not settings.wrapper else names[::3]

    def passes(self, door, recipient, sender=SENDER, client=qmail.CLIENT):
        """Whether this triplet passes at a door."""
        if door.startswith("postfix"):
            address = self.greyd.inet if "TCP" in door else self.greyd.unix
            with self.greyd.connect(address) as policy:
                action = policy.ask(
                    client_address=client, client_name="unknown",
                    sender=sender, recipient=recipient,
                    instance=f"{recipient}.{self.fresh()}")
            self.assertRegex(action, "^(DUNNO|DEFER_IF_PERMIT 4.2.0 .*)$")
            return action == "DUNNO"
        how, door = door.split()
        env = {"TARDIGREY_ON_FAILURE": "tempfail", "TARDIGREY_TIMEOUT": "9s"}
        if how == "direct":
            env |= {"TARDIGREY_DATABASE": self.greyd.options["database"],
                    "TARDIGREY_CONFIG": self.greyd.config_file}
        one = check(door, self.greyd.unix, recipient, sender=sender,
                    client=client, env=env, account=qmail.nobody())
        if one.status == 0 and one.out == b"":
            return True
        one.defers()
        return False

    def test_same_verdict(self):
        """A triplet that was deferred at one door is early at all others. When
        it is due, it passes at all doors. [C48]"""
        tried = set()

        def defer_at(door, first):
            def attempt(recipient):
                tried.add(recipient)
                self.assertFalse(self.passes(door, recipient), (first, door))
            return attempt

        recipients = {
            first: self.early("r", *(defer_at(door, first)
                                     for door in (first, *self.doors)))
            for first in self.doors}
        last = self.fresh()
        self.assertFalse(self.passes("postfix", last))
        qmail.wait_until_passed(lambda: self.passes("postfix", last))
        for first, recipient in recipients.items():
            for door in self.doors:
                self.assertTrue(self.passes(door, recipient), (first, door))
        self.assertEqual({recipient for _, recipient in stored(self.greyd)},
                         {last, *tried})

    def test_same_triplet(self):
        """Different spellings of client, sender and recipient are one triplet.
        [C8 C9 C10]"""
        spellings = (
            ("postfix", "", "B@Example.ORG", "192.0.2.7"),
            ("daemon original", "#@[]", "b@example.org", "192.0.2.99"),
            ("daemon fd4", "", "b@EXAMPLE.org", "::ffff:192.0.2.7"),
            ("daemon spp", "#@[]", "b@example.org", "192.0.2.1"),
            ("direct fd4", "#@[]", "b@example.org", "192.0.2.2"))
        for door, sender, recipient, client in spellings:
            self.assertFalse(self.passes(door, recipient, sender, client))
        self.assertEqual(len(stored(self.greyd)), 1)


class OtherClients(qmail.TestCase):
    """Other programs that send policy requests."""

    def exchange(self, daemon, octets):
        """Send a request and read once, as these programs do."""
        with socket.create_connection(daemon.inet) as client:
            client.settimeout(harness.limit())
            client.sendall(octets)
            return client.recv(4096)

    def first_then_pass(self, octets):
        daemon = self.daemon()

        def exchange(sender):
            return self.exchange(daemon, octets.replace(
                SENDER.encode(), sender.encode()))

        def attempt(sender):
            self.assertRegex(
                exchange(sender),
                rb"^action=DEFER_IF_PERMIT 4\.2\.0 [ -~]+\n\n$")

        sender = self.early("a", attempt, attempt)
        qmail.wait_until_passed(
            lambda: exchange(sender) == b"action=DUNNO\n\n")

    def test_sqmail(self):
        """The built-in client of s/qmail sends no protocol_state and no
        instance. It reads once, and needs the first word of the action in
        uppercase. [C18 C27]"""
        self.first_then_pass(
            b"request=smtpd_access_policy\nsender=a@example.net\n"
            b"recipient=b@example.org\nclient_address=192.0.2.1\n"
            b"client_name=mail.example.net\n\n")

    def test_qrey(self):
        """qrey.c of qmail-envelope-scanner sends "ecipient=", without the
        first letter. It reads at most as many octets as it has sent.
        [C18 C27]"""
        octets = (b"request=smtpd_access_policy\nclient_address=192.0.2.1\n"
                  b"client_name=mail.example.net\nsender=a@example.net\n"
                  b"ecipient=b@example.org\n\n")
        self.first_then_pass(octets)

    def test_qenvscan(self):
        """qenvscan-policyd sends protocol_state and helo_name. [C18]"""
        self.first_then_pass(
            b"request=smtpd_access_policy\nprotocol_name=SMTP\n"
            b"protocol_state=RCPT\nsender=a@example.net\n"
            b"recipient=b@example.org\nclient_address=192.0.2.1\n"
            b"client_name=mail.example.net\nhelo_name=mail.example.net\n\n")
