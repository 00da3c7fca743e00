# SPDX-License-Identifier: ISC
"""
The parts that all end-to-end tests share: the daemon, a client, and waiting.

To wait for an effect, the tests poll until it is there. They give up after a
long time limit, which --slow-factor multiplies.
"""
import contextlib
import glob
import itertools
import os
import pwd
import random
import re
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
import types
import unittest

settings = types.SimpleNamespace(
    daemon=None,  # path of tardigreyd
    wrapper=[],  # command that runs the daemon, such as valgrind
    slow=1.0,  # factor for all time limits
    exim=None,  # folders made by get-packages
    postgrey=None,
    folder=None,  # all files of the tests are below it
    torture=False,  # run the long form of some tests
    seed=None,  # of random numbers; None: a different seed in each run
)

# Run all steps of a long test, not only some of them.
TORTURE = os.environ.get("TORTURE", "0") not in ("", "0")

# Other tests run at the same time (--jobs), so do not judge speed.
BUSY = "E2E_BUSY" in os.environ

# The number of this module if others run at the same time.
SLOTS = 64
SLOT = int(os.environ["E2E_SLOT"]) % SLOTS if "E2E_SLOT" in os.environ else None

USER = "nobody"

# The records of both tables, for a FROM clause.
RECORDS = ("(SELECT client, sender, recipient, first_seen, passed, passed_n"
           " FROM record UNION ALL SELECT client, sender, recipient,"
           " first_seen, NULL, 0 FROM waiting WHERE kind >= 0"
           " UNION ALL SELECT pool, sender, recipient, first_seen, NULL, 0"
           " FROM waiting WHERE pool <> '')")
LIMIT_S = 15

# The reports of sanitizers and valgrind.
REPORT = re.compile(
    r"^==\d+==|AddressSanitizer|LeakSanitizer|runtime error:", re.M)
DECISION = re.compile(
    r"(?:^|\s)action=(?!expire)\w+, reason=[\w-]+.*$")

running = []  # objects to kill() when the tests end
shared_logs = []  # log files of programs that all tests of a class share


def limit(seconds=LIMIT_S):
    return seconds * settings.slow


def promise(seconds):
    """The time limit of what the documents promise. If other tests run at the
    same time (--jobs), they may have the processors: then it only finds what
    hangs."""
    return limit(seconds) * (10 if BUSY else 1)


def wait_until(what, condition, seconds=LIMIT_S, every_s=0.02):
    """Poll until condition() is true. Returns the value of condition()."""
    end = time.monotonic() + limit(seconds)
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {limit(seconds):g} s for {what}")
        time.sleep(every_s)


_folder_numbers = itertools.count(1)
_instances = itertools.count(1)


def new_folder():
    """Make a folder that every user may enter. Its name is short, because the
    path of a unix socket has at most 107 octets."""
    path = os.path.join(settings.folder, str(next(_folder_numbers)))
    os.mkdir(path)
    os.chmod(path, 0o755)
    return path


def make_temporary_folder():
    settings.folder = tempfile.mkdtemp(prefix="tardigrey-e2e.", dir="/tmp")
    os.chmod(settings.folder, 0o755)


# What accounts other than root run or load.
PROGRAMS = ("src/tardigrey*", "tests/torture/*.so", "tests/qmail/qmail_smtpd",
            "tests/store/test_contract_redis")


def make_programs_reachable():
    """If the build is below a folder that other accounts may not enter, such as
    a home directory, use copies of the programs."""
    parents = itertools.accumulate(
        os.path.dirname(settings.daemon).split("/"), "{}/{}".format)
    if all(os.stat(parent or "/").st_mode & stat.S_IXOTH
           for parent in parents):
        return
    build = os.path.dirname(os.path.dirname(settings.daemon))
    copy = os.path.join(settings.folder, "build")
    for pattern in PROGRAMS:
        for path in glob.glob(os.path.join(build, pattern)):
            if os.path.isfile(path) and os.access(path, os.X_OK):
                to = os.path.join(copy, os.path.relpath(path, build))
                os.makedirs(os.path.dirname(to), exist_ok=True)
                shutil.copyfile(path, to)
                os.chmod(to, 0o755)
    settings.daemon = os.path.join(copy, "src", "tardigreyd")


def give_to(path, user=USER):
    account = pwd.getpwnam(user)
    os.chown(path, account.pw_uid, account.pw_gid)


def write_file(path, text):
    with open(path, "w") as file:
        file.write(text)


def write_octets(path, octets):
    with open(path, "wb") as file:
        file.write(octets)
    give_to(path)


