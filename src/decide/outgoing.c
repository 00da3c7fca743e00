/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/outgoing.h"

#include <stdlib.h>

#include "decide/batch_records.h"

#define KEYS_EACH 2 /* keys of a request at most */

struct outgoing {
	struct batch_records *records; /* owned */
	size_t keys_n, keys_max;       /* keys_n also counts equal keys */
	int64_t failed_s;              /* when the store failed; 0: it works */
};

struct outgoing *
outgoing_new(struct store *store, size_t n_max)
{
	struct outgoing *outgoing = calloc(1, sizeof(*outgoing));

	if (outgoing == NULL)
		return NULL;
	outgoing->keys_max = KEYS_EACH * n_max;
	outgoing->records = batch_records_new(store, outgoing->keys_max);
	if (outgoing->records != NULL)
		return outgoing;
	free(outgoing);
	return NULL;
}

void
outgoing_free(struct outgoing *outgoing)
{
	if (outgoing == NULL)
		return;
	batch_records_free(outgoing->records);
	free(outgoing);
}

static bool
is_ours(const struct verdict *verdict)
{
	return verdict->reason == REASON_AUTHENTICATED ||
	    verdict->reason == REASON_OWN_NETWORK;
}

bool
outgoing_add_pair(struct outgoing *outgoing, const char *ours,
    const char *theirs, const struct key_rules *rules)
{
	struct key keys[KEY_KINDS];
	unsigned made;

	if (outgoing->keys_n + KEYS_EACH > outgoing->keys_max)
		return false;
	made = keys_of_correspondent(theirs, ours, rules, keys);
	for (enum key_kind kind = 0; kind < KEY_KINDS; kind++)
		if ((made & 1U << kind) != 0) {
			batch_records_add(outgoing->records, &keys[kind]);
			outgoing->keys_n++;
		}
	return made != 0;
}

void
outgoing_add(struct outgoing *outgoing, const struct request *request,
    const struct verdict *verdict, const struct engine_rules *rules)
{
	if (rules->correspondents.use && is_ours(verdict))
		outgoing_add_pair(outgoing, request->sender, request->recipient,
		    &rules->keys);
}

static void
change_all(struct outgoing *outgoing, const struct engine_rules *rules,
    int64_t now_s)
{
	static const struct store_client unknown = {
	    .address = {.family = NETADDR_NONE}};
	struct change change;

	for (size_t i = 0; i < batch_records_n(outgoing->records); i++) {
		correspondent_note_mail(batch_records_known(outgoing->records,
					    i),
		    now_s, &rules->correspondents, &change);
		batch_records_change(outgoing->records, i, &change, &unknown);
	}
}

static enum store_rc
write_all(struct outgoing *outgoing, const struct engine_rules *rules,
    int64_t now_s, struct err *err)
{
	enum store_rc rc = batch_records_look_up(outgoing->records, err);
	enum store_rc applied;

	if (rc == STORE_FAILED)
		return STORE_FAILED;
	change_all(outgoing, rules, now_s);
	applied = batch_records_apply(outgoing->records, err);
	return applied != STORE_OK ? applied : rc;
}

static bool
is_pausing(const struct outgoing *outgoing, int64_t now_s)
{
	return outgoing->failed_s != 0 && now_s >= outgoing->failed_s &&
	    now_s < outgoing->failed_s + OUTGOING_PAUSE_S;
}

enum store_rc
outgoing_write(struct outgoing *outgoing, const struct engine_rules *rules,
    int64_t now_s, bool *wrote, struct err *err)
{
	enum store_rc rc = STORE_OK;

	*wrote = false;
	if (outgoing->keys_n > 0 && !is_pausing(outgoing, now_s)) {
		rc = write_all(outgoing, rules, now_s, err);
		outgoing->failed_s = rc == STORE_FAILED ? now_s : 0;
		*wrote =
		    rc == STORE_OK && batch_records_changed(outgoing->records);
	}
	batch_records_begin(outgoing->records);
	outgoing->keys_n = 0;
	return rc;
}
