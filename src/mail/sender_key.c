/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/sender_key.h"

#include <string.h>

#include "base/lowercase.h"

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

#define NULL_SENDER "<>"

/* ---- Pieces of text; all of it is folded ---- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool
is_alnum(char c)
{
	return is_digit(c) || is_letter(c);
}

static bool
is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static bool
starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static char *
local_end(char *address)
{
	char *at = strrchr(address, '@');

	return at != NULL ? at : address + strlen(address);
}

static void
cut_out(char *from, const char *to)
{
	memmove(from, to, strlen(to) + 1);
}

static size_t
digits_n(const char *text)
{
	size_t n = 0;

	while (is_digit(text[n]))
		n++;
	return n;
}

/* How long the text is that a shape describes, if it begins with it; else 0.
 * D is a digit, A a letter, H a hexadecimal digit, others are themselves. */
static size_t
shape_n(const char *text, const char *shape)
{
	size_t n = 0;

	for (; shape[n] != '\0'; n++) {
		bool fits = shape[n] == 'D' ? is_digit(text[n])
		    : shape[n] == 'A'       ? is_letter(text[n])
		    : shape[n] == 'H'       ? is_hex(text[n])
					    : text[n] == shape[n];

		if (!fits)
			return 0;
	}
	return n;
}

static bool
is_domain(const char *from, const char *to)
{
	char before = '.';

	for (; from < to; from++) {
		if (!is_alnum(*from) && !is_one_of(*from, ".-_"))
			return false;
		if (*from == '.' && before == '.')
			return false;
		before = *from;
	}
	return before != '.';
}

/* ---- Extension (RFC 5233) ---- */

static bool
drop_extension(char *address)
{
	char *end = local_end(address);
	char *plus = memchr(address, '+', (size_t)(end - address));

	if (plus == NULL || plus == address)
		return false;
	cut_out(plus, end);
	return true;
}

/* ---- BATV (draft-levine-smtp-batv) ---- */

/* KDDDSSSSSS: a key's number and a day, then hexadecimal digits, which some
 * write without a leading zero. */
static bool
is_batv_tag(const char *from, const char *to)
{
	size_t n = shape_n(from, "DDDDHHHHH");

	n += n > 0 && is_hex(from[n]);
	return n > 0 && from + n == to;
}

/* Both orders are in use; if both fit, it is the draft's. */
static bool
drop_prvs(char *address)
{
	char *end = local_end(address), *first, *last = end;

	if (!starts_with(address, "prvs="))
		return false;
	address += strlen("prvs=");
	first = memchr(address, '=', (size_t)(end - address));
	if (first == NULL)
		return false;
	while (*last != '=')
		last--;
	if (is_batv_tag(address, first) && first + 1 < end) {
		cut_out(address - strlen("prvs="), first + 1);
		return true;
	}
	if (!is_batv_tag(last + 1, end) || last == address)
		return false;
	cut_out(last, end);
	cut_out(address - strlen("prvs="), address);
	return true;
}

/* What others made of it: nothing is known of their tags. */
static bool
drop_tag(char *address, const char *start, const char *separator)
{
	char *tag = address + strlen(start);
	char *user;

	if (!starts_with(address, start) || *tag == '=')
		return false;
	user = strstr(tag, separator);
	if (user == NULL)
		return false;
	user += strlen(separator);
	if (user >= local_end(address))
		return false;
	cut_out(address, user);
	return true;
}

static bool
drop_batv(char *address)
{
	return drop_prvs(address) ||
	    drop_tag(address, "btv1==", "==") || /* Barracuda */
	    drop_tag(address, "msprvs1=", "=");  /* SparkPost */
}

/* ---- SRS (Mengwong et al., "The Sender Rewriting Scheme", 2003) ---- */

static bool
is_srs(const char *address)
{
	return (starts_with(address, "srs0") || starts_with(address, "srs1")) &&
	    is_one_of(address[4], "=+-");
}

