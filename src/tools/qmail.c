/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/qmail.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

static const char *program_name;

/* The answer of TARDIGREY_ON_FAILURE, for the signal handler. It is set before
 * the timer starts and the handler is installed. */
static struct rcptcheck_exit failure_answer;
static bool failure_defers;
static volatile sig_atomic_t leaving;
static int fd4_is_open; /* qmail-smtpd has opened descriptor 4 */

/* ---- Ending ---- */

static int
can_write(int fd)
{
	struct pollfd pollfd = {.fd = fd, .events = POLLOUT};
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY)
		return 0;
	/* A line is shorter than PIPE_BUF, so a pipe that is writable accepts
	 * the whole line. */
	return poll(&pollfd, 1, 0) == 1 && (pollfd.revents & POLLOUT) != 0;
}

/* A signal handler calls this: only async-signal-safe functions may be used. */
static _Noreturn void
leave(const struct rcptcheck_exit *how)
{
	size_t line_n = strlen(how->line);

	leaving = 1;
	if (line_n == 0)
		_exit(how->status);
	if ((how->fd == 4 && !fd4_is_open) || !can_write(how->fd) ||
	    write(how->fd, how->line, line_n) != (ssize_t)line_n)
		_exit(how->status_unwritten);
	_exit(how->status);
}

#define END_OF_FAILURE " (TARDIGREY_ON_FAILURE)\n"
#define TOO_LATE                                                    \
	"tardigrey-rcptcheck: no answer within TARDIGREY_TIMEOUT; " \
	"the recipient is "

static void
handle_signal(int number)
{
	static const char accepted[] = TOO_LATE "accepted" END_OF_FAILURE;
	static const char deferred[] = TOO_LATE "deferred" END_OF_FAILURE;
	const char *too_late = failure_defers ? deferred : accepted;

	if (number == SIGALRM && can_write(STDERR_FILENO))
		(void)!write(STDERR_FILENO, too_late, strlen(too_late));
	if (leaving) /* leave() may have written a part of the line */
		_exit(failure_answer.status_unwritten);
	leave(&failure_answer);
}

/* The SMTP client chooses some of the text, and standard error may be a
 * terminal: escape what is not printable. */
static void
complain(const char *text)
{
	fprintf(stderr, "%s: ", program_name);
	for (; *text != '\0'; text++) {
		unsigned char octet = (unsigned char)*text;

		fprintf(stderr, octet >= ' ' && octet < 0x7f ? "%c" : "\\x%02x",
		    octet);
	}
}

void
qmail_fail(const struct rcptcheck *check, const char *format, ...)
{
	struct rcptcheck_exit how;
	char text[ERR_SIZE];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	complain(text);
	fprintf(stderr, "; the recipient is %s" END_OF_FAILURE,
	    check->tempfail_on_failure ? "deferred" : "accepted");
	rcptcheck_exit(check, RCPTCHECK_FAILED, "", &how);
	leave(&how);
}

void
qmail_answer(const struct rcptcheck *check, const char *octets, size_t octets_n)
{
	char line[RCPTCHECK_LINE_MAX + 1] = "";
	enum rcptcheck_rc rc = rcptcheck_reply(octets, octets_n, line);
	struct rcptcheck_exit how;

	if (rc == RCPTCHECK_FAILED)
		qmail_fail(check,
		    "the reply is not one of a greylisting server");
	rcptcheck_exit(check, rc, line, &how);
	leave(&how);
}

/* ---- Beginning ---- */

/*
 * Let the timer, signals that ask the process to end, and signals of program
 * errors end the process with the answer of TARDIGREY_ON_FAILURE. Block all
 * other signals. This runs for each recipient, so it makes few system calls.
 */
static void
handle_signals(void)
{
	static const int ours[] = {SIGALRM, SIGTERM, SIGHUP, SIGINT, SIGXCPU,
	    SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP};
	struct sigaction action = {.sa_handler = handle_signal};
	sigset_t blocked;

	sigfillset(&blocked);
	sigfillset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		sigaction(ours[i], &action, NULL);
		sigdelset(&blocked, ours[i]);
	}
	sigprocmask(SIG_SETMASK, &blocked, NULL);
}

