/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/policy.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- Requests ---- */

enum field_kind {
	FIELD_TEXT,    /* stored; if it is too long, the request is bad */
	FIELD_NOTE,    /* stored; if it is too long, stored as empty */
	FIELD_REQUEST, /* the kind of request, smtpd_access_policy */
	FIELD_LOGIN,   /* if it is not empty, the client has logged in */
	FIELD_REVERSE, /* not empty: client_name is confirmed */
};

struct policy_field {
	const char *name;
	enum field_kind kind;
	size_t offset; /* FIELD_TEXT, FIELD_NOTE: in struct request */
	size_t max;    /* FIELD_TEXT, FIELD_NOTE: octets */
};

/* clang-format off */
#define STORED(name, kind) \
	{ #name, kind, offsetof(struct request, name), \
	  sizeof(((struct request *)0)->name) - 1 }
#define NOT_STORED(name, kind) { #name, kind, 0, 0 }
/* clang-format on */

/* A FIELD_NOTE that is too long does not make a request bad. The client
 * controls its client_name. With a name that is too long, it could otherwise
 * avoid greylisting or lose its own mail.
 *
 * The rows are in order of name length, for the table below. */
static const struct policy_field fields[] = {
    STORED(sender, FIELD_TEXT),
    STORED(stress, FIELD_NOTE),
    NOT_STORED(request, FIELD_REQUEST),
    STORED(queue_id, FIELD_NOTE),
    STORED(instance, FIELD_TEXT),
    STORED(recipient, FIELD_TEXT),
    STORED(client_name, FIELD_NOTE),
    NOT_STORED(sasl_username, FIELD_LOGIN),
    STORED(protocol_state, FIELD_TEXT),
    STORED(client_address, FIELD_TEXT),
    STORED(policy_context, FIELD_NOTE),
    NOT_STORED(reverse_client_name, FIELD_REVERSE),
};

/* For each name length, the rows of fields[]. Most names in a request have no
 * row. */
static const struct {
	unsigned char first, n; /* of fields */
} fields_of_length[] = {
    [6] = {0, 2},
    [7] = {2, 1},
    [8] = {3, 2},
    [9] = {5, 1},
    [11] = {6, 1},
    [13] = {7, 1},
    [14] = {8, 3},
    [19] = {11, 1},
};
#define LENGTHS (sizeof(fields_of_length) / sizeof(fields_of_length[0]))

static const char access_policy[] = "smtpd_access_policy";

static const char nul_in_value[] = "a value contains a NUL octet";
static const char no_value[] = "a line is not NAME=VALUE";

void
policy_begin(struct policy_parser *parser)
{
	memset(parser, 0, sizeof(*parser));
}

bool
policy_idle(const struct policy_parser *parser)
{
	return parser->request_n == 0;
}

const char *
policy_attribute(size_t i)
{
	return i < sizeof(fields) / sizeof(fields[0]) ? fields[i].name : NULL;
}

/* Inline, because each line of a request needs it. */
static inline const struct policy_field *
field_find(const char *name, size_t n)
{
	const struct policy_field *field;

	if (n >= LENGTHS)
		return NULL;
	field = &fields[fields_of_length[n].first];
	for (size_t left_n = fields_of_length[n].n; left_n > 0; left_n--) {
		if (field->name[0] == name[0] &&
		    memcmp(field->name, name, n) == 0)
			return field;
		field++;
	}
	return NULL;
}

/* The name is complete. A second value of a field replaces the first. */
static void
value_begin(struct policy_parser *parser, const struct policy_field *field,
    struct request *request)
{
	parser->in_value = true;
	parser->value_n = 0;
	parser->field = field;
	if (field == NULL)
		return;
	switch (field->kind) {
	case FIELD_TEXT:
	case FIELD_NOTE:
		((char *)request)[field->offset] = '\0';
		break;
	case FIELD_REQUEST:
		parser->is_policy = true;
		break;
	case FIELD_LOGIN:
		request->authenticated = false;
		break;
	case FIELD_REVERSE:
		request->client_name_confirmed = false;
		break;
	}
}

