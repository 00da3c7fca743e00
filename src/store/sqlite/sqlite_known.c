/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite_known.h"

#include <stdlib.h>

#include "store/sqlite/sqlite_record_row.h"

#define VISITS_MIN  128  /* of a slice */
#define VISITS_MOST 8192 /* some four milliseconds */
/* The number of visits for each row that is written. Correspondents are few,
 * but their rounds visit the other rows, too. */
static const int visits_per_row[SQLITE_KNOWN_PARTS] = {
    [KNOWN_OTHERS] = 16,
    [KNOWN_CORRESPONDENTS] = 64,
};

#define REMOVALS_MOST 64 /* at a time */

/* No page has more rows of "record". A page has 4096 octets. A row takes twelve
 * octets for its header, six for its texts, four for each time, and three for
 * its cell: at least 33. */
#define PAGE_ROWS_MOST 124

/* Pages usually have fewer rows than this: a row of ordinary addresses takes
 * some 90 octets. */
#define PAGE_ROWS_LIKELY 45

#define HOUR_S 3600
#define HOURS  2048 /* 85 days; older rows count for the last hour */

struct sqlite_known_round {
	struct key last; /* the last row that was visited */
	bool has_begun;
	int64_t began_s;
	int64_t seen_n;    /* rows that stay */
	int64_t written_n; /* since the round began */
	int64_t by_age[HOURS];
	/* What this round removes: rows older than this hour, and the first
	 * "left_n" rows of the hour. HOURS: none. */
	int64_t remove_hour, left_n, removes_from_s;
};

static int64_t
limit_of(const struct sqlite *sqlite, enum sqlite_known_part part)
{
	return part == KNOWN_CORRESPONDENTS ? sqlite->options.max_correspondents
					    : sqlite->options.max_known;
}

/* Return the number of pages in use. Other processes may fill free pages. */
static int64_t
page_count(struct sqlite *sqlite)
{
	return sqlite_read_number(&sqlite->statements, STATEMENT_PAGE_COUNT) -
	    sqlite_read_number(&sqlite->statements, STATEMENT_FREE_PAGES);
}

/* True if the last round has found so few rows that there cannot be too many
 * now. */
static bool
has_room(const struct sqlite_known *known, int64_t max_n, int64_t pages_n)
{
	return known->round == NULL && known->is_counted &&
	    known->rows_n + known->grown_n + known->written_n <= max_n &&
	    pages_n <= known->pages_n + known->pages_n / 8;
}

/* True if the part may have too many rows, or its round is not over. If not,
 * rows that were written need no visits. */
static bool
is_needed(struct sqlite *sqlite, enum sqlite_known_part part, int64_t pages_n)
{
	struct sqlite_known *known = &sqlite->known[part];
	int64_t max_n = limit_of(sqlite, part);

	if (max_n > 0 && pages_n * PAGE_ROWS_MOST > max_n &&
	    !has_room(known, max_n, pages_n))
		return true;
	if (pages_n < known->pages_n)
		known->pages_n = pages_n;
	known->grown_n += known->written_n;
	known->written_n = 0;
	return false;
}

bool
sqlite_known_is_needed(struct sqlite *sqlite)
{
	int64_t pages_n = page_count(sqlite);
	bool needed = false;

	for (int i = 0; i < SQLITE_KNOWN_PARTS; i++)
		if (is_needed(sqlite, (enum sqlite_known_part)i, pages_n))
			needed = true;
	return needed;
}

/* ---- Rounds ---- */

/* The number of whole hours before the start of the round; 0 for the future. */
static int64_t
age_of(int64_t last_seen_s, int64_t began_s)
{
	int64_t hours = record_since(last_seen_s, began_s) / HOUR_S;

	return hours < HOURS ? hours : HOURS - 1;
}

/* Choose what the next round removes: the excess, the oldest rows first. */
static void
choose(const struct sqlite_known_round *ended, int64_t max_n,
    struct sqlite_known_round *next)
{
	int64_t excess_n = ended->seen_n - max_n, hour = HOURS;

	next->remove_hour = HOURS;
	if (excess_n <= 0)
		return;
	while (excess_n > 0 && hour > 0)
		excess_n -= ended->by_age[--hour];
	next->remove_hour = hour;
	next->left_n = ended->by_age[hour] + excess_n;
	next->removes_from_s = ended->began_s;
}

static int
begin_round(struct sqlite *sqlite, enum sqlite_known_part part, int64_t now_s)
{
	struct sqlite_known_round **round = &sqlite->known[part].round;
	struct sqlite_known_round *next = calloc(1, sizeof(*next));

	if (next == NULL)
		return -1;
	next->began_s = now_s;
	next->remove_hour = HOURS;
	if (*round != NULL)
		choose(*round, limit_of(sqlite, part), next);
	free(*round);
	*round = next;
	return 0;
}

