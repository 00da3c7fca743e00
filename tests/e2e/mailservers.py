# SPDX-License-Identifier: ISC
"""
Real mail servers for the tests: Postfix with its own configuration, queue and
data folders, and an unpacked Exim. They do not touch a mail server that is
installed on this machine.
"""
import base64
import glob
import grp
import itertools
import os
import pwd
import signal
import smtplib
import socket
import socketserver
import subprocess
import threading

import harness
from harness import (
    free_port, has_ended, limit, read_file, settings, wait_until, write_file)

CONTRIB = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                       "..", "..", "contrib")
NOBODY = pwd.getpwnam(harness.USER)
ENDPOINT = "inet:127.0.0.1:10023"  # in our documents


def snippet(path, endpoint):
    """A snippet of contrib, with the endpoint of the daemon of the tests."""
    text = read_file(os.path.join(CONTRIB, path))
    if ENDPOINT not in text:
        raise AssertionError(f"contrib/{path} does not name {ENDPOINT}")
    return text.replace(ENDPOINT, endpoint)


def restrictions(endpoint, timeout="60s"):
    """The value of smtpd_recipient_restrictions in our snippet for main.cf. The
    snippet's own timeout is 3s: on a busy machine an answer may take longer, and
    then mail passes."""
    text = snippet("postfix/main.cf.snippet", endpoint)
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    name, _, value = "\n".join(lines).partition("=")
    if name.strip() != "smtpd_recipient_restrictions":
        raise AssertionError("the snippet for main.cf begins differently")
    return with_timeout(value.strip(), timeout)


def with_timeout(value, timeout):
    """The value of an option in our snippets, with another timeout."""
    if "timeout=3s" not in value:
        raise AssertionError("the snippet has another timeout")
    return value.replace("timeout=3s", f"timeout={timeout}")


def submission_options(endpoint, timeout="60s"):
    """The options of the submission service in our snippet for master.cf,
    without those for TLS: the tests have no certificate. The timeout is longer,
    too."""
    lines = snippet("postfix/master.cf.snippet", endpoint).splitlines()
    begin = next(i for i, line in enumerate(lines)
                 if line.startswith("submission "))
    options = {}
    for line in itertools.takewhile(lambda line: line.startswith("  -o "),
                                    lines[begin + 1:]):
        name, _, value = line[len("  -o "):].strip("{} ").partition("=")
        options[name.strip()] = value.strip()
    if options.pop("smtpd_tls_security_level") != "encrypt":
        raise AssertionError("the snippet for master.cf does not use TLS")
    # strip() has also taken the brace that ends the policy service.
    options["smtpd_recipient_restrictions"] = with_timeout(
        options["smtpd_recipient_restrictions"] + " }", timeout)
    return options


# ---- Postfix ----

# The columns are service, type, private, unprivileged, chroot, wakeup,
# processes and command. No service runs in a chroot, because that needs the
# queue folder of an installed Postfix.
SERVICES = """
pickup     unix  n  -  n  60  1  pickup
cleanup    unix  n  -  n  -   0  cleanup
qmgr       unix  n  -  n  300 1  qmgr
rewrite    unix  -  -  n  -   -  trivial-rewrite
bounce     unix  -  -  n  -   0  bounce
defer      unix  -  -  n  -   0  bounce
trace      unix  -  -  n  -   0  bounce
verify     unix  -  -  n  -   1  verify
flush      unix  n  -  n  -   0  flush
proxymap   unix  -  -  n  -   -  proxymap
smtp       unix  -  -  n  -   -  smtp
relay      unix  -  -  n  -   -  smtp
showq      unix  n  -  n  -   -  showq
error      unix  -  -  n  -   -  error
retry      unix  -  -  n  -   -  error
virtual    unix  -  n  n  -   -  virtual
anvil      unix  -  -  n  -   1  anvil
scache     unix  -  -  n  -   1  scache
postlog    unix-dgram  n  -  n  -  1  postlogd
"""

# The folders of a queue, with owner, group and mode, as in postfix-files.
QUEUE = {
    **dict.fromkeys(("active", "bounce", "corrupt", "defer", "deferred",
                     "flush", "hold", "incoming", "private", "saved",
                     "trace"), ("postfix", "root", 0o700)),
    "maildrop": ("postfix", "postdrop", 0o730),
    "public": ("postfix", "postdrop", 0o710),
    "pid": ("root", "root", 0o755),
}


