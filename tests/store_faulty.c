/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store_faulty.h"

static enum store_rc
faulty_lookup(struct store *store, const struct key *triplets, size_t n,
    struct store_answer *answers, struct err *err)
{
	struct store_faulty *faulty = (struct store_faulty *)store;

	faulty->lookups_n++;
	if (faulty->lookup_fails ||
	    faulty->lookups_n == faulty->lookup_fails_at) {
		err_set(err, "told to fail to look up");
		return STORE_FAILED;
	}
	return faulty->inner->records->lookup(faulty->inner, triplets, n,
	    answers, err);
}

static enum store_rc
faulty_apply(struct store *store, const struct store_change *changes, size_t n,
    struct err *err)
{
	struct store_faulty *faulty = (struct store_faulty *)store;

	faulty->applies_n++;
	faulty->changes_n += n;
	if (faulty->apply_fails) {
		err_set(err, "told to fail to apply");
		return STORE_FAILED;
	}
	return faulty->inner->records->apply(faulty->inner, changes, n, err);
}

static const struct record_store_ops faulty_ops = {
    .lookup = faulty_lookup,
    .apply = faulty_apply,
};

void
store_faulty_init(struct store_faulty *faulty, struct store *inner)
{
	*faulty = (struct store_faulty){
	    .store = {.records = &faulty_ops},
	    .inner = inner,
	};
}
