# SPDX-License-Identifier: ISC
"""Test the http server of the daemon: metrics, health, and clients that do
harm."""
import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import time

import harness
from harness import free_port, limit, settings, wait_until

CONNECTIONS_MAX = 16  # HTTP_CONNECTIONS_MAX


class Connection(http.client.HTTPConnection):
    """HTTP over TCP, or over the unix socket of this path."""

    def __init__(self, address):
        super().__init__("localhost", timeout=limit(30))
        self.address = address

    def connect(self):
        if isinstance(self.address, str):
            self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        else:
            self.sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.address)


def get(address, path, method="GET", **headers):
    """Returns the status, the headers and the text of the answer."""
    connection = Connection(address)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return (answer.status, dict(answer.getheaders()),
                answer.read().decode())
    finally:
        connection.close()


def own_address():
    """An IPv4 address of this machine that is not loopback, or None."""
    output = subprocess.run(["hostname", "-I"], capture_output=True,
                            text=True).stdout
    return next((word for word in output.split() if ":" not in word), None)


class HttpTestCase(harness.TestCase):

    def start_http(self, **options):
        self.address = ("127.0.0.1", free_port())
        options.setdefault("http", f"inet:127.0.0.1:{self.address[1]}")
        return self.start_daemon(**options)


class HttpTest(HttpTestCase):
    """What monitoring programs ask for."""

    def metric(self, name):
        """The value of a metric, with its labels in the name."""
        _, _, text = get(self.address, "/metrics")
        for line in text.splitlines():
            if line.startswith(name + " "):
                return float(line[len(name) + 1:])
        raise AssertionError(f"no {name} in:\n{text}")

    def wait_for_metric(self, name, value):
        wait_until(f"{name} {value}", lambda: self.metric(name) == value,
                   every_s=0.3)

    def test_metrics(self):
        """The metrics count the decisions, and promtool accepts them."""
        daemon = self.start_http(delay="1s")
        with daemon.connect() as policy:
            self.assert_greylisted(policy.ask())
            time.sleep(1.1)
            self.assertEqual(policy.ask(), "DUNNO")
            self.assert_greylisted(policy.ask(sender="c@example.net"))
        decision = ('tardigrey_decisions_total{action="%s",reason="%s",'
                    'class="suspicious"}')
        self.wait_for_metric(decision % ("greylist", "new"), 2)
        self.wait_for_metric(decision % ("pass", "retried"), 1)
        self.wait_for_metric("tardigrey_delay_seconds_count", 1)
        self.wait_for_metric("tardigrey_waiting_records", 1)
        self.wait_for_metric('tardigrey_records{kind="triplet-network"}', 1)
        self.assertGreaterEqual(self.metric(
            'tardigrey_store_call_seconds_count{call="apply"}'), 3)
        self.assertGreater(self.metric("process_resident_memory_bytes"), 1e6)
        status, headers, text = get(self.address, "/metrics")
        self.assertEqual(status, 200)
        self.assertEqual(headers["Content-Type"],
                         "text/plain; version=0.0.4; charset=utf-8")
        self.promtool("check", "metrics", input=text)

    def test_open_files(self):
        """The daemon counts its descriptors, also in the sandbox."""
        daemon = self.start_http()
        before = self.metric("process_open_fds")
        self.assertGreater(before, 5)
        with contextlib.ExitStack() as stack:
            for _ in range(20):
                stack.enter_context(daemon.connect()).ask()
            # The database may open a few files of its own.
            wait_until(
                "the descriptors of 20 connections",
                lambda: 20 <= self.metric("process_open_fds") - before < 30,
                every_s=0.3)
        wait_until("the descriptors are closed",
                   lambda: self.metric("process_open_fds") - before < 10,
                   every_s=0.3)

    def promtool(self, *arguments, **options):
        if shutil.which("promtool") is None:
            self.skipTest("promtool is not installed (package prometheus)")
        result = subprocess.run(
            ["promtool", *arguments], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, universal_newlines=True, **options)
        self.assertEqual(result.returncode, 0, result.stdout)
        return result.stdout

    def test_alert_rules(self):
        """promtool accepts the alert rules, and they fire."""
        folder = os.path.join(os.path.dirname(__file__),
                              "../../contrib/prometheus")
        self.promtool("check", "rules", f"{folder}/tardigrey.rules.yml")
        self.promtool("test", "rules", f"{folder}/tardigrey.test.yml")

    def test_health(self):
        """/healthz and tardigrey status say whether the database works."""
        daemon = self.start_http(on_failure="pass", store_timeout="10ms")
        status, _, text = get(self.address, "/healthz")
        self.assertEqual(status, 200)
        self.assertRegex(text, "^healthy: .*\n$")
        self.check_status(daemon, 0, "healthy: ")
        os.rename(daemon.state, daemon.state + ".away")
        status, text = wait_until("the database to fail", lambda: next(
            ((s, t) for s, _, t in [get(self.address, "/healthz")]
             if s == 503), None), every_s=0.3)
        self.assertRegex(text, "^unhealthy: .*tardigrey.db.*\n$")
        self.check_status(daemon, 1, "unhealthy: .*tardigrey.db")
        os.rename(daemon.state + ".away", daemon.state)
        wait_until("the database to work", lambda: get(
            self.address, "/healthz")[0] == 200, every_s=0.3)
        daemon.stop()
        self.check_status(daemon, 1, "unhealthy: tardigreyd does not answer")

    def check_status(self, daemon, status, pattern):
        tardigrey = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
        command = [tardigrey, "-c", daemon.config_file, "status"]
        result = subprocess.run(command, stdout=subprocess.PIPE,
                                universal_newlines=True)
        self.assertRegex(result.stdout, "^" + pattern)
        self.assertEqual(result.returncode, status)
        result = subprocess.run(command + ["--nagios"],
                                stdout=subprocess.PIPE,
                                universal_newlines=True)
        self.assertRegex(result.stdout, "^TARDIGREY (OK|CRITICAL) - " +
                         pattern)
        self.assertEqual(result.returncode, 2 * status)

    def test_status_without_http(self):
        """Without the option http, tardigrey status asks the policy socket."""
        daemon = self.start_daemon()
        self.check_status(daemon, 0, "healthy: ")
        daemon.stop()
        self.check_status(daemon, 1, "unhealthy: ")

    def test_unix_socket(self):
        """A unix socket needs no name of this host."""
        path = os.path.join(self.folder, "http.sock")
        harness.give_to(self.folder)
        daemon = self.start_daemon(http=f"unix:{path}")
        self.assertEqual(get(path, "/healthz", Host="proxy.example")[0], 200)
        self.check_status(daemon, 0, "healthy: ")
        daemon.stop()
        self.assertFalse(os.path.exists(path))

    def test_who_may_ask(self):
        """Only hosts of http_allow may ask. A browser on this host must not
        ask for a web site."""
        self.start_http()
        status, _, text = get(self.address, "/metrics", Host="evil.example")
        self.assertEqual(status, 403)
        self.assertNotIn("tardigrey_", text)
        for host in ("127.0.0.1:99", "localhost", "localhost:1", "[::1]:1",
                     "LOCALHOST", "localhost.", "Localhost.:1",
                     socket.gethostname() + "."):
            self.assertEqual(get(self.address, "/metrics", Host=host)[0],
                             200, host)
        for host in (".", "localhost..", "localhost.evil.example"):
            self.assertEqual(get(self.address, "/metrics", Host=host)[0],
                             403, host)

    def test_own_address(self):
        """This host may ask by an address of its own. It must name it."""
        host = own_address()
        if host is None:
            self.skipTest("this machine has only loopback addresses")
        port = free_port()
        self.start_http(http=f"inet:0.0.0.0:{port}",
                        http_allow="203.0.113.1")
        self.assertEqual(get((host, port), "/metrics")[0], 200)
        self.assertEqual(
            get((host, port), "/metrics", Host="evil.example")[0], 403)

    def test_host_field(self):
        """Each request must name this host, also that of another host: a web
        site can give its own name our address."""
        host = own_address()
        if host is None:
            self.skipTest("this machine has only loopback addresses")
        port = free_port()
        self.start_daemon(http=f"inet:0.0.0.0:{port}",
                          http_allow=f"{host}/32")
        for name, status in ((socket.gethostname(), 200),
                             (socket.gethostname().upper() + ":80", 200),
                             (f"{host}:{port}", 200), ("localhost", 200),
                             ("evil.example", 403),
                             (socket.gethostname() + ".evil.example", 403)):
            self.assertEqual(get((host, port), "/metrics", Host=name)[0],
                             status, name)

    def head(self, path):
        """The header and the body of the answer to HEAD. The library would
        ignore a body."""
        with socket.create_connection(self.address, limit(30)) as client:
            client.sendall(f"HEAD {path} HTTP/1.1\r\nHost: localhost\r\n"
                           "\r\n".encode())
            answer = b"".join(iter(lambda: client.recv(65536), b""))
        header, _, body = answer.partition(b"\r\n\r\n")
        return header, body

    def test_what_may_be_asked(self):
        """Only GET and HEAD of fixed paths; the headers are strict."""
        self.start_http()
        status, headers, _ = get(self.address, "/healthz")
        self.assertEqual(headers["Content-Security-Policy"],
                         "default-src 'none'")
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(self.head("/healthz")[1], b"")
        self.assertIn(b"\r\nContent-Length: ", self.head("/metrics")[0])
        for path in ("/x", "/metrics/", "/../etc/passwd", "/%00", "//"):
            self.assertIn(get(self.address, path)[0], (400, 403, 404),
                          path)
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "CONNECT"):
            self.assertIn(get(self.address, "/metrics", method)[0],
                          (400, 501), method)

    def test_refused_address(self):
        """Other hosts can connect only if http_allow names them."""
        daemon = self.make_daemon(http=f"inet:0.0.0.0:{free_port()}")
        result = harness.run_daemon("-c", daemon.config_file, "-t")
        self.assertEqual(result.returncode, 2)
        self.assertRegex(result.stderr,
                         "http: other hosts can connect .*http_allow")
        daemon.write_config(http_allow="192.0.2.0/24")
        result = harness.run_daemon("-c", daemon.config_file, "-t")
        self.assertEqual(result.returncode, 0, result.stderr)


