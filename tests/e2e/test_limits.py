# SPDX-License-Identifier: ISC
"""Test floods of new triplets. The number of waiting triplets is limited, and
mail of other clients still passes."""
import os
import sqlite3
import time

import harness
from harness import is_greylisted, request, settings, wait_until

AT_ONCE = 50
DELAY_S = 2


def network(i):
    """Return an address in the i-th network."""
    return f"{20 + i // 65536}.{i // 256 % 256}.{i % 256}.1"


class LimitsTest(harness.TestCase):
    """Send floods. With --torture, a flood has a million triplets, and the
    limits are those of a real server."""

    def long_or(self, long, short):
        return long if settings.torture else int(short / settings.slow)

    def flood(self, policy, n, address):
        """Send requests for n new triplets. address(i) is the client of the
        i-th."""
        for first in range(0, n, AT_ONCE):
            some = range(first, min(first + AT_ONCE, n))
            policy.send(b"".join(
                request(client_address=address(i), client_name="unknown",
                        sender=f"{i}.{first}@flood.example")
                for i in some))
            for _ in some:
                self.assertTrue(is_greylisted(policy.reply()))

    def assert_passes(self, action):
        self.assertEqual(action, "DUNNO")

    def rows(self, daemon, where="1"):
        database = sqlite3.connect(f"file:{daemon.database}?mode=ro",
                                   uri=True, timeout=harness.limit())
        try:
            return database.execute(
                f"SELECT count(*) FROM {harness.RECORDS} WHERE {where}"
            ).fetchone()[0]
        finally:
            database.close()

    def waiting(self, daemon, client="%"):
        return self.rows(
            daemon, f"passed IS NULL AND client LIKE '{client}'")

    def settle(self, policy, daemon, most, client="%"):
        """Send requests until the eviction has finished. Each batch evicts some
        triplets."""
        def is_within():
            policy.ask(client_address="10.99.0.1", sender="a@settle.example")
            return self.waiting(daemon, client) <= most
        wait_until(f"at most {most} waiting triplets", is_within)

    def passed_triplet(self, daemon, **attributes):
        """Make a triplet that has passed by a retry."""
        self.assert_greylisted(daemon.ask(**attributes))
        time.sleep(DELAY_S + 0.1)
        self.assert_passes(daemon.ask(**attributes))

    def test_one_client(self):
        """[C54] One address floods the daemon. It keeps at most
        max_waiting_per_address waiting triplets, and all its passed ones. Other
        clients lose no triplet, not even those of its network."""
        n = self.long_or(10 ** 6, 6000)
        most = self.long_or(20000, 400 * settings.slow)
        daemon = self.start_daemon(
            delay=f"{DELAY_S}s", max_waiting_per_address=most)
        known = {"client_address": "10.0.0.5", "sender": "k@known.example"}
        good = {"client_address": "10.0.0.7", "sender": "g@good.example"}
        self.passed_triplet(daemon, **known)
        self.assert_greylisted(daemon.ask(**good))
        with daemon.connect() as policy:
            self.flood(policy, n, lambda i: "10.0.0.66")
            self.settle(policy, daemon, most + 1, "10.0.0.0/24")
        print(f"({n} asked, {self.waiting(daemon)} of {most} wait, "
              f"{os.stat(daemon.database).st_size >> 20} MiB)", end=" ")
        self.assertEqual(self.waiting(daemon, "10.0.0.0/24"), most + 1)
        self.assert_passes(daemon.ask(**known))
        time.sleep(DELAY_S)
        self.assert_passes(daemon.ask(**good))
        daemon.wait_for_message("10.0.0.66", "max_waiting_per_address",
                                "not stored")

    def test_in_total(self):
        """[C54] Many networks flood the daemon. The oldest waiting triplets are
        evicted. The newest ones and the passed ones stay."""
        n = self.long_or(10 ** 6, 9000)
        most = self.long_or(100000, 1000 * settings.slow)
        daemon = self.start_daemon(delay=f"{DELAY_S}s", max_waiting=most)
        known = {"client_address": "10.200.0.5", "sender": "k@known.example"}
        good = {"client_address": "10.201.0.5", "sender": "g@good.example"}
        self.passed_triplet(daemon, **known)
        with daemon.connect() as policy:
            self.flood(policy, n, network)
            time.sleep(1.1)  # ages are whole seconds
            self.assert_greylisted(daemon.ask(**good))
            self.flood(policy, 300, lambda i: f"11.{i // 250}.{i % 250}.1")
            self.settle(policy, daemon, most)
        print(f"({n} asked, {self.waiting(daemon)} of {most} wait, "
              f"{os.stat(daemon.database).st_size >> 20} MiB)", end=" ")
        self.assertGreater(self.waiting(daemon), most - 10)
        self.assert_passes(daemon.ask(**known))
        time.sleep(DELAY_S)
        self.assert_passes(daemon.ask(**good))
        daemon.wait_for_message("max_waiting", "evicted")

    def test_after_a_restart(self):
        """[C54] After a restart, the stored triplets still count for the
        limits."""
        n = int(3000 / settings.slow)
        daemon = self.start_daemon(delay="1h", max_waiting="1M")
        with daemon.connect() as policy:
            self.flood(policy, n, network)
        self.assertEqual(self.waiting(daemon), n)
        daemon.write_config(max_waiting="1000")
        daemon.restart()
        with daemon.connect() as policy:
            self.settle(policy, daemon, 1000)
