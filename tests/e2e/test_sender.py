# SPDX-License-Identifier: ISC
"""A real Postfix sends mail to a real Postfix that greylists it."""
import collections
import os
import re
import unittest

import harness
import mailservers
from harness import wait_until

# The times of Postfix and of tardigreyd, divided by 60. By default, Postfix
# retries and runs its queue after 300 s. The delay stands for 180 s.
RETRY_S = 5
DELAY_S = 3
MESSAGES = 14  # five would be enough to make Postfix suspend a destination
RECIPIENTS = ["b@example.org", "c@example.org"]


@unittest.skipUnless(mailservers.has_postfix(), "Postfix is not installed")
class SenderTest(harness.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.share_daemon(delay=f"{DELAY_S}s")
        cls.receiver = cls.make_postfix("receiver")
        port = cls.receiver.add_smtpd(
            smtpd_recipient_restrictions=mailservers.restrictions(
                "inet:127.0.0.1:%d" % cls.daemon.inet[1])
            .replace("\n", " "))
        cls.sender = cls.make_postfix(
            "sender", relayhost=f"[127.0.0.1]:{port}",
            virtual_mailbox_domains="", myhostname="mail.example.net",
            minimal_backoff_time=f"{RETRY_S}s",
            queue_run_delay=f"{RETRY_S}s")
        for postfix in (cls.receiver, cls.sender):
            postfix.start()
            cls.addClassCleanup(postfix.stop)

    @classmethod
    def make_postfix(cls, name, **parameters):
        postfix = mailservers.Postfix(
            os.path.join(cls.common, name), **parameters)
        cls.share_log(postfix.log_file)
        return postfix

    def deliveries(self, status):
        """Count how often each (sender, recipient) has this status in the log
        of the sending Postfix. The log has senders and recipients in different
        lines with the same queue id."""
        senders = dict(re.findall(r"([0-9A-F]+): from=<(.*?)>, size",
                                  self.sender.log()))
        found = re.findall(
            rf"([0-9A-F]+): to=<(.*?)>,.* status={status} ",
            self.sender.log())
        return collections.Counter(
            (senders[queue_file], recipient)
            for queue_file, recipient in found)

    def test_many_messages_are_delivered_on_their_first_retry(self):
        """[C66] Postfix sends many messages at once, with two recipients each.
        It attempts all of them and does not suspend the destination. Each
        recipient gets the mail at the first retry, because our default delay
        is shorter than the retry time of Postfix."""
        senders = [f"sender{i}@example.net" for i in range(MESSAGES)]
        pairs = [(s, r) for s in senders for r in RECIPIENTS]
        for sender in senders:
            self.sender.submit(sender, RECIPIENTS,
                               "Subject: patience\n\nHello.\n")
        wait_until("all messages to arrive",
                   lambda: len(self.receiver.delivered("patience")) ==
                   len(pairs), 60)
        once = collections.Counter(pairs)
        wait_until("the sender to have logged it",
                   lambda: self.deliveries("sent") == once)
        self.assertEqual(self.deliveries("deferred"), once)
        self.assertNotIn("temporarily suspended", self.sender.log())
        reasons = collections.defaultdict(list)
        for decision in self.daemon.decisions():
            pair = decision["sender"], decision["recipient"]
            reasons[pair].append(decision["reason"])
        self.assertEqual(
            dict(reasons), {pair: ["new", "retried"] for pair in pairs})