/* What follows the field that begins here and ends with "="; NULL if there
 * is none, or nothing in it. */
static char *
next_field(char *field, char *end)
{
	char *equals;

	if (field == NULL)
		return NULL;
	equals = memchr(field, '=', (size_t)(end - field));
	return equals == NULL || equals == field ? NULL : equals + 1;
}

/* Of HASH=TT=domain=local, local@domain. */
static bool
restore(char *address, char *hash)
{
	char restored[REQUEST_ADDRESS_MAX + 1];
	char *end = local_end(address);
	char *timestamp = next_field(hash, end);
	char *domain = next_field(timestamp, end);
	char *local = next_field(domain, end);
	size_t local_n;

	if (local == NULL || local == end || domain - timestamp != 3 ||
	    !is_domain(domain, local - 1))
		return false;
	local_n = (size_t)(end - local);
	memcpy(restored, local, local_n);
	restored[local_n] = '@';
	local[-1] = '\0';
	strcpy(restored + local_n + 1, domain);
	strcpy(address, restored);
	return true;
}

/* Of SRS1=HASH=forwarder=, what its SRS0 was, from the separator on. */
static char *
skip_srs1(char *address)
{
	char *end = local_end(address);
	char *inner = next_field(next_field(address + 5, end), end);

	return inner != NULL && is_one_of(*inner, "=+-") ? inner + 1 : NULL;
}

static bool
undo_srs(char *address)
{
	char *end = local_end(address);
	char *plus;

	if (is_srs(address))
		return restore(address,
		    address[3] == '0' ? address + 5 : skip_srs1(address));
	/* Exchange Online: the forwarding mailbox comes first. */
	plus = strstr(address, "+srs=");
	return plus != NULL && plus != address && plus < end &&
	    restore(address, plus + strlen("+srs="));
}

/* ---- VERP (https://cr.yp.to/proto/verp.txt) and what bulk mailers do ---- */

enum mask {
	MASK_LONG,   /* long numbers and tokens */
	MASK_IDS,    /* any number, long tokens */
	MASK_DIGITS, /* any word with a digit */
	MASK_ALL,    /* any word, of base64 too */
};

/* Where the words are that a mark of VERP stands beside: at first all of the
 * local part, for ids. */
struct beside {
	char *from, *to;
	enum mask mask;
};

#define NUMBER_LONG 5 /* longer than a year */
#define HEX_LONG    8
#define TOKEN_LONG  16

#define UUID "HHHHHHHH-HHHH-HHHH-HHHH-HHHHHHHHHHHH"

static bool
is_word(char c, enum mask mask)
{
	return is_alnum(c) || (mask == MASK_ALL && is_one_of(c, "+/"));
}

static bool
is_id(const char *word, size_t n, enum mask mask)
{
	size_t digits = 0, hex = 0;

	for (size_t i = 0; i < n; i++) {
		digits += is_digit(word[i]);
		hex += is_hex(word[i]);
	}
	if (mask == MASK_ALL)
		return true;
	if (mask == MASK_DIGITS || digits == 0)
		return digits > 0;
	if (digits == n)
		return mask == MASK_IDS || n >= NUMBER_LONG;
	return (hex == n && n >= HEX_LONG) || n >= TOKEN_LONG;
}

static size_t
word_n(const char *from, const char *to, enum mask mask)
{
	size_t n = 0;

	while (from + n < to && is_word(from[n], mask))
		n++;
	return n;
}

/* How much from here on becomes one "#"; 0 if what is here stays. */
static size_t
id_n(const char *from, const char *to, enum mask mask)
{
	size_t uuid_n = shape_n(from, UUID);
	size_t n = word_n(from, to, mask);

	if (uuid_n > 0 && from + uuid_n <= to && !is_alnum(from[uuid_n]))
		return uuid_n;
	return is_id(from, n, mask) ? n : 0;
}

