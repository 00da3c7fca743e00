/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/client_sums.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "tools/memory.h"

#define BUCKETS_MIN 64 /* a power of two */

struct client_sums {
	struct client_sum **buckets; /* owned */
	size_t buckets_n;            /* a power of two */
	size_t n;
};

struct client_sums *
client_sums_new(void)
{
	struct client_sums *sums = memory_alloc(1, sizeof(*sums));

	sums->buckets_n = BUCKETS_MIN;
	sums->buckets = memory_alloc(sums->buckets_n, sizeof(*sums->buckets));
	return sums;
}

static void
free_sum(struct client_sum *sum)
{
	free((char *)sum->client);
	free((char *)sum->domain);
	free(sum);
}

void
client_sums_free(struct client_sums *sums)
{
	for (size_t i = 0; i < sums->buckets_n; i++)
		while (sums->buckets[i] != NULL) {
			struct client_sum *sum = sums->buckets[i];

			sums->buckets[i] = sum->next;
			free_sum(sum);
		}
	free(sums->buckets);
	free(sums);
}

/* ---- The hash table ---- */

static struct client_sum **
bucket_of(struct client_sum **buckets, size_t buckets_n, const char *client,
    const char *domain)
{
	uint64_t hash = hash_text(hash_text(HASH_BEGIN, client), domain);

	return &buckets[hash_end(hash) & (buckets_n - 1)];
}

static void
double_buckets(struct client_sums *sums)
{
	size_t larger_n = 2 * sums->buckets_n;
	struct client_sum **larger = memory_alloc(larger_n, sizeof(*larger));

	for (size_t i = 0; i < sums->buckets_n; i++)
		while (sums->buckets[i] != NULL) {
			struct client_sum *sum = sums->buckets[i];
			struct client_sum **bucket = bucket_of(larger, larger_n,
			    sum->client, sum->domain);

			sums->buckets[i] = sum->next;
			sum->next = *bucket;
			*bucket = sum;
		}
	free(sums->buckets);
	sums->buckets = larger;
	sums->buckets_n = larger_n;
}

static struct client_sum *
find_or_add(struct client_sums *sums, const char *client, const char *domain,
    const struct record *first)
{
	struct client_sum **bucket =
	    bucket_of(sums->buckets, sums->buckets_n, client, domain);
	struct client_sum *sum;

	for (sum = *bucket; sum != NULL; sum = sum->next)
		if (strcmp(sum->client, client) == 0 &&
		    strcmp(sum->domain, domain) == 0)
			return sum;
	sum = memory_alloc(1, sizeof(*sum));
	sum->client = memory_copy(client);
	sum->domain = memory_copy(domain);
	sum->first_seen_s = first->first_seen_s;
	sum->last_seen_s = first->last_seen_s;
	sum->expires_s = first->expires_s;
	sum->next = *bucket;
	*bucket = sum;
	if (++sums->n > sums->buckets_n)
		double_buckets(sums);
	return sum;
}

/* ---- Adding up ---- */

/* The domain for which a record is summed up. It is valid until the next
 * call. */
static const char *
domain_of(const struct key *key)
{
	static char text[sizeof(key->sender) + sizeof(" from ") +
	    sizeof(key->recipient)];

	if (key_kind_is_triplet(key->kind))
		return "";
	if (key->recipient[0] == '\0')
		return key->sender;
	snprintf(text, sizeof(text), "%s from %s", key->sender, key->recipient);
	return text;
}

void
client_sums_add(struct client_sums *sums, const struct store_row *row)
{
	const struct record *record = &row->record;
	bool is_triplet = key_kind_is_triplet(row->key.kind);
	struct client_sum *sum;

	if (key_kind_is_correspondent(row->key.kind))
		return;
	sum = find_or_add(sums, row->key.client, domain_of(&row->key), record);
	if (record->first_seen_s < sum->first_seen_s)
		sum->first_seen_s = record->first_seen_s;
	if (record->last_seen_s > sum->last_seen_s)
		sum->last_seen_s = record->last_seen_s;
	if (record->expires_s > sum->expires_s)
		sum->expires_s = record->expires_s;
	if (is_triplet) {
		sum->triplets_n++;
		sum->passed_n += record->passed_s != 0;
	} else {
		sum->has_auto_whitelist = true;
		sum->auto_whitelist = *record;
	}
}

/* ---- Visiting ---- */

static int
compare(const void *a, const void *b)
{
	const struct client_sum *one = *(struct client_sum *const *)a;
	const struct client_sum *other = *(struct client_sum *const *)b;
	int order = strcmp(one->client, other->client);

	if (order != 0)
		return order;
	if ((one->domain[0] == '\0') != (other->domain[0] == '\0'))
		return one->domain[0] == '\0' ? 1 : -1;
	return strcmp(one->domain, other->domain);
}

void
client_sums_each(struct client_sums *sums, client_sums_fn *visit, void *arg)
{
	struct client_sum **sorted = memory_alloc(sums->n, sizeof(*sorted));
	size_t n = 0;

	for (size_t i = 0; i < sums->buckets_n; i++)
		for (struct client_sum *sum = sums->buckets[i]; sum != NULL;
		     sum = sum->next)
			sorted[n++] = sum;
	qsort(sorted, n, sizeof(*sorted), compare);
	for (size_t i = 0; i < n && visit(sorted[i], arg); i++)
		;
	free(sorted);
}
