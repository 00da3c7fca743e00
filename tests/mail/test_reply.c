/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Replies of Postfix's policy protocol. [C23-C27] */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "mail/reply.h"

#define TEXT_10  "0123456789"
#define TEXT_70  TEXT_10 TEXT_10 TEXT_10 TEXT_10 TEXT_10 TEXT_10 TEXT_10
#define TEXT_140 TEXT_70 TEXT_70
#define TEXT_130 TEXT_70 TEXT_10 TEXT_10 TEXT_10 TEXT_10 TEXT_10 TEXT_10
#define PERCENTS "%%%%%%%%%%%%%%%%%%%%" /* ten of them, twenty octets */

#define FORM    "(write ACTION 4.Y.Z TEXT; ACTION is DEFER_IF_PERMIT"
#define ASCII   "the text has a character that is not printable ASCII"
#define PERCENT " (write %s, %i, %r or %%)"
#define LONG    "the text is too long (write at most 140 octets"

/* want: the stored text, or a part of the message. [C24, C25, C27] */
/* clang-format off */
static const struct {
	const char *name, *text;
	bool accepted;
	const char *want;
} templates[] = {
	{ "the default", "DEFER_IF_PERMIT 4.2.0 Greylisted, %s", true,
	  "DEFER_IF_PERMIT 4.2.0 Greylisted, %s" },
	{ "DEFER", "DEFER 4.2.0 x", true, "DEFER 4.2.0 x" },
	{ "421", "421 4.2.0 x", true, "421 4.2.0 x" },
	{ "450", "450 4.2.0 x", true, "450 4.2.0 x" },
	{ "451", "451 4.2.0 x", true, "451 4.2.0 x" },
	{ "452", "452 4.2.0 x", true, "452 4.2.0 x" },
	{ "lower case", "defer_if_permit 4.2.0 Keep Case", true,
	  "DEFER_IF_PERMIT 4.2.0 Keep Case" },
	{ "mixed case", "Defer 4.2.0 x", true, "DEFER 4.2.0 x" },
	{ "4.7.1, if it must be", "450 4.7.1 x", true, "450 4.7.1 x" },
	{ "two digits", "450 4.10.20 x", true, "450 4.10.20 x" },
	{ "three digits", "450 4.123.456 x", true, "450 4.123.456 x" },
	{ "blanks before the code", "450   4.2.0 x", true, "450 4.2.0 x" },
	{ "blanks in the text", "450 4.2.0 a  b ", true, "450 4.2.0 a  b " },
	{ "every sign", "450 4.2.0 !\"#$&'()*+,-./:;<=>?@[\\]^_`{|}~", true,
	  "450 4.2.0 !\"#$&'()*+,-./:;<=>?@[\\]^_`{|}~" },
	{ "placeholders", "450 4.2.0 %s %i %r %%", true,
	  "450 4.2.0 %s %i %r %%" },
	{ "percent of percent", "450 4.2.0 %%s%%%s", true, "450 4.2.0 %%s%%%s" },

	/* An action with no text means PERMIT to Postfix. [C24] */
	{ "nothing", "", false, FORM },
	{ "a blank", " ", false, FORM },
	{ "only an action", "DEFER_IF_PERMIT", false, FORM },
	{ "only digits", "450", false, FORM },
	{ "digits and a blank", "450 ", false, FORM },
	{ "no code", "DEFER_IF_PERMIT Greylisted", false, FORM },
	{ "no text", "DEFER_IF_PERMIT 4.2.0", false, FORM },
	{ "a blank is no text", "DEFER_IF_PERMIT 4.2.0 ", false, FORM },
	{ "two blanks are no text", "DEFER_IF_PERMIT 4.2.0  ", false, FORM },
	{ "two blanks before the text", "450 4.2.0  x", false, FORM },
	{ "no action", "4.2.0 Greylisted", false, FORM },
	{ "a blank first", " 450 4.2.0 x", false, FORM },
	{ "tab", "450\t4.2.0 x", false, FORM },
	{ "with action=", "action=450 4.2.0 x", false, FORM },

	/* Class 4 and the codes of a deferral only. [C27] */
	{ "OK", "OK 4.2.0 x", false, FORM },
	{ "DUNNO", "DUNNO 4.2.0 x", false, FORM },
	{ "REJECT", "REJECT 4.2.0 x", false, FORM },
	{ "PREPEND", "PREPEND 4.2.0 x", false, FORM },
	{ "550", "550 4.2.0 x", false, FORM },
	{ "454", "454 4.2.0 x", false, FORM },
	{ "45", "45 4.2.0 x", false, FORM },
	{ "4500", "4500 4.2.0 x", false, FORM },
	{ "DEFER_IF", "DEFER_IF 4.2.0 x", false, FORM },
	{ "DEFER_IF_PERMITS", "DEFER_IF_PERMITS 4.2.0 x", false, FORM },
	{ "DEFER_IF_REJECT", "DEFER_IF_REJECT 4.2.0 x", false, FORM },
	{ "class 5", "450 5.7.1 x", false, FORM },
	{ "class 2", "450 2.0.0 x", false, FORM },
	{ "class 44", "450 44.2.0 x", false, FORM },
	{ "four digits first", "450 4.1234.0 x", false, FORM },
	{ "four digits last", "450 4.0.1234 x", false, FORM },
	{ "two parts", "450 4.2 x", false, FORM },
	{ "four parts", "450 4.2.0.1 x", false, FORM },
	{ "empty part", "450 4..0 x", false, FORM },
	{ "empty last part", "450 4.2. x", false, FORM },
	{ "letters", "450 4.x.0 x", false, FORM },
	{ "code runs into the text", "450 4.2.0x", false, FORM },

	/* Printable ASCII in one line. [C24] */
	{ "newline", "450 4.2.0 a\nb", false, ASCII },
	{ "newline at the end", "450 4.2.0 a\n", false, ASCII },
	{ "carriage return", "450 4.2.0 a\r", false, ASCII },
	{ "tab in the text", "450 4.2.0 a\tb", false, ASCII },
	{ "DEL", "450 4.2.0 a\x7f", false, ASCII },
	{ "escape", "450 4.2.0 \x1b[0m", false, ASCII },
	{ "UTF-8", "450 4.2.0 gr\xc3\xbc\xc3\x9f", false, ASCII },
	{ "8-bit", "450 4.2.0 \xff", false, ASCII },

	{ "unknown placeholder", "450 4.2.0 %x", false, PERCENT },
	{ "upper case placeholder", "450 4.2.0 %S", false, PERCENT },
	{ "percent at the end", "450 4.2.0 100%", false, PERCENT },
	{ "percent and blank", "450 4.2.0 100% sure", false, PERCENT },
	{ "odd percents", "450 4.2.0 %%%", false, PERCENT },

	/* The length of what is sent. [C25] */
	{ "140 octets", "450 4.2.0 " TEXT_140, true, "450 4.2.0 " TEXT_140 },
	{ "141 octets", "450 4.2.0 " TEXT_140 "x", false, LONG },
	{ "140 octets, longest code", "DEFER_IF_PERMIT 4.999.999 " TEXT_140, true,
	  "DEFER_IF_PERMIT 4.999.999 " TEXT_140 },
	{ "130 octets and %s", "450 4.2.0 " TEXT_130 "%s", true,
	  "450 4.2.0 " TEXT_130 "%s" },
	{ "131 octets and %s", "450 4.2.0 " TEXT_130 "x%s", false, LONG },
	{ "14 times %s", "450 4.2.0 %s%s%s%s%s%s%s%s%s%s%s%s%s%s", true,
	  "450 4.2.0 %s%s%s%s%s%s%s%s%s%s%s%s%s%s" },
	{ "15 times %s", "450 4.2.0 %s%s%s%s%s%s%s%s%s%s%s%s%s%s%s", false, LONG },
	{ "138 octets and %r", "450 4.2.0 " TEXT_130 "12345678%r", true,
	  "450 4.2.0 " TEXT_130 "12345678%r" },
	{ "132 octets and %i", "450 4.2.0 " TEXT_130 "12%i", true,
	  "450 4.2.0 " TEXT_130 "12%i" },
	{ "133 octets and %i", "450 4.2.0 " TEXT_130 "123%i", false, LONG },
	{ "139 octets and %%", "450 4.2.0 " TEXT_130 "123456789%%x", false, LONG },
	{ "far too long", "450 4.2.0 " TEXT_140 TEXT_140 TEXT_140, false, LONG },
	{ "far too long, percents", "450 4.2.0 " TEXT_130 PERCENTS PERCENTS, false,
	  LONG },
};

