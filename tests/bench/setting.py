# SPDX-License-Identifier: ISC
"""A scratch folder for the benchmarks: databases, servers and the load."""
import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time

USER = "nobody"
SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
LISTED_NETWORK = "130.0.0.0/8"  # KEYS_LISTED_NETWORK of keys.h
AUTO_NETWORK = "140.0.0.0/8"
START_LIMIT_S = 60
RESTED_S = 0.3
REQUEST = (b"request=smtpd_access_policy\nprotocol_state=RCPT\n"
           b"client_address=130.1.1.1\nsender=a@example.net\n"
           b"recipient=b@example.org\n\n")


def give_away(path):
    """Make USER the owner, if we are root: the daemon runs as USER."""
    if os.geteuid() == 0:
        account = pwd.getpwnam(USER)
        os.chown(path, account.pw_uid, account.pw_gid)


class Server:
    """A running server, and the time until its first answer."""

    def __init__(self, command, path, log, environment=None):
        began = time.monotonic()
        self.path = path
        self.address = "unix:" + path
        with open(log, "ab") as stderr:
            self.process = subprocess.Popen(
                command, stderr=stderr, env=environment)
        self.log = log
        self.started_s = self._wait(began)
        self.pid = self.process.pid

    def _wait(self, began):
        while time.monotonic() < began + START_LIMIT_S:
            if self.process.poll() is not None:
                break
            try:
                with socket.socket(socket.AF_UNIX) as client:
                    client.connect(self.path)
                    client.sendall(REQUEST)
                    if client.recv(1000).startswith(b"action=DUNNO"):
                        return time.monotonic() - began
            except OSError:
                time.sleep(0.001)
        self.stop()
        with open(self.log, errors="replace") as log:
            raise SystemExit("the server does not answer:\n" + log.read())

    def _activity(self):
        """Whether the server sleeps, and the processor time that it has
        used."""
        with open(f"/proc/{self.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return fields[0] == "S", int(fields[11]) + int(fields[12])

    def settle(self):
        """Wait until the server rests: after its start, the daemon reads its
        database. Returns the seconds."""
        began = rested = time.monotonic()
        _, ticks = self._activity()
        while time.monotonic() < rested + RESTED_S:
            time.sleep(0.02)
            sleeps, now = self._activity()
            if not sleeps or now != ticks:
                ticks, rested = now, time.monotonic()
            if rested > began + START_LIMIT_S:
                self.stop()
                raise SystemExit("the server never rests")
        return rested - began

    def memory_mib(self):
        with open(f"/proc/{self.pid}/status") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) / 1024
        return 0

    def kill(self):
        """End the server as kill -9 does."""
        self.process.kill()
        self.process.wait()
        os.unlink(self.path)

    def stop(self):
        self.process.terminate()
        self.process.wait()
        if os.path.exists(self.path):
            os.unlink(self.path)


