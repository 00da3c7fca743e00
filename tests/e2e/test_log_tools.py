# SPDX-License-Identifier: ISC
"""Programs that read postgrey's log read ours with log_format = postgrey.
Numbers in brackets are requirements."""
import os
import re
import socket
import subprocess
import time

import harness
from harness import limit, settings, wait_until, write_file
from test_log import OTHER_DEV
from test_postgrey import Postgrey

CLIENT = {"client_address": "198.51.100.1", "client_name": "mx.example.net",
          "reverse_client_name": "mx.example.net"}
DELAY_S = 2


class LogToolsTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        if settings.postgrey is None:
            self.skipTest("no postgrey: get-packages postgrey FOLDER, then "
                          "--postgrey FOLDER")
        self.skip_if_wrapped("one comparison is enough")

    # ---- The same requests to both programs ----

    def start_both(self):
        """Start postgrey and a daemon whose syslog is this test."""
        files = [os.path.join(self.folder, name)
                 for name in ("clients", "recipients")]
        write_file(files[0], "listed.example.org\n192.0.2.9\n")
        write_file(files[1], "postmaster@\n")
        for path in files:
            os.chmod(path, 0o644)
        theirs = Postgrey(self.folder, *files, f"--delay={DELAY_S}",
                          "--auto-whitelist-clients=2")
        self.addCleanup(theirs.stop)
        dev = os.path.join(self.folder, "dev")
        os.mkdir(dev)
        if subprocess.call(OTHER_DEV + [dev, "true"],
                           stderr=subprocess.DEVNULL) != 0:
            self.skipTest("this machine does not let us replace /dev")
        self.syslog = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.syslog.close)
        self.syslog.bind(os.path.join(dev, "log"))
        os.chmod(os.path.join(dev, "log"), 0o666)
        self.syslog.settimeout(limit())
        daemon = self.make_daemon(
            delay=f"{DELAY_S}s", delay_suspicious="0", log="syslog",
            log_format="postgrey", pools="no", header="no",
            once_per_message="no", auto_whitelist_after="0",
            whitelist_clients=files[0], whitelist_recipients=files[1],
            launcher=OTHER_DEV + [dev])
        daemon.start()
        self.policies = (self.connect(daemon, theirs.address),
                         self.connect(daemon, daemon.unix))
        self.theirs = theirs
        self.lines = []

    def our_decision(self):
        """The next decision that the daemon sends to syslog."""
        while True:
            line = self.syslog.recv(16384).decode()
            line = re.sub(r"^<\d+>", "", line)
            self.lines.append(re.sub(r"^(\w+ +\d+ [\d:]+) ", r"\1 host ",
                                     line.rstrip("\n")) + "\n")
            match = re.search(r" postgrey\[\d+\]: (.*)", line)
            if match:
                return match.group(1).rstrip("\n")

    def their_decision(self, n):
        """Decision n of postgrey, without its time."""
        lines = wait_until(f"line {n} of postgrey", lambda: (
            lambda found: len(found) > n and found)(
                [line for line in harness.read_file(
                    self.theirs.log_file).splitlines()
                 if "action=" in line]))
        return re.sub(r"^[\d/]+-[\d:]+ ", "", lines[n])

    def ask_both(self, n, **attributes):
        for policy in self.policies:
            policy.ask(**dict(CLIENT, **attributes))
        return self.their_decision(n), self.our_decision()

    def requests(self):
        yield dict(sender="a@example.net")
        yield dict(sender="a@example.net", recipient="c@example.org",
                   instance="1.2")
        yield dict(sender="", recipient="c@example.org")
        yield dict(client_address="192.0.2.9", sender="x@example.com")
        yield dict(client_name="mx.listed.example.org",
                   reverse_client_name="mx.listed.example.org",
                   sender="x@example.com")
        yield dict(sender="y@example.com", recipient="postmaster@example.org")
        yield dict(client_name="unknown", reverse_client_name="unknown",
                   client_address="2001:db8::1", sender="Z@example.com",
                   queue_id="4F1A2B3C4D")

    def test_line(self):
        """Each line is that of a real postgrey: first attempts, retries,
        first passes, later passes and lists. Then the log goes to the
        programs that read postgrey's log. [C75]"""
        self.start_both()
        asked = list(self.requests())
        n = 0
        for attributes in asked:
            theirs, ours = self.ask_both(n, **attributes)
            self.assertEqual(theirs, ours)
            n += 1
        time.sleep(DELAY_S + 0.2)  # both count whole seconds of their clock
        for attributes in asked + asked:
            theirs, ours = self.ask_both(n, **attributes)
            self.assertEqual(re.sub("delay=[0-9]+", "delay=N", theirs),
                             re.sub("delay=[0-9]+", "delay=N", ours))
            n += 1
        words = {re.search("reason=([^,(]+)", line)[1].strip()
                 for line in self.lines if "reason=" in line}
        self.assertEqual(words, {"new", "triplet found", "client whitelist",
                                 "recipient whitelist"})
        self.assertIn("4F1A2B3C4D: action=", "".join(self.lines))
        path = os.path.join(self.folder, "mail.log")
        write_file(path, "".join(self.lines))
        self.check_logcheck(path)
        self.check_logwatch(path)
        self.check_pflogsumm(path)

    # ---- The programs ----

    def in_package(self, path):
        path = os.path.join(settings.postgrey, path)
        self.assertTrue(os.path.exists(path), path)
        return path

    def check_logcheck(self, path):
        """The rules of the postgrey package match each decision."""
        rules = self.in_package("etc/logcheck/ignore.d.server/postgrey")
        left = subprocess.run(
            ["grep", "-E", "-v", "-f", rules, path],
            stdout=subprocess.PIPE, universal_newlines=True).stdout
        self.assertEqual([line for line in left.splitlines()
                          if "action=" in line], [])

    def check_logwatch(self, path):
        """logwatch's script for Postfix counts the decisions of postgrey, and
        knows every line."""
        script = self.in_package(
            "usr/share/logwatch/scripts/services/postfix")
        with open(path) as log:
            lines = [re.sub(r"^\w+ +\d+ [\d:]+ ", "", line) for line in log
                     if "action=" in line]
        report = subprocess.run(
            ["perl", script, "--detail", "10", "--syslog_name",
             "(?:postfix|postgrey)"],
            input=harness.read_file(path), stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, universal_newlines=True,
            timeout=limit(60)).stdout
        self.assertRegex(report, rf"\b{len(lines)} +Postgrey", report)
        self.assertIn("Triplet found", report)
        self.assertIn("Postgrey Delays Percentiles", report)
        self.assertNotIn("Unmatched", report)

    def check_pflogsumm(self, path):
        """pflogsumm reads past the lines, and does not complain."""
        process = subprocess.run(
            ["perl", self.in_package("usr/sbin/pflogsumm"), path],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            universal_newlines=True, timeout=limit(60))
        self.assertEqual((process.returncode, process.stderr), (0, ""))
        self.assertIn("Grand Totals", process.stdout)
