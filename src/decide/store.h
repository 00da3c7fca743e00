/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_STORE_H
#define TARDIGREY_DECIDE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "lists/list.h"
#include "decide/record.h"
#include "decide/hourly_stats.h"
#include "decide/key.h"

/*
 * store: the port to whatever remembers the triplets.
 *
 * The store never decides and knows no delay; it finds records and merges
 * changes. Every call takes a batch. "Absent" is an answer, STORE_FAILED is
 * not: it means that the store could not tell.
 *
 * A backend is plain blocking code that keeps to timeout_ms. After a failure
 * it must recover by itself in a later call, when the cause has gone.
 */

enum store_rc { STORE_OK, STORE_FAILED };

enum durability {
	DURABILITY_NORMAL, /* what was applied survives a killed process */
	DURABILITY_FULL,   /* ... and a power cut */
	DURABILITY_OFF,    /* ... neither need hold */
};

/* Who does what a store wants done now and then (checkpoints, of SQLite). */
enum upkeep {
	UPKEEP_INLINE, /* the calls do, as it comes */
	UPKEEP_LEFT,   /* others do: this is a short visit */
	UPKEEP_BESIDE, /* a thread does, so that no call waits for it */
};

/* What becomes of a store that turns out to be damaged. */
enum on_corruption { CORRUPTION_REPLACE, CORRUPTION_REFUSE };

struct store_options {
	int64_t timeout_ms; /* the longest a call may wait for a busy store */
	enum durability durability;
	enum upkeep upkeep;
	enum on_corruption on_corruption;
	/* Says what the administrator must learn although things go on. Only
	 * who has this may set aside what is damaged; NULL: never. */
	void (*notice)(const char *text);
};

struct store_answer {
	bool found;
	struct record record; /* defined only if found */
};

struct store_change {
	const struct key *key; /* borrowed for the call */
	struct change change;  /* how is not CHANGE_NONE */
};

/* A walk over all keys in slices, to remove what has expired. Begin with all
 * zero. */
struct store_sweep {
	bool done;         /* the last slice reached the end */
	struct key last;   /* the slice before ended here */
	int64_t seen_n;    /* records looked at, in all slices */
	int64_t waiting_n; /* removed: had never passed */
	int64_t passed_n;  /* removed: had passed */
};

struct store_row {
	struct key key;
	struct record record;
};

/* An entry of a list, made with the CLI. Its key is (list, kind, pattern):
 * the list is "whitelist" if the effect is LIST_WHITELIST, else "greylist". */
#define STORE_COMMENT_SIZE 512
#define STORE_AUTHOR_SIZE  128

struct store_entry {
	enum list_kind kind;
	enum list_effect effect;
	int64_t delay_s; /* LIST_DELAY */
	char pattern[PATTERN_SIZE];
	char comment[STORE_COMMENT_SIZE];
	char author[STORE_AUTHOR_SIZE];
	int64_t created_s;
	int64_t expires_s; /* 0: never */
};

/* How often and when an entry, or a line of a file, was followed. Its key is
 * (source, list, kind, pattern). */
struct store_hit {
	const char *source; /* the file; "" for an entry */
	enum list_kind kind;
	bool whitelists; /* which list, as above */
	const char *pattern;
	int64_t n;      /* to add */
	int64_t last_s; /* the later one stays */
};

/* Called for each; the texts are borrowed for the call, which must not use
 * the store. */
typedef void store_entry_fn(const struct store_entry *entry, void *arg);
typedef void store_hit_fn(const struct store_hit *hit, void *arg);
typedef void store_count_fn(const struct hourly_stats_count *count, void *arg);

/* What store_ops.tidy() removes besides expired entries: hits and counts
 * older than this. */
#define STORE_HISTORY_S (400LL * 86400)

struct store {
	/* First members of every adapter's own struct. */
	const struct store_ops *ops;
	const struct record_store_ops *records;
	const struct list_store_ops *lists;
	const struct count_store_ops *counts;
};

struct store_ops {
	const char *scheme; /* "sqlite", "memory": before the ':' of the URI */

	/* Open what stands behind the ':'. Returns a store that the caller
	 * closes, or NULL and a sentence. */
	struct store *(*open)(const char *where,
	    const struct store_options *options, struct err *err);