class Setting:
    """A scratch folder with a configuration and a database."""

    def __init__(self, build, scratch=None, delay="1s", **options):
        """The retries of load need a delay of one second."""
        self.options = options
        self.scratch = scratch
        self.daemon = "src/tardigreyd"
        self.build = os.path.abspath(build)
        self.folder = tempfile.mkdtemp(prefix="tardigrey-bench.", dir=scratch)
        os.chmod(self.folder, 0o755)
        self.state = self.path("state")
        os.mkdir(self.state)
        os.chmod(self.state, 0o755)  # whatever the umask is
        give_away(self.state)
        self.database = os.path.join(self.state, "tardigrey.db")
        self.config = self.path("tardigrey.conf")
        self.log = self.path("log")
        self.server_core, self.load_core = None, None
        self.settles = True
        self._seed = 0
        self.options.setdefault("database", f"sqlite:{self.database}")
        self._write_config(delay)

    def like(self, **options):
        """A new setting for the same build, on the same disk and processors,
        with other options."""
        other = Setting(self.build, self.scratch, **options)
        other.server_core, other.load_core = self.server_core, self.load_core
        other.settles = self.settles
        return other

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def program(self, name):
        return os.path.join(self.build, name)

    def auto_whitelists(self):
        """Whether this version has the auto-whitelist."""
        text = subprocess.run([self.program("src/tardigreyd"), "--help"],
                              capture_output=True, text=True, check=True)
        return "auto_whitelist_after" in text.stdout

    def _write_config(self, delay):
        """Write the defaults and the lists of the sample configuration."""
        with open(self.path("listed"), "w") as listed:
            listed.write(LISTED_NETWORK + "\n")
            if not self.auto_whitelists():
                listed.write(AUTO_NETWORK + "\n")
        with open(self.config, "w") as config:
            config.write(
                f"listen = unix:{self.path('policy.sock')}\n"
                f"user = {USER}\n"
                "log = stderr\n"
                "durability = normal\n"
                f"delay = {delay}\n"
                f"delay_suspicious = {delay}\n"
                + "".join(f"{name} = {value}\n"
                          for name, value in self.options.items()) +
                f"whitelist_clients = {SOURCE}/etc/whitelist_clients,"
                f" {self.path('listed')}\n"
                "whitelist_recipients ="
                f" {SOURCE}/etc/whitelist_recipients\n")

    # ---- Databases ----

    def preload(self, name, rows, expired=0, waiting=0):
        """Fill a database, to be copied later. Returns its path."""
        path = self.path(name)
        self.preload_uri(f"sqlite:{path}", rows, expired,
                         *([waiting] if waiting else []))
        return path

    def preload_uri(self, uri, *numbers):
        subprocess.run([self.program("tests/bench/preload"), uri,
                        *map(str, numbers)], check=True)

    def put_database(self, template, move=False):
        """Copy or move a database to the path that the daemon uses, and sync
        it before the measurement."""
        for end in "", "-wal", "-shm":
            if os.path.exists(self.database + end):
                os.unlink(self.database + end)
        (os.rename if move else shutil.copyfile)(template, self.database)
        give_away(self.database)
        os.sync()

    def size(self, end=""):
        try:
            return os.stat(self.database + end).st_size
        except FileNotFoundError:
            return 0

    # ---- Programs ----

    @staticmethod
    def pinned(core, command):
        return command if core is None else [
            "taskset", "-c", str(core), *command]

    def slow_disk(self, sync_ms):
        """Returns an environment that makes each sync take sync_ms longer."""
        if not sync_ms:
            return None
        return dict(os.environ, SLOW_SYNC_MS=str(sync_ms),
                    LD_PRELOAD=self.program("tests/bench/slow_sync.so"))

    def start_null_server(self):
        path = self.path("null.sock")
        return Server(
            self.pinned(self.server_core, [
                self.program("tests/bench/null_server"), "unix:" + path]),
            path, self.log)

    def start_daemon(self, sync_ms=0, wrapper=()):
        if os.path.exists(self.log):
            os.truncate(self.log, 0)
        server = Server(
            self.pinned(self.server_core, [
                *wrapper, self.program(self.daemon), "-f", "-c",
                self.config]),
            self.path("policy.sock"), self.log, self.slow_disk(sync_ms))
        server.settled_s = server.settle() if self.settles else 0.0
        return server

    def load_command(self, server, workload, rows, **options):
        self._seed += 1
        command = [self.program("tests/bench/load"), "--json",
                   "--rows", str(rows), "--seed", str(self._seed),
                   "--pid", str(server.pid)]
        for name, value in options.items():
            command.append("--" + name)
            if value is not True:
                command.append(str(value))
        return self.pinned(self.load_core,
                           [*command, workload, server.address])

    def load(self, server, workload, rows, **options):
        """Run load. Returns its results as a dictionary."""
        output = subprocess.run(
            self.load_command(server, workload, rows, **options),
            stdout=subprocess.PIPE, check=True)
        return json.loads(output.stdout)
