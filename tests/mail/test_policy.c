/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Requests of Postfix's policy protocol. [C18-C22] */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "mail/policy.h"

/* ---- Octets and the parsed request ---- */

#define POLICY   "request=smtpd_access_policy\n"
#define SHORTEST POLICY "\n" /* the shortest request there is */

struct message {
	const char *name;
	const char *octets;
	size_t n;
	const char *want;
};

#define OCTETS(text) text, sizeof(text) - 1

/* Every attribute that Postfix 3.7 sends, in its order. */
#define POSTFIX_3_7                                         \
	POLICY "protocol_state=RCPT\n"                      \
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

#define BAD_KIND "bad: not a policy request (no request=smtpd_access_policy)"
#define BAD_LINE "bad: a line is not NAME=VALUE"
#define BAD_NUL  "bad: a value contains a NUL octet"

/*
 * want: for each request the state, the client, "login", "confirmed", and every
 * text that is not empty. Then the state of the parser: "idle" between
 * requests, "more", or "bad" and the message.
 */
/* clang-format off */
static const struct message messages[] = {
	{ "nothing", OCTETS(""), "idle" },
	{ "the shortest", OCTETS(SHORTEST), "rcpt -; idle" },

	/* Attributes in any order, any of them missing. [C18] */
	{ "Postfix 3.7", OCTETS(POSTFIX_3_7), POSTFIX_3_7_READ "idle" },
	{ "s/qmail",
	  OCTETS(POLICY "client_address=192.0.2.9\nclient_name=mx.example.net\n"
	         "sender=a@example.net\nrecipient=b@example.org\n\n"),
	  "rcpt 192.0.2.9 client_address=192.0.2.9 client_name=mx.example.net "
	  "sender=a@example.net recipient=b@example.org; idle" },
	{ "backwards",
	  OCTETS("instance=i\nrecipient=b@d\nsender=a@c\nclient_name=n\n"
	         "client_address=192.0.2.1\nprotocol_state=DATA\n" POLICY "\n"),
	  "data 192.0.2.1 protocol_state=DATA client_address=192.0.2.1 "
	  "client_name=n sender=a@c recipient=b@d instance=i; idle" },
	{ "request in the middle",
	  OCTETS("sender=a\n" POLICY "recipient=b\n\n"),
	  "rcpt - sender=a recipient=b; idle" },
	{ "no recipient, as qrey.c has it",
	  OCTETS(POLICY "sender=a\nnecipient=b\n\n"), "rcpt - sender=a; idle" },
	{ "unknown attributes", /* [C18] */
	  OCTETS(POLICY "tls_sni=x\nsender=a\nfuture=1\nrecipient=b\nx=\n\n"),
	  "rcpt - sender=a recipient=b; idle" },
	{ "names that begin like ours",
	  OCTETS(POLICY "sende=1\nsenderx=2\nSender=3\n sender=4\nsender =5\n"
	         "client_nam=6\nclient_names=7\nrequest2=8\n\n"),
	  "rcpt -; idle" },
	{ "no name", OCTETS(POLICY "=x\n=\nsender=a\n\n"), "rcpt - sender=a; idle" },
	{ "a name of 32 octets, as the buffer",
	  OCTETS(POLICY "abcdefghijklmnopqrstuvwxyz012345=x\nsender=a\n\n"),
	  "rcpt - sender=a; idle" },
	{ "a name of 33 octets",
	  OCTETS(POLICY "abcdefghijklmnopqrstuvwxyz0123456=x\nsender=a\n\n"),
	  "rcpt - sender=a; idle" },
	{ "ours at the start of a long name",
	  OCTETS(POLICY "sendersendersendersendersendersendersender=x\n\n"),
	  "rcpt -; idle" },
	{ "control octets in a name",
	  OCTETS(POLICY "\x01\x7f\xff\r=x\nsender=a\n\n"), "rcpt - sender=a; idle" },

	/* Values. [C19] */
	{ "empty values",
	  OCTETS(POLICY "protocol_state=\nclient_address=\nclient_name=\nsender=\n"
	         "recipient=\nqueue_id=\ninstance=\npolicy_context=\n"
	         "sasl_username=\n\n"), "rcpt -; idle" },
	{ "the first '=' counts",
	  OCTETS(POLICY "sender=a=b==c@d\nrecipient==\n\n"),
	  "rcpt - sender=a=b==c@d recipient==; idle" },
	{ "blanks stay",
	  OCTETS(POLICY "sender= a b \nrecipient=\t\"x y\"@z \n\n"),
	  "rcpt - sender= a b  recipient=\t\"x y\"@z ; idle" },
	{ "UTF-8",
	  OCTETS(POLICY "sender=gr\xc3\xbc\xc3\x9f@b\xc3\xbc" "cher.example\n\n"),
	  "rcpt - sender=gr\xc3\xbc\xc3\x9f@b\xc3\xbc" "cher.example; idle" },
	{ "8-bit and control octets",
	  OCTETS(POLICY "sender=\x01\x1b\x7f\x80\xfe\xff\r\nrecipient=\xc0\xaf\n\n"),
	  "rcpt - sender=\x01\x1b\x7f\x80\xfe\xff\r recipient=\xc0\xaf; idle" },
	{ "a value that looks like a line",
	  OCTETS(POLICY "sender=recipient=b\n\n"),
	  "rcpt - sender=recipient=b; idle" },
	{ "every text",
	  OCTETS(POLICY "policy_context=8\ninstance=7\nqueue_id=6\nrecipient=5\n"
	         "sender=4\nclient_name=3\nclient_address=2\nprotocol_state=1\n\n"),
	  "other - protocol_state=1 client_address=2 client_name=3 sender=4 "
	  "recipient=5 queue_id=6 instance=7 policy_context=8; idle" },

	/* Of two equal names the last counts. [C19] */
	{ "duplicate", OCTETS(POLICY "sender=a\nsender=b\n\n"),
	  "rcpt - sender=b; idle" },
	{ "duplicate, shorter", OCTETS(POLICY "sender=abcdef\nsender=x\n\n"),
	  "rcpt - sender=x; idle" },
	{ "duplicate becomes empty", OCTETS(POLICY "sender=a\nsender=\n\n"),
	  "rcpt -; idle" },
	{ "duplicate, apart",
	  OCTETS(POLICY "sender=a\nrecipient=b\nqueue_id=c\nsender=d\n\n"),
	  "rcpt - sender=d recipient=b queue_id=c; idle" },
	{ "three of one name", OCTETS(POLICY "sender=a\nsender=\nsender=c\n\n"),
	  "rcpt - sender=c; idle" },
	{ "duplicate client",
	  OCTETS(POLICY "client_address=192.0.2.1\nclient_address=192.0.2.2\n\n"),
	  "rcpt 192.0.2.2 client_address=192.0.2.2; idle" },
	{ "duplicate client becomes empty",
	  OCTETS(POLICY "client_address=192.0.2.1\nclient_address=\n\n"),
	  "rcpt -; idle" },
	{ "duplicate state becomes empty",
	  OCTETS(POLICY "protocol_state=MAIL\nprotocol_state=\n\n"), "rcpt -; idle" },
	{ "duplicate request, good last",
	  OCTETS("request=junk\n" POLICY "\n"), "rcpt -; idle" },
	{ "duplicate request, bad last",
	  OCTETS(POLICY "request=junk\n\n"), BAD_KIND },
	{ "duplicate request becomes empty",
	  OCTETS(POLICY "request=\n\n"), BAD_KIND },

	/* Logged in or not. [C12] */
	/* client_name is confirmed if reverse_client_name is not empty, in any
	 * order. */
	{ "name alone", OCTETS(POLICY "client_name=n\n\n"),
	  "rcpt - client_name=n; idle" },
	{ "reverse name first",
	  OCTETS(POLICY "reverse_client_name=n\nclient_name=n\n\n"),
	  "rcpt - confirmed client_name=n; idle" },
	{ "empty reverse name",
	  OCTETS(POLICY "client_name=n\nreverse_client_name=\n\n"),
	  "rcpt - client_name=n; idle" },
	{ "reverse name becomes empty",
	  OCTETS(POLICY "client_name=n\nreverse_client_name=n\n"
	         "reverse_client_name=\n\n"),
	  "rcpt - client_name=n; idle" },
	{ "unknown is no name",
	  OCTETS(POLICY "client_name=unknown\nreverse_client_name=n\n\n"),
	  "rcpt - client_name=unknown; idle" },
	{ "no name", OCTETS(POLICY "client_name=\nreverse_client_name=n\n\n"),
	  "rcpt -; idle" },
	{ "reverse name alone", OCTETS(POLICY "reverse_client_name=n\n\n"),
	  "rcpt -; idle" },
	{ "confirmed only in the request before",
	  OCTETS(POLICY "client_name=n\nreverse_client_name=n\n\n" POLICY
	         "client_name=n\n\n"),
	  "rcpt - confirmed client_name=n; rcpt - client_name=n; idle" },
	{ "login", OCTETS(POLICY "sasl_username=joe\n\n"), "rcpt - login; idle" },
	{ "login with a blank", OCTETS(POLICY "sasl_username= \n\n"),
	  "rcpt - login; idle" },
	{ "login becomes empty",
	  OCTETS(POLICY "sasl_username=joe\nsasl_username=\n\n"), "rcpt -; idle" },
	{ "login at last",
	  OCTETS(POLICY "sasl_username=\nsasl_username=joe\n\n"),
	  "rcpt - login; idle" },
	{ "a login method is no login",
	  OCTETS(POLICY "sasl_method=plain\nsasl_sender=joe\n\n"), "rcpt -; idle" },

	/* The client. [C8, C12] */
	{ "IPv6", OCTETS(POLICY "client_address=2001:0DB8::1\n\n"),
	  "rcpt 2001:db8::1 client_address=2001:0DB8::1; idle" },
	{ "IPv4-mapped", OCTETS(POLICY "client_address=::ffff:192.0.2.1\n\n"),
	  "rcpt 192.0.2.1 client_address=::ffff:192.0.2.1; idle" },
	{ "client unknown", OCTETS(POLICY "client_address=unknown\n\n"),
	  "rcpt - client_address=unknown; idle" },
	{ "client in brackets", OCTETS(POLICY "client_address=[192.0.2.1]\n\n"),
	  "rcpt - client_address=[192.0.2.1]; idle" },
	{ "client with a blank", OCTETS(POLICY "client_address=192.0.2.1 \n\n"),
	  "rcpt - client_address=192.0.2.1 ; idle" },
	{ "client with a prefix", OCTETS(POLICY "client_address=192.0.2.1/24\n\n"),
	  "rcpt - client_address=192.0.2.1/24; idle" },

	/* The state. [C13] */
	{ "state RCPT", OCTETS(POLICY "protocol_state=RCPT\n\n"),
	  "rcpt - protocol_state=RCPT; idle" },
	{ "state DATA", OCTETS(POLICY "protocol_state=DATA\n\n"),
	  "data - protocol_state=DATA; idle" },
	{ "state CONNECT", OCTETS(POLICY "protocol_state=CONNECT\n\n"),
	  "other - protocol_state=CONNECT; idle" },
	{ "state EHLO", OCTETS(POLICY "protocol_state=EHLO\n\n"),
	  "other - protocol_state=EHLO; idle" },
	{ "state MAIL", OCTETS(POLICY "protocol_state=MAIL\n\n"),
	  "other - protocol_state=MAIL; idle" },
	{ "state END-OF-MESSAGE", OCTETS(POLICY "protocol_state=END-OF-MESSAGE\n\n"),
	  "end - protocol_state=END-OF-MESSAGE; idle" },
	{ "state in lower case", OCTETS(POLICY "protocol_state=rcpt\n\n"),
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
	{ "no '=' later", OCTETS(POLICY "sender\n\n"), BAD_LINE },
	{ "HTTP", OCTETS("GET / HTTP/1.0\r\n\r\n"), BAD_LINE },
	{ "CRLF", OCTETS("request=smtpd_access_policy\r\nsender=a\r\n\r\n"), BAD_LINE },
	{ "only CRLF", OCTETS("\r\n"), BAD_LINE },
	{ "CRLF at the end", OCTETS(POLICY "sender=a\n\r\n"), BAD_LINE },
	{ "NUL in a name", OCTETS(POLICY "sen\0der=a\n\n"), BAD_LINE },
	{ "NUL after a name", OCTETS(POLICY "sender\0=a\n\n"), BAD_LINE },
	{ "NUL at the very start", OCTETS("\0"), BAD_LINE },
	{ "NUL in a value", OCTETS(POLICY "sender=a\0b\n\n"), BAD_NUL },
	{ "NUL ends a value", OCTETS(POLICY "sender=a\0\n\n"), BAD_NUL },
	{ "NUL is a value", OCTETS(POLICY "sender=\0\n\n"), BAD_NUL },
	{ "NUL in an unknown value", OCTETS(POLICY "future=a\0b\n\n"), BAD_NUL },
	{ "NUL in request=", OCTETS("request=smtpd_access_policy\0\n\n"), BAD_NUL },
	{ "NUL in a login", OCTETS(POLICY "sasl_username=\0\n\n"), BAD_NUL },
	{ "TLS", OCTETS("\x16\x03\x01\x02\x00\x01\x00\x01"), BAD_LINE },

	/* Incomplete requests. [C22] */
	{ "half a name", OCTETS("requ"), "more" },
	{ "a name", OCTETS("request"), "more" },
	{ "a name and '='", OCTETS("request="), "more" },
	{ "half a value", OCTETS("request=smtpd_acc"), "more" },
	{ "a line", OCTETS(POLICY), "more" },
	{ "only the empty line is missing", OCTETS(POLICY "sender=a\n"), "more" },
	{ "one and a half", OCTETS(SHORTEST POLICY "sender=a"), "rcpt -; more" },
	{ "one and one octet", OCTETS(SHORTEST "r"), "rcpt -; more" },

	/* Several requests at once, in order. No value stays for the next
	 * request. [C22] */
	{ "two", OCTETS(POLICY "sender=a\n\n" POLICY "sender=b\n\n"),
	  "rcpt - sender=a; rcpt - sender=b; idle" },
	{ "four", OCTETS(POLICY "queue_id=1\n\n" POLICY "queue_id=2\n\n" POLICY
	  "queue_id=3\n\n" POLICY "queue_id=4\n\n"),
	  "rcpt - queue_id=1; rcpt - queue_id=2; rcpt - queue_id=3; "
	  "rcpt - queue_id=4; idle" },
	{ "a full one, an empty one",
	  OCTETS(POLICY "policy_context=8\ninstance=7\nqueue_id=6\nrecipient=5\n"
	         "sender=4\nclient_name=3\nclient_address=192.0.2.1\n"
	         "protocol_state=DATA\nsasl_username=joe\n\n" SHORTEST),
	  "data 192.0.2.1 login protocol_state=DATA client_address=192.0.2.1 "
	  "client_name=3 sender=4 recipient=5 queue_id=6 instance=7 "
	  "policy_context=8; rcpt -; idle" },
	{ "the kind does not leak", OCTETS(SHORTEST "sender=a\n\n"),
	  "rcpt -; " BAD_KIND },
	{ "good, then an empty line", OCTETS(SHORTEST "\n"), "rcpt -; " BAD_KIND },
	{ "good, then bad, then good", OCTETS(SHORTEST "x\n" SHORTEST),
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
	bool is_note; /* too long counts as missing */
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

/* A connection, and the parsed requests so far. */
struct session {
	struct policy_parser parser;
	struct request request;
	struct err err;
	size_t requests_n;
	bool bad;
	size_t notes_n;
	char notes[4096];
};

static void
session_begin(struct session *s)
{
	policy_begin(&s->parser);
	/* The parser must clear these. */
	memset(&s->request, '!', sizeof(s->request));
	s->err.text[0] = '\0';
	s->requests_n = 0;
	s->bad = false;
	s->notes_n = 0;
	s->notes[0] = '\0';
}

static void
note(struct session *s, const char *text)
{
	size_t n = strlen(text);

	assert_true(s->notes_n + n < sizeof(s->notes));
	memcpy(s->notes + s->notes_n, text, n + 1);
	s->notes_n += n;
}

static void
note_request(struct session *s)
{
	static const char *const states[] = {
	    [REQUEST_RCPT] = "rcpt",
	    [REQUEST_DATA] = "data",
	    [REQUEST_END] = "end",
	    [REQUEST_OTHER] = "other",
	};
	char client[NETADDR_TEXT_SIZE];

	netaddr_format(&s->request.client, client);
	note(s, states[s->request.state]);
	note(s, " ");
	note(s, client[0] != '\0' ? client : "-");
	if (s->request.authenticated)
		note(s, " login");
	if (s->request.client_name_confirmed)
		note(s, " confirmed");
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		const char *text = (char *)&s->request + texts[i].offset;

		if (text[0] == '\0')
			continue;
		note(s, " ");
		note(s, texts[i].name);
		note(s, "=");
		note(s, text);
	}
	note(s, "; ");
}

/* Feed all octets as the daemon does, up to POLICY_BAD. If write_down is false,
 * the requests are not added to the text: they are too long. */
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
				note_request(s);
		}
	}
}

