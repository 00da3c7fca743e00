#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""
How long greylisting delays the mail of well-known senders.

    senders.py stories FOLDER   write a story for each sender, FOLDER/NAME.t
    figures | senders.py table  print doc/senders.md

Both are made from SENDERS: when each sender retries, and from which hosts. The
table also has the measurements of the program "figures" (figures.c).

A story has the attempts of a sender and the reply that tardigreyd must give to
each of them. senders.sh plays the stories.
The table also has what postgrey would do with the same attempts, by its
documented defaults: it delays 300 seconds, takes a /24 as one client, ignores
numbers in the sender address, and whitelists an address after five messages, of
which it counts one an hour.

The schedules are from the documents and sources of the programs, or from logs.
"""
import collections
import os
import re
import sys

MINUTE, HOUR = 60, 3600
MESSAGES = 10
APART_S = 5 * HOUR  # between the first attempts of two messages

# The defaults of tardigreyd.
DELAY_S = 60
AUTO_WHITELIST_AFTER = 2

# ages_s: when the attempts are made, in seconds after the first attempt.
# hosts: the address and confirmed client_name of each host. The attempts come
# from the hosts in turn.
# envelope(i): the sender address of message i.
Sender = collections.namedtuple("Sender", "name what ages_s hosts envelope")

ONE_HOST = [("192.0.2.10", "mail.example.net")]


def joe(i):
    return f"joe{i}@example.net"


SENDERS = [
    Sender("postfix", "Postfix: after 5 to 10 minutes, then doubled",
           [0, 400, 1200, 3000], ONE_HOST, joe),
    Sender("qmail", "qmail, OpenSMTPD: 400 n^2 seconds after the first attempt",
           [0, 400, 1600, 3600], ONE_HOST, joe),
    Sender("exim", "Exim: every 30 minutes",
           [0, 1800, 3600], ONE_HOST, joe),
    Sender("sendmail", "Sendmail: every 15 minutes",
           [0, 900, 1800], ONE_HOST, joe),
    Sender("courier", "Courier: three times after 5 minutes, then after 15",
           [0, 300, 600, 900, 1800], ONE_HOST, joe),
    Sender("stalwart", "Stalwart: after 2, 5, 10, 15 and 30 minutes",
           [0, 120, 420, 1020, 1920, 3720], ONE_HOST, joe),
    Sender("mox", "mox: after 7.5 minutes, then doubled",
           [0, 450, 1350, 3150], ONE_HOST, joe),
    Sender("haraka", "Haraka: after 64 seconds, then doubled",
           [0, 64, 192, 448, 960], ONE_HOST, joe),
    Sender("kumomta", "KumoMTA: after 20 minutes, then doubled",
           [0, 1200, 3600, 8400], ONE_HOST, joe),
    Sender("maddy", "maddy: after 15 minutes, then doubled",
           [0, 900, 2700, 6300], ONE_HOST, joe),
    Sender("exchange",
           "Exchange (own server): four times after 1 minute, then after 5",
           [0, 60, 120, 180, 240, 540, 840], ONE_HOST, joe),
    Sender("microsoft365",
           "Microsoft 365: each time from another network, IPv4 or IPv6",
           [0, 300, 900, 1800, 3600, 7200, 14400],
           [("40.107.22.45",
             "mail-am6eur05on2045.outbound.protection.outlook.com"),
            ("104.47.17.104",
             "mail-db8eur05lp2104.outbound.protection.outlook.com"),
            ("2a01:111:f403:2613::701",
             "mail-westeuropeazlp170120003.outbound.protection.outlook.com"),
            ("52.101.73.9",
             "mail-dm6nam12on2109.outbound.protection.outlook.com"),
            ("40.107.105.88",
             "mail-vi1eur03on2088.outbound.protection.outlook.com"),
            ("52.100.2.3",
             "mail-eopbgr20003.outbound.protection.outlook.com"),
            ("2a01:111:f400:7e1b::801",
             "mail-he1eur01on0801.outbound.protection.outlook.com")],
           lambda i: f"joe{i}@customer.example"),
    Sender("gmail", "Gmail: after about 7 minutes, from a large pool",
           [0, 408, 1300, 3100, 6700],
           [("209.85.221.54", "mail-wr1-f54.google.com"),
            ("74.125.82.41", "mail-wm1-f41.google.com"),
            ("2a00:1450:4864:20::52c", "mail-ed1-x52c.google.com"),
            ("209.85.128.173", "mail-yw1-f173.google.com")],
           lambda i: f"joe{i}@customer.example"),
    Sender("ses", "Amazon SES: a new sender address for each message",
           [0, 338, 1000, 2300, 5000],
           [("54.240.8.45", "a8-45.smtp-out.amazonses.com"),
            ("23.251.234.10", "e234-10.smtp-out.eu-west-1.amazonses.com"),
            ("69.169.224.15", "b224-15.smtp-out.eu-central-1.amazonses.com")],
           lambda i: f"0102018f{i:08x}-6a1b2c3d-4e5f-6071-8293-"
           f"a4b5c6d7{i:04x}-000000@eu-west-1.amazonses.com"),
    Sender("sendgrid", "SendGrid: after minutes to hours, VERP",
           [0, 600, 2400, 7200, 14000],
           [("167.89.1.2", "o1.ptr1234.sendgrid.net"),
            ("149.72.1.2", "wrqvnxzt.outbound-mail.sendgrid.net"),
            ("168.245.3.4", "o2.ptr1234.sendgrid.net")],
           lambda i: f"bounces+{700000 + i}-a1b2-b{i}=example.org"
           "@em.shop.example"),
    Sender("mailgun", "Mailgun: after 10, 15 and 30 minutes, VERP",
           [0, 600, 1500, 3300, 6900],
           [("69.72.42.5", "m42-5.mailgun.net"),
            ("159.135.224.7", "m224-7.mailgun.net"),
            ("198.61.254.9", "m254-9.mailgun.net")],
           lambda i: f"bounce+{i:06x}.4c7d2-b{i}=example.org@mg.shop.example"),
    Sender("mailchimp", "Mailchimp: after about 15 minutes, VERP",
           [0, 900, 1800, 3600, 7200],
           [("205.201.131.15", "mail15.mcsv.net"),
            ("198.2.180.7", "mail7.mcsv.net"),
            ("148.105.8.9", "mail9.mcsv.net")],
           lambda i: f"bounce-mc.us1_{1234567 + i}.{89012 + i}-b{i}=example.org"
           "@mail.mcsv.net"),
    Sender("alibaba",
           "Alibaba: 5 attempts in an hour, each from another network",
           [0, 720, 1440, 2160, 2880],
           [("115.124.28.12", "out28-12.mail.aliyun.com"),
            ("47.90.1.3", "out1-3.mail.aliyun.com"),
            ("203.119.5.7", "out5-7.mail.aliyun.com"),
            ("198.11.9.8", "out9-8.mail.aliyun.com"),
            ("121.0.17.4", "out17-4.mail.aliyun.com")],
           lambda i: f"joe{i}@customer.example"),
]


def attempts(sender):
    """All attempts of all messages: (message, time in seconds, host)."""
    turn = 0
    for i in range(MESSAGES):
        for age_s in sender.ages_s:
            host = sender.hosts[turn % len(sender.hosts)]
            yield i, i * APART_S + age_s, host
            turn += 1


# ---- postgrey, as its documents say ----

def postgrey_client(address):
    """The first three octets of IPv4, the /64 of IPv6."""
    if ":" in address:
        return ":".join((address.split("::")[0] + ":0:0:0").split(":")[:4])
    return address.rsplit(".", 1)[0]


def postgrey_sender(address):
    """Without its extension, and with "#" for each number."""
    user, _, domain = address.partition("@")
    user = re.sub(r"\+.*", "", user)
    return re.sub(r"\b\d+\b", "#", user) + "@" + domain


def postgrey(sender):
    """The delay of each message in seconds, or None if no attempt passed."""
    delays = [None] * MESSAGES
    first_s, counts, counted_s = {}, {}, {}
    for i, time_s, (address, _) in attempts(sender):
        if delays[i] is not None:
            continue
        key = postgrey_client(address), postgrey_sender(sender.envelope(i)), i
        first_s.setdefault(key, time_s)
        if counts.get(address, 0) < 5 and time_s - first_s[key] < 300:
            continue
        delays[i] = time_s - i * APART_S
        if time_s - counted_s.get(address, -HOUR) >= HOUR:
            counts[address] = counts.get(address, 0) + 1
            counted_s[address] = time_s
    return delays


# ---- tardigreyd ----

def tardigrey(sender):
    """The delay of each message in seconds. A message passes at the first
    retry after the delay, from any host of the pool. After two messages the
    client is auto-whitelisted."""
    passes_s = next(age_s for age_s in sender.ages_s if age_s >= DELAY_S)
    return [passes_s if i < AUTO_WHITELIST_AFTER else 0
            for i in range(MESSAGES)]


def answer(age_s, delay_s):
    """The lines of the story that check the reply to an attempt of this age."""
    if age_s < delay_s:
        return ["< action=DEFER_IF_PERMIT *"]
    if delay_s == 0:
        return ["< action=DUNNO", "log *reason=auto-whitelisted, *"]
    return [f"< action=PREPEND X-Greylist: delayed {delay_s} seconds *",
            f"log *reason=retried, delay={delay_s}, *"]


def story(sender):
    delays = tardigrey(sender)
    lines = [f"# {sender.what}.",
             f"# The first message is delayed by {delays[0]} seconds, the "
             f"tenth by {delays[-1]}."]
    now_s = 0
    for i, time_s, (address, host) in attempts(sender):
        age_s = time_s - i * APART_S
        if age_s > delays[i]:
            continue  # the message has passed
        if time_s > now_s:
            lines.append(f"after {time_s - now_s}s")
            now_s = time_s
        lines += ["> request=smtpd_access_policy",
                  f"> client_address={address}",
                  f"> client_name={host}",
                  f"> reverse_client_name={host}",
                  f"> instance={i}.{time_s}",
                  f"> sender={sender.envelope(i)}",
                  f"> recipient=b{i}@example.org"]
        lines += answer(age_s, delays[i])
    return "\n".join(lines) + "\n"


# ---- Figures ----

def read_figures(file):
    """The lines of "figures", as lists of words, by their first word."""
    figures = collections.defaultdict(list)
    for line in file:
        word, *rest = line.rstrip("\n").split("\t")
        figures[word].append(rest)
    return figures


def clock(seconds):
    if seconds is None or seconds < 0:
        return "lost"
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def postgrey_first(ages_s, networks_n):
    """postgrey's first delivery, by its documented rules, if the attempts come
    in turn from so many /24 networks."""
    first_s = {}
    for i, age_s in enumerate(ages_s):
        network = i % networks_n
        first_s.setdefault(network, age_s)
        if age_s - first_s[network] >= 300:
            return age_s
    return None


def print_row(cells):
    print("| " + " | ".join(cells) + " |")


COLUMNS = [  # the rules and the hosts of figures.c
    ("default", "default", "networks"),
    ("`greylist = suspicious`", "suspicious", "networks"),
    ("all delays 60 s", "60", "networks"),
    ("180 s", "180", "networks"),
    ("300 s", "300", "networks"),
    ("6 hours", "21600", "networks"),
    ("default, hosts without names", "default", "nameless"),
]


def print_providers(figures):
    first = {tuple(row[:3]): int(row[3]) for row in figures["first"]}
    names = [row[0] for row in figures["schedule"]]
    columns = [[first[name, rules, hosts] for name in names]
               for _, rules, hosts in COLUMNS]
    # It does not matter whether the attempts come from one /24.
    for _, rules, hosts in COLUMNS:
        for name in names if hosts == "networks" else ():
            assert first[name, rules, "24"] == first[name, rules, hosts]
    schedules = {row[0]: (int(row[1]), [int(age) for age in row[2:]])
                 for row in figures["schedule"]}
    columns.append([postgrey_first(schedules[name][1], 1) for name in names])
    columns.append([postgrey_first(schedules[name][1], schedules[name][0])
                    for name in names])
    headings = [heading for heading, _, _ in COLUMNS]
    headings += ["postgrey: one /24", "postgrey: as many /24 as addresses"]
    print("""
