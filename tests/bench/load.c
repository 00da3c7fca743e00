/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * load: the load generator. It sends requests to a policy server as many
 * processes of Postfix do: over permanent connections, with one request in
 * flight on each. It checks every answer.
 *
 *   load [OPTION]... WORKLOAD ADDRESS
 *
 * WORKLOAD is new, known, auto, listed (see keys.h), or mix: 50 % new, 10 %
 * retries that pass, 25 % known, 15 % auto. Triplets are retried
 * RETRY_NS after their first attempt, so the delay of the server must be 1s.
 * The warm-up of mix is at least 3 s, so that a server of any speed gets its
 * share of retries. ADDRESS is unix:/PATH or inet:ADDRESS:PORT.
 *
 *   --connections N  number of connections (100)
 *   --rows N         ROWS of preload: records in the database (100000)
 *   --seconds S      length of the measurement (2)
 *   --warmup S       time to send requests before the measurement (0.3)
 *   --requests N     send N requests without a warm-up, instead of --seconds
 *   --rate N         open loop: N requests a second; without it, a closed loop
 *   --seed N         seed; use another one for each run on a database (1)
 *   --no-pools       the clients of new triplets have a name without a domain,
 *                    so they have no pool
 *   --no-retries     mix has no retries, but 60 % new
 *   --null           expect DUNNO as every answer
 *   --pid N          process ID of the server, to measure its CPU time
 *   --json           print a JSON object, not a line for people
 *
 * In a closed loop, a connection sends the next request when it has its answer.
 * In an open loop, requests are due at random times, also while no connection
 * is free. The latency of a request counts from the time when it is due. So if
 * the server stalls, every request that is due during the stall counts it.
 * The open loop polls all the time: give it its own processor with taskset(1).
 *
 * SIGTERM ends the measurement. Exits with 1 if an answer was wrong or a
 * connection was lost.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "bench/address.h"
#include "bench/histogram.h"
#include "bench/keys.h"
#include "bench/question.h"

#define SECOND_NS   INT64_C(1000000000)
#define EVENTS_MAX  256
#define REPLY_SIZE  256
#define PATIENCE_NS (30 * SECOND_NS) /* longest wait for the last answers */

#define MIX_WARMUP_S  3
#define RETRY_NS      (SECOND_NS * 21 / 10) /* the server has whole seconds */
#define NEW_PER_RETRY 4 /* more than are needed, for when the rate rises */
#define RETRIES_MAX   (1U << 20) /* a power of two */

enum workload { NEW, KNOWN, AUTO, LISTED, MIX, WORKLOADS };

static const char *const workload_words[WORKLOADS] = {
    [NEW] = "new",
    [KNOWN] = "known",
    [AUTO] = "auto",
    [LISTED] = "listed",
    [MIX] = "mix",
};

static const char passes[] = "action=DUNNO\n\n";
static const char passes_late[] = "action=PREPEND X-Greylist: ";
static const char greylists[] = "action=DEFER_IF_PERMIT 4.2.0 Greylisted";

struct connection {
	int fd;
	int64_t due_ns; /* of the request in flight */
	const char *expected;
	uint64_t answers_n; /* since the measurement began */
	size_t reply_n;
	char reply[REPLY_SIZE];
	struct question question;
};

/* A new triplet to be retried. */
struct retry {
	uint64_t number; /* of its request */
	int64_t due_ns;
};

struct options {
	enum workload workload;
	struct bench_address server;
	unsigned connections_n;
	uint64_t rows, requests_n, seed;
	double seconds, warmup, rate;
	bool null, json, no_pools, no_retries;
	pid_t pid; /* of the server; 0: unknown */
};

struct load {
	struct options options;
	int epoll;
	struct connection *connections; /* owned */
	struct connection **idle;       /* owned; a ring of connections_n */
	unsigned idle_at, idle_n;
	uint64_t asked_n, answered_n;
	struct retry *retries; /* owned; mix: a ring of RETRIES_MAX */
	uint64_t retries_at, retries_end, new_n;
	uint64_t retried_n;         /* since the measurement began */
	int64_t measure_ns, end_ns; /* begin and end of the measurement */
	int64_t next_ns;            /* open loop: the next request is due */
	bool stopped;               /* send no more requests */
	struct histogram latencies;
	uint64_t wrong_n;
	char wrong[REPLY_SIZE]; /* the first wrong answer */
	int64_t cpu_ns;         /* CPU time of the server at measure_ns */
};

