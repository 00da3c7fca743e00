# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The Tardigrey developers
"""tardigrey-rcptcheck without qmail-smtpd. Numbers in brackets are
requirements."""
import contextlib
import math
import os
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time

import harness
import qmail
from harness import settings, wait_until
from qmail import (BETWEEN_S, DOORS, PATIENCE_S, POLICIES, SENDER, STUB_LINE,
                   TIMEOUT_S, Check, at_once, check, doors, policy_stub, stored)


class Question(qmail.TestCase):
    """Which requests the daemon gets, and which recipients are accepted
    without a request."""

    def test_exempt(self):
        """RELAYCLIENT, even if it is empty, and authenticated users are
        accepted without a request. [C45]"""
        server = self.stub.socket("defer")
        for env in ({"RELAYCLIENT": ""}, {"RELAYCLIENT": "@relay.example"},
                    {"SMTP_AUTH_USER": "alice"}, {"SMTPAUTHUSER": "alice"}):
            for door in doors():
                check(door, server, self.fresh(), label=env, env=env | {
                    "TARDIGREY_ON_FAILURE": "tempfail"}).accepts()
        self.assertEqual(self.stub.asked_n("defer"), 0)
        for env in ({"SMTP_AUTH_USER": ""}, {"SMTPAUTHUSER": ""},
                    {"TCPREMOTEINFO": "alice"}, {"SMTPAUTHMETHOD": ""}):
            for door in doors():
                check(door, server, self.fresh(), env=env, label=env) \
                    .defers(STUB_LINE)

    def test_no_client(self):
        """Without a client address the recipient is accepted. [C12 C44]"""
        daemon = self.daemon()
        for env in ({}, {"TCPREMOTEIP": ""}, {"TCPREMOTEIP": "unknown"},
                    {"TCPREMOTEIP": "256.1.1.1"}, {"TCP6REMOTEIP": "::g"}):
            for door in doors():
                check(door, daemon.unix, self.fresh(), client=None,
                      label=env, env=env | {
                          "TARDIGREY_ON_FAILURE": "tempfail"}).accepts()
        self.assertEqual(stored(daemon), {})

    def test_client_addresses(self):
        """An IPv6 address may be in either variable. A mapped IPv4 address
        counts as IPv4. [C8 C44]"""
        daemon = self.daemon()
        for env, network in (
                ({"TCPREMOTEIP": "192.0.2.1"}, "192.0.2.0/24"),
                ({"TCPREMOTEIP": "::ffff:192.0.2.1"}, "192.0.2.0/24"),
                ({"TCPREMOTEIP": "2001:db8:0:1::1"}, "2001:db8:0:1::/64"),
                ({"TCP6REMOTEIP": "2001:db8::1", "PROTO": "TCP6"},
                 "2001:db8::/64"),
                ({"TCPREMOTEIP": "", "TCP6REMOTEIP": "2001:db8::2"},
                 "2001:db8::/64")):
            for door in doors():
                recipient = self.fresh()
                check(door, daemon.unix, recipient, client=None, env=env,
                      label=env).defers()
                self.assertEqual(stored(daemon)[SENDER, recipient], network)

    def test_envelopes(self):
        """Unusual senders and recipients are stored unchanged. [C44]"""
        daemon = self.start_daemon(delay="1h")
        long = "l" * (900 - len("@example.org")) + "@example.org"
        rows = (
            ("", "b@example.org"), ("#@[]", "c@example.org"),
            (SENDER, 'q"uote@example.org'),
            (SENDER, "two words@example.org"),
            (SENDER, "a=b=c@example.org"), (SENDER, "=@example.org"),
            (SENDER, "postmaster"), (SENDER, long), (long, "d@example.org"),
            (SENDER, "back\\slash@example.org"),
            (SENDER, "tab\there@example.org"),
            (SENDER, "j\u00fcrgen@example.org"), (SENDER, ""),
            (SENDER, "action=DUNNO"), (SENDER, "%s%n@example.org"))
        for number, (sender, recipient) in enumerate(rows):
            for door in doors():
                client = f"198.51.{number}.{DOORS.index(door)}"
                check(door, daemon.unix, recipient, sender=sender,
                      client=client, label=(sender, recipient)).defers()
            key = ("<>" if sender in ("", "#@[]") else sender,
                   recipient.lower())
            self.assertTrue(qmail.is_stored(daemon, *key), key)

    def test_odd_names(self):
        """A client chooses its HELO and its host name. A very long one, or one
        with a newline, does not let it pass. [C42 C44]"""
        daemon = self.daemon()
        for door in doors():
            helo = "SMTPHELOHOST" if door == "spp" else "HELO"
            for env in ({helo: "h" * 300}, {helo: "h" * 9000},
                        {helo: "h" * 100000}, {"TCPREMOTEHOST": "p" * 255},
                        {"TCPREMOTEHOST": "\\001" * 255},
                        {"TCPREMOTEHOST": "p" * 10000},
                        {"TCPREMOTEHOST": "p\nsasl_username=alice"},
                        {"TCPREMOTEHOST": "\\001" * 255,
                         "TARDIGREY_CONFIRMED_HOST": "1"}):
                label = {name: len(value) for name, value in env.items()}
                check(door, daemon.unix, self.fresh(), env=env,
                      label=label).defers()

    def test_newlines(self):
        """A newline in the environment adds no attribute. [C56]"""
        server = self.stub.socket("dunno")
        for policy in POLICIES:
            for door in doors():
                names = ("SMTPMAILFROM", "SMTPRCPTTO") if door == "spp" \
                    else ("SENDER", "RECIPIENT")
                for name in names:
                    check(door, server, "b@example.org", label=name, env={
                        name: "a@example.net\nsasl_username=alice",
                        "TARDIGREY_ON_FAILURE": policy}).fails(policy)
        self.assertEqual(self.stub.asked_n("dunno"), 0)

    def test_shadow(self):
        """In shadow mode all recipients pass, and their triplets are stored.
        [C17]"""
        daemon = self.daemon(mode="shadow")
        recipients = [self.fresh() for _ in DOORS]
        for door, recipient in zip(DOORS, recipients):
            check(door, daemon.unix, recipient, env={
                "TARDIGREY_ON_FAILURE": "tempfail"}).accepts()
        self.assertEqual({r for _, r in stored(daemon)}, set(recipients))

    def test_reply_texts(self):
        """Every door gets the whole text of the option reply. [C40]"""
        daemon = self.daemon()
        for reply, line in (
                ("DEFER_IF_PERMIT 4.7.0 Come back to %r",
                 "450 4.7.0 Come back to example.org"),
                ("DEFER 4.2.0 100%% grey", "450 4.2.0 100% grey"),
                ("450 4.2.0 x", "450 4.2.0 x"),
                ("451 4.3.2 Later", "451 4.3.2 Later"),
                ("452 4.2.2 Later", "452 4.2.2 Later"),
                ("421 4.3.2 Not now", "421 4.3.2 Not now"),
                ("DEFER 4.2.0 " + "x" * 140, "450 4.2.0 " + "x" * 140)):
            daemon.reload(reply=reply)
            for door in doors():
                check(door, daemon.unix, self.fresh(), label=reply) \
                    .defers(re.escape(line))