## The first message of ten webmail providers

When the first message of an unknown sender is delivered, in minutes and seconds after
the first attempt. The retry times were measured about 2015 by Pagani, De Astis,
Graziano, Lanzi and Balzarotti ("Measuring the Role of Greylisting and Nolisting in
Fighting Spam", DSN 2016). The program `tests/replay/figures` plays them through the
engine of Tardigrey.

Except in the column "hosts without names", the hosts have good names in one domain, and
it does not matter from where they retry: each attempt comes from another network, or all
come from one /24, or they come in 1,000 random orders from 20 hosts. The figures are the
same. "Hosts without names" come in turn from as many networks as the authors have seen
addresses; nothing connects them. "Lost" means that the provider gives up.

With 6 hours the figures must be those of the paper: all but qq.com and aol.com are
delivered.
""")
    print_row(["provider"] + headings)
    print("|---" * (len(headings) + 1) + "|")
    for i, name in enumerate(names):
        print_row([name] + [clock(column[i]) for column in columns])
    print_row(["mean of the delivered"] + [clock(mean(column))
                                           for column in columns])


def mean(column):
    delivered = [value for value in column if value is not None and value >= 0]
    return sum(delivered) / len(delivered)


def print_harris(figures):
    print("""
## Six weeks of 2003

Harris ("The Next Step in the Spam Control War: Greylisting", 2003) reported six weeks of
mail: 338,018 triplets that never returned, 3,512 first contacts that retried, 52,159 mails
of triplets that were known by then, and 30,074 mails of mailing lists, each with a new
sender address. He found that 39.2 % of the mail that passed was delayed, and 4.1 % without
the lists. The program `figures` makes such traffic and plays it through the engine. Each
first contact is another host, so only the lists can gain from auto-whitelisting. His delay
was 58 minutes; all mail retries after an hour.

| rules | list hosts | mail that passed | delayed | share | of the 338,018 passed |
|---|---|---|---|---|---|""")
    words = {"without": "58 minutes, exact addresses, no pools, no normalised "
             "senders, no auto-whitelisting", "with": "the defaults"}
    for rules, hosts, passed, delayed, _, spam in figures["harris"]:
        print_row([words[rules], hosts, f"{int(passed):,}",
                   f"{int(delayed):,}",
                   f"{100 * int(delayed) / int(passed):.1f} %", spam])


def print_bots(figures):
    when = {"60": "a minute", "300": "5 minutes", "86400": "a day"}
    who = {"named": "a host with a good name (broken into)",
           "suspicious": "a dial-up line, always the same address",
           "moving": "each time another network, no name"}
    passed = {(row[0], row[1]): int(row[2]) for row in figures["bot"]}
    print("""
## Spam software that retries

Greylisting stops spam software that does not retry. Software that keeps a queue passes any
greylisting. The table shows when it passes, if it tries three times. The delay gives block
lists time to list the host.

| client | retries after | passes |
|---|---|---|""")
    for client in who:
        for retry in when:
            seconds = passed[client, retry]
            print_row([who[client], when[retry],
                       "never" if seconds < 0 else
                       "after " + (when[str(seconds)])])
    print("""
With `greylist = suspicious` the host with a good name passes at once.

A second mail exchanger that does not greylist lets in most of the rest: spam software
likes the MX host of the lowest priority. Let this mail exchanger ask the same tardigreyd, or
remove it (contrib/postfix/README.md).""")


# ---- The table ----

def span(delay_s):
    if delay_s is None:
        return "never passes"
    if delay_s >= HOUR:
        return f"{delay_s / HOUR:.1f} h"
    return f"{delay_s // MINUTE} min" if delay_s >= MINUTE else f"{delay_s} s"


def table():
    print("""\
# How long greylisting delays the mail of well-known senders

Each sender sends ten messages, five hours apart, each to another recipient.
Every attempt comes from the next host of the sender. The table shows how long
the first and the tenth message are delayed, and how many of the ten are delayed
at all.

- **Tardigrey** has its default options, and all hosts have good names: `delay`, 60
  seconds, applies. `make check` plays each row as a story (`tests/replay/senders.sh`).
- **postgrey** is calculated from its documents, not measured. By default it
  delays 300 seconds, takes a /24 as one client, ignores numbers in the sender
  address, and whitelists an address after five messages, of which it counts one
  an hour.

Large providers do not publish which hosts retry. The table assumes the worst
that logs show: each attempt comes from another network. "Never passes" means
that none of the attempts listed in `tests/replay/senders.py` passes.

| sender, and when it retries | first message | delayed | tenth message \
| postgrey: first message | delayed | tenth message |
|---|---|---|---|---|---|---|""")
    for sender in SENDERS:
        cells = [sender.what]
        for delays in tardigrey(sender), postgrey(sender):
            cells += [span(delays[0]),
                      f"{sum(d != 0 for d in delays)} of {MESSAGES}",
                      span(delays[-1])]
        print("| " + " | ".join(cells) + " |")
    figures = read_figures(sys.stdin)
    print_providers(figures)
    print_harris(figures)
    print_bots(figures)
    print("""
This file is the output of `figures | senders.py table` (`tests/replay`).""")


def main():
    if sys.argv[1:] == ["table"]:
        table()
    elif len(sys.argv) == 3 and sys.argv[1] == "stories":
        for sender in SENDERS:
            path = os.path.join(sys.argv[2], f"{sender.name}.t")
            with open(path, "w", encoding="ascii") as file:
                file.write(story(sender))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
