/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "service/batch.h"

#include <stdlib.h>
#include <string.h>

#include "mail/log_line.h"
#include "mail/reply.h"
#include "service/lookup_table.h"

/* Any reply, and any log line in both forms, each with its NUL. */
#define TEXT_MAX (REPLY_MAX + 1 + 2 * LOG_LINE_SIZE)

struct batch *
batch_new(size_t max)
{
	struct batch *batch = calloc(1, sizeof(*batch));

	if (batch == NULL)
		return NULL;
	batch->max = max;
	batch->requests = calloc(max, sizeof(*batch->requests));
	batch->owners = calloc(max, sizeof(*batch->owners));
	batch->verdicts = calloc(max, sizeof(*batch->verdicts));
	batch->answers = calloc(max, sizeof(*batch->answers));
	batch->text = calloc(max, TEXT_MAX);
	batch->lookup_questions = calloc(max, LOOKUP_LINE_SIZE);
	if (batch->lookup_questions == NULL || batch->requests == NULL ||
	    batch->owners == NULL || batch->verdicts == NULL ||
	    batch->answers == NULL || batch->text == NULL) {
		batch_free(batch);
		return NULL;
	}
	return batch;
}

void
batch_free(struct batch *batch)
{
	if (batch == NULL)
		return;
	free(batch->requests);
	free(batch->owners);
	free(batch->verdicts);
	free(batch->answers);
	free(batch->text);
	free(batch->lookup_questions);
	free(batch);
}

void
batch_clear(struct batch *batch)
{
	batch->n = batch->text_n = batch->notices.n = 0;
	batch->lookup_answers_n = batch->lookup_questions_n = 0;
	batch->give_up = batch->store_failed = false;
}

void
batch_add_lookup_answer(struct batch *batch, const char *line)
{
	size_t n = strlen(line) + 1;

	if (n > sizeof(batch->lookup_answers) - batch->lookup_answers_n)
		return;
	memcpy(batch->lookup_answers + batch->lookup_answers_n, line, n);
	batch->lookup_answers_n += n;
}

struct request *
batch_place(const struct batch *batch)
{
	return &batch->requests[batch->n];
}

void
batch_add(struct batch *batch, void *owner, const struct request *request)
{
	batch->owners[batch->n] = owner;
	if (request != batch_place(batch))
		request_copy(batch_place(batch), request);
	batch->n++;
}
