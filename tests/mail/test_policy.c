/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Postfix's policy protocol, both directions. [C18-C27] */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "mail/policy.h"
#include "mail/reply.h"

/* ---- Requests: what comes in, what is understood ---- */

#define ASK  "request=smtpd_access_policy\n"
#define BARE ASK "\n" /* the shortest request there is */

struct message {
	const char *name;
	const char *octets;
	size_t n;
	const char *want;
};

#define OCTETS(text) text, sizeof(text) - 1

/* Every attribute that Postfix 3.7 sends, in its order. */
#define POSTFIX_3_7                                      \
	ASK "protocol_state=RCPT\n"                      \
	    "protocol_name=ESMTP\n"                      \
	    "client_address=192.0.2.7\n"                 \
	    "client_name=mail.example.net\n"             \
	    "client_port=40522\n"                        \
	    "reverse_client_name=mail.example.net\n"     \
	    "server_address=198.51.100.25\n"             \
	    "server_port=25\n"                           \
	    "helo_name=mail.example.net\n"               \
	    "sender=Foo.Bar@Sender.Example\n"            \
	    "recipient=user@LAB.Example\n"               \
	    "recipient_count=0\n"                        \
	    "queue_id=\n"                                \
	    "instance=1b2c.66f0a1b2.3c4d5.0\n"           \
	    "size=1234\n"                                \
	    "etrn_domain=\n"                             \
	    "stress=\n"                                  \
	    "sasl_method=\n"                             \
	    "sasl_username=\n"                           \
	    "sasl_sender=\n"                             \
	    "ccert_subject=\n"                           \
	    "ccert_issuer=\n"                            \
	    "ccert_fingerprint=\n"                       \
	    "ccert_pubkey_fingerprint=\n"                \
	    "encryption_protocol=TLSv1.3\n"              \
	    "encryption_cipher=TLS_AES_256_GCM_SHA384\n" \
	    "encryption_keysize=256\n"                   \
	    "policy_context=mx\n"                        \
	    "\n"
#define POSTFIX_3_7_READ                                                         \
	"rcpt 192.0.2.7 confirmed protocol_state=RCPT client_address=192.0.2.7 " \
	"client_name=mail.example.net sender=Foo.Bar@Sender.Example "            \
	"recipient=user@LAB.Example instance=1b2c.66f0a1b2.3c4d5.0 "             \
	"policy_context=mx; "

#define BAD_KIND "bad: expected request=smtpd_access_policy"
#define BAD_LINE "bad: expected name=value"
#define BAD_NUL  "bad: a value contains a NUL octet"

/*
 * Wanted: per request the state, the client, "login", whether its name is
 * confirmed and what is not empty,
 * then where the parser stands: idle (between requests), more, or bad.
 */