/* One octet in memory of its own: a sanitizer reports reads beyond it. */
static void
feed_bytewise(struct session *s, const char *octets, size_t n, bool write_down)
{
	for (size_t i = 0; i < n; i++) {
		char octet = octets[i];

		feed(s, &octet, 1, write_down);
	}
}

static void
note_end(struct session *s)
{
	if (s->bad) {
		note(s, "bad: ");
		note(s, s->err.text);
	} else {
		note(s, policy_idle(&s->parser) ? "idle" : "more");
	}
}

static void
check_notes(struct session *s, const struct message *message, const char *how)
{
	note_end(s);
	if (strcmp(s->notes, message->want) != 0)
		fail_msg("%s, %s: got\n%s\nwanted\n%s", message->name, how,
		    s->notes, message->want);
}

static void
test_messages(void **state)
{
	static struct session s;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
		session_begin(&s);
		feed(&s, messages[i].octets, messages[i].n, true);
		check_notes(&s, &messages[i], "in one piece");
	}
}

/* One octet in each call. [C22] */
static void
test_bytewise(void **state)
{
	static struct session s;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
		session_begin(&s);
		feed_bytewise(&s, messages[i].octets, messages[i].n, true);
		check_notes(&s, &messages[i], "byte by byte");
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
	check_notes(&s, message, how);
}