class Surroundings(qmail.TestCase):
    """The check works in every environment that its parent may give it."""

    def test_bare_environment(self):
        """The environment has only the envelope, and no HOME or PATH. [C44]"""
        server = self.daemon().unix
        for door in doors():
            check(door, server, self.fresh(), args=["-s", server], drop=(
                "TARDIGREY_SOCKET", "TARDIGREY_TIMEOUT", "HELO",
                "SMTPHELOHOST")).defers()

    def test_any_folder(self):
        """The current directory may be any folder, even a removed one.
        [C44]"""
        server = self.daemon().unix
        for cwd in ("/usr/share", "/proc/self"):
            for door in doors():
                check(door, server, self.fresh(), cwd=cwd, umask=0o777) \
                    .defers()
        removed = harness.new_folder()
        fd = os.open(removed, os.O_RDONLY)
        self.addCleanup(os.close, fd)
        os.rmdir(removed)
        for door in doors():
            check(door, server, self.fresh(), cwd=fd).defers()

    def test_any_account(self):
        """The check runs as another account than the daemon, such as
        qmaild."""
        server = self.daemon().unix
        for door in doors():
            check(door, server, self.fresh(), account=qmail.nobody()) \
                .defers()

    def test_closed_descriptors(self):
        """If descriptor 0, 1 or 2 is closed, no file of the check gets this
        number. [C41]"""
        server = self.daemon().unix
        for without in ((0,), (2,), (0, 2), (0, 1, 2)):
            if settings.wrapper and 2 in without:
                continue  # valgrind needs it
            for door in doors():
                one = check(door, server, self.fresh(), without=without,
                            label=f"without {without}")
                if door == "spp" and 1 in without:
                    one.accepts()  # there is no output for the answer
                else:
                    one.defers()

    def test_stuck_log(self):
        """Descriptor 2 cannot be written: it is a full pipe or a full device.
        [C42]"""
        out, into = os.pipe()
        self.addCleanup(os.close, out)
        self.addCleanup(os.close, into)
        fill(into)
        full = os.open("/dev/full", os.O_WRONLY)
        self.addCleanup(os.close, full)
        for one in at_once([
                lambda d=door, p=policy, log=log: Check(
                    d, "/nowhere", self.fresh(), log=log,
                    env={"TARDIGREY_ON_FAILURE": p,
                         "TARDIGREY_TIMEOUT": f"{TIMEOUT_S}s"})
                for log in (into, full) for policy in POLICIES
                for door in doors()]):
            one.fails(one.env["TARDIGREY_ON_FAILURE"]).in_time()

    def test_inherited_signals(self):
        """The timer works even if the parent has blocked or ignored all
        signals. [C42]"""
        everything = set(range(1, signal.NSIG)) - {32, 33}
        server = self.stub.socket("hang")
        for one in at_once([
                lambda d=door, s=surroundings: Check(
                    d, server, self.fresh(), label=[*s], **s)
                for door in doors() for surroundings in (
                    {"blocked": everything},
                    {"ignored": (signal.SIGALRM, signal.SIGTERM)})]):
            one.accepts().in_time()

    def test_arguments(self):
        """-s overrides the environment. Wrong arguments are a failure, which
        TARDIGREY_ON_FAILURE decides. [C39]"""
        server = self.daemon().unix
        for argument in ("--help", "--version"):
            shown = subprocess.run(
                [settings.check, argument], env={}, check=True,
                stdout=subprocess.PIPE).stdout
            self.assertIn(b"tardigrey-rcptcheck", shown)
        for door in doors():
            check(door, self.stub.socket("dunno"), self.fresh(),
                  args=["-s", server]).defers()
            for args in (["--frobnicate"], ["-s"], ["x"], ["--database"]):
                for policy in POLICIES:
                    check(door, server, self.fresh(), args=args, label=args,
                          env={"TARDIGREY_ON_FAILURE": policy}).fails(policy)
        check("spp", server, self.fresh(), args=["--spp"]).defers()

    def test_by_hand(self):
        """Without an envelope the exit status is never 1 or 100. [C39]"""
        server = self.daemon().unix
        for door in doors():
            check(door, server, None, client=None, sender=None).accepts()
            check(door, server, None).accepts()
            check(door, server, self.fresh(), sender=None).defers()

    def test_bad_settings(self):
        """For a wrong value of a variable, the default is used."""
        server = self.daemon().unix
        for door in doors():
            for name, value in (("TARDIGREY_TIMEOUT", "soon"),
                                ("TARDIGREY_TIMEOUT", "0"),
                                ("TARDIGREY_TIMEOUT", "-1s"),
                                ("TARDIGREY_TIMEOUT", "5"),
                                ("TARDIGREY_TIMEOUT", "9" * 30 + "s"),
                                ("TARDIGREY_TIMEOUT", ""),
                                ("TARDIGREY_ON_FAILURE", "reject"),
                                ("TARDIGREY_CONFIRMED_HOST", "yes")):
                one = check(door, server, self.fresh(), env={name: value},
                            label=(name, value)).defers()
                if value:
                    self.assertIn(name, one.err)
        check("fd4", "/nowhere", self.fresh(), env={
            "TARDIGREY_ON_FAILURE": "reject"}).accepts()

    def test_keeps_nothing_open(self):
        """While it waits for the daemon, the check has no child process, and
        no open descriptor of its own except the socket, which has a number
        above 4. It has not loaded SQLite or libevent. [C43 C46]"""
        if settings.wrapper:
            self.skipTest("it would test the wrapper")
        for door, line in (*((door, "pipe") for door in doors()),
                           ("fd4", None), ("original", None)):
            asked = self.stub.asked_n("hang")
            one = Check(door, self.stub.socket("hang"), self.fresh(),
                        line=line,
                        env={"TARDIGREY_TIMEOUT": f"{PATIENCE_S}s"})
            self.stub.wait_asked("hang", asked + 1)
            process = f"/proc/{one.pid}"
            fds = {int(fd) for fd in os.listdir(f"{process}/fd")}
            mine = fds - set(one.fds)
            self.assertEqual(len(mine), 1, fds)
            self.assertGreater(min(mine), 4)
            maps = harness.read_file(f"{process}/maps")
            self.assertNotRegex(maps, "sqlite|libevent")
            children = f"{process}/task/{one.pid}/children"
            self.assertEqual(harness.read_file(children), "")
            os.kill(one.pid, signal.SIGTERM)
            one.finish().accepts()


