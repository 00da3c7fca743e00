/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * main: arguments, configuration, privileges, exit status of tardigreyd(8).
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/config.h"
#include "daemon/batch.h"
#include "daemon/listener.h"
#include "daemon/log.h"
#include "daemon/notify.h"
#include "daemon/server.h"
#include "system/config_file.h"
#include "system/descriptors.h"
#include "system/list_files.h"
#include "system/overrides.h"
#include "system/privilege.h"
#include "store/store_open.h"

#define EXIT_USAGE 2

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
	     "  -c, --config FILE        configuration instead of\n"
	     "                           " CONFIG_FILE "\n"
	     "  -f, --foreground         stay in the foreground\n"
	     "  -o, --option NAME=VALUE  override an option, may be repeated\n"
	     "  -t, --test               check the configuration and exit\n"
	     "  -h, --help               print this\n"
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

/* The file is read again on SIGHUP, when we are in another directory. */
static void
make_absolute(struct arguments *arguments)
{
	static char path[PATH_MAX];
	size_t n;

	/* Not realpath(3): the file may be a link that is changed. */
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

static int
load_config(const struct arguments *arguments, struct config *config,
    struct err *err)
{
	return config_file_load(arguments->config_file,
	    arguments->overrides.items, arguments->overrides.n, config, err);
}

static void
warn_of_list(const char *text)
{
	log_warning("%s", text);
}

/* ---- Reloading ---- */

struct daemon {
	const struct arguments *arguments;
	struct config config;
	struct list *files; /* owned until the batch takes it */
	struct privilege privilege;
	struct listener_set listeners;
	struct store *store;
	struct batch *batch;
	struct server *server;
	int ready_fd; /* tells the waiting parent that we serve; -1: none */
	bool has_pid_file;
};

/* Name what cannot change, and keep it as it is. */
static void
keep_what_needs_restart(const struct config *now, struct config *wanted)
{
	for (size_t i = 0; i < CONFIG_OPTIONS; i++) {
		const struct option_row *row = config_row(i);
		const char *text = now->given[i].text;
		struct err err;

		if (!row->needs_restart ||
		    strcmp(text, wanted->given[i].text) == 0)
			continue;
		log_warning("%s has changed to \"%s\": restart to use it; "
			    "going on with \"%s\"",
		    row->name, wanted->given[i].text, text);
		config_set(wanted, row->name, text, now->given[i].origin, &err);
	}
}

static void
on_reload(void *arg)
{
	struct daemon *daemon = arg;
	static struct config wanted; /* large */
	struct list *files;
	struct err err;

	notify_reloading();
	if (load_config(daemon->arguments, &wanted, &err) != 0 ||
	    list_files_load(&wanted, warn_of_list, &files, &err) != 0) {
		log_error("%s; going on with the settings and lists in force",
		    err.text);
	} else {
		keep_what_needs_restart(&daemon->config, &wanted);
		daemon->config = wanted;
		batch_configure(daemon->batch, files);
		daemon->store->ops->configure(daemon->store, &wanted.store);
		log_info("configuration read again");
	}
	notify_ready();
}

static void
on_stopping(void *arg)
{
	(void)arg;
	notify_stopping();
	log_info("stopping");
}

/* ---- Becoming a daemon ---- */

/* Between the first trace we leave and the loop, and after the loop, signals
 * wait: they must not kill us with a socket or a file left behind. */
static void
hold_signals(int how)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(how, &signals, NULL);
}

/* Wait until the daemon serves or has failed; exit as it did. */
static void
wait_for_daemon(pid_t pid, int fd)
{
	char octet;
	int status;

	hold_signals(SIG_UNBLOCK);
	if (read(fd, &octet, 1) == 1)
		_exit(EXIT_SUCCESS);
	if (waitpid(pid, &status, 0) == pid && WIFEXITED(status))
		_exit(WEXITSTATUS(status));
	_exit(EXIT_FAILURE);
}

static int
detach(struct daemon *daemon, struct err *err)
{
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) != 0)
		return err_set(err, "pipe: %s", strerror(errno));
	pid = fork();
	if (pid < 0)
		return err_set(err, "fork: %s", strerror(errno));
	if (pid > 0) {
		close(fds[1]);
		wait_for_daemon(pid, fds[0]);
	}
	close(fds[0]);
	daemon->ready_fd = fds[1];
	setsid();
	if (chdir("/") != 0)
		return err_set(err, "/: %s", strerror(errno));
	return 0;
}