static void
keep(struct request *request, const struct policy_field *field, size_t at,
    const char *octets, size_t n)
{
	char *text = (char *)request + field->offset;

	memcpy(text + at, octets, n);
	text[at + n] = '\0';
}

static int
value_append(struct policy_parser *parser, const char *octets, size_t n,
    struct request *request, struct err *err)
{
	const struct policy_field *field = parser->field;
	size_t at = parser->value_n;

	parser->value_n += n;
	if (field == NULL || n == 0)
		return 0;
	switch (field->kind) {
	case FIELD_NOTE:
		if (parser->value_n > field->max) {
			((char *)request)[field->offset] = '\0';
			break;
		}
		keep(request, field, at, octets, n);
		break;
	case FIELD_TEXT:
		if (parser->value_n > field->max)
			return err_set(err,
			    "%s is too long (more than %zu octets)",
			    field->name, field->max);
		keep(request, field, at, octets, n);
		break;
	case FIELD_REQUEST:
		if (parser->value_n >= sizeof(access_policy) ||
		    memcmp(access_policy + at, octets, n) != 0)
			parser->is_policy = false;
		break;
	case FIELD_LOGIN:
		request->authenticated = true;
		break;
	case FIELD_REVERSE:
		request->client_name_confirmed = true;
		break;
	}
	return 0;
}

static void
value_end(struct policy_parser *parser)
{
	if (parser->field != NULL && parser->field->kind == FIELD_REQUEST &&
	    parser->value_n != sizeof(access_policy) - 1)
		parser->is_policy = false;
	parser->in_value = false;
	parser->name_n = 0;
}

/* Consume octets up to the end of the value, or all octets. */
static int
feed_value(struct policy_parser *parser, const char *octets, size_t n,
    size_t *used, struct request *request, struct err *err)
{
	const char *newline = memchr(octets, '\n', n);
	size_t value_n = newline != NULL ? (size_t)(newline - octets) : n;

	*used = newline != NULL ? value_n + 1 : n;
	if (memchr(octets, '\0', value_n) != NULL)
		return err_set(err, nul_in_value);
	if (value_append(parser, octets, value_n, request, err) != 0)
		return -1;
	if (newline != NULL)
		value_end(parser);
	return 0;
}

/* Store a part of a name. If the name does not fit, only count its octets: all
 * known names fit. */
static void
name_append(struct policy_parser *parser, const char *octets, size_t n)
{
	size_t at = parser->name_n;

	parser->name_n += n;
	if (parser->name_n <= sizeof(parser->name))
		memcpy(parser->name + at, octets, n);
}

/* The number of octets before the first '=', newline or NUL. The first test is
 * fast for letters, which are all above '='. */
static size_t
name_octets(const char *octets, size_t n)
{
	size_t i = 0;

	while (i < n &&
	    (octets[i] > '=' ||
		(octets[i] != '=' && octets[i] != '\n' && octets[i] != '\0')))
		i++;
	return i;
}

/* Consume octets up to the '=' after the name, or all octets. */
static int
feed_name(struct policy_parser *parser, const char *octets, size_t n,
    size_t *used, struct request *request, struct err *err)
{
	size_t i = name_octets(octets, n);

	if (i == n) {
		*used = n;
		name_append(parser, octets, n);
		return 0;
	}
	*used = i + 1;
	if (octets[i] != '=')
		return err_set(err, no_value);
	name_append(parser, octets, i);
	value_begin(parser, field_find(parser->name, parser->name_n), request);
	return 0;
}

/* Consume a whole line. has_nul: there may be a NUL in it. Most lines have a
 * name that is not in fields[]. */
