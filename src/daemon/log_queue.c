/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/log_queue.h"

#include <string.h>

/* Move the lines to the front if there is no room after them. Returns false if
 * there is no room at all. */
static bool
make_room(struct log_queue *queue, size_t n)
{
	if (n <= sizeof(queue->octets) - queue->end)
		return true;
	if (n > sizeof(queue->octets) - (queue->end - queue->begin))
		return false;
	memmove(queue->octets, queue->octets + queue->begin,
	    queue->end - queue->begin);
	queue->end -= queue->begin;
	queue->begin = 0;
	return true;
}

bool
log_queue_add(struct log_queue *queue, const char *const parts[])
{
	size_t n = 1; /* the newline */
	size_t part_n[LOG_QUEUE_PARTS_MAX];

	if (queue->dropped_n > 0)
		return false;
	for (size_t i = 0; parts[i] != NULL; i++)
		n += part_n[i] = strlen(parts[i]);
	if (!make_room(queue, n))
		return false;
	for (size_t i = 0; parts[i] != NULL; i++) {
		memcpy(queue->octets + queue->end, parts[i], part_n[i]);
		queue->end += part_n[i];
	}
	queue->octets[queue->end++] = '\n';
	return true;
}

bool
log_queue_is_empty(const struct log_queue *queue)
{
	return queue->begin == queue->end;
}

size_t
log_queue_line(const struct log_queue *queue, const char **line)
{
	const char *begin = queue->octets + queue->begin;
	const char *end = memchr(begin, '\n', queue->end - queue->begin);

	*line = begin;
	return (size_t)(end - begin) + 1;
}

size_t
log_queue_lines(const struct log_queue *queue, size_t max, const char **octets)
{
	const char *begin = queue->octets + queue->begin;
	size_t n = queue->end - queue->begin;

	*octets = begin;
	if (n <= max)
		return n;
	n = max;
	while (n > 0 && begin[n - 1] != '\n')
		n--;
	return n > 0 ? n : max;
}

void
log_queue_remove(struct log_queue *queue, size_t n)
{
	queue->begin += n;
	if (queue->begin == queue->end)
		queue->begin = queue->end = 0;
}