def fill(fd):
    """Write until it would block."""
    os.set_blocking(fd, False)
    for size in (4096, 1):
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(fd, b"x" * size)
    os.set_blocking(fd, True)


class Line(qmail.TestCase):
    """Descriptor 4. Exit status 100 without a line would be a permanent
    rejection."""

    def lines_that_fail(self):
        """Descriptors that cannot be written, as {name: descriptor or
        None}."""
        lines = {"closed": None}
        lines["full device"] = os.open("/dev/full", os.O_WRONLY)
        lines["read-only device"] = os.open("/dev/null", os.O_RDONLY)
        lines["read-only end"], into = os.pipe()
        full_out, lines["full"] = os.pipe()
        fill(lines["full"])
        soon_full_out, lines["full, not blocking"] = os.pipe()
        fill(lines["full, not blocking"])
        os.set_blocking(lines["full, not blocking"], False)
        nearly_out, lines["nearly full"] = os.pipe()
        fill(lines["nearly full"])
        os.read(nearly_out, 10)
        out, lines["nobody reads"] = os.pipe()
        os.close(out)
        ours, theirs = socket.socketpair()
        lines["full socket"] = theirs.detach()
        fill(lines["full socket"])
        lines["folder"] = os.open("/", os.O_RDONLY)
        for fd in (into, full_out, soon_full_out, nearly_out, *lines.values()):
            if fd is not None:
                self.addCleanup(os.close, fd)
        self.addCleanup(ours.close)
        return lines

    def test_cannot_be_written(self):
        """If descriptor 4 is closed, full or read-only, or has no reader, the
        exit status of a deferral is 111. [C38 C39 C40]"""
        defer, dunno, hang = map(
            self.stub.socket, ("defer", "dunno", "hang"))
        for one in at_once([
                lambda n=name, d=line, s=server: Check(
                    "fd4", s, self.fresh(), line=d, label=n,
                    env={"TARDIGREY_ON_FAILURE": "tempfail",
                         # A full pipe may last as long as the timeout.
                         "TARDIGREY_TIMEOUT": f"{PATIENCE_S}s" if s == dunno
                         else f"{TIMEOUT_S}s"})
                for name, line in self.lines_that_fail().items()
                for server in (defer, dunno, hang, "/nowhere")]):
            if one.env["TARDIGREY_SOCKET"] == dunno:
                one.accepts().in_time()
            else:
                one.defers_without_line().in_time()

    def test_can_be_written(self):
        """Descriptor 4 may also be a file or a socket. [C38]"""
        with tempfile.TemporaryFile() as file:
            one = check("fd4", self.stub.socket("defer"), self.fresh(),
                        line=file.fileno())
            file.seek(0)
            self.assertRegex(file.read().decode(), f"^{STUB_LINE}\n$")
            self.assertEqual(one.status, 100)
        ours, theirs = socket.socketpair()
        with ours, theirs:
            one = check("fd4", self.stub.socket("defer"), self.fresh(),
                        line=theirs.fileno())
            self.assertRegex(ours.recv(4096).decode(), f"^{STUB_LINE}\n$")
            self.assertEqual(one.status, 100)

    def test_not_wanted(self):
        """If USE_FD4 is missing or empty, the exit status is 111, without a
        line. [C38]"""
        server = self.stub.socket("defer")
        check("original", server, self.fresh()).defers()
        for env, drop in (({"USE_FD4": ""}, ()), ({}, ("USE_FD4",))):
            one = check("fd4", server, self.fresh(), env=env, drop=drop)
            one.defers_without_line()
            self.assertEqual(one.written, b"")

    def test_plugin_cannot_write(self):
        """If a plugin cannot write to standard output, it exits with 0.
        [C47]"""
        defer, hang = map(self.stub.socket, ("defer", "hang"))
        lines = self.lines_that_fail()
        del lines["closed"]
        for one in at_once([
                lambda n=name, fd=line, s=server: Check(
                    "spp", s, self.fresh(), stdout=fd, label=n,
                    env={"TARDIGREY_ON_FAILURE": "tempfail",
                         "TARDIGREY_TIMEOUT": f"{TIMEOUT_S}s"})
                for name, line in lines.items()
                for server in (defer, hang)]):
            one.accepts().in_time()

    def test_database_is_not_a_line(self):
        """If descriptor 4 is closed, the database does not get this number.
        [C40]"""
        folder = harness.new_folder()
        database = os.path.join(folder, "check.db")
        for _ in range(2):
            check("fd4", "", "b@example.org", line=None, label="direct",
                  env={"TARDIGREY_DATABASE": f"sqlite:{database}",
                       "TARDIGREY_TIMEOUT": "5s"}).defers_without_line()
        self.assertEqual(integrity(database), "ok")


