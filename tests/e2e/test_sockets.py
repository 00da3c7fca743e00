# SPDX-License-Identifier: ISC
"""Where the daemon listens: unix and TCP sockets, its own and passed ones."""
import fcntl
import grp
import os
import signal
import socket
import stat
import sys

import harness
from harness import free_port, has_ipv6, read_file, run_daemon, write_file

# Put two inherited sockets where systemd puts them, and say so as it does.
PASS_SOCKETS = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="2")
os.execvp(sys.argv[3], sys.argv[3:])
"""


class ListenTest(harness.TestCase):
    def test_many_sockets_at_the_same_time(self):
        """[C35] Two unix sockets and three TCP sockets, one memory."""
        daemon = self.make_daemon(delay="1h")
        doors = [daemon.unix, os.path.join(daemon.run, "second.sock"),
                 daemon.inet, ("127.0.0.1", free_port()),
                 ("127.9.9.9", free_port())]
        daemon.write_config(listen=", ".join(
            f"unix:{door}" if isinstance(door, str)
            else "inet:%s:%d" % door for door in doors))
        daemon.start()
        policies = [self.connect(daemon, door) for door in doors]
        for policy in policies:
            self.assert_greylisted(policy.ask())
        self.assertEqual(daemon.reasons(5), ["new"] + ["early"] * 4)

    def test_ipv6_and_ipv4_with_the_same_port(self):
        """[C35] Each on its own, as listen says."""
        if not has_ipv6():
            self.skipTest("this machine has no ::1")
        daemon = self.make_daemon(delay="1h")
        port = daemon.inet[1]
        daemon.write_config(
            listen=f"inet:[::1]:{port}, inet:127.0.0.1:{port}")
        daemon.start()
        for address in (("::1", port), ("127.0.0.1", port)):
            self.assert_greylisted(daemon.connect(address).ask())

    def test_mode_and_group_of_unix_sockets(self):
        """[C35] As configured, whatever the umask."""
        before = os.umask(0o077)
        self.addCleanup(os.umask, before)
        daemon = self.start_daemon(socket_mode="0620", socket_group="mail")
        status = os.stat(daemon.unix)
        self.assertEqual(stat.S_IMODE(status.st_mode), 0o620)
        self.assertEqual(grp.getgrgid(status.st_gid).gr_name, "mail")

    def test_option_on_the_command_line_replaces_listen(self):
        """-o listen= beats the file."""
        port = free_port()
        daemon = self.start_daemon(
            delay="1h", arguments=["-o", f"listen=inet:127.0.0.1:{port}"])
        self.assert_greylisted(daemon.connect(("127.0.0.1", port)).ask())
        self.assertFalse(os.path.exists(daemon.unix))
        with self.assertRaises(ConnectionRefusedError):
            daemon.connect(daemon.inet)

    def test_sockets_passed_by_systemd(self):
        """LISTEN_FDS: both are served instead of opened again, and stay
        when the daemon goes."""
        daemon = self.make_daemon(delay="1h")
        passed = [socket.socket(socket.AF_UNIX), socket.socket()]
        passed[0].bind(daemon.unix)
        passed[1].bind(daemon.inet)
        os.chmod(daemon.unix, 0o666)
        inode = os.stat(daemon.unix).st_ino
        for one in passed:
            one.listen(5)
            self.addCleanup(one.close)
            # Far away from 3 and 4, where the launcher puts them.
            daemon.inherit.append(fcntl.fcntl(one, fcntl.F_DUPFD, 100))
            self.addCleanup(os.close, daemon.inherit[-1])
        daemon.launcher = [sys.executable, "-c", PASS_SOCKETS,
                           *map(str, daemon.inherit)]
        daemon.start()
        self.assert_greylisted(daemon.ask())
        self.assert_greylisted(daemon.connect(daemon.inet).ask())
        daemon.stop()
        self.assertEqual(os.stat(daemon.unix).st_ino, inode)

    def test_stale_unix_socket_is_replaced(self):
        """[C35] What a crashed daemon left is no obstacle."""
        daemon = self.start_daemon(delay="1h")
        daemon.kill()
        self.assertTrue(os.path.exists(daemon.unix))
        daemon.start()
        self.assert_greylisted(daemon.ask())
        daemon.stop()
        self.assertFalse(os.path.exists(daemon.unix))

    def assert_refused(self, listen, *words):
        """Neither starts nor hangs, and says why."""
        config_file = os.path.join(self.folder, "refused.conf")
        write_file(config_file, f"listen = {listen}\nuser = nobody\n"
                   "database = memory:\nlog = stderr\n")
        process = run_daemon("-f", "-c", config_file)
        self.assertNotEqual(process.returncode, 0)
        self.assertGreater(process.returncode, 0)
        for word in words:
            self.assertIn(word, process.stderr)

    def test_live_unix_socket_is_refused(self):
        """[C35] Nobody's clients are stolen."""
        daemon = self.start_daemon(delay="1h")
        self.assert_refused(f"unix:{daemon.unix}", daemon.unix,
                            "another server")
        self.assert_greylisted(daemon.ask())

    def test_taken_port_is_refused(self):
        """[C35] With the port and what to do."""
        daemon = self.start_daemon(delay="1h")
        self.assert_refused("inet:127.0.0.1:%d" % daemon.inet[1],
                            str(daemon.inet[1]), "another server")

    def test_file_in_place_of_the_socket_is_refused(self):
        """[C35] And not touched."""
        path = os.path.join(self.folder, "precious")
        write_file(path, "precious")
        self.assert_refused(f"unix:{path}", path, "not a socket")
        self.assertEqual(read_file(path), "precious")

    def test_folder_that_everybody_may_write_to_is_refused(self):
        """[C35] There anybody could put another socket."""
        folder = os.path.join(self.folder, "open")
        os.mkdir(folder)
        os.chmod(folder, 0o777)
        self.assert_refused(f"unix:{folder}/policy.sock", folder)
        self.assertEqual(os.listdir(folder), [])

    def test_another_daemons_socket_survives_our_end(self):
        """[C36] A socket that was replaced meanwhile is not ours to
        remove."""
        old = self.start_daemon(delay="1h")
        os.rename(old.unix, old.unix + ".old")
        new = self.make_daemon(delay="1h", listen=f"unix:{old.unix}")
        new.start()
        old.signal(signal.SIGTERM)
        old.wait_for_end()
        self.assert_greylisted(new.connect(old.unix).ask())