def make_owned_folder(path, owner, group, mode):
    os.mkdir(path)
    os.chown(path, pwd.getpwnam(owner).pw_uid, grp.getgrnam(group).gr_gid)
    os.chmod(path, mode)


class Postfix:
    """A Postfix with its own configuration, in its own folder."""

    PROGRAMS = "/usr/lib/postfix/sbin"

    def __init__(self, folder, **parameters):
        self.folder = folder
        self.config = os.path.join(folder, "etc")
        self.queue = os.path.join(folder, "queue")
        self.log_file = os.path.join(folder, "maillog")
        self.services = SERVICES
        self.make_folders()
        self.parameters = {
            # Level 2 is the newest that all versions from 3.5 on accept.
            "compatibility_level": "2",
            "queue_directory": self.queue,
            "data_directory": os.path.join(folder, "data"),
            "mail_owner": "postfix",
            "setgid_group": "postdrop",
            "maillog_file": self.log_file,
            "maillog_file_prefixes": settings.folder,
            "inet_interfaces": "127.0.0.1",
            "inet_protocols": "all",
            "myhostname": "mx.example.org",
            "mydestination": "",
            "mynetworks": "192.0.2.255/32",
            "local_recipient_maps": "",
            "alias_maps": "",
            "alias_database": "",
            "notify_classes": "",
            # One maildir takes the mail for all recipients at example.org.
            "virtual_mailbox_domains": "example.org",
            "virtual_mailbox_base": os.path.join(folder, "mail"),
            "virtual_mailbox_maps": "static:maildir/",
            "virtual_uid_maps": f"static:{NOBODY.pw_uid}",
            "virtual_gid_maps": f"static:{NOBODY.pw_gid}",
            # Use no DNS, because the tests also run without a network.
            "smtp_host_lookup": "native",
            "smtpd_peername_lookup": "no",
        }
        self.parameters.update(parameters)

    def make_folders(self):
        make_owned_folder(self.folder, "root", "root", 0o755)
        make_owned_folder(self.config, "root", "root", 0o755)
        make_owned_folder(os.path.join(self.folder, "data"), "postfix",
                          "root", 0o700)
        make_owned_folder(os.path.join(self.folder, "mail"), harness.USER,
                          "root", 0o700)
        make_owned_folder(self.queue, "root", "root", 0o755)
        for name, access in QUEUE.items():
            make_owned_folder(os.path.join(self.queue, name), *access)

    def add_smtpd(self, **parameters):
        """Add an smtpd on another port. Returns the port."""
        port = free_port()
        options = "".join(f"\n  -o {{ {name} = {value} }}"
                          for name, value in parameters.items())
        self.services += (f"127.0.0.1:{port} inet n - n - - smtpd"
                          f"{options}\n")
        return port

    def start(self):
        write_file(os.path.join(self.config, "main.cf"), "".join(
            f"{name} = {value}\n" for name, value in self.parameters.items()))
        write_file(os.path.join(self.config, "master.cf"), self.services)
        # Do not use "postfix start": it takes seconds to check the folders.
        # With -w, the command returns when Postfix is ready.
        environment = {"PATH": os.environ["PATH"], "MAIL_CONFIG": self.config}
        subprocess.check_call(
            [self.PROGRAMS + "/master", "-c", self.config, "-w"],
            env=environment, timeout=limit())
        harness.running.append(self)

    def stop(self):
        harness.running.remove(self)
        pid = int(read_file(os.path.join(self.queue, "pid/master.pid")))
        os.kill(pid, signal.SIGTERM)  # master also ends its children
        wait_until("Postfix to end", lambda: has_ended(pid))

    kill = stop

    def log(self):
        return read_file(self.log_file)

    def delivered(self, subject):
        """The messages with this subject that have arrived."""
        new = os.path.join(self.folder, "mail/maildir/new/*")
        return [path for path in glob.glob(new)
                if f"Subject: {subject}\n" in read_file(path)]

    def submit(self, sender, recipients, text):
        """Put a message into the queue, as a user of this machine does."""
        subprocess.run(
            ["/usr/sbin/sendmail", "-C", self.config, "-f", sender,
             *recipients], input=text.encode(), timeout=limit(), check=True)


