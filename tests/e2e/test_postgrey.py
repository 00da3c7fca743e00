# SPDX-License-Identifier: ISC
"""The list files of postgrey have the same meaning in Tardigrey. The tests
send the same requests to both programs, for every line of Debian's lists and
of the examples in postgrey(8)."""
import glob
import ipaddress
import itertools
import os
import re
import subprocess

import harness
from harness import (
    Policy, USER, free_port, give_to, is_greylisted, settings, wait_until,
    write_file)

# postgrey(8), Whitelists.
DOCUMENTED_CLIENTS = """\
domain.addr
192.168.1.0/24
10.1.2.3
10.1.3
/^mx[0-9]+\\.pool\\.example$/
2001:db8:1::/48
2001:db8:2::5
"""
DOCUMENTED_RECIPIENTS = """\
domain.addr
name@
joe@one.example
/^list-.*@lists\\.example$/
"""

# Host names that match the regular expressions of Debian's list.
EXAMPLES = [
    "ms-smtp-01.texas.rr.com", "lakemta05.cox.net", "lake0mta7.east.cox.net",
    "sv12pub.verizon.net", "mail13.telekom.de", "smtp9.tiscali.dk",
    "fmr3.intel.com", "fe4.cox-internet.com", "gateway7.np4.de",
    "mail-in-11.arcor-online.net", "mailgw2.iai.co.il",
    "mail5.usafisnews.org", "odk.fdv.uni-lj.si", "odkxfdvxuni-lj.si",
    "mta1.siol.net", "mta3.siol.net", "pim-1-22.quickinspirationsmail.com",
    "smtp4.wxs.nl", "psmtp02.wxs.nl", "smtp11.orange.fr",
    "smtp5.citigroup.com", "smtp5xcitigroup.com", "mail2.pi.ws",
    "smtp2-g21.free.fr", "postfix3-g20.free.fr", "netmail1.thehartford.com",
    "nse4.abb.com", "mail2.msg.oleane.net", "mx07.a.inode.at",
    "foo.server.arvato-systems.de", "mail1.atl.registeredsite.com",
    "fallback-mx3.atl.registeredsite.com", "outmail017.sctm.tfbnw.net",
    "m15-112.126.com", "viefep18-int.chello.at", "mx03.evanzo-server.de",
    "smtp07.smtpout.orange.fr", "fallback12.mail.ru",
    "fallback4.m.smailru.net", "o7.ntdc.magisto.com",
    "smarthost1.evanzo-server.de",
]


class Postgrey:
    """Runs the unpacked postgrey of Debian with two list files."""

    def __init__(self, folder, clients, recipients, *arguments):
        root = settings.postgrey
        state = os.path.join(folder, "postgrey")
        os.makedirs(state)
        give_to(state)
        self.address = ("127.0.0.1", free_port())
        libraries = glob.glob(f"{root}/usr/lib/*/perl5/*")
        libraries += [f"{root}/usr/share/perl5"]
        objects = glob.glob(f"{root}/usr/lib/*-linux-gnu*")
        environment = dict(
            os.environ, LD_LIBRARY_PATH=":".join(objects))
        self.log_file = os.path.join(folder, "postgrey.log")
        with open(self.log_file, "w") as log:
            self.process = subprocess.Popen(
                ["perl", "-T", *(f"-I{path}" for path in libraries), f"{root}/usr/sbin/postgrey",
                 "--inet=127.0.0.1:%d" % self.address[1], f"--dbdir={state}",
                 f"--user={USER}", f"--group={USER_GROUP}",
                 f"--whitelist-clients={clients}",
                 f"--whitelist-recipients={recipients}", *arguments],
                env=environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log)
        wait_until("postgrey to listen", self.listens)

    def listens(self):
        if self.process.poll() is not None:
            raise AssertionError(harness.read_file(self.log_file))
        try:
            Policy(self.address).close()
        except OSError:
            return False
        return True

    def stop(self):
        self.process.terminate()
        self.process.wait()


USER_GROUP = "nogroup"
CLIENT = {"client_address": "198.51.100.1", "client_name": "unknown"}


def near(pattern):
    """Yields clients that match a line of a list of clients, and similar ones
    that should not match: (client_address, client_name)."""
    if pattern.startswith("/"):
        return
    if re.fullmatch(r"[0-9a-fA-F:.]+(/\d+)?", pattern) and (
            ":" in pattern or re.fullmatch(r"[\d./]+", pattern)):
        base = pattern.partition("/")[0]
        if ":" in base:
            network = ipaddress.ip_network(pattern)
            for number in (0, 1, network.num_addresses - 1,
                           network.num_addresses, -1, 1 << 80):
                yield str(ipaddress.ip_address(
                    int(network[0]) + number)), "unknown"
            return
        octets = [int(octet) for octet in base.split(".")]
        whole = (octets + [0, 0, 0])[:4]
        for i, step in itertools.product(range(4), (-1, 1, 64)):
            other = list(whole)
            other[i] = (other[i] + step) % 256
            yield ".".join(map(str, other)), "unknown"
        yield ".".join(map(str, whole)), "unknown"
        return
    yield "198.51.100.1", pattern
    yield "198.51.100.1", pattern.upper()
    yield "198.51.100.1", "mx1." + pattern
    yield "198.51.100.1", "a.b." + pattern
    yield "198.51.100.1", "x" + pattern
    yield "198.51.100.1", "x-" + pattern
    yield "198.51.100.1", pattern + ".example"
    yield "198.51.100.1", pattern.partition(".")[2] or "unknown"


