/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_TORTURE_TRESPASS_H
#define TARDIGREY_TESTS_TORTURE_TRESPASS_H

/* trespass: on SIGUSR2, try what a sandbox must forbid, and report it to the
 * file of this path. See trespass.c. */
#define TRESPASS_N 23 /* attempts */

void trespass_prepare(const char *path);

#endif
