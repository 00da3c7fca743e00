/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_FOREIGN_H
#define TARDIGREY_IMPORT_FOREIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "decide/greylist.h"
#include "decide/record_store.h"
#include "lists/pattern.h"

/*
 * foreign: a record of another greylisting program, and our record with the
 * same meaning.
 *
 * The parsers of this room (postgrey.h, greylistd.h, spamdb.h and others) read
 * the text of one program each and fill in a struct foreign. foreign_row()
 * makes our record of it. A struct foreign may also be a rule of the other
 * program that has an equal list entry.
 */

#define FOREIGN_CLIENT_SIZE 64

enum foreign_kind {
	FOREIGN_TRIPLET,
	FOREIGN_CLIENT, /* a client that has shown that it retries */
	FOREIGN_ENTRY,  /* an entry of a list */
};

struct foreign {
	enum foreign_kind kind;
	char client[FOREIGN_CLIENT_SIZE]; /* as the other program writes it */
	char sender[REQUEST_ADDRESS_MAX + 1];    /* triplets */
	char recipient[REQUEST_ADDRESS_MAX + 1]; /* triplets */
	int64_t first_seen_s;
	int64_t last_seen_s;
	int64_t passed_s;  /* the first pass; 0: the triplet is waiting */
	int64_t retries_n; /* clients: triplets that passed by a retry */
	/* Entries. */
	enum list_kind list;
	bool whitelists; /* false: greylists a recipient (LIST_ALL), and the
			  * whitelists count as in the other program */
	char pattern[PATTERN_SIZE]; /* canonical */
};

/* The result for a record. All values but FOREIGN_TAKEN are reasons to skip the
 * record. */
enum foreign_result {
	FOREIGN_TAKEN,
	FOREIGN_EXPIRED,    /* older than our retry_window or keep */
	FOREIGN_HASHED,     /* the other program has stored only a hash */
	FOREIGN_NO_ADDRESS, /* the client is not an address */
	FOREIGN_NETWORK,    /* a client is a network, and only an address, or
			     * the /64 of an IPv6 address, can be
			     * auto-whitelisted */
	FOREIGN_NO_MAIL,    /* the sender or the recipient is not an address */
	FOREIGN_NO_EQUAL,   /* it blocks mail; Tardigrey does not */
	FOREIGN_NO_ENTRY,   /* a rule that no entry of our lists can express */
	FOREIGN_MALFORMED,  /* the program does not write such a record */
};
#define FOREIGN_RESULTS (FOREIGN_MALFORMED + 1)

/* A few words for a report, such as "expired". */
const char *foreign_result_text(enum foreign_result result);

/* A name for a member of a JSON object, such as "no_address". */
const char *foreign_result_name(enum foreign_result result);

/* What the administrator knows about the other program. */
struct foreign_settings {
	int64_t delay_s;      /* its delay */
	int64_t retries_n;    /* what auto-whitelisting needs here */
	int64_t utc_offset_s; /* of the times that are no Unix seconds */
};

/* Called for each record. If the record cannot be used, *foreign is NULL and
 * "why" is the reason. Returns 0, or -1 to end the reading. */
typedef int foreign_take_fn(void *arg, const struct foreign *foreign,
    enum foreign_result why);

struct foreign_rules {
	struct key_rules keys;
	struct greylist_rules greylist;
};

/* Make our record of a triplet or a client. The client may be an address, a
 * network, the first three numbers of an IPv4 address, or the first four groups
 * of an IPv6 address. A time after written_s, when the file was written, counts
 * as written_s. So a second import makes the same record. Sets *out only if it
 * returns FOREIGN_TAKEN. */
enum foreign_result foreign_row(const struct foreign *foreign,
    const struct foreign_rules *rules, int64_t written_s, int64_t now_s,
    struct store_row *out);

/* For the parsers: make *out an entry. Returns FOREIGN_TAKEN, or
 * FOREIGN_NO_ENTRY if our lists have no such pattern, or if the pattern matches
 * so much that the administrator must add it. */
enum foreign_result foreign_entry(enum list_kind list, bool whitelists,
    const char *pattern, struct foreign *out);

/* For the parsers: copy n octets of text into a member of struct foreign.
 * Returns 0, or -1 if the text does not fit. */
int foreign_copy(char *out, size_t size, const char *text, size_t n);

/* For the parsers: parse a number of at least 0 that ends at "end" or at the
 * end of the text. Returns what follows, or NULL. */
const char *foreign_number(const char *text, char end, int64_t *out);

/* True if the other program has put "#" in place of a number in the sender.
 * Then the record is found only if our rules do so too. */
bool foreign_is_masked(const struct foreign *foreign);

#endif