/* clang-format off */
static const struct message messages[] = {
	{ "nothing", OCTETS(""), "idle" },
	{ "the shortest", OCTETS(BARE), "rcpt -; idle" },

	/* Any order, any selection. [C18] */
	{ "Postfix 3.7", OCTETS(POSTFIX_3_7), POSTFIX_3_7_READ "idle" },
	{ "s/qmail",
	  OCTETS(ASK "client_address=192.0.2.9\nclient_name=mx.example.net\n"
	         "sender=a@example.net\nrecipient=b@example.org\n\n"),
	  "rcpt 192.0.2.9 client_address=192.0.2.9 client_name=mx.example.net "
	  "sender=a@example.net recipient=b@example.org; idle" },
	{ "backwards",
	  OCTETS("instance=i\nrecipient=b@d\nsender=a@c\nclient_name=n\n"
	         "client_address=192.0.2.1\nprotocol_state=DATA\n" ASK "\n"),
	  "data 192.0.2.1 protocol_state=DATA client_address=192.0.2.1 "
	  "client_name=n sender=a@c recipient=b@d instance=i; idle" },
	{ "request in the middle",
	  OCTETS("sender=a\n" ASK "recipient=b\n\n"),
	  "rcpt - sender=a recipient=b; idle" },
	{ "no recipient, as qrey.c has it",
	  OCTETS(ASK "sender=a\nnecipient=b\n\n"), "rcpt - sender=a; idle" },
	{ "unknown attributes", /* [C18] */
	  OCTETS(ASK "tls_sni=x\nsender=a\nfuture=1\nrecipient=b\nx=\n\n"),
	  "rcpt - sender=a recipient=b; idle" },
	{ "names that begin like ours",
	  OCTETS(ASK "sende=1\nsenderx=2\nSender=3\n sender=4\nsender =5\n"
	         "client_nam=6\nclient_names=7\nrequest2=8\n\n"),
	  "rcpt -; idle" },
	{ "no name", OCTETS(ASK "=x\n=\nsender=a\n\n"), "rcpt - sender=a; idle" },
	{ "a name of 32 octets, as the buffer",
	  OCTETS(ASK "abcdefghijklmnopqrstuvwxyz012345=x\nsender=a\n\n"),
	  "rcpt - sender=a; idle" },
	{ "a name of 33 octets",
	  OCTETS(ASK "abcdefghijklmnopqrstuvwxyz0123456=x\nsender=a\n\n"),
	  "rcpt - sender=a; idle" },
	{ "ours at the start of a long name",
	  OCTETS(ASK "sendersendersendersendersendersendersender=x\n\n"),
	  "rcpt -; idle" },
	{ "control octets in a name",
	  OCTETS(ASK "\x01\x7f\xff\r=x\nsender=a\n\n"), "rcpt - sender=a; idle" },

	/* Values. [C19] */
	{ "empty values",
	  OCTETS(ASK "protocol_state=\nclient_address=\nclient_name=\nsender=\n"
	         "recipient=\nqueue_id=\ninstance=\npolicy_context=\n"
	         "sasl_username=\n\n"), "rcpt -; idle" },
	{ "the first '=' counts",
	  OCTETS(ASK "sender=a=b==c@d\nrecipient==\n\n"),
	  "rcpt - sender=a=b==c@d recipient==; idle" },
	{ "blanks stay",
	  OCTETS(ASK "sender= a b \nrecipient=\t\"x y\"@z \n\n"),
	  "rcpt - sender= a b  recipient=\t\"x y\"@z ; idle" },
	{ "UTF-8",
	  OCTETS(ASK "sender=gr\xc3\xbc\xc3\x9f@b\xc3\xbc" "cher.example\n\n"),
	  "rcpt - sender=gr\xc3\xbc\xc3\x9f@b\xc3\xbc" "cher.example; idle" },
	{ "8-bit and control octets",
	  OCTETS(ASK "sender=\x01\x1b\x7f\x80\xfe\xff\r\nrecipient=\xc0\xaf\n\n"),
	  "rcpt - sender=\x01\x1b\x7f\x80\xfe\xff\r recipient=\xc0\xaf; idle" },
	{ "a value that looks like a line",
	  OCTETS(ASK "sender=recipient=b\n\n"),
	  "rcpt - sender=recipient=b; idle" },
	{ "every text",
	  OCTETS(ASK "policy_context=8\ninstance=7\nqueue_id=6\nrecipient=5\n"
	         "sender=4\nclient_name=3\nclient_address=2\nprotocol_state=1\n\n"),
	  "other - protocol_state=1 client_address=2 client_name=3 sender=4 "
	  "recipient=5 queue_id=6 instance=7 policy_context=8; idle" },

	/* Of two equal names the last counts. [C19] */
	{ "duplicate", OCTETS(ASK "sender=a\nsender=b\n\n"),
	  "rcpt - sender=b; idle" },
	{ "duplicate, shorter", OCTETS(ASK "sender=abcdef\nsender=x\n\n"),
	  "rcpt - sender=x; idle" },
	{ "duplicate becomes empty", OCTETS(ASK "sender=a\nsender=\n\n"),
	  "rcpt -; idle" },
	{ "duplicate, apart",
	  OCTETS(ASK "sender=a\nrecipient=b\nqueue_id=c\nsender=d\n\n"),
	  "rcpt - sender=d recipient=b queue_id=c; idle" },
	{ "three of one name", OCTETS(ASK "sender=a\nsender=\nsender=c\n\n"),
	  "rcpt - sender=c; idle" },
	{ "duplicate client",
	  OCTETS(ASK "client_address=192.0.2.1\nclient_address=192.0.2.2\n\n"),
	  "rcpt 192.0.2.2 client_address=192.0.2.2; idle" },
	{ "duplicate client becomes empty",
	  OCTETS(ASK "client_address=192.0.2.1\nclient_address=\n\n"),
	  "rcpt -; idle" },
	{ "duplicate state becomes empty",
	  OCTETS(ASK "protocol_state=MAIL\nprotocol_state=\n\n"), "rcpt -; idle" },
	{ "duplicate request, good last",
	  OCTETS("request=junk\n" ASK "\n"), "rcpt -; idle" },
	{ "duplicate request, bad last",
	  OCTETS(ASK "request=junk\n\n"), BAD_KIND },
	{ "duplicate request becomes empty",
	  OCTETS(ASK "request=\n\n"), BAD_KIND },

	/* Logged in or not. [C12] */
	/* Confirmed: reverse_client_name stands beside it, in any order. */
	{ "name alone", OCTETS(ASK "client_name=n\n\n"),
	  "rcpt - client_name=n; idle" },
	{ "reverse name first",
	  OCTETS(ASK "reverse_client_name=n\nclient_name=n\n\n"),
	  "rcpt - confirmed client_name=n; idle" },
	{ "reverse name, which may be empty",
	  OCTETS(ASK "client_name=n\nreverse_client_name=\n\n"),
	  "rcpt - confirmed client_name=n; idle" },
	{ "unknown is no name",
	  OCTETS(ASK "client_name=unknown\nreverse_client_name=n\n\n"),
	  "rcpt - client_name=unknown; idle" },
	{ "no name", OCTETS(ASK "client_name=\nreverse_client_name=n\n\n"),
	  "rcpt -; idle" },
	{ "reverse name alone", OCTETS(ASK "reverse_client_name=n\n\n"),
	  "rcpt -; idle" },
	{ "confirmed only in the request before",
	  OCTETS(ASK "client_name=n\nreverse_client_name=n\n\n" ASK
	         "client_name=n\n\n"),
	  "rcpt - confirmed client_name=n; rcpt - client_name=n; idle" },
	{ "login", OCTETS(ASK "sasl_username=joe\n\n"), "rcpt - login; idle" },
	{ "login with a blank", OCTETS(ASK "sasl_username= \n\n"),
	  "rcpt - login; idle" },
	{ "login becomes empty",
	  OCTETS(ASK "sasl_username=joe\nsasl_username=\n\n"), "rcpt -; idle" },
	{ "login at last",
	  OCTETS(ASK "sasl_username=\nsasl_username=joe\n\n"),
	  "rcpt - login; idle" },
	{ "a login method is no login",
	  OCTETS(ASK "sasl_method=plain\nsasl_sender=joe\n\n"), "rcpt -; idle" },

	/* The client. [C8, C12] */
	{ "IPv6", OCTETS(ASK "client_address=2001:0DB8::1\n\n"),
	  "rcpt 2001:db8::1 client_address=2001:0DB8::1; idle" },
	{ "IPv4-mapped", OCTETS(ASK "client_address=::ffff:192.0.2.1\n\n"),
	  "rcpt 192.0.2.1 client_address=::ffff:192.0.2.1; idle" },
	{ "client unknown", OCTETS(ASK "client_address=unknown\n\n"),
	  "rcpt - client_address=unknown; idle" },
	{ "client in brackets", OCTETS(ASK "client_address=[192.0.2.1]\n\n"),
	  "rcpt - client_address=[192.0.2.1]; idle" },
	{ "client with a blank", OCTETS(ASK "client_address=192.0.2.1 \n\n"),
	  "rcpt - client_address=192.0.2.1 ; idle" },
	{ "client with a prefix", OCTETS(ASK "client_address=192.0.2.1/24\n\n"),
	  "rcpt - client_address=192.0.2.1/24; idle" },

	/* The state. [C13] */
	{ "state RCPT", OCTETS(ASK "protocol_state=RCPT\n\n"),
	  "rcpt - protocol_state=RCPT; idle" },
	{ "state DATA", OCTETS(ASK "protocol_state=DATA\n\n"),
	  "data - protocol_state=DATA; idle" },
	{ "state CONNECT", OCTETS(ASK "protocol_state=CONNECT\n\n"),
	  "other - protocol_state=CONNECT; idle" },
	{ "state EHLO", OCTETS(ASK "protocol_state=EHLO\n\n"),
	  "other - protocol_state=EHLO; idle" },
	{ "state MAIL", OCTETS(ASK "protocol_state=MAIL\n\n"),
	  "other - protocol_state=MAIL; idle" },
	{ "state END-OF-MESSAGE", OCTETS(ASK "protocol_state=END-OF-MESSAGE\n\n"),
	  "end - protocol_state=END-OF-MESSAGE; idle" },
	{ "state in lower case", OCTETS(ASK "protocol_state=rcpt\n\n"),
	  "other - protocol_state=rcpt; idle" },

	/* Only smtpd_access_policy. [C21] */
	{ "an empty request", OCTETS("\n"), BAD_KIND },
	{ "no request=", OCTETS("sender=a\nrecipient=b\n\n"), BAD_KIND },
	{ "request= empty", OCTETS("request=\n\n"), BAD_KIND },
	{ "request= too short", OCTETS("request=smtpd_access_polic\n\n"), BAD_KIND },
	{ "request= too long", OCTETS("request=smtpd_access_policyx\n\n"), BAD_KIND },
	{ "request= far too long",
	  OCTETS("request=smtpd_access_policysmtpd_access_policy\n\n"), BAD_KIND },
	{ "request= last octet differs",
	  OCTETS("request=smtpd_access_policx\n\n"), BAD_KIND },
	{ "request= first octet differs",
	  OCTETS("request=Smtpd_access_policy\n\n"), BAD_KIND },
	{ "request= in upper case",
	  OCTETS("request=SMTPD_ACCESS_POLICY\n\n"), BAD_KIND },
	{ "request= with a blank",
	  OCTETS("request= smtpd_access_policy\n\n"), BAD_KIND },
	{ "request= of junk", OCTETS("request=junk\n\n"), BAD_KIND },
	{ "Request=", OCTETS("Request=smtpd_access_policy\n\n"), BAD_KIND },

	/* Not this protocol. [C21] */
	{ "no '='", OCTETS("HELO there\n"), BAD_LINE },
	{ "no '=' later", OCTETS(ASK "sender\n\n"), BAD_LINE },
	{ "HTTP", OCTETS("GET / HTTP/1.0\r\n\r\n"), BAD_LINE },
	{ "CRLF", OCTETS("request=smtpd_access_policy\r\nsender=a\r\n\r\n"), BAD_LINE },
	{ "only CRLF", OCTETS("\r\n"), BAD_LINE },
	{ "CRLF at the end", OCTETS(ASK "sender=a\n\r\n"), BAD_LINE },
	{ "NUL in a name", OCTETS(ASK "sen\0der=a\n\n"), BAD_LINE },
	{ "NUL after a name", OCTETS(ASK "sender\0=a\n\n"), BAD_LINE },
	{ "NUL at the very start", OCTETS("\0"), BAD_LINE },
	{ "NUL in a value", OCTETS(ASK "sender=a\0b\n\n"), BAD_NUL },
	{ "NUL ends a value", OCTETS(ASK "sender=a\0\n\n"), BAD_NUL },
	{ "NUL is a value", OCTETS(ASK "sender=\0\n\n"), BAD_NUL },
	{ "NUL in an unknown value", OCTETS(ASK "future=a\0b\n\n"), BAD_NUL },
	{ "NUL in request=", OCTETS("request=smtpd_access_policy\0\n\n"), BAD_NUL },
	{ "NUL in a login", OCTETS(ASK "sasl_username=\0\n\n"), BAD_NUL },
	{ "TLS", OCTETS("\x16\x03\x01\x02\x00\x01\x00\x01"), BAD_LINE },

	/* Not all there yet. [C22] */
	{ "half a name", OCTETS("requ"), "more" },
	{ "a name", OCTETS("request"), "more" },
	{ "a name and '='", OCTETS("request="), "more" },
	{ "half a value", OCTETS("request=smtpd_acc"), "more" },
	{ "a line", OCTETS(ASK), "more" },
	{ "only the empty line is missing", OCTETS(ASK "sender=a\n"), "more" },
	{ "one and a half", OCTETS(BARE ASK "sender=a"), "rcpt -; more" },
	{ "one and one octet", OCTETS(BARE "r"), "rcpt -; more" },

	/* Several at once, in order, nothing leaks into the next. [C22] */
	{ "two", OCTETS(ASK "sender=a\n\n" ASK "sender=b\n\n"),
	  "rcpt - sender=a; rcpt - sender=b; idle" },
	{ "four", OCTETS(ASK "queue_id=1\n\n" ASK "queue_id=2\n\n" ASK
	  "queue_id=3\n\n" ASK "queue_id=4\n\n"),
	  "rcpt - queue_id=1; rcpt - queue_id=2; rcpt - queue_id=3; "
	  "rcpt - queue_id=4; idle" },
	{ "a full one, an empty one",
	  OCTETS(ASK "policy_context=8\ninstance=7\nqueue_id=6\nrecipient=5\n"
	         "sender=4\nclient_name=3\nclient_address=192.0.2.1\n"
	         "protocol_state=DATA\nsasl_username=joe\n\n" BARE),
	  "data 192.0.2.1 login protocol_state=DATA client_address=192.0.2.1 "
	  "client_name=3 sender=4 recipient=5 queue_id=6 instance=7 "
	  "policy_context=8; rcpt -; idle" },
	{ "the kind does not leak", OCTETS(BARE "sender=a\n\n"),
	  "rcpt -; " BAD_KIND },
	{ "good, then an empty line", OCTETS(BARE "\n"), "rcpt -; " BAD_KIND },
	{ "good, then bad, then good", OCTETS(BARE "x\n" BARE),
	  "rcpt -; " BAD_LINE },
	{ "Postfix 3.7 twice", OCTETS(POSTFIX_3_7 POSTFIX_3_7),
	  POSTFIX_3_7_READ POSTFIX_3_7_READ "idle" },
};