static bool
mask_words(const struct beside *beside)
{
	const char *from = beside->from;
	char *out = beside->from;
	bool masked = false;

	while (from < beside->to) {
		size_t id = id_n(from, beside->to, beside->mask);
		size_t n = word_n(from, beside->to, beside->mask);

		if (id > 0) {
			*out++ = '#';
			from += id;
			masked = true;
			continue;
		}
		n += n == 0; /* a separator */
		memmove(out, from, n);
		out += n;
		from += n;
	}
	cut_out(out, from);
	return masked;
}

/* Two numbers or more, and nothing else. */
static bool
is_numbers(const char *from, const char *to)
{
	size_t numbers = 0;

	for (; from < to; from += digits_n(from)) {
		if (!is_one_of(*from, "-._") || digits_n(++from) == 0)
			return false;
		numbers++;
	}
	return numbers >= 2;
}

/* Amazon SES has its own form at its customers' domains too; so has Marketo,
 * where an account's name comes first. */
static bool
beside_shape(char *address, struct beside *out)
{
	static const char ses[] = "HHHHHHHHHHHHHHHH-" UUID "-DDDDDD";
	static const char *const numbered[] = {"DDD-AAA-DDD", "msg"};

	if (address + shape_n(address, ses) == out->to)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(numbered); i++) {
		out->from = address + shape_n(address, numbered[i]);
		if (out->from > address && is_numbers(out->from, out->to))
			return true;
	}
	return false;
}

/* Constant Contact: two numbers in base64 and one that is not,
 * "TOKEN==_NUMBER_TOKEN==". */
static bool
beside_base64(char *address, struct beside *out)
{
	const char *middle = strstr(address, "==_");
	size_t n;

	out->mask = MASK_ALL;
	if (middle == NULL || middle > out->to ||
	    word_n(address, out->to, MASK_ALL) != (size_t)(middle - address))
		return false;
	middle += strlen("==_");
	n = digits_n(middle);
	if (n < NUMBER_LONG || middle[n] != '_')
		return false;
	middle += n + 1;
	middle += word_n(middle, out->to, MASK_ALL);
	return starts_with(middle, "==") && middle + 2 == out->to;
}

/* The "=" of an address written as user=domain at the end of some text;
 * NULL if there is none. Also user==domain and user===domain. */
static char *
encoded_at(char *from, char *to)
{
	char *domain = to;

	while (domain > from && domain[-1] != '=')
		domain--;
	if (memchr(domain, '.', (size_t)(to - domain)) == NULL ||
	    !is_domain(domain, to))
		return NULL;
	while (domain > from && domain[-1] == '=')
		domain--;
	return domain > from ? domain : NULL;
}

/* Salesforce writes its customer's address and "__" before what changes, so
 * nothing before that is touched. */
static bool
beside_encoded_sender(char *address, struct beside *out)
{
	char *mark = strstr(address, "__");

	if (mark == NULL || mark > out->to || encoded_at(address, mark) == NULL)
		return false;
	out->from = mark;
	out->mask = MASK_DIGITS;
	return true;
}

/* What a mark in the local part says of the words behind it. "msprvs1" is
 * here for those who do without the rule for BATV; "return" is ezmlm's. */
static const struct {
	const char *word;
	enum mask mask;
} marks[] = {
    {"bnc", MASK_DIGITS},
    {"bounce", MASK_DIGITS},
    {"bounces", MASK_DIGITS},
    {"msprvs1", MASK_DIGITS},
    {"return", MASK_IDS},
    {"verp", MASK_DIGITS},
};

static bool
is_mark(const char *word, size_t n, enum mask *mask)
{
	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		if (strlen(marks[i].word) != n ||
		    memcmp(marks[i].word, word, n) != 0)
			continue;
		*mask = marks[i].mask;
		return true;
	}
	return false;
}

/* At the beginning, or behind a list's name or a tag; "dj.bounce" is a
 * person. */
