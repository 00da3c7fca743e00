/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* kernel_clock on|off: tell the kernel that a time daemon has set the clock, or
 * that none has. */
#include <string.h>
#include <sys/timex.h>

int
main(int argc, char **argv)
{
	struct timex state = {.modes = ADJ_STATUS | ADJ_MAXERROR};

	if (argc != 2)
		return 2;
	state.status = strcmp(argv[1], "on") == 0 ? STA_PLL : STA_UNSYNC;
	return adjtimex(&state) == -1;
}
