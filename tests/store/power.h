/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_POWER_H
#define TARDIGREY_TESTS_POWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * power: what of the files below faulty_vfs would survive a power cut. Writes
 * are kept apart until they are synced. After the cut every call fails, until
 * the files have been made what the disk may hold by then: what was synced,
 * and of the rest nothing, or some of the sectors, in no order.
 */

/* Forget all files, and begin to watch; nothing is on the disk yet. */
void power_watch(void);
void power_watch_no_more(void);

/* Cut the power instead of the n-th call from now on that changes a file. */
void power_cut_at(int64_t n);
bool power_is_off(void);
int64_t power_calls_n(void); /* since power_cut_at() */

/* Make the files what they are after the cut, and turn the power on. Of what
 * was not synced each sector is there with this probability. */
void power_restore(unsigned seed, unsigned percent);

/* ---- For faulty_vfs.c: what is about to be done to a file. The first fails
 * when the power is off. ---- */

int power_use(bool changes);
void power_created(const char *path);
void power_deleted(const char *path, bool synced);
void power_written(const char *path, const void *octets, size_t n, int64_t at);
void power_truncated(const char *path, int64_t size);
void power_synced(const char *path);
void power_folder_synced(void); /* there is one for all */

#endif
