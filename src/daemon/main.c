/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* main: tardigreyd(8), from its arguments to its exit status. */
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config.h"
#include "daemon/connection.h"
#include "daemon/acceptor.h"
#include "daemon/daemonize.h"
#include "daemon/dispatcher.h"
#include "daemon/http.h"
#include "daemon/listener.h"
#include "daemon/log.h"
#include "daemon/loop.h"
#include "daemon/notify.h"
#include "daemon/observer.h"
#include "daemon/sandbox.h"
#include "daemon/sighup.h"
#include "daemon/store_timer.h"
#include "store/store_open.h"
#include "system/config_file.h"
#include "system/config_trial.h"
#include "system/descriptors.h"
#include "system/overrides.h"
#include "system/privilege.h"

#define EXIT_USAGE      2
#define LOG_PATIENCE_MS 200 /* for the log lines that are not written yet */

struct arguments {
	const char *config_file;
	struct overrides overrides;
	bool foreground;
	bool test;
};

/* ---- Arguments ---- */

static void
print_usage(FILE *out)
{
	fputs("usage: tardigreyd [-ft] [-c FILE] [-o NAME=VALUE]...\n", out);
}

static void
print_help(void)
{
	print_usage(stdout);
	puts("Greylisting policy server for Postfix and others.\n"
	     "\n"
	     "  -c, --config FILE        read this configuration, not\n"
	     "                           " CONFIG_FILE "\n"
	     "  -f, --foreground         stay in the foreground\n"
	     "  -o, --option NAME=VALUE  override an option; can be repeated\n"
	     "  -t, --test               check the configuration and exit\n"
	     "  -h, --help               print this help\n"
	     "  -V, --version            print the version\n"
	     "\n"
	     "Options, with their defaults (tardigrey.conf(5)):\n");
	for (size_t i = 0; i < CONFIG_OPTIONS; i++)
		printf("  %s = %s\n        %s\n", config_row(i)->name,
		    config_row(i)->fallback, config_row(i)->help);
}

static void
add_override(struct overrides *overrides, const char *override)
{
	struct err err;

	if (overrides_add(overrides, override, &err) == 0)
		return;
	fprintf(stderr, "tardigreyd: %s\n", err.text);
	exit(EXIT_USAGE);
}

static void
parse_arguments(int argc, char **argv, struct arguments *out)
{
	static const struct option long_options[] = {
	    {"config", required_argument, NULL, 'c'},
	    {"foreground", no_argument, NULL, 'f'},
	    {"option", required_argument, NULL, 'o'},
	    {"test", no_argument, NULL, 't'},
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'V'},
	    {0},
	};
	int option;

	*out = (struct arguments){.config_file = CONFIG_FILE};
	while ((option = getopt_long(argc, argv, "c:fo:thV", long_options,
		    NULL)) != -1) {
		switch (option) {
		case 'c':
			out->config_file = optarg;
			break;
		case 'f':
			out->foreground = true;
			break;
		case 'o':
			add_override(&out->overrides, optarg);
			break;
		case 't':
			out->test = true;
			break;
		case 'h':
			print_help();
			exit(EXIT_SUCCESS);
		case 'V':
			puts("tardigreyd " PACKAGE_VERSION);
			exit(EXIT_SUCCESS);
		default:
			print_usage(stderr);
			exit(EXIT_USAGE);
		}
	}
	if (optind < argc) {
		fprintf(stderr, "tardigreyd: unexpected argument: %s\n",
		    argv[optind]);
		print_usage(stderr);
		exit(EXIT_USAGE);
	}
}

/* Make the path of the configuration absolute: the file is read again on
 * SIGHUP, when the current directory is "/". Do not resolve links: the
 * administrator may change them. */
static void
make_absolute(struct arguments *arguments)
{
	static char path[PATH_MAX];
	size_t n;

	if (arguments->config_file[0] == '/' ||
	    getcwd(path, sizeof(path)) == NULL)
		return;
	n = strlen(path);
	if (strlen(arguments->config_file) + n + 2 > sizeof(path))
		return;
	path[n] = '/';
	strcpy(path + n + 1, arguments->config_file);
	arguments->config_file = path;
}

/* ---- The daemon ---- */

struct daemon {
	const struct arguments *arguments;
	struct settings *settings; /* owned until there is a dispatcher */
	struct privilege privilege;
	struct listener_set listeners, http_listeners;
	struct store *store; /* owned */
	struct store_timer timer;
	struct dispatcher *dispatcher; /* owned */
	struct loop *loop;             /* owned */
	struct sighup sighup;
	struct observer observer;
	struct http *http; /* owned; NULL: http is not set */
	int ready_fd;      /* for daemonize_ready(); -1: in the foreground */
	char pid_file[CONFIG_VALUE_SIZE]; /* that was written; "": none */
};

