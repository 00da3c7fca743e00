# SPDX-License-Identifier: ISC
"""The daemon starts, reloads, stops and crashes, and tells the service
manager."""
import contextlib
import ctypes
import itertools
import os
import pwd
import signal
import socket
import sqlite3
import subprocess
import threading
import time

import harness
from harness import Policy, limit, promise, read_file, request, wait_until

PR_SET_CHILD_SUBREAPER = 36

# On SIGTERM, clients may still send and read for this time.
DRAIN_S = 1


class LifecycleTest(harness.TestCase):
    def test_runs_as_an_ordinary_user(self):
        """[C62] A daemon that root starts keeps no right of root."""
        daemon = self.start_daemon(delay="1h")
        account = pwd.getpwnam(harness.USER)
        lines = read_file(f"/proc/{daemon.pid}/status").splitlines()
        status = dict(line.split(":\t", 1) for line in lines)
        uid, gid = str(account.pw_uid), str(account.pw_gid)
        self.assertEqual(status["Uid"].split(), [uid] * 4)
        self.assertEqual(status["Gid"].split(), [gid] * 4)
        self.assertEqual(
            set(map(int, status["Groups"].split())),
            set(os.getgrouplist(harness.USER, account.pw_gid)))
        for capabilities in ("CapInh", "CapPrm", "CapEff", "CapBnd",
                             "CapAmb"):
            self.assertEqual(int(status[capabilities], 16), 0, capabilities)
        self.assertEqual(status["NoNewPrivs"], "1")
        self.assertEqual(int(status["Umask"], 8), 0o077)
        self.assertEqual(os.stat(daemon.database).st_uid, account.pw_uid)

    def test_all_capabilities_are_dropped(self):
        """[C62] The daemon drops the capabilities of an ordinary user that
        starts it, and those that root would keep after the change of its
        ids."""
        for launcher in (
                ["setpriv", "--reuid", harness.USER, "--clear-groups",
                 "--inh-caps", "+net_bind_service",
                 "--ambient-caps", "+net_bind_service"],
                ["setpriv", "--securebits", "+no_setuid_fixup"]):
            with self.subTest(launcher=launcher):
                self.skip_if_wrapped("it would test the wrapper")
                daemon = self.start_daemon(delay="1h", launcher=launcher)
                lines = read_file(f"/proc/{daemon.pid}/status").splitlines()
                status = dict(line.split(":\t", 1) for line in lines)
                for capabilities in ("CapPrm", "CapEff", "CapAmb"):
                    self.assertEqual(int(status[capabilities], 16), 0,
                                     capabilities)
                self.assertEqual(
                    status["Uid"].split(),
                    [str(pwd.getpwnam(harness.USER).pw_uid)] * 4)

    def test_commands_of_root_leave_no_file_of_root(self):
        """[C62] The daemon could not write a file that root owns. In this test
        no database exists, so each command creates it."""
        program = os.path.join(os.path.dirname(harness.settings.daemon),
                               "tardigrey")
        mail = ["192.0.2.1", "a@example.net", "b@example.org"]
        commands = [
            ["triplets", "import"], ["triplets", "approve", *mail],
            ["triplets", "forget", *mail], ["triplets", "list"],
            ["triplets", "export"], ["clients", "list"],
            ["clients", "forget", "192.0.2.1"], ["expire", "--force"],
            ["stats"],
            ["explain", *mail],
            ["whitelist", "add", "client", "192.0.2.0/24"],
            ["whitelist", "list"], ["whitelist", "check", "client", "::1"],
            ["whitelist", "remove", "client", "192.0.2.0/24"],
            ["greylist", "add", "sender", "a@example.net"],
            ["greylist", "remove", "sender", "a@example.net"],
            ["backup", "{state}/copy"]]
        # With valgrind each command takes seconds.
        if harness.settings.wrapper:
            commands = commands[::5]
        uid = pwd.getpwnam(harness.USER).pw_uid
        for command in commands:
            with self.subTest(command=command):
                daemon = self.make_daemon()
                words = [word.format(state=daemon.state) for word in command]
                process = subprocess.run(
                    harness.settings.wrapper + [
                        program, "-c", daemon.config_file, *words],
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE, timeout=limit())
                harness.check_reports(process.stderr.decode("latin-1"))
                files = os.listdir(daemon.state)
                self.assertIn("tardigrey.db", files, process.stderr)
                for name in files:
                    status = os.stat(os.path.join(daemon.state, name))
                    self.assertEqual(status.st_uid, uid, name)
                    self.assertEqual(status.st_mode & 0o077, 0, name)

    def back_up(self, daemon, *words):
        return subprocess.run(
            harness.settings.wrapper + [
                os.path.join(os.path.dirname(harness.settings.daemon),
                             "tardigrey"),
                "-c", daemon.config_file, "backup", *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=limit(),
            universal_newlines=True,
            # A parent that does not wait for its children passes this on.
            preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))

    def test_root_backs_up_to_a_directory_of_root(self):
        """Only root may write to the directory, as to /var/backups. The copy
        belongs to the account of the daemon, and nothing else is left."""
        daemon = self.start_daemon(delay="1h")
        self.assert_greylisted(daemon.ask())
        folder = daemon.make_folder("backups")
        copy = os.path.join(folder, "x.db")
        process = self.back_up(daemon, copy)
        self.assertEqual(process.returncode, 0, process.stderr)
        process = self.back_up(daemon, copy)
        self.assertEqual(process.returncode, 1)
        self.assertIn("exists already", process.stderr)
        before = os.stat(copy).st_ino
        os.mkdir(copy + ".part")  # a backup that was killed left it
        process = self.back_up(daemon, "--replace", copy)
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertNotEqual(os.stat(copy).st_ino, before)
        self.assertEqual(os.listdir(folder), ["x.db"])
        status = os.stat(copy)
        self.assertEqual(status.st_uid, pwd.getpwnam(harness.USER).pw_uid)
        self.assertEqual(status.st_mode & 0o777, 0o600)
        with contextlib.closing(sqlite3.connect(copy)) as database:
            rows_n, = database.execute(
                f"SELECT count(*) FROM {harness.RECORDS}").fetchone()
        self.assertEqual(rows_n, 1)

    def test_root_backs_up_with_no_trap(self):
        """In a directory of another account, root follows no link and gives no
        directory of a third account away."""
        daemon = self.make_daemon()
        folder = daemon.make_folder("backups")
        harness.give_to(folder, "daemon")
        copy = os.path.join(folder, "x.db")
        os.symlink(daemon.state, copy + ".part")
        self.assertEqual(self.back_up(daemon, copy).returncode, 1)
        os.unlink(copy + ".part")
        os.mkdir(copy + ".part")
        harness.give_to(copy + ".part", "daemon")
        self.assertEqual(self.back_up(daemon, copy).returncode, 1)
        # The account renames a directory of root.
        os.chown(copy + ".part", 0, 0)
        os.chmod(copy + ".part", 0o755)
        kept = os.path.join(copy + ".part", "copy")
        harness.write_file(kept, "of root")
        self.assertEqual(self.back_up(daemon, copy).returncode, 1)
        self.assertEqual(harness.read_file(kept), "of root")
        status = os.stat(copy + ".part")
        self.assertEqual((status.st_uid, status.st_mode & 0o777), (0, 0o755))
        self.assertEqual(os.listdir(folder), ["x.db.part"])

    def test_leaves_no_core(self):
        """The daemon leaves no core dump, which would contain mail addresses.
        Other processes of its account cannot read its memory: its files in
        /proc belong to root."""
        self.skip_if_wrapped("the core would be the wrapper's")
        daemon = self.start_daemon(
            delay="1h", launcher=["setpriv", "--reuid", harness.USER,
                                  "--clear-groups"])
        self.assertEqual(os.stat(f"/proc/{daemon.pid}/environ").st_uid, 0)

    def test_tells_the_service_manager(self):
        """The daemon sends READY=1 when it answers, and STOPPING=1 when it
        stops."""
        daemon = self.make_daemon(delay="1h")
        daemon.begin()
        daemon.wait_for_state("READY=1")
        self.assert_greylisted(daemon.ask())
        self.connect(daemon)  # an idle client
        daemon.signal(signal.SIGTERM)
        daemon.wait_for_state("STOPPING=1")
        daemon.wait_for_end()

    def test_feeds_the_watchdog(self):
        """The daemon reports to the watchdog of systemd twice in its time,
        also without mail. It does not if the watchdog is for another
        process."""
        daemon = self.make_daemon(
            delay="1h", launcher=["env", "WATCHDOG_USEC=200000"])
        daemon.start()
        began = time.monotonic()
        daemon.drop_states()
        for _ in range(5):
            daemon.wait_for_state("WATCHDOG=1")
        self.assertGreater(time.monotonic() - began, 0.25)
        daemon.signal(signal.SIGSTOP)
        time.sleep(0.3)
        daemon.drop_states()
        time.sleep(0.3)
        with self.assertRaises(socket.timeout):
            daemon.notify.recv(4096)
        daemon.signal(signal.SIGCONT)
        daemon.wait_for_state("WATCHDOG=1")

    def test_does_not_wait_for_the_service_manager(self):
        """The manager does not read: the daemon still reloads and answers."""
        daemon = self.start_daemon(delay="1h")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as filler:
            filler.setblocking(False)
            with self.assertRaises(BlockingIOError):
                while True:
                    filler.sendto(b"x", daemon.notify.getsockname())
        daemon.signal(signal.SIGHUP)
        wait_until("the reload", lambda: any(
            "configuration read again" in line for line in daemon.messages()))
        self.assert_greylisted(daemon.ask())

    def test_ignores_the_watchdog_of_another_process(self):
        daemon = self.make_daemon(
            launcher=["env", "WATCHDOG_USEC=2000", "WATCHDOG_PID=1"])
        daemon.start()
        self.assertEqual(daemon.ask()[:5], "DEFER")
        daemon.signal(signal.SIGTERM)
        daemon.wait_for_state("STOPPING=1")
        daemon.wait_for_end()

    def test_stop_answers_what_was_asked(self):
        """[C36] On SIGTERM, the daemon answers all requests that have arrived,
        also on connections that are not accepted yet, and closes idle
        connections. The daemon is stopped by SIGSTOP while the requests and
        the signal are sent, so that they arrive together."""
        def stop(daemon):
            asking, idle = self.connect(daemon), self.connect(daemon)
            for policy in (asking, idle):
                self.assert_greylisted(policy.ask())
            daemon.signal(signal.SIGSTOP)
            asking.send(request() * 20)
            waiting = [self.connect(daemon, daemon.inet) for _ in range(100)]
            for policy in waiting:
                policy.send(request())
            daemon.signal(signal.SIGTERM)
            yield
            daemon.signal(signal.SIGCONT)
            for _ in range(20):
                self.assert_greylisted(asking.reply())
            for policy in waiting:
                self.assert_greylisted(policy.reply())
            for policy in [asking, idle] + waiting:
                self.assert_closed(policy)

        self.stop_in_time(stop)

    def test_stop_waits_for_the_rest_of_a_request(self):
        """[C36] A client that has sent a part of a request may send the
        rest."""
        def stop(daemon):
            policy = self.connect(daemon)
            octets = request()
            policy.send(octets[:60])
            yield
            daemon.signal(signal.SIGTERM)
            daemon.wait_for_state("STOPPING=1")
            policy.send(octets[60:])
            self.assert_greylisted(policy.reply())

        self.stop_in_time(stop)

    def stop_in_time(self, stop):
        """Stop a daemon. stop() yields when the time begins that its clients
        have. On a slow machine it may be over before they have sent or read
        all. If so, try again."""
        daemon = self.make_daemon(delay="1h")
        for is_last in (False,) * 4 + (True,):
            daemon.start()
            steps = stop(daemon)
            next(steps)
            began = time.monotonic()
            try:
                next(steps, None)
            except (harness.Closed, OSError):
                if is_last or time.monotonic() - began < DRAIN_S - 0.1:
                    raise
                daemon.wait_for_end()
            else:
                break
        daemon.wait_for_end()

    def test_restart_keeps_records_and_takes_less_than_a_second(self):
        """[C36][C53] Postfix tries again one second after its connection was
        closed. By then the new daemon must listen."""
        daemon = self.start_daemon(delay="1h")
        self.assert_greylisted(daemon.ask())
        daemon.signal(signal.SIGTERM)
        wait_until("the port to be closed",
                   lambda: not self.is_open(daemon), every_s=0.001)
        closed = time.monotonic()
        daemon.wait_for_end()
        daemon.begin()
        wait_until("the port to be open",
                   lambda: self.is_open(daemon), every_s=0.001)
        self.assertLess(time.monotonic() - closed, promise(1))
        daemon.wait_for_state("READY=1")
        self.assert_greylisted(daemon.ask())
        self.assertEqual(daemon.reasons(2), ["new", "early"])

    @staticmethod
    def is_open(daemon):
        try:
            Policy(daemon.inet).close()
        except OSError:
            return False
        return True

    def test_crash_loses_nothing_that_was_answered(self):
        """[C53] The daemon is killed while it serves. Each triplet that got a
        reply is stored."""
        daemon = self.start_daemon(delay="1h")
        answered = []
        clients = [threading.Thread(target=self.ask_until_closed,
                                    args=(self.connect(daemon), i, answered))
                   for i in range(8)]
        for client in clients:
            client.start()
        wait_until("300 answers", lambda: len(answered) > 300)
        daemon.kill()
        for client in clients:
            client.join()
        before_n = len(daemon.decisions())
        daemon.start()
        policy = self.connect(daemon)
        for sender in answered:
            self.assert_greylisted(policy.ask(sender=sender))
        reasons = daemon.reasons(before_n + len(answered))[before_n:]
        self.assertEqual(set(reasons), {"early"})

    @staticmethod
    def ask_until_closed(policy, number, answered):
        with contextlib.suppress(harness.Closed, OSError):
            for i in itertools.count():
                sender = f"{number}.{i}@example.net"
                policy.ask(sender=sender)
                answered.append(sender)

    def test_reload_changes_delay_without_losing_a_connection(self):
        """[C16] After SIGHUP, the new delay applies to the next request of an
        open connection, and to triplets that are already waiting."""
        daemon = self.start_daemon(delay="1h")
        policy = self.connect(daemon)
        self.assertIn("in 3600 seconds", policy.ask())
        daemon.reload(delay="2m")
        self.assertRegex(policy.ask(), r"in (1[012])?\d\d? seconds")
        self.assertIn("in 120 seconds", policy.ask(sender="c@example.net"))
        daemon.reload(delay="1s")
        harness.retry_until_passed(lambda: policy.ask() == "DUNNO", 1)

    def test_reload_of_a_broken_file_changes_nothing(self):
        """[C16] The log names the file and the line. The old settings stay in
        force."""
        daemon = self.start_daemon(delay="1h")
        policy = self.connect(daemon)
        daemon.reload(delay="soon")
        lines = read_file(daemon.config_file).splitlines()
        number = lines.index("delay = soon") + 1
        daemon.wait_for_message(f"{daemon.config_file}:{number}: ")
        self.assertIn("in 3600 seconds", policy.ask())
        daemon.reload(delay="2m")
        self.assertIn("in 120 seconds", policy.ask(sender="c@example.net"))

    def test_reload_says_what_needs_a_restart(self):
        """[C16] A new value of listen is ignored, and the log says so. The
        other options change."""
        daemon = self.start_daemon(delay="1h")
        listen = daemon.options["listen"]
        daemon.reload(listen="inet:127.0.0.1:1", delay="2m")
        daemon.wait_for_message("listen", "restart")
        self.assertIn("in 120 seconds", daemon.ask())
        daemon.reload(listen=listen)

    def test_daemonizes_only_when_it_answers(self):
        """Without -f, the command exits with 0 when the daemon answers. The
        pid_file contains the process id, and is removed at the end."""
        daemon = self.make_daemon(delay="1h")
        pid_file = os.path.join(daemon.state, "tardigreyd.pid")
        daemon.write_config(pid_file=pid_file)
        self.adopt_orphans()
        with open(daemon.log_file, "a") as log:
            status = subprocess.call(daemon.command(), stderr=log,
                                     stdin=subprocess.DEVNULL,
                                     timeout=limit())
        self.assertEqual(status, 0)
        self.assert_greylisted(daemon.ask())
        pid = int(read_file(pid_file))
        self.assertEqual(os.getsid(pid), pid)
        os.kill(pid, signal.SIGTERM)
        self.assertEqual(self.end_of(pid), 0)
        harness.check_reports(daemon.log())
        self.assertFalse(os.path.exists(pid_file))

    def test_daemonizing_reports_errors(self):
        """Without -f, the command also reports errors of the start, such as a
        database of another program."""
        daemon = self.make_daemon()
        harness.write_octets(daemon.database, b"no database at all\n" * 9)
        process = harness.run_daemon("-c", daemon.config_file)
        self.assertGreater(process.returncode, 0)
        self.assertIn(daemon.database, process.stderr)

    def test_starts_without_its_pid_file(self):
        """The pid_file cannot be written: the daemon says so and serves."""
        daemon = self.start_daemon(
            delay="1h", pid_file="/nonexistent/tardigreyd.pid")
        daemon.wait_for_message("pid_file /nonexistent/tardigreyd.pid",
                                "No such file")
        self.assert_greylisted(daemon.ask())

    def test_starts_without_its_database(self):
        """[C55] The database cannot be opened: the daemon starts, says so, and
        mail passes. When the cause is gone, mail is deferred."""
        self.skip_if_wrapped("valgrind keeps standard error open")
        daemon = self.make_daemon(delay="1h")
        state = os.path.join(daemon.folder, "later")
        pid_file = os.path.join(daemon.state, "tardigreyd.pid")
        daemon.write_config(database=f"sqlite:{state}/db", pid_file=pid_file,
                            log="syslog")
        self.adopt_orphans()
        process = subprocess.run(
            daemon.command(), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            universal_newlines=True, timeout=limit())
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertIn(f"{state}/db: cannot open the file", process.stderr)
        pid = int(read_file(pid_file))
        self.assertEqual(daemon.ask(), "DUNNO")
        os.mkdir(state)
        harness.give_to(state)
        self.assert_greylisted(daemon.ask())
        os.kill(pid, signal.SIGTERM)
        self.assertEqual(self.end_of(pid), 0)

    def adopt_orphans(self):
        """Become the parent of a daemon that has detached, to get its exit
        status."""
        prctl = ctypes.CDLL(None).prctl
        prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self.addCleanup(prctl, PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)

    @staticmethod
    def end_of(pid):
        _, status = wait_until("the daemon to end", lambda: next(
            (end for end in [os.waitpid(pid, os.WNOHANG)] if end[0]), None))
        return os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1