class AbuseTest(HttpTestCase):
    """Clients that do harm. Mail servers must not notice."""

    def assert_mail_works(self, daemon):
        with daemon.connect() as policy:
            for _ in range(20):
                self.assertIn(policy.ask()[:5], ("DUNNO", "DEFER"))

    def test_many_connections(self):
        """Connections that send nothing: few are open, and all end."""
        daemon = self.start_http()
        self.assert_mail_works(daemon)  # opens the database
        files_n = daemon.files_n()
        clients = [socket.create_connection(self.address, limit())
                   for _ in range(60)]
        for client in clients:
            self.addCleanup(client.close)
            client.sendall(b"GET /metr")
        wait_until("connections", lambda: daemon.files_n() > files_n)
        self.assert_mail_works(daemon)
        # The connection of assert_mail_works() may still be open.
        wait_until("few connections", lambda: daemon.files_n() <=
                   files_n + CONNECTIONS_MAX)
        self.assertEqual(clients[0].recv(100), b"")  # ended by the daemon
        for client in clients:
            client.close()
        self.assertEqual(get(self.address, "/healthz")[0], 200)

    def test_requests_a_second(self):
        """At most 20 connections are accepted in a second, so 90 take at least
        three seconds. A tick of the daemon may come late."""
        daemon = self.start_http()
        began = time.monotonic()
        for _ in range(90):
            self.assertEqual(get(self.address, "/healthz")[0], 200)
        self.assertGreater(time.monotonic() - began, 1.9)
        self.assert_mail_works(daemon)

    def test_slow_client(self):
        """A client that sends an octet now and then is cut off."""
        daemon = self.start_http()
        with socket.create_connection(self.address, limit()) as client:
            def is_cut_off():
                try:
                    client.sendall(b"X")
                except OSError:
                    return True
            wait_until("the end of the connection", is_cut_off, 30,
                       every_s=0.5)
        self.assert_mail_works(daemon)

    def test_large_requests(self):
        """Long lines, many headers and bodies are refused."""
        daemon = self.start_http()
        for octets in (b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n\r\n",
                       b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20000 + b"\r\n",
                       b"GET / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n" +
                       b"x" * 100000,
                       b"\0" * 100000, b"\r\n" * 50000):
            with socket.create_connection(self.address, limit()) as client:
                try:
                    client.sendall(octets)
                    answer = client.recv(12)
                except OSError:
                    continue
            self.assertIn(answer, (b"", b"HTTP/1.1 400", b"HTTP/1.1 404",
                                   b"HTTP/1.1 413"), octets[:20])
        self.assert_mail_works(daemon)
        self.assertEqual(get(self.address, "/healthz")[0], 200)

    def test_unread_answers(self):
        """A client that does not read its answers does no harm."""
        daemon = self.start_http()
        clients = []
        for _ in range(10):
            client = socket.socket()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            client.connect(self.address)
            client.sendall(b"GET /metrics HTTP/1.1\r\n\r\n" * 50)
            self.addCleanup(client.close)
            clients.append(client)
        self.assert_mail_works(daemon)
        self.assertEqual(get(self.address, "/healthz")[0], 200)
