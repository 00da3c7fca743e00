/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_FAULTY_VFS_H
#define TARDIGREY_TESTS_FAULTY_VFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/power.h"

/*
 * faulty_vfs: a VFS between SQLite and the system. It passes each call on to
 * the VFS "unix". One call, or all calls from one on, fail as the test plans.
 * Syncs and sleeps return at once.
 */

enum fault {
	FAULT_IOERR,      /* any call, with the code for that call */
	FAULT_FULL,       /* writes: the disk is full */
	FAULT_TORN,       /* writes: half is written, then the disk is full */
	FAULT_CANTOPEN,   /* calls that open, look for or remove a file */
	FAULT_BUSY,       /* locks */
	FAULT_CORRUPT,    /* reads: malformed */
	FAULT_SHORT_READ, /* reads: too few octets, the rest are zeros */
	FAULT_NOMEM,      /* any call */
	FAULT_READONLY,   /* writes */
	FAULT_SYNC,       /* syncs: an I/O error */
};
#define FAULTS (FAULT_SYNC + 1)

const char *fault_word(enum fault fault);

/* Make this the default VFS. The VFS "unix" stays available. */
void faulty_vfs_install(void);

/* From now on, count the calls that this fault can affect, and make call number
 * "at" fail (1: the next call; 0: none). If "stays" is true, all later calls
 * fail too. */
void faulty_plan(enum fault fault, int64_t at, bool stays);

/* End the fault. */
void faulty_heal(void);

int64_t faulty_calls_n(void);    /* since faulty_plan() */
int64_t faulty_injected_n(void); /* likewise */

#endif