def has_postfix():
    return os.access(Postfix.PROGRAMS + "/master", os.X_OK)


class Logins(socketserver.ThreadingUnixStreamServer):
    """A server of Dovecot's authentication protocol 1.1, which Postfix asks
    when a client logs in. It accepts every password."""

    daemon_threads = True

    def __init__(self, path):
        super().__init__(path, self.Handler)
        os.chmod(path, 0o666)
        threading.Thread(target=self.serve_forever, args=(0.1,),
                         daemon=True).start()

    def stop(self):
        self.shutdown()
        self.server_close()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"VERSION\t1\t1\nMECH\tPLAIN\tplaintext\n"
                             b"SPID\t1\nCUID\t1\nCOOKIE\t1\nDONE\n")
            for line in self.rfile:
                fields = line.decode().rstrip("\n").split("\t")
                if fields[0] == "AUTH":
                    number, response = fields[1], fields[-1]
                    user = base64.b64decode(response[len("resp="):])
                    user = user.split(b"\0")[1].decode()
                    self.wfile.write(f"OK\t{number}\tuser={user}\n".encode())


# ---- Dovecot ----

def has_dovecot():
    return os.access(Dovecot.PROGRAM, os.X_OK)


class Dovecot:
    """A Dovecot that only checks logins, for Postfix. It does not touch a
    Dovecot that is installed on this machine."""

    PROGRAM = "/usr/sbin/dovecot"
    # The names of some settings changed in Dovecot 2.4.
    CONFIG_2_3 = """
disable_plaintext_auth = no
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home=/nonexistent
}}
"""
    CONFIG_2_4 = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