static int
on_reload(void *arg)
{
	struct daemon *daemon = arg;

	return sighup_begin(&daemon->sighup);
}

static int
on_reloaded(void *arg)
{
	struct daemon *daemon = arg;

	return sighup_go_on(&daemon->sighup);
}

static void
on_configured(struct settings *old, void *arg)
{
	(void)arg;
	sighup_configured(old);
}

static void
on_alive(void *arg)
{
	(void)arg;
	notify_alive();
}

static void
on_stopping(void *arg)
{
	struct daemon *daemon = arg;

	notify_stopping();
	log_info("stopping");
	http_free(daemon->http);
	daemon->http = NULL;
	listener_close(&daemon->http_listeners);
}

/* While the daemon starts in the background, the user who started it reads
 * its standard error. */
static bool user_reads_stderr;

static void
say_problem(const char *text)
{
	if (user_reads_stderr)
		fprintf(stderr, "tardigreyd: %s\n", text);
	log_error("%s", text);
}

/* ---- Start and end ---- */

static int
detach(struct daemon *daemon, struct err *err)
{
	if (daemon->arguments->foreground)
		return 0;
	return daemonize_detach(&daemon->ready_fd, err);
}

/* Open the log, then write the pid file. The daemon also serves without that
 * file: its disk may be full. */
static void
open_log_and_pid_file(struct daemon *daemon)
{
	const struct config *config = &daemon->settings->config;
	struct err err;

	user_reads_stderr =
	    daemon->ready_fd >= 0 && config->log != LOG_TO_STDERR;
	log_open(config->log, config->log_format, LOG_SYSLOG_PATH);
	if (config->pid_file[0] == '\0')
		return;
	if (daemonize_write_pid(config->pid_file, &err) != 0)
		say_problem(err.text);
	else
		strcpy(daemon->pid_file, config->pid_file);
}

static int
open_store(struct daemon *daemon, struct err *err)
{
	const struct config *config = &daemon->settings->config;
	struct store_options options = config->store;

	options.notice = say_problem;
	options.use = STORE_SERVE;
	daemon->store = config->database_fallback[0] == '\0'
	    ? store_open(config->database, &options, err)
	    : store_open_with_fallback(config->database,
		  config->database_fallback, &options, err);
	if (daemon->store != NULL && daemon->http_listeners.n > 0)
		store_timer_attach(&daemon->timer, daemon->store);
	return daemon->store != NULL ? 0 : -1;
}

static int
make_http(struct daemon *daemon, struct err *err)
{
	if (daemon->http_listeners.n == 0)
		return 0;
	daemon->observer = (struct observer){
	    .store = daemon->store,
	    .dispatcher = daemon->dispatcher,
	    .loop = daemon->loop,
	    .timer = &daemon->timer,
	};
	daemon->http = http_new(loop_base(daemon->loop),
	    &daemon->http_listeners, &daemon->observer, err);
	return daemon->http != NULL ? 0 : -1;
}

static int
make_loop(struct daemon *daemon, unsigned long files_max, struct err *err)
{
	const struct dispatcher_hooks answers = {
	    connections_answer, on_configured, daemon};
	const struct loop_hooks hooks = {
	    .reload = on_reload,
	    .reloaded = on_reloaded,
	    .stopping = on_stopping,
	    .arg = daemon,
	    .alive = on_alive,
	    .alive_every_ms = notify_alive_every_ms(),
	};
	size_t http_n = daemon->http_listeners.n;

	daemon->dispatcher = dispatcher_new(daemon->store, daemon->settings,
	    store_uri_is_remote(daemon->settings->config.database)
		? DISPATCHER_WORKER
		: DISPATCHER_INLINE,
	    &answers, err);
	if (daemon->dispatcher == NULL)
		return -1;
	daemon->settings = NULL;
	daemon->sighup.dispatcher = daemon->dispatcher;
	if (http_n > 0)
		files_max -= files_max > HTTP_CONNECTIONS_MAX + http_n
		    ? HTTP_CONNECTIONS_MAX + http_n
		    : files_max;
	daemon->loop = loop_new(&daemon->listeners, daemon->dispatcher,
	    files_max, &hooks, err);
	return daemon->loop != NULL ? make_http(daemon, err) : -1;
}

