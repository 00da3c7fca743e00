/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/triplet_argument.h"

#include <stdlib.h>
#include <string.h>

#include "mail/reference.h"
#include "tools/client_argument.h"
#include "tools/mail_argument.h"
#include "tools/memory.h"
#include "tools/walk.h"

int
triplet_argument_envelope(char *const *items, struct request *request,
    struct err *err)
{
	if (mail_argument_parse_sender(items[1], request->sender, err) != 0)
		return -1;
	return mail_argument_parse_recipient(items[2], request->recipient, err);
}

int
triplet_argument_parse(const struct ctl *ctl, char *const *items,
    struct key *out)
{
	const struct key_rules *rules = &ctl->config.rules.keys;
	static struct request request; /* large */
	struct client_argument client;
	struct err err;

	request_clear(&request);
	if (client_argument_parse(items[0], &client, &err) != 0 ||
	    triplet_argument_envelope(items, &request, &err) != 0) {
		complain("%s", err.text);
		return CTL_USAGE;
	}
	request.client = client.address;
	key_of_network(&request, rules, out);
	client_argument_key(&client, rules, out);
	return CTL_DONE;
}

/* ---- References ---- */

struct search {
	char reference[REFERENCE_SIZE];
	struct store_row *rows;
	size_t n;
};

static bool
compare(const struct store_row *row, void *arg)
{
	struct search *search = arg;
	char reference[REFERENCE_SIZE];

	if (!key_kind_is_triplet(row->key.kind))
		return true;
	key_reference(&row->key, reference);
	if (strcmp(reference, search->reference) == 0) {
		search->rows =
		    memory_grow(search->rows, search->n, sizeof(*row));
		search->rows[search->n++] = *row;
	}
	return true;
}

int
triplet_argument_by_reference(struct store *store, const char *text,
    struct store_row **rows_out, size_t *n_out)
{
	struct search search = {0};

	*rows_out = NULL;
	if (reference_parse(text, search.reference) != 0) {
		complain("not a reference: \"%s\" (write the eight letters "
			 "and digits of the reply)",
		    text);
		return CTL_USAGE;
	}
	if (walk_rows(store, compare, &search) != 0) {
		free(search.rows);
		return CTL_REFUSED;
	}
	if (search.n == 0) {
		complain("no triplet has the reference %s", search.reference);
		return CTL_REFUSED;
	}
	*rows_out = search.rows;
	*n_out = search.n;
	return CTL_DONE;
}

static int
take_only(const struct store_row *rows, size_t n, struct key *triplet,
    struct store_answer *answer)
{
	if (n > 1) {
		complain("several triplets have this reference; give the "
			 "CLIENT SENDER RECIPIENT of one of them:");
		for (size_t i = 0; i < n; i++)
			complain_line("%s %s %s", rows[i].key.client,
			    rows[i].key.sender, rows[i].key.recipient);
		return CTL_REFUSED;
	}
	*triplet = rows[0].key;
	*answer =
	    (struct store_answer){.found = true, .record = rows[0].record};
	return CTL_DONE;
}

int
triplet_argument_find(struct ctl *ctl, struct store *store,
    const struct ctl_arguments *arguments, struct key *triplet,
    struct store_answer *answer)
{
	struct store_row *rows;
	struct err err;
	size_t n;
	int status;

	if (arguments->n == 1) {
		status = triplet_argument_by_reference(store,
		    arguments->items[0], &rows, &n);
		if (status == CTL_DONE)
			status = take_only(rows, n, triplet, answer);
		free(rows);
		return status;
	}
	if (arguments->n != 3)
		return ctl_misused(arguments,
		    "too few arguments (write one REFERENCE, or CLIENT SENDER RECIPIENT)");
	status = triplet_argument_parse(ctl, arguments->items, triplet);
	if (status == CTL_DONE &&
	    store->records->lookup(store, triplet, 1, answer, &err) !=
		STORE_OK) {
		complain("%s", err.text);
		status = CTL_REFUSED;
	}
	return status;
}
