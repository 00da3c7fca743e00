# SPDX-License-Identifier: ISC
"""The database of several daemons is reached by TLS. tests/store/test_tls.c has
the bad certificates."""
import os
import shutil
import subprocess

import harness
import servers
from fleet import DELAY_S, FleetTest, why_no_tls
from harness import settings


class TlsTest(FleetTest):
    def setUp(self):
        super().setUp()
        why_not = why_no_tls()
        if why_not:
            self.skipTest(why_not)
        self.certificates = self.make_certificates()
        self.tls = {"database_tls_ca_file": self.certificates.path("ca.pem")}

    def start_servers(self, kind, *arguments):
        return self.start(kind, arguments=arguments,
                          certificates=self.certificates)

    def uri(self, server):
        return f"rediss://localhost:{server.port}"

    def system_cas(self):
        """What names the CAs of the system for OpenSSL: a file, or folders."""
        ca = self.certificates.path("ca.pem")
        folder = os.path.join(self.folder, "cas")
        os.mkdir(folder)
        os.chmod(folder, 0o755)
        shutil.copy(ca, folder)
        subprocess.run(["openssl", "rehash", folder], check=True)
        return (f"SSL_CERT_FILE={ca}",
                f"SSL_CERT_DIR=/etc/ssl/certs:{folder}")

    def test_options_without_tls(self):
        """The options of TLS are no use for a server without TLS. But
        "tardigrey copy" may use them to move from SQLite."""
        tool = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
        ca = self.certificates.path("ca.pem")
        for database, expected in (
                ("redis://127.0.0.1", "-o: database_tls_ca_file: not used"),
                ("rediss://127.0.0.1", ""), ("sqlite:/tmp/none", "")):
            said = subprocess.run(
                [tool, "-c", "/dev/null", "-o", f"database={database}", "-o",
                 f"database_tls_ca_file={ca}", "config", "check"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                universal_newlines=True, check=False).stderr
            self.assertIn(expected, said)
            self.assertEqual("not used" in said, expected != "")

    def test_single_server(self):
        """A daemon in its sandbox connects again, and trusts the CAs of the
        file, or of the system. The commands work too."""
        server = self.start_servers(servers.Server)
        daemons = [
            *self.start_fleet(self.uri(server), 1, **self.tls),
            *(self.start_daemon(database=self.uri(server),
                                delay=f"{DELAY_S}s", store_timeout="5s",
                                launcher=["env", variable])
              for variable in self.system_cas())]
        self.assert_shared(*daemons)
        server.kill()
        server.start()
        for daemon in daemons:
            self.assert_works_again(daemon)
        self.tool(daemons[0], "whitelist", "add", "client", "203.0.113.9")
        self.assertIn("203.0.113.9",
                      self.tool(daemons[0], "whitelist", "list"))

    def test_cluster(self):
        """All nodes of a cluster are reached by TLS, also after all of them
        were away. The contract suite passes."""
        cluster = self.start_servers(
            servers.Cluster, "--cluster-node-timeout", "5000")
        daemons = self.start_fleet(cluster.uri, **self.tls)
        self.assert_shared(*daemons)
        suite = os.path.join(os.path.dirname(settings.daemon),
                             "../tests/store/test_contract_redis")
        if not settings.wrapper and os.access(suite, os.X_OK):
            result = subprocess.run(
                [suite], env=dict(
                    os.environ, FLEET_URI=cluster.uri,
                    SSL_CERT_FILE=self.certificates.path("ca.pem")),
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                universal_newlines=True)
            self.assertEqual(result.returncode, 0, result.stdout)
        cluster.kill()
        cluster.start_again()
        self.assert_works_again(daemons[0])

    def test_sentinels(self):
        """The sentinels and the primary are reached by TLS, also a new
        primary."""
        sentinels = self.start_servers(servers.Sentinels)
        daemons = self.start_fleet(sentinels.uri, **self.tls)
        self.assert_shared(*daemons)
        sentinels.primary().kill()
        self.assert_works_again(daemons[0])

    def test_renewed_certificate(self):
        """The certificate of the host is read for each connection. A wrong one
        is reported, without the password."""
        server = self.start_servers(
            servers.Server, "--tls-auth-clients", "yes", "--requirepass",
            "xyzzy")
        own = self.certificates.path("own.pem")
        shutil.copy(self.certificates.path("good.pem"), own)
        daemon, = self.start_fleet(
            self.uri(server).replace("//", "//:xyzzy@"), 1,
            database_tls_cert_file=own,
            database_tls_key_file=self.certificates.path("key.pem"),
            **self.tls)
        self.assert_greylisted(daemon.ask(sender="a@example.net"))
        shutil.copy(self.certificates.path("other.pem"), own)
        server.kill()
        server.start()
        harness.wait_until("the refusal", lambda: daemon.ask(
            sender="b@example.net") == "DUNNO")
        tool = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
        refused = subprocess.run(
            [tool, "-c", daemon.config_file, "whitelist", "list"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            universal_newlines=True)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("see database_tls_cert_file", refused.stderr)
        shutil.copy(self.certificates.path("good.pem"), own)
        self.assert_works_again(daemon)
        self.assertNotIn("xyzzy", daemon.log() + refused.stderr)