def read_file(path):
    """Accept any octet, because a log may contain octets of requests."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def has_ended(pid):
    """Whether a process that is no child of ours has ended. A container may have
    no init that reaps it."""
    try:
        with open(f"/proc/{pid}/stat", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


_ports_taken = set()


def free_port():
    """Find a free port below the range that outgoing connections use, so that
    no connection takes it before we do. Each module that runs at the same time
    (--jobs) has a slot: the other ones use other ports."""
    while True:
        port = random.randrange(10112, 32000)
        if SLOT is not None:
            port = port // SLOTS * SLOTS + SLOT
        if port in _ports_taken:
            continue
        try:
            with socket.socket() as probe:
                probe.bind(("0.0.0.0", port))
            if has_ipv6():
                with socket.socket(socket.AF_INET6) as probe:
                    probe.bind(("::", port))
        except OSError:
            continue
        _ports_taken.add(port)
        return port


# ---- A client of the daemon ----

def request(**attributes):
    """One request, as octets. A value may be octets or text; None leaves an
    attribute out."""
    values = {
        "request": "smtpd_access_policy",
        "protocol_state": "RCPT",
        "client_address": "192.0.2.1",
        "sender": "a@example.net",
        "recipient": "b@example.org",
    }
    values.update(attributes)
    lines = []
    for name, value in values.items():
        if value is None:
            continue
        if not isinstance(value, bytes):
            value = str(value).encode()
        lines.append(name.encode() + b"=" + value + b"\n")
    return b"".join(lines) + b"\n"


class Closed(AssertionError):
    """The daemon closed the connection where a reply was expected."""


class Policy:
    """A connection to the daemon, such as a mail server has. The address is a
    path, or (host, port)."""

    def __init__(self, address):
        if isinstance(address, str):
            family = socket.AF_UNIX
        else:
            family = (socket.AF_INET6 if ":" in address[0]
                      else socket.AF_INET)
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.received = b""
        try:
            # Connect in blocking mode. Otherwise a full backlog of a unix
            # socket would be an error.
            self.socket.connect(address)
            self.socket.settimeout(limit(20))
            if family != socket.AF_UNIX:
                self.socket.setsockopt(
                    socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            self.socket.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def fileno(self):
        return self.socket.fileno()

    def send(self, octets):
        self.socket.sendall(octets)

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self):
        """Reset the connection: the daemon sees an error, not end of file."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                               b"\1\0\0\0\0\0\0\0")
        self.close()

    def reply(self):
        """Read a reply and return its action. Anything else is an error."""
        while b"\n\n" not in self.received:
            octets = self.socket.recv(65536)
            if not octets:
                raise Closed(
                    f"closed after {self.received!r}, expected a reply")
            self.received += octets
        block, _, self.received = self.received.partition(b"\n\n")
        if not block.startswith(b"action=") or b"\n" in block:
            raise AssertionError(f"not a reply: {block!r}")
        return block[len(b"action="):].decode("ascii")

    def ask(self, **attributes):
        self.send(request(**attributes))
        return self.reply()

    def rest(self):
        """Read all octets until the daemon closes the connection."""
        octets = self.received
        self.received = b""
        while True:
            try:
                more = self.socket.recv(65536)
            except ConnectionResetError:
                return octets  # the daemon has not read all our octets
            except socket.timeout:
                raise AssertionError(f"still open after {octets!r}")
            if not more:
                return octets
            octets += more


def is_greylisted(action):
    return action.startswith("DEFER_IF_PERMIT 4.2.0 Greylisted")


# ---- The daemon ----

