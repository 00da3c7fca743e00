/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/milter_greylist.h"

#include <string.h>

/* The default of "autowhite". The file does not contain the value. */
#define AUTOWHITE_S 86400

enum { ADDRESS, SENDER, RECIPIENT, TIME, FIELDS };

struct fields {
	const char *text[FIELDS];
	size_t n[FIELDS];
};

static int
split(const char *line, struct fields *out)
{
	for (int i = 0; i < FIELDS; i++) {
		out->text[i] = line;
		out->n[i] = strcspn(line, "\t");
		line += out->n[i];
		if (i < TIME && *line++ != '\t')
			return -1;
	}
	return 0;
}

/* Copy a mail address without the angle brackets around it. */
static int
copy_mail(const struct fields *fields, int field, char *out)
{
	const char *text = fields->text[field];
	size_t n = fields->n[field];

	if (n < 2 || text[0] != '<' || text[n - 1] != '>')
		return -1;
	return foreign_copy(out, REQUEST_ADDRESS_MAX + 1, text + 1, n - 2);
}

/* Other words than AUTO, such as the tarpit's, have no meaning here. */
static int
parse_time(const char *text, int64_t delay_s, struct foreign *out)
{
	const char *rest = foreign_number(text, ' ', &out->first_seen_s);
	bool has_passed;
	int64_t wait_s;

	if (rest == NULL)
		return -1;
	has_passed = strncmp(rest, "AUTO", 4) == 0;
	wait_s = has_passed ? AUTOWHITE_S : delay_s;
	out->first_seen_s =
	    out->first_seen_s > wait_s ? out->first_seen_s - wait_s : 0;
	out->last_seen_s = out->first_seen_s;
	out->passed_s = has_passed ? out->first_seen_s : 0;
	return 0;
}

static enum foreign_result
parse(const char *line, int64_t delay_s, struct foreign *out)
{
	struct fields fields;

	memset(out, 0, sizeof(*out));
	out->kind = FOREIGN_TRIPLET;
	if (split(line, &fields) != 0 ||
	    foreign_copy(out->client, sizeof(out->client), fields.text[ADDRESS],
		fields.n[ADDRESS]) != 0 ||
	    parse_time(fields.text[TIME], delay_s, out) != 0)
		return FOREIGN_MALFORMED;
	return copy_mail(&fields, SENDER, out->sender) == 0 &&
		copy_mail(&fields, RECIPIENT, out->recipient) == 0
	    ? FOREIGN_TAKEN
	    : FOREIGN_NO_MAIL;
}

int
milter_greylist_parse(const char *line, int64_t delay_s, struct foreign *out,
    enum foreign_result *why)
{
	if (line[0] == '\0' || line[0] == '#')
		return 0;
	*why = parse(line, delay_s, out);
	return 1;
}
