/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/notice_log.h"

void
notice_log_begin(struct notice_log *log)
{
	log->kinds[NOTICE_STORE_FAILED].level = LOG_LEVEL_ERROR;
	log->kinds[NOTICE_STORE_RECOVERED].level = LOG_LEVEL_INFO;
	log->kinds[NOTICE_FALLBACK_BEGINS].level = LOG_LEVEL_ERROR;
	log->kinds[NOTICE_FALLBACK_ENDS].level = LOG_LEVEL_INFO;
}

static void
write_one(struct notice_log *log, const struct notice *notice)
{
	switch (notice->kind) {
	case NOTICE_LIST_ENTRY:
		/* Not limited: there is at most one for each entry, and only
		 * after a change of the entries. */
		log_warning("%s", notice->text);
		break;
	case NOTICE_NEVER_RETURNED:
		/* The checker limits them (service/maintenance_notices.h). */
		log_info("%s", notice->text);
		break;
	case NOTICE_STORE_FAILED:
	case NOTICE_STORE_RECOVERED:
	case NOTICE_PATTERN:
	case NOTICE_EVICTED:
	case NOTICE_FORGOTTEN:
	case NOTICE_CORRESPONDENTS:
	case NOTICE_REFUSED:
	case NOTICE_DECISIONS_LOST:
	case NOTICE_LOOKUP:
	case NOTICE_FALLBACK_BEGINS:
	case NOTICE_FALLBACK_ENDS:
		log_repeated(&log->kinds[notice->kind], "%s", notice->text);
		break;
	}
}

void
notice_log_write(struct notice_log *log, const struct notices *notices)
{
	for (size_t i = 0; i < notices->n; i++)
		write_one(log, &notices->items[i]);
}