#define WAIT "DEFER_IF_PERMIT 4.2.0 Greylisted, please try again in %s seconds"

/* The exact octets. [C23, C26, C27] */
static const struct {
	const char *name, *text;
	enum action action;
	int64_t wait_s;
	const char *recipient;
	const char *want;
} replies[] = {
	{ "greylist", WAIT, ACTION_GREYLIST, 180, "a@b",
	  "action=DEFER_IF_PERMIT 4.2.0 Greylisted, please try again in 180 "
	  "seconds\n\n" },
	{ "pass", WAIT, ACTION_PASS, 0, "a@b", "action=DUNNO\n\n" },
	{ "pass, as shadow does", WAIT, ACTION_PASS, 180, "a@b", "action=DUNNO\n\n" },
	{ "temporary failure", WAIT, ACTION_TEMPFAIL, 0, "a@b",
	  "action=DEFER_IF_PERMIT 4.3.0 Temporary failure, please try again "
	  "later\n\n" },
	{ "a code", "450 4.7.0 Wait", ACTION_GREYLIST, 180, "a@b",
	  "action=450 4.7.0 Wait\n\n" },
	{ "upper case", "defer 4.2.0 Wait", ACTION_GREYLIST, 180, "a@b",
	  "action=DEFER 4.2.0 Wait\n\n" },
	{ "the last second", "450 4.2.0 %s", ACTION_GREYLIST, 1, "a@b",
	  "action=450 4.2.0 1\n\n" },
	{ "ten digits", "450 4.2.0 (%s)", ACTION_GREYLIST, 9999999999, "a@b",
	  "action=450 4.2.0 (9999999999)\n\n" },
	{ "eleven digits", "450 4.2.0 (%s)", ACTION_GREYLIST, 10000000000, "a@b",
	  "action=450 4.2.0 ()\n\n" },
	{ "the end of time", "450 4.2.0 (%s)", ACTION_GREYLIST, INT64_MAX, "a@b",
	  "action=450 4.2.0 ()\n\n" },
	{ "a percent sign", "450 4.2.0 100%%", ACTION_GREYLIST, 1, "a@b",
	  "action=450 4.2.0 100%\n\n" },
	{ "reference", "450 4.2.0 <%i>", ACTION_GREYLIST, 1, "a@b",
	  "action=450 4.2.0 <0refrnce>\n\n" },
	{ "a percent sign, then s", "450 4.2.0 %%s%%r", ACTION_GREYLIST, 1, "a@b",
	  "action=450 4.2.0 %s%r\n\n" },
	{ "everything", "450 4.2.0 %r: %s%%, %s.", ACTION_GREYLIST, 7, "a@b.example",
	  "action=450 4.2.0 b.example: 7%, 7.\n\n" },

	/* %r keeps the case of the recipient. [C9] */
	{ "domain", "450 4.2.0 (%r)", ACTION_GREYLIST, 1, "Joe@LAB.Example-1.org",
	  "action=450 4.2.0 (LAB.Example-1.org)\n\n" },
	{ "domain after the last @", "450 4.2.0 (%r)", ACTION_GREYLIST, 1, "a@b@c",
	  "action=450 4.2.0 (c)\n\n" },
	{ "no @", "450 4.2.0 (%r)", ACTION_GREYLIST, 1, "postmaster",
	  "action=450 4.2.0 ()\n\n" },
	{ "no recipient", "450 4.2.0 (%r)", ACTION_GREYLIST, 1, "",
	  "action=450 4.2.0 ()\n\n" },
	{ "no domain", "450 4.2.0 (%r)", ACTION_GREYLIST, 1, "joe@",
	  "action=450 4.2.0 ()\n\n" },
	{ "blank", "450 4.2.0 (%r)", ACTION_GREYLIST, 1, "joe@b c",
	  "action=450 4.2.0 ()\n\n" },
	{ "newline", "450 4.2.0 (%r)", ACTION_GREYLIST, 1, "joe@b\nfoo",
	  "action=450 4.2.0 ()\n\n" },
	{ "newline at the end", "450 4.2.0 (%r)", ACTION_GREYLIST, 1, "joe@b\n",
	  "action=450 4.2.0 ()\n\n" },
	{ "an action in the recipient", "450 4.2.0 (%r)", ACTION_GREYLIST, 1,
	  "joe@b\n\naction=OK\n\n", "action=450 4.2.0 ()\n\n" },
	{ "quotes", "450 4.2.0 (%r)", ACTION_GREYLIST, 1, "\"a@b\"@\"c\"",
	  "action=450 4.2.0 ()\n\n" },
	{ "quoted local part", "450 4.2.0 (%r)", ACTION_GREYLIST, 1, "\"a b\"@c",
	  "action=450 4.2.0 (c)\n\n" },
	{ "address literal", "450 4.2.0 (%r)", ACTION_GREYLIST, 1, "a@[192.0.2.1]",
	  "action=450 4.2.0 ()\n\n" },
	{ "percent", "450 4.2.0 (%r)", ACTION_GREYLIST, 1, "a@%s%n%r",
	  "action=450 4.2.0 ()\n\n" },
	{ "underscore", "450 4.2.0 (%r)", ACTION_GREYLIST, 1, "a@b_c",
	  "action=450 4.2.0 ()\n\n" },
	{ "control octet", "450 4.2.0 (%r)", ACTION_GREYLIST, 1, "a@b\x01",
	  "action=450 4.2.0 ()\n\n" },
	{ "UTF-8", "450 4.2.0 (%r)", ACTION_GREYLIST, 1, "a@b\xc3\xbc" "cher",
	  "action=450 4.2.0 ()\n\n" },
	{ "8-bit", "450 4.2.0 (%r)", ACTION_GREYLIST, 1, "a@\xff",
	  "action=450 4.2.0 ()\n\n" },

	/* %r: a domain that does not fit is left out, not cut. [C25] */
	{ "just fits", "450 4.2.0 " TEXT_130 "%r", ACTION_GREYLIST, 1, "a@" TEXT_10,
	  "action=450 4.2.0 " TEXT_130 TEXT_10 "\n\n" },
	{ "one too long", "450 4.2.0 " TEXT_130 "%r", ACTION_GREYLIST, 1,
	  "a@" TEXT_10 "x", "action=450 4.2.0 " TEXT_130 "\n\n" },
	{ "two just fit", "450 4.2.0 " TEXT_70 TEXT_10 TEXT_10 TEXT_10 TEXT_10
	  TEXT_10 "%r%r", ACTION_GREYLIST, 1, "a@" TEXT_10,
	  "action=450 4.2.0 " TEXT_140 "\n\n" },
	{ "two, one too long", "450 4.2.0 " TEXT_70 TEXT_10 TEXT_10 TEXT_10
	  TEXT_10 TEXT_10 "%r%r", ACTION_GREYLIST, 1, "a@" TEXT_10 "x",
	  "action=450 4.2.0 " TEXT_70 TEXT_10 TEXT_10 TEXT_10 TEXT_10 TEXT_10
	  "\n\n" },
	{ "no room at all", "450 4.2.0 " TEXT_140 "%r", ACTION_GREYLIST, 1, "a@b",
	  NULL },
	{ "only the domain", "450 4.2.0 %r", ACTION_GREYLIST, 1, "a@" TEXT_140,
	  "action=450 4.2.0 " TEXT_140 "\n\n" },
	{ "only the domain, too long", "450 4.2.0 %r", ACTION_GREYLIST, 1,
	  "a@" TEXT_140 "x", "action=450 4.2.0 \n\n" },
};

