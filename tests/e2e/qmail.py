# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The Tardigrey developers
"""
Run tardigrey-rcptcheck as qmail does. A check is a process of this program.
The tests start a check in two ways: directly, with exactly the environment and
the descriptors of a door, or by tests/qmail/qmail_smtpd, which imitates each
variant of qmail-smtpd.

A door is the interface by which qmail-smtpd starts a check and gets its
answer:
    original  Soffian's RCPTCHECK: exit status 0 or 111
    fd4       the later variants: a line on descriptor 4 and exit status 100
    spp       qmail-spp: a line on standard output
"""
import contextlib
import fcntl
import itertools
import os
import pwd
import re
import resource
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

import harness
from harness import limit, settings, wait_until

FOLDER = os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), "qmail")
sys.path.insert(0, FOLDER)
import policy_stub  # noqa: E402

DOORS = ("original", "fd4", "spp")
VARIANTS = ("original", "jms1", "sagredo", "spp")
POLICIES = ("pass", "tempfail")

GREYLISTED = (r"450 4\.2\.0 Greylisted, please try again in [0-9]+ seconds "
              r"\(reference [0-9a-z]{8}\)")
STUB_LINE = "450 " + re.escape(policy_stub.LINE.decode())
TEMPFAIL = r"451 4\.3\.0 [ -~]+"

CLIENT = "192.0.2.7"
SENDER = "a@example.net"
UNREAD = b"DATA\r\nthis is for qmail-smtpd\r\n"
LINE_MAX = 499  # octets, with the newline

TIMEOUT_S = 1    # TARDIGREY_TIMEOUT at a server that gives no good answer
PATIENCE_S = 60  # the same at other servers: their answer must always count
BETWEEN_S = 5    # the same if the test does something until then
HUNG_S = 90      # a check that still runs is killed
SLACK_S = 20     # a check may take this much longer on a busy machine
JOBS = 32        # default number of checks at the same time


_doors_in_turn = itertools.cycle(DOORS)
_variants_in_turn = itertools.cycle(VARIANTS)


def doors():
    """All doors. With a slow wrapper such as valgrind only one, a different
    one in each call."""
    return (next(_doors_in_turn),) if settings.wrapper else DOORS


def variants():
    return (next(_variants_in_turn),) if settings.wrapper else VARIANTS


def timeout_s(server):
    """The default TARDIGREY_TIMEOUT of a check that asks this server."""
    name = os.path.basename(server)
    return TIMEOUT_S if name in policy_stub.FAILS or name in policy_stub.RUDE \
        else PATIENCE_S


def delay_s():
    """The delay of the daemons. It is long enough that an early retry is still
    early on a slow machine."""
    return 2 if settings.slow == 1 else int(2 + settings.slow)


# ---- The programs ----


