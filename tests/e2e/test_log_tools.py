# SPDX-License-Identifier: ISC
"""Programs that read postgrey's log read ours with log_format = postgrey.
Numbers in brackets are requirements."""
import glob
import ipaddress
import os
import re
import socket
import subprocess
import time
import unittest

import harness
import mailservers
from harness import limit, read_file, settings, wait_until, write_file
from mailservers import CONTRIB, Smtp
from test_log import OTHER_DEV
from test_postgrey import Postgrey

CLIENT = {"client_address": "198.51.100.1", "client_name": "mx.example.net",
          "reverse_client_name": "mx.example.net"}
DELAY_S = 2


class LogTest(harness.TestCase):
    """A daemon that logs as postgrey does, to a syslog that is this test."""

    def setUp(self):
        super().setUp()
        if settings.postgrey is None:
            self.skipTest("no postgrey: get-packages postgrey FOLDER, then "
                          "--postgrey FOLDER")
        self.skip_if_wrapped("one comparison is enough")

    def start_logging(self, **options):
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
        self.lines = []
        return self.start_daemon(
            delay=f"{DELAY_S}s", delay_suspicious="0", log="syslog",
            log_format="postgrey", launcher=OTHER_DEV + [dev], **options)

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

    # ---- The programs ----

    def in_package(self, path):
        path = os.path.join(settings.postgrey, path)
        self.assertTrue(os.path.exists(path), path)
        return path

    def run_perl(self, program, *arguments, **options):
        """Run a program with the modules of the packages. It must not
        complain."""
        root = settings.postgrey
        modules = [*glob.glob(f"{root}/usr/lib/*/perl5/*"),
                   f"{root}/usr/share/perl5"]
        environment = dict(
            os.environ, PERL5LIB=":".join(modules), LC_ALL="C",
            LD_LIBRARY_PATH=":".join(
                glob.glob(f"{root}/usr/lib/*-linux-gnu*")),
            POSTGREYREPORT=self.in_package("usr/bin/postgreyreport"))
        process = subprocess.run(
            ["perl", os.path.join(root, program), *arguments],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            universal_newlines=True, timeout=limit(60), **options)
        self.assertEqual((process.returncode, process.stderr), (0, ""))
        return process

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


class CompareTest(LogTest):
    """The same requests to postgrey and to the daemon."""

    def start_both(self):
        """Start postgrey and a daemon."""
        files = [os.path.join(self.folder, name)
                 for name in ("clients", "recipients")]
        write_file(files[0], "listed.example.org\n192.0.2.9\n")
        write_file(files[1], "postmaster@\n")
        for path in files:
            os.chmod(path, 0o644)
        theirs = Postgrey(self.folder, *files, f"--delay={DELAY_S}",
                          "--auto-whitelist-clients=2")
        self.addCleanup(theirs.stop)
        daemon = self.start_logging(
            pools="no", header="no", once_per_message="no",
            auto_whitelist_after="0", whitelist_clients=files[0],
            whitelist_recipients=files[1])
        self.policies = (self.connect(daemon, theirs.address),
                         self.connect(daemon, daemon.unix))
        self.theirs = theirs

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
        # postgrey 1.36 (Debian 11) writes 192.0.2.1/32 and 2001:DB8:0:0:0:0:0:1.
        theirs = re.sub(
            r"(?<=client_address=)([^/,]+)(/\d+)?",
            lambda text: str(ipaddress.ip_address(text[1])),
            self.their_decision(n))
        return theirs, self.our_decision()

    @staticmethod
    def requests():
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


