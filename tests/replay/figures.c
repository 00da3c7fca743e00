/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * figures: measures what greylisting does to published traffic. The attempts go
 * through the engine with the memory store, under simulated time. Prints the
 * figures for senders.py, one on each line, with tabs between the fields:
 *
 *   schedule PROVIDER HOSTS SECONDS ...     its attempts
 *   first    PROVIDER RULES HOSTS SECONDS   the first delivery; -1: lost
 *   harris   RULES LIST_HOSTS PASSED DELAYED SPAM SPAM_PASSED
 *   bot      CLIENT RETRY SECONDS           as "first", for spam software
 *
 * Exits 1 if a figure is not as promised or not as published.
 *
 * The providers: Pagani, De Astis, Graziano, Lanzi, Balzarotti, "Measuring the
 * Role of Greylisting and Nolisting in Fighting Spam", DSN 2016. The traffic:
 * Harris, "The Next Step in the Spam Control War: Greylisting", 2003.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "decide/engine.h"
#include "store/store_open.h"

#define BEGIN_S          1000000000
#define MINUTE_S         60
#define DAY_S            86400
#define LOST             (-1)
#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

static int problems_n;

static void
check(bool good, const char *claim, const char *detail)
{
	if (good)
		return;
	fprintf(stderr, "figures: not true: %s (%s)\n", claim, detail);
	problems_n++;
}

/* ---- A world: rules, an engine and an empty store ---- */

struct world {
	struct config config;
	struct store *store;
	struct engine *engine;
};

static void
set(struct world *world, const char *name, const char *value)
{
	struct err err;

	if (config_set(&world->config, name, value, "", &err) != 0) {
		fprintf(stderr, "figures: %s\n", err.text);
		exit(EXIT_FAILURE);
	}
}

static void
world_init(struct world *world)
{
	config_defaults(&world->config);
	/* Nobody here answers mail of ours. This saves time. */
	set(world, "correspondents", "no");
	world->store = NULL;
	world->engine = NULL;
}

static void
world_begin(struct world *world)
{
	const struct store_options options = {.timeout_ms = 1};
	struct err err;

	world->store = store_open("memory:", &options, &err);
	if (world->store != NULL)
		world->engine =
		    engine_new(world->store, &world->config.rules, 1);
	if (world->engine == NULL) {
		fprintf(stderr, "figures: out of memory\n");
		exit(EXIT_FAILURE);
	}
}

static void
world_end(struct world *world)
{
	engine_free(world->engine);
	store_close(world->store);
}

/* An attempt to deliver a message. */
struct attempt {
	int64_t at_s;
	uint32_t address; /* IPv4 */
	const char *name; /* "": no name */
	const char *sender, *recipient;
};

/* True if the attempt passes. */
static bool
try(struct world *world, const struct attempt *attempt)
{
	static struct request request;
	static struct verdict verdict;
	struct err err;

	request_clear(&request);
	request.client.family = NETADDR_IPV4;
	memset(request.client.octets, 0, sizeof(request.client.octets));
	for (int i = 0; i < 4; i++)
		request.client.octets[i] =
		    (uint8_t)(attempt->address >> (24 - 8 * i));
	strcpy(request.client_name, attempt->name);
	request.client_name_confirmed = attempt->name[0] != '\0';
	strcpy(request.sender, attempt->sender);
	strcpy(request.recipient, attempt->recipient);
	engine_check(world->engine, &request, 1, attempt->at_s, &verdict, &err);
	return verdict.action == ACTION_PASS;
}

