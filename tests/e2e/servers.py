# SPDX-License-Identifier: ISC
"""Servers of Redis or Valkey for the tests, on loopback, each with a folder."""
import binascii
import os
import re
import shutil
import signal
import subprocess
import time
import unittest

import harness
from harness import wait_until

SERVER = shutil.which("redis-server") or shutil.which("valkey-server")
CLIENT = shutil.which("redis-cli") or shutil.which("valkey-cli")


def version():
    """The first number of the version of the servers."""
    text = subprocess.check_output([SERVER, "--version"],
                                   universal_newlines=True)
    return int(re.search(r"v=(\d+)", text)[1])


class Certificates:
    """The certificates of tests/store/certificates, which all may read. Those of
    servers are for loopback, and for these addresses."""

    def __init__(self, folder, addresses=()):
        os.makedirs(folder)
        self.folder = folder
        script = os.path.join(os.path.dirname(__file__),
                              "../store/certificates")
        subprocess.run(["sh", script, folder, *addresses], check=True)
        for name in os.listdir(folder):
            os.chmod(self.path(name), 0o644)

    def path(self, name):
        return os.path.join(self.folder, name)

    def client_arguments(self):
        return ["--tls", "--cacert", self.path("ca.pem"), "--cert",
                self.path("good.pem"), "--key", self.path("key.pem")]

    def server_arguments(self):
        return ["--tls-ca-cert-file", self.path("ca.pem"),
                "--tls-cert-file", self.path("good.pem"),
                "--tls-key-file", self.path("key.pem"),
                "--tls-auth-clients", "no", "--tls-replication", "yes"]


