# SPDX-License-Identifier: ISC
"""
A virtual machine: Debian in a folder (debootstrap), its kernel, and qemu.

All files are below $MACHINE_DIR, by default build/machine of the source. The
folder with Debian is kept there, because it takes minutes to make.
"""
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
FOLDER = os.path.abspath(os.environ.get(
    "MACHINE_DIR", os.path.join(SOURCE, "build", "machine")))
ROOT = os.path.join(FOLDER, "root")
SUITE = os.environ.get("MACHINE_SUITE", "bookworm")
# Without a mirror, debootstrap uses its own default.
MIRROR = os.environ.get("MACHINE_MIRROR")
PACKAGES = ("systemd,systemd-sysv,systemd-timesyncd,dbus,udev,kmod,procps,"
            "iproute2,e2fsprogs,linux-image-amd64,postfix,netcat-openbsd")
NEEDS = ("debootstrap", "qemu-system-x86_64", "qemu-img", "mke2fs", "e2fsck",
         "debugfs", "cpio")
SKIPPED = 77
KVM_TRY_S = 20


def skip(reason):
    print(f"SKIPPED: {reason}")
    sys.exit(SKIPPED)


def check_tools():
    missing = [name for name in NEEDS if not shutil.which(name)]
    if missing:
        skip("not installed: " + ", ".join(missing) + " (apt-get install "
             "debootstrap qemu-system-x86 qemu-utils e2fsprogs cpio)")
    if os.geteuid() != 0:
        skip("debootstrap needs root")


def make_root():
    """Make the folder with Debian, unless it is there."""
    done = os.path.join(FOLDER, "root.done")
    if os.path.exists(done):
        return
    shutil.rmtree(ROOT, ignore_errors=True)
    os.makedirs(FOLDER, exist_ok=True)
    print(f"Making {ROOT} (Debian {SUITE})", flush=True)
    log = os.path.join(FOLDER, "debootstrap.log")
    with open(log, "w") as file:
        status = subprocess.call(
            ["debootstrap", "--variant=minbase", "--include=" + PACKAGES,
             SUITE, ROOT] + ([MIRROR] if MIRROR else []), stdout=file, stderr=file)
    if status != 0:
        skip(f"debootstrap failed, see {log}")
    open(done, "w").close()


def kernel():
    """The path of the kernel and its version."""
    boot = os.path.join(ROOT, "boot")
    [name] = [name for name in os.listdir(boot) if name.startswith("vmlinuz-")]
    return os.path.join(boot, name), name.partition("-")[2]


def initrd():
    """The initial file system that Debian has made for its kernel."""
    return kernel()[0].replace("vmlinuz-", "initrd.img-")


def modules(*names):
    """The files of these kernel modules, in the order of loading."""
    files = []
    for name in names:
        lines = subprocess.check_output(
            ["chroot", ROOT, "/sbin/modprobe", "-S", kernel()[1],
             "--show-depends", name], universal_newlines=True).splitlines()
        for line in lines:
            path = None
            if line.startswith("insmod"):
                path = ROOT + line.split()[1]
            if path and path not in files:
                files.append(path)
    return files


def accelerator():
    """kvm if a kernel starts with it, else tcg, which is about ten times
    slower. In a virtual machine /dev/kvm may exist and not work."""
    try:
        descriptor = os.open("/dev/kvm", os.O_RDWR)
    except OSError:
        return "tcg"
    os.close(descriptor)
    process = subprocess.Popen(
        ["qemu-system-x86_64", "-accel", "kvm", "-m", "128", "-nographic",
         "-nic", "none", "-no-reboot", "-kernel", kernel()[0],
         "-append", "console=ttyS0 panic=-1"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL)
    end = time.monotonic() + KVM_TRY_S
    os.set_blocking(process.stdout.fileno(), False)
    text = b""
    while time.monotonic() < end and process.poll() is None:
        text += process.stdout.read() or b""
        if b"Linux version" in text:
            break
        time.sleep(0.2)
    process.kill()
    process.wait()
    return "kvm" if b"Linux version" in text else "tcg"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Machine:
    """A running qemu. Its console goes to a file."""

    def __init__(self, accel, memory_mib, arguments, console):
        self.console = console
        with contextlib.suppress(FileNotFoundError):
            os.unlink(console)  # of an earlier machine
        self.monitor_path = console + ".monitor"
        self.process = subprocess.Popen(
            ["qemu-system-x86_64", "-accel", accel, "-m", str(memory_mib),
             "-display", "none", "-no-reboot", "-serial", "file:" + console,
             "-monitor", f"unix:{self.monitor_path},server,nowait",
             *arguments], stdin=subprocess.DEVNULL)

    def text(self):
        try:
            with open(self.console, errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def wait_for(self, words, seconds):
        end = time.monotonic() + seconds
        while words not in self.text():
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"no {words!r} on the console:\n" +
                                     self.text()[-4000:])
            time.sleep(0.1)

    def command(self, line):
        """Give a command to the monitor, and wait until it is done."""
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.settimeout(120)
            monitor.connect(self.monitor_path)
            self.read_prompt(monitor)
            monitor.sendall(line.encode() + b"\n")
            return self.read_prompt(monitor)

    @staticmethod
    def read_prompt(monitor):
        text = b""
        while not text.endswith(b"(qemu) "):
            octets = monitor.recv(4096)
            if not octets:
                break
            text += octets
        return text

    def kill(self):
        self.process.kill()
        self.process.wait()
