/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/log.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "mail/log_line.h"
#include "system/clock.h"

#define IDENT    "tardigreyd"
#define REPEAT_S 60

static enum log_to where = LOG_TO_STDERR;
static bool with_time;
static char prefix[64]; /* of each line on stderr */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* for stderr */

void
log_open(enum log_to to)
{
	static char buffer[65536];

	where = to;
	if (to == LOG_TO_SYSLOG) {
		openlog(IDENT, LOG_PID | LOG_NDELAY, LOG_MAIL);
		return;
	}
	with_time = getenv("JOURNAL_STREAM") == NULL;
	setvbuf(stderr, buffer, _IOFBF, sizeof(buffer));
}

static void
make_prefix(time_t now)
{
	char text[32] = "";
	struct tm tm;

	if (with_time && gmtime_r(&now, &tm) != NULL)
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ ", &tm);
	snprintf(prefix, sizeof(prefix), "%s" IDENT "[%ld]: ", text,
	    (long)getpid());
}

static void
put_line_on_stderr(const char *line)
{
	static time_t prefix_s = -1; /* when the prefix was made */
	time_t now;

	pthread_mutex_lock(&mutex);
	now = (time_t)clock_now_s();
	if (now != prefix_s)
		make_prefix(prefix_s = now);
	fputs(prefix, stderr);
	fputs(line, stderr);
	putc('\n', stderr);
	pthread_mutex_unlock(&mutex);
}

static void
put_line(int priority, const char *line)
{
	if (where == LOG_TO_SYSLOG)
		syslog(priority, "%s", line);
	else
		put_line_on_stderr(line);
}

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
	put_line(priority, line);
	log_flush();
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
	put_line(LOG_INFO, line);
}

void
log_flush(void)
{
	fflush(stderr);
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