class Server:
    """One server. It keeps nothing on disk unless its arguments say so. With
    certificates, its only port has TLS."""

    def __init__(self, folder, arguments=(), sentinel=False, host=None,
                 certificates=None):
        self.folder = folder
        self.arguments = list(arguments)
        self.sentinel = sentinel
        self.certificates = certificates
        self.launcher = host.launcher if host else []
        self.address = host.address if host else "127.0.0.1"
        self.port = harness.free_port()
        self.process = None
        os.makedirs(folder)

    def start(self):
        config = os.path.join(self.folder, "redis.conf")
        if not os.path.exists(config):
            harness.write_file(config, "")
        command = [*self.launcher, SERVER, config, *self.port_arguments(),
                   "--bind", self.address, "--protected-mode", "no", "--dir",
                   self.folder, "--logfile", os.path.join(self.folder, "log")]
        if self.sentinel:
            command += ["--sentinel"]
        else:
            command += ["--save", "", "--appendonly", "no",
                        "--repl-diskless-sync-delay", "0"]
        self.process = subprocess.Popen(
            command + self.arguments, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        harness.running.append(self)
        self.wait()
        return self

    def port_arguments(self):
        if self.certificates is None:
            return ["--port", str(self.port)]
        return ["--port", "0", "--tls-port", str(self.port),
                *self.certificates.server_arguments()]

    def wait(self):
        wait_until("the server", lambda: "PONG" in self.run("PING")
                   or "NOAUTH" in self.run("PING"))

    def client(self, *arguments):
        tls = self.certificates.client_arguments() if self.certificates else []
        return [*self.launcher, CLIENT, *tls, *arguments]

    def run(self, *command, lines=None):
        """Run a command, or one in each line. Returns what redis-cli prints."""
        return subprocess.run(
            [*self.client("-h", self.address, "-p", str(self.port)), *command],
            input=lines, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            universal_newlines=True, errors="replace").stdout.strip()

    def signal(self, number):
        os.kill(self.process.pid, number)

    def kill(self):
        if self.process is None:
            return
        harness.running.remove(self)
        self.process.kill()
        self.process.wait()
        self.process = None


def wait_for_replication(replica):
    wait_until("the replication", lambda: "master_link_status:up" in
               replica.run("INFO", "replication"), 60)


def host_of(hosts, i):
    return hosts[i % len(hosts)] if hosts else None


def scheme_of(some):
    return "redis" if some[0].certificates is None else "rediss"


def list_addresses(some):
    return ",".join(f"{s.address}:{s.port}" for s in some)


SLOT_BOUNDS = [0, 5461, 10923, 16384]


class Cluster:
    """Three primaries with a replica each. On three hosts, each has a primary
    and the replica of another one."""

    def __init__(self, folder, hosts=None, arguments=(), certificates=None):
        if version() < 7:
            raise unittest.SkipTest("the cluster needs Redis 7.0 or later")
        if certificates is not None:
            arguments = ["--tls-cluster", "yes", *arguments]
        self.folder = folder
        self.arguments = arguments
        self.certificates = certificates
        self.servers = [
            self.make_node(i, host_of(hosts, i if i < 3 else i + 1))
            for i in range(6)]

    def make_node(self, i, host=None):
        return Server(
            os.path.join(self.folder, f"n{i}"),
            ["--cluster-enabled", "yes", "--cluster-node-timeout", "1000",
             "--cluster-port", str(harness.free_port()), *self.arguments],
            host=host, certificates=self.certificates)

    @property
    def uri(self):
        return f"{scheme_of(self.servers)}+cluster://{list_addresses(self.servers)}"

    def announce(self, ports):
        """Tell clients and replicas to use these ports, which lead to the
        servers. Call this before the start."""
        for server, port in zip(self.servers, ports):
            server.arguments += ["--cluster-announce-port", str(port)]

    def start(self):
        for server in self.servers:
            server.start()
        primaries, replicas = self.servers[:3], self.servers[3:]
        for i, server in enumerate(primaries):
            server.run("CLUSTER", "ADDSLOTSRANGE", str(SLOT_BOUNDS[i]),
                       str(SLOT_BOUNDS[i + 1] - 1))
            server.run("CONFIG", "SET", "cluster-require-full-coverage", "no")
            server.run("CLUSTER", "SET-CONFIG-EPOCH", str(i + 1))
        for server in self.servers[1:]:
            self.meet(server)
        self.wait_for_meeting()
        for primary, replica in zip(primaries, replicas):
            name = primary.run("CLUSTER", "MYID")
            wait_until("the replica", lambda: replica.run(
                "CLUSTER", "REPLICATE", name) == "OK")
        for server in self.servers:
            wait_until("the cluster", lambda: "cluster_state:ok" in
                       server.run("CLUSTER", "INFO"))
        for replica in replicas:
            wait_for_replication(replica)
        return self

    def meet(self, server):
        self.servers[0].run("CLUSTER", "MEET", server.address,
                            str(server.port), server.arguments[5])

    def wait_for_meeting(self):
        """A node that is paused for a second forgets that it should meet
        another, so tell it again now and then."""
        told_s = time.monotonic()

        def have_met():
            nonlocal told_s
            if all(len(server.run("CLUSTER", "NODES").splitlines()) ==
                   len(self.servers) for server in self.servers):
                return True
            if time.monotonic() - told_s > 2:
                for server in self.servers[1:]:
                    self.meet(server)
                told_s = time.monotonic()
            return False

        wait_until("the nodes to meet", have_met, 60)

    def add_node(self):
        """A seventh node, without slots and without a replica."""
        node = self.make_node(len(self.servers))
        self.servers.append(node)
        node.start()
        self.meet(node)
        self.wait_for_meeting()
        return node

    def remove_node(self, node):
        """The slots of a node move to the first one. Then it leaves, and ends.
        If another node did not know yet that its slots have moved, nobody
        would serve them."""
        name = node.run("CLUSTER", "MYID")
        while self.slots_n(node, name) > 0:
            self.move_slots(self.slots_n(node, name), node, self.servers[0])
        self.servers.remove(node)
        for server in self.servers:
            wait_until("all nodes to know that it has no slots",
                       lambda: self.slots_n(server, name) == 0)
        for server in self.servers:
            wait_until("the node to leave", lambda: server.run(
                "CLUSTER", "FORGET", name) == "OK")
        node.kill()

    @staticmethod
    def slots_n(server, name):
        """How many slots a node has, as a server knows."""
        n = 0
        for line in server.run("CLUSTER", "NODES").splitlines():
            if line.startswith(name):
                for part in line.split()[8:]:
                    first, _, last = part.partition("-")
                    n += 0 if "[" in part else int(last or first) - int(
                        first) + 1
        return n

    def let_replicas_take_over(self, may):
        for server in self.servers[3:]:
            server.run("CONFIG", "SET", "cluster-replica-no-failover",
                       "no" if may else "yes")

    def owner(self, tag):
        """The primary of the records with this text in braces, before slots
        move."""
        slot = binascii.crc_hqx(tag.encode(), 0) % 16384
        return self.servers[sum(slot >= bound for bound in SLOT_BOUNDS[1:3])]

    def kill(self):
        for server in self.servers:
            server.kill()

    def start_again(self):
        for server in self.servers:
            server.start()

    def signal(self, number):
        for server in self.servers:
            server.signal(number)

    def is_healthy(self):
        """Whether all nodes serve, and each primary has a replica that has
        all of its records."""
        primaries_n = 0
        for server in self.servers:
            said = server.run(lines="CLUSTER INFO\nINFO replication\n")
            if not ("cluster_state:ok" in said and
                    "cluster_slots_fail:0" in said and
                    "master_link_status:down" not in said):
                return False
            primaries_n += "role:master" in said and "state=online" in said
        return primaries_n == 3

    def roles(self):
        """The living primaries, by what they say themselves."""
        return [s for s in self.servers if s.process is not None
                and s.run("ROLE").startswith("master")]

    def move_slots(self, n, source=None, target=None):
        """Move n slots from one primary to another. Nodes that have just met
        again may need some time to agree. A replica may take over meanwhile,
        which leaves a slot open."""
        def move():
            nodes = (source, target) if source else self.roles()[:2]
            names = [s.run("CLUSTER", "MYID") for s in nodes]
            address = f"{nodes[0].address}:{nodes[0].port}"
            if self.manage(nodes[0], "reshard", address, "--cluster-from",
                           names[0], "--cluster-to", names[1],
                           "--cluster-slots", str(n), "--cluster-yes"):
                return True
            self.manage(nodes[0], "fix", address, "--cluster-yes")
            return False
        wait_until("the slots to move", move, 30, every_s=0.5)

    @staticmethod
    def manage(server, *arguments):
        """Whether this command of redis-cli succeeds."""
        return subprocess.run(
            server.client("--cluster", *arguments), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL).returncode == 0


class Sentinels:
    """A primary with two replicas, and three sentinels."""

    def __init__(self, folder, hosts=None, arguments=(), certificates=None):
        self.folder = folder
        self.servers = [Server(os.path.join(folder, f"r{i}"), arguments,
                               host=host_of(hosts, i),
                               certificates=certificates) for i in range(3)]
        self.sentinels = [Server(os.path.join(folder, f"s{i}"), sentinel=True,
                                 host=host_of(hosts, i),
                                 certificates=certificates) for i in range(3)]

    @property
    def uri(self):
        return (f"{scheme_of(self.sentinels)}+sentinel://"
                f"{list_addresses(self.sentinels)}/mymaster")

    def start(self):
        primary = self.servers[0]
        primary.start()
        for server in self.servers[1:]:
            server.arguments += ["--replicaof", primary.address,
                                 str(primary.port)]
            server.start()
            wait_for_replication(server)
        for sentinel in self.sentinels:
            os.makedirs(sentinel.folder, exist_ok=True)
            harness.write_file(
                os.path.join(sentinel.folder, "redis.conf"),
                f"sentinel monitor mymaster {primary.address} {primary.port}"
                " 2\n"
                "sentinel down-after-milliseconds mymaster 500\n"
                "sentinel failover-timeout mymaster 3000\n")
            sentinel.start()
        for sentinel in self.sentinels:
            wait_until("the sentinels to meet", lambda: all(
                word in sentinel.run("INFO", "sentinel") for word in
                ("slaves=2,sentinels=3", "sentinel_tilt:0")), 60)
        return self

    def primary(self):
        return next((s for s in self.servers if s.process is not None
                     and s.run("ROLE").startswith("master")), None)

    def kill(self):
        for server in self.servers + self.sentinels:
            server.kill()