def wrapped(path):
    """A script that runs the program by the wrapper. qmail-smtpd starts a
    check by its path alone, without arguments, so it needs a script."""
    if not settings.wrapper:
        return path
    script = os.path.join(settings.folder, os.path.basename(path))
    words = [shutil.which(settings.wrapper[0]), *settings.wrapper[1:], path]
    if os.path.basename(words[0]) == "valgrind":
        words.insert(1, "--trace-children=yes")  # rcptcheck-direct
    harness.write_file(script, f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
    os.chmod(script, 0o755)
    return script


def find_programs():
    """Find the programs, once: in the folder of the daemon, or by the
    options."""
    if hasattr(settings, "check"):
        return
    source = os.path.dirname(settings.daemon)
    check = os.path.abspath(
        getattr(settings, "rcptcheck", None) or
        os.path.join(source, "tardigrey-rcptcheck"))
    smtpd = os.path.abspath(
        getattr(settings, "qmail_smtpd", None) or
        os.path.join(source, "..", "tests", "qmail", "qmail_smtpd"))
    for path in (check, smtpd):
        if not os.access(path, os.X_OK):
            raise unittest.SkipTest(f"no {path}")
    settings.bare_check = check
    settings.check = wrapped(settings.bare_check)
    settings.smtpd = smtpd


# ---- Processes ----


def cut_loose(fds, report):
    """In a child process: make the open descriptors exactly those in fds, a
    dict of {number: our descriptor}. Another descriptor reports a failure, and
    closes when execve() succeeds. Returns it."""
    high = {number: fcntl.fcntl(ours, fcntl.F_DUPFD_CLOEXEC, 64)
            for number, ours in fds.items()}
    report = fcntl.fcntl(report, fcntl.F_DUPFD_CLOEXEC, 64)
    os.closerange(0, 64)
    for inherited in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            os.set_inheritable(int(inherited), False)
    for number, ours in high.items():
        os.dup2(ours, number)
    return report


def set_signals(blocked, ignored):
    """Ignore SIGPIPE as qmail-smtpd does. Undo the other settings of
    Python."""
    for number in (signal.SIGXFSZ, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    for number in (signal.SIGPIPE, *ignored):
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def become(argv, env, fds, report, cwd="/", account=None, blocked=(),
           ignored=(), limits=(), umask=0o022, gate=None):
    """In a child process: run the program. Never returns."""
    try:
        if gate is not None:
            gate.wait()
        os.chdir(cwd)
        os.umask(umask)
        if account is not None:
            os.setgroups([account.pw_gid])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
        report = cut_loose(fds, report)
        set_signals(blocked, ignored)
        for what, value in limits:
            resource.setrlimit(what, (value, value))
        os.execve(argv[0], argv, env)
    except BaseException as error:
        os.write(report, repr(error).encode())
    finally:
        os._exit(97)


class Gate:
    """Lets many child processes wait, and then start at the same time."""

    def __init__(self):
        self.out, self.into = os.pipe()
        self.reports = []

    def wait(self):
        os.close(self.into)
        os.read(self.out, 1)

    def open(self):
        os.close(self.into)
        os.close(self.out)
        for report in self.reports:
            wait_for_start(report)


def wait_for_start(report):
    with open(report, "rb") as file:
        trouble = file.read()
    expect(trouble == b"", f"a program was not started: {trouble}")


def spawn(argv, env, fds, gate=None, **surroundings):
    """Start a program by fork() and execve(), without PATH. It inherits only
    the descriptors in fds. Returns the pid when the program has started, or
    when it waits for the gate."""
    report, into = os.pipe()
    pid = os.fork()
    if pid == 0:
        become(argv, env, fds, into, gate=gate, **surroundings)
    os.close(into)
    if gate is None:
        wait_for_start(report)
    else:
        gate.reports.append(report)
    return pid


# ---- Servers that misbehave ----


class Stub:
    """Runs policy_stub.py, which has one socket for each kind of server."""

    def __init__(self):
        self.folder = harness.new_folder()
        self.said = b""
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(FOLDER, "policy_stub.py"),
             self.folder], stdout=subprocess.PIPE)
        os.set_blocking(self.process.stdout.fileno(), False)
        harness.running.append(self)
        wait_until("the stub", lambda: self.count("ready"))

    def socket(self, name):
        return os.path.join(self.folder, name)

    def count(self, line):
        """How often the stub has printed this line."""
        while some := self.process.stdout.read():
            self.said += some
        return self.said.decode().splitlines().count(line)

    def asked_n(self, name):
        return self.count(f"{name} asked")

    def wait_asked(self, name, count):
        wait_until(f"{name} to be asked",
                   lambda: self.asked_n(name) >= count, every_s=0.005)

    def kill(self):
        harness.running.remove(self)
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


# ---- One check by itself ----


class Pipe:
    """A pipe for a child to write to."""

    def __init__(self):
        self.out, self.into = os.pipe()

    def read(self):
        """Read everything that was written. It is an error if a process still
        has the pipe open."""
        os.close(self.into)
        os.set_blocking(self.out, False)
        octets = b""
        try:
            while some := os.read(self.out, 65536):
                octets += some
        except BlockingIOError:
            raise AssertionError("a process left behind holds a pipe") \
                from None
        finally:
            os.close(self.out)
        return octets


def envelope(door, client, sender, recipient):
    """The variables that a door sets. A value of None is left out."""
    names, env = ("SENDER", "RECIPIENT"), {}
    if door == "fd4":
        env = {"HELO": "mail.example.net", "USE_FD4": "1"}
    elif door == "spp":
        names = ("SMTPMAILFROM", "SMTPRCPTTO")
        env = {"SMTPHELOHOST": "mail.example.net", "SMTPRCPTCOUNT": "0",
               "SMTPRCPTCOUNTALL": "1", "SMTPRCPTHOSTSOK": "1"}
    values = zip(("TCPREMOTEIP", *names), (client, sender, recipient))
    return env | {name: value for name, value in values if value is not None}