#define TEXT(name) { #name, offsetof(struct request, name), \
	  sizeof(((struct request *)0)->name) - 1, false }
#define NOTE(name) { #name, offsetof(struct request, name), \
	  sizeof(((struct request *)0)->name) - 1, true }

static const struct text {
	const char *name;
	size_t offset, max;
	bool is_note; /* too long a one counts as missing */
} texts[] = {
	TEXT(protocol_state),
	TEXT(client_address),
	NOTE(client_name),
	TEXT(sender),
	TEXT(recipient),
	NOTE(queue_id),
	TEXT(instance),
	NOTE(policy_context),
};
/* clang-format on */

/* A client's connection and what was understood so far. */
struct session {
	struct policy_parser parser;
	struct request request;
	struct err err;
	size_t requests_n;
	bool bad;
	size_t heard_n;
	char heard[4096];
};

static void
session_begin(struct session *s)
{
	policy_begin(&s->parser);
	/* The parser must not rely on what it was given. */
	memset(&s->request, '!', sizeof(s->request));
	s->err.text[0] = '\0';
	s->requests_n = 0;
	s->bad = false;
	s->heard_n = 0;
	s->heard[0] = '\0';
}

static void
hear(struct session *s, const char *text)
{
	size_t n = strlen(text);

	assert_true(s->heard_n + n < sizeof(s->heard));
	memcpy(s->heard + s->heard_n, text, n + 1);
	s->heard_n += n;
}