/* Let go of the terminal and of the parent. */
static void
tell_parent(struct daemon *daemon)
{
	int null_fd;

	if (daemon->ready_fd < 0)
		return;
	null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null_fd >= 0) {
		dup2(null_fd, STDIN_FILENO);
		dup2(null_fd, STDOUT_FILENO);
		if (daemon->config.log != LOG_TO_STDERR)
			dup2(null_fd, STDERR_FILENO);
		close(null_fd);
	}
	(void)!write(daemon->ready_fd, "", 1);
	close(daemon->ready_fd);
	daemon->ready_fd = -1;
}

static int
write_pid_file(struct daemon *daemon, struct err *err)
{
	const char *path = daemon->config.pid_file;
	FILE *file = NULL;
	int fd;

	if (path[0] == '\0')
		return 0;
	/* Perhaps as root: do not write through somebody's link. */
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
	    0644);
	if (fd >= 0)
		file = fdopen(fd, "w");
	if (file == NULL)
		return err_set(err, "pid_file %s: %s", path, strerror(errno));
	daemon->has_pid_file = true;
	fprintf(file, "%ld\n", (long)getpid());
	if (fclose(file) != 0)
		return err_set(err, "pid_file %s: %s", path, strerror(errno));
	return 0;
}

/* ---- Start and end ---- */

static void
notice(const char *text)
{
	log_error("%s", text);
}

/* A damaged database may be set aside, which the log must tell. */
static int
open_store(struct daemon *daemon, struct err *err)
{
	struct store_options options = daemon->config.store;

	options.notice = notice;
	options.use = STORE_SERVE;
	log_open(daemon->config.log);
	daemon->store = store_open(daemon->config.database, &options, err);
	return daemon->store != NULL ? 0 : -1;
}

static int
start(struct daemon *daemon, struct err *err)
{
	const struct server_hooks hooks = {on_reload, on_stopping, daemon};
	unsigned long files_max;

	signal(SIGPIPE, SIG_IGN);
	hold_signals(SIG_BLOCK);
	files_max = privilege_raise_files();
	if (listener_open(&daemon->config, &daemon->listeners, err) != 0)
		return -1;
	if (!daemon->arguments->foreground && detach(daemon, err) != 0)
		return -1;
	if (write_pid_file(daemon, err) != 0 ||
	    privilege_drop(&daemon->privilege, err) != 0)
		return -1;
	umask(077);
	if (open_store(daemon, err) != 0)
		return -1;
	daemon->batch =
	    batch_new(daemon->store, &daemon->config, daemon->files);
	if (daemon->batch == NULL)
		return err_set(err, "out of memory");
	daemon->files = NULL;
	daemon->server = server_new(&daemon->listeners, daemon->batch,
	    files_max, &hooks, err);
	if (daemon->server == NULL)
		return -1;
	return listener_check(&daemon->listeners, err);
}

static void
finish(struct daemon *daemon)
{
	server_free(daemon->server);
	listener_close(&daemon->listeners);
	batch_free(daemon->batch);
	list_free(daemon->files);
	store_close(daemon->store);
	if (daemon->has_pid_file)
		unlink(daemon->config.pid_file);
}

static void
serve(struct daemon *daemon)
{
	for (size_t i = 0; i < daemon->listeners.n; i++)
		log_info("listening on %s", daemon->listeners.items[i].name);
	log_info("tardigreyd " PACKAGE_VERSION " serving: delay %s, "
		 "retry_window %s, keep %s, %s",
	    config_given(&daemon->config, "delay")->text,
	    config_given(&daemon->config, "retry_window")->text,
	    config_given(&daemon->config, "keep")->text,
	    config_given(&daemon->config, "database")->text);
	tell_parent(daemon);
	notify_ready();
	hold_signals(SIG_UNBLOCK);
	server_run(daemon->server);
	hold_signals(SIG_BLOCK);
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
	if (load_config(&arguments, &daemon.config, &err) != 0 ||
	    list_files_load(&daemon.config, warn_of_list, &daemon.files,
		&err) != 0 ||
	    privilege_find(daemon.config.user, &daemon.privilege, &err) != 0) {
		fprintf(stderr, "%s\n", err.text);
		return EXIT_USAGE;
	}
	if (arguments.test) {
		printf("%s: the configuration is good\n",
		    arguments.config_file);
		return EXIT_SUCCESS;
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
