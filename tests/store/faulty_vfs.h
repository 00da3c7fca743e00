/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_FAULTY_VFS_H
#define TARDIGREY_TESTS_FAULTY_VFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/power.h"

/*
 * faulty_vfs: between SQLite and the system. Every call is handed on to the
 * system's own VFS ("unix"), but one of them, or all from one on, fails as a
 * test wants it. Nothing waits: syncs and sleeps only look as if.
 */

enum fault {
	FAULT_IOERR,      /* each call has its own code */
	FAULT_FULL,       /* writes: no room */
	FAULT_TORN,       /* writes: the first half gets there, then no room */
	FAULT_CANTOPEN,   /* what opens, looks for or removes a file */
	FAULT_BUSY,       /* locks */
	FAULT_CORRUPT,    /* reads: malformed */
	FAULT_SHORT_READ, /* reads: nothing is there, and zeros instead */
	FAULT_NOMEM,      /* each call */
	FAULT_READONLY,   /* writes */
};
#define FAULTS (FAULT_READONLY + 1)

const char *fault_word(enum fault fault);

/* From now on SQLite uses it by default; the system's stays "unix". */
void faulty_vfs_install(void);

/* From now on count the calls that this fault can befall, and fail number
 * "at" (1 is the next; 0: none), and if it stays all that follow. */
void faulty_plan(enum fault fault, int64_t at, bool stays);

/* The fault ends. */
void faulty_heal(void);

int64_t faulty_calls_n(void);    /* since faulty_plan() */
int64_t faulty_injected_n(void); /* likewise */

#endif