/* Recipients that a client may send. */
static const char *const recipients[] = {
	"", "@", "@@", "a", "a@b", "a@b@c", "postmaster", "a@", "@b", "a b@c d",
	"\"a b\"@c", "\"a@b\"", "a@\"b\"", "a@b\n", "\n", "\n\n", "a@b\r\n",
	"a@b\n\naction=OK\n\n", "action=OK", "a@action=OK", "a@450",
	"a@b\x01", "a@\x7f", "a@\x1b[2J", "a@b\xc3\xbc", "a@\xff\xfe", "a@%s",
	"a@%r", "a@%n", "a@%%", "a@[IPv6:::1]", "a@-", "a@.", "a@..", "a@\\",
	"a@<>", "a@b,c", "a@b;c", "a@b/c", "a@b=c", "a@ ", " @ ", "a@\t",
	"a@" TEXT_70 "." TEXT_70, "a@" TEXT_140, "a@" TEXT_140 TEXT_70,
	"a@" TEXT_140 TEXT_70 TEXT_10 TEXT_10 TEXT_10 TEXT_10 "12345",
	TEXT_140 TEXT_140 "@b", TEXT_140 TEXT_140,
};
/* clang-format on */

static void
test_templates(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(templates); i++) {
		struct reply_template template = {.text = "before"};
		struct err err = {""};
		int rc =
		    reply_template_parse(templates[i].text, &template, &err);

		if ((rc == 0) != templates[i].accepted)
			fail_msg("%s: got %d %s", templates[i].name, rc,
			    err.text);
		if (rc == 0 && strcmp(template.text, templates[i].want) != 0)
			fail_msg("%s: got \"%s\"", templates[i].name,
			    template.text);
		if (rc == 0)
			continue;
		if (strstr(err.text, templates[i].want) == NULL)
			fail_msg("%s: got \"%s\"", templates[i].name, err.text);
		assert_string_equal(template.text, "before");
	}
}