static bool
beside_mark(char *address, struct beside *out)
{
	char *at = address;

	while (at < out->to) {
		size_t n = word_n(at, out->to, MASK_IDS);

		if ((at == address || is_one_of(at[-1], "-+=")) &&
		    is_mark(at, n, &out->mask)) {
			out->from = at + n;
			return true;
		}
		at += n + 1;
	}
	return false;
}

/* Whether a label of the domain tells that bounces go there. */
static bool
is_bounce_domain(const char *domain)
{
	static const char *const labels[] = {
	    "bounce", "bounces", "hubspotemail"};

	while (*domain != '\0') {
		size_t n = strcspn(++domain, ".");

		for (size_t i = 0; i < ARRAY_LEN(labels); i++)
			if (strlen(labels[i]) == n &&
			    memcmp(labels[i], domain, n) == 0)
				return true;
		domain += n;
	}
	return false;
}

/* Acoustic (Silverpop) writes its numbers in letters: "v-abc_defg_hij_a". */
static bool
is_acoustic(const char *address, const char *end)
{
	const char *underscore = strchr(address, '_');

	if (!starts_with(address, "v-") || underscore == NULL)
		return false;
	underscore = strchr(underscore + 1, '_');
	return underscore != NULL && underscore < end;
}

static bool
beside_bounce_domain(char *address, struct beside *out)
{
	if (!is_bounce_domain(out->to))
		return false;
	out->mask = MASK_LONG;
	if (encoded_at(address, out->to) != NULL)
		out->mask = MASK_DIGITS;
	if (!is_acoustic(address, out->to))
		return true;
	out->from = address + strlen("v-");
	out->mask = MASK_ALL;
	return true;
}

/* Numbers before an encoded recipient, but for the last word, which is his,
 * and for a mailbox with an extension. */
static bool
beside_encoded(char *address, struct beside *out)
{
	char *user = encoded_at(address, out->to);
	char *plus;

	if (user == NULL)
		return false;
	while (user > address && is_alnum(user[-1]))
		user--;
	plus = memchr(address, '+', (size_t)(user - address));
	out->from = plus != NULL ? plus : address;
	out->to = user;
	out->mask = MASK_IDS;
	return true;
}

typedef bool beside_fn(char *address, struct beside *out);

/* The first kind that fits decides. */
static beside_fn *const kinds[] = {beside_shape, beside_base64,
    beside_encoded_sender, beside_mark, beside_bounce_domain, beside_encoded};

static bool
mask_verp(char *address)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct beside beside = {address, local_end(address), MASK_IDS};

		if (kinds[i](address, &beside))
			return mask_words(&beside);
	}
	return false;
}

/* ---- All of it ---- */

/* One step, which leaves a shorter address or one with fewer letters and
 * digits. An address of SRS that is not undone is left alone: a "+" in it may
 * be of a hash. Extensions are last: a "+" may be of a token. */
static bool
step(char *address, unsigned rules)
{
	if (address[0] == '"')
		return false;
	if ((rules & SENDER_SRS) != 0 && undo_srs(address))
		return true;
	if ((rules & SENDER_BATV) != 0 && drop_batv(address))
		return true;
	if (is_srs(address))
		return false;
	return ((rules & SENDER_VERP) != 0 && mask_verp(address)) ||
	    ((rules & SENDER_EXTENSION) != 0 && drop_extension(address));
}

#define QMAIL_DOUBLE_BOUNCE "#@[]"

bool
sender_is_null(const char *sender)
{
	return sender[0] == '\0' || strcmp(sender, QMAIL_DOUBLE_BOUNCE) == 0;
}

void
sender_key(const char *sender, unsigned rules,
    char out[REQUEST_ADDRESS_MAX + 1])
{
	lowercase(sender, out);
	while (step(out, rules))
		;
	if (sender_is_null(out))
		strcpy(out, NULL_SENDER);
}
