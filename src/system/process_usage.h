/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SYSTEM_PROCESS_USAGE_H
#define TARDIGREY_SYSTEM_PROCESS_USAGE_H

#include <stdint.h>

/*
 * process_usage: what this process uses of the machine.
 */

/* -1: not known, such as in a sandbox without /proc. */
struct process_usage {
	int64_t cpu_us;
	int64_t resident_octets, virtual_octets;
	int64_t open_files_n, files_max;
};

/* Open the files of /proc that a sandbox hides. Call this before it. */
void process_usage_open(void);

void process_usage_read(struct process_usage *out);

#endif
