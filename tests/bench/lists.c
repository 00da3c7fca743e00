/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * lists: measures the cost of lists of several lengths: the time to parse and
 * compile a list, and to search it for a client that it names and for one that
 * it does not name. Prints a table. Nothing passes or fails.
 *
 *   tests/bench/lists        (make tests/bench/lists)
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lists/list_file.h"

#define SEARCHES 200000

static double
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* One third of the lines are addresses, one third networks with several prefix
 * lengths, and one third host names. */
static void
write_line(char *out, size_t size, unsigned i)
{
	unsigned a = i >> 16 & 255, b = i >> 8 & 255, c = i & 255;

	if (i % 3 == 0)
		snprintf(out, size, "10.%u.%u.%u # 2026-11: a reason\n", a, b,
		    c);
	else if (i % 3 == 1)
		snprintf(out, size, "2001:db8:%x:%x::/%u\n", i >> 8, i & 255,
		    64 + i % 5 * 8);
	else
		snprintf(out, size, "mx%u.pool%u.example\n", i, i % 97);
}

static char *
make_text(unsigned lines_n, size_t *n_out)
{
	char *text = malloc((size_t)lines_n * 64 + 1);
	size_t n = 0;

	for (unsigned i = 0; i < lines_n; i++) {
		write_line(text + n, 64, i);
		n += strlen(text + n);
	}
	*n_out = n;
	return text;
}

static struct list *
compile(const char *text, size_t n)
{
	struct list_file file = {
	    .name = "bench",
	    .kind = LIST_CLIENT,
	    .effect = LIST_WHITELIST,
	    .delay_max_s = 60,
	};
	struct list *list = list_new();
	struct err err;

	if (list == NULL || list_file_parse(list, &file, text, n, &err) != 0 ||
	    list_seal(list, &err) != 0) {
		fprintf(stderr, "lists: %s\n", err.text);
		exit(EXIT_FAILURE);
	}
	return list;
}

/* Make a request of a client that the list names, or of a similar client that
 * the list does not name. */
static void
make_request(struct request *request, unsigned lines_n, bool named)
{
	unsigned i = (unsigned)rand() % lines_n;
	char address[64];

	request_clear(request);
	i -= i % 3;
	snprintf(address, sizeof(address), "%u.%u.%u.%u", named ? 10U : 11U,
	    i >> 16 & 255, i >> 8 & 255, i & 255);
	netaddr_parse(address, &request->client);
	request->client_name_confirmed = true;
	snprintf(request->client_name, sizeof(request->client_name),
	    "smtp.mx%u.pool%u.example", i + 2, named ? (i + 2) % 97 : 98);
}

static double
search_ns(struct list *list, unsigned lines_n, bool named)
{
	static struct request requests[256];
	unsigned hits_n = 0;
	double begin;

	for (unsigned i = 0; i < 256; i++)
		make_request(&requests[i], lines_n - 2, named);
	begin = now_ns();
	for (unsigned i = 0; i < SEARCHES; i++)
		hits_n += list_find(list, LIST_CLIENT, LIST_ANY_EFFECT,
			      &requests[i & 255], 1) != NULL;
	if (hits_n != (named ? SEARCHES : 0)) {
		fprintf(stderr, "lists: %u hits\n", hits_n);
		exit(EXIT_FAILURE);
	}
	return (now_ns() - begin) / SEARCHES;
}

int
main(void)
{
	double first_hit_ns = 0, first_miss_ns = 0;

	printf("%8s %12s %10s %10s %8s %8s\n", "lines", "compile", "hit",
	    "miss", "hit/100", "miss/100");
	for (unsigned lines_n = 100; lines_n <= 1000000; lines_n *= 10) {
		size_t n;
		char *text = make_text(lines_n, &n);
		double begin = now_ns(), compile_ns, hit_ns, miss_ns;
		struct list *list = compile(text, n);

		compile_ns = now_ns() - begin;
		hit_ns = search_ns(list, lines_n, true);
		miss_ns = search_ns(list, lines_n, false);
		if (lines_n == 100) {
			first_hit_ns = hit_ns;
			first_miss_ns = miss_ns;
		}
		printf("%8u %9.2f ms %7.0f ns %7.0f ns %8.2f %8.2f\n", lines_n,
		    compile_ns / 1e6, hit_ns, miss_ns, hit_ns / first_hit_ns,
		    miss_ns / first_miss_ns);
		list_free(list);
		free(text);
	}
	return 0;
}