static void
hear_request(struct session *s)
{
	static const char *const states[] = {
	    [REQUEST_RCPT] = "rcpt",
	    [REQUEST_DATA] = "data",
	    [REQUEST_END] = "end",
	    [REQUEST_OTHER] = "other",
	};
	char client[NETADDR_TEXT_SIZE];

	netaddr_format(&s->request.client, client);
	hear(s, states[s->request.state]);
	hear(s, " ");
	hear(s, client[0] != '\0' ? client : "-");
	if (s->request.authenticated)
		hear(s, " login");
	if (s->request.client_name_confirmed)
		hear(s, " confirmed");
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		const char *text = (char *)&s->request + texts[i].offset;

		if (text[0] == '\0')
			continue;
		hear(s, " ");
		hear(s, texts[i].name);
		hear(s, "=");
		hear(s, text);
	}
	hear(s, "; ");
}

/* Feed as a daemon does: until all is used or the client is refused. The
 * long requests of the limits are not written down. */
static void
feed(struct session *s, const char *octets, size_t n, bool write_down)
{
	while (n > 0 && !s->bad) {
		size_t used = n + 1;
		enum policy_rc rc = policy_feed(&s->parser, octets, n, &used,
		    &s->request, &s->err);

		s->bad = rc == POLICY_BAD;
		if (s->bad)
			break;
		assert_in_range(used, 1, n);
		assert_true(rc != POLICY_MORE || used == n);
		octets += used;
		n -= used;
		if (rc == POLICY_REQUEST) {
			assert_true(policy_idle(&s->parser));
			s->requests_n++;
			if (write_down)
				hear_request(s);
		}
	}
}

