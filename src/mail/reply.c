/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/reply.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/decimal.h"

/*
 * Postfix cuts its reply at 510 octets. With a recipient of 320 octets,
 * "450 4.999.999 <recipient>: Recipient address rejected: " takes 366 of them.
 * REPLY_TEXT_MAX is the rest, rounded down.
 */

/* The most octets for %s. Ten digits of seconds are more than 300 years. */
#define WAIT_DIGITS_MAX 10

static const char *const defer_actions[] = {
    "DEFER_IF_PERMIT", "DEFER", "421", "450", "451", "452"};

static int
bad_form(const char *text, struct err *err)
{
	return err_set(err,
	    "not a deferral: \"%.100s\" (write ACTION 4.Y.Z TEXT; ACTION is "
	    "DEFER_IF_PERMIT, DEFER, 421, 450, 451 or 452)",
	    text);
}

static const char *
defer_action(const char *word, size_t n)
{
	size_t actions_n = sizeof(defer_actions) / sizeof(defer_actions[0]);

	for (size_t i = 0; i < actions_n; i++)
		if (strncasecmp(defer_actions[i], word, n) == 0 &&
		    defer_actions[i][n] == '\0')
			return defer_actions[i];
	return NULL;
}

/* Length of "4.Y.Z " with one to three digits each (RFC 3463), or 0. */
static size_t
enhanced_code_n(const char *text)
{
	size_t n = 1;

	if (text[0] != '4')
		return 0;
	for (int part = 0; part < 2; part++) {
		size_t digits_n = 0;

		if (text[n] != '.')
			return 0;
		for (n++; text[n] >= '0' && text[n] <= '9'; n++)
			digits_n++;
		if (digits_n < 1 || digits_n > 3)
			return 0;
	}
	return text[n] == ' ' ? n + 1 : 0;
}

/* The most octets that the text takes when it is filled in, without the domains
 * for %r. Sets *domains_n to the number of these domains. Returns -1 if the
 * text is not allowed in a reply. */
static int
template_text_n(const char *text, int *domains_n, struct err *err)
{
	int n = 0;

	*domains_n = 0;
	for (; *text != '\0'; text++) {
		if (*text < ' ' || *text > '~')
			return err_set(err,
			    "the text has a character that is not printable "
			    "ASCII");
		if (*text != '%') {
			n++;
			continue;
		}
		text++;
		if (*text == 's')
			n += WAIT_DIGITS_MAX;
		else if (*text == '%')
			n++;
		else if (*text == 'i')
			n += REFERENCE_SIZE - 1;
		else if (*text == 'r')
			(*domains_n)++;
		else
			return err_set(err,
			    "unknown placeholder: \"%%%.1s\" (write %%s, %%i, "
			    "%%r or %%%%)",
			    text);
	}
	return n;
}

int
reply_template_parse(const char *text, struct reply_template *out,
    struct err *err)
{
	size_t action_n = strcspn(text, " ");
	const char *action = defer_action(text, action_n);
	const char *rest = text + action_n;
	size_t code_n;
	int text_n, domains_n;

	if (action == NULL || *rest != ' ')
		return bad_form(text, err);
	rest += strspn(rest, " ");
	code_n = enhanced_code_n(rest);
	if (code_n == 0 || rest[code_n] == '\0' || rest[code_n] == ' ')
		return bad_form(text, err);
	text_n = template_text_n(rest + code_n, &domains_n, err);
	if (text_n < 0)
		return -1;
	if (text_n > REPLY_TEXT_MAX || strlen(rest) > REPLY_TEXT_MAX + code_n)
		return err_set(err,
		    "the text is too long (write at most %d octets; %%s "
		    "counts as %d octets, %%i as %d)",
		    REPLY_TEXT_MAX, WAIT_DIGITS_MAX, REFERENCE_SIZE - 1);
	snprintf(out->text, sizeof(out->text), "%s %s", action, rest);
	out->domain_max = domains_n > 0
	    ? (size_t)(REPLY_TEXT_MAX - text_n) / (size_t)domains_n
	    : 0;
	return 0;
}

struct writer {
	char *out;
	size_t n;
	size_t max;
};

static void
put(struct writer *writer, const char *octets, size_t n)
{
	if (n > writer->max - writer->n)
		return;
	memcpy(writer->out + writer->n, octets, n);
	writer->n += n;
}

/* Put the recipient's domain if all its characters are harmless. The client
 * chooses this domain. */
static void
put_domain(struct writer *writer, const char *recipient, size_t max)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789.-";
	const char *at = strrchr(recipient, '@');

	if (at != NULL && at[1 + strspn(at + 1, plain)] == '\0' &&
	    strlen(at + 1) <= max)
		put(writer, at + 1, strlen(at + 1));
}

static void
put_wait(struct writer *writer, int64_t wait_s)
{
	char digits[DECIMAL_SIZE];
	size_t n = decimal_format(wait_s, digits);

	if (n <= WAIT_DIGITS_MAX)
		put(writer, digits, n);
}

/* Inline, so that the compiler knows the length of a constant text. */
static inline void
put_text(struct writer *writer, const char *text)
{
	put(writer, text, strlen(text));
}

/* Put the text of a template up to each placeholder, and its value. */
static void
put_template(struct writer *writer, const struct reply_template *template,
    const struct request *request, const struct verdict *verdict)
{
	const char *text = template->text, *percent;

	for (; (percent = strchr(text, '%')) != NULL; text = percent + 2) {
		put(writer, text, (size_t)(percent - text));
		if (percent[1] == 's')
			put_wait(writer, verdict->wait_s);
		else if (percent[1] == 'i')
			put_text(writer, verdict->reference);
		else if (percent[1] == 'r')
			put_domain(writer, request->recipient,
			    template->domain_max);
		else
			put(writer, "%", 1);
	}
	put_text(writer, text);
}

/* Put the header of a delayed message. Its form is that of postgrey's header.
 */
static void
put_header(struct writer *writer, const struct verdict *verdict)
{
	char digits[DECIMAL_SIZE];

	put_text(writer, "PREPEND X-Greylist: delayed ");
	put(writer, digits, decimal_format(verdict->age_s, digits));
	put_text(writer, " seconds by tardigrey");
}

size_t
reply_format(const struct reply_template *template,
    const struct request *request, const struct verdict *verdict,
    char out[REPLY_MAX])
{
	/* Two octets stay free for the end of the reply. */
	struct writer writer = {.out = out, .max = REPLY_MAX - 2};

	put_text(&writer, "action=");
	switch (verdict->action) {
	case ACTION_GREYLIST:
		put_template(&writer, template, request, verdict);
		break;
	case ACTION_TEMPFAIL:
		put_text(&writer,
		    "DEFER_IF_PERMIT 4.3.0 Temporary failure, "
		    "please try again later");
		break;
	case ACTION_PASS:
		if (verdict->header)
			put_header(&writer, verdict);
		else
			put_text(&writer, "DUNNO");
		break;
	case ACTION_CLOSE:
		put_text(&writer, "DUNNO");
		break;
	}
	writer.max += 2;
	put_text(&writer, "\n\n");
	return writer.n;
}
