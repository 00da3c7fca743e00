/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/log.h"

#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <unistd.h>

#include "base/date.h"
#include "daemon/log_queue.h"
#include "daemon/log_stderr.h"
#include "daemon/log_syslog.h"
#include "mail/log_line.h"
#include "mail/postgrey_line.h"
#include "system/clock.h"

#define IDENT        "tardigreyd"
#define REPEAT_S     60
#define RETRY_MS     10   /* between two attempts to write */
#define RETRY_MAX_MS 1000 /* doubled up to this while nothing is written */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* for all below */
static struct log_queue queue;
static enum log_to where = LOG_TO_STDERR;
static bool in_journal;
static bool has_decisions; /* the queue has decisions to flush */
static int retry_ms = RETRY_MS;
static char levels[LOG_DEBUG + 1][8]; /* "<PRI>", or "" */
static const char *decisions_name = IDENT;
static char stamp[64];       /* the time, after the level */
static char suffix[32];      /* "[PID]: ", after the name; "" in the journal */
static int64_t stamp_s = -1; /* Unix time of the stamp */

/* ---- The beginning of a line ---- */

static void
make_levels(void)
{
	int facility = where == LOG_TO_SYSLOG ? LOG_MAIL : 0;

	for (int i = 0; i <= LOG_DEBUG; i++)
		if (where == LOG_TO_SYSLOG || in_journal)
			snprintf(levels[i], sizeof(levels[i]), "<%d>",
			    facility | i);
		else
			levels[i][0] = '\0';
}

static void
make_stamp(int64_t now_s)
{
	char text[32] = "";
	struct tm tm;

	stamp_s = now_s;
	stamp[0] = suffix[0] = '\0';
	if (in_journal)
		return;
	if (where == LOG_TO_SYSLOG) {
		if (clock_local_time(now_s, &tm))
			strftime(text, sizeof(text), "%b %e %H:%M:%S", &tm);
	} else
		date_time_format(now_s, text);
	snprintf(stamp, sizeof(stamp), "%s ", text);
	snprintf(suffix, sizeof(suffix), "[%ld]: ", (long)getpid());
}

/* ---- The queue; with the mutex ---- */

/* Add a line to the queue. Returns false if the queue has not accepted it. */
static bool
queue_line(int priority, const char *name, const char *line)
{
	const char *const parts[] = {levels[priority], stamp,
	    in_journal ? "" : name, suffix, line, NULL};
	int64_t now_s = clock_now_s();

	if (now_s != stamp_s)
		make_stamp(now_s);
	return log_queue_add(&queue, parts);
}

static void
queue_gap(void)
{
	char line[96];

	snprintf(line, sizeof(line), "%" PRIu64 " log lines were dropped: %s",
	    queue.dropped_n,
	    where == LOG_TO_SYSLOG ? "the syslog daemon did not read"
				   : "standard error was not read");
	queue.dropped_n = 0;
	queue_line(LOG_WARNING, IDENT, line);
}

static bool
send_line(void)
{
	const char *line;
	size_t n = log_queue_line(&queue, &line);

	switch (log_syslog_send(line, n - 1)) {
	case LOG_SENT:
		break;
	case LOG_NOT_NOW:
		return false;
	case LOG_REFUSED:
		queue.dropped_n++;
		break;
	}
	log_queue_remove(&queue, n);
	return true;
}

static bool
write_lines(void)
{
	const char *octets;
	size_t n = log_queue_lines(&queue, log_stderr_max(), &octets);

	n = log_stderr_write(octets, n);
	log_queue_remove(&queue, n);
	return n > 0;
}

/* Write until the queue is empty or the reader accepts no more. Returns true if
 * a line was written. */
static bool
write_queue(void)
{
	bool has_written = false;

	for (;;) {
		if (log_queue_is_empty(&queue) && queue.dropped_n > 0)
			queue_gap();
		if (log_queue_is_empty(&queue))
			return has_written;
		if (!(where == LOG_TO_SYSLOG ? send_line() : write_lines()))
			return has_written;
		has_written = true;
	}
}

static void
put_line(int priority, const char *name, const char *line)
{
	if (queue_line(priority, name, line))
		return;
	if (queue.dropped_n == 0)
		write_queue();
	if (!queue_line(priority, name, line))
		queue.dropped_n++;
}

/* ---- Where the log goes ---- */

