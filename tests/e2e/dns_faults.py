#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""
A DNS server with faults, in front of a real one: it relays questions over UDP.
The first label of a name that has one of these words gets the fault:

    slow      the reply comes after two seconds
    silent    there is no reply
    servfail  the reply is SERVFAIL
    liar      the reply is noise
    other     the reply answers another question
"""
import os
import socket
import sys
import threading
import time

listen, real = [(host, int(port)) for host, _, port in
                (word.partition(":") for word in sys.argv[1:])]
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(listen)


def relay(question):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as upstream:
        upstream.settimeout(5)
        upstream.sendto(question, real)
        return upstream.recv(65536)


def reply_to(question):
    """The reply, or None."""
    if b"silent" in question:
        return None
    if b"servfail" in question:
        return question[:2] + b"\x81\x82" + question[4:]
    if b"liar" in question:
        return question[:2] + b"\x81\x80\0\1\xff\xff\0\0\0\0" + os.urandom(90)
    if b"other" in question:
        return question[:2] + relay(question.replace(b"other", b"third"))[2:]
    if b"slow" in question:
        time.sleep(2)
    return relay(question)


def serve(question, client):
    reply = reply_to(question)
    if reply is not None:
        server.sendto(reply, client)


while True:
    threading.Thread(target=serve, args=server.recvfrom(65536),
                     daemon=True).start()