/* Two calls, split at every position; short texts also in three calls. [C22] */
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

/* The parser consumes the first request only. [C22] */
static void
test_used(void **state)
{
	static struct session s;
	size_t used;

	(void)state;
	session_begin(&s);
	assert_int_equal(policy_feed(&s.parser, OCTETS(POSTFIX_3_7 SHORTEST),
			     &used, &s.request, &s.err),
	    POLICY_REQUEST);
	assert_int_equal(used, sizeof(POSTFIX_3_7) - 1);
	assert_int_equal(policy_feed(&s.parser, OCTETS(SHORTEST), &used,
			     &s.request, &s.err),
	    POLICY_REQUEST);
	assert_int_equal(used, sizeof(SHORTEST) - 1);
	assert_int_equal(policy_feed(&s.parser, "", 0, &used, &s.request,
			     &s.err),
	    POLICY_MORE);
	assert_int_equal(used, 0);
	assert_true(policy_idle(&s.parser));
}

/* ---- Limits ---- */

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

/* "want" is a part of the message, or NULL if one request is complete. */
static void
check_end(const struct session *s, const char *name, size_t n, const char *want)
{
	if (want == NULL && (s->bad || s->requests_n != 1))
		fail_msg("%s of %zu: %s", name, n, s->err.text);
	if (want != NULL && (!s->bad || strstr(s->err.text, want) == NULL))
		fail_msg("%s of %zu: wanted %s, got %s", name, n, want,
		    s->err.text);
}

