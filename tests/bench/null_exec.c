/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * null_exec: does nothing. What it costs to start it is what any program
 * that is linked dynamically costs at least.
 */
int
main(void)
{
	return 0;
}