static size_t
reply(const struct reply_template *template, enum action action, int64_t wait_s,
    const char *recipient, char out[REPLY_MAX + 1])
{
	static struct request request;
	struct verdict verdict = {
	    .action = action, .wait_s = wait_s, .reference = "0refrnce"};
	size_t n;

	request_clear(&request);
	strcpy(request.recipient, recipient);
	/* Marks that reply_format() must not change. */
	memset(out, '!', REPLY_MAX + 1);
	n = reply_format(template, &request, &verdict, out);
	assert_in_range(n, 1, REPLY_MAX);
	assert_int_equal(out[n], '!');
	assert_int_equal(out[REPLY_MAX], '!');
	out[n] = '\0';
	return n;
}

/* A delayed message gets a header. [C26] */
static void
test_header(void **state)
{
	static struct request request;
	struct verdict verdict = {
	    .action = ACTION_PASS, .header = true, .age_s = 321};
	struct reply_template template;
	char got[REPLY_MAX + 1];
	struct err err;

	(void)state;
	request_clear(&request);
	assert_int_equal(reply_template_parse("450 4.2.0 x", &template, &err),
	    0);
	got[reply_format(&template, &request, &verdict, got)] = '\0';
	assert_string_equal(got,
	    "action=PREPEND X-Greylist: delayed 321 seconds by tardigrey\n\n");
	verdict.age_s = INT64_MAX;
	got[reply_format(&template, &request, &verdict, got)] = '\0';
	assert_string_equal(got,
	    "action=PREPEND X-Greylist: delayed 9223372036854775807 seconds by "
	    "tardigrey\n\n");
}