/* One octet of its own, so that a reader beyond it is caught. */
static void
feed_bytewise(struct session *s, const char *octets, size_t n, bool write_down)
{
	for (size_t i = 0; i < n; i++) {
		char octet = octets[i];

		feed(s, &octet, 1, write_down);
	}
}

static void
hear_end(struct session *s)
{
	if (s->bad) {
		hear(s, "bad: ");
		hear(s, s->err.text);
	} else {
		hear(s, policy_idle(&s->parser) ? "idle" : "more");
	}
}

static void
check_heard(struct session *s, const struct message *message, const char *how)
{
	hear_end(s);
	if (strcmp(s->heard, message->want) != 0)
		fail_msg("%s, %s: got\n%s\nwanted\n%s", message->name, how,
		    s->heard, message->want);
}

static void
test_messages(void **state)
{
	static struct session s;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
		session_begin(&s);
		feed(&s, messages[i].octets, messages[i].n, true);
		check_heard(&s, &messages[i], "in one piece");
	}
}

/* [C22] */
static void
test_bytewise(void **state)
{
	static struct session s;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
		session_begin(&s);
		feed_bytewise(&s, messages[i].octets, messages[i].n, true);
		check_heard(&s, &messages[i], "byte by byte");
	}
}

static void
check_split(const struct message *message, size_t a, size_t b)
{
	static struct session s;
	char how[64];

	session_begin(&s);
	feed(&s, message->octets, a, true);
	feed(&s, message->octets + a, b - a, true);
	feed(&s, message->octets + b, message->n - b, true);
	snprintf(how, sizeof(how), "split at %zu and %zu", a, b);
	check_heard(&s, message, how);
}

