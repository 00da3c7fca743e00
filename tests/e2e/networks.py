# SPDX-License-Identifier: ISC
"""Hosts in network namespaces on one switch, which can be split, and a proxy that
adds latency."""
import itertools
import os
import subprocess
import sys

import harness

_numbers = itertools.count(1)


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.PIPE)


def can_isolate():
    """Whether this machine lets us make namespaces, pairs of interfaces, and
    bridges."""
    try:
        network = Network(1)
        network.start()
        network.kill()
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


class Host:
    """A network namespace with one interface."""

    def __init__(self, name, address):
        self.name = name
        self.address = address
        # ip-netns(8) would also mount /sys again for each command.
        self.launcher = ["nsenter", f"--net=/run/netns/{name}"]


class Network:
    """Hosts on a switch. What a host sends over a cut is lost without an error,
    as it is if a cable is pulled."""

    def __init__(self, hosts_n):
        name = f"tardigrey-{os.getpid()}-{next(_numbers)}"
        self.switch = name + "s"
        self.hosts = [Host(f"{name}h{i}", f"10.77.0.{i + 1}")
                      for i in range(hosts_n)]
        self.made = []

    def add_namespace(self, name):
        ip("netns", "add", name)
        self.made.append(name)
        ip("-n", name, "link", "set", "lo", "up")

    def start(self):
        harness.running.append(self)
        self.add_namespace(self.switch)
        for bridge in "near", "far":
            ip("-n", self.switch, "link", "add", bridge, "type", "bridge")
            ip("-n", self.switch, "link", "set", bridge, "up")
        for i, host in enumerate(self.hosts):
            self.add_namespace(host.name)
            ip("link", "add", f"port{i}", "netns", self.switch, "type", "veth",
               "peer", "name", "eth0", "netns", host.name)
            ip("-n", self.switch, "link", "set", f"port{i}", "master", "near",
               "up")
            ip("-n", host.name, "address", "add", f"{host.address}/24", "dev",
               "eth0")
            ip("-n", host.name, "link", "set", "eth0", "up")
        return self

    def plug(self, host, *where):
        port = f"port{self.hosts.index(host)}"
        ip("-n", self.switch, "link", "set", port, *where)

    def split(self, *hosts):
        """Cut these hosts from the others. They still reach each other."""
        for host in hosts:
            self.plug(host, "master", "far")

    def separate(self):
        """No host reaches another one."""
        for host in self.hosts:
            self.plug(host, "nomaster")

    def heal(self):
        for host in self.hosts:
            self.plug(host, "master", "near")

    def kill(self):
        if self not in harness.running:
            return
        harness.running.remove(self)
        for name in self.made:
            ip("netns", "delete", name)


class SlowLink:
    """Ports that lead to others, and add latency. They are a program of their
    own, so that the clients of the tests do not slow them down."""

    def __init__(self, *targets):
        self.targets = targets
        self.ports = [harness.free_port() for _ in targets]
        self.port = self.ports[0]

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(os.path.dirname(__file__),
                                          "slow_link.py"),
             *(str(port) for pair in zip(self.ports, self.targets)
               for port in pair)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            universal_newlines=True, bufsize=1)
        harness.running.append(self)
        self.process.stdout.readline()  # it listens
        return self

    def set_delay(self, ms):
        """Add ms to each round trip."""
        self.process.stdin.write(f"{ms}\n")

    def kill(self):
        if self not in harness.running:
            return
        harness.running.remove(self)
        self.process.kill()
        self.process.communicate()