def near_recipient(pattern):
    if pattern.startswith("/"):
        return
    user, at, domain = pattern.partition("@")
    if not at:
        user, domain = "joe", pattern
    domain = domain or "other.example"
    for local in (user, user + "+ext", user + "x", "x" + user,
                  user.upper(), "other"):
        for name in (domain, "sub." + domain, "x" + domain, domain.upper(),
                     domain + ".example"):
            yield f"{local}@{name}"


def lines_of(text):
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]


class PostgreyTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        if settings.postgrey is None:
            self.skipTest("no postgrey: get-packages postgrey FOLDER, then "
                          "--postgrey FOLDER")
        self.skip_if_wrapped("one comparison is enough")

    def both(self, clients, recipients):
        files = {}
        for name, text in (("clients", clients), ("recipients", recipients)):
            files[name] = os.path.join(self.folder, name)
            write_file(files[name], text)
            os.chmod(files[name], 0o644)
        theirs = Postgrey(self.folder, files["clients"], files["recipients"])
        self.addCleanup(theirs.stop)
        daemon = self.start_daemon(
            delay="1h", whitelist_clients=files["clients"],
            whitelist_recipients=files["recipients"])
        self.daemon = daemon
        return (self.connect(daemon, theirs.address),
                self.connect(daemon, daemon.unix))

    def compare(self, policies, questions):
        """Send every request to both programs, which must agree. Returns how
        many requests were whitelisted."""
        passed_n = 0
        different = []
        for i, attributes in enumerate(questions):
            # Use a new sender each time, so that a known triplet cannot pass.
            attributes["sender"] = f"n{i}@sender.example"
            theirs, ours = (policy.ask(**attributes) for policy in policies)
            if is_deferred(theirs) != is_deferred(ours):
                different.append((attributes, theirs, ours))
            passed_n += not is_deferred(ours)
        self.assertEqual(different, [])
        print(f"({i + 1} questions, {passed_n} whitelisted) ", end="")
        return passed_n

    @staticmethod
    def client(address, name):
        return {"client_address": address, "client_name": name,
                "reverse_client_name": name,
                "recipient": "b@neutral.example"}

    def test_lists_of_debian(self):
        share = os.path.join(settings.postgrey, "usr/share/postgrey")
        clients = harness.read_file(f"{share}/whitelist_clients")
        recipients = harness.read_file(f"{share}/whitelist_recipients")
        policies = self.both(clients, recipients)
        questions = [self.client(*pair) for pattern in lines_of(clients)
                     for pair in near(pattern)]
        questions += [self.client("198.51.100.1", name) for name in EXAMPLES]
        questions += [self.client("198.51.100.1", "x" + name)
                      for name in EXAMPLES]
        questions += [
            dict(CLIENT, recipient=recipient)
            for pattern in lines_of(recipients)
            for recipient in near_recipient(pattern)]
        passed_n = self.compare(policies, questions)
        self.assertGreater(passed_n, len(lines_of(clients)))

    def test_examples_of_the_manual(self):
        policies = self.both(DOCUMENTED_CLIENTS, DOCUMENTED_RECIPIENTS)
        questions = [self.client(*pair)
                     for pattern in lines_of(DOCUMENTED_CLIENTS)
                     for pair in near(pattern)]
        questions += [self.client("198.51.100.1", name) for name in (
            "mx12.pool.example", "MX1.POOL.example", "mx.pool.example",
            "amx1.pool.example")]
        questions += [
            dict(CLIENT, recipient=recipient)
            for pattern in lines_of(DOCUMENTED_RECIPIENTS)
            for recipient in near_recipient(pattern)]
        questions += [
            dict(CLIENT, recipient=recipient)
            for recipient in ("list-a@lists.example", "LIST-b@lists.example",
                              "alist-a@lists.example")]
        self.compare(policies, questions)

    def test_known_differences(self):
        """Two octets mean a /16 in Tardigrey, as the manual of postgrey says,
        but a /24 in postgrey. A network with bits after its prefix means the
        whole network. The daemon logs one warning for each."""
        theirs, ours = self.both("172.20\n172.21\n192.0.2.77/24\n", "")
        far = self.client("172.20.200.1", "unknown")
        self.assertTrue(is_deferred(theirs.ask(**far)))
        self.assertFalse(is_deferred(ours.ask(**far)))
        near_by = self.client("192.0.2.1", "unknown")
        self.assertFalse(is_deferred(theirs.ask(**near_by)))
        self.assertFalse(is_deferred(ours.ask(**near_by)))
        warnings = [line for line in self.daemon.messages()
                    if "clients:" in line]
        self.assertEqual(len(warnings), 2, warnings)
        self.assertIn("/16", warnings[0])
        self.assertIn("192.0.2.0/24", warnings[1])

    def test_unconfirmed_names(self):
        """postgrey uses every client_name. Tardigrey uses a client_name only
        if the request says that it is confirmed."""
        theirs, ours = self.both("domain.addr\n", "")
        question = {"client_address": "198.51.100.1",
                    "client_name": "mx.domain.addr"}
        self.assertFalse(is_deferred(theirs.ask(**question)))
        self.assertTrue(is_deferred(ours.ask(**question)))


def is_deferred(action):
    return is_greylisted(action) or action.startswith("DEFER")