/* Octets in pieces of "step" give the same result. Returns the last session. */
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

	snprintf(want, sizeof(want), "%s is too long (more than %zu octets)",
	    text->name, text->max);
	buffer.n = 0;
	add(&buffer, POLICY);
	add(&buffer, text->name);
	add(&buffer, "=");
	add_many(&buffer, 'x', n);
	add(&buffer, "\n\n");
	s = check_limit(&buffer, 1, text->name, n, is_taken ? NULL : want);
	if (is_taken)
		assert_int_equal(strlen((char *)&s->request + text->offset),
		    fits ? n : 0);
}

/* Each stored value: at its limit, and one octet more or less. [C20] */
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

/* After a value that is too long, a second value of the same name counts. */
static void
test_long_duplicates(void **state)
{
	static struct buffer buffer;
	struct session *s;

	(void)state;
	buffer.n = 0;
	add(&buffer, POLICY);
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

/* A request with n octets in its lines, without the empty line. */
static void
make_request(struct buffer *buffer, enum where where, size_t n)
{
	buffer->n = 0;
	add(buffer, POLICY);
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

/* The limit of a whole request, with different long parts. [C20] */
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
				: "the request is too long (more than 16384 octets)");
		}
}

/* The limit is for each request. Many requests of full length can follow. */
static void
test_request_limit_for_each(void **state)
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

/* A request is refused as soon as it is too long, not at its end. [C20] */
static void
test_endless(void **state)
{
	static const char *const starts[] = {
	    "", "x", POLICY "helo_name=", POLICY "sasl_username=", "request="};
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
	    cmocka_unit_test(test_request_limit_for_each),
	    cmocka_unit_test(test_endless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