/* Split at every position, and the shorter ones at every two. [C22] */
static void
test_splits(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
		size_t n = messages[i].n;

		for (size_t a = 0; a <= n; a++)
			check_split(&messages[i], a, n);
		if (n > 200)
			continue;
		for (size_t a = 0; a <= n; a++)
			for (size_t b = a; b <= n; b++)
				check_split(&messages[i], a, b);
	}
}

/* The first of several ends where it ends; the rest is left. [C22] */
static void
test_used(void **state)
{
	static struct session s;
	size_t used;

	(void)state;
	session_begin(&s);
	assert_int_equal(policy_feed(&s.parser, OCTETS(POSTFIX_3_7 BARE), &used,
			     &s.request, &s.err),
	    POLICY_REQUEST);
	assert_int_equal(used, sizeof(POSTFIX_3_7) - 1);
	assert_int_equal(policy_feed(&s.parser, OCTETS(BARE), &used, &s.request,
			     &s.err),
	    POLICY_REQUEST);
	assert_int_equal(used, sizeof(BARE) - 1);
	assert_int_equal(policy_feed(&s.parser, "", 0, &used, &s.request,
			     &s.err),
	    POLICY_MORE);
	assert_int_equal(used, 0);
	assert_true(policy_idle(&s.parser));
}

/* ---- Requests: limits ---- */

struct buffer {
	char octets[3 * POLICY_REQUEST_MAX];
	size_t n;
};

static void
add(struct buffer *buffer, const char *text)
{
	strcpy(buffer->octets + buffer->n, text);
	buffer->n += strlen(text);
}

