/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "service/answers.h"

#include "mail/log_line.h"
#include "mail/postgrey_line.h"
#include "mail/reply.h"

static void
write_one(struct batch *batch, const struct config *config, size_t i)
{
	const struct verdict *verdict = &batch->verdicts[i];
	struct answer *out = &batch->answers[i];
	char *at = batch->text + batch->text_n;

	out->reply = at;
	out->reply_n = 0;
	if (verdict->action != ACTION_CLOSE)
		out->reply_n = reply_format(&config->reply, &batch->requests[i],
		    verdict, at);
	at[out->reply_n] = '\0';
	at += out->reply_n + 1;
	out->log_line = out->kept_line = at;
	out->kept_line_n = log_line_format(&batch->requests[i], verdict, at);
	at += out->kept_line_n + 1;
	if (config->log_format == LOG_FORMAT_POSTGREY) {
		out->log_line = at;
		at +=
		    postgrey_line_format(&batch->requests[i], verdict, at) + 1;
	}
	batch->text_n = (size_t)(at - batch->text);
}

void
answers_write(struct batch *batch, const struct config *config)
{
	batch->text_n = 0;
	for (size_t i = 0; i < batch->n; i++)
		write_one(batch, config, i);
}