static void
set_timer(int64_t ms)
{
	struct itimerval timer = {
	    .it_value = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000},
	};

	setitimer(ITIMER_REAL, &timer, NULL);
}

void
qmail_disarm(void)
{
	set_timer(0);
}

static _Noreturn void
print_help(void)
{
	printf("usage: %s [--spp] [-s SOCKET | --database URI]\n"
	       "Greylisting check for qmail-smtpd (RCPTCHECK, qmail-spp), "
	       "configured by\n"
	       "environment variables.\n"
	       "\n"
	       "  -s, --socket SOCKET  the socket of the daemon "
	       "(TARDIGREY_SOCKET);\n"
	       "                       default " RCPTCHECK_SOCKET "\n"
	       "      --database URI   decide without a daemon "
	       "(TARDIGREY_DATABASE)\n"
	       "      --spp            answer as a plugin of qmail-spp "
	       "(default if\n"
	       "                       SMTPRCPTTO is set and RECIPIENT is "
	       "not)\n"
	       "  -h, --help           print this help\n"
	       "  -V, --version        print the version\n"
	       "\n"
	       "  TARDIGREY_TIMEOUT         the longest time for an answer "
	       "(5s)\n"
	       "  TARDIGREY_ON_FAILURE      pass (default) or tempfail\n"
	       "  TARDIGREY_CONFIRMED_HOST  1: TCPREMOTEHOST is confirmed "
	       "(tcpserver -p)\n"
	       "  TARDIGREY_CONFIG          tardigrey.conf(5) for a check "
	       "without a daemon\n",
	    program_name);
	exit(EXIT_SUCCESS);
}

/* An argument sets its environment variable: the rest of the program reads only
 * the environment, and execv(3) passes it on. */
static bool
parse_arguments(int argc, char **argv, bool *spp)
{
	static const struct option options[] = {
	    {"database", required_argument, NULL, 'd'},
	    {"help", no_argument, NULL, 'h'},
	    {"socket", required_argument, NULL, 's'},
	    {"spp", no_argument, NULL, 'p'},
	    {"version", no_argument, NULL, 'V'},
	    {0},
	};
	bool good = true;
	int option;

	while ((option = getopt_long(argc, argv, "hs:V", options, NULL)) !=
	    -1) {
		if (option == 'd')
			setenv("TARDIGREY_DATABASE", optarg, 1);
		else if (option == 's')
			setenv("TARDIGREY_SOCKET", optarg, 1);
		else if (option == 'p')
			*spp = true;
		else if (option == 'h')
			print_help();
		else if (option == 'V') {
			printf("%s " PACKAGE_VERSION "\n", program_name);
			exit(EXIT_SUCCESS);
		} else
			good = false;
	}
	return good && optind == argc;
}

static const char *
environment(const char *name)
{
	return getenv(name);
}

/* Accept the recipient at once if the message is never greylisted. */
static void
leave_if_exempt(const struct rcptcheck *check)
{
	struct rcptcheck_exit how;

	rcptcheck_exit(check, RCPTCHECK_ACCEPT, "", &how);
	if (check->exempt || check->client_address[0] == '\0')
		leave(&how);
}

void
qmail_begin(int argc, char **argv, const char *program, struct rcptcheck *check)
{
	bool spp = false, good;
	struct err err;
	int rc;

	program_name = program;
	fd4_is_open = fcntl(4, F_GETFD) >= 0;
	good = parse_arguments(argc, argv, &spp);
	rc = rcptcheck_read(check, spp, environment, &err);
	rcptcheck_exit(check, RCPTCHECK_FAILED, "", &failure_answer);
	failure_defers = check->tempfail_on_failure;
	handle_signals();
	set_timer(check->timeout_ms);
	if (rc != 0) {
		complain(err.text);
		fputc('\n', stderr);
	}
	if (!good)
		qmail_fail(check, "wrong arguments; see %s --help",
		    program_name);
	leave_if_exempt(check);
	if (!check->called)
		qmail_fail(check,
		    "no recipient in the environment; qmail-smtpd must start "
		    "this program");
}