static volatile sig_atomic_t is_over;

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static int64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND_NS + now.tv_nsec;
}

/* CPU time of all threads of the server. Returns 0 without --pid. */
static int64_t
server_cpu_ns(const struct load *load)
{
	struct timespec used;
	clockid_t clock;

	if (load->options.pid == 0)
		return 0;
	if (clock_getcpuclockid(load->options.pid, &clock) != 0 ||
	    clock_gettime(clock, &used) != 0) {
		errno = ESRCH;
		die("the server");
	}
	return used.tv_sec * SECOND_NS + used.tv_nsec;
}

/* ---- Requests ---- */

static unsigned
percent_of(uint64_t chance)
{
	return (unsigned)(chance >> 32) % 100;
}

static enum envelope_kind
kind_of(enum workload workload, uint64_t chance)
{
	static const enum envelope_kind kinds[WORKLOADS] = {
	    [NEW] = ENVELOPE_NEW,
	    [KNOWN] = ENVELOPE_KNOWN,
	    [AUTO] = ENVELOPE_AUTO,
	    [LISTED] = ENVELOPE_LISTED,
	};
	unsigned percent = percent_of(chance);

	if (workload != MIX)
		return kinds[workload];
	return percent < 60 ? ENVELOPE_NEW
	    : percent < 85  ? ENVELOPE_KNOWN
			    : ENVELOPE_AUTO;
}

/* The next triplet to retry, or NULL. */
static const struct retry *
take_retry(struct load *load, uint64_t chance, int64_t time_ns)
{
	const struct retry *retry =
	    &load->retries[load->retries_at % RETRIES_MAX];

	if (percent_of(chance) >= 10 || load->retries_at == load->retries_end ||
	    retry->due_ns > time_ns)
		return NULL;
	load->retries_at++;
	return retry;
}

static void
retry_later(struct load *load, int64_t time_ns)
{
	if (load->new_n++ % NEW_PER_RETRY != 0 ||
	    load->retries_end == load->retries_at + RETRIES_MAX)
		return;
	load->retries[load->retries_end++ % RETRIES_MAX] =
	    (struct retry){load->asked_n, time_ns + RETRY_NS};
}

static void
make_new(const struct load *load, uint64_t number, struct envelope *key)
{
	char *dot;

	keys_make(ENVELOPE_NEW, number, load->options.seed, key);
	while (load->options.no_pools && (dot = strchr(key->name, '.')) != NULL)
		*dot = '-';
}

/* Choose the envelope of the next request of mix, if it is a new triplet or a
 * retry. Returns the expected answer. */
static const char *
choose_new(struct load *load, uint64_t chance, struct envelope *key)
{
	int64_t time_ns = now_ns();
	const struct retry *retry = take_retry(load, chance, time_ns);

	if (retry == NULL)
		retry_later(load, time_ns);
	else if (time_ns >= load->measure_ns)
		load->retried_n++;
	make_new(load, retry != NULL ? retry->number : load->asked_n, key);
	return retry != NULL ? passes_late : greylists;
}

/* Choose the envelope of the next request. Returns the expected answer. */
static const char *
choose(struct load *load, struct envelope *key)
{
	const struct options *options = &load->options;
	uint64_t chance = keys_mix(load->asked_n + (options->seed << 40));
	uint64_t auto_n = keys_auto_n(options->rows);
	uint64_t known_n = keys_known_n(options->rows);
	enum envelope_kind kind = kind_of(options->workload, chance);

	switch (kind) {
	case ENVELOPE_NEW:
		if (load->retries != NULL)
			return choose_new(load, chance, key);
		make_new(load, load->asked_n, key);
		return greylists;
	case ENVELOPE_EXPIRED:
		break;
	case ENVELOPE_KNOWN:
		keys_make(kind, chance % known_n, known_n, key);
		break;
	case ENVELOPE_AUTO:
		keys_make(kind, chance % auto_n, auto_n, key);
		break;
	case ENVELOPE_LISTED:
		keys_make(kind, chance, options->seed, key);
		break;
	}
	return passes;
}

