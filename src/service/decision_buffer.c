/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "service/decision_buffer.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OCTETS     (256 * 1024)
#define GAP_SIZE   40 /* of a line "left_out=N" */
#define TIME_SIZE  sizeof(int64_t)
#define DEFERS_MAX (DECISION_BUFFER_PER_S * 4 / 5)
#define SLICE      64  /* decisions of one write */
#define TRIM       256 /* decisions of one removal */

struct decision_buffer {
	/* Each decision: its time, its line, a NUL. */
	char octets[OCTETS];
	size_t begin, end;     /* the part of octets that is in use */
	size_t n;              /* decisions in it */
	size_t slice_octets_n; /* of the last slice */
	size_t slice_n;
	int64_t second_s; /* of the last decision */
	unsigned second_n, second_defers_n;
	int64_t gap_n;      /* left out in this second */
	int64_t left_out_n; /* in all */
	int64_t maintained_s;
};

struct decision_buffer *
decision_buffer_new(void)
{
	return calloc(1, sizeof(struct decision_buffer));
}

void
decision_buffer_free(struct decision_buffer *buffer)
{
	free(buffer);
}

/* ---- Adding ---- */

/* Move the content to the front if that makes room. */
static bool
has_octets(struct decision_buffer *buffer, size_t n)
{
	if (OCTETS - buffer->end < n && buffer->begin > 0) {
		memmove(buffer->octets, buffer->octets + buffer->begin,
		    buffer->end - buffer->begin);
		buffer->end -= buffer->begin;
		buffer->begin = 0;
	}
	return OCTETS - buffer->end >= n;
}

static bool
put(struct decision_buffer *buffer, int64_t time_s, const char *line, size_t n)
{
	char *at;

	if (!has_octets(buffer, TIME_SIZE + n + 1))
		return false;
	at = buffer->octets + buffer->end;
	memcpy(at, &time_s, TIME_SIZE);
	memcpy(at + TIME_SIZE, line, n + 1);
	buffer->end += TIME_SIZE + n + 1;
	buffer->n++;
	return true;
}

/* A second is over: keep the number of the decisions that were left out. */
static void
begin_second(struct decision_buffer *buffer, int64_t now_s)
{
	char line[GAP_SIZE];
	int n;

	if (buffer->gap_n > 0) {
		n = snprintf(line, sizeof(line), "left_out=%" PRId64,
		    buffer->gap_n);
		if (put(buffer, buffer->second_s, line, (size_t)n))
			buffer->gap_n = 0;
	}
	buffer->second_s = now_s;
	buffer->second_n = buffer->second_defers_n = 0;
}

void
decision_buffer_add(struct decision_buffer *buffer,
    const struct verdict *verdict, const char *line, size_t line_n,
    int64_t now_s)
{
	bool defers = reason_defers(verdict->reason);

	if (now_s != buffer->second_s)
		begin_second(buffer, now_s);
	if (buffer->second_n < DECISION_BUFFER_PER_S &&
	    (!defers || buffer->second_defers_n < DEFERS_MAX) &&
	    put(buffer, now_s, line, line_n)) {
		buffer->second_n++;
		buffer->second_defers_n += defers;
		return;
	}
	buffer->gap_n++;
	buffer->left_out_n++;
}

/* ---- Writing ---- */

/* Set "out" to the oldest decisions. */
static void
make_slice(struct decision_buffer *buffer, int64_t now_s,
    struct kept_decision out[SLICE])
{
	const char *at;

	if (now_s != buffer->second_s)
		begin_second(buffer, now_s);
	at = buffer->octets + buffer->begin;
	buffer->slice_n = buffer->n < SLICE ? buffer->n : SLICE;
	for (size_t i = 0; i < buffer->slice_n; i++) {
		memcpy(&out[i].time_s, at, TIME_SIZE);
		out[i].line = at + TIME_SIZE;
		at += TIME_SIZE + strlen(out[i].line) + 1;
	}
	buffer->slice_octets_n = (size_t)(at - buffer->octets) - buffer->begin;
}

static void
remove_slice(struct decision_buffer *buffer)
{
	buffer->begin += buffer->slice_octets_n;
	buffer->n -= buffer->slice_n;
	if (buffer->n == 0)
		buffer->begin = buffer->end = 0;
}

static enum store_rc
write_slice(struct decision_buffer *buffer, struct store *store, int64_t keep_s,
    int64_t now_s, bool may_wait, struct err *err)
{
	struct kept_decision slice[SLICE];
	bool is_added;
	enum store_rc rc;

	make_slice(buffer, now_s, slice);
	if (buffer->slice_n == 0)
		return STORE_OK;
	rc = store->decisions->add(store, slice, buffer->slice_n, keep_s,
	    may_wait, &is_added, err);
	if (rc == STORE_FAILED || rc == STORE_PARTLY)
		return rc;
	if (rc == STORE_OK && !is_added)
		return STORE_OK; /* later */
	if (rc == STORE_NO_ROOM) {
		buffer->gap_n += (int64_t)buffer->slice_n;
		buffer->left_out_n += (int64_t)buffer->slice_n;
	}
	remove_slice(buffer);
	return STORE_OK;
}

static bool
is_due(const struct decision_buffer *buffer, int64_t now_s)
{
	return buffer->n >= SLICE || now_s != buffer->maintained_s;
}

enum store_rc
decision_buffer_maintain(struct decision_buffer *buffer, struct store *store,
    int64_t keep_s, int64_t max_n, int64_t now_s, struct err *err)
{
	enum store_rc rc;

	if (store->decisions == NULL || !is_due(buffer, now_s))
		return STORE_OK;
	buffer->maintained_s = now_s;
	rc = write_slice(buffer, store, keep_s, now_s, false, err);
	if (rc != STORE_OK)
		return rc;
	return store->decisions->trim(store,
	    keep_s > 0 ? now_s - keep_s : INT64_MAX, max_n, TRIM, err);
}

enum store_rc
decision_buffer_write_all(struct decision_buffer *buffer, struct store *store,
    int64_t keep_s, int64_t now_s, struct err *err)
{
	enum store_rc rc = STORE_OK;

	if (store->decisions == NULL)
		return STORE_OK;
	begin_second(buffer, now_s); /* keep the number of those left out */
	while (rc == STORE_OK && buffer->n > 0)
		rc = write_slice(buffer, store, keep_s, now_s, true, err);
	return rc;
}

size_t
decision_buffer_n(const struct decision_buffer *buffer)
{
	return buffer->n;
}

int64_t
decision_buffer_left_out_n(const struct decision_buffer *buffer)
{
	return buffer->left_out_n;
}