static int
start(struct daemon *daemon, struct err *err)
{
	unsigned long files_max;

	signal(SIGPIPE, SIG_IGN);
	daemonize_hold_signals(SIG_BLOCK);
	files_max = privilege_raise_files();
	if (files_max < ACCEPTOR_FILES_MIN)
		return err_set(err,
		    "the limit on open files is %lu; tardigreyd needs at least "
		    "%d (LimitNOFILE=, ulimit -n)",
		    files_max, ACCEPTOR_FILES_MIN);
	if (listener_open(&daemon->settings->config, &daemon->listeners, err) !=
		0 ||
	    listener_open_http(&daemon->settings->config,
		&daemon->http_listeners, err) != 0 ||
	    detach(daemon, err) != 0)
		return -1;
	open_log_and_pid_file(daemon);
	if (privilege_drop(&daemon->privilege, err) != 0)
		return -1;
	umask(077);
	if (open_store(daemon, err) != 0 ||
	    make_loop(daemon, files_max, err) != 0 ||
	    loop_serve_lookup(daemon->loop, err) != 0)
		return -1;
	if (listener_check(&daemon->listeners, err) != 0 ||
	    listener_check(&daemon->http_listeners, err) != 0)
		return -1;
	notify_open();
	sandbox_enter(&dispatcher_settings(daemon->dispatcher)->config,
	    daemon->arguments->config_file);
	return dispatcher_start(daemon->dispatcher, err);
}

static void
finish(struct daemon *daemon)
{
	http_free(daemon->http);
	loop_free(daemon->loop);
	sighup_end(&daemon->sighup);
	listener_close(&daemon->listeners);
	listener_close(&daemon->http_listeners);
	dispatcher_free(daemon->dispatcher); /* it may look for the observer */
	observer_free(&daemon->observer);
	settings_free(daemon->settings);
	store_close(daemon->store);
	if (daemon->pid_file[0] != '\0')
		unlink(daemon->pid_file);
	log_close(LOG_PATIENCE_MS);
}

static void
log_start(const struct daemon *daemon, const struct config *config)
{
	for (size_t i = 0; i < daemon->listeners.n; i++)
		log_info("listening on %s", daemon->listeners.items[i].name);
	for (size_t i = 0; i < daemon->http_listeners.n; i++)
		log_info("http on %s", daemon->http_listeners.items[i].name);
	log_info("tardigreyd " PACKAGE_VERSION " serving: delay %s, "
		 "delay_suspicious %s, retry_window %s, keep %s, %s",
	    config_given(config, "delay")->text,
	    config_given(config, "delay_suspicious")->text,
	    config_given(config, "retry_window")->text,
	    config_given(config, "keep")->text,
	    config_given(config, "database")->text);
}

static void
serve(struct daemon *daemon)
{
	const struct config *config =
	    &dispatcher_settings(daemon->dispatcher)->config;

	log_start(daemon, config);
	if (daemon->ready_fd >= 0)
		daemonize_ready(daemon->ready_fd, config->log == LOG_TO_STDERR);
	user_reads_stderr = false;
	notify_ready();
	daemonize_hold_signals(SIG_UNBLOCK);
	loop_run(daemon->loop);
	daemonize_hold_signals(SIG_BLOCK);
}

/* tardigreyd -t */
static int
test(const struct arguments *arguments, const struct config *config)
{
	struct err err;

	if (config_trial(arguments->config_file, &arguments->overrides, config,
		&err) != 0) {
		fprintf(stderr, "%s\n", err.text);
		return EXIT_USAGE;
	}
	printf("%s: the configuration is good\n", arguments->config_file);
	return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	static struct daemon daemon = {.ready_fd = -1};
	static struct arguments arguments;
	struct err err;

	descriptors_fill_standard();
	parse_arguments(argc, argv, &arguments);
	make_absolute(&arguments);
	daemon.arguments = &arguments;
	daemon.sighup.source.config_file = arguments.config_file;
	daemon.sighup.source.overrides = &arguments.overrides;
	daemon.settings = reload_read(&daemon.sighup.source, &err);
	if (daemon.settings != NULL && arguments.test)
		return test(&arguments, &daemon.settings->config);
	if (daemon.settings == NULL ||
	    privilege_find(daemon.settings->config.user, &daemon.privilege,
		&err) != 0) {
		fprintf(stderr, "%s\n", err.text);
		return EXIT_USAGE;
	}
	if (start(&daemon, &err) != 0) {
		fprintf(stderr, "tardigreyd: %s\n", err.text);
		finish(&daemon);
		return EXIT_FAILURE;
	}
	serve(&daemon);
	finish(&daemon);
	return EXIT_SUCCESS;
}
