/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * tardigrey-lookup: asks DNS to answer the questions of the daemon. DNS is
 * slow, and its answers come from strangers. So this is a program of its own,
 * and the daemon never waits for it.
 *
 * The first process starts WORKERS others, and starts them again when they end.
 * Each worker connects to the daemon, enters its sandbox, and answers one
 * question after the other (service/lookup_table.h) until the connection ends.
 */
#include <errno.h>
#include <getopt.h>
#include <resolv.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "config/config.h"
#include "service/lookup_table.h"
#include "system/call_filter.h"
#include "system/clock.h"
#include "system/config_file.h"
#include "system/descriptors.h"
#include "system/file_rules.h"
#include "system/overrides.h"
#include "system/privilege.h"
#include "tools/lookup_dnswl.h"
#include "tools/lookup_spf.h"

#define PROGRAM    "tardigrey-lookup"
#define EXIT_USAGE 2

#define WORKERS     8
#define PAUSE_MIN_S 1 /* before a worker starts again; doubles */
#define PAUSE_MAX_S 60
#define LONG_LIFE_S 60 /* a worker that lived this long has not failed */

/* For the resolver, unless the environment says otherwise: two tries, of 2 and
 * 4 seconds. Several questions must fit in LOOKUP_PATIENCE_S. */
#define RESOLVER_OPTIONS "timeout:2 attempts:2"

static void
print_error(const char *text)
{
	fprintf(stderr, PROGRAM ": %s\n", text);
}

/* ---- A worker ---- */