class Check:
    """A running check. finish() tests the rules that hold for every check,
    [C38-C43].

    line is descriptor 4: "pipe", one of our descriptors, or None (closed).
    stdout and log can be our descriptors too. "without" lists which of the
    descriptors 0, 1 and 2 are closed. "drop" lists variables to remove from
    the environment.
    """

    def __init__(self, door, server, recipient, *, client=CLIENT,
                 sender=SENDER, env=None, args=(), line="pipe", without=(),
                 drop=(), label="", stdout=None, log=None, **surroundings):
        self.door = door
        self.label = f"{door} {label}"
        self.env = {
            "TARDIGREY_SOCKET": server,
            "TARDIGREY_TIMEOUT": f"{timeout_s(server)}s",
            **envelope(door, client, sender, recipient), **(env or {})}
        for name in drop:
            self.env.pop(name, None)
        self.open_descriptors(line, without, stdout, log)
        self.began = time.monotonic()
        self.pid = spawn([settings.check, *args], self.env, self.fds,
                         **surroundings)
        self.status = None
        self.seconds = 0
        self.out = self.written = b""

    def open_descriptors(self, line, without, stdout, log):
        self.client, self.ours = socket.socketpair()
        self.ours.send(UNREAD)
        self.log = tempfile.TemporaryFile()
        self.stdout = Pipe()
        self.line = Pipe() if line == "pipe" else None
        fds = {0: self.client.fileno(), 1: self.stdout.into,
               2: self.log.fileno() if log is None else log}
        if self.door == "original":
            fds[1] = self.client.fileno()
        elif self.door == "spp":
            del fds[0]
        if stdout is not None:
            fds[1] = stdout
        self.fds = {n: fd for n, fd in fds.items() if n not in without}
        if line == "pipe":
            self.fds[4] = self.line.into
        elif line is not None:
            self.fds[4] = line

    # A signal may come after the line was written. The exit status is then 111.
    was_interrupted = False

    def poll(self):
        """Whether the check has ended."""
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid == self.pid:
                self.seconds = time.monotonic() - self.began
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is not None

    def is_hung(self):
        return time.monotonic() > self.began + limit(HUNG_S)

    def finish(self):
        while not self.poll():
            if self.is_hung():
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                self.seconds, self.status = limit(HUNG_S), "hung"
            time.sleep(0.001)
        try:
            self.collect()
            self.check_rules()
        except AssertionError as error:
            raise AssertionError(f"{self.described()}: {error}") from None
        return self

    def described(self):
        return (f"{self.label}: exit {self.status}, on 1 {self.out!r}, on 4 "
                f"{self.written!r}, in {self.seconds:.2f} s, said: "
                f"{self.err[-2000:]}")

    def collect(self):
        self.log.seek(0)
        self.err = self.log.read().decode(errors="replace")
        self.log.close()
        self.unread = self.client.recv(4096, socket.MSG_DONTWAIT)
        self.client.close()
        self.ours.setblocking(False)
        try:
            self.said = self.ours.recv(4096)
        except BlockingIOError:
            raise AssertionError("a process left behind holds the client") \
                from None
        finally:
            self.ours.close()
        self.out = self.stdout.read()
        self.written = self.line.read() if self.line else b""

    def check_rules(self):
        harness.check_reports(self.err)
        expect(self.unread == UNREAD, "read from descriptor 0")
        expect(self.said == b"", f"said to the client: {self.said!r}")
        expect(self.status in (0, 100, 111), "an unknown exit status")
        if self.door == "spp":
            expect(self.status == 0, "the exit status is not 0")
            check_line(self.out, b"E", self.out != b"")
        else:
            expect(self.out == b"", "wrote to descriptor 1")
        if self.line is not None:
            check_line(self.written, b"", self.status == 100 or
                       (self.was_interrupted and self.status == 111 and
                        self.written != b""))

    # The answer of the check.

    def accepts(self):
        expect(self.status == 0 and self.out == b"",
               f"{self.described()}: expected it to accept")
        return self

    def defers(self, pattern=GREYLISTED):
        """The check must defer, with a line that matches if the door has
        one."""
        line, status = self.written, 100
        if self.door == "original":
            pattern, line, status = "", b"\n", 111
        elif self.door == "spp":
            pattern, line, status = "E" + pattern, self.out, 0
        expect(self.status == status and
               re.fullmatch(pattern.encode() + b"\n", line),
               f"{self.described()}: expected {pattern!r}")
        return self

    def defers_without_line(self):
        """The check must defer by its exit status alone, because it cannot
        write to descriptor 4."""
        expect(self.status == 111,
               f"{self.described()}: expected exit 111")
        return self

    def fails(self, policy):
        return self.accepts() if policy == "pass" else self.defers(TEMPFAIL)

    def in_time(self, seconds=TIMEOUT_S):
        expect(self.seconds <= seconds + SLACK_S * settings.slow,
               f"{self.described()}: expected it after {seconds} s")
        return self


