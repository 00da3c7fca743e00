# SPDX-License-Identifier: ISC
"""database_fallback: a database of the host decides while the server is away."""
import os
import subprocess
import time

import harness
import servers
import test_fleet_faults
from fleet import FleetTest, Load
from harness import settings, wait_until

LOAD_S = 2


def unmerged_n(test, daemon):
    return len(test.tool(
        daemon, "-o", "database_fallback=", "-o",
        f"database=sqlite:{daemon.state}/fallback.db-unmerged",
        "triplets", "export").splitlines())


class FallbackTest(FleetTest):
    """database_fallback decides while the server is away."""

    def start_with_fallback(self, uri):
        daemon = self.make_daemon(
            database=uri, delay="2s", delay_suspicious="2s",
            store_timeout="5s", max_waiting_per_address="100k")
        daemon.write_config(
            database_fallback=f"sqlite:{daemon.state}/fallback.db")
        daemon.start()
        return daemon

    def unmerged_n(self, daemon):
        return unmerged_n(self, daemon)

    def wait_for_merge(self, daemon):
        """Wait until the server has all records, also those of a pause in
        which the daemon used its fallback again."""
        wait_until("the end of the merge", lambda: (
            daemon.ask(sender="end@example.net"),
            self.unmerged_n(daemon) == 0)[1], 60, every_s=0.2)

    def works_again_n(self, daemon):
        return daemon.log().count("works again; database_fallback decided")

    def test_fallback(self):
        """What one host knows is known while the server is away. Mail is
        deferred and passes meanwhile, also over a restart of the daemon. When
        the server is back, the other host knows all of it."""
        server = self.start_server("--appendonly", "yes",
                                   "--appendfsync", "always")
        one = self.start_with_fallback(self.uri(server))
        other = self.start_daemon(database=self.uri(server), delay="2s",
                                  delay_suspicious="2s", store_timeout="5s")
        self.tool(one, "whitelist", "add", "client", "203.0.113.9")
        first_try = time.monotonic()
        self.assert_greylisted(one.ask(sender="before@example.net"))
        wait_until("the entry", lambda: one.ask(
            client_address="203.0.113.9") == "DUNNO", every_s=0.1)
        server.kill()
        harness.retry_until_passed(
            lambda: one.ask(sender="before@example.net") == "DUNNO", 2,
            first_try)
        self.assertEqual(one.ask(client_address="203.0.113.9"), "DUNNO")
        # When the second one passes, the delay of the first is also over.
        self.assert_greylisted(one.ask(sender="waits@example.net"))
        first_try = time.monotonic()
        self.assert_greylisted(one.ask(sender="during@example.net"))
        one.restart()
        harness.retry_until_passed(
            lambda: one.ask(sender="during@example.net") == "DUNNO", 2,
            first_try)
        self.assertEqual(one.ask(sender="before@example.net"), "DUNNO")
        self.check_tools_while_away(one)
        self.assertGreaterEqual(self.unmerged_n(one), 2)
        server.start()
        wait_until("the end of the merge", lambda: (
            one.ask(sender="known@example.net"),
            self.works_again_n(one))[1], every_s=0.1)
        self.assertEqual(self.unmerged_n(one), 0)
        self.assert_works_again(other)
        for sender in ("before", "during", "waits"):
            self.assertEqual(other.ask(sender=f"{sender}@example.net"),
                             "DUNNO")
        expected = {"before@example.net": "known",
                    "during@example.net": "known",
                    "waits@example.net": "retried"}
        wait_until("the decisions", lambda: expected.items() <= {
            d["sender"]: d["reason"] for d in other.decisions()}.items())
        self.assertEqual(self.works_again_n(one), 1)

    def check_tools_while_away(self, daemon):
        tool = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
        for command, output, complaint in (
                (["explain", "192.0.2.1", "waits@example.net",
                  "b@example.org"], "retried", "from database_fallback"),
                (["triplets", "list"], "waits@example.net",
                 "from database_fallback"),
                (["status"], "database_fallback decides", "refused")):
            done = subprocess.run(
                [tool, "-c", daemon.config_file, *command], check=True,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                universal_newlines=True)
            self.assertIn(output, done.stdout)
            self.assertIn(complaint, done.stderr)

    def test_one_node_of_a_cluster(self):
        """The same if one primary of a cluster is killed, and replaced."""
        cluster = self.start(servers.Cluster)
        daemon = self.start_with_fallback(cluster.uri)
        with Load([daemon]) as load:
            time.sleep(LOAD_S / 2)
            cluster.servers[1].kill()
            wait_until("the end of the merge",
                       lambda: self.works_again_n(daemon), 60)
            time.sleep(LOAD_S / 2)
        load.ask_all_again()
        judge = load.judge()
        self.report("fallback", judge)
        self.assertEqual(judge.failed_s, [])
        self.wait_for_merge(daemon)
        print(f"({daemon.log().count('database_fallback decides')} times) ",
              end="")

    def test_under_load(self):
        """While the server is killed and comes back, nobody gets the failure
        policy, no answer is wrong and no record is lost."""
        server = self.start_server("--appendonly", "yes",
                                   "--appendfsync", "always")
        daemon = self.start_with_fallback(self.uri(server))
        with Load([daemon]) as load:
            time.sleep(LOAD_S / 2)
            server.kill()
            time.sleep(LOAD_S)
            server.start()
            wait_until("the end of the merge",
                       lambda: self.works_again_n(daemon))
            time.sleep(LOAD_S / 2)
        load.ask_all_again()
        judge = load.judge()
        self.report("fallback", judge)
        self.assertEqual((judge.lost, judge.failed_s), ([], []))
        self.wait_for_merge(daemon)


class RandomTest(test_fleet_faults.RandomTest):
    """Two hosts with a fallback, one server, and random faults. Each triplet
    has its host, because a host does not know the mail of the other one while
    the server is away. At the end the server knows all of it."""

    IS_STICKY = True

    def start_daemons(self, uri):
        self.database = uri
        daemons = []
        for _ in range(2):
            daemon = self.make_daemon(
                database=uri, delay="2s", delay_suspicious="2s",
                max_waiting_per_address="100k", **self.options)
            daemon.write_config(
                database_fallback=f"sqlite:{daemon.state}/fallback.db")
            daemons.append(daemon)
            daemon.start()
        return daemons

    def end_load(self, load):
        for daemon in self.daemons:
            wait_until("the end of the merge", lambda: (
                daemon.ask(sender="end@example.net"),
                unmerged_n(self, daemon) == 0)[1], 60, every_s=0.2)
        load.ask_all_again(self.start_daemon(
            database=self.database, delay="2s", delay_suspicious="2s",
            **dict(self.options, store_timeout="5s")))

    def test_random_fallback(self):
        """Nobody gets the failure policy, and no record is lost."""
        judge = self.run_with_server()
        self.assertEqual((judge.lost, judge.failed_s), ([], []))