@unittest.skipUnless(mailservers.has_postfix(), "Postfix is not installed")
class MailLogTest(LogTest):
    """The mail log of a host: the lines of a real Postfix and ours."""

    def start_postfix(self, daemon):
        self.postfix = mailservers.Postfix(
            os.path.join(self.folder, "postfix"),
            smtpd_authorized_xclient_hosts="127.0.0.0/8")
        self.port = self.postfix.add_smtpd(
            smtpd_recipient_restrictions=mailservers.restrictions(
                "inet:127.0.0.1:%d" % daemon.inet[1]))
        os.chmod(self.folder, 0o755)
        self.postfix.start()
        self.addCleanup(self.postfix.stop)

    def try_once(self, address, sender, recipient="b@example.org"):
        """Returns the code of the reply."""
        with Smtp(self.port, address) as smtp:
            code = smtp.try_recipient(sender, recipient)[0]
            if code == 250:
                self.assertEqual(smtp.send_text(sender)[0], 250)
        self.our_decision()
        return code

    def passes_later(self, *mail):
        harness.retry_until_passed(
            lambda: self.try_once(*mail) == 250, DELAY_S)

    def mail_log(self):
        """The lines of both programs. mailgraph writes a minute when it counts
        something in a later one."""
        lines = sorted(read_file(self.postfix.log_file).splitlines(True) +
                       self.lines, key=lambda line: line[:15])
        later = time.strftime("%b %e %H:%M:%S",
                              time.localtime(time.time() + 120))
        path = os.path.join(self.folder, "mail.log")
        write_file(path, "".join(lines) +
                   f"{later} host postfix/smtp[1]: 4F1A2B3C4D: "
                   "to=<c@example.com>, relay=192.0.2.25[192.0.2.25]:25, "
                   "delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (ok)\n")
        return path

    def test_mail_log(self):
        """One client comes back, one does not, and one passes at once. [C75]"""
        clients = os.path.join(self.folder, "clients")
        write_file(clients, "192.0.2.9\n")
        os.chmod(clients, 0o644)
        daemon = self.start_logging(whitelist_clients=clients)
        self.start_postfix(daemon)
        self.assertEqual(self.try_once("198.51.100.7", "spam@example.com"),
                         450)
        self.assertEqual(self.try_once("192.0.2.9", "x@example.com"), 250)
        self.passes_later("192.0.2.1", "list+7-8@example.net", "B@Example.org")
        wait_until("the delivery", lambda: self.postfix.delivered(
            "list+7-8@example.net"))
        path = self.mail_log()
        self.check_logcheck(path)
        self.check_logwatch(path)
        self.check_pflogsumm(path)
        self.check_mailgraph(path)
        self.check_postgreyreport(path)

    def check_mailgraph(self, path):
        """mailgraph counts our deferrals and delays, and what Postfix did. That
        of Debian 13 knows no greylisting."""
        folder = os.path.join(self.folder, "mailgraph")
        os.mkdir(folder)
        output = self.run_perl(
            "usr/sbin/mailgraph", "--cat", "--verbose", "--logfile", path,
            cwd=folder).stdout
        sums = {}
        for line in output.splitlines():
            match = re.match(r"update \d+:([\d:]+)", line)
            self.assertIsNotNone(match, output)
            for name, n in zip(("sent", "received", "bounced", "rejected",
                                "virus", "spam", "greylisted", "delayed"),
                               match[1].split(":")):
                sums[name] = sums.get(name, 0) + int(n)
        deferrals_n = read_file(path).count("reject: RCPT")
        self.assertGreaterEqual(deferrals_n, 2)
        self.assertEqual(sums["received"], 2)
        if "greylisted" not in sums:  # Debian 13
            self.assertEqual(sums["rejected"], deferrals_n)
            return
        self.assertEqual(sums["greylisted"], deferrals_n)
        self.assertEqual(sums["delayed"], 1)
        self.assertEqual(sums["rejected"], 0)
        self.assertTrue(os.path.exists(f"{folder}/mailgraph_greylist.rrd"))

    def check_postgreyreport(self, path):
        """postgreyreport names the mail that did not come back."""
        for log in (path, self.our_form(path)):
            with open(log) as file:
                result = self.run_perl(
                    os.path.join(CONTRIB, "postgrey/report"), "--show_tries",
                    stdin=file)
            self.assertEqual(
                result.stdout.split(),
                ["1", "198.51.100.7", "mail.example.net", "spam@example.com",
                 "b@example.org"], result)

    def our_form(self, path):
        """The log as it would be with log_format = tardigrey."""
        text = re.sub(r" postgrey\[", " tardigreyd[", read_file(path))
        text = text.replace("reason=triplet found", "reason=retried")
        write_file(path + ".ours", text)
        return path + ".ours"
