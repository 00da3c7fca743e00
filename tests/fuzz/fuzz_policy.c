/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The input is the octets of one connection. In pieces of any size, they must
 * give the same requests and the same end of the connection. The replies and
 * log lines of all requests must be well formed. The first line of the input is
 * also used as a reply template, if it is valid. [C19, C20, C22-C25, C56]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/log_line.h"
#include "mail/policy.h"
#include "mail/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(claim)                              \
	do {                                      \
		if (!(claim))                     \
			broken(#claim, __LINE__); \
	} while (0)

static void
broken(const char *claim, int line)
{
	fprintf(stderr, "fuzz_policy: line %d: not true: %s\n", line, claim);
	abort();
}

/* ---- The requests of one connection ---- */

struct outcome {
	uint64_t hash; /* of all requests */
	size_t requests_n;
	bool bad;
	bool idle;
};

static uint64_t
hash_octets(uint64_t hash, const void *octets, size_t n)
{
	for (size_t i = 0; i < n; i++)
		hash = (hash ^ ((const uint8_t *)octets)[i]) * 0x100000001b3ULL;
	return hash;
}

/* Include the NUL, so that "ab", "c" and "a", "bc" have different hashes. */
static uint64_t
hash_text(uint64_t hash, const char *text, size_t size)
{
	size_t n = strnlen(text, size);

	CHECK(n < size);
	CHECK(memchr(text, '\n', n) == NULL);
	return hash_octets(hash, text, n + 1);
}

#define HASH_TEXT(hash, text) hash_text(hash, text, sizeof(text))

static uint64_t
hash_request(uint64_t hash, const struct request *r)
{
	CHECK(r->state <= REQUEST_OTHER);
	CHECK(r->client.family <= NETADDR_IPV6);
	hash = hash_octets(hash, &r->state, sizeof(r->state));
	hash = hash_octets(hash, &r->authenticated, sizeof(r->authenticated));
	hash = hash_octets(hash, &r->client_name_confirmed,
	    sizeof(r->client_name_confirmed));
	hash = hash_octets(hash, &r->client.family, sizeof(r->client.family));
	hash = hash_octets(hash, r->client.octets,
	    netaddr_bits(r->client.family) / 8);
	hash = HASH_TEXT(hash, r->protocol_state);
	hash = HASH_TEXT(hash, r->client_address);
	hash = HASH_TEXT(hash, r->client_name);
	hash = HASH_TEXT(hash, r->instance);
	hash = HASH_TEXT(hash, r->queue_id);
	hash = HASH_TEXT(hash, r->policy_context);
	hash = HASH_TEXT(hash, r->stress);
	hash = HASH_TEXT(hash, r->sender);
	return HASH_TEXT(hash, r->recipient);
}

/* ---- Replies and log lines ---- */

static bool
is_ascii(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return true;
}

static bool
starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* "action=WORD 4.Y.Z text". Postfix would permit an action without text. */
static bool
is_deferral(const char *reply)
{
	static const char *const actions[] = {"action=DEFER_IF_PERMIT 4.",
	    "action=DEFER 4.", "action=421 4.", "action=450 4.",
	    "action=451 4.", "action=452 4."};

	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (starts_with(reply, actions[i]))
			return true;
	return false;
}

static void
check_reply(const struct reply_template *template,
    const struct request *request, const struct verdict *verdict)
{
	char out[REPLY_MAX];
	char line[REPLY_MAX];
	size_t n = reply_format(template, request, verdict, out);

	CHECK(n > 2 && n <= sizeof(out));
	CHECK(out[n - 1] == '\n' && out[n - 2] == '\n');
	CHECK(is_ascii(out, n - 2));
	memcpy(line, out, n - 2);
	line[n - 2] = '\0';
	if (verdict->action == ACTION_PASS)
		CHECK(strcmp(line, "action=DUNNO") == 0);
	else
		CHECK(is_deferral(line));
}

static void
check_logline(const struct request *request, const struct verdict *verdict)
{
	char line[LOG_LINE_SIZE];
	size_t n;

	log_line_format(request, verdict, line);
	n = strnlen(line, sizeof(line));
	CHECK(n < sizeof(line));
	CHECK(is_ascii(line, n));
	CHECK(starts_with(line, "action="));
	CHECK(strstr(line, ", recipient=") != NULL);
	CHECK(strstr(line, ", state=") != NULL);
}

/* Check the log line for several verdicts, and the reply of each template. */
static void
check_verdicts(const struct reply_template *templates, size_t templates_n,
    const struct request *request)
{
	static const int64_t waits[] = {0, 180, INT64_MAX};

	for (size_t i = 0; i < 3 * sizeof(waits) / sizeof(waits[0]); i++) {
		struct verdict verdict = {.action = (enum action)(i % 3),
		    .reason = REASON_EARLY,
		    .wait_s = waits[i / 3],
		    .age_s = waits[i / 3]};

		check_logline(request, &verdict);
		for (size_t t = 0; t < templates_n; t++)
			check_reply(&templates[t], request, &verdict);
	}
}

static void
take_template(struct reply_template *out, const char *text)
{
	struct err err;

	CHECK(reply_template_parse(text, out, &err) == 0);
}

/* Parse the first line of the input as a template. Returns false if it is not
 * valid. */
static bool
input_template(const uint8_t *data, size_t size, struct reply_template *out)
{
	char text[1024];
	struct err err = {""};
	size_t n = 0;

	for (; n < size && n < sizeof(text) - 1 && data[n] != '\n'; n++)
		text[n] = (char)data[n];
	text[n] = '\0';
	if (reply_template_parse(text, out, &err) == 0)
		return true;
	CHECK(err.text[0] != '\0');
	return false;
}

/* ---- One connection ---- */

struct connection {
	struct policy_parser parser;
	struct request request;
	struct outcome outcome;
	const struct reply_template *templates; /* NULL: no replies */
	size_t templates_n;
};

static void
connection_begin(struct connection *c)
{
	policy_begin(&c->parser);
	memset(&c->request, 0xa5, sizeof(c->request));
	c->outcome = (struct outcome){.hash = 0xcbf29ce484222325ULL};
	c->templates_n = 0;
}

/* Check the text of an attribute. It must be the rest of the last line that
 * begins with "start", or empty if that rest is longer than note_max octets. */
static void
check_text_or_note(const char *octets, size_t n, const char *start,
    const char *text, size_t note_max)
{
	const char *want = "";
	size_t want_n = 0, start_n = strlen(start);

	while (n > 0) {
		const char *newline = memchr(octets, '\n', n);
		size_t line_n =
		    newline != NULL ? (size_t)(newline - octets) : n;

		if (line_n >= start_n && memcmp(octets, start, start_n) == 0) {
			want = octets + start_n;
			want_n = line_n - start_n;
		}
		line_n += newline != NULL ? 1 : 0;
		octets += line_n;
		n -= line_n;
	}
	if (want_n > note_max)
		want_n = 0;
	CHECK(strlen(text) == want_n && memcmp(text, want, want_n) == 0);
}

static void
check_text(const char *octets, size_t n, const char *start, const char *text)
{
	check_text_or_note(octets, n, start, text, SIZE_MAX);
}

static void
check_note(const char *octets, size_t n, const char *start, const char *text)
{
	check_text_or_note(octets, n, start, text, REQUEST_TEXT_MAX);
}

static void
check_texts(const char *octets, size_t n, const struct request *r)
{
	check_text(octets, n, "protocol_state=", r->protocol_state);
	check_text(octets, n, "client_address=", r->client_address);
	check_note(octets, n, "client_name=", r->client_name);
	check_text(octets, n, "instance=", r->instance);
	check_note(octets, n, "queue_id=", r->queue_id);
	check_note(octets, n, "policy_context=", r->policy_context);
	check_text(octets, n, "sender=", r->sender);
	check_text(octets, n, "recipient=", r->recipient);
	check_text(octets, n, "request=", "smtpd_access_policy");
}

static void
understood(struct connection *c)
{
	CHECK(policy_idle(&c->parser));
	c->outcome.requests_n++;
	c->outcome.hash = hash_request(c->outcome.hash, &c->request);
	if (c->templates_n > 0)
		check_verdicts(c->templates, c->templates_n, &c->request);
}

/* Parse one piece. Copy it to memory of exactly its size, so that a sanitizer
 * reports reads beyond it. */
static void
receive(struct connection *c, const uint8_t *data, size_t size)
{
	char *piece = malloc(size > 0 ? size : 1);
	size_t at = 0;

	CHECK(piece != NULL);
	if (size > 0)
		memcpy(piece, data, size);
	while (at < size && !c->outcome.bad) {
		struct err err = {""};
		size_t used = 0;
		enum policy_rc rc = policy_feed(&c->parser, piece + at,
		    size - at, &used, &c->request, &err);

		CHECK(used <= size - at);
		CHECK(rc != POLICY_MORE || used == size - at);
		CHECK(rc != POLICY_REQUEST || used > 0);
		CHECK(rc != POLICY_BAD || err.text[0] != '\0');
		CHECK(c->parser.request_n <= POLICY_REQUEST_MAX ||
		    rc == POLICY_BAD);
		if (rc == POLICY_REQUEST)
			understood(c);
		/* If the input is one piece, each call consumes one request. */
		if (rc == POLICY_REQUEST && c->templates_n > 0)
			check_texts(piece + at, used, &c->request);
		at += used;
		c->outcome.bad = rc == POLICY_BAD;
	}
	free(piece);
}

static void
connection_end(struct connection *c)
{
	c->outcome.idle = !c->outcome.bad && policy_idle(&c->parser);
}

static void
check_same(const struct outcome *a, const struct outcome *b)
{
	CHECK(a->requests_n == b->requests_n);
	CHECK(a->hash == b->hash);
	CHECK(a->bad == b->bad);
	CHECK(a->idle == b->idle);
}

/* Parse the input in pieces of 1 to "longest" octets. "random" is a seed for
 * the sizes. */
static void
receive_in_pieces(struct connection *c, const uint8_t *data, size_t size,
    size_t longest, uint64_t random)
{
	size_t n;

	connection_begin(c);
	for (; size > 0; data += n, size -= n) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		n = 1 + random % longest;
		n = n < size ? n : size;
		receive(c, data, n);
	}
	connection_end(c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct connection whole, pieces;
	static const size_t longest[] = {1, 2, 7, 100, 5000};
	struct reply_template templates[3];
	uint64_t random = hash_octets(88172645463325252U, data, size) | 1;

	take_template(&templates[0],
	    "DEFER_IF_PERMIT 4.2.0 Greylisted, try again in %s seconds");
	take_template(&templates[1], "450 4.123.456 %r %% %s %r");
	connection_begin(&whole);
	whole.templates = templates;
	whole.templates_n = 2;
	if (input_template(data, size, &templates[2]))
		whole.templates_n++;
	/* An input can have a template and no request. */
	request_clear(&whole.request);
	check_verdicts(templates, whole.templates_n, &whole.request);

	receive(&whole, data, size);
	connection_end(&whole);
	for (size_t i = 0; i < sizeof(longest) / sizeof(longest[0]); i++) {
		receive_in_pieces(&pieces, data, size, longest[i], random);
		check_same(&whole.outcome, &pieces.outcome);
	}
	return 0;
}
