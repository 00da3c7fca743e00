/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/tally.h"

#include <stdlib.h>
#include <string.h>

#include "tools/memory.h"

#define ROOM_MIN 16

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct tally_item *)a)->name,
	    ((const struct tally_item *)b)->name);
}

static int
by_number(const void *a, const void *b)
{
	const struct tally_item *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return strcmp(x->name, y->name);
}

/* Join equal names, and sort by name. */
static void
join(struct tally *tally)
{
	size_t n = 0;

	qsort(tally->items, tally->n, sizeof(*tally->items), by_name);
	for (size_t i = 0; i < tally->n; i++) {
		struct tally_item *item = &tally->items[i];
		struct tally_item *last = n > 0 ? &tally->items[n - 1] : NULL;

		if (last == NULL || strcmp(last->name, item->name) != 0) {
			tally->items[n++] = *item;
			continue;
		}
		last->n += item->n;
		if (item->largest > last->largest)
			last->largest = item->largest;
		free(item->name);
	}
	tally->n = n;
}

/* Make room for one more item. After a join, half of the array is free, or it
 * grows: so there are few joins. */
static void
make_room(struct tally *tally)
{
	size_t room = tally->room > 0 ? 2 * tally->room : ROOM_MIN;

	if (tally->n < tally->room)
		return;
	if (tally->n > 0)
		join(tally);
	if (tally->n < tally->room / 2)
		return;
	tally->items = reallocarray(tally->items, room, sizeof(*tally->items));
	if (tally->items == NULL)
		memory_out();
	tally->room = room;
}

void
tally_add(struct tally *tally, const char *name, int64_t value)
{
	make_room(tally);
	tally->items[tally->n++] =
	    (struct tally_item){memory_copy(name), 1, value};
}

void
tally_sort(struct tally *tally)
{
	if (tally->n == 0)
		return;
	join(tally);
	qsort(tally->items, tally->n, sizeof(*tally->items), by_number);
}

void
tally_free(struct tally *tally)
{
	for (size_t i = 0; i < tally->n; i++)
		free(tally->items[i].name);
	free(tally->items);
}
