#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""
What greylisting costs the mail of well-known senders. From one table of how
they retry, and from where:

    senders.py stories FOLDER   write a story for each, tests/replay/sender_*.t
    senders.py table            print doc/senders.md

The stories are what tardigreyd does, and are played by make check. Beside it
stands what postgrey's documented defaults would do with the same attempts:
300 seconds, networks of /24, clients by address, digits of senders replaced,
and automatic whitelisting of an address after five messages, of which it counts
one an hour.

Where an address list has several, each attempt comes from the next of them.
Schedules are those of the programs' documents and sources, or of logs.
"""
import os
import re
import sys

MINUTE, HOUR = 60, 3600
MESSAGES = 10
APART_S = 5 * HOUR  # between the first attempts of two messages

# name, what it is, ages of attempts in seconds, hosts, sender of message i
SENDERS = [
    ("postfix", "Postfix: 5 to 10 minutes, then doubled",
     [0, 400, 1200, 3000], [("192.0.2.10", "mail.example.net")],
     lambda i: f"joe{i}@example.net"),
    ("qmail", "qmail, OpenSMTPD: ages 400 n^2",
     [0, 400, 1600, 3600], [("192.0.2.10", "mail.example.net")],
     lambda i: f"joe{i}@example.net"),
    ("exim", "Exim: queue runs each 30 minutes",
     [0, 1800, 3600], [("192.0.2.10", "mail.example.net")],
     lambda i: f"joe{i}@example.net"),
    ("sendmail", "Sendmail: queue runs each 15 minutes",
     [0, 900, 1800], [("192.0.2.10", "mail.example.net")],
     lambda i: f"joe{i}@example.net"),
    ("courier", "Courier: 5, 5, 5, then 15 minutes",
     [0, 300, 600, 900, 1800], [("192.0.2.10", "mail.example.net")],
     lambda i: f"joe{i}@example.net"),
    ("exchange", "Exchange, own servers: 1 minute, four times, then 5",
     [0, 60, 120, 180, 240, 540, 840], [("192.0.2.10", "mail.example.net")],
     lambda i: f"joe{i}@example.net"),
    ("microsoft365", "Microsoft 365: other networks, IPv4 and IPv6 in turn",
     [0, 300, 900, 1800, 3600, 7200, 14400],
     [("40.107.22.45", "mail-am6eur05on2045.outbound.protection.outlook.com"),
      ("104.47.17.104", "mail-db8eur05lp2104.outbound.protection.outlook.com"),
      ("2a01:111:f403:2613::701",
       "mail-westeuropeazlp170120003.outbound.protection.outlook.com"),
      ("52.101.73.9", "mail-dm6nam12on2109.outbound.protection.outlook.com"),
      ("40.107.105.88", "mail-vi1eur03on2088.outbound.protection.outlook.com"),
      ("52.100.2.3", "mail-eopbgr20003.outbound.protection.outlook.com"),
      ("2a01:111:f400:7e1b::801",
       "mail-he1eur01on0801.outbound.protection.outlook.com")],
     lambda i: f"joe{i}@customer.example"),
    ("gmail", "Gmail: about 7 minutes, a large pool",
     [0, 408, 1300, 3100, 6700],
     [("209.85.221.54", "mail-wr1-f54.google.com"),
      ("74.125.82.41", "mail-wm1-f41.google.com"),
      ("2a00:1450:4864:20::52c", "mail-ed1-x52c.google.com"),
      ("209.85.128.173", "mail-yw1-f173.google.com")],
     lambda i: f"joe{i}@customer.example"),
    ("ses", "Amazon SES: a sender for each message",
     [0, 338, 1000, 2300, 5000],
     [("54.240.8.45", "a8-45.smtp-out.amazonses.com"),
      ("23.251.234.10", "e234-10.smtp-out.eu-west-1.amazonses.com"),
      ("69.169.224.15", "b224-15.smtp-out.eu-central-1.amazonses.com")],
     lambda i: f"0102018f{i:08x}-6a1b2c3d-4e5f-6071-8293-a4b5c6d7{i:04x}-000000"
     "@eu-west-1.amazonses.com"),
    ("sendgrid", "SendGrid: minutes to hours, VERP",
     [0, 600, 2400, 7200, 14000],
     [("167.89.1.2", "o1.ptr1234.sendgrid.net"),
      ("149.72.1.2", "wrqvnxzt.outbound-mail.sendgrid.net"),
      ("168.245.3.4", "o2.ptr1234.sendgrid.net")],
     lambda i: f"bounces+{700000 + i}-a1b2-b{i}=example.org@em.shop.example"),
    ("mailgun", "Mailgun: 10, 15, 30 minutes, VERP",
     [0, 600, 1500, 3300, 6900],
     [("69.72.42.5", "m42-5.mailgun.net"),
      ("159.135.224.7", "m224-7.mailgun.net"),
      ("198.61.254.9", "m254-9.mailgun.net")],
     lambda i: f"bounce+{i:06x}.4c7d2-b{i}=example.org@mg.shop.example"),
    ("mailchimp", "Mailchimp: about 15 minutes, VERP",
     [0, 900, 1800, 3600, 7200],
     [("205.201.131.15", "mail15.mcsv.net"),
      ("198.2.180.7", "mail7.mcsv.net"),
      ("148.105.8.9", "mail9.mcsv.net")],
     lambda i: f"bounce-mc.us1_{1234567 + i}.{89012 + i}-b{i}=example.org"
     "@mail.mcsv.net"),
    ("alibaba", "Alibaba: 5 attempts in an hour, each from another network",
     [0, 720, 1440, 2160, 2880],
     [("115.124.28.12", "out28-12.mail.aliyun.com"),
      ("47.90.1.3", "out1-3.mail.aliyun.com"),
      ("203.119.5.7", "out5-7.mail.aliyun.com"),
      ("198.11.9.8", "out9-8.mail.aliyun.com"),
      ("121.0.17.4", "out17-4.mail.aliyun.com")],
     lambda i: f"joe{i}@customer.example"),
]


def attempts(sender):
    """All attempts of all messages: (message, time, host, sender)."""
    _, _, ages, hosts, envelope = sender
    turn = 0
    for i in range(MESSAGES):
        for age in ages:
            yield i, i * APART_S + age, hosts[turn % len(hosts)], envelope(i)
            turn += 1


# ---- postgrey, as documented ----

def network(address):
    if ":" in address:  # it cuts IPv6 to a /64
        return ":".join((address.split("::")[0] + ":0:0:0").split(":")[:4])
    return address.rsplit(".", 1)[0]


def substituted(sender):
    user, _, domain = sender.partition("@")
    user = re.sub(r"\+.*", "", user)
    return re.sub(r"\b\d+\b", "#", user) + "@" + domain


def postgrey(sender):
    """The delay of each message, or None if no attempt passed."""
    delays = [None] * MESSAGES
    first, counts, counted = {}, {}, {}
    for i, time_s, (address, _), envelope in attempts(sender):
        if delays[i] is not None:
            continue
        key = network(address), substituted(envelope), i
        first.setdefault(key, time_s)
        if counts.get(address, 0) < 5 and time_s - first[key] < 300:
            continue
        delays[i] = time_s - i * APART_S
        if time_s - counted.get(address, -HOUR) >= HOUR:
            counts[address] = counts.get(address, 0) + 1
            counted[address] = time_s
    return delays


# ---- tardigreyd, which the stories hold to it ----

def tardigrey(sender):
    """Two messages show that it retries, the others do not wait: what is due
    after 180 seconds passes from anywhere in the pool."""
    due = next(age for age in sender[2] if age >= 180)
    return [due, due] + [0] * (MESSAGES - 2)


def story(sender):
    name, what, ages, _, _ = sender
    delays = tardigrey(sender)
    lines = [f"# {what}. Made by senders.py.",
             f"# The first message is delayed by {delays[0]} seconds, the "
             f"tenth by {delays[-1]}."]
    now_s = 0
    for i, time_s, (address, host), envelope in attempts(sender):
        if time_s - i * APART_S > delays[i]:
            continue  # it is through
        if time_s > now_s:
            lines.append(f"after {time_s - now_s}s")
            now_s = time_s
        lines += [f"> request=smtpd_access_policy",
                  f"> client_address={address}",
                  f"> client_name={host}", f"> reverse_client_name={host}",
                  f"> instance={i}.{time_s}", f"> sender={envelope}",
                  f"> recipient=b{i}@example.org"]
        if time_s - i * APART_S < delays[i]:
            lines.append("< action=DEFER_IF_PERMIT *")
        elif delays[i] == 0:
            lines += ["< action=DUNNO", "log *reason=auto-whitelisted, *"]
        else:
            lines += [f"< action=PREPEND X-Greylist: delayed {delays[i]} "
                      "seconds *",
                      f"log *reason=retried, delay={delays[i]}, *"]
    return "\n".join(lines) + "\n"


def span(delay_s):
    if delay_s is None:
        return "never passes"
    if delay_s >= HOUR:
        return f"{delay_s / HOUR:.1f} h"
    return f"{delay_s // MINUTE} min" if delay_s >= 60 else f"{delay_s} s"


def table():
    print("""\
