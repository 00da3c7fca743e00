/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_LISTS_LIST_H
#define TARDIGREY_LISTS_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lists/pattern.h"
#include "mail/request.h"

/*
 * list: a compiled list. Its entries are the lines of list files, or the list
 * entries of the store. A search finds the entries that match a request.
 *
 * A search takes a few hash probes, independent of the length of the list, and
 * allocates nothing. Only regexes are tried one by one. Entries never change
 * after list_seal(). But the regexes of a list have scratch memory: only one
 * thread at a time may search a list.
 *
 * list_build.c and list_search.c implement it.
 */

/* The effect of an entry. The values are bits, so that a search can name
 * several effects. The Redis store keeps the numbers: never renumber. */
enum list_effect {
	LIST_WHITELIST = 1,   /* pass; "off" in a recipient list */
	LIST_GREYLIST = 2,    /* always greylist; "on" in a recipient list */
	LIST_SHADOW = 4,      /* recipient: as with mode = shadow */
	LIST_DELAY = 8,       /* recipient: another delay */
	LIST_ALL = 16,        /* recipient: as with greylist = all */
	LIST_SUSPICIOUS = 32, /* recipient: as with greylist = suspicious */
};
#define LIST_ANY_EFFECT 63U

/* True for a setting of a recipient that changes how its mail is greylisted. */
static inline bool
list_effect_is_setting(enum list_effect effect)
{
	return effect != LIST_WHITELIST && effect != LIST_GREYLIST;
}

struct list_entry {
	enum list_kind kind;
	enum list_effect effect;
	int64_t delay_s;        /* LIST_DELAY */
	int64_t expires_s;      /* last second that it matches; 0: no expiry */
	const char *pattern;    /* the text of struct pattern */
	const char *source;     /* the file; "" for an entry of the store */
	unsigned line_n;        /* in the file */
	size_t index;           /* its place in the list, from 0 */
	int64_t shadow_until_s; /* LIST_SHADOW: its end; 0: never */
};

struct list;

/* Make an empty list, for list_add() and list_seal(). The caller frees it with
 * list_free(). Returns NULL if memory is short. */
struct list *list_new(void);
void list_free(struct list *list);

/* Parse the pattern of an entry, and add a copy of the entry. list_add() sets
 * the index of the copy, and *parsed unless parsed is NULL. Returns 0, or -1
 * with what is wrong and the list unchanged. */
int list_add(struct list *list, const struct list_entry *entry,
    struct pattern *parsed, struct err *err);

/* Prepare the list for searches. Do not call list_add() afterwards. Returns 0,
 * or -1 if memory is short. Also returns -1 if memory was short in an earlier
 * list_add(): without that entry, the list could defer mail that must pass. */
int list_seal(struct list *list, struct err *err);

/* The number of all entries, and of those of one kind that whitelist or do not.
 * 0 if list is NULL. */
size_t list_n(const struct list *list);
size_t list_count(const struct list *list, bool whitelists,
    enum list_kind kind);

const struct list_entry *list_entry_at(const struct list *list, size_t i);

/*
 * Call visit() for each entry that is of the kind, has one of the effects,
 * matches the request and has not expired. The most specific entry comes first:
 *
 *   client             the longest prefix, the longest host name, regexes
 *   sender, recipient  user+ext@domain, user@domain, user+ext@, user@,
 *                      the longest domain, regexes
 *
 * Equally specific entries come in the order in which they were added. A host
 * name matches only a confirmed client_name. If visit() returns false, the
 * search ends. A NULL list is empty.
 */
typedef bool list_visit_fn(const struct list_entry *entry, void *arg);
void list_each(struct list *list, enum list_kind kind, unsigned effects,
    const struct request *request, int64_t now_s, list_visit_fn *visit,
    void *arg);

/* The first entry that list_each() would visit, or NULL. */
const struct list_entry *list_find(struct list *list, enum list_kind kind,
    unsigned effects, const struct request *request, int64_t now_s);

/* Find an entry with a regex that has reached a limit since the last call of
 * this function; see regex_take_overruns(). Returns NULL if there is none. */
const struct list_entry *list_overrun(struct list *list);

#endif