static void
ask(struct load *load, struct connection *connection, int64_t due_ns)
{
	struct question *question = &connection->question;
	struct envelope key;
	const char *expected = choose(load, &key);

	question_ask(question, &key, load->asked_n++);
	connection->due_ns = due_ns;
	connection->reply_n = 0;
	connection->expected = load->options.null ? passes : expected;
	/* The socket buffer is empty, so it has room for the whole request. */
	if (send(connection->fd, question->octets, question->n, MSG_NOSIGNAL) !=
	    (ssize_t)question->n)
		die("send");
}

static void
put_idle(struct load *load, struct connection *connection)
{
	unsigned at = load->idle_at + load->idle_n++;

	load->idle[at % load->options.connections_n] = connection;
}

static struct connection *
take_idle(struct load *load)
{
	struct connection *connection = load->idle[load->idle_at];

	load->idle_at = (load->idle_at + 1) % load->options.connections_n;
	load->idle_n--;
	return connection;
}

/* Send the requests that are due, as far as connections are idle. */
static void
ask_all_due(struct load *load, int64_t time_ns)
{
	const struct options *options = &load->options;

	while (load->idle_n > 0 && !load->stopped && load->next_ns <= time_ns) {
		int64_t due_ns = options->rate > 0 ? load->next_ns : time_ns;

		if ((options->requests_n > 0 &&
			load->asked_n == options->requests_n) ||
		    (options->requests_n == 0 && due_ns >= load->end_ns)) {
			load->stopped = true;
			return;
		}
		ask(load, take_idle(load), due_ns);
		if (options->rate > 0) /* wait for 0 to 2 intervals */
			load->next_ns += (int64_t)(2e9 / options->rate *
			    (double)(keys_mix(load->asked_n) >> 11) * 0x1p-53);
	}
}

/* ---- Answers ---- */

static void
check(struct load *load, const struct connection *connection)
{
	const char *expected = connection->expected;

	if (strncmp(connection->reply, expected, strlen(expected)) == 0)
		return;
	if (load->wrong_n++ == 0)
		strcpy(load->wrong, connection->reply);
}

static void
count_answer(struct load *load, struct connection *connection, int64_t time_ns)
{
	load->answered_n++;
	check(load, connection);
	put_idle(load, connection);
	if (connection->due_ns < load->measure_ns)
		return;
	histogram_add(&load->latencies, time_ns - connection->due_ns);
	connection->answers_n++;
}

static void
on_readable(struct load *load, struct connection *connection)
{
	char *reply = connection->reply;
	size_t room = REPLY_SIZE - 1 - connection->reply_n;
	ssize_t n = recv(connection->fd, reply + connection->reply_n, room, 0);

	if (n <= 0)
		die(n == 0 ? "the server closed a connection" : "recv");
	connection->reply_n += (size_t)n;
	reply[connection->reply_n] = '\0';
	if (connection->reply_n >= 2 &&
	    strcmp(reply + connection->reply_n - 2, "\n\n") == 0)
		count_answer(load, connection, now_ns());
	else if ((size_t)n == room)
		die("an answer is too long");
}

/* ---- The loop ---- */

static void
turn(struct load *load)
{
	struct epoll_event events[EVENTS_MAX];
	int timeout_ms = load->options.rate > 0 ? 0 : 100;
	int n = epoll_wait(load->epoll, events, EVENTS_MAX, timeout_ms);

	for (int i = 0; i < n; i++) {
		on_readable(load, events[i].data.ptr);
		if (load->options.rate == 0)
			ask_all_due(load, now_ns());
	}
}

static void
on_sigterm(int number)
{
	(void)number;
	is_over = 1;
}

static void
begin_measuring(struct load *load, bool *measures, int64_t time_ns)
{
	if (*measures || time_ns < load->measure_ns)
		return;
	*measures = true;
	load->cpu_ns = server_cpu_ns(load);
}