static void
test_replies(void **state)
{
	char got[REPLY_MAX + 1];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(replies); i++) {
		struct reply_template template;
		struct err err = {""};
		const char *want = replies[i].want;

		if (reply_template_parse(replies[i].text, &template, &err) !=
		    (want != NULL ? 0 : -1))
			fail_msg("%s: %s", replies[i].name, err.text);
		if (want == NULL)
			continue;
		reply(&template, replies[i].action, replies[i].wait_s,
		    replies[i].recipient, got);
		if (strcmp(got, want) != 0)
			fail_msg("%s: got %s", replies[i].name, got);
	}
}

/* The length of Postfix's SMTP reply with the longest recipient that RFC 5321
 * allows, the code of the text, and CRLF. [C25] */
static size_t
smtp_reply_n(const char *text)
{
	char line[1024];
	const char *rest = strchr(text, ' ');
	int code_n = (int)(rest - text);

	return (size_t)snprintf(line, sizeof(line),
	    "450 %.*s <%0320d>: Recipient address rejected: %s\r\n", code_n,
	    text, 0, rest + 1);
}

/* Check that a reply is one line of printable ASCII, with an action that defers
 * and a text after it. [C23, C24, C25] */
static void
check_deferral(const char *got, size_t n)
{
	static const char *const actions[] = {
	    "DEFER_IF_PERMIT ", "DEFER ", "421 ", "450 ", "451 ", "452 "};
	char line[REPLY_MAX + 1];
	const char *text = NULL;

	if (n < 9 || strcmp(got + n - 2, "\n\n") != 0)
		fail_msg("%s does not end in an empty line", got);
	snprintf(line, sizeof(line), "%.*s", (int)(n - 2), got);
	for (const char *p = line; *p != '\0'; p++)
		if (*p < ' ' || *p > '~')
			fail_msg("octet %d in %s", *p, line);
	if (strlen(line) != n - 2 || strncmp(line, "action=", 7) != 0)
		fail_msg("%s is not one action", line);
	for (size_t i = 0; i < ARRAY_LEN(actions); i++)
		if (strncmp(line + 7, actions[i], strlen(actions[i])) == 0)
			text = line + 7 + strlen(actions[i]);
	if (text == NULL || strncmp(text, "4.", 2) != 0)
		fail_msg("%s is no deferral", line);
	else if (smtp_reply_n(text) >= 510)
		fail_msg("%zu octets: %s", smtp_reply_n(text), line);
}

