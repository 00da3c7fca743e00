# SPDX-License-Identifier: ISC
"""A real Prometheus reads a running daemon. Each query of the dashboard and of
the alert rules finds data."""
import json
import os
import re
import shutil
import subprocess
import time
import urllib.parse

import harness
from harness import free_port, read_file, wait_until, write_file
from mailservers import CONTRIB
from test_http import get

FOLDER = os.path.join(CONTRIB, "prometheus")

CONFIG = """\
global:
  scrape_interval: 1s
  evaluation_interval: 1s
rule_files:
  - {rules}
scrape_configs:
  - job_name: tardigrey
    static_configs:
      - targets: ['127.0.0.1:{port}']
"""


class Prometheus:
    """A Prometheus in a folder, which reads the daemon each second."""

    def __init__(self, folder, daemon_port):
        self.address = ("127.0.0.1", free_port())
        config = os.path.join(folder, "prometheus.yml")
        write_file(config, CONFIG.format(
            port=daemon_port, rules=os.path.abspath(
                os.path.join(FOLDER, "tardigrey.rules.yml"))))
        self.log_file = os.path.join(folder, "prometheus.log")
        with open(self.log_file, "w") as log:
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={config}",
                 f"--storage.tsdb.path={folder}/data",
                 "--web.listen-address=%s:%d" % self.address],
                cwd=folder, stdout=log, stderr=log)
        wait_until("Prometheus", self.is_ready, 60)

    def is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError(read_file(self.log_file))
        try:
            return get(self.address, "/-/ready")[0] == 200
        except OSError:
            return False

    def ask(self, path, **parameters):
        """What the API answers, as data."""
        _, _, text = get(self.address, f"/api/v1/{path}?" +
                         urllib.parse.urlencode(parameters))
        answer = json.loads(text)
        if answer["status"] != "success":
            raise AssertionError(f"{parameters}: {answer}")
        return answer["data"]

    def query(self, expression):
        """The values of the series that the query finds."""
        return [float(series["value"][1]) for series in
                self.ask("query", query=expression)["result"]]

    def stop(self):
        self.process.terminate()
        self.process.wait()


class PrometheusTest(harness.TestCase):
    def start_all(self):
        if shutil.which("prometheus") is None:
            self.skipTest("prometheus is not installed: get-packages "
                          "prometheus FOLDER, and put FOLDER/usr/bin in PATH")
        self.skip_if_wrapped("one look is enough")
        port = free_port()
        daemon = self.start_daemon(delay="1s", http=f"inet:127.0.0.1:{port}")
        self.prometheus = Prometheus(self.folder, port)
        self.addCleanup(self.prometheus.stop)
        self.logs.append(self.prometheus.log_file)
        self.wait_for("tardigrey_build_info")
        return daemon

    def wait_for(self, expression, limit_s=30):
        return wait_until(expression,
                          lambda: self.prometheus.query(expression), limit_s,
                          every_s=0.3)

    def make_traffic(self, daemon):
        """Deferrals, a retry that passes, and later mail."""
        with daemon.connect() as policy:
            self.assert_greylisted(policy.ask())
            self.assert_greylisted(policy.ask(sender="c@example.net"))
            time.sleep(1.1)
            self.assertEqual(policy.ask(), "DUNNO")
            self.assertEqual(policy.ask(), "DUNNO")
        self.wait_for('increase(tardigrey_decisions_total{reason="known"}'
                      '[1m]) > 0')

    def test_dashboard(self):
        """Grafana finds a series for each query of each panel."""
        dashboard = json.loads(read_file(f"{FOLDER}/dashboard.json"))
        self.make_traffic(self.start_all())
        for panel in dashboard["panels"]:
            for target in panel["targets"]:
                expression = target["expr"].replace(
                    "$__rate_interval", "1m").replace("$instance", ".*")
                with self.subTest(panel["title"], query=expression):
                    values = self.prometheus.query(expression)
                    self.assertNotEqual(values, [])
                    self.assertFalse(any(value != value for value in values),
                                     "not a number")
        variable = dashboard["templating"]["list"][1]["query"]
        metric, label = re.fullmatch(r"label_values\((\w+), (\w+)\)",
                                     variable).groups()
        self.assertEqual(len(self.prometheus.ask(
            f"label/{label}/values", **{"match[]": metric})), 1)

    def test_dashboard_layout(self):
        """The panels have numbers of their own, and none hides another."""
        panels = json.loads(read_file(f"{FOLDER}/dashboard.json"))["panels"]
        self.assertEqual(len({panel["id"] for panel in panels}), len(panels))
        places = set()
        for panel in panels:
            place = panel["gridPos"]
            self.assertLessEqual(place["x"] + place["w"], 24, panel["title"])
            cells = {(x, y)
                     for x in range(place["x"], place["x"] + place["w"])
                     for y in range(place["y"], place["y"] + place["h"])}
            self.assertFalse(places & cells, panel["title"])
            places |= cells

    def test_alert_rules(self):
        """Each rule works, each metric in it exists, and the failing database
        is an alert. No other alert is there."""
        daemon = self.start_all()
        self.make_traffic(daemon)
        rules = wait_until("the rules", self.evaluated_rules)
        self.assertGreaterEqual(len(rules), 7)
        # On a busy machine a scrape may come too late: then there is an alert
        # until the next one.
        wait_until("no alert", lambda: {
            rule["state"] for rule in self.evaluated_rules()} == {"inactive"},
            every_s=0.3)
        for rule in rules:
            with self.subTest(rule["name"]):
                self.assertEqual(rule["health"], "ok", rule)
                for name in re.findall(r"\b(?:tardigrey_\w+|up)\b",
                                       rule["query"]):
                    wait_until(name, lambda: self.prometheus.query(name),
                               every_s=0.3)
        os.rename(daemon.state, daemon.state + ".away")
        wait_until("the alert", lambda: "TardigreyUnhealthy" in [
            rule["name"] for rule in self.evaluated_rules()
            if rule["state"] == "pending"], every_s=0.3)
        os.rename(daemon.state + ".away", daemon.state)

    def evaluated_rules(self):
        """The rules, when all have been evaluated."""
        rules = [rule for group in self.prometheus.ask("rules")["groups"]
                 for rule in group["rules"]]
        return rules if all(rule["health"] != "unknown"
                            for rule in rules) else None