def integrity(path):
    with contextlib.closing(sqlite3.connect(path)) as database:
        return database.execute("PRAGMA integrity_check").fetchone()[0]


class Failure(qmail.TestCase):
    """Whatever the server does, the check ends in time, and
    TARDIGREY_ON_FAILURE decides."""

    def failing(self, door, policy, server, name, **env):
        return lambda: Check(
            door, server, self.fresh(), label=f"{name} {policy}",
            env={"TARDIGREY_ON_FAILURE": policy, **env})

    def test_good_answers(self):
        """A complete reply counts at once, even if it comes in pieces.
        [C38 C47]"""
        makers = []
        for door in doors():
            # Let a failure have the opposite answer, so that it is noticed.
            for name in policy_stub.ACCEPTS:
                makers.append(self.failing(
                    door, "tempfail", self.stub.socket(name), name))
            for name in policy_stub.DEFERS:
                makers.append(self.failing(
                    door, "pass", self.stub.socket(name), name))
        for one in at_once(makers):
            if one.env["TARDIGREY_ON_FAILURE"] == "tempfail":
                one.accepts()
            else:
                one.defers(STUB_LINE)

    def test_bad_answers(self):
        """Replies that hang or are slow, incomplete, garbage, endless or empty
        are failures. [C42]"""
        makers = [
            self.failing(door, policy, self.stub.socket(name), name)
            for name in (*policy_stub.FAILS, "deaf", "full", "close-at-once")
            for policy in POLICIES for door in doors()]
        for one in at_once(makers):
            one.fails(one.env["TARDIGREY_ON_FAILURE"]).in_time()

    def test_answer_before_question(self):
        """The server replies and closes without reading. The reply may be lost
        or not, so the check may accept or defer. [C39]"""
        server = self.stub.socket("defer-unread")
        for one in at_once([
                self.failing(door, "tempfail", server, "unread")
                for door in doors() for _ in range(20)]):
            one.in_time()

    def test_bad_sockets(self):
        """A path that is no socket of a daemon is a failure. [C42]"""
        for name, path in bad_sockets(self).items():
            for policy in POLICIES:
                for door in doors():
                    one = self.failing(door, policy, path, name)().finish()
                    one.fails(policy).in_time()
                    self.assertNotEqual(one.err, "", name)

    def test_forbidden_socket(self):
        """A socket that the account may not use is a failure. [C42]"""
        daemon = self.daemon(socket_mode="0600")
        for policy in POLICIES:
            for door in doors():
                check(door, daemon.unix, self.fresh(),
                      account=qmail.nobody(), env={
                          "TARDIGREY_ON_FAILURE": policy}) \
                    .fails(policy).in_time()

    def test_hung_daemon(self):
        """The real daemon is stopped by SIGSTOP, and then continues. [C42]"""
        daemon = self.daemon()
        daemon.signal(signal.SIGSTOP)
        makers = [self.failing(door, policy, daemon.unix, "stopped",
                               TARDIGREY_TIMEOUT=f"{TIMEOUT_S}s")
                  for door in doors() for policy in POLICIES]
        try:
            for one in at_once(makers):
                one.fails(one.env["TARDIGREY_ON_FAILURE"]).in_time()
        finally:
            daemon.signal(signal.SIGCONT)
        for door in doors():
            check(door, daemon.unix, self.fresh()).defers()

    def test_killed_daemon(self):
        """The real daemon is killed while checks wait. After a restart it
        still has the records. [C42 C53]"""
        daemon = self.daemon()
        recipient = self.fresh()
        check("fd4", daemon.unix, recipient).defers()
        daemon.signal(signal.SIGSTOP)
        checks = [Check(door, daemon.unix, self.fresh(), env={
            "TARDIGREY_ON_FAILURE": policy, "TARDIGREY_TIMEOUT": "60s"})
            for door in doors() for policy in POLICIES]
        time.sleep(0.2 * settings.slow)
        daemon.kill()
        for one in checks:
            one.finish().fails(one.env["TARDIGREY_ON_FAILURE"])
        daemon.start()
        self.until_passed("fd4", daemon.unix, recipient)

    def test_time_limits(self):
        """The check ends after TARDIGREY_TIMEOUT, or after 5 s if it is empty.
        [C42]"""
        server = self.stub.socket("hang")
        limits = {"5s": 5, "2s": 2, "300ms": 0.3, "1ms": 0.001}
        fastest = dict.fromkeys(limits.values(), math.inf)
        for one in at_once([
                lambda d=door, t=text: Check(
                    d, server, self.fresh(), label=t,
                    env={"TARDIGREY_TIMEOUT": t if t != "5s" else ""})
                for text in limits for door in doors()]):
            seconds = limits[one.label.split()[1]]
            one.accepts().in_time(seconds)
            self.assertGreaterEqual(one.seconds, seconds)
            fastest[seconds] = min(one.seconds, fastest[seconds])
        # A busy machine may delay some of them, but hardly all.
        for seconds in 2, 0.3, 0.001:
            self.assertLess(fastest[seconds], 5)

    def waiting(self, makers):
        """Start checks that wait for a server that hangs."""
        asked = self.stub.asked_n("hang")
        checks = [make() for make in makers]
        self.stub.wait_asked("hang", asked + len(checks))
        return checks

    def signalled(self, numbers, timeout_s=BETWEEN_S):
        """Send each signal to checks that wait for a reply. Each check must
        end, and TARDIGREY_ON_FAILURE decides."""
        server = self.stub.socket("hang")
        for begin in range(0, len(numbers), 4):
            some = [number for number in numbers[begin:begin + 4]
                    for _ in POLICIES for _ in doors()]
            checks = self.waiting([
                self.failing(door, policy, server, number,
                             TARDIGREY_TIMEOUT=f"{timeout_s}s")
                for number in numbers[begin:begin + 4]
                for policy in POLICIES for door in doors()])
            for one, number in zip(checks, some):
                os.kill(one.pid, number)
            for one in checks:
                one.finish().fails(
                    one.env["TARDIGREY_ON_FAILURE"]).in_time(BETWEEN_S)

    def test_signals(self):
        """These signals end the check long before its timeout. [C39]"""
        self.signalled((signal.SIGTERM, signal.SIGHUP, signal.SIGINT,
                        signal.SIGXCPU), PATIENCE_S)

    def test_other_signals(self):
        """Other signals do not kill the check: it ends in time. [C39]"""
        self.signalled((signal.SIGALRM, signal.SIGQUIT, signal.SIGUSR1,
                        signal.SIGUSR2, signal.SIGABRT, signal.SIGIO,
                        signal.SIGXFSZ))

    def test_unusual_signals(self):
        """These signals do not kill the check either. [C39]"""
        if settings.wrapper:
            self.skipTest("the wrapper handles these signals itself")
        self.signalled((signal.SIGVTALRM, signal.SIGPROF, signal.SIGSYS,
                        signal.SIGTRAP, signal.SIGPWR, 16,  # SIGSTKFLT
                        signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE,
                        signal.SIGILL, signal.SIGRTMIN, signal.SIGRTMAX))

    def test_signals_that_mean_nothing(self):
        """SIGPIPE, SIGCHLD and the signals of terminals do not end the check.
        [C39]"""
        server = self.stub.socket("hang")
        numbers = (signal.SIGPIPE, signal.SIGCHLD, signal.SIGCONT,
                   signal.SIGURG, signal.SIGWINCH, signal.SIGTSTP,
                   signal.SIGTTIN, signal.SIGTTOU)
        checks = self.waiting([
            self.failing("fd4", "pass", server, number,
                         TARDIGREY_TIMEOUT=f"{BETWEEN_S}s")
            for number in numbers])
        for one, number in zip(checks, numbers):
            os.kill(one.pid, number)
        for one in checks:
            one.finish().accepts().in_time(BETWEEN_S)
            self.assertGreaterEqual(one.seconds, BETWEEN_S)

    def test_signals_in_a_row(self):
        """SIGTERM comes many times while the check writes the line. The exit
        status is 100 with the whole line, or 111. With 111, a line on
        descriptor 4 does no harm. [C39]"""
        if settings.wrapper:
            self.skipTest("it would see the handlers of the wrapper")
        server = self.stub.socket("defer")
        for _ in range(30):
            one = Check("fd4", server, self.fresh(), env={
                "TARDIGREY_ON_FAILURE": "tempfail"})
            # Wait until the check has installed its handlers. An earlier
            # signal kills the process.
            while not one.poll() and not catches(one.pid, signal.SIGTERM):
                pass
            while not one.poll():
                os.kill(one.pid, signal.SIGTERM)
            one.was_interrupted = True
            one.finish()