def check_line(octets, prefix, wanted):
    if not wanted:
        expect(octets == b"", "a line that must not be there")
        return
    expect(re.fullmatch(prefix + rb"4[0-9][0-9] [ -~]+\n", octets) and
           len(octets) <= LINE_MAX, "not a single line with a 4yz reply")


def expect(condition, message):
    if not condition:
        raise AssertionError(message)


def check(door, server, recipient, **more):
    """Run one check to its end."""
    return Check(door, server, recipient, **more).finish()


def at_once(makers, jobs=JOBS):
    """Run many checks, at most "jobs" at the same time. Yields each when it
    ends."""
    if settings.slow > 1:
        jobs = min(jobs, 4)
    waiting, running = list(reversed(makers)), []
    while waiting or running:
        while waiting and len(running) < jobs:
            running.append(waiting.pop()())
        over = [one for one in running if one.poll() or one.is_hung()]
        running = [one for one in running if one not in over]
        for one in over:
            yield one.finish()
        time.sleep(0.001)


# ---- One SMTP session ----


def smtpd_environment(server, client=CLIENT):
    """The environment that a run script and tcpserver give to qmail-smtpd."""
    env = {"RCPTCHECK": settings.check, "SPP_PLUGIN": settings.check,
           "NOSPP": "1", "PROTO": "TCP", "QMAIL_HOME": "/usr",
           "TARDIGREY_SOCKET": server,
           "TARDIGREY_TIMEOUT": f"{timeout_s(server)}s"}
    if client is not None:
        env |= {"TCPREMOTEIP": client, "TCPREMOTEPORT": "40000"}
    return env