# What greylisting costs the mail of well-known senders

How long the first message of a sender is delayed, how many of its first ten
messages are delayed at all, and how long the tenth is. Ten messages, five hours
apart, each to another recipient; a retry, and the next message, comes from the
next address of the sender.

The columns of Tardigrey are its defaults, and each row is a story that
`make check` plays (`tests/replay/sender_*.t`). The columns of postgrey are what
its documented defaults give on the same attempts: 300 seconds, networks of /24,
senders without digits, an address whitelisted after 5 messages, one counted an
hour. It is a model of postgrey's documents, not a measurement. Schedules of large
pools are not published: where each attempt comes from another network, as some
logs show, is the worst case. "Never passes" means not within the attempts that
are listed.

| sender | first | delayed | tenth | postgrey: first | delayed | tenth |
|---|---|---|---|---|---|---|""")
    for sender in SENDERS:
        cells = []
        for delays in tardigrey(sender), postgrey(sender):
            cells += [span(delays[0]),
                      f"{sum(d != 0 for d in delays)} of {MESSAGES}",
                      span(delays[-1])]
        print(f"| {sender[1]} | " + " | ".join(cells) + " |")
    print("""
Made by `tests/replay/senders.py table`; the schedules stand there.""")


def main():
    if sys.argv[1:] == ["table"]:
        table()
    elif len(sys.argv) == 3 and sys.argv[1] == "stories":
        for sender in SENDERS:
            path = os.path.join(sys.argv[2], f"sender_{sender[0]}.t")
            with open(path, "w", encoding="ascii") as file:
                file.write(story(sender))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
