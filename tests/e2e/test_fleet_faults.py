# SPDX-License-Identifier: ISC
"""Faults of a database that several daemons share, while requests come. Each test
prints how many replies were late, how many answers were wrong, and how many
records that were answered are lost. The limits for late replies are wide, because
this machine may be busy."""
import collections
import math
import os
import random
import shutil
import signal
import subprocess
import time
import unittest

import harness
import networks
import servers
from fleet import LATE_S, FleetTest, Load, memory_folder, why_no_tls
from harness import limit, promise, settings, wait_until

# The seconds of load before, during and after a fault. FLEET_FAULT_S in the
# environment sets them. FLEET_S is the length of a random run. FLEET_TLS says
# whether the random runs use TLS. Without it their seeds choose.
FAULT_S = float(os.environ.get("FLEET_FAULT_S", "1"))
RANDOM_S = float(os.environ.get("FLEET_S", "6"))
LONGEST_S = 5

CAN_SPLIT = networks.can_isolate() if os.geteuid() == 0 else False

# Each command is in the file before its reply goes out. With everysec, a server
# whose last sync still runs writes the file up to two seconds later.
KEEPS = ["--appendonly", "yes", "--appendfsync", "always"]


def show_spans(spans):
    """In which seconds the lost records were answered, from the begin of the
    fault."""
    counts = collections.Counter(math.floor(span) for span in spans)
    return "".join(f"; {n} lost in second {second}"
                   for second, n in sorted(counts.items())) + (
        f"; the first at {spans[0]:.3f} s, the last at {spans[-1]:.3f} s"
        if spans else "")


class FaultTest(FleetTest):
    TIMEOUT = {"store_timeout": "250ms"}

    def setUp(self):
        super().setUp()
        self.folder = memory_folder()
        self.addCleanup(shutil.rmtree, self.folder)

    def run_fault(self, what, daemons, break_it, mend_it, loses=False):
        """Break it under load, mend it, and wait until all daemons greylist
        again. Returns the judge, and when the fault began."""
        with Load(daemons) as load:
            time.sleep(FAULT_S)
            broken_s = time.monotonic()
            break_it()
            time.sleep(FAULT_S)
            mend_it()
            for daemon in daemons:
                self.assert_works_again(daemon)
            took_s = time.monotonic() - broken_s
            time.sleep(FAULT_S)
        load.ask_all_again()
        judge = load.judge()
        self.report(what, judge)
        spans = judge.spans(broken_s)
        print(f"(all works after {took_s:.1f} s{show_spans(spans)}) ", end="",
              flush=True)
        if not loses:
            self.assertEqual(judge.lost, [])
        self.assertLess(judge.took_s[-1], promise(LONGEST_S))
        self.took_s = took_s
        return judge, spans


    def assert_no_failures(self, judge):
        """The failure policy decided nothing, unless the machine was busy."""
        if not (settings.wrapper or harness.BUSY or judge.machine_is_busy()):
            self.assertEqual(judge.failed_s, [])