/* Fail if the last answers have not come for a long time. */
static void
check_patience(const struct load *load, int64_t time_ns)
{
	if (load->options.requests_n > 0 ||
	    time_ns <= load->end_ns + PATIENCE_NS)
		return;
	errno = ETIMEDOUT;
	die("no answer");
}

static void
run(struct load *load)
{
	bool measures = false;

	load->cpu_ns = server_cpu_ns(load);
	while (!load->stopped || load->answered_n < load->asked_n) {
		int64_t time_ns = now_ns();

		begin_measuring(load, &measures, time_ns);
		check_patience(load, time_ns);
		if (is_over && !load->stopped) {
			load->stopped = true;
			load->end_ns = time_ns;
		}
		ask_all_due(load, time_ns);
		turn(load);
	}
	load->cpu_ns = server_cpu_ns(load) - load->cpu_ns;
}

static void
connect_all(struct load *load)
{
	const struct options *options = &load->options;
	bool retries = options->workload == MIX && !options->no_retries;

	load->epoll = epoll_create1(0);
	load->connections =
	    calloc(options->connections_n, sizeof(*load->connections));
	load->idle = calloc(options->connections_n, sizeof(*load->idle));
	if (retries)
		load->retries = calloc(RETRIES_MAX, sizeof(*load->retries));
	if (load->epoll < 0 || load->connections == NULL ||
	    load->idle == NULL || (retries && load->retries == NULL))
		die("out of memory");
	for (unsigned i = 0; i < options->connections_n; i++) {
		struct connection *connection = &load->connections[i];
		struct epoll_event event = {EPOLLIN, {connection}};

		question_begin(&connection->question);
		connection->fd = socket(options->server.family, SOCK_STREAM, 0);
		if (connection->fd < 0 ||
		    connect(connection->fd, &options->server.generic,
			options->server.n) != 0 ||
		    epoll_ctl(load->epoll, EPOLL_CTL_ADD, connection->fd,
			&event) != 0)
			die("connect");
		put_idle(load, connection);
	}
}

/* ---- Results ---- */

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The answers of the median connection, divided by those of the slowest one. */
static double
unfairness(const struct load *load)
{
	unsigned n = load->options.connections_n;
	uint64_t *counts = calloc(n, sizeof(*counts));
	double ratio;

	if (counts == NULL)
		die("out of memory");
	for (unsigned i = 0; i < n; i++)
		counts[i] = load->connections[i].answers_n;
	qsort(counts, n, sizeof(*counts), compare);
	ratio = (double)counts[n / 2] / (counts[0] > 0 ? (double)counts[0] : 1);
	free(counts);
	return ratio;
}

static double
microseconds(const struct load *load, unsigned per_mille)
{
	return (double)histogram_per_mille(&load->latencies, per_mille) / 1e3;
}

static void
report(const struct load *load, double seconds)
{
	const struct options *options = &load->options;
	uint64_t n = load->latencies.n;

	printf(options->json
		? "{\"workload\": \"%s\", \"connections\": %u, "
		  "\"requests\": %" PRIu64 ", \"retries\": %" PRIu64 ", "
		  "\"per_s\": %.0f, "
		  "\"wrong\": %" PRIu64 ", \"p50_us\": %.1f, "
		  "\"p90_us\": %.1f, \"p99_us\": %.1f, \"p999_us\": %.1f, "
		  "\"max_us\": %.1f, \"median_to_slowest\": %.2f, "
		  "\"cpu_us\": %.2f}\n"
		: "%s, %u connections: %" PRIu64 " requests, %" PRIu64
		  " retries, "
		  "%.0f/s, "
		  "%" PRIu64 " wrong; us p50 %.1f, p90 %.1f, p99 %.1f, "
		  "p99.9 %.1f, max %.1f; median to slowest connection %.2f; "
		  "CPU us/request %.2f\n",
	    workload_words[options->workload], options->connections_n, n,
	    load->retried_n, (double)n / seconds, load->wrong_n,
	    microseconds(load, 500), microseconds(load, 900),
	    microseconds(load, 990), microseconds(load, 999),
	    (double)load->latencies.max_ns / 1e3, unfairness(load),
	    n > 0 ? (double)load->cpu_ns / 1e3 / (double)n : 0);
	if (load->wrong_n > 0)
		fprintf(stderr, "load: a wrong answer: %s", load->wrong);
}

