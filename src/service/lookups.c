/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "service/lookups.h"

#include <inttypes.h>
#include <string.h>

/* Each answer begins the wait of a triplet under the pool of its domain. After
 * a failure nothing more is written: each try may wait for store_timeout. The
 * table notes all answers. */
static enum store_rc
take_answers(struct lookup_table *table, const struct batch *batch,
    struct engine *engine, int64_t now_s, struct err *err)
{
	static struct lookup_attempt attempt; /* large */
	const char *line = batch->lookup_answers;
	const char *end = line + batch->lookup_answers_n;
	enum store_rc rc = STORE_OK;

	for (; line < end; line += strlen(line) + 1)
		if (lookup_table_answer(table, line, now_s, &attempt) &&
		    rc == STORE_OK && !batch->give_up &&
		    engine_note_attempt(engine, &attempt.request, attempt.at_s,
			err) == STORE_FAILED)
			rc = STORE_FAILED;
	return rc;
}

enum store_rc
lookups_use(struct lookup_table *table, struct batch *batch,
    struct engine *engine, int64_t now_s, struct err *err)
{
	enum store_rc rc = take_answers(table, batch, engine, now_s, err);

	for (size_t i = 0; i < batch->n; i++)
		batch->requests[i].client_is_authorised =
		    lookup_table_authorises(table, &batch->requests[i], now_s);
	return rc;
}

static void
note_dropped(struct lookup_table *table, struct batch *batch)
{
	uint64_t dropped_n = lookup_table_take_dropped(table);
	struct err text;

	if (dropped_n == 0)
		return;
	err_set(&text,
	    "tardigrey-lookup does not answer in time: %" PRIu64
	    " questions dropped",
	    dropped_n);
	notices_add(&batch->notices, NOTICE_LOOKUP, text.text);
}

void
lookups_ask(struct lookup_table *table, struct batch *batch,
    const struct engine_rules *rules, int64_t now_s)
{
	if (!rules->keys.pools)
		return;
	for (size_t i = 0; i < batch->n; i++)
		if (reason_defers(batch->verdicts[i].reason) &&
		    batch->requests[i].recipient[0] != '\0' &&
		    batch->verdicts[i].client_class != CLASS_NAMED)
			batch->lookup_questions_n +=
			    lookup_table_ask(table, &batch->requests[i], now_s,
				batch->lookup_questions +
				    batch->lookup_questions_n);
	note_dropped(table, batch);
}
