# SPDX-License-Identifier: ISC
"""The sockets on which the daemon listens: unix and TCP sockets, opened by the
daemon or by systemd."""
import fcntl
import grp
import os
import signal
import socket
import stat
import subprocess
import sys

import harness
from harness import free_port, has_ipv6, read_file, run_daemon, write_file

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")

# Give two inherited sockets the numbers 3 and 4, and set the variables of
# systemd.
PASS_SOCKETS = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="2")
os.execvp(sys.argv[3], sys.argv[3:])
"""


class ListenTest(harness.TestCase):
    def test_many_sockets_at_the_same_time(self):
        """[C35] Two unix sockets and three TCP sockets use the same records."""
        daemon = self.make_daemon(delay="1h")
        addresses = [daemon.unix, os.path.join(daemon.run, "second.sock"),
                 daemon.inet, ("127.0.0.1", free_port()),
                 ("127.9.9.9", free_port())]
        daemon.write_config(listen=", ".join(
            f"unix:{address}" if isinstance(address, str)
            else "inet:%s:%d" % address for address in addresses))
        daemon.start()
        policies = [self.connect(daemon, address) for address in addresses]
        for policy in policies:
            self.assert_greylisted(policy.ask())
        self.assertEqual(daemon.reasons(5), ["new"] + ["early"] * 4)

    def test_ipv6_and_ipv4_with_the_same_port(self):
        """[C35] listen can name the same port for IPv4 and for IPv6."""
        if not has_ipv6():
            self.skipTest("this machine has no ::1")
        daemon = self.make_daemon(delay="1h")
        port = daemon.inet[1]
        daemon.write_config(
            listen=f"inet:[::1]:{port}, inet:127.0.0.1:{port}")
        daemon.start()
        for address in (("::1", port), ("127.0.0.1", port)):
            self.assert_greylisted(daemon.connect(address).ask())
        self.assertIn(f"listening on inet:[::1]:{port}\n", daemon.log())

    def test_mode_and_group_of_unix_sockets(self):
        """[C35] The mode and the group are those of the options, whatever the
        umask."""
        before = os.umask(0o077)
        self.addCleanup(os.umask, before)
        daemon = self.start_daemon(socket_mode="0620", socket_group="mail")
        status = os.stat(daemon.unix)
        self.assertEqual(stat.S_IMODE(status.st_mode), 0o620)
        self.assertEqual(grp.getgrgid(status.st_gid).gr_name, "mail")

    def test_option_on_the_command_line_replaces_listen(self):
        """-o listen=... overrides the configuration file."""
        port = free_port()
        daemon = self.start_daemon(
            delay="1h", arguments=["-o", f"listen=inet:127.0.0.1:{port}"])
        self.assert_greylisted(daemon.connect(("127.0.0.1", port)).ask())
        self.assertFalse(os.path.exists(daemon.unix))
        with self.assertRaises(ConnectionRefusedError):
            daemon.connect(daemon.inet)

    def test_sockets_passed_by_systemd(self):
        """The daemon serves the sockets that systemd passes. It does not open
        them itself, and does not remove the socket file at the end."""
        daemon = self.make_daemon(delay="1h")
        passed = [socket.socket(socket.AF_UNIX), socket.socket()]
        passed[0].bind(daemon.unix)
        passed[1].bind(daemon.inet)
        os.chmod(daemon.unix, 0o666)
        inode = os.stat(daemon.unix).st_ino
        for one in passed:
            one.listen(5)
            self.addCleanup(one.close)
            # Use high numbers, because the launcher needs 3 and 4.
            daemon.inherit.append(fcntl.fcntl(one, fcntl.F_DUPFD, 100))
            self.addCleanup(os.close, daemon.inherit[-1])
        daemon.launcher = [sys.executable, "-c", PASS_SOCKETS,
                           *map(str, daemon.inherit)]
        daemon.start()
        self.assert_greylisted(daemon.ask())
        self.assert_greylisted(daemon.connect(daemon.inet).ask())
        daemon.stop()
        self.assertEqual(os.stat(daemon.unix).st_ino, inode)

    def test_passed_socket_on_every_address(self):
        """A passed socket with the same port on every address is named in the
        error, which says what to write."""
        if not has_ipv6():
            self.skipTest("this machine has no ::1")
        passed = [socket.create_server(("::", 0), family=socket.AF_INET6,
                                       dualstack_ipv6=True),
                  socket.create_server(("0.0.0.0", 0))]
        listening = []
        for one, host in zip(passed, ("[::]", "0.0.0.0")):
            self.addCleanup(one.close)
            listening.append((one.getsockname()[1], host))
        daemon = self.make_daemon(delay="1h")
        for one in passed:
            daemon.inherit.append(fcntl.fcntl(one, fcntl.F_DUPFD, 100))
            self.addCleanup(os.close, daemon.inherit[-1])
        daemon.launcher = [sys.executable, "-c", PASS_SOCKETS,
                           *map(str, daemon.inherit)]
        for number, (port, host) in enumerate(listening, 3):
            daemon.write_config(listen=f"inet:127.0.0.1:{port}")
            daemon.begin()
            with self.assertRaisesRegex(AssertionError, "ended with 1"):
                daemon.wait_for_end()
            self.assertIn(
                f"cannot listen on inet:127.0.0.1:{port}: descriptor {number} "
                "(LISTEN_FDS) listens there on every address; write "
                f"listen = inet:{host}:{port}, ", daemon.log())
        # These words mean the passed sockets.
        daemon.write_config(listen=", ".join(
            [f"unix:{daemon.unix}"] +
            [f"inet:{host}:{port}" for port, host in listening]))
        daemon.start()
        for port, _ in listening:
            self.assert_greylisted(
                daemon.connect(("127.0.0.1", port)).ask())

    def test_stale_unix_socket_is_replaced(self):
        """[C35] The daemon replaces the socket file of a crashed daemon."""
        daemon = self.start_daemon(delay="1h")
        daemon.kill()
        self.assertTrue(os.path.exists(daemon.unix))
        daemon.start()
        self.assert_greylisted(daemon.ask())
        daemon.stop()
        self.assertFalse(os.path.exists(daemon.unix))

    def assert_refused(self, listen, *words):
        """The daemon must end with an error that contains all words."""
        config_file = os.path.join(self.folder, "refused.conf")
        write_file(config_file, f"listen = {listen}\nuser = nobody\n"
                   "database = memory:\nlog = stderr\n")
        process = run_daemon("-f", "-c", config_file)
        self.assertNotEqual(process.returncode, 0)
        self.assertGreater(process.returncode, 0)
        for word in words:
            self.assertIn(word, process.stderr)

    def test_live_unix_socket_is_refused(self):
        """[C35] A daemon does not replace the socket of a running daemon."""
        daemon = self.start_daemon(delay="1h")
        self.assert_refused(f"unix:{daemon.unix}", daemon.unix,
                            "another server")
        self.assert_greylisted(daemon.ask())

    def test_taken_port_is_refused(self):
        """[C35] The error names the port and says what to do."""
        daemon = self.start_daemon(delay="1h")
        self.assert_refused("inet:127.0.0.1:%d" % daemon.inet[1],
                            str(daemon.inet[1]), "another server", "postgrey",
                            "choose another port")

    def test_quickstart_refuses_a_taken_port(self):
        """contrib/quickstart does not take another server for its daemon. Other
        programs may use port 10023 meanwhile, so its nc asks another port."""
        folder = os.path.join(self.folder, "bin")
        os.mkdir(folder)
        nc = os.path.join(folder, "nc")
        with socket.socket() as other:
            other.bind(("127.0.0.1", free_port()))
            other.listen()
            write_file(nc, '#!/bin/sh\nPATH=${PATH#*:}\n'
                       '[ "$*" = "-z 127.0.0.1 10023" ] || exit 9\n'
                       f'exec nc -z 127.0.0.1 {other.getsockname()[1]}\n')
            os.chmod(nc, 0o755)
            process = subprocess.run(
                [os.path.join(SOURCE, "contrib", "quickstart"), "--no-wait"],
                env=dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}"),
                capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual(process.returncode, 1)
        self.assertIn("127.0.0.1:10023, perhaps postgrey", process.stderr)
        self.assertNotIn("Building", process.stdout)

    def test_file_in_place_of_the_socket_is_refused(self):
        """[C35] The file stays unchanged."""
        path = os.path.join(self.folder, "precious")
        write_file(path, "precious")
        self.assert_refused(f"unix:{path}", path, "not a socket")
        self.assertEqual(read_file(path), "precious")

    def test_folder_that_all_users_can_write_to_is_refused(self):
        """[C35] Any user could replace the socket there."""
        folder = os.path.join(self.folder, "open")
        os.mkdir(folder)
        os.chmod(folder, 0o777)
        self.assert_refused(f"unix:{folder}/policy.sock", folder)
        self.assertEqual(os.listdir(folder), [])

    def test_socket_of_another_daemon_is_not_removed(self):
        """[C36] If another daemon has replaced the socket file, the first
        daemon does not remove it at its end."""
        old = self.start_daemon(delay="1h")
        os.rename(old.unix, old.unix + ".old")
        new = self.make_daemon(delay="1h", listen=f"unix:{old.unix}")
        new.start()
        old.signal(signal.SIGTERM)
        old.wait_for_end()
        self.assert_greylisted(new.connect(old.unix).ask())
