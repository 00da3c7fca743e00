/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_VIEW_SNAPSHOT_H
#define TARDIGREY_VIEW_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/histogram.h"
#include "decide/record_store.h"
#include "lists/list.h"
#include "service/measures.h"

/*
 * snapshot: what the daemon knows about itself at one moment. daemon/observer.c
 * takes it; the other files of this room write it as text.
 */

enum store_call { STORE_CALL_LOOKUP, STORE_CALL_APPLY, STORE_CALL_MAINTAIN };
#define STORE_CALLS (STORE_CALL_MAINTAIN + 1)

/* -1: not known. */
struct snapshot {
	int64_t now_s, started_s;
	const char *version;    /* borrowed */
	bool is_shadow;         /* mode = shadow */
	int64_t shadow_until_s; /* its end; INT64_MAX: none */
	bool is_healthy;
	struct err failure; /* why not; or why database_fallback decides */
	bool fallback_decides;
	struct measures measures;
	struct histogram calls[STORE_CALLS]; /* microseconds */
	struct record_census census;
	int64_t connections_n;
	/* The list entries by kind: [0] of files, [1] of the store; of
	 * greylists and of whitelists. */
	int64_t entries_n[2][2][LIST_KINDS];
	int64_t cpu_us, resident_octets, virtual_octets;
	int64_t open_files_n, files_max;
};

extern const struct histogram_bounds snapshot_call_bounds; /* microseconds */

#endif
