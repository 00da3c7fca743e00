# SPDX-License-Identifier: ISC
"""
Let allocations fail and set the clocks while a program runs. The program runs
with preloaded libraries (tests/torture/*.c) that replace functions of the C
library. The tests control a library by a file that both map into memory.
"""
import mmap
import os
import struct

import harness
from harness import settings

FOREVER = 2 ** 64 - 1


class Shared:
    """A mapped file of 64-bit numbers that the tests and the program share."""

    def __init__(self, path, numbers_n):
        self.path = path
        with open(path, "wb") as file:
            file.write(bytes(8 * numbers_n))
        os.chmod(path, 0o666)  # the daemon is another user
        with open(path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 8 * numbers_n)

    def get(self, i, form="Q"):
        return struct.unpack_from(form, self.memory, 8 * i)[0]

    def put(self, i, number, form="Q"):
        struct.pack_into(form, self.memory, 8 * i, number)


class BadMemory(Shared):
    """See tests/torture/bad_memory.h."""

    def __init__(self, path):
        super().__init__(path, 4)
        self.all_failed_n = 0

    def break_at(self, first, fail_n=1):
        """Let fail_n allocations fail, from the one with the number first on.
        The number counts from 1, beginning with this call."""
        self.put(1, 0)
        self.put(0, 0)
        self.put(3, 0)
        self.put(2, fail_n)
        self.put(1, first)

    def mend(self):
        """Let no allocation fail any more. Returns how many have failed."""
        self.put(1, 0)
        failed_n = self.get(3)
        self.all_failed_n += failed_n
        self.put(3, 0)
        return failed_n

    @property
    def asked_n(self):
        return self.get(0)


class WrongClock(Shared):
    """See tests/torture/wrong_clock.h. Seconds are added to the real
    clocks."""

    def __init__(self, path):
        super().__init__(path, 3)

    def set_sync(self, sync):
        """Set what the kernel says about the clock: 1: it is synchronised; 2:
        it is not; 3: the program may not ask."""
        self.put(2, sync)

    def set(self, seconds):
        """Set the difference between the time of day of the program and
        ours."""
        self.put(0, seconds, "q")

    @property
    def offset(self):
        return self.get(0, "q")

    def step(self, seconds):
        self.set(self.offset + seconds)

    def pass_time(self, seconds):
        """Advance both clocks by the same time."""
        self.step(seconds)
        self.put(1, self.get(1, "q") + seconds, "q")


def environment(memory=None, clock=None, trespass=None):
    """The variables that a program needs in its environment, as a dict."""
    folder = os.path.join(os.path.dirname(settings.daemon), os.pardir,
                          "tests", "torture")
    preloads, result = [], {}
    if memory is not None:
        preloads.append(os.path.join(folder, "bad_memory.so"))
        result["BAD_MEMORY"] = memory.path
    if clock is not None:
        preloads.append(os.path.join(folder, "wrong_clock.so"))
        result["WRONG_CLOCK"] = clock.path
    if trespass is not None:
        preloads.append(os.path.join(folder, "trespass.so"))
        result["TRESPASS"] = trespass
    for path in preloads:
        if not os.access(path, os.R_OK):
            raise AssertionError(f"no {path}: run make check first")
    result["LD_PRELOAD"] = ":".join(map(os.path.abspath, preloads))
    # The libraries are loaded before the sanitizer, which would refuse that.
    result["ASAN_OPTIONS"] = ":".join(filter(None, [
        os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0"]))
    return result


def launcher(**preloads):
    """The beginning of a command line that runs a program with the
    libraries."""
    return ["env"] + [f"{name}={value}" for name, value
                      in environment(**preloads).items()]


def steps(n, quick_n):
    """The numbers 1 to n. Without TORTURE, at most quick_n of them, spread
    evenly."""
    if harness.TORTURE or n <= quick_n:
        return range(1, n + 1)
    return sorted({1 + i * (n - 1) // (quick_n - 1) for i in range(quick_n)})
