/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/power.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECTOR    512
#define FILES_MAX 16

/* A write that was not synced; octets is NULL: a truncation. */
struct op {
	char *octets; /* owned */
	size_t n;
	int64_t at;
};

struct image {
	char path[256];
	/* The file as it is on the disk, whatever happens. */
	bool is_there;
	char *octets; /* owned */
	size_t n;
	/* What has happened since the last sync: first the file may have been
	 * removed, then created, then changed by these operations. */
	bool removed, made;
	struct op *ops; /* owned */
	size_t ops_n, ops_max;
};

static struct image images[FILES_MAX];
static size_t images_n;
static bool watching, is_off;
static int64_t calls_n, cut_at;

/* ---- Images ---- */

static struct image *
image_of(const char *path)
{
	for (size_t i = 0; i < images_n; i++)
		if (strcmp(images[i].path, path) == 0)
			return &images[i];
	assert(images_n < FILES_MAX && strlen(path) < sizeof(images[0].path));
	images[images_n] = (struct image){.is_there = false};
	strcpy(images[images_n].path, path);
	return &images[images_n++];
}

static void
forget_ops(struct image *image)
{
	for (size_t i = 0; i < image->ops_n; i++)
		free(image->ops[i].octets);
	image->ops_n = 0;
}

static void
forget_all(void)
{
	for (size_t i = 0; i < images_n; i++) {
		forget_ops(&images[i]);
		free(images[i].ops);
		free(images[i].octets);
	}
	images_n = 0;
}

static void
add_op(const char *path, const void *octets, size_t n, int64_t at)
{
	struct image *image = image_of(path);
	struct op *op;

	if (image->ops_n == image->ops_max) {
		image->ops_max = 2 * image->ops_max + 16;
		image->ops =
		    realloc(image->ops, image->ops_max * sizeof(*image->ops));
		assert(image->ops != NULL);
	}
	op = &image->ops[image->ops_n++];
	*op = (struct op){NULL, n, at};
	if (octets == NULL)
		return;
	op->octets = malloc(n);
	assert(op->octets != NULL);
	memcpy(op->octets, octets, n);
}

static void
resize(char **octets, size_t *n, size_t to)
{
	*octets = realloc(*octets, to + 1);
	assert(*octets != NULL);
	if (to > *n)
		memset(*octets + *n, 0, to - *n);
	*n = to;
}

/* Do a part of an operation. */
static void
put(char **octets, size_t *n, const struct op *op, size_t from, size_t to)
{
	size_t end = (size_t)op->at + to;

	if (end > *n)
		resize(octets, n, end);
	memcpy(*octets + (size_t)op->at + from, op->octets + from, to - from);
}

static bool
chance(unsigned *seed, unsigned percent)
{
	return (unsigned)rand_r(seed) % 100 < percent;
}

/* Do or skip each sector of an operation. */
static void
put_some(char **octets, size_t *n, const struct op *op, unsigned *seed,
    unsigned percent)
{
	size_t from = 0, to;

	if (op->octets == NULL) {
		if (chance(seed, percent))
			resize(octets, n, (size_t)op->at);
		return;
	}
	for (; from < op->n; from = to) {
		to = from + SECTOR - ((size_t)op->at + from) % SECTOR;
		if (to > op->n)
			to = op->n;
		if (chance(seed, percent))
			put(octets, n, op, from, to);
	}
}

/* ---- What happens to the files ---- */

int
power_use(bool changes)
{
	if (!watching)
		return 0;
	if (!is_off && changes && ++calls_n == cut_at)
		is_off = true;
	return is_off ? -1 : 0;
}

void
power_created(const char *path)
{
	struct image *image;

	if (!watching)
		return;
	image = image_of(path);
	forget_ops(image);
	image->made = true;
	image->removed = false;
}

void
power_deleted(const char *path, bool synced)
{
	struct image *image;

	if (!watching)
		return;
	image = image_of(path);
	forget_ops(image);
	image->made = false;
	image->removed = !synced;
	if (synced)
		image->is_there = false;
}

void
power_written(const char *path, const void *octets, size_t n, int64_t at)
{
	if (watching)
		add_op(path, octets, n, at);
}

void
power_truncated(const char *path, int64_t size)
{
	if (watching)
		add_op(path, NULL, 0, size);
}

void
power_folder_synced(void)
{
	for (size_t i = 0; i < images_n && watching; i++) {
		struct image *image = &images[i];

		if (image->removed || image->made)
			image->n = 0;
		if (image->removed)
			image->is_there = false;
		if (image->made)
			image->is_there = true;
		image->removed = image->made = false;
	}
}

/* A sync of a new file also makes its name durable: SQLite relies on that for
 * the database, and file systems do it. */
void
power_synced(const char *path)
{
	struct image *image;

	if (!watching)
		return;
	image = image_of(path);
	if (image->made)
		image->n = 0;
	for (size_t i = 0; i < image->ops_n; i++) {
		const struct op *op = &image->ops[i];

		if (op->octets == NULL)
			resize(&image->octets, &image->n, (size_t)op->at);
		else
			put(&image->octets, &image->n, op, 0, op->n);
	}
	forget_ops(image);
	image->is_there = true;
	image->made = image->removed = false;
}

/* ---- The cut ---- */

void
power_watch(void)
{
	forget_all();
	watching = true;
	is_off = false;
	power_cut_at(0);
}

void
power_watch_no_more(void)
{
	forget_all();
	watching = is_off = false;
}

void
power_cut_at(int64_t n)
{
	calls_n = 0;
	cut_at = n;
}

bool
power_is_off(void)
{
	return is_off;
}

int64_t
power_calls_n(void)
{
	return calls_n;
}

static void
write_image(const struct image *image)
{
	FILE *file = fopen(image->path, "w");
	size_t n;

	assert(file != NULL);
	n = fwrite(image->octets != NULL ? image->octets : "", 1, image->n,
	    file);
	assert(n == image->n);
	fclose(file);
}

static void
remove_file(const char *path)
{
	if (unlink(path) != 0)
		assert(errno == ENOENT);
}

static void
restore(struct image *image, unsigned *seed, unsigned percent)
{
	/* Whether the removal or the creation has reached the disk. */
	bool is_late = (image->made || image->removed) && chance(seed, percent);
	bool is_old = (image->made || image->removed) && !is_late;

	if (is_late) {
		image->n = 0;
		image->is_there = image->made;
	}
	for (size_t i = 0; i < image->ops_n && !is_old; i++)
		put_some(&image->octets, &image->n, &image->ops[i], seed,
		    percent);
	forget_ops(image);
	image->made = image->removed = false;
	if (image->is_there)
		write_image(image);
	else
		remove_file(image->path);
}

static void
remove_index(const char *path)
{
	char name[300];

	snprintf(name, sizeof(name), "%s-shm", path);
	remove_file(name);
}

void
power_restore(unsigned seed, unsigned percent)
{
	for (size_t i = 0; i < images_n; i++) {
		restore(&images[i], &seed, percent);
		remove_index(images[i].path);
	}
	is_off = false;
	power_cut_at(0);
}
