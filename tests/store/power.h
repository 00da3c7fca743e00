/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_POWER_H
#define TARDIGREY_TESTS_POWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * power: simulates a power cut for the files below faulty_vfs. It keeps writes
 * apart until they are synced. After the cut every call fails, until
 * power_restore() turns the power on. The files then are what a disk may hold:
 * all that was synced, and of the rest nothing or some sectors, in any order.
 */

/* Forget all files and begin to watch; no file is on the disk yet. */
void power_watch(void);
void power_watch_no_more(void);

/* Cut the power at the n-th call, from now on, that changes a file. That call
 * is not done. */
void power_cut_at(int64_t n);
bool power_is_off(void);
int64_t power_calls_n(void); /* since power_cut_at() */

/* Make the files what they are after the cut, and turn the power on. Each
 * sector that was not synced is kept with this probability. */
void power_restore(unsigned seed, unsigned percent);

/* ---- Called by faulty_vfs.c ---- */

/* Call this before each use of a file. "changes" tells whether the use changes
 * the file. Returns 0, or -1 if the power is off: then the use must fail. */
int power_use(bool changes);

/* Call these after a file has been changed. */
void power_created(const char *path);
void power_deleted(const char *path, bool synced);
void power_written(const char *path, const void *octets, size_t n, int64_t at);
void power_truncated(const char *path, int64_t size);
void power_synced(const char *path);
void power_folder_synced(void); /* all files are in one folder */

#endif