/* A small generator of pseudo-random numbers (SplitMix64). */
static uint64_t
next_random(uint64_t *seed)
{
	uint64_t x = *seed += 0x9e3779b97f4a7c15ULL;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

/* ---- The ten providers ---- */

#define M(minutes, seconds) ((minutes)*60 + (seconds))
#define RETRIES_MAX         100

struct provider {
	const char *name;
	const char *domain;          /* of its hosts */
	unsigned hosts_n;            /* addresses that were seen */
	bool is_delivered;           /* at 21,600 s, as published */
	int retries_s[14];           /* after the first attempt; 0: the end */
	int from_s, every_s, more_n; /* then these */
};

/* clang-format off */
static const struct provider providers[] = {
	{ "gmail.com", "google.com", 7, true,
	  { M(6, 2), M(29, 2), M(56, 36), M(98, 44), M(162, 3), M(229, 44),
	    M(309, 5), M(434, 46) }, 0, 0, 0 },
	{ "yahoo.co.uk", "yahoo.com", 1, true,
	  { M(2, 7), M(5, 39), M(12, 58), M(27, 16), M(55, 13), M(109, 35),
	    M(216, 47), M(430, 36) }, 0, 0, 0 },
	{ "hotmail.com", "hotmail.com", 1, true,
	  { M(1, 1), M(2, 3), M(3, 4), M(5, 6), M(8, 7), M(12, 8) },
	  M(16, 10), M(4, 0), 87 },
	{ "qq.com", "qq.com", 2, false,
	  { M(5, 5), M(5, 11), M(5, 17), M(6, 19), M(8, 22), M(12, 25),
	    M(20, 29), M(52, 31), M(84, 35), M(144, 42), M(204, 56) },
	  0, 0, 0 },
	{ "mail.ru", "mail.ru", 7, true,
	  { M(1, 18), M(19, 15), M(49, 14), M(79, 49), M(113, 20), M(154, 18),
	    M(187, 53), M(235, 20), M(271, 3), M(305, 50), M(340, 38),
	    M(373, 45) }, 0, 0, 0 },
	{ "yandex.com", "yandex.net", 1, true,
	  { M(1, 5), M(2, 58), M(6, 53), M(14, 55), M(30, 28), M(45, 41) },
	  M(61, 1), M(15, 30), 21 },
	{ "mail.com", "mail.com", 2, true,
	  { M(5, 2), M(12, 37), M(23, 59), M(41, 3), M(66, 38), M(105, 1),
	    M(162, 35), M(248, 56), M(378, 28) }, 0, 0, 0 },
	{ "gmx.com", "gmx.net", 3, true,
	  { M(5, 1), M(12, 33), M(23, 50), M(40, 46), M(66, 9), M(104, 14),
	    M(161, 22), M(247, 4), M(375, 36) }, 0, 0, 0 },
	{ "aol.com", "aol.com", 1, false,
	  { M(5, 32), M(11, 32), M(21, 32), M(31, 32) }, 0, 0, 0 },
	{ "india.com", "india.com", 1, true,
	  { M(6, 21), M(16, 21), M(36, 21), M(76, 21), M(146, 22), M(216, 21),
	    M(286, 21), M(356, 21), M(426, 21) }, 0, 0, 0 },
};
/* clang-format on */
#define PROVIDERS ARRAY_LEN(providers)

/* All attempts, in seconds after the first one. Returns their number. */
static size_t
attempts_of(const struct provider *provider, int out_s[RETRIES_MAX])
{
	size_t n = 0;

	out_s[n++] = 0;
	for (size_t i = 0;
	     i < ARRAY_LEN(provider->retries_s) && provider->retries_s[i] != 0;
	     i++)
		out_s[n++] = provider->retries_s[i];
	for (int i = 0; i < provider->more_n; i++)
		out_s[n++] = provider->from_s + i * provider->every_s;
	return n;
}

/* Where the attempts come from. */
enum hosts {
	HOSTS_NETWORKS, /* in turn from distinct networks, names in one domain
			 */
	HOSTS_24,     /* in turn from the addresses of a /24, the same names */
	HOSTS_RANDOM, /* in random order from all of these */
	HOSTS_NAMELESS, /* in turn from as many networks as were seen, no names
			 */
};

static const char *const hosts_words[] = {
    "networks", "24", "random", "nameless"};

#define ADDRESS(a, b, c, d) \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))

/* The address of host number i. */
static uint32_t
address_of(enum hosts hosts, unsigned i)
{
	if (hosts == HOSTS_24 || (hosts == HOSTS_RANDOM && i % 3 == 0))
		return ADDRESS(198, 51, 100, 1 + i % 250);
	return ADDRESS(11 + i % 200, 7, 3, 9);
}

/* The first delivery of a provider in seconds after its first attempt. Each
 * call needs another "run": it is part of the recipient. */
static int
first_delivery(struct world *world, const struct provider *provider,
    enum hosts hosts, unsigned run, uint64_t *seed)
{
	int ages_s[RETRIES_MAX];
	size_t n = attempts_of(provider, ages_s);
	char name[64], sender[64], recipient[64];

	snprintf(sender, sizeof(sender), "joe@%s", provider->name);
	snprintf(recipient, sizeof(recipient), "b%u@example.org", run);
	for (size_t i = 0; i < n; i++) {
		unsigned host = (unsigned)i;
		struct attempt attempt = {.at_s = BEGIN_S + ages_s[i],
		    .sender = sender,
		    .recipient = recipient};

		if (hosts == HOSTS_RANDOM)
			host = (unsigned)(next_random(seed) % 20);
		else if (hosts == HOSTS_NAMELESS)
			host = (unsigned)i % provider->hosts_n;
		snprintf(name, sizeof(name), "mx%u.%s", host, provider->domain);
		attempt.address = address_of(hosts, host);
		attempt.name = hosts == HOSTS_NAMELESS ? "" : name;
		if (try(world, &attempt))
			return ages_s[i];
	}
	return LOST;
}

static const struct {
	const char *word;
	const char *delay, *delay_suspicious, *greylist;
} rules[] = {
    {"default", NULL, NULL, NULL},
    {"suspicious", NULL, NULL, "suspicious"},
    {"60", "60s", "60s", "all"},
    {"180", "180s", "180s", "all"},
    {"300", "300s", "300s", "all"},
    {"21600", "21600s", "21600s", "all"},
};

/* The first message decides. Later ones may pass at once. */
static void
world_of_rules(struct world *world, size_t i)
{
	world_init(world);
	set(world, "auto_whitelist_after", "0");
	if (rules[i].delay != NULL)
		set(world, "delay", rules[i].delay);
	if (rules[i].delay_suspicious != NULL)
		set(world, "delay_suspicious", rules[i].delay_suspicious);
	if (rules[i].greylist != NULL)
		set(world, "greylist", rules[i].greylist);
	world_begin(world);
}

#define ORDERS 1000

/* In every random order the first delivery is the same as from distinct
 * networks. */
static void
check_random_orders(struct world *world, const struct provider *provider,
    const char *word, int wanted_s)
{
	uint64_t seed = 4711;

	for (unsigned run = 10; run < 10 + ORDERS; run++)
		check(first_delivery(world, provider, HOSTS_RANDOM, run,
			  &seed) == wanted_s,
		    "the order of the hosts does not matter", word);
}

static void
check_promises(const char *word, enum hosts hosts, int sum_s)
{
	int mean_s = sum_s / (int)PROVIDERS;

	if (hosts == HOSTS_NAMELESS)
		return;
	if (strcmp(word, "default") == 0)
		check(mean_s <= M(3, 51), "mean first delivery at most 3:51",
		    hosts_words[hosts]);
	if (strcmp(word, "suspicious") == 0)
		check(sum_s == 0, "no delay with greylist = suspicious",
		    hosts_words[hosts]);
}

static void
measure_providers(size_t i, enum hosts hosts)
{
	static struct world world;
	uint64_t seed = 0;
	int sum_s = 0;

	world_of_rules(&world, i);
	for (size_t j = 0; j < PROVIDERS; j++) {
		const struct provider *provider = &providers[j];
		int first_s = first_delivery(&world, provider, hosts, 0, &seed);

		printf("first\t%s\t%s\t%s\t%d\n", provider->name, rules[i].word,
		    hosts_words[hosts], first_s);
		sum_s += first_s;
		if (strcmp(rules[i].word, "21600") == 0 &&
		    hosts != HOSTS_NAMELESS)
			check((first_s != LOST) == provider->is_delivered,
			    "control: delivered at 21,600 s as published",
			    provider->name);
		if (hosts == HOSTS_NETWORKS)
			check_random_orders(&world, provider, rules[i].word,
			    first_s);
	}
	check_promises(rules[i].word, hosts, sum_s);
	world_end(&world);
}

/* ---- Harris 2003 ---- */

#define SPAM_N  338018 /* triplets that never return */
#define KNOWN_N 52159  /* deliveries of known triplets */
#define LISTS_N 30074  /* mails of lists, each with a new sender */
#define FIRST_N 3512   /* first contacts that retry */
#define WEEKS_S (42 * DAY_S)
#define RETRY_S 3600

enum mail { MAIL_SPAM, MAIL_CONTACT, MAIL_LIST, MAIL_KINDS };

/* A mail: an attempt now and, if it is deferred, in an hour. */
struct event {
	int32_t at_s;
	uint8_t mail;
	uint8_t is_retry;
	uint32_t number;
};

struct harris {
	struct world world;
	unsigned list_hosts_n;
	struct event *events;
	size_t n;
	int64_t passed_n[MAIL_KINDS];
	int64_t delayed_n[MAIL_KINDS];
};

static void
add_event(struct harris *harris, int64_t at_s, enum mail mail, uint32_t number)
{
	harris->events[harris->n++] = (struct event){
	    .at_s = (int32_t)at_s, .mail = (uint8_t)mail, .number = number};
}

/* Make all mails. A contact writes first in the first day of its three weeks,
 * and then about fifteen times. */
static void
make_events(struct harris *harris)
{
	uint64_t seed = 2003;

	for (uint32_t i = 0; i < SPAM_N; i++)
		add_event(harris, (int64_t)(next_random(&seed) % WEEKS_S),
		    MAIL_SPAM, i);
	for (uint32_t i = 0; i < FIRST_N; i++)
		add_event(harris, (int64_t)(i % (WEEKS_S / 2 / MINUTE_S)) * 60,
		    MAIL_CONTACT, i);
	for (uint32_t i = 0; i < KNOWN_N; i++) {
		uint32_t contact = i % FIRST_N;
		int64_t first_s =
		    (int64_t)(contact % (WEEKS_S / 2 / MINUTE_S)) * 60;

		add_event(harris,
		    first_s + DAY_S +
			(int64_t)(next_random(&seed) % (20 * DAY_S)),
		    MAIL_CONTACT, contact);
	}
	for (uint32_t i = 0; i < LISTS_N; i++)
		add_event(harris, (int64_t)i * WEEKS_S / LISTS_N, MAIL_LIST, i);
}

static int
by_time(const void *a, const void *b)
{
	const struct event *one = a, *other = b;

	if (one->at_s != other->at_s)
		return one->at_s < other->at_s ? -1 : 1;
	if (one->mail != other->mail)
		return one->mail < other->mail ? -1 : 1;
	return (one->number > other->number) - (one->number < other->number);
}

/* Spam comes from an address of its own, half of it named. A contact is a host
 * of its own. The lists send from list_hosts_n hosts, each for its own domain,
 * to 300 subscribers. */
static bool
deliver(struct harris *harris, const struct event *event, int64_t delay_s)
{
	char name[64] = "", sender[80], recipient[64];
	uint32_t number = event->number, host = number % harris->list_hosts_n;
	struct attempt attempt = {.at_s = BEGIN_S + event->at_s + delay_s,
	    .name = name,
	    .sender = sender,
	    .recipient = recipient};

	switch ((enum mail)event->mail) {
	case MAIL_SPAM:
		attempt.address = ADDRESS(64, 0, 0, 0) + number * 3;
		if (number % 2 == 0)
			snprintf(name, sizeof(name), "mx.spam%u.example.com",
			    number);
		snprintf(sender, sizeof(sender), "s%u@spam%u.example", number,
		    number % 1000);
		snprintf(recipient, sizeof(recipient), "r%u@example.org",
		    number % 500);
		break;
	case MAIL_CONTACT:
		attempt.address = ADDRESS(32, 0, 0, 0) + number * 256;
		snprintf(name, sizeof(name), "mail.contact%u.example", number);
		snprintf(sender, sizeof(sender), "joe@contact%u.example",
		    number);
		snprintf(recipient, sizeof(recipient), "r%u@example.org",
		    number % 500);
		break;
	case MAIL_LIST:
	case MAIL_KINDS:
		attempt.address = ADDRESS(48, 0, 0, 0) + host * 256;
		snprintf(name, sizeof(name), "mail.list%u.example", host);
		snprintf(sender, sizeof(sender),
		    "bounce-%u-r%u=example.org@list%u.example",
		    1000000 + number, number % 300, host);
		snprintf(recipient, sizeof(recipient), "r%u@example.org",
		    number % 300);
		break;
	}
	return try(&harris->world, &attempt);
}

/* The retries of contacts and lists, in the order of time. */
struct retries {
	struct event *items;
	size_t first, n;
};

static void
play_retries(struct harris *harris, struct retries *retries, int64_t until_s)
{
	for (; retries->first < retries->n; retries->first++) {
		const struct event *event = &retries->items[retries->first];

		if (event->at_s + RETRY_S > until_s)
			return;
		if (deliver(harris, event, RETRY_S)) {
			harris->passed_n[event->mail]++;
			harris->delayed_n[event->mail]++;
		}
	}
}

static void
play_events(struct harris *harris)
{
	struct retries retries = {
	    .items = calloc(harris->n, sizeof(*retries.items))};

	for (size_t i = 0; i < harris->n; i++) {
		const struct event *event = &harris->events[i];

		play_retries(harris, &retries, event->at_s);
		if (deliver(harris, event, 0))
			harris->passed_n[event->mail]++;
		else if (event->mail != MAIL_SPAM)
			retries.items[retries.n++] = *event;
	}
	play_retries(harris, &retries, INT32_MAX);
	free(retries.items);
}

/* Without: as in 2003, by the exact address, and every address of a sender is
 * another one. His delay was 58 minutes. */
static void
set_rules(struct world *world, bool with)
{
	world_init(world);
	if (with)
		return;
	set(world, "delay", "58m");
	set(world, "delay_suspicious", "58m");
	set(world, "ipv4_prefix", "32");
	set(world, "pools", "no");
	set(world, "normalise_sender", "none");
	set(world, "auto_whitelist_after", "0");
}

static void
measure_harris(bool with, unsigned list_hosts_n)
{
	static struct harris harris;
	int64_t passed_n, delayed_n;

	memset(&harris, 0, sizeof(harris));
	harris.list_hosts_n = list_hosts_n;
	harris.events = calloc(SPAM_N + KNOWN_N + LISTS_N + FIRST_N,
	    sizeof(*harris.events));
	make_events(&harris);
	qsort(harris.events, harris.n, sizeof(*harris.events), by_time);
	set_rules(&harris.world, with);
	world_begin(&harris.world);
	play_events(&harris);
	world_end(&harris.world);
	free(harris.events);
	passed_n = harris.passed_n[MAIL_CONTACT] + harris.passed_n[MAIL_LIST];
	delayed_n =
	    harris.delayed_n[MAIL_CONTACT] + harris.delayed_n[MAIL_LIST];
	printf("harris\t%s\t%u\t%lld\t%lld\t%d\t%lld\n",
	    with ? "with" : "without", list_hosts_n, (long long)passed_n,
	    (long long)delayed_n, SPAM_N,
	    (long long)harris.passed_n[MAIL_SPAM]);
	check(passed_n == KNOWN_N + LISTS_N + FIRST_N, "no mail is lost",
	    with ? "with" : "without");
	check(harris.passed_n[MAIL_SPAM] == 0,
	    "no triplet passes that never returns", with ? "with" : "without");
	check(with || delayed_n == LISTS_N + FIRST_N,
	    "without, 39.2 % are delayed", "harris");
	check(!with || delayed_n <= FIRST_N + 3 * (int64_t)list_hosts_n,
	    "with, first contacts and three mails of each list host", "harris");
}

/* ---- Spam software that retries ---- */

static void
measure_bot(const char *client, const char *name, bool other_address,
    int retry_s)
{
	static struct world world;
	int passed_s = LOST;

	world_init(&world);
	world_begin(&world);
	for (int i = 0; i <= 2 && passed_s == LOST; i++) {
		struct attempt attempt = {.at_s = BEGIN_S + i * retry_s,
		    .address = ADDRESS(79, 193, 162, 179),
		    .name = name,
		    .sender = "a@example.com",
		    .recipient = "b@example.org"};

		if (other_address)
			attempt.address += (uint32_t)i * 0x10000;
		if (try(&world, &attempt))
			passed_s = i * retry_s;
	}
	printf("bot\t%s\t%d\t%d\n", client, retry_s, passed_s);
	world_end(&world);
}

static void
measure_bots(void)
{
	static const int retries_s[] = {60, 300, DAY_S};

	for (size_t i = 0; i < ARRAY_LEN(retries_s); i++) {
		measure_bot("named", "www.hacked.example.com", false,
		    retries_s[i]);
		measure_bot("suspicious", "p4fc1a2b3.dip0.t-ipconnect.de",
		    false, retries_s[i]);
		measure_bot("moving", "", true, retries_s[i]);
	}
}

static void
print_schedules(void)
{
	int ages_s[RETRIES_MAX];

	for (size_t i = 0; i < PROVIDERS; i++) {
		size_t n = attempts_of(&providers[i], ages_s);

		printf("schedule\t%s\t%u", providers[i].name,
		    providers[i].hosts_n);
		for (size_t j = 0; j < n; j++)
			printf("\t%d", ages_s[j]);
		printf("\n");
	}
}

int
main(void)
{
	print_schedules();
	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		measure_providers(i, HOSTS_NETWORKS);
		measure_providers(i, HOSTS_24);
		measure_providers(i, HOSTS_NAMELESS);
	}
	measure_harris(false, 20);
	measure_harris(true, 20);
	measure_harris(true, 200);
	measure_bots();
	return problems_n > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
