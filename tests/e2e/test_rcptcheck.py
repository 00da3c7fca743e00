# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The Tardigrey developers
"""tardigrey-rcptcheck by itself. Numbers in brackets are requirements."""
import contextlib
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
import unittest

import harness
import qmail
from harness import settings, wait_until
from qmail import (DOORS, GREYLISTED, POLICIES, SENDER, STUB_LINE, TIMEOUT_S,
                   Check, at_once, check, doors, policy_stub, stored)


class Question(qmail.TestCase):
    """What is asked, and of whom nothing is asked."""

    def test_exempt(self):
        """RELAYCLIENT, even empty, and authenticated users. [C45]"""
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
        """Without an address there is nobody to greylist. [C12 C44]"""
        daemon = self.daemon()
        for env in ({}, {"TCPREMOTEIP": ""}, {"TCPREMOTEIP": "unknown"},
                    {"TCPREMOTEIP": "256.1.1.1"}, {"TCP6REMOTEIP": "::g"}):
            for door in doors():
                check(door, daemon.unix, self.fresh(), client=None,
                      label=env, env=env | {
                          "TARDIGREY_ON_FAILURE": "tempfail"}).accepts()
        self.assertEqual(stored(daemon), {})

    def test_client_addresses(self):
        """IPv6 in either variable, and mapped IPv4. [C8 C44]"""
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
        """Strange senders and recipients arrive as they are. [C44]"""
        daemon = self.daemon()
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
            self.assertIn(key, stored(daemon))

    def test_long_words(self):
        """A client chooses its HELO and the name of its address; however
        long, they are no way round the greylist. [C42 C44]"""
        daemon = self.daemon()
        for door in doors():
            helo = "SMTPHELOHOST" if door == "spp" else "HELO"
            for env in ({helo: "h" * 300}, {helo: "h" * 9000},
                        {helo: "h" * 100000}, {"TCPREMOTEHOST": "p" * 255},
                        {"TCPREMOTEHOST": "\\001" * 255},
                        {"TCPREMOTEHOST": "p" * 10000},
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
        """A daemon that only observes: all pass, all is stored. [C17]"""
        daemon = self.daemon(mode="shadow")
        recipients = [self.fresh() for _ in DOORS]
        for door, recipient in zip(DOORS, recipients):
            check(door, daemon.unix, recipient, env={
                "TARDIGREY_ON_FAILURE": "tempfail"}).accepts()
        self.assertEqual({r for _, r in stored(daemon)}, set(recipients))

    def test_reply_texts(self):
        """What the option reply says, in full, at every door. [C40]"""
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
    """Whatever process it is started from."""

    def test_bare_environment(self):
        """No HOME, no PATH, nothing but the envelope. [C44]"""
        server = self.daemon().unix
        for door in doors():
            check(door, server, self.fresh(), args=["-s", server], drop=(
                "TARDIGREY_SOCKET", "TARDIGREY_TIMEOUT", "HELO",
                "SMTPHELOHOST")).defers()

    def test_any_folder(self):
        """cwd is qmail's home, or has been removed. [C44]"""
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
        """As qmaild, who is not the daemon's account."""
        server = self.daemon().unix
        for door in doors():
            check(door, server, self.fresh(), account=qmail.nobody()) \
                .defers()

    def test_closed_descriptors(self):
        """0, 1 or 2 closed: nothing of ours takes their place. [C41]"""
        server = self.daemon().unix
        for without in ((0,), (2,), (0, 2), (0, 1, 2)):
            if settings.wrapper and 2 in without:
                continue  # valgrind needs it
            for door in doors():
                one = check(door, server, self.fresh(), without=without,
                            label=f"without {without}")
                if door == "spp" and 1 in without:
                    one.accepts()  # nobody to tell
                else:
                    one.defers()

    def test_stuck_log(self):
        """Descriptor 2 is a full pipe that nobody reads, or full. [C42]"""
        out, into = os.pipe()
        self.addCleanup(os.close, out)
        self.addCleanup(os.close, into)
        fill(into)
        full = os.open("/dev/full", os.O_WRONLY)
        self.addCleanup(os.close, full)
        for one in at_once([
                lambda d=door, p=policy, log=log: Check(
                    d, "/nowhere", self.fresh(), log=log,
                    env={"TARDIGREY_ON_FAILURE": p})
                for log in (into, full) for policy in POLICIES
                for door in doors()]):
            one.fails(one.env["TARDIGREY_ON_FAILURE"]).in_time()

    def test_inherited_signals(self):
        """Blocked or ignored by our parent: the timer works. [C42]"""
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
        """-s wins over the environment; nonsense fails softly. [C39]"""
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
        """Called without any envelope: never 1, never 100. [C39]"""
        server = self.daemon().unix
        for door in doors():
            check(door, server, None, client=None, sender=None).accepts()
            check(door, server, None).accepts()
            check(door, server, self.fresh(), sender=None).defers()

    def test_bad_settings(self):
        """A timeout or a policy that is no such thing is the default's."""
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
        """While it asks: no child, no descriptor but its socket, which is
        not one that means something; and it maps no database. [C43 C46]"""
        if settings.wrapper:
            self.skipTest("that would look at the wrapper")
        for door, line in (*((door, "pipe") for door in doors()),
                           ("fd4", None), ("original", None)):
            asked = self.stub.asked_n("hang")
            one = Check(door, self.stub.socket("hang"), self.fresh(),
                        line=line)
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
    """Descriptor 4, without which 100 would reject for good."""

    def lines_that_fail(self):
        """{name: descriptor or None}"""
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
        """Closed, full, read-only, nobody reads: 111. [C38 C39 C40]"""
        defer, dunno, hang = map(
            self.stub.socket, ("defer", "dunno", "hang"))
        for one in at_once([
                lambda n=name, d=line, s=server: Check(
                    "fd4", s, self.fresh(), line=d, label=n,
                    env={"TARDIGREY_ON_FAILURE": "tempfail"})
                for name, line in self.lines_that_fail().items()
                for server in (defer, dunno, hang, "/nowhere")]):
            if one.env["TARDIGREY_SOCKET"] == dunno:
                one.accepts().in_time()
            else:
                one.defers_without_line().in_time()

    def test_can_be_written(self):
        """Whatever takes it whole is good: a file, a socket. [C38]"""
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
        """USE_FD4 missing or empty: 111, and not a word on 4. [C38]"""
        server = self.stub.socket("defer")
        check("original", server, self.fresh()).defers()
        for env, drop in (({"USE_FD4": ""}, ()), ({}, ("USE_FD4",))):
            one = check("fd4", server, self.fresh(), env=env, drop=drop)
            one.defers_without_line()
            self.assertEqual(one.written, b"")

    def test_nobody_hears_plugin(self):
        """Standard output of a plugin cannot be written: exit 0. [C47]"""
        defer, hang = map(self.stub.socket, ("defer", "hang"))
        lines = self.lines_that_fail()
        del lines["closed"]
        for one in at_once([
                lambda n=name, fd=line, s=server: Check(
                    "spp", s, self.fresh(), stdout=fd, label=n,
                    env={"TARDIGREY_ON_FAILURE": "tempfail"})
                for name, line in lines.items()
                for server in (defer, hang)]):
            one.accepts().in_time()

    def test_database_is_not_a_line(self):
        """Descriptor 4 closed: no file of ours is taken for it. [C40]"""
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
    """Whatever the server does, it ends in time and by the policy."""

    def failing(self, door, policy, server, name):
        return lambda: Check(
            door, server, self.fresh(), label=f"{name} {policy}",
            env={"TARDIGREY_ON_FAILURE": policy})

    def test_good_answers(self):
        """Whole answers count at once, however they come. [C38 C47]"""
        makers = []
        for door in doors():
            # A failure would look different: its policy is the opposite.
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
        """Hung, slow, cut off, garbage, endless, empty. [C42]"""
        makers = [
            self.failing(door, policy, self.stub.socket(name), name)
            for name in (*policy_stub.FAILS, "deaf", "full", "close-at-once")
            for policy in POLICIES for door in doors()]
        for one in at_once(makers):
            one.fails(one.env["TARDIGREY_ON_FAILURE"]).in_time()

    def test_answer_before_question(self):
        """An answer is lost or not when the server closes without reading:
        any verdict is fine, any manners are not. [C39]"""
        server = self.stub.socket("defer-unread")
        for one in at_once([
                self.failing(door, "tempfail", server, "unread")
                for door in doors() for _ in range(20)]):
            one.in_time()

    def test_bad_sockets(self):
        """Missing, stale, a file, a folder, too long. [C42]"""
        for name, path in bad_sockets(self).items():
            for policy in POLICIES:
                for door in doors():
                    one = self.failing(door, policy, path, name)().finish()
                    one.fails(policy).in_time()
                    self.assertNotEqual(one.err, "", name)

    def test_forbidden_socket(self):
        """A socket that the account of qmail-smtpd may not use. [C42]"""
        daemon = self.daemon(socket_mode="0600")
        for policy in POLICIES:
            for door in doors():
                check(door, daemon.unix, self.fresh(),
                      account=qmail.nobody(), env={
                          "TARDIGREY_ON_FAILURE": policy}) \
                    .fails(policy).in_time()

    def test_hung_daemon(self):
        """The real daemon is stopped, then goes on. [C42]"""
        daemon = self.daemon()
        daemon.signal(signal.SIGSTOP)
        makers = [self.failing(door, policy, daemon.unix, "stopped")
                  for door in doors() for policy in POLICIES]
        try:
            for one in at_once(makers):
                one.fails(one.env["TARDIGREY_ON_FAILURE"]).in_time()
        finally:
            daemon.signal(signal.SIGCONT)
        for door in doors():
            check(door, daemon.unix, self.fresh()).defers()

    def test_killed_daemon(self):
        """The real daemon is killed while it is asked, then starts anew
        and remembers. [C42 C53]"""
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
        """TARDIGREY_TIMEOUT, and 5 s without it. [C42]"""
        server = self.stub.socket("hang")
        limits = {"5s": 5, "2s": 2, "300ms": 0.3, "1ms": 0.001}
        for one in at_once([
                lambda d=door, t=text: Check(
                    d, server, self.fresh(), label=t,
                    env={"TARDIGREY_TIMEOUT": t if t != "5s" else ""})
                for text in limits for door in doors()]):
            seconds = limits[one.label.split()[1]]
            one.accepts().in_time(seconds)
            self.assertGreaterEqual(one.seconds, seconds)

    def waiting(self, makers):
        """Checks that wait for the answer of the one who hangs."""
        asked = self.stub.asked_n("hang")
        checks = [make() for make in makers]
        self.stub.wait_asked("hang", asked + len(checks))
        return checks

    def signalled(self, numbers):
        """Send each to checks that wait for an answer."""
        server = self.stub.socket("hang")
        for number in numbers:
            checks = self.waiting([
                self.failing(door, policy, server, number)
                for policy in POLICIES for door in doors()])
            for one in checks:
                os.kill(one.pid, number)
            for one in checks:
                one.finish().fails(one.env["TARDIGREY_ON_FAILURE"]).in_time()

    def test_signals(self):
        """Those that come from people, timers and limits. [C39]"""
        self.signalled((signal.SIGTERM, signal.SIGALRM, signal.SIGHUP,
                        signal.SIGINT, signal.SIGXCPU, signal.SIGQUIT,
                        signal.SIGUSR1, signal.SIGUSR2, signal.SIGABRT,
                        signal.SIGIO, signal.SIGXFSZ))

    def test_signals_nobody_sends(self):
        """Every other one that can be handled. [C39]"""
        if settings.wrapper:
            self.skipTest("the wrapper has its own ideas of them")
        self.signalled((signal.SIGVTALRM, signal.SIGPROF, signal.SIGSYS,
                        signal.SIGTRAP, signal.SIGPWR, signal.SIGSTKFLT,
                        signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE,
                        signal.SIGILL, signal.SIGRTMIN, signal.SIGRTMAX))

    def test_signals_that_mean_nothing(self):
        """SIGPIPE, SIGCHLD, those of terminals: the wait goes on. [C39]"""
        server = self.stub.socket("hang")
        numbers = (signal.SIGPIPE, signal.SIGCHLD, signal.SIGCONT,
                   signal.SIGURG, signal.SIGWINCH, signal.SIGTSTP,
                   signal.SIGTTIN, signal.SIGTTOU)
        checks = self.waiting([
            self.failing("fd4", "pass", server, number)
            for number in numbers])
        for one, number in zip(checks, numbers):
            os.kill(one.pid, number)
        for one in checks:
            one.finish().accepts().in_time()
            self.assertGreaterEqual(one.seconds, TIMEOUT_S)

    def test_signals_in_a_row(self):
        """A storm of SIGTERM while the line is written: 100 with all of it,
        or 111 and, at worst, a line that nobody reads. [C39]"""
        if settings.wrapper:
            self.skipTest("the handlers seen are the wrapper's")
        server = self.stub.socket("defer")
        for _ in range(30):
            one = Check("fd4", server, self.fresh(), env={
                "TARDIGREY_ON_FAILURE": "tempfail"})
            # Not before its handlers are there: no program can help that.
            while not one.poll() and not catches(one.pid, signal.SIGTERM):
                pass
            while not one.poll():
                os.kill(one.pid, signal.SIGTERM)
            one.finish()


def catches(pid, number):
    """Whether a process has a handler for this signal."""
    found = re.search(r"^SigCgt:\t(\w+)$",
                      harness.read_file(f"/proc/{pid}/status"), re.M)
    return bool(found) and int(found.group(1), 16) >> (number - 1) & 1


def bad_sockets(case):
    """{name: path} of what is no daemon's socket."""
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
    """Without a daemon: on one database, in the process itself."""

    def setUp(self):
        super().setUp()
        self.state = harness.new_folder()
        harness.give_to(self.state)
        self.database = os.path.join(self.state, "check.db")
        self.config = os.path.join(self.folder, "check.conf")
        harness.write_file(self.config, f"delay = {qmail.delay_s()}s\n")

    def direct(self, door, recipient, database=None, **more):
        """A check that is not finished yet."""
        env = {"TARDIGREY_DATABASE": database or f"sqlite:{self.database}",
               "TARDIGREY_CONFIG": self.config, "TARDIGREY_TIMEOUT": "5s",
               **more.pop("env", {})}
        more.setdefault("account", qmail.nobody())
        return Check(door, "/nowhere", recipient, env=env, **more)

    def test_direct_verdicts(self):
        """First try, early retry, pass, at every door. [C38 C47]"""
        recipients = [self.fresh() for _ in DOORS]
        for door, recipient in zip(DOORS, recipients):
            for _ in ("first", "early"):
                self.direct(door, recipient).finish().defers()
        qmail.wait_until_passed(
            lambda: qmail.door_accepts(self.direct(door, recipient).finish()))
        for door, recipient in zip(DOORS, recipients):
            self.direct(door, recipient, env={
                "TARDIGREY_ON_FAILURE": "tempfail"}).finish().accepts()
        self.assertEqual(integrity(self.database), "ok")

    def test_direct_closed_descriptors(self):
        """0, 1, 2 or 4 closed: the database is not put there. [C41]"""
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
        """TARDIGREY_DATABASE over a socket, --database over both; empty
        is none. [C46]"""
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
        """Its rules are tardigrey.conf's: mode, reply, prefix."""
        for options, judge in (
                ("mode = shadow\n", lambda one: one.accepts()),
                ("reply = 451 4.7.1 Soon\n",
                 lambda one: one.defers("451 4\\.7\\.1 Soon")),
                ("delay = 0\n", lambda one: one.accepts())):
            harness.write_file(self.config, options)
            for door in doors():
                judge(self.direct(door, self.fresh(), env={
                    "TARDIGREY_ON_FAILURE": "tempfail"}).finish())

    def test_direct_exempt(self):
        """Nothing is opened for those nobody asks about. [C45]"""
        for env in ({"RELAYCLIENT": ""}, {"SMTP_AUTH_USER": "alice"},
                    {"TCPREMOTEIP": ""}):
            for door in doors():
                self.direct(door, self.fresh(), env=env, label=env) \
                    .finish().accepts()
        self.assertFalse(os.path.exists(self.database))

    def bad_databases(self):
        """{name: URI}"""
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
        """Unreadable, foreign, newer: the failure policy. [C42 C55]"""
        for name, uri in self.bad_databases().items():
            for policy in POLICIES:
                for door in doors():
                    one = self.direct(door, self.fresh(), uri, label=name,
                                      env={"TARDIGREY_ON_FAILURE": policy})
                    one.finish().fails(policy).in_time(5)
                    self.assertNotEqual(one.err, "", name)

    def test_direct_bad_configuration(self):
        """A file that is missing or wrong: the failure policy."""
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
        """Not an octet more may be written: SIGXFSZ does not kill. [C55]"""
        if settings.wrapper:
            self.skipTest("the wrapper writes too")
        for policy in POLICIES:
            for door in doors():
                self.direct(door, self.fresh(), env={
                    "TARDIGREY_ON_FAILURE": policy},
                    limits=[(resource.RLIMIT_FSIZE, 0)]) \
                    .finish().fails(policy).in_time(5)

    def locked(self):
        """The database, with the lock of a writer on it."""
        self.direct("original", self.fresh()).finish().defers()
        database = sqlite3.connect(self.database, isolation_level=None)
        self.addCleanup(database.close)
        database.execute("BEGIN IMMEDIATE")
        return database

    def test_direct_locked(self):
        """Somebody writes and does not end: the policy, in time. [C42]"""
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
        """While it waits for a lock: not killed, and no harm. [C39]"""
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
        """Without the second program beside it: the policy."""
        if settings.wrapper:
            self.skipTest("a copy of the wrapper finds it")
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
    """Many at once."""

    def setUp(self):
        super().setUp()
        self.crowd_n = 200 if not settings.wrapper else 20
        self.timeout = "20s" if settings.slow == 1 else "60s"

    def try_all(self, maker, recipients, judge):
        """All doors in turn, and all at the same moment."""
        gate = qmail.Gate()
        checks = [maker(DOORS[n % len(DOORS)], recipient, gate=gate)
                  for n, recipient in enumerate(recipients)]
        gate.open()
        for one in checks:
            judge(one.finish())

    def come_and_retry(self, maker):
        recipients = [self.fresh() for _ in range(self.crowd_n)]
        self.try_all(maker, recipients, lambda one: one.defers())
        last = self.fresh()
        maker("fd4", last).finish().defers()
        qmail.wait_until_passed(
            lambda: qmail.door_accepts(maker("fd4", last).finish()))
        self.try_all(maker, recipients, lambda one: one.accepts())

    def test_crowd(self):
        """200 at once, asking the daemon."""
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
                           "auto_whitelist_after = 0\n")
        env = {"TARDIGREY_TIMEOUT": self.timeout,
               "TARDIGREY_ON_FAILURE": "tempfail",
               "TARDIGREY_CONFIG": config,
               "TARDIGREY_DATABASE": f"sqlite:{self.database}"}
        return lambda door, recipient, **more: Check(
            door, "/nowhere", recipient, env=env, account=qmail.nobody(),
            **more)

    def test_crowd_direct(self):
        """200 at once on one SQLite file, which none of them has made
        before: nothing is lost. [C49]"""
        self.come_and_retry(self.direct_maker())
        self.assertEqual(integrity(self.database), "ok")
        with contextlib.closing(sqlite3.connect(self.database)) as database:
            count, = database.execute(
                "SELECT count(*) FROM record WHERE passed_n > 0").fetchone()
        self.assertEqual(count, self.crowd_n + 1)

    def test_crowd_killed(self):
        """Many on one file, and half of them killed at any time: the file
        is sound, and the others get their verdict. [C53]"""
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