class Daemon:
    """tardigreyd in a folder of its own, in the foreground."""

    def __init__(self, folder, launcher=(), arguments=(), inherit=(),
                 **options):
        self.folder = folder
        self.launcher = list(launcher)  # command that runs the wrapper
        self.arguments = list(arguments)
        self.inherit = list(inherit)  # descriptors for the daemon
        self.run = self.make_folder("run")
        self.state = self.make_folder("state")
        give_to(self.run)
        give_to(self.state)
        self.unix = os.path.join(self.run, "policy.sock")
        self.inet = ("127.0.0.1", free_port())
        self.config_file = os.path.join(folder, "tardigrey.conf")
        self.log_file = os.path.join(folder, "tardigreyd.log")
        self.options = {
            "listen": f"unix:{self.unix}, inet:127.0.0.1:{self.inet[1]}",
            "user": USER,
            "database": f"sqlite:{self.state}/tardigrey.db",
            "log": "stderr",
            # The clients of the test servers are on loopback.
            "own_networks": "",
            # Most test clients have no name. The option delay is for all.
            "delay_suspicious": "0",
            # Most tests are about single triplets. Tests of auto-whitelisting
            # and of the header set these options.
            "auto_whitelist_after": "0",
            "header": "no",
        }
        if settings.wrapper:  # it makes system calls of its own
            self.options["sandbox"] = "no"
        self.process = None
        self.write_config(**options)
        self.open_notify_socket()

    def make_folder(self, name):
        path = os.path.join(self.folder, name)
        os.makedirs(path, exist_ok=True)
        return path

    def write_config(self, **options):
        """Change options in the file. A running daemon does not reload it."""
        self.options.update(options)
        self.database = self.options["database"].partition(":")[2]
        write_file(self.config_file, "".join(
            f"{name} = {value}\n" for name, value in self.options.items()))

    def open_notify_socket(self):
        """Open a socket for sd_notify(3) as systemd does. The daemon reports
        its state to it."""
        path = os.path.join(self.folder, "notify")
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(path)
        self.notify.settimeout(0.05)
        os.chmod(path, 0o666)

    def command(self, *arguments):
        return (self.launcher + settings.wrapper + [settings.daemon, "-c",
                self.config_file] + self.arguments + list(arguments))

    def start(self):
        self.begin()
        self.wait_for_state("READY=1")

    def begin(self):
        environment = dict(os.environ,
                           NOTIFY_SOCKET=self.notify.getsockname())
        with open(self.log_file, "a") as log:
            self.process = subprocess.Popen(
                self.command("-f"), env=environment, pass_fds=self.inherit,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        running.append(self)

    @property
    def pid(self):
        return self.process.pid

    def wait_for_state(self, wanted):
        """Wait until the daemon sends this state to the notify socket."""
        end = time.monotonic() + limit()
        while time.monotonic() < end:
            try:
                states = self.notify.recv(4096).decode().split("\n")
            except socket.timeout:
                self.check_running()
                continue
            if wanted in states:
                return
        raise AssertionError(f"waited {limit():g} s for {wanted}")

    def drop_states(self):
        """Drop the states that the daemon has sent and nobody has read."""
        timeout_s = self.notify.gettimeout()
        self.notify.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                self.notify.recv(4096)
        self.notify.settimeout(timeout_s)

    def check_running(self):
        if self.process.poll() is not None:
            raise AssertionError(
                f"tardigreyd ended with {self.process.returncode}:\n" +
                self.log())

    def reload(self, **options):
        self.write_config(**options)
        self.signal(signal.SIGHUP)
        self.wait_for_state("RELOADING=1")
        self.wait_for_state("READY=1")

    def signal(self, number):
        os.kill(self.pid, number)

    def stop(self):
        """Stop the daemon by SIGTERM. It must end without an error."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        self.wait_for_end()

    def wait_for_end(self):
        process, self.process = self.process, None
        try:
            status = process.wait(limit())
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError("tardigreyd does not end on SIGTERM")
        finally:
            running.remove(self)
        check_reports(self.log())
        if status != 0:
            raise AssertionError(f"tardigreyd ended with {status}")

    def kill(self):
        """Kill the daemon, as if it crashed."""
        process, self.process = self.process, None
        running.remove(self)
        process.kill()
        process.wait()
        self.drop_states()  # the next daemon sends its own

    def restart(self):
        self.stop()
        self.start()

    def connect(self, address=None):
        return Policy(address or self.unix)

    def ask(self, **attributes):
        with self.connect() as policy:
            return policy.ask(**attributes)

    def files_n(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def processor_s(self):
        fields = read_file(f"/proc/{self.pid}/stat").rpartition(")")[2]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def log(self):
        return read_file(self.log_file)

    def messages(self):
        """The lines of the log that are no decisions, and do not tell of a
        triplet that never returned."""
        return [line for line in self.log().splitlines()
                if not DECISION.search(line) and "action=expire" not in line]

    def decisions(self):
        """The decisions in the log, each as a dict."""
        found = map(DECISION.search, self.log().splitlines())
        return [dict(field.partition("=")[::2]
                     for field in match.group().strip().split(", "))
                for match in found if match]

    def reasons(self, n):
        """The reasons of the first n decisions. Waits for them, because the
        line of a decision may come after its reply."""
        return [decision["reason"] for decision in wait_until(
            f"{n} decisions in the log",
            lambda: len(self.decisions()) >= n and self.decisions()[:n])]

    def wait_for_reason(self, reason):
        """Wait for a decision with this reason. Returns its number in the log,
        counted from 1."""
        return 1 + wait_until(
            f"{reason} in the log",
            lambda: [i for i, d in enumerate(self.decisions())
                     if d["reason"] == reason])[0]

    def judge(self, policy, **attributes):
        """Send a request. Returns the logged decision, with the reply
        added."""
        instance = f"judge.{next(_instances)}"
        reply = policy.ask(instance=instance, **attributes)
        decision = wait_until("the decision in the log", lambda: next(
            (d for d in self.decisions() if d.get("instance") == instance),
            None))
        return dict(decision, reply=reply)

    def wait_for_message(self, *words):
        return wait_until(
            f"{words} in the log",
            lambda: [line for line in self.messages()
                     if all(word in line for word in words)])


def check_reports(text):
    report = REPORT.search(text)
    if report:
        raise AssertionError("a report of a sanitizer or valgrind:\n" +
                             text[report.start():])


def run_daemon(*arguments, **options):
    """Run tardigreyd until it ends. For a daemon that must not start."""
    process = subprocess.run(
        settings.wrapper + [settings.daemon, *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, timeout=limit(), universal_newlines=True,
        errors="replace", **options)
    check_reports(process.stdout + process.stderr)
    return process


def is_sanitized():
    """Whether the daemon is built with AddressSanitizer."""
    with open(settings.daemon, "rb") as file:
        return b"__asan_init" in file.read()


def retry_until_passed(try_once, delay_s, first_try=None):
    """Retry often until try_once() returns True, which means that the mail has
    passed. first_try is the time.monotonic() of an earlier attempt, if there
    was one. The retry must not pass before delay_s is over. A second less is
    allowed, because the daemon counts whole seconds."""
    begin = time.monotonic() if first_try is None else first_try
    wait_until("the retry to pass", try_once, delay_s + LIMIT_S, 0.2)
    waited_s = time.monotonic() - begin
    if waited_s < delay_s - 1:
        raise AssertionError(
            f"passed after {waited_s:.1f} s, delay is {delay_s} s")


class TestCase(unittest.TestCase):
    """A test with its own folder. Its daemons must end without an error."""

    def setUp(self):
        self.folder = new_folder()
        self.logs = []

    @classmethod
    def share_daemon(cls, **arguments):
        """Start one daemon for all tests of the class. Call it in
        setUpClass."""
        cls.common = new_folder()
        cls.daemon = Daemon(cls.common, **arguments)
        cls.share_log(cls.daemon.log_file)
        cls.addClassCleanup(cls.daemon.notify.close)
        cls.addClassCleanup(cls.daemon.stop)
        cls.daemon.start()

    @classmethod
    def share_log(cls, path):
        shared_logs.append(path)
        cls.addClassCleanup(shared_logs.remove, path)

    def make_daemon(self, **arguments):
        """Make a daemon, but do not start it."""
        folder = self.folder
        if self.logs:
            folder = os.path.join(folder, str(len(self.logs)))
            os.mkdir(folder)
        daemon = Daemon(folder, **arguments)
        self.logs.append(daemon.log_file)
        self.addCleanup(daemon.notify.close)
        self.addCleanup(daemon.stop)
        return daemon

    def start_daemon(self, **arguments):
        daemon = self.make_daemon(**arguments)
        daemon.start()
        return daemon

    def connect(self, daemon, address=None):
        policy = daemon.connect(address)
        self.addCleanup(policy.close)
        return policy

    def ask_until_in_force(self, policy, sender, usual_s):
        """Ask all the time while the daemon reads very many list entries
        again, until the new one that lets this sender pass is in force. The
        old entries count until then."""
        began, longest_s, asked_n = time.monotonic(), 0, 0
        while True:
            asked = time.monotonic()
            action = policy.ask(sender=sender)
            longest_s = max(longest_s, time.monotonic() - asked)
            asked_n += 1
            if action == "DUNNO":
                break
            self.assert_greylisted(action)
            self.assertLess(asked - began, limit(60))
        reading_s = time.monotonic() - began
        print(f"({1000 * reading_s:.0f} ms, {asked_n} answers meanwhile, "
              f"longest {1000 * longest_s:.1f} ms) ", end="", flush=True)
        self.assert_answers_meanwhile(asked_n, longest_s, reading_s, usual_s)

    def assert_answers_meanwhile(self, asked_n, longest_s, reading_s, usual_s):
        """While the daemon was reading, many requests were answered, and their
        longest wait was a small part of that, or it was usual. If the machine
        is busy, requests only must not hang."""
        if BUSY:
            self.assertLess(longest_s, promise(5))
            return
        self.assertGreater(asked_n, 10)
        self.assertLess(longest_s, max(reading_s / 2, limit(usual_s)))

    def skip_if_wrapped(self, reason):
        if settings.wrapper:
            self.skipTest(f"not with --wrapper: {reason}")

    def skip_if_sanitized(self, reason):
        if is_sanitized():
            self.skipTest(reason)

    def assert_greylisted(self, action):
        self.assertTrue(is_greylisted(action), action)

    def assert_closed(self, policy):
        """The daemon must close the connection without sending an octet."""
        self.assertEqual(policy.rest(), b"")
