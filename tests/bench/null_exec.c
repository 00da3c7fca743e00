/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * null_exec: does nothing. Any other dynamically linked program takes at least
 * as long to start.
 */
int
main(void)
{
	return 0;
}