class Session:
    """A client of qmail_smtpd, over a socket pair or a connection."""

    def __init__(self, variant, server="", *, env=None, drop=(),
                 client=CLIENT, connection=None, label=""):
        self.variant = variant
        self.label = f"{variant} {label} {env or ''}"
        self.buffer = b""
        self.pid = None
        self.socket = connection
        if connection is None:
            env = smtpd_environment(server, client) | (env or {})
            self.start({name: value for name, value in env.items()
                        if name not in drop})
        self.socket.settimeout(limit())
        expect(self.reply().startswith("220 "), "no greeting")

    def start(self, env):
        self.log = tempfile.TemporaryFile()
        self.socket, theirs = socket.socketpair()
        self.pid = spawn(
            [settings.smtpd, self.variant], env,
            {0: theirs.fileno(), 1: theirs.fileno(), 2: self.log.fileno()})
        theirs.close()

    def send(self, *lines):
        self.sent = time.monotonic()
        self.socket.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def reply(self):
        """Read a line of a reply. "" means that the connection is closed."""
        while b"\r\n" not in self.buffer:
            try:
                some = self.socket.recv(4096)
            except ConnectionResetError:
                some = b""
            if some == b"":
                expect(self.buffer == b"", f"half a reply: {self.buffer!r}")
                return ""
            self.buffer += some
        line, _, self.buffer = self.buffer.partition(b"\r\n")
        return line.decode()

    def command(self, line):
        """Send a command and read the reply. "" means that the connection is
        closed."""
        with contextlib.suppress(BrokenPipeError):
            self.send(line)
        return self.reply()

    def begin(self, sender=SENDER):
        expect(self.command("HELO mail.example.net") == "250 qmail.example",
               "HELO")
        expect(self.command(f"MAIL FROM:<{sender}>") == "250 ok", "MAIL")
        return self

    def ask(self, recipient):
        """Send RCPT. answer() reads the reply."""
        self.send(f"RCPT TO:<{recipient}>")
        return self

    def answer(self):
        """Read the reply to RCPT, and test if the connection is still open."""
        self.got = self.reply()
        self.seconds = time.monotonic() - self.sent
        self.open = self.command("NOOP") == "250 ok"
        return self

    def rcpt(self, recipient):
        return self.ask(recipient).answer()

    def close(self):
        self.socket.close()
        if self.pid is None:
            return
        _, status = os.waitpid(self.pid, 0)
        self.log.seek(0)
        err = self.log.read().decode(errors="replace")
        self.log.close()
        harness.check_reports(err)
        expect(os.WIFEXITED(status), f"{self.label}: {status} {err}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # The reply of qmail-smtpd.

    def expect(self, pattern, is_open):
        expect(re.fullmatch(pattern, self.got) and self.open == is_open,
               f"{self.label}: got {self.got!r}, "
               f"{'open' if self.open else 'closed'} after it; expected "
               f"{pattern!r}, {'open' if is_open else 'closed'}")
        return self

    def accepted(self):
        return self.expect("250 ok", True)

    def deferred(self, pattern=GREYLISTED):
        """The reply must defer, in the way of this variant."""
        if self.variant == "original":
            return self.expect(
                r"421 unable to verify recipient \(#4\.3\.0\)", False)
        hangs_up = self.variant == "sagredo" and pattern.startswith("421")
        return self.expect(pattern, not hangs_up)

    def failed(self, policy):
        return self.accepted() if policy == "pass" else \
            self.deferred(TEMPFAIL)


def rcpt(variant, server, recipient, sender=SENDER, **more):
    """Run one session with one recipient."""
    with Session(variant, server, **more) as session:
        return session.begin(sender).rcpt(recipient)


# ---- Tests ----


class TestCase(harness.TestCase):
    """A test with a stub, a daemon with a short delay, and new recipients."""

    @classmethod
    def setUpClass(cls):
        find_programs()
        cls.stub = Stub()
        cls.addClassCleanup(cls.stub.kill)
        cls.names_n = 0

    def fresh(self, what="r"):
        """A recipient that no test has used."""
        type(self).names_n += 1
        return f"{what}{self.names_n}@example.org"

    def daemon(self, **options):
        return self.start_daemon(delay=f"{delay_s()}s", **options)

    def early(self, what, *attempts):
        """Return a new recipient that all attempts have found deferred. On a
        slow machine the delay may be over before the last attempt. If so, try
        with another recipient. The daemon counts whole seconds."""
        for is_last in (False,) * 4 + (True,):
            recipient = self.fresh(what)
            began_s = time.monotonic()
            try:
                for attempt in attempts:
                    attempt(recipient)
            except AssertionError:
                was_early = time.monotonic() - began_s < delay_s() - 1
                if was_early or is_last:
                    raise
            else:
                return recipient

    def until_passed(self, door, server, recipient, **more):
        """Retry until the recipient passes. Then recipients that were tried
        earlier also pass."""
        wait_until_passed(lambda: door_accepts(
            check(door, server, recipient, **more)))


def wait_until_passed(try_once):
    """Retry until try_once() returns True. This does not test whether it
    passes too early. The tests of early retries do that."""
    wait_until("the retry to pass", try_once, delay_s() + harness.LIMIT_S,
               0.2)


def door_accepts(one):
    return one.status == 0 and one.out == b""


def stored_form(address):
    """A pattern for an address in the database, see decide/key_text.h."""
    if len(address) <= 128:
        return re.escape(address)
    return (f"{re.escape(address[:40])}~[0-9a-f]{{16}}~"
            f"{re.escape(address[-70:])}")


def is_stored(daemon, sender, recipient):
    return any(re.fullmatch(stored_form(sender), key[0]) and
               re.fullmatch(stored_form(recipient), key[1])
               for key in stored(daemon))


def stored(daemon):
    """The records of a daemon, as {(sender, recipient): client}."""
    with contextlib.closing(sqlite3.connect(daemon.database)) as database:
        return {(sender, recipient): client
                for client, sender, recipient in database.execute(
                    "SELECT client, sender, recipient FROM "
                    + harness.RECORDS)}


def nobody():
    return pwd.getpwnam(harness.USER)
