#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The Tardigrey developers
"""policy_stub: policy servers that misbehave, and a few that behave well.

    policy_stub.py FOLDER

listens on FOLDER/NAME for every NAME in the tables below, prints "ready" and
serves until it is killed. For each complete request it prints "NAME asked".
The servers in RUDE do not read: for each connection they print "NAME
accepted".
"""
import asyncio
import os
import random
import socket
import sys

LINE = b"4.2.0 Greylisted by the stub, please try again in 7 seconds"
DEFER = b"action=DEFER_IF_PERMIT " + LINE + b"\n\n"
HALF = DEFER[:40]

HANG = "hang"  # keep the connection open, but send nothing more


def pieces(octets, pause_s, size=1):
    """Steps that send the octets in pieces, with a pause after each piece."""
    steps = []
    for at in range(0, len(octets), size):
        steps += [octets[at:at + size], pause_s]
    return steps


def garbage():
    return random.Random(4).randbytes(700).replace(b"\n\n", b"\n.")


# The steps of each server after it has read a request. It sends octets, and
# waits for a number of seconds. After the last step it closes the connection.
ACCEPTS = {
    "dunno": [b"action=DUNNO\n\n"],
    "dunno-lower-case": [b"action=dunno\n\n"],
    "dunno-stays": [b"action=DUNNO\n\n", HANG],
    "dunno-twice": [b"action=DUNNO\n\n" + DEFER],
    "ok": [b"action=OK\n\n"],
    "prepend": [b"action=PREPEND X-Greylist: delayed 300 seconds\n\n"],
}
DEFERS = {
    "defer": [DEFER],
    "defer-stays": [DEFER, HANG],
    "defer-split": [DEFER[:20], 0.05, DEFER[20:]],
    "defer-before-empty-line": [DEFER[:-1], 0.05, b"\n"],
    "defer-octets": pieces(DEFER, 0.002),
    "defer-lower-case": [DEFER.replace(b"DEFER_IF_PERMIT", b"defer_if_permit")],
    "defer-plain": [DEFER.replace(b"DEFER_IF_PERMIT", b"DEFER")],
    "defer-450": [DEFER.replace(b"DEFER_IF_PERMIT", b"450")],
    "defer-after-other": [b"reason=new\n" + DEFER],
    "defer-twice": [DEFER + b"action=DUNNO\n\n"],
}
FAILS = {
    "hang": [HANG],
    "close": [],
    "half": [HALF],
    "half-hang": [HALF, HANG],
    "no-empty-line": [DEFER[:-1]],
    "no-empty-line-hang": [DEFER[:-1], HANG],
    "one-octet-a-second": pieces(DEFER, 1),
    "no-action": [b"reason=new\n\n"],
    "nothing": [b"\n\n"],
    "empty": [b"action=\n\n"],
    "empty-blank": [b"action= \n\n"],
    "digits": [b"action=450\n\n"],
    "word-only": [b"action=DEFER_IF_PERMIT\n\n"],
    "unknown": [b"action=FROBNICATE 4.2.0 now\n\n"],
    "reject": [b"action=REJECT 5.7.1 Go away\n\n"],
    "reject-550": [b"action=550 5.7.1 Go away\n\n"],
    "carriage-returns": [b"action=DUNNO\r\n\r\n", HANG],
    "nul": [b"action=DUNNO\0\n\n"],
    "escape": [b"action=DEFER_IF_PERMIT 4.2.0 \x1b[31mGreylisted\n\n"],
    "eight-bit": [b"action=DEFER_IF_PERMIT 4.2.0 caf\xc3\xa9\n\n"],
    "smtp": [b"220 mail.example.org ESMTP\r\n", HANG],
    "garbage": [garbage()],
    "garbage-hang": [garbage(), HANG],
    "oversized": [b"action=DEFER_IF_PERMIT 4.2.0 " + b"x" * 100_000 + b"\n\n"],
    "oversized-a-little": [b"action=DEFER_IF_PERMIT 4.2.0 " + b"x" * 600 +
                           b"\n\n"],
    "endless": [b"x" * 4096] * 10_000,
    "endless-lines": [b"reason=new\n" * 400] * 10_000,
}
SCRIPTS = {**ACCEPTS, **DEFERS, **FAILS}

# Servers that do not read the request.
RUDE = {
    "deaf": "never accepts; the queue has room",
    "full": "never accepts; the queue is full",
    "close-at-once": "accepts and closes",
    "defer-unread": "answers and closes without reading",
}


def say(*words):
    print(*words, flush=True)


async def play(steps, writer):
    for step in steps:
        if step is HANG:
            await asyncio.sleep(3600)
        elif isinstance(step, bytes):
            writer.write(step)
            await writer.drain()
        else:
            await asyncio.sleep(step)


def server_of(name, steps):
    async def serve(reader, writer):
        try:
            await reader.readuntil(b"\n\n")
            say(name, "asked")
            await play(steps, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        writer.close()

    return serve


def listening(path, queue_n=1024):
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    os.chmod(path, 0o666)
    server.listen(queue_n)
    return server


def fill(path):
    """Connect until the queue is full."""
    clients = []
    while True:
        client = socket.socket(socket.AF_UNIX)
        client.setblocking(False)
        try:
            client.connect(path)
        except BlockingIOError:
            return clients
        clients.append(client)


async def be_rude(name, server):
    server.setblocking(False)
    while True:
        client, _ = await asyncio.get_running_loop().sock_accept(server)
        say(name, "accepted")
        if name == "defer-unread":
            client.send(DEFER)
        client.close()


async def main(folder):
    kept = []
    for name, steps in SCRIPTS.items():
        server = listening(f"{folder}/{name}")
        kept.append(await asyncio.start_unix_server(
            server_of(name, steps), sock=server, backlog=1024))
    for name in RUDE:
        path = f"{folder}/{name}"
        server = listening(path, 1 if name == "full" else 1024)
        kept.append(server)
        if name == "full":
            kept.append(fill(path))
        elif name != "deaf":
            kept.append(asyncio.create_task(be_rude(name, server)))
    say("ready")
    await asyncio.sleep(3600)
    return kept


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    asyncio.run(main(sys.argv[1]))