static void
check_template(const char *text)
{
	static const int64_t waits[] = {INT64_MIN, -1, 0, 1, 180, 86400,
	    9999999999, 10000000000, INT64_MAX};
	struct reply_template template;
	struct err err;
	char got[REPLY_MAX + 1];

	if (reply_template_parse(text, &template, &err) != 0)
		fail_msg("%s: %s", text, err.text);
	for (size_t r = 0; r < ARRAY_LEN(recipients); r++)
		for (size_t w = 0; w < ARRAY_LEN(waits); w++) {
			check_deferral(got,
			    reply(&template, ACTION_GREYLIST, waits[w],
				recipients[r], got));
			check_deferral(got,
			    reply(&template, ACTION_TEMPFAIL, waits[w],
				recipients[r], got));
			reply(&template, ACTION_PASS, waits[w], recipients[r],
			    got);
			assert_string_equal(got, "action=DUNNO\n\n");
		}
}

/* Every template with every recipient. */
static void
test_hostile_recipients(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(templates); i++)
		if (templates[i].accepted)
			check_template(templates[i].text);
	for (size_t i = 0; i < ARRAY_LEN(replies); i++)
		if (replies[i].want != NULL)
			check_template(replies[i].text);
	check_template("DEFER_IF_PERMIT 4.999.999 %r%r%r%r");
	check_template("DEFER_IF_PERMIT 4.999.999 %r %s %% %r");
}

/* The longest reply, and Postfix's line with it. [C25] */
static void
test_longest_reply(void **state)
{
	struct reply_template template;
	struct err err;
	char got[REPLY_MAX + 1];

	(void)state;
	assert_int_equal(reply_template_parse("DEFER_IF_PERMIT 4.999.999 %r",
			     &template, &err),
	    0);
	reply(&template, ACTION_GREYLIST, 1, "a@" TEXT_140, got);
	assert_string_equal(got,
	    "action=DEFER_IF_PERMIT 4.999.999 " TEXT_140 "\n\n");
	assert_int_equal(smtp_reply_n("4.999.999 " TEXT_140), 508);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_templates),
	    cmocka_unit_test(test_header),
	    cmocka_unit_test(test_replies),
	    cmocka_unit_test(test_hostile_recipients),
	    cmocka_unit_test(test_longest_reply),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