	void (*close)(struct store *store);

	/* Take timeout_ms and on_corruption of new options; the rest needs a
	 * new open. */
	void (*configure)(struct store *store,
	    const struct store_options *options);

	/* Write a copy of everything to a new file. *progress, unless NULL,
	 * is called now and then with what is done, in percent. A store that
	 * has nothing to copy to a file says so. */
	enum store_rc (*backup)(struct store *store, const char *path,
	    void (*progress)(int percent), struct err *err);
};

/* ---- Records ---- */

struct record_store_ops {
	/* Find n triplets in one consistent view. answers[i] belongs to
	 * triplets[i]; what they hold is undefined unless STORE_OK. */
	enum store_rc (*lookup)(struct store *store, const struct key *triplets,
	    size_t n, struct store_answer *answers, struct err *err);

	/*
	 * Apply n changes in their order, all or none, and return STORE_OK
	 * only when they are as durable as was asked for.
	 * CHANGE_MERGE: record_merge() into the record, or insert it.
	 * CHANGE_RESTART: if the record is still the one that was read
	 * (record_same()), replace it; if another has taken its place, merge.
	 * CHANGE_FORGET: remove it, whatever it is.
	 * CHANGE_EVICT: remove it if it is still the one that was read.
	 */
	enum store_rc (*apply)(struct store *store,
	    const struct store_change *changes, size_t n, struct err *err);

	/*
	 * Remove the records of the next rows_max keys whose expires_s is
	 * before now_s, and advance the sweep. A slice is short and is one
	 * commit, or none if there is nothing to remove. Sweeps may run at
	 * the same time as each other and as everything else, and may stop
	 * anywhere.
	 */
	enum store_rc (*expire)(struct store *store, int64_t now_s,
	    size_t rows_max, struct store_sweep *sweep, struct err *err);

	/* How many records there are at most; cheap, so it may be several
	 * times what there is. NULL: this store does not tell, and is not
	 * kept within bounds (max_rows). */
	enum store_rc (*rows_at_most)(struct store *store, int64_t *n_out,
	    struct err *err);

	/* The next n_max records after a key, in the order of keys (client,
	 * sender, recipient, compared as octets); NULL is before the first.
	 * *n_out < n_max means that there are no more. Rows that have
	 * expired are among them. */
	enum store_rc (*walk)(struct store *store, const struct key *after,
	    size_t n_max, struct store_row *rows, size_t *n_out,
	    struct err *err);
};

/* ---- Lists ---- */

struct list_store_ops {
	/* A number that changes with every change of the entries, whoever
	 * makes it; hits do not count. Cheap. */
	enum store_rc (*generation)(struct store *store,
	    int64_t *generation_out, struct err *err);

	/* Visit all entries, in the order of keys; expired ones too. */
	enum store_rc (*entries)(struct store *store, store_entry_fn *visit,
	    void *arg, struct err *err);

	/* Add an entry, or replace the one of the same key. */
	enum store_rc (*put_entry)(struct store *store,
	    const struct store_entry *entry, struct err *err);

	/* Remove an entry and its hits, and say whether there was one. */
	enum store_rc (*remove_entry)(struct store *store, bool whitelists,
	    enum list_kind kind, const char *pattern, bool *found_out,
	    struct err *err);
};

/* ---- Counts ---- */

struct count_store_ops {
	/* Add hits and counts; one commit. */
	enum store_rc (*add_counts)(struct store *store,
	    const struct store_hit *hits, size_t hits_n,
	    const struct hourly_stats_count *counts, size_t counts_n,
	    struct err *err);

	/* Visit all hits. */
	enum store_rc (*hits)(struct store *store, store_hit_fn *visit,
	    void *arg, struct err *err);

	/* Visit the counts of the hours that begin from..to (exclusive), in
	 * their order. */
	enum store_rc (*counts)(struct store *store, int64_t from_s,
	    int64_t to_s, store_count_fn *visit, void *arg, struct err *err);

	/* Remove entries that have expired, and old history; one commit. */
	enum store_rc (*tidy)(struct store *store, int64_t now_s,
	    int64_t *entries_n_out, struct err *err);
};

#endif