static int
feed_line(struct policy_parser *parser, const char *line, size_t n,
    bool has_nul, struct request *request, struct err *err)
{
	const char *equals = memchr(line, '=', n);
	const char *nul = has_nul ? memchr(line, '\0', n) : NULL;
	const struct policy_field *field;
	size_t name_n;

	if (equals == NULL || (nul != NULL && nul < equals))
		return err_set(err, no_value);
	if (nul != NULL)
		return err_set(err, nul_in_value);
	name_n = (size_t)(equals - line);
	field = field_find(line, name_n);
	if (field == NULL)
		return 0;
	value_begin(parser, field, request);
	if (value_append(parser, equals + 1, n - name_n - 1, request, err) != 0)
		return -1;
	value_end(parser);
	return 0;
}

static enum policy_rc
request_end(struct policy_parser *parser, struct request *request,
    struct err *err)
{
	bool is_policy = parser->is_policy;

	policy_begin(parser);
	if (!is_policy) {
		err_set(err, "not a policy request (no request=%s)",
		    access_policy);
		return POLICY_BAD;
	}
	request->state = request_state_parse(request->protocol_state);
	if (netaddr_parse(request->client_address, &request->client) != 0)
		request->client = (struct netaddr){.family = NETADDR_NONE};
	if (request->client_name_confirmed) /* it had a reverse_client_name */
		request_trust_client_name(request);
	return POLICY_REQUEST;
}

/* Count octets that were consumed. */
static int
count_octets(struct policy_parser *parser, size_t n, struct err *err)
{
	parser->request_n += n;
	if (parser->request_n > POLICY_REQUEST_MAX)
		return err_set(err,
		    "the request is too long (more than %d octets)",
		    POLICY_REQUEST_MAX);
	return 0;
}

/* Consume whole lines, up to the end of the request or the last newline. This
 * is the usual case, and faster than feed_part(). The result is the same. */
static enum policy_rc
feed_lines(struct policy_parser *parser, const char *octets, size_t n,
    size_t *used, struct request *request, struct err *err)
{
	const char *line = octets, *end = octets + n, *newline;
	bool has_nul = memchr(octets, '\0', n) != NULL;

	while ((newline = memchr(line, '\n', (size_t)(end - line))) != NULL) {
		size_t line_n = (size_t)(newline - line);

		if (line_n == 0) {
			*used = (size_t)(newline + 1 - octets);
			return request_end(parser, request, err);
		}
		if (feed_line(parser, line, line_n, has_nul, request, err) !=
			0 ||
		    count_octets(parser, line_n + 1, err) != 0)
			break;
		line = newline + 1;
	}
	*used = (size_t)(line - octets);
	return newline == NULL ? POLICY_MORE : POLICY_BAD;
}

/* Consume a part of a line. */
static int
feed_part(struct policy_parser *parser, const char *octets, size_t n,
    size_t *used, struct request *request, struct err *err)
{
	int rc = parser->in_value
	    ? feed_value(parser, octets, n, used, request, err)
	    : feed_name(parser, octets, n, used, request, err);

	return rc != 0 ? rc : count_octets(parser, *used, err);
}

enum policy_rc
policy_feed(struct policy_parser *parser, const char *octets, size_t octets_n,
    size_t *used, struct request *request, struct err *err)
{
	*used = 0;
	while (*used < octets_n) {
		const char *at = octets + *used;
		size_t left_n = octets_n - *used, some_n = 0;
		enum policy_rc rc = POLICY_MORE;

		if (policy_idle(parser))
			request_clear(request);
		if (!parser->in_value && parser->name_n == 0)
			rc = feed_lines(parser, at, left_n, &some_n, request,
			    err);
		if (some_n == 0 && rc == POLICY_MORE &&
		    feed_part(parser, at, left_n, &some_n, request, err) != 0)
			return POLICY_BAD;
		*used += some_n;
		if (rc != POLICY_MORE)
			return rc;
	}
	return POLICY_MORE;
}
