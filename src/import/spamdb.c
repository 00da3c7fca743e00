/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/spamdb.h"

#include <string.h>

#define WHITE_LIFETIME_S (36 * 86400)

#define FIELDS_MAX 10

struct fields {
	const char *text[FIELDS_MAX];
	size_t n[FIELDS_MAX];
};

/* The fields of both kinds of lines, by their places. */
enum { ADDRESS = 1 };
enum { WHITE_FIRST = 4, WHITE_FIELDS = 9 };
enum { GREY_SENDER = 3, GREY_RECIPIENT, GREY_FIRST, GREY_FIELDS = 10 };

/* A line with more or fewer fields is malformed, even if the cause is a sender
 * that contains "|". */
static int
split(const char *line, int fields_n, struct fields *out)
{
	for (int i = 0; i < fields_n; i++) {
		out->text[i] = line;
		out->n[i] = strcspn(line, "|");
		line += out->n[i];
		if ((*line == '|') != (i < fields_n - 1))
			return -1;
		line++;
	}
	return 0;
}

/* Copy a mail address without the angle brackets around it. */
static int
copy_mail(const struct fields *fields, int field, char *out)
{
	const char *text = fields->text[field];
	size_t n = fields->n[field];

	if (n >= 2 && text[0] == '<' && text[n - 1] == '>') {
		text++;
		n -= 2;
	}
	return foreign_copy(out, REQUEST_ADDRESS_MAX + 1, text, n);
}

/* Parse three times from this field on: the first attempt, the time of the
 * pass, and the end. */
static int
parse_times(const struct fields *fields, int field, int64_t out[3])
{
	for (int i = 0; i < 3; i++)
		if (foreign_number(fields->text[field + i], '|', &out[i]) ==
		    NULL)
			return -1;
	return 0;
}

/* spamd does not print when an address was seen last. It then moves the end to
 * 36 days after that time, unless spamd(8) was started with -G. */
static enum spamdb_line
parse_white(const struct fields *fields, int64_t retries_n, struct foreign *out)
{
	int64_t times[3];

	if (parse_times(fields, WHITE_FIRST, times) != 0)
		return SPAMDB_WRONG;
	out->kind = FOREIGN_CLIENT;
	out->retries_n = retries_n;
	out->first_seen_s = times[0];
	out->passed_s = times[1];
	out->last_seen_s = times[2] - WHITE_LIFETIME_S > times[1]
	    ? times[2] - WHITE_LIFETIME_S
	    : times[1];
	return SPAMDB_RECORD;
}

static enum spamdb_line
parse_grey(const struct fields *fields, struct foreign *out)
{
	int64_t times[3];

	if (parse_times(fields, GREY_FIRST, times) != 0 ||
	    copy_mail(fields, GREY_SENDER, out->sender) != 0 ||
	    copy_mail(fields, GREY_RECIPIENT, out->recipient) != 0)
		return SPAMDB_WRONG;
	out->kind = FOREIGN_TRIPLET;
	out->first_seen_s = out->last_seen_s = times[0];
	return SPAMDB_RECORD;
}

static bool
begins_with(const char *line, const char *word)
{
	return strncmp(line, word, strlen(word)) == 0;
}

enum spamdb_line
spamdb_parse(const char *line, int64_t retries_n, struct foreign *out)
{
	bool is_white = begins_with(line, "WHITE|");
	struct fields fields;

	if (begins_with(line, "TRAPPED|") || begins_with(line, "SPAMTRAP|"))
		return SPAMDB_TRAP;
	if ((!is_white && !begins_with(line, "GREY|")) ||
	    split(line, is_white ? WHITE_FIELDS : GREY_FIELDS, &fields) != 0)
		return SPAMDB_WRONG;
	memset(out, 0, sizeof(*out));
	if (foreign_copy(out->client, sizeof(out->client), fields.text[ADDRESS],
		fields.n[ADDRESS]) != 0)
		return SPAMDB_WRONG;
	return is_white ? parse_white(&fields, retries_n, out)
			: parse_grey(&fields, out);
}
