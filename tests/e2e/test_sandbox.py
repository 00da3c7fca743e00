# SPDX-License-Identifier: ISC
"""The sandbox of the daemon: what it forbids, and what must go on working."""
import os
import shutil
import signal
import subprocess

import fleet
import harness
import servers
from harness import read_file, wait_until, write_file
from preload import launcher

ACCESS = {"read /etc/passwd", "read /proc/self/maps", "list /",
          "create a file outside", "write a file outside",
          "rename a file outside"}

# Let these system calls fail as in a kernel that does not have them.
OLD_KERNEL = """
import ctypes, os, sys
seccomp = ctypes.CDLL("libseccomp.so.2")
seccomp.seccomp_init.restype = ctypes.c_void_p
context = ctypes.c_void_p(seccomp.seccomp_init(0x7fff0000))
for name in (b"landlock_create_ruleset", b"seccomp"):
    number = seccomp.seccomp_syscall_resolve_name(name)
    assert seccomp.seccomp_rule_add_array(
        context, 0x00050000 | 38, number, 0, None) == 0
assert seccomp.seccomp_load(context) == 0
os.execvp(sys.argv[1], sys.argv[1:])
"""


def has_no_rules(daemon):
    """Whether the daemon can use all files, because this system or its headers
    have no Landlock."""
    return "no rules for files" in daemon.log()


class SandboxTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.skip_if_wrapped("the wrapper makes system calls of its own")
        self.skip_if_sanitized("a sanitizer makes system calls of its own")

    def make_open_folder(self, name):
        """A folder in which the account of the daemon may write."""
        path = os.path.join(self.folder, name)
        os.mkdir(path)
        os.chmod(path, 0o777)
        return path

    def start_server(self):
        server = servers.Server(os.path.join(harness.new_folder(), "server"))
        self.addCleanup(server.kill)
        return server.start()

    def trespass(self, **options):
        """Let a daemon try what the sandbox forbids. Returns the result of
        each attempt."""
        report = os.path.join(self.make_open_folder("outside"), "report")
        daemon = self.start_daemon(launcher=launcher(trespass=report),
                                   **options)
        os.kill(daemon.pid, signal.SIGUSR2)
        text = wait_until("the report", lambda: read_file(report).endswith(
            "end\n") and read_file(report))
        daemon.ask()  # it still serves
        results = dict(line.rsplit(": ", 1)
                       for line in text.splitlines()[:-1])
        if has_no_rules(daemon):
            results = {name: result for name, result in results.items()
                       if name not in ACCESS}
        return results

    def test_sandbox_forbids(self):
        """A daemon in the sandbox cannot start programs, make sockets, trace,
        or use other files."""
        results = self.trespass()
        self.assertGreater(len(results), 15)
        for name, result in results.items():
            self.assertEqual(
                result, "EACCES" if name in ACCESS else "EPERM", name)

    def test_without_sandbox(self):
        """The same attempts succeed without the sandbox."""
        results = self.trespass(sandbox="no")
        for name in ("read /etc/passwd", "create a file outside", "fork",
                     "socket(AF_INET)", "kill", "mmap(PROT_EXEC)"):
            self.assertEqual(results[name], "done", name)

    def test_all_threads(self):
        """The filter holds for all threads."""
        daemon = self.start_daemon()
        daemon.ask()
        tasks = f"/proc/{daemon.pid}/task"
        wait_until("the threads of the store",
                   lambda: len(os.listdir(tasks)) == 3)
        for task in os.listdir(tasks):
            self.assertIn("Seccomp:\t2\n",
                          read_file(f"{tasks}/{task}/status"))

    def test_thread_of_the_store(self):
        """The thread that talks to a database server is in the sandbox, too:
        it was started in it."""
        if not fleet.has_redis():
            self.skipTest("built without hiredis")
        server = self.start_server()
        report = os.path.join(self.make_open_folder("outside"), "report")
        daemon = self.start_daemon(
            launcher=launcher(trespass=report) + ["TRESPASS_AT_CONNECT=1"],
            database=f"redis://127.0.0.1:{server.port}")
        daemon.ask()
        server.kill()
        server.start()
        wait_until("the report", lambda: daemon.ask() and read_file(
            report).endswith("end\n"))
        results = dict(line.rsplit(": ", 1)
                       for line in read_file(report).splitlines()[:-1])
        if not has_no_rules(daemon):
            # The resolver needs /etc.
            for name in ACCESS - {"read /etc/passwd"}:
                self.assertEqual(results[name], "EACCES", name)
        self.assertEqual(results["execve"], "EPERM")

    def test_resolver_files_are_replaced(self):
        """Other programs replace /etc/hosts with a new file. The daemon then
        finds the new address of its server."""
        if not fleet.has_redis():
            self.skipTest("built without hiredis")
        etc = self.make_open_folder("etc")
        for name in ("passwd", "group", "ld.so.cache"):
            shutil.copy(f"/etc/{name}", etc)
        hosts = os.path.join(etc, "hosts")
        write_file(hosts, "127.0.0.1 db.test\n")
        write_file(os.path.join(etc, "nsswitch.conf"), "hosts: files\n")
        server = self.start_server()
        daemon = self.start_daemon(
            launcher=["unshare", "--mount", "sh", "-c",
                      f'mount --bind {etc} /etc && exec "$@"', "sh"],
            database=f"redis://db.test:{server.port}", store_timeout="5s")
        self.assert_greylisted(daemon.ask())
        server.kill()
        server.address = "127.0.0.2"
        server.start()
        write_file(hosts + ".new", "127.0.0.2 db.test\n")
        os.rename(hosts + ".new", hosts)
        wait_until("the new server", lambda: harness.is_greylisted(
            daemon.ask(sender="new@example.net")))

    def test_reload(self):
        """A reload reads new files in the folders that were named at the
        start. Another folder needs a restart, and the log says so."""
        folder = self.make_open_folder("lists")
        first, second = (os.path.join(folder, name) for name in ("1", "2"))
        write_file(first, "a@example.net\n")
        daemon = self.start_daemon(whitelist_senders=first)
        write_file(second, "b@example.net\n")
        os.rename(second, first)
        daemon.reload()
        self.assertEqual(daemon.ask(sender="b@example.net"), "DUNNO")
        write_file(second, "c@example.net\n")
        daemon.reload(whitelist_senders=second)
        self.assertEqual(daemon.ask(sender="c@example.net"), "DUNNO")
        below = os.path.join(self.make_open_folder("below"), "list")
        write_file(below, "d@example.net\n")
        hidden = os.path.join(harness.new_folder(), "list")
        write_file(hidden, "e@example.net\n")
        daemon.reload(whitelist_senders=below)  # below the configuration
        self.assertEqual(daemon.ask(sender="d@example.net"), "DUNNO")
        if has_no_rules(daemon):
            self.skipTest("no Landlock")
        daemon.reload(whitelist_senders=hidden)
        daemon.wait_for_message(f"whitelist_senders: {hidden}",
                                "restart tardigreyd")
        self.assertEqual(daemon.ask(sender="d@example.net"), "DUNNO")
        daemon.restart()
        self.assertEqual(daemon.ask(sender="e@example.net"), "DUNNO")

    def test_file_system_is_mounted_again(self):
        """The file system of the database goes away and comes back. The daemon
        recovers without a restart."""
        daemon = self.make_daemon(delay="1h", on_failure="tempfail")

        def mount():
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "none",
                            daemon.state], check=True)
            harness.give_to(daemon.state)
            os.chmod(daemon.state, 0o700)

        def unmount():
            subprocess.run(["umount", "-l", daemon.state], check=False,
                           stderr=subprocess.DEVNULL)

        mount()
        self.addCleanup(unmount)
        daemon.start()
        self.assert_greylisted(daemon.ask())
        unmount()
        os.chmod(daemon.state, 0o000)  # nothing is mounted there now
        wait_until("a failure", lambda: "Greylisted" not in daemon.ask())
        os.chmod(daemon.state, 0o700)
        mount()
        wait_until("recovery", lambda: "Greylisted" in daemon.ask())
        self.assertTrue(os.path.exists(daemon.database))
        daemon.stop()

    def test_old_kernel(self):
        """A kernel without Landlock and seccomp: the daemon says so once, and
        serves."""
        daemon = self.start_daemon(
            launcher=["python3", "-c", OLD_KERNEL])
        daemon.ask()
        for words in ("no rules for files", "no filter of system calls"):
            self.assertEqual(
                len([m for m in daemon.messages() if words in m]), 1, words)
        self.assertNotIn("are limited", daemon.log())