/* ---- Arguments ---- */

static _Noreturn void
usage(void)
{
	fputs("usage: load [OPTION]... new|known|auto|listed|mix ADDRESS; "
	      "see load.c\n",
	    stderr);
	exit(2);
}

static const struct option long_options[] = {
    {"connections", required_argument, NULL, 'c'},
    {"rows", required_argument, NULL, 'R'},
    {"seconds", required_argument, NULL, 's'},
    {"warmup", required_argument, NULL, 'w'},
    {"requests", required_argument, NULL, 'n'},
    {"rate", required_argument, NULL, 'r'},
    {"seed", required_argument, NULL, 'S'},
    {"no-pools", no_argument, NULL, 'P'},
    {"no-retries", no_argument, NULL, 'N'},
    {"null", no_argument, NULL, '0'},
    {"pid", required_argument, NULL, 'p'},
    {"json", no_argument, NULL, 'j'},
    {0},
};

static void
take_option(int option, struct options *out)
{
	switch (option) {
	case 'c':
		out->connections_n = (unsigned)atoi(optarg);
		break;
	case 'R':
		out->rows = strtoull(optarg, NULL, 10);
		break;
	case 's':
		out->seconds = atof(optarg);
		break;
	case 'w':
		out->warmup = atof(optarg);
		break;
	case 'n':
		out->requests_n = strtoull(optarg, NULL, 10);
		break;
	case 'r':
		out->rate = atof(optarg);
		break;
	case 'S':
		out->seed = strtoull(optarg, NULL, 10);
		break;
	case 'P':
		out->no_pools = true;
		break;
	case 'N':
		out->no_retries = true;
		break;
	case '0':
		out->null = true;
		break;
	case 'p':
		out->pid = (pid_t)atoi(optarg);
		break;
	case 'j':
		out->json = true;
		break;
	default:
		usage();
	}
}

static enum workload
parse_workload(const char *word)
{
	for (int i = 0; i < WORKLOADS; i++)
		if (strcmp(workload_words[i], word) == 0)
			return (enum workload)i;
	usage();
}

static void
parse_arguments(int argc, char **argv, struct options *out)
{
	int option;

	*out = (struct options){
	    .connections_n = 100,
	    .rows = 100000,
	    .seconds = 2,
	    .warmup = 0.3,
	    .seed = 1,
	};
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		take_option(option, out);
	if (argc - optind != 2 || out->connections_n < 1 ||
	    out->rows < KEYS_ROWS_PER_AUTO ||
	    bench_address_parse(argv[optind + 1], &out->server) != 0)
		usage();
	out->workload = parse_workload(argv[optind]);
	if (out->workload == MIX && out->warmup < MIX_WARMUP_S)
		out->warmup = MIX_WARMUP_S;
	if (out->requests_n > 0)
		out->warmup = 0;
}

int
main(int argc, char **argv)
{
	static struct load load; /* large */
	int64_t begin_ns;
	double seconds;

	parse_arguments(argc, argv, &load.options);
	signal(SIGTERM, on_sigterm);
	connect_all(&load);
	begin_ns = now_ns();
	load.measure_ns =
	    begin_ns + (int64_t)(load.options.warmup * (double)SECOND_NS);
	load.end_ns = load.measure_ns +
	    (int64_t)(load.options.seconds * (double)SECOND_NS);
	if (load.options.rate > 0)
		load.next_ns = begin_ns;
	run(&load);
	seconds = (double)(now_ns() - load.measure_ns) / (double)SECOND_NS;
	report(&load, seconds);
	for (unsigned i = 0; i < load.options.connections_n; i++)
		close(load.connections[i].fd);
	free(load.connections);
	free(load.idle);
	free(load.retries);
	return load.wrong_n > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