static void
add_many(struct buffer *buffer, char octet, size_t n)
{
	memset(buffer->octets + buffer->n, octet, n);
	buffer->n += n;
}

/* "want" is part of the error text, or NULL: one request is understood. */
static void
check_end(const struct session *s, const char *name, size_t n, const char *want)
{
	if (want == NULL && (s->bad || s->requests_n != 1))
		fail_msg("%s of %zu: %s", name, n, s->err.text);
	if (want != NULL && (!s->bad || strstr(s->err.text, want) == NULL))
		fail_msg("%s of %zu: wanted %s, got %s", name, n, want,
		    s->err.text);
}

/* The same however it comes; the last session is left for a look at it. */
static struct session *
check_limit(const struct buffer *buffer, size_t step, const char *name,
    size_t n, const char *want)
{
	static struct session s;

	for (size_t at = 0; at <= buffer->n; at += step) {
		session_begin(&s);
		feed(&s, buffer->octets, at, false);
		feed(&s, buffer->octets + at, buffer->n - at, false);
		check_end(&s, name, n, want);
	}
	session_begin(&s);
	feed_bytewise(&s, buffer->octets, buffer->n, false);
	check_end(&s, name, n, want);
	return &s;
}

static void
check_text(const struct text *text, size_t n)
{
	static struct buffer buffer;
	struct session *s;
	char want[64];
	bool fits = n <= text->max, is_taken = fits || text->is_note;

	snprintf(want, sizeof(want), "%s is longer than %zu octets", text->name,
	    text->max);
	buffer.n = 0;
	add(&buffer, ASK);
	add(&buffer, text->name);
	add(&buffer, "=");
	add_many(&buffer, 'x', n);
	add(&buffer, "\n\n");
	s = check_limit(&buffer, 1, text->name, n, is_taken ? NULL : want);
	if (is_taken)
		assert_int_equal(strlen((char *)&s->request + text->offset),
		    fits ? n : 0);
}

/* Each value we keep, at its limit and beside it. [C20] */
static void
test_text_limits(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		check_text(&texts[i], texts[i].max - 1);
		check_text(&texts[i], texts[i].max);
		check_text(&texts[i], texts[i].max + 1);
	}
}

/* A value that was too long once does not limit the next one. */
static void
test_long_duplicates(void **state)
{
	static struct buffer buffer;
	struct session *s;

	(void)state;
	buffer.n = 0;
	add(&buffer, ASK);
	for (int i = 0; i < 5; i++) {
		add(&buffer, "sender=");
		add_many(&buffer, (char)('a' + i), REQUEST_ADDRESS_MAX);
		add(&buffer, "\n");
	}
	add(&buffer, "\n");
	s = check_limit(&buffer, 7, "five senders", buffer.n, NULL);
	assert_int_equal(strlen(s->request.sender), REQUEST_ADDRESS_MAX);
	assert_int_equal(s->request.sender[0], 'e');
}

enum where { IN_NAME, IN_VALUE, IN_LOGIN, IN_LINES };

/* A request whose lines take n octets; the empty line is not counted. */
static void
make_request(struct buffer *buffer, enum where where, size_t n)
{
	buffer->n = 0;
	add(buffer, ASK);
	switch (where) {
	case IN_NAME:
		add_many(buffer, 'n', n - buffer->n - 2);
		add(buffer, "=\n");
		break;
	case IN_VALUE:
		add(buffer, "helo_name=");
		add_many(buffer, 'v', n - buffer->n - 1);
		add(buffer, "\n");
		break;
	case IN_LOGIN:
		add(buffer, "sasl_username=");
		add_many(buffer, 'v', n - buffer->n - 1);
		add(buffer, "\n");
		break;
	case IN_LINES:
		while (buffer->n + 8 <= n)
			add(buffer, "a=b\n");
		add(buffer, "a=");
		add_many(buffer, 'c', n - buffer->n - 1);
		add(buffer, "\n");
		break;
	}
	assert_int_equal(buffer->n, n);
	add(buffer, "\n");
}