static int
connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof(address.sun_path))
		return -1;
	strcpy(address.sun_path, path);
	if (fd >= 0 &&
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* The resolver reads these files again when they change. */
static void
limit_files(void)
{
	static const char *const folders[] = {
	    "/etc", "/run/systemd/resolve", "/run/resolvconf"};
	struct file_rules rules;
	struct err err, missing;

	if (file_rules_begin_with_network(&rules, &err) != 0) {
		print_error(err.text);
		return;
	}
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		file_rules_allow(&rules, folders[i], FOLDER_READ, &missing);
	if (file_rules_enforce(&rules, &err) != 0)
		print_error(err.text);
	file_rules_end(&rules);
}

static void
enter_sandbox(void)
{
	struct err err;

	limit_files();
	if (call_filter_enforce(CALLS_ASK_DNS, &err) != 0)
		print_error(err.text);
}

/* Parse "NUMBER ADDRESS DOMAIN". Changes the line. */
static int
parse_question(char *line, const char **number, struct netaddr *client,
    const char **domain)
{
	char *address = strchr(line, ' ');
	char *end = address != NULL ? strchr(address + 1, ' ') : NULL;

	if (end == NULL)
		return -1;
	*address++ = '\0';
	*end++ = '\0';
	*number = line;
	*domain = end;
	return netaddr_parse(address, client);
}

static int
answer(int fd, char *line, const struct config *config)
{
	const char *number, *domain;
	struct netaddr client;
	char text[64];
	bool yes;
	int n;

	if (parse_question(line, &number, &client, &domain) != 0)
		return -1;
	yes = (config->lookup_dnswl[0] != '\0' &&
		  lookup_dnswl_lists(&client, config->lookup_dnswl)) ||
	    lookup_spf_passes(&client, domain);
	n = snprintf(text, sizeof(text), "%s %s\n", number, yes ? "yes" : "no");
	return n < (int)sizeof(text) && write(fd, text, (size_t)n) == n ? 0
									: -1;
}

/* The daemon sends the next question after the answer, so a read returns one
 * line. */
static int
work(const struct config *config)
{
	char line[LOOKUP_LINE_SIZE];
	ssize_t n;
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	fd = connect_to(config->lookup);
	if (fd < 0)
		return EXIT_FAILURE;
	if (setenv("RES_OPTIONS", RESOLVER_OPTIONS, 0) != 0 ||
	    res_init() != 0 || lookup_spf_begin() != 0)
		return EXIT_FAILURE;
	enter_sandbox();
	while ((n = read(fd, line, sizeof(line))) > 0) {
		if (line[n - 1] != '\n')
			return EXIT_FAILURE;
		line[n - 1] = '\0';
		if (answer(fd, line, config) != 0)
			return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}

/* ---- The first process ---- */

static volatile sig_atomic_t is_stopping;

static void
on_stop(int number)
{
	(void)number;
	is_stopping = 1;
}

struct worker {
	pid_t pid; /* 0: none */
	int64_t started_s, start_s;
	int64_t pause_s; /* before the next start */
};

static void
start_worker(struct worker *worker, const struct config *config)
{
	worker->started_s = clock_monotonic_s();
	worker->pid = fork();
	if (worker->pid == 0) {
		signal(SIGTERM, SIG_DFL);
		signal(SIGINT, SIG_DFL);
		_exit(work(config));
	}
	if (worker->pid < 0)
		worker->pid = 0;
}

static void
note_end(struct worker *worker)
{
	int64_t now_s = clock_monotonic_s();

	worker->pid = 0;
	if (now_s - worker->started_s >= LONG_LIFE_S)
		worker->pause_s = PAUSE_MIN_S;
	worker->start_s = now_s + worker->pause_s;
	worker->pause_s = worker->pause_s * 2 < PAUSE_MAX_S
	    ? worker->pause_s * 2
	    : PAUSE_MAX_S;
}

static void
reap(struct worker workers[WORKERS])
{
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		for (size_t i = 0; i < WORKERS; i++)
			if (workers[i].pid == pid)
				note_end(&workers[i]);
}

static void
supervise(const struct config *config)
{
	struct worker workers[WORKERS];

	for (size_t i = 0; i < WORKERS; i++)
		workers[i] = (struct worker){.pause_s = PAUSE_MIN_S};
	while (!is_stopping) {
		const struct timespec second = {.tv_sec = 1};

		reap(workers);
		for (size_t i = 0; i < WORKERS; i++)
			if (workers[i].pid == 0 &&
			    clock_monotonic_s() >= workers[i].start_s)
				start_worker(&workers[i], config);
		nanosleep(&second, NULL);
	}
	for (size_t i = 0; i < WORKERS; i++)
		if (workers[i].pid > 0)
			kill(workers[i].pid, SIGTERM);
}

/* ---- Arguments ---- */

static void
print_help(void)
{
	puts("usage: " PROGRAM " [-c FILE] [-o NAME=VALUE]...\n"
	     "Asks DNS whether clients may send mail of a domain, for "
	     "tardigreyd.\n"
	     "\n"
	     "  -c, --config FILE        read this configuration, not\n"
	     "                           " CONFIG_FILE "\n"
	     "  -o, --option NAME=VALUE  override an option; can be repeated\n"
	     "  -h, --help               print this help\n"
	     "  -V, --version            print the version");
}

static void
parse_arguments(int argc, char **argv, const char **file,
    struct overrides *overrides)
{
	static const struct option long_options[] = {
	    {"config", required_argument, NULL, 'c'},
	    {"option", required_argument, NULL, 'o'},
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'V'},
	    {0},
	};
	struct err err;
	int option;

	while ((option = getopt_long(argc, argv, "c:o:hV", long_options,
		    NULL)) != -1)
		if (option == 'c') {
			*file = optarg;
		} else if (option == 'o') {
			if (overrides_add(overrides, optarg, &err) == 0)
				continue;
			print_error(err.text);
			exit(EXIT_USAGE);
		} else if (option == 'h') {
			print_help();
			exit(EXIT_SUCCESS);
		} else if (option == 'V') {
			puts(PROGRAM " " PACKAGE_VERSION);
			exit(EXIT_SUCCESS);
		} else {
			exit(EXIT_USAGE);
		}
	if (optind == argc)
		return;
	print_error("unexpected argument");
	exit(EXIT_USAGE);
}

int
main(int argc, char **argv)
{
	static struct config config; /* large */
	struct overrides overrides = {.n = 0};
	const char *file = CONFIG_FILE;
	struct privilege privilege;
	struct err err;

	descriptors_fill_standard();
	signal(SIGCHLD, SIG_DFL); /* the caller may ignore it: we wait */
	parse_arguments(argc, argv, &file, &overrides);
	if (config_file_load(file, overrides.items, overrides.n, &config,
		&err) != 0) {
		print_error(err.text);
		return EXIT_USAGE;
	}
	if (config.lookup[0] == '\0') {
		fprintf(stderr,
		    PROGRAM ": %s: the option lookup is empty: write the path "
			    "of a unix socket\n",
		    file);
		return EXIT_USAGE;
	}
	if (privilege_find(config.user, &privilege, &err) != 0 ||
	    privilege_drop(&privilege, &err) != 0) {
		print_error(err.text);
		return EXIT_FAILURE;
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGTERM, on_stop);
	signal(SIGINT, on_stop);
	supervise(&config);
	return EXIT_SUCCESS;
}
