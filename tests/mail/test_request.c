/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <string.h>

#include "mail/request.h"

/* clang-format off */

/* Only RCPT, DATA and END-OF-MESSAGE have states of their own. [C13] */
static const struct {
	const char *protocol_state;
	enum request_state want;
} states[] = {
	{ "", REQUEST_RCPT }, /* programs other than Postfix leave it out */
	{ "RCPT", REQUEST_RCPT },
	{ "DATA", REQUEST_DATA },
	{ "CONNECT", REQUEST_OTHER },
	{ "XCLIENT", REQUEST_OTHER },
	{ "EHLO", REQUEST_OTHER },
	{ "HELO", REQUEST_OTHER },
	{ "MAIL", REQUEST_OTHER },
	{ "VRFY", REQUEST_OTHER },
	{ "ETRN", REQUEST_OTHER },
	{ "END-OF-MESSAGE", REQUEST_END },
	{ "END-OF-MESSAGES", REQUEST_OTHER },
	{ "BDAT", REQUEST_OTHER },
	{ "rcpt", REQUEST_OTHER },
	{ "RCP", REQUEST_OTHER },
	{ "RCPT ", REQUEST_OTHER },
	{ "RCPTX", REQUEST_OTHER },
	{ "DATA2", REQUEST_OTHER },
	{ " ", REQUEST_OTHER },
};

#define TEXT(name) { #name, offsetof(struct request, name), \
	  sizeof(((struct request *)0)->name) - 1 }
static const struct {
	const char *name;
	size_t offset, max;
} texts[] = {
	TEXT(protocol_state),
	TEXT(client_address),
	TEXT(client_name),
	TEXT(instance),
	TEXT(queue_id),
	TEXT(policy_context),
	TEXT(stress),
	TEXT(sender),
	TEXT(recipient),
};
/* clang-format on */

static char *
text_at(struct request *request, size_t i)
{
	return (char *)request + texts[i].offset;
}

static void
test_states(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(states); i++)
		if (request_state_parse(states[i].protocol_state) !=
		    states[i].want)
			fail_msg("\"%s\"", states[i].protocol_state);
}

/* Every text has the documented length. [C20] */
static void
test_sizes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		bool address = strcmp(texts[i].name, "sender") == 0 ||
		    strcmp(texts[i].name, "recipient") == 0;

		if (strcmp(texts[i].name, "stress") == 0)
			continue; /* "yes" or nothing */
		assert_int_equal(texts[i].max,
		    address ? REQUEST_ADDRESS_MAX : REQUEST_TEXT_MAX);
	}
	assert_true(REQUEST_ADDRESS_MAX >= 2048);
}

static void
test_clear(void **state)
{
	static struct request request;

	(void)state;
	memset(&request, 1, sizeof(request));
	request_clear(&request);
	assert_int_equal(request.client.family, NETADDR_NONE);
	assert_int_equal(request.state, REQUEST_RCPT);
	assert_false(request.authenticated);
	assert_false(request.client_name_confirmed);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (text_at(&request, i)[0] != '\0')
			fail_msg("%s is not cleared", texts[i].name);
}

/* Give every member another value; texts have n octets if that fits. */
static void
fill(struct request *request, size_t n)
{
	request_clear(request);
	netaddr_parse("2001:db8::1", &request->client);
	request->state = REQUEST_DATA;
	request->authenticated = true;
	request->client_name_confirmed = true;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		size_t text_n = n < texts[i].max ? n : texts[i].max;

		memset(text_at(request, i), (int)('a' + i), text_n);
		text_at(request, i)[text_n] = '\0';
	}
}

static void
check_copy(size_t n)
{
	static struct request from, to;

	fill(&from, n);
	memset(&to, '!', sizeof(to));
	request_copy(&to, &from);
	assert_memory_equal(&to.client, &from.client, sizeof(to.client));
	assert_int_equal(to.state, from.state);
	assert_int_equal(to.authenticated, from.authenticated);
	assert_int_equal(to.client_name_confirmed, from.client_name_confirmed);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		size_t text_n = strlen(text_at(&from, i));

		assert_string_equal(text_at(&to, i), text_at(&from, i));
		if (text_n < texts[i].max && text_at(&to, i)[text_n + 1] != '!')
			fail_msg("%s: the unused end was written",
			    texts[i].name);
	}
}

static void
test_copy(void **state)
{
	(void)state;
	check_copy(0);
	check_copy(1);
	check_copy(REQUEST_TEXT_MAX);
	check_copy(REQUEST_ADDRESS_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_states),
	    cmocka_unit_test(test_sizes),
	    cmocka_unit_test(test_clear),
	    cmocka_unit_test(test_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