/* The whole request, whatever fills it. [C20] */
static void
test_request_limit(void **state)
{
	static struct buffer buffer;
	static const size_t lengths[] = {POLICY_REQUEST_MAX - 1,
	    POLICY_REQUEST_MAX, POLICY_REQUEST_MAX + 1, 2 * POLICY_REQUEST_MAX};

	(void)state;
	assert_true(POLICY_REQUEST_MAX >= 16384);
	for (enum where where = IN_NAME; where <= IN_LINES; where++)
		for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
			make_request(&buffer, where, lengths[i]);
			check_limit(&buffer, 61, "request", lengths[i],
			    lengths[i] <= POLICY_REQUEST_MAX
				? NULL
				: "request is longer than 16384 octets");
		}
}

/* The limit is for each request: many full ones may follow each other. */
static void
test_request_limit_begins_anew(void **state)
{
	static struct buffer buffer;
	static struct session s;

	(void)state;
	make_request(&buffer, IN_VALUE, POLICY_REQUEST_MAX);
	session_begin(&s);
	for (size_t i = 0; i < 5; i++)
		feed(&s, buffer.octets, buffer.n, false);
	assert_int_equal(s.requests_n, 5);
	assert_false(s.bad);
}

/* Refused as soon as it is too long, not at its end: memory and patience
 * are bounded. [C20] */
static void
test_endless(void **state)
{
	static const char *const starts[] = {
	    "", "x", ASK "helo_name=", ASK "sasl_username=", "request="};
	static struct session s;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
		size_t n = strlen(starts[i]);

		session_begin(&s);
		feed(&s, starts[i], n, false);
		for (; !s.bad && n <= POLICY_REQUEST_MAX; n++)
			feed(&s, "y", 1, false);
		if (!s.bad || n != POLICY_REQUEST_MAX + 1)
			fail_msg("\"%s\": still fed after %zu", starts[i], n);
	}
}

/* ---- Replies ---- */

#define TEXT_10  "0123456789"
#define TEXT_70  TEXT_10 TEXT_10 TEXT_10 TEXT_10 TEXT_10 TEXT_10 TEXT_10
#define TEXT_140 TEXT_70 TEXT_70
#define TEXT_130 TEXT_70 TEXT_10 TEXT_10 TEXT_10 TEXT_10 TEXT_10 TEXT_10
#define PERCENTS "%%%%%%%%%%%%%%%%%%%%" /* ten of them, twenty octets */

#define FORM    "expected ACTION 4.Y.Z TEXT, where ACTION is"
#define ASCII   "expected printable ASCII text"
#define PERCENT "expected %s, %i, %r or %% after the percent sign"
#define LONG    "expected a text of at most 140 octets"

/* Wanted: the text that is kept, or part of the error. [C24, C25, C27] */
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

	/* %r: the case is the recipient's. [C9] */
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
	{ "an action of his own", "450 4.2.0 (%r)", ACTION_GREYLIST, 1,
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

	/* %r: what fits is shown whole, or not at all. [C25] */
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

/* What a client may call a recipient. */
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
	/* Guards: behind the buffer, and where the text ends. */
	memset(out, '!', REPLY_MAX + 1);
	n = reply_format(template, &request, &verdict, out);
	assert_in_range(n, 1, REPLY_MAX);
	assert_int_equal(out[n], '!');
	assert_int_equal(out[REPLY_MAX], '!');
	out[n] = '\0';
	return n;
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

/* What is left of Postfix's line when it quotes the longest recipient that
 * SMTP allows, with a code from the text and CRLF. [C25] */
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

/* One line of printable ASCII, a keyword that Postfix takes for a deferral,
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

/* The longest reply of all, and what Postfix makes of it. [C25] */
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
	    cmocka_unit_test(test_messages),
	    cmocka_unit_test(test_bytewise),
	    cmocka_unit_test(test_splits),
	    cmocka_unit_test(test_used),
	    cmocka_unit_test(test_text_limits),
	    cmocka_unit_test(test_long_duplicates),
	    cmocka_unit_test(test_request_limit),
	    cmocka_unit_test(test_request_limit_begins_anew),
	    cmocka_unit_test(test_endless),
	    cmocka_unit_test(test_templates),
	    cmocka_unit_test(test_replies),
	    cmocka_unit_test(test_hostile_recipients),
	    cmocka_unit_test(test_longest_reply),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