/* True if this round must remove the row. Counts it otherwise. */
static bool
must_go(struct sqlite_known_round *round, int64_t last_seen_s)
{
	int64_t hour = age_of(last_seen_s, round->removes_from_s);

	if (round->remove_hour < HOURS &&
	    (hour > round->remove_hour ||
		(hour == round->remove_hour && round->left_n > 0))) {
		round->left_n -= hour == round->remove_hour;
		return true;
	}
	round->seen_n++;
	round->by_age[age_of(last_seen_s, round->began_s)]++;
	return false;
}

/* ---- A slice ---- */

static bool
is_of_part(const struct key *key, enum sqlite_known_part part)
{
	return key_kind_is_correspondent(key->kind) ==
	    (part == KNOWN_CORRESPONDENTS);
}

/* Visit up to *visits_n rows after the last one, and collect those to remove. A
 * visit must not end at a key that sqlite_read_key() refuses. Sets *ended at
 * the end of the round. */
static int
visit(struct sqlite *sqlite, enum sqlite_known_part part, int64_t *visits_n,
    struct key *removals, int *n, bool *ended)
{
	struct sqlite_known_round *round = sqlite->known[part].round;
	sqlite3_stmt *statement =
	    sqlite_statement(&sqlite->statements, STATEMENT_EXPIRY_WALK);
	struct key key;
	int rc;

	*n = 0;
	*ended = true;
	sqlite_bind_walk(statement, round->has_begun ? &round->last : NULL);
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		--*visits_n;
		if (!sqlite_read_key(statement, 0, &key))
			continue;
		if (is_of_part(&key, part) &&
		    must_go(round, sqlite3_column_int64(statement, 5)))
			key_copy(&removals[(*n)++], &key);
		if (*visits_n <= 0 || *n == REMOVALS_MOST) {
			key_copy(&round->last, &key);
			round->has_begun = true;
			*ended = false;
			break;
		}
	}
	sqlite3_reset(statement);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

static int
remove_row(struct sqlite *sqlite, const struct key *key)
{
	struct sqlite_statements *statements = &sqlite->statements;

	record_cache_forget(&sqlite->cache, key);
	sqlite_bind_key(statements->prepared[STATEMENT_FORGET], 1, key);
	return sqlite_run(statements, STATEMENT_FORGET);
}

static int
visit_and_remove(struct sqlite *sqlite, enum sqlite_known_part part,
    int64_t *visits_n, bool *ended)
{
	struct record_maintenance *done = &sqlite->arrivals.done;
	struct key removals[REMOVALS_MOST];
	int n;

	if (visit(sqlite, part, visits_n, removals, &n, ended) != 0)
		return -1;
	for (int i = 0; i < n; i++)
		if (remove_row(sqlite, &removals[i]) != 0)
			return -1;
	if (part == KNOWN_CORRESPONDENTS)
		done->forgotten_correspondents_n += n;
	else
		done->forgotten_n += n;
	return 0;
}

/* Take written rows into the round. Returns the number of visits for them. */
static int64_t
take_written(struct sqlite *sqlite, enum sqlite_known_part part,
    int64_t pages_n)
{
	struct sqlite_known *known = &sqlite->known[part];
	bool is_far = !known->is_counted &&
	    pages_n * PAGE_ROWS_LIKELY < limit_of(sqlite, part);
	int64_t per_row = is_far ? 1 : visits_per_row[part];
	int64_t rows_n = VISITS_MOST / per_row;

	if (rows_n > known->written_n)
		rows_n = known->written_n;
	known->round->written_n += rows_n;
	known->written_n -= rows_n;
	return VISITS_MIN + per_row * rows_n;
}

/* If there are too many rows, begin the round that removes some. */
static int
end_round(struct sqlite *sqlite, enum sqlite_known_part part, int64_t now_s,
    int64_t pages_n)
{
	struct sqlite_known *known = &sqlite->known[part];

	known->is_counted = true;
	known->rows_n = known->round->seen_n;
	known->grown_n = known->round->written_n;
	known->pages_n = pages_n;
	if (known->rows_n > limit_of(sqlite, part))
		return begin_round(sqlite, part, now_s);
	free(known->round);
	known->round = NULL;
	return 0;
}

static int
do_slice(struct sqlite *sqlite, enum sqlite_known_part part, int64_t now_s,
    int64_t pages_n)
{
	struct sqlite_known *known = &sqlite->known[part];
	int64_t visits_n;
	bool ended = false;

	if (known->round == NULL && begin_round(sqlite, part, now_s) != 0)
		return -1;
	visits_n = take_written(sqlite, part, pages_n);
	while (visits_n > 0 && !ended)
		if (visit_and_remove(sqlite, part, &visits_n, &ended) != 0)
			return -1;
	return ended ? end_round(sqlite, part, now_s, pages_n) : 0;
}

int
sqlite_known_slice(struct sqlite *sqlite, int64_t now_s)
{
	int64_t pages_n = page_count(sqlite);

	for (int i = 0; i < SQLITE_KNOWN_PARTS; i++) {
		enum sqlite_known_part part = (enum sqlite_known_part)i;

		if (is_needed(sqlite, part, pages_n) &&
		    do_slice(sqlite, part, now_s, pages_n) != 0)
			return -1;
	}
	return 0;
}