def catches(pid, number):
    """Whether a process has a handler for this signal."""
    found = re.search(r"^SigCgt:\t(\w+)$",
                      harness.read_file(f"/proc/{pid}/status"), re.M)
    return bool(found) and int(found.group(1), 16) >> (number - 1) & 1


def bad_sockets(case):
    """Paths that are no socket of a daemon, as {name: path}."""
    folder = harness.new_folder()
    harness.write_file(f"{folder}/file", "")
    os.mkdir(f"{folder}/folder")
    os.mkfifo(f"{folder}/fifo")
    os.symlink("nowhere", f"{folder}/link")
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(f"{folder}/stale")
    datagram = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    datagram.bind(f"{folder}/datagram")
    case.addCleanup(datagram.close)
    return {"too long": f"{folder}/{'x' * 108}", **{
        name: f"{folder}/{name}" for name in (
            "missing", "file", "file/below", "folder", "fifo", "link",
            "stale", "datagram")}}


class Direct(qmail.TestCase):
    """Checks that decide on a database without a daemon."""

    def setUp(self):
        super().setUp()
        self.state = harness.new_folder()
        harness.give_to(self.state)
        self.database = os.path.join(self.state, "check.db")
        self.config = os.path.join(self.folder, "check.conf")
        harness.write_file(self.config, f"delay = {qmail.delay_s()}s\n"
                           "delay_suspicious = 0\n")

    def direct(self, door, recipient, database=None, **more):
        """Start a check without a daemon."""
        env = {"TARDIGREY_DATABASE": database or f"sqlite:{self.database}",
               "TARDIGREY_CONFIG": self.config,
               "TARDIGREY_TIMEOUT": f"{PATIENCE_S}s",
               **more.pop("env", {})}
        more.setdefault("account", qmail.nobody())
        return Check(door, "/nowhere", recipient, env=env, **more)

    def test_direct_verdicts(self):
        """At every door, the first attempt and an early retry are deferred,
        and a later retry passes. [C38 C47]"""
        recipients = []
        for door in DOORS:
            def attempt(recipient):
                self.direct(door, recipient).finish().defers()
            recipients.append(self.early("r", attempt, attempt))
        recipient = recipients[-1]
        qmail.wait_until_passed(
            lambda: qmail.door_accepts(self.direct(door, recipient).finish()))
        for door, recipient in zip(DOORS, recipients):
            self.direct(door, recipient, env={
                "TARDIGREY_ON_FAILURE": "tempfail"}).finish().accepts()
        self.assertEqual(integrity(self.database), "ok")

    def test_direct_closed_descriptors(self):
        """If descriptor 0, 1, 2 or 4 is closed, the database does not get this
        number. [C41]"""
        for without in ((0,), (1,), (2,), (0, 1, 2)):
            if settings.wrapper and 2 in without:
                continue  # valgrind needs it
            for door in doors():
                for line in ("pipe", None):
                    one = self.direct(door, self.fresh(), line=line,
                                      without=without, label=without).finish()
                    if door == "spp" and 1 in without:
                        one.accepts()
                    elif door == "fd4" and line is None:
                        one.defers_without_line()
                    else:
                        one.defers()
        self.assertEqual(integrity(self.database), "ok")

    def test_direct_wins(self):
        """TARDIGREY_DATABASE is used instead of a socket, and --database
        instead of both. An empty TARDIGREY_DATABASE does not count. [C46]"""
        server = self.stub.socket("dunno")
        uri = f"sqlite:{self.database}"
        for door in doors():
            more = {"account": qmail.nobody()}
            check(door, server, self.fresh(), env={
                "TARDIGREY_DATABASE": uri}, **more).defers()
            check(door, server, self.fresh(), env={
                "TARDIGREY_DATABASE": "sqlite:/nowhere/x"},
                args=["--database", uri], **more).defers()
            check(door, server, self.fresh(), args=["--database", uri,
                  "-s", server], **more).defers()
            check(door, server, self.fresh(), env={
                "TARDIGREY_DATABASE": "",
                "TARDIGREY_ON_FAILURE": "tempfail"}, **more).accepts()
        check("spp", server, self.fresh(), args=["--spp", "--database", uri],
              account=qmail.nobody()).defers()

    def test_direct_configuration(self):
        """The check obeys the options mode, reply and delay in
        tardigrey.conf."""
        for options, verify in (
                ("mode = shadow\n", lambda one: one.accepts()),
                ("reply = 451 4.7.1 Soon\n",
                 lambda one: one.defers("451 4\\.7\\.1 Soon")),
                ("delay = 0\ndelay_suspicious = 0\n",
                 lambda one: one.accepts())):
            harness.write_file(self.config, options)
            for door in doors():
                verify(self.direct(door, self.fresh(), env={
                    "TARDIGREY_ON_FAILURE": "tempfail"}).finish())

    def test_direct_exempt(self):
        """If the recipient is exempt, the database is not opened. [C45]"""
        for env in ({"RELAYCLIENT": ""}, {"SMTP_AUTH_USER": "alice"},
                    {"TCPREMOTEIP": ""}):
            for door in doors():
                self.direct(door, self.fresh(), env=env, label=env) \
                    .finish().accepts()
        self.assertFalse(os.path.exists(self.database))

    def bad_databases(self):
        """Databases that cannot be used, as {name: URI}."""
        garbage = os.path.join(self.state, "garbage")
        harness.write_file(garbage, "not a database\n" * 500)
        newer = os.path.join(self.state, "newer")
        with contextlib.closing(sqlite3.connect(newer)) as database:
            database.execute("PRAGMA user_version = 999")
        root = harness.new_folder()
        roots_file = os.path.join(root, "file")
        harness.write_file(roots_file, "")
        for path in (garbage, newer):
            harness.give_to(path)
        return {"garbage": f"sqlite:{garbage}", "newer": f"sqlite:{newer}",
                "folder": f"sqlite:{self.state}", "no path": "sqlite:",
                "below a file": f"sqlite:{garbage}/x",
                "root's folder": f"sqlite:{root}/new",
                "root's file": f"sqlite:{roots_file}",
                "nowhere": "sqlite:/nowhere/x", "unknown": "redis://x",
                "no scheme": self.database, "device": "sqlite:/dev/full"}

    def test_direct_bad_databases(self):
        """A database that cannot be used is a failure. [C42 C55]"""
        for name, uri in self.bad_databases().items():
            for policy in POLICIES:
                for door in doors():
                    one = self.direct(door, self.fresh(), uri, label=name,
                                      env={"TARDIGREY_ON_FAILURE": policy})
                    one.finish().fails(policy).in_time(5)
                    self.assertNotEqual(one.err, "", name)

    def test_direct_bad_configuration(self):
        """A missing or wrong configuration is a failure."""
        wrong = os.path.join(self.folder, "wrong.conf")
        harness.write_file(wrong, "delay = soon\n")
        for config in (wrong, "/nowhere/x.conf", self.folder):
            for policy in POLICIES:
                for door in doors():
                    one = self.direct(door, self.fresh(), env={
                        "TARDIGREY_CONFIG": config,
                        "TARDIGREY_ON_FAILURE": policy})
                    one.finish().fails(policy)
                    self.assertIn(config, one.err)

    def test_direct_no_room(self):
        """The limit on the file size is 0. SIGXFSZ does not kill the check.
        [C55]"""
        if settings.wrapper:
            self.skipTest("the wrapper writes files too")
        for policy in POLICIES:
            for door in doors():
                self.direct(door, self.fresh(), env={
                    "TARDIGREY_ON_FAILURE": policy},
                    limits=[(resource.RLIMIT_FSIZE, 0)]) \
                    .finish().fails(policy).in_time(5)

    def test_direct_memory_limit(self):
        """16 megabytes of address space are enough, as the manual says."""
        self.skip_if_wrapped("the wrapper needs memory too")
        self.skip_if_sanitized("a sanitizer reserves address space")
        for door in doors():
            recipient = self.fresh()
            for _ in ("a new database", "a database with a record"):
                self.direct(door, recipient, limits=[
                    (resource.RLIMIT_AS, 16 << 20)]) \
                    .finish().defers()

    def locked(self):
        """Make a database, lock it as a writer does, and return it."""
        self.direct("original", self.fresh()).finish().defers()
        database = sqlite3.connect(self.database, isolation_level=None)
        self.addCleanup(database.close)
        database.execute("BEGIN IMMEDIATE")
        return database

    def test_direct_locked(self):
        """If another process keeps the database locked, the check fails in
        time. [C42]"""
        database = self.locked()
        for one in at_once([
                lambda d=door, p=policy: self.direct(d, self.fresh(), env={
                    "TARDIGREY_TIMEOUT": "1s", "TARDIGREY_ON_FAILURE": p})
                for door in doors() for policy in POLICIES]):
            if one.env["TARDIGREY_ON_FAILURE"] == "pass":
                one.accepts().in_time()
            else:
                one.defers(r"45[01] 4\.3\.0 [ -~]+").in_time()
        database.execute("ROLLBACK")
        for door in doors():
            self.direct(door, self.fresh()).finish().defers()

    def test_direct_signals(self):
        """A signal comes while the check waits for a lock. The check ends as
        for any failure, and the database is undamaged. [C39]"""
        self.locked()
        for number in (signal.SIGTERM, signal.SIGALRM, signal.SIGHUP,
                       signal.SIGINT, signal.SIGXCPU):
            for door in doors():
                one = self.direct(door, self.fresh(), label=number, env={
                    "TARDIGREY_TIMEOUT": "60s",
                    "TARDIGREY_ON_FAILURE": "tempfail"})
                wait_until("the database to be open",
                           lambda p=one.pid: is_open(p, self.database))
                os.kill(one.pid, number)
                one.finish().fails("tempfail").in_time(0)
        self.assertEqual(integrity(self.database), "ok")

    def test_direct_program_missing(self):
        """If tardigrey-rcptcheck-direct is missing, it is a failure."""
        if settings.wrapper:
            self.skipTest("the script of the wrapper finds the program")
        alone = os.path.join(self.folder, "tardigrey-rcptcheck")
        shutil.copy(settings.bare_check, alone)
        whole, settings.check = settings.check, alone
        try:
            for policy in POLICIES:
                for door in doors():
                    self.direct(door, self.fresh(), env={
                        "TARDIGREY_ON_FAILURE": policy}) \
                        .finish().fails(policy)
        finally:
            settings.check = whole