/* Say it where the log still goes. */
static void
complain_of_stream(const char *path)
{
	char line[256];

	snprintf(line, sizeof(line),
	    "%s is a stream socket: nothing can be logged there; give the "
	    "syslog daemon a datagram socket, or write log = stderr",
	    path);
	queue_line(LOG_WARNING, IDENT, line);
	write_queue();
}

static void
go_to(enum log_to to)
{
	where = to;
	in_journal = to == LOG_TO_STDERR && log_stderr_is_journal();
	make_levels();
	stamp_s = -1;
}

/*
 * Read the time zone now, and only once: the sandbox hides its file. If TZ is
 * not set, glibc looks at /etc/localtime in each call of mktime(3), and reads
 * the file again if it has changed. In the sandbox that fails, and the time
 * zone becomes UTC. If TZ is set, glibc reads the file once.
 */
static void
read_time_zone(void)
{
#ifdef __linux__
	setenv("TZ", ":/etc/localtime", 0);
#endif
	tzset();
}

void
log_open(enum log_to to, enum log_format format, const char *path)
{
	read_time_zone();
	pthread_mutex_lock(&mutex);
	write_queue();
	decisions_name = format == LOG_FORMAT_POSTGREY ? POSTGREY_NAME : IDENT;
	if (to == LOG_TO_STDERR)
		log_stderr_open();
	else if (!log_syslog_open(path))
		complain_of_stream(path);
	go_to(to);
	pthread_mutex_unlock(&mutex);
}

void
log_close(int wait_ms)
{
	int64_t end_ms = clock_monotonic_ms() + wait_ms;

	while (log_flush() >= 0 && clock_monotonic_ms() < end_ms)
		poll(NULL, 0, RETRY_MS);
	pthread_mutex_lock(&mutex);
	log_syslog_close();
	log_stderr_close();
	log_queue_remove(&queue, queue.end - queue.begin);
	queue.dropped_n = 0;
	go_to(LOG_TO_STDERR);
	pthread_mutex_unlock(&mutex);
}

int
log_flush(void)
{
	bool has_written;
	int wait_ms;

	pthread_mutex_lock(&mutex);
	has_decisions = false;
	has_written = write_queue();
	if (has_written || log_queue_is_empty(&queue))
		retry_ms = RETRY_MS;
	else
		retry_ms =
		    retry_ms < RETRY_MAX_MS / 2 ? 2 * retry_ms : RETRY_MAX_MS;
	wait_ms = log_queue_is_empty(&queue) ? -1 : retry_ms;
	pthread_mutex_unlock(&mutex);
	return wait_ms;
}

/* ---- Messages ---- */

static void put_message(int priority, const char *format, va_list ap)
    __attribute__((format(printf, 2, 0)));

static void
put_message(int priority, const char *format, va_list ap)
{
	char line[LOG_LINE_SIZE];

	vsnprintf(line, sizeof(line), format, ap);
	for (char *p = line; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	pthread_mutex_lock(&mutex);
	put_line(priority, IDENT, line);
	if (!has_decisions)
		write_queue();
	pthread_mutex_unlock(&mutex);
}

void
log_error(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	put_message(LOG_ERR, format, ap);
	va_end(ap);
}

void
log_warning(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	put_message(LOG_WARNING, format, ap);
	va_end(ap);
}

void
log_info(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	put_message(LOG_INFO, format, ap);
	va_end(ap);
}

void
log_decision(const char *line)
{
	pthread_mutex_lock(&mutex);
	has_decisions = true;
	put_line(LOG_INFO, decisions_name, line);
	pthread_mutex_unlock(&mutex);
}

static void log_at(int priority, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
log_at(int priority, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	put_message(priority, format, ap);
	va_end(ap);
}

void
log_repeated(struct log_repeat *repeat, const char *format, ...)
{
	static const int priorities[] = {
	    [LOG_LEVEL_WARNING] = LOG_WARNING,
	    [LOG_LEVEL_ERROR] = LOG_ERR,
	    [LOG_LEVEL_INFO] = LOG_INFO,
	};
	int64_t now_s = clock_monotonic_s();
	char text[ERR_SIZE];
	va_list ap;

	if (repeat->next_s != 0 && now_s < repeat->next_s) {
		repeat->left_out_n++;
		return;
	}
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	if (repeat->left_out_n > 0)
		log_at(priorities[repeat->level],
		    "%s (and %" PRIu64 " times since the last such message)",
		    text, repeat->left_out_n);
	else
		log_at(priorities[repeat->level], "%s", text);
	repeat->next_s = now_s + REPEAT_S;
	repeat->left_out_n = 0;
}
