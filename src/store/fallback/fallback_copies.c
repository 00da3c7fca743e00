/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/fallback/fallback_copies.h"

#include <stdlib.h>
#include <string.h>

#define COPIES_MAX 2048 /* a batch has fewer */
#define SLOTS      4096

struct fallback_copies {
	struct key keys[COPIES_MAX];
	struct record records[COPIES_MAX];
	bool exists[COPIES_MAX];
	struct store_client clients[COPIES_MAX];
	size_t n;
	uint16_t slots[SLOTS]; /* a hash table; index + 1, 0: none */
	struct store_answer answers[COPIES_MAX];
	struct store_change changes[COPIES_MAX];
};

struct fallback_copies *
fallback_copies_new(void)
{
	return calloc(1, sizeof(struct fallback_copies));
}

void
fallback_copies_free(struct fallback_copies *copies)
{
	free(copies);
}

/* ---- Noting ---- */

/* Find the place of a key, or give it one. Returns COPIES_MAX if there is no
 * room. */
static size_t
place_of(struct fallback_copies *copies, const struct key *key)
{
	size_t slot = key_hash(key) % SLOTS;

	for (; copies->slots[slot] != 0; slot = (slot + 1) % SLOTS)
		if (key_equal(&copies->keys[copies->slots[slot] - 1], key))
			return copies->slots[slot] - 1U;
	if (copies->n == COPIES_MAX)
		return COPIES_MAX;
	key_copy(&copies->keys[copies->n], key);
	copies->exists[copies->n] = false;
	copies->clients[copies->n] =
	    (struct store_client){.address = {.family = NETADDR_NONE}};
	copies->slots[slot] = (uint16_t)++copies->n;
	return copies->n - 1;
}

void
fallback_copies_note(struct fallback_copies *copies, const struct key *key,
    const struct record *record)
{
	size_t place = place_of(copies, key);

	if (place == COPIES_MAX)
		return;
	copies->records[place] = *record;
	copies->exists[place] = true;
}

void
fallback_copies_note_change(struct fallback_copies *copies,
    const struct store_change *change)
{
	size_t place = place_of(copies, change->key);

	if (place == COPIES_MAX)
		return;
	record_apply(&copies->records[place], &copies->exists[place],
	    &change->change);
	copies->clients[place] = change->client;
}

/* ---- Writing ---- */

/* Returns false if nothing changes. */
static bool
plan(const struct fallback_copies *copies, size_t i, struct change *out)
{
	const struct store_answer *answer = &copies->answers[i];

	if (!copies->exists[i]) {
		*out = (struct change){.how = CHANGE_FORGET};
		return answer->found;
	}
	*out = (struct change){.how = CHANGE_MERGE};
	out->record = copies->records[i];
	if (!answer->found)
		return true;
	out->how = CHANGE_RESTART; /* replace it */
	out->read = answer->record;
	return !record_equal(&answer->record, &out->record);
}

static enum store_rc
write_all(struct fallback_copies *copies, struct store *to, struct err *err)
{
	size_t n = 0;

	if (to->records->lookup(to, copies->keys, copies->n, copies->answers,
		err) != STORE_OK)
		return STORE_FAILED;
	for (size_t i = 0; i < copies->n; i++) {
		copies->changes[n] = (struct store_change){
		    .key = &copies->keys[i],
		    .client = copies->clients[i],
		    .was_absent = !copies->answers[i].found,
		};
		n += plan(copies, i, &copies->changes[n].change);
	}
	return n > 0 ? to->records->apply(to, copies->changes, n, err)
		     : STORE_OK;
}

enum store_rc
fallback_copies_write(struct fallback_copies *copies, struct store *to,
    struct err *err)
{
	enum store_rc rc = STORE_OK;

	if (copies->n > 0)
		rc = write_all(copies, to, err);
	copies->n = 0;
	memset(copies->slots, 0, sizeof(copies->slots));
	return rc;
}
