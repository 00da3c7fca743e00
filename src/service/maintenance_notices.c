/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "service/maintenance_notices.h"

#include <inttypes.h>

#include "mail/log_line.h"

#define REPORT_EVERY_S 60

void
maintenance_notices_add(struct notices *notices,
    const struct record_maintenance *report)
{
	struct err text;

	if (report->evicted_n > 0) {
		err_set(&text,
		    "too many triplets are waiting (max_waiting): evicted "
		    "%" PRId64 ", first of the addresses that have the most",
		    report->evicted_n);
		notices_add(notices, NOTICE_EVICTED, text.text);
	}
	if (report->forgotten_n > 0) {
		err_set(&text,
		    "too many records of known triplets and clients "
		    "(max_known): removed %" PRId64
		    ", those that were used least recently",
		    report->forgotten_n);
		notices_add(notices, NOTICE_FORGOTTEN, text.text);
	}
	if (report->forgotten_correspondents_n > 0) {
		err_set(&text,
		    "too many correspondents (max_correspondents): removed "
		    "%" PRId64 ", those with the oldest mail to them",
		    report->forgotten_correspondents_n);
		notices_add(notices, NOTICE_CORRESPONDENTS, text.text);
	}
	if (report->refused_n > 0) {
		err_set(&text,
		    "too many triplets of %s are waiting "
		    "(max_waiting_per_address): %" PRId64 " not stored",
		    report->refused, report->refused_n);
		notices_add(notices, NOTICE_REFUSED, text.text);
	}
}

/* ---- Triplets that never returned ---- */

static void
add_triplet(struct notices *notices, const struct record_lost *lost,
    int64_t now_s)
{
	char line[LOG_LINE_SIZE], reference[REFERENCE_SIZE];

	key_reference(&lost->key, reference);
	log_line_format_expired(
	    &(struct log_line_expired){
		.client_address = lost->address,
		.sender = lost->key.sender,
		.recipient = lost->key.recipient,
		.age_s = now_s - lost->first_seen_s,
		.key_client = lost->key.client,
		.reference = reference,
	    },
	    line);
	notices_add(notices, NOTICE_NEVER_RETURNED, line);
}

static bool
has_room(struct never_returned_log *log, int64_t now_s)
{
	if (log->second_s != now_s)
		log->logged_n = 0;
	log->second_s = now_s;
	return log->logged_n < NEVER_RETURNED_PER_S;
}

static void
add_left_out(struct notices *notices, struct never_returned_log *log,
    int64_t now_s)
{
	struct err text;

	if (log->left_out_n == 0 ||
	    (now_s >= log->reported_s &&
		now_s - log->reported_s < REPORT_EVERY_S))
		return;
	err_set(&text,
	    "%" PRId64 " more triplets never returned; they have no lines, "
	    "because at most %d a second are logged",
	    log->left_out_n, NEVER_RETURNED_PER_S);
	notices_add(notices, NOTICE_NEVER_RETURNED, text.text);
	log->left_out_n = 0;
	log->reported_s = now_s;
}

void
maintenance_notices_add_never_returned(struct notices *notices,
    struct never_returned_log *log, const struct record_maintenance *report,
    int64_t now_s)
{
	int64_t lines_n = 0;

	for (size_t i = 0; i < report->lost_n && has_room(log, now_s); i++) {
		add_triplet(notices, &report->lost[i], now_s);
		log->logged_n++;
		lines_n++;
	}
	log->left_out_n += report->never_returned_n - lines_n;
	add_left_out(notices, log, now_s);
}
