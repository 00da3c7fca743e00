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
 * list: patterns compiled once, and which of them match a request. The same
 * for the lines of files and the entries of the store. A look-up takes a few
 * hash probes whatever the length of the list, and does not allocate; only
 * regexes are tried one by one. Entries never change, but a search uses scratch
 * memory of the list: only one thread at a time may search a list.
 */

/* What an entry asks for; as bits, to ask for several. */
enum list_effect {
	LIST_WHITELIST = 1, /* pass; "off" in a recipient list */
	LIST_GREYLIST = 2,  /* always greylist; "on" in a recipient list */
	LIST_SHADOW = 4,    /* recipient: as mode = shadow */
	LIST_DELAY = 8,     /* recipient: another delay */
};
#define LIST_ANY_EFFECT 15U

struct list_entry {
	enum list_kind kind;
	enum list_effect effect;
	int64_t delay_s;     /* LIST_DELAY */
	int64_t expires_s;   /* matches no more after this; 0: never */
	const char *pattern; /* as struct pattern has it */
	const char *source;  /* the file; "" for an entry of the store */
	unsigned line_n;     /* in the file */
	size_t index;        /* its place in the list, from 0 */
};

struct list;

/* An empty list, to be filled by list_add() and then sealed. Returns NULL
 * when memory is short. */
struct list *list_new(void);
void list_free(struct list *list);

/* Add an entry; everything but index is copied, and the pattern is
 * parsed. If parsed is not NULL it is set. Returns 0, or -1 with
 * what was expected and the list as before. */
int list_add(struct list *list, const struct list_entry *entry,
    struct pattern *parsed, struct err *err);

/* Make it ready to be asked; nothing can be added any more. Returns 0, or -1
 * when memory is short, or was for an entry: what is missing may be who is to
 * pass. */
int list_seal(struct list *list, struct err *err);

size_t list_n(const struct list *list);
const struct list_entry *list_entry_at(const struct list *list, size_t i);

/*
 * Call visit() for each entry of a kind, with one of these effects (bits),
 * that matches the request and has not expired; the most specific first:
 * client     the longest prefix, then the longest name, then regexes
 * others     user+ext@domain, user@domain, user@, the longest domain, regexes
 * and among equals as they were added. Host names match the confirmed
 * client_name alone. Ends when visit() returns false. A NULL list is empty.
 */
typedef bool list_visit_fn(const struct list_entry *entry, void *arg);
void list_each(struct list *list, enum list_kind kind, unsigned effects,
    const struct request *request, int64_t now_s, list_visit_fn *visit,
    void *arg);

/* The first that list_each() would visit, or NULL. */
const struct list_entry *list_find(struct list *list, enum list_kind kind,
    unsigned effects, const struct request *request, int64_t now_s);

/* An entry whose regex was given up since the last call, or NULL. */
const struct list_entry *list_overrun(struct list *list);

#endif