auth_allow_cleartext = yes
passdb passwd-file {{
  passwd_file_path = {folder}/users
  default_password_scheme = PLAIN
}}
userdb static {{
  fields {{
    uid = nobody
    gid = nogroup
    home = /nonexistent
  }}
}}
"""
    CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols =
ssl = no
auth_mechanisms = plain login
service auth {{
  unix_listener {folder}/run/postfix {{
    mode = 0666
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0
  }}
}}
"""

    def __init__(self, folder, **passwords):
        self.folder = folder
        self.socket = os.path.join(folder, "run/postfix")
        self.log_file = os.path.join(folder, "log")
        self.config_file = os.path.join(folder, "dovecot.conf")
        os.mkdir(folder)
        os.mkdir(os.path.join(folder, "run"))
        os.mkdir(os.path.join(folder, "state"))
        write_file(os.path.join(folder, "users"), "".join(
            f"{user}:{password}\n" for user, password in passwords.items()))
        old = self.version() < (2, 4)
        config = (self.CONFIG_2_3 if old else self.CONFIG_2_4) + self.CONFIG
        write_file(self.config_file, config.format(folder=folder).lstrip())

    def version(self):
        text = subprocess.check_output([self.PROGRAM, "--version"], text=True)
        return tuple(int(n) for n in text.split()[0].split(".")[:2])

    def start(self):
        with open(self.log_file, "a") as log:
            self.process = subprocess.Popen(
                [self.PROGRAM, "-F", "-c", self.config_file],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        harness.running.append(self)
        wait_until("Dovecot to listen", self.is_listening)

    def is_listening(self):
        if self.process.poll() is not None:
            raise AssertionError("Dovecot ended:\n" +
                                 read_file(self.log_file))
        return os.path.exists(self.socket)

    def stop(self):
        harness.running.remove(self)
        self.process.terminate()
        self.process.wait(limit())

    kill = stop


# ---- Exim ----

def has_exim():
    return settings.exim is not None


class Exim:
    """An Exim that was unpacked and not installed."""

    CONFIG = """
primary_hostname = mx.example.org
spool_directory = {folder}/spool
log_file_path = {folder}/exim-%slog
pid_file_path = {folder}/exim.pid
exim_path = {program}
keep_environment =
tls_advertise_hosts =
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
domainlist local_domains = example.org
hostlist relay_from_hosts =
acl_smtp_rcpt = acl_check_rcpt
acl_smtp_predata = acl_check_predata
queue_only
begin acl
acl_check_rcpt:
  deny !domains = +local_domains
{snippet}
  accept
acl_check_predata:
{predata}
  accept
begin routers
here:
  driver = accept
  transport = nowhere
begin transports
nowhere:
  driver = appendfile
  file = /dev/null
"""

    def __init__(self, folder, acl, predata):
        self.folder = folder
        self.port = free_port()
        self.program = os.path.join(settings.exim, "usr/sbin/exim4")
        self.log_file = os.path.join(folder, "exim-mainlog")
        self.config_file = os.path.join(folder, "exim.conf")
        self.make_account()
        write_file(self.config_file, self.CONFIG.format(
            folder=folder, program=self.program, port=self.port,
            snippet=acl, predata=predata))

    def make_account(self):
        """Make the account that Debian's Exim needs. Only this Exim sees it, by
        libnss-wrapper. It has the ids of "nobody", which owns this folder. It
        comes first, in case an installed Exim has made the account."""
        ids = f"{NOBODY.pw_uid}:{NOBODY.pw_gid}"
        account = f"Debian-exim:x:{ids}::/:/bin/false"
        write_file(os.path.join(self.folder, "passwd"),
                   account + "\n" + read_file("/etc/passwd"))
        write_file(os.path.join(self.folder, "group"),
                   f"Debian-exim:x:{NOBODY.pw_gid}:\n" +
                   read_file("/etc/group"))
        os.chown(self.folder, NOBODY.pw_uid, NOBODY.pw_gid)

    def environment(self):
        libraries = glob.glob(os.path.join(settings.exim, "usr/lib/*-linux-*"))
        libraries += glob.glob(os.path.join(settings.exim, "lib/*-linux-*"))
        return {
            "PATH": os.environ["PATH"],
            "LD_LIBRARY_PATH": ":".join(libraries),
            "LD_PRELOAD": "libnss_wrapper.so",
            "NSS_WRAPPER_PASSWD": os.path.join(self.folder, "passwd"),
            "NSS_WRAPPER_GROUP": os.path.join(self.folder, "group"),
        }

    def start(self):
        with open(os.path.join(self.folder, "exim-stderr"), "w") as log:
            self.process = subprocess.Popen(
                [self.program, "-C", self.config_file, "-bdf"],
                env=self.environment(), stdin=subprocess.DEVNULL, stderr=log)
        harness.running.append(self)
        wait_until("Exim to listen", self.is_listening)

    def is_listening(self):
        if self.process.poll() is not None:
            raise AssertionError("Exim ended:\n" + read_file(
                os.path.join(self.folder, "exim-stderr")))
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
            return True
        except OSError:
            return False

    def stop(self):
        harness.running.remove(self)
        self.process.terminate()
        self.process.wait(limit())

    kill = stop


# ---- An SMTP client ----

class Smtp(smtplib.SMTP):
    """An SMTP session after EHLO."""

    def __init__(self, port, address=None, name="mail.example.net",
                 source=None):
        """If address is given, use XCLIENT to make Postfix take it and name as
        those of the client. source is the local address to connect from."""
        super().__init__("127.0.0.1", port, local_hostname="mail.example.net",
                         timeout=limit(60),
                         source_address=(source, 0) if source else None)
        self.ehlo_or_helo_if_needed()
        if address is not None:
            if ":" in address:
                address = "IPV6:" + address
            self.expect(220, "XCLIENT", f"ADDR={address} NAME={name}")
            self.ehlo()

    def expect(self, code, command, arguments=""):
        reply = self.docmd(command, arguments)
        if reply[0] != code:
            raise AssertionError(f"{command} {arguments}: {reply}")

    def try_recipient(self, sender, recipient):
        """Send MAIL and RCPT. Returns code and text of the reply to RCPT."""
        self.expect(250, "MAIL", f"FROM:<{sender}>")
        return self.rcpt(recipient)

    def send_text(self, subject):
        """Send DATA and a message. Returns code and text of the reply."""
        return self.data(f"Subject: {subject}\r\n\r\nHello.\r\n")