class ServerTest(FaultTest):
    """One server."""

    def start_with_server(self):
        server = self.start_server(*KEEPS)
        return server, self.start_fleet(self.uri(server), **self.TIMEOUT)

    def test_server_hangs(self):
        """Requests get the failure policy at once while the server hangs."""
        server, daemons = self.start_with_server()
        self.run_fault("hang", daemons,
                       lambda: server.signal(signal.SIGSTOP),
                       lambda: server.signal(signal.SIGCONT))

    def test_server_is_away(self):
        """The same for a server that is killed and started again."""
        server, daemons = self.start_with_server()
        self.run_fault("away", daemons, server.kill, server.start)
        daemons[0].wait_for_message("works again")

    def test_scripts_are_flushed(self):
        """No reply is wrong when the server loses its scripts."""
        server, daemons = self.start_with_server()

        def flush():
            for _ in range(10):
                server.run("SCRIPT", "FLUSH")
                time.sleep(FAULT_S / 10)
        judge, _ = self.run_fault("scripts flushed", daemons, flush, flush)
        self.assert_no_failures(judge)

    def test_server_is_full(self):
        """Known mail passes while the server is full, new mail gets the
        failure policy, and greylisting works again when there is room."""
        server = self.start_server()
        one, other = self.start_fleet(self.uri(server))
        self.assert_shared(one, other)
        server.run("CONFIG", "SET", "maxmemory", "1")
        self.assertEqual(one.ask(sender="a@example.net"), "DUNNO")
        self.assertEqual(one.ask(sender="new@example.net"), "DUNNO")
        one.wait_for_message("maxmemory")
        server.run("CONFIG", "SET", "maxmemory", "0")
        self.assert_works_again(one)

    def test_server_becomes_full(self):
        """The same under load."""
        server, daemons = self.start_with_server()
        self.run_fault(
            "full", daemons,
            lambda: server.run("CONFIG", "SET", "maxmemory", "1"),
            lambda: server.run("CONFIG", "SET", "maxmemory", "0"))

    def test_password_changes(self):
        """Requests get the failure policy while the password is wrong."""
        server, daemons = self.start_with_server()

        def refuse():
            server.run("CONFIG", "SET", "requirepass", "other")
            server.run("--pass", "other", "CLIENT", "KILL", "TYPE", "normal")
        self.run_fault(
            "wrong password", daemons, refuse,
            lambda: server.run("--pass", "other", "CONFIG", "SET",
                               "requirepass", ""))

    def test_latency(self):
        """A network that is 1 or 10 ms slower makes no reply late or
        wrong."""
        server = self.start_server(*KEEPS)
        link = networks.SlowLink(server.port)
        self.addCleanup(link.kill)
        link.start()
        daemons = self.start_fleet(self.uri(link), **self.TIMEOUT)
        for ms in 1, 10:
            judge, _ = self.run_fault(f"{ms} ms more", daemons,
                                      lambda: link.set_delay(ms),
                                      lambda: None)
            self.assert_no_failures(judge)

    def test_starts_without_its_server(self):
        """The daemon starts while the server is away."""
        server = self.start_server()
        server.kill()
        daemon = self.start_daemon(database=self.uri(server))
        self.assertEqual(daemon.ask(), "DUNNO")
        server.start()
        self.assert_works_again(daemon)


