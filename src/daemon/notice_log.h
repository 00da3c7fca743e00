/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_NOTICE_LOG_H
#define TARDIGREY_DAEMON_NOTICE_LOG_H

#include "daemon/log.h"
#include "service/notices.h"

/* notice_log: writes the notices of the checker to the log, and repeats the
 * same notice only now and then. */

struct notice_log {
	struct log_repeat kinds[NOTICE_KINDS];
};

/* The struct must be zero. */
void notice_log_begin(struct notice_log *log);

void notice_log_write(struct notice_log *log, const struct notices *notices);

#endif