def is_open(pid, path):
    """Whether a process has this file open."""
    with contextlib.suppress(OSError):
        return any(os.readlink(f"/proc/{pid}/fd/{fd}") == path
                   for fd in os.listdir(f"/proc/{pid}/fd"))
    return False


class Crowd(qmail.TestCase):
    """Many checks at the same time."""

    def setUp(self):
        super().setUp()
        self.crowd_n = 200 if not settings.wrapper else 20
        self.timeout = f"{PATIENCE_S}s"

    def try_all(self, maker, recipients, verify):
        """Start a check for each recipient at the same moment, with the doors
        in turn. verify() tests each result."""
        gate = qmail.Gate()
        checks = [maker(DOORS[n % len(DOORS)], recipient, gate=gate)
                  for n, recipient in enumerate(recipients)]
        gate.open()
        for one in checks:
            verify(one.finish())

    def come_and_retry(self, maker):
        recipients = [self.fresh() for _ in range(self.crowd_n)]
        self.try_all(maker, recipients, lambda one: one.defers())
        last = self.fresh()
        maker("fd4", last).finish().defers()
        qmail.wait_until_passed(
            lambda: qmail.door_accepts(maker("fd4", last).finish()))
        self.try_all(maker, recipients, lambda one: one.accepts())

    def test_crowd(self):
        """200 checks ask the daemon at once."""
        daemon = self.daemon()
        self.come_and_retry(lambda door, recipient, **more: Check(
            door, daemon.unix, recipient, env={
                "TARDIGREY_TIMEOUT": self.timeout,
                "TARDIGREY_ON_FAILURE": "tempfail"}, **more))
        self.assertEqual(len(stored(daemon)), self.crowd_n + 1)

    def direct_maker(self):
        state = harness.new_folder()
        harness.give_to(state)
        self.database = os.path.join(state, "check.db")
        config = os.path.join(self.folder, "check.conf")
        harness.write_file(config, f"delay = {qmail.delay_s()}s\n"
                           "delay_suspicious = 0\n"
                           "auto_whitelist_after = 0\n")
        env = {"TARDIGREY_TIMEOUT": self.timeout,
               "TARDIGREY_ON_FAILURE": "tempfail",
               "TARDIGREY_CONFIG": config,
               "TARDIGREY_DATABASE": f"sqlite:{self.database}"}
        return lambda door, recipient, **more: Check(
            door, "/nowhere", recipient, env=env, account=qmail.nobody(),
            **more)

    def test_crowd_direct(self):
        """200 checks use one database at once, which does not exist before. No
        record is lost. [C49]"""
        self.come_and_retry(self.direct_maker())
        self.assertEqual(integrity(self.database), "ok")
        with contextlib.closing(sqlite3.connect(self.database)) as database:
            count, = database.execute(
                "SELECT count(*) FROM record WHERE passed_n > 0").fetchone()
        self.assertEqual(count, self.crowd_n + 1)

    def test_crowd_killed(self):
        """Many checks use one database, and half of them are killed at any
        moment. The database is undamaged, and the other checks get their
        answers. [C53]"""
        maker = self.direct_maker()
        maker("fd4", self.fresh()).finish().defers()
        gate = qmail.Gate()
        checks = [maker("fd4", self.fresh(), gate=gate) for _ in range(60)]
        gate.open()
        for number, one in enumerate(checks[::2]):
            time.sleep(0.001 * (number % 4))
            with contextlib.suppress(ProcessLookupError):
                os.kill(one.pid, signal.SIGKILL)
        for one in checks[1::2]:
            one.finish().defers()
        for one in checks[::2]:
            wait_until("the end", one.poll)
            self.assertIn(one.status, (-signal.SIGKILL, 100))
            one.collect()
        self.assertEqual(integrity(self.database), "ok")