class ClusterTest(FaultTest):
    def start_with_cluster(self, *arguments):
        cluster = self.start(servers.Cluster, arguments=arguments)
        return cluster, self.start_fleet(cluster.uri, **self.TIMEOUT)

    def test_contract(self):
        """The contract suite of the store, on a cluster."""
        suite = os.path.join(os.path.dirname(settings.daemon),
                             "../tests/store/test_contract_redis")
        if settings.wrapper or not os.access(suite, os.X_OK):
            self.skipTest("not with --wrapper, or not built")
        cluster = self.start(servers.Cluster)
        result = subprocess.run(
            [suite], env=dict(os.environ, FLEET_URI=cluster.uri),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            universal_newlines=True)
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_latency(self):
        """The nodes are in different rooms: 1 or 10 ms more to each of them,
        and between them, make no reply late or wrong. The proxy needs some
        time itself, so store_timeout is longer."""
        cluster = servers.Cluster(os.path.join(self.folder, "servers"))
        self.addCleanup(cluster.kill)
        link = networks.SlowLink(*(s.port for s in cluster.servers))
        self.addCleanup(link.kill)
        link.start()
        cluster.announce(link.ports)
        cluster.start()
        daemons = self.start_fleet(cluster.uri, store_timeout="1s")
        for ms in 1, 10:
            judge, _ = self.run_fault(f"{ms} ms more", daemons,
                                      lambda: link.set_delay(ms),
                                      lambda: None)
            self.assert_no_failures(judge)

    def test_slots_move(self):
        """Slots move while requests come, also to a node that joins, and away
        from it before it leaves. Nothing is lost. If a daemon does not know yet
        that a slot has moved away from this node, requests for it may get the
        failure policy until it has connected again."""
        cluster, daemons = self.start_with_cluster(
            "--cluster-node-timeout", "5000")
        self.assert_shared(*daemons)

        def move():
            cluster.move_slots(100)
            node = cluster.add_node()
            cluster.move_slots(50, cluster.servers[0], node)
            cluster.remove_node(node)
        judge, _ = self.run_fault("slots moved", daemons, move, lambda: None)
        print(f"({len(judge.failed_s)} by on_failure) ", end="", flush=True)

    def test_primary_is_killed(self):
        """A replica takes over. At most the records of the last second are
        lost."""
        cluster, daemons = self.start_with_cluster()
        _, spans = self.run_fault("primary killed", daemons,
                                  cluster.roles()[0].kill,
                                  lambda: wait_until(
                                      "a replica to be promoted",
                                      lambda: len(cluster.roles()) == 3, 60),
                                  loses=True)
        self.assertTrue(all(span > -1 for span in spans), spans)

    def failures_of_part(self, judge, cluster, away, begin_s, end_s):
        """The requests between two times, and how many of them got the failure
        policy: of those with records at this server, and of the others."""
        reasons = judge.load.reasons()
        counts = {True: [0, 0], False: [0, 0]}
        for client in judge.load.clients:
            for asked in client.asked:
                if not begin_s < asked.sent_s < end_s:
                    continue
                network = client.network(asked.triplet)
                needs_it = away in (cluster.owner(f"{network}.0/24"),
                                    cluster.owner(f"{network}.7"))
                counts[needs_it][0] += 1
                counts[needs_it][1] += reasons[asked.instance] == "failure"
        return counts[True], counts[False]

    def check_one_primary(self, what, away_i, break_it):
        """One of three primaries is away, and at first no replica takes over.
        The requests for records of the others are answered as always."""
        cluster = self.start(servers.Cluster)
        daemons = self.start_fleet(cluster.uri, correspondents="no",
                                   **self.TIMEOUT)
        cluster.let_replicas_take_over(False)
        away = cluster.servers[away_i]
        times = []

        def wait_and_promote():
            time.sleep(max(0, 2 - FAULT_S))
            times.append(time.monotonic())
            cluster.let_replicas_take_over(True)
            wait_until("a replica to be promoted", lambda: any(
                s.run("ROLE").startswith("master")
                for s in cluster.servers[3:]), 60)
            times.append(time.monotonic())

        def note_and_break():
            times.append(time.monotonic())
            break_it(away)
        judge, _ = self.run_fault(what, daemons, note_and_break,
                                  wait_and_promote, loses=True)
        broken_s, let_s, promoted_s = times
        mine, others = self.failures_of_part(judge, cluster, away,
                                             broken_s + LATE_S, let_s)
        last_s = max([promoted_s, *judge.failed_s])
        print(f"(failure policy before the failover: {mine[1]} of {mine[0]} "
              f"requests for records of the server that is away, {others[1]} "
              f"of {others[0]} others; the last one {last_s - promoted_s:.1f} s "
              "after the failover) ", end="", flush=True)
        self.assertGreater(others[0], 0)
        if not (settings.wrapper or harness.BUSY or judge.machine_is_busy()):
            self.assertEqual(others[1], 0)

    def test_one_primary_is_killed(self):
        """While one primary is away, the others decide."""
        self.check_one_primary("one primary killed", 0,
                               lambda server: server.kill())

    def test_one_primary_hangs(self):
        """The same for a primary that hangs, and has the list entries."""
        self.check_one_primary("one primary hangs", 2,
                               lambda server: server.signal(signal.SIGSTOP))

    def test_starts_while_one_primary_is_away(self):
        """The others decide, too, if the daemon starts then. But a command
        that must see all records fails."""
        cluster = self.start(servers.Cluster)
        cluster.let_replicas_take_over(False)
        away = cluster.servers[0]
        away.kill()
        daemon = self.start_fleet(cluster.uri, n=1, correspondents="no")[0]
        address = f"127.0.0.1:{away.port}"
        daemon.wait_for_message(address)
        networks_of_others = [
            f"20.1.{i}" for i in range(50)
            if away not in (cluster.owner(f"20.1.{i}.0/24"),
                            cluster.owner(f"20.1.{i}.7"))]
        for network in networks_of_others[:10]:
            self.assert_greylisted(daemon.ask(client_address=f"{network}.7"))
        tool = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
        done = subprocess.run(
            [tool, "-c", daemon.config_file, "triplets", "export"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            universal_newlines=True)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(address, done.stderr)

    def test_all_nodes_away(self):
        """All nodes of a cluster are killed, and come back. On a slow machine
        a replica may take over meanwhile."""
        cluster, daemons = self.start_with_cluster(*KEEPS)
        self.run_fault("all nodes away", daemons, cluster.kill,
                       cluster.start_again, loses=harness.BUSY)

    def test_all_nodes_hang(self):
        """The same for nodes that hang."""
        cluster, daemons = self.start_with_cluster()
        self.run_fault("all nodes hang", daemons,
                       lambda: cluster.signal(signal.SIGSTOP),
                       lambda: cluster.signal(signal.SIGCONT),
                       loses=harness.BUSY)


class SentinelTest(FaultTest):
    def test_primary_is_killed(self):
        """The daemons follow the primary that the sentinels name. At most the
        records of the last second are lost."""
        fleet = self.start(servers.Sentinels)
        daemons = self.start_fleet(fleet.uri, **self.TIMEOUT)
        self.assert_shared(*daemons)
        _, spans = self.run_fault(
            "failover", daemons, fleet.primary().kill,
            lambda: wait_until("a new primary", fleet.primary, 60),
            loses=True)
        self.assertTrue(all(span > -1 for span in spans), spans)
        self.assertEqual(daemons[0].ask(sender="a@example.net"), "DUNNO")


@unittest.skipUnless(CAN_SPLIT, "no namespaces or bridges can be made here")
class SplitTest(FaultTest):
    """Three hosts, each with a daemon and a part of the database. One of them
    loses the others."""

    def start_network(self):
        network = networks.Network(3)
        self.addCleanup(network.kill)
        return network.start()

    def start_on_hosts(self, kind, *arguments):
        network = self.start_network()
        fleet = self.start(kind, hosts=network.hosts, arguments=arguments)
        return network, fleet, self.start_fleet(
            fleet.uri, hosts=network.hosts, **self.TIMEOUT)

    def assert_majority_works(self, daemons):
        for daemon in daemons[1:]:
            self.assert_works_again(daemon)

    def test_cluster(self):
        """The host of one primary is cut off. The others greylist again before
        it is back. What is lost was answered within the node timeout, which is
        a second here."""
        network, _, daemons = self.start_on_hosts(servers.Cluster)

        def split():
            network.split(network.hosts[0])
            self.assert_majority_works(daemons)
        _, spans = self.run_fault("cluster split", daemons, split,
                                  network.heal, loses=True)
        longest_s = max(limit(3), self.took_s)
        self.assertTrue(all(-1 < span < longest_s for span in spans), spans)

    def test_sentinels(self):
        """The same with sentinels. min-replicas-to-write limits what is
        lost."""
        network, _, daemons = self.start_on_hosts(
            servers.Sentinels, "--min-replicas-to-write", "1",
            "--min-replicas-max-lag", "2")

        def split():
            network.split(network.hosts[0])
            self.assert_majority_works(daemons)
        judge, spans = self.run_fault("sentinels split", daemons, split,
                                      network.heal, loses=True)
        self.assertTrue(all(-1 < span < limit(8) for span in spans), spans)
        if not (harness.BUSY or judge.machine_is_busy()):
            self.assertLess(self.took_s, limit(10))

    def test_nobody_reaches_anybody(self):
        """No host reaches another one, and then all do."""
        network, _, daemons = self.start_on_hosts(servers.Cluster)
        _, spans = self.run_fault("all cut", daemons, network.separate,
                                  network.heal, loses=True)
        longest_s = max(limit(3), self.took_s)
        self.assertTrue(all(-1 < span < longest_s for span in spans), spans)

    def test_host_without_database(self):
        """A daemon loses the server, another one keeps it: nothing is lost."""
        network = self.start_network()
        server = self.start(servers.Server, KEEPS, host=network.hosts[0])
        daemons = self.start_fleet(
            f"redis://{server.address}:{server.port}",
            hosts=network.hosts[:2], **self.TIMEOUT)
        self.run_fault("host cut", daemons,
                       lambda: network.split(network.hosts[1]), network.heal)


class RandomTest(FaultTest):
    """Random requests at all hosts, and random faults. At any host, no triplet
    passes before its delay. A record that was answered is lost only if it was
    answered at most a second before a fault that makes replicas take over, or
    while this fault lasted."""

    RATE = 300
    IS_STICKY = False
    PAUSE_S = 2  # the longest time between faults, and of a fault

    def setUp(self):
        super().setUp()
        self.seed = settings.seed or random.randrange(10 ** 6)
        self.dice = random.Random(self.seed)
        self.faults = []  # (name, begin, end, whether it may lose records)
        chosen = self.dice.choice(["yes", "no"])
        self.has_tls = (os.environ.get("FLEET_TLS", chosen) == "yes"
                        and why_no_tls() is None)
        self.certificates = None
        self.options = self.TIMEOUT

    def choose_tls(self, *addresses):
        """Make certificates for these addresses, if this run uses TLS."""
        if not self.has_tls:
            return
        self.certificates = self.make_certificates(addresses)
        self.options = dict(
            database_tls_ca_file=self.certificates.path("ca.pem"),
            **self.TIMEOUT)

    def wait_some_time(self):
        time.sleep(self.dice.uniform(0.1, self.PAUSE_S))

    def make_fault(self, name, break_it, mend_it, is_healthy, loses):
        began_s = time.monotonic()
        break_it()
        self.wait_some_time()
        mend_it()
        wait_until(f"a healthy database after {name}", is_healthy, 60,
                   every_s=0.1)
        for daemon in self.daemons:
            self.assert_works_again(daemon)
        self.faults.append((name, began_s, time.monotonic(), loses))

    def run_random(self, make_one):
        """Call make_one() again and again under load, and check."""
        print(f"(seed {self.seed}{', TLS' if self.certificates else ''}) ",
              end="", flush=True)
        end = time.monotonic() + RANDOM_S
        with Load(self.daemons, rate=self.RATE, seed=self.seed,
                  is_sticky=self.IS_STICKY) as load:
            while time.monotonic() < end or not self.faults:
                self.wait_some_time()
                make_one()
        self.end_load(load)
        judge = load.judge()
        self.report("random", judge)
        self.report_faults(judge)
        self.assertEqual(self.unexplained(judge.lost), [])
        return judge

    def end_load(self, load):
        """Called before the answers are checked."""

    def unexplained(self, lost):
        return [(answered_s, missed_s) for answered_s, missed_s in lost
                if not any(began_s - 1 <= answered_s <= ended_s
                           for _, began_s, ended_s, loses in self.faults
                           if loses)]

    def report_faults(self, judge):
        """Print for each kind of fault: how often it came, the longest time
        until all worked again, and the records that were lost, with the time
        when they were answered."""
        late = [a for a in judge.load.asked
                if a.answered_s - a.sent_s > LATE_S]
        for name in sorted({fault[0] for fault in self.faults}):
            mine = [f for f in self.faults if f[0] == name]
            spans = sorted(
                answered_s - began_s for answered_s, _ in judge.lost
                for _, began_s, ended_s, _ in mine
                if began_s - 1 <= answered_s <= ended_s)
            late_n = sum(began_s <= a.sent_s <= ended_s for a in late
                         for _, began_s, ended_s, _ in mine)
            longest_s = max(ended_s - began_s for _, began_s, ended_s, _
                            in mine)
            print(f"\n    {len(mine)} times {name}, at most {longest_s:.1f} s; "
                  f"{late_n} late, {len(spans)} records lost"
                  f"{show_spans(spans)}", end="", flush=True)
        print()

    def start_daemons(self, uri):
        return self.start_fleet(uri, **self.options)

    def test_random_server(self):
        """One server, which keeps its memory or its file."""
        self.run_with_server()

    def run_with_server(self):
        self.choose_tls()
        server = self.start(servers.Server, KEEPS,
                            certificates=self.certificates)
        link = networks.SlowLink(server.port)
        self.addCleanup(link.kill)
        link.start()
        self.daemons = self.start_daemons(
            self.uri(link, "rediss" if self.certificates else "redis"))
        faults = self.faults_of_server(server, link)
        return self.run_random(lambda: self.make_fault(
            *self.dice.choice(faults), lambda: True, False))

    def faults_of_server(self, server, link):
        return [
            ("a server that hangs", lambda: server.signal(signal.SIGSTOP),
             lambda: server.signal(signal.SIGCONT)),
            ("a server that is killed", server.kill, server.start),
            ("lost scripts", lambda: server.run("SCRIPT", "FLUSH"),
             lambda: None),
            ("closed connections",
             lambda: server.run("CLIENT", "KILL", "TYPE", "normal"),
             lambda: None),
            ("a slow network", lambda: link.set_delay(
                self.dice.choice([1, 10, 100])), lambda: link.set_delay(0)),
            ("a full server",
             lambda: server.run("CONFIG", "SET", "maxmemory", "1"),
             lambda: server.run("CONFIG", "SET", "maxmemory", "0")),
        ]

    @unittest.skipUnless(CAN_SPLIT, "no namespaces or bridges can be made")
    def test_random_cluster(self):
        """Three hosts, each with a daemon, a primary, and a replica."""
        network = networks.Network(3)
        self.addCleanup(network.kill)
        network.start()
        self.choose_tls(*(host.address for host in network.hosts))
        # A pause of a busy machine must not look like a fault.
        calm = ["--cluster-node-timeout", "3000"] if harness.BUSY else []
        cluster = self.start(servers.Cluster, hosts=network.hosts,
                             arguments=KEEPS + calm,
                             certificates=self.certificates)
        self.daemons = self.start_fleet(cluster.uri, hosts=network.hosts,
                                        **self.options)
        chosen = []

        def choose(some):
            chosen[:] = [self.dice.choice(some)]
            return chosen[0]

        faults = [
            ("a primary that is killed",
             lambda: choose(cluster.roles()).kill(),
             lambda: chosen[0].start(), True),
            ("a primary that hangs",
             lambda: choose(cluster.roles()).signal(signal.SIGSTOP),
             lambda: chosen[0].signal(signal.SIGCONT), True),
            ("a host cut from the others",
             lambda: network.split(choose(network.hosts)), network.heal, True),
            ("no host that reaches another", network.separate, network.heal,
             True),
            ("all nodes away", cluster.kill, cluster.start_again, True),
            ("all nodes hang", lambda: cluster.signal(signal.SIGSTOP),
             lambda: cluster.signal(signal.SIGCONT), True),
            ("slots that move", lambda: cluster.move_slots(50), lambda: None,
             False),
            ("lost scripts", lambda: [server.run("SCRIPT", "FLUSH")
                                      for server in cluster.servers],
             lambda: None, False),
            ("closed connections",
             lambda: [server.run("CLIENT", "KILL", "TYPE", "normal")
                      for server in cluster.servers], lambda: None, False),
        ]

        def make_one():
            name, break_it, mend_it, loses = self.dice.choice(faults)
            self.make_fault(name, break_it, mend_it, cluster.is_healthy, loses)
        self.run_random(make_one)
