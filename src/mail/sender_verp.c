/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/sender_verp.h"

#include "mail/sender_text.h"

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/* ---- Replacing words ---- */

/* Words that become "#". */
enum mask {
	MASK_LONG,   /* long numbers, long tokens */
	MASK_IDS,    /* all numbers, long tokens */
	MASK_DIGITS, /* all words with a digit */
	MASK_ALL,    /* all words; "+" and "/" are letters (base64) */
};

/* The part of the address that changes, and the words to replace in it. When a
 * finder is called, it is the whole local part and MASK_IDS. */
struct changing {
	char *from, *to;
	enum mask mask;
};

#define NUMBER_LONG 5 /* digits; a year has 4 */
#define HEX_LONG    8
#define TOKEN_LONG  16

#define UUID "HHHHHHHH-HHHH-HHHH-HHHH-HHHHHHHHHHHH"

static bool
is_word(char c, enum mask mask)
{
	return text_is_alnum(c) ||
	    (mask == MASK_ALL && text_is_one_of(c, "+/"));
}

static bool
is_id(const char *word, size_t n, enum mask mask)
{
	size_t digits = 0, hex = 0;

	for (size_t i = 0; i < n; i++) {
		digits += text_is_digit(word[i]);
		hex += text_is_hex(word[i]);
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

/* The number of octets that one "#" replaces here, or 0. */
static size_t
id_n(const char *from, const char *to, enum mask mask)
{
	size_t uuid_n = text_shape_n(from, UUID);
	size_t n = word_n(from, to, mask);

	if (uuid_n > 0 && from + uuid_n <= to && !text_is_alnum(from[uuid_n]))
		return uuid_n;
	return is_id(from, n, mask) ? n : 0;
}

/* Replace words. Returns false if no word was replaced. */
static bool
mask_words(const struct changing *changing)
{
	const char *from = changing->from;
	char *out = changing->from;
	bool masked = false;

	while (from < changing->to) {
		size_t id = id_n(from, changing->to, changing->mask);
		size_t n = word_n(from, changing->to, changing->mask);

		if (id > 0) {
			*out++ = '#';
			from += id;
			masked = true;
			continue;
		}
		n += n == 0; /* keep a separator */
		memmove(out, from, n);
		out += n;
		from += n;
	}
	text_cut(out, from);
	return masked;
}

static size_t
digits_n(const char *text)
{
	size_t n = 0;

	while (text_is_digit(text[n]))
		n++;
	return n;
}

/* ---- Finding the part that changes ---- */

/* True if the octets are two or more numbers with separators, and nothing else.
 */
static bool
is_numbers(const char *from, const char *to)
{
	size_t numbers = 0;

	for (; from < to; from += digits_n(from)) {
		if (!text_is_one_of(*from, "-._") || digits_n(++from) == 0)
			return false;
		numbers++;
	}
	return numbers >= 2;
}

/* Some bulk mailers send with the domains of their customers, but the local
 * part has a known form. ses[] is the form of Amazon SES. Marketo uses the
 * name of an account and numbers. Others use "msg" and numbers. */
static bool
find_shape(char *address, struct changing *out)
{
	static const char ses[] = "HHHHHHHHHHHHHHHH-" UUID "-DDDDDD";
	static const char *const numbered[] = {"DDD-AAA-DDD", "msg"};

	if (address + text_shape_n(address, ses) == out->to)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(numbered); i++) {
		out->from = address + text_shape_n(address, numbered[i]);
		if (out->from > address && is_numbers(out->from, out->to))
			return true;
	}
	return false;
}

/* Constant Contact: "TOKEN==_NUMBER_TOKEN==", where a token is base64. */
static bool
find_base64(char *address, struct changing *out)
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
	return text_starts_with(middle, "==") && middle + 2 == out->to;
}

/* The first "=" of an address that is written as user=domain, user==domain or
 * user===domain at the end of the octets. Returns NULL if there is none. */
static char *
encoded_at(char *from, char *to)
{
	char *domain = to;

	while (domain > from && domain[-1] != '=')
		domain--;
	if (memchr(domain, '.', (size_t)(to - domain)) == NULL ||
	    !text_is_domain(domain, to))
		return NULL;
	while (domain > from && domain[-1] == '=')
		domain--;
	return domain > from ? domain : NULL;
}

/* Salesforce: the address of the customer, "__", and the part that changes. */
static bool
find_encoded_sender(char *address, struct changing *out)
{
	char *mark = strstr(address, "__");

	if (mark == NULL || mark > out->to || encoded_at(address, mark) == NULL)
		return false;
	out->from = mark;
	out->mask = MASK_DIGITS;
	return true;
}

/* Marks of VERP in a local part, and the words to replace behind a mark. ezmlm
 * writes "return". "msprvs1" is for an administrator who switches SENDER_BATV
 * off. */
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

/* Find a mark at the beginning, or behind the name of a list or a tag. A mark
 * behind a dot does not count: "dj.bounce" is a person. */
static bool
find_mark(char *address, struct changing *out)
{
	char *at = address;

	while (at < out->to) {
		size_t n = word_n(at, out->to, MASK_IDS);

		if ((at == address || text_is_one_of(at[-1], "-+=")) &&
		    is_mark(at, n, &out->mask)) {
			out->from = at + n;
			return true;
		}
		at += n + 1;
	}
	return false;
}

/* True if a label of the domain shows that it receives bounces. */
static bool
is_bounce_domain(const char *domain)
{
	static const char *const labels[] = {
	    "bounce", "bounces", "hubspotemail"};

	while (*domain != '\0') {
		const char *dot = strchr(++domain, '.');
		size_t n =
		    dot != NULL ? (size_t)(dot - domain) : strlen(domain);

		for (size_t i = 0; i < ARRAY_LEN(labels); i++)
			if (strlen(labels[i]) == n &&
			    memcmp(labels[i], domain, n) == 0)
				return true;
		domain += n;
	}
	return false;
}

/* Acoustic (Silverpop) writes numbers as letters: "v-abc_defg_hij_a". */
static bool
is_acoustic(const char *address, const char *end)
{
	const char *underscore = strchr(address, '_');

	if (!text_starts_with(address, "v-") || underscore == NULL)
		return false;
	underscore = strchr(underscore + 1, '_');
	return underscore != NULL && underscore < end;
}

/* If the domain receives bounces, the whole local part can change. */
static bool
find_bounce_domain(char *address, struct changing *out)
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

/* Find numbers in front of an encoded recipient. The last word in front of "="
 * is the recipient's local part. It is kept. If there is a "+", the mailbox in
 * front of it is kept, too. */
static bool
find_encoded(char *address, struct changing *out)
{
	char *user = encoded_at(address, out->to);
	char *plus;

	if (user == NULL)
		return false;
	while (user > address && text_is_alnum(user[-1]))
		user--;
	plus = memchr(address, '+', (size_t)(user - address));
	out->from = plus != NULL ? plus : address;
	out->to = user;
	out->mask = MASK_IDS;
	return true;
}

typedef bool find_fn(char *address, struct changing *out);

/* The first finder that finds something decides. */
static find_fn *const finders[] = {find_shape, find_base64, find_encoded_sender,
    find_mark, find_bounce_domain, find_encoded};

bool
sender_mask_verp(char *address)
{
	char *end = text_local_end(address);

	for (size_t i = 0; i < ARRAY_LEN(finders); i++) {
		struct changing changing = {address, end, MASK_IDS};

		if (finders[i](address, &changing))
			return mask_words(&changing);
	}
	return false;
}
