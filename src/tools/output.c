/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/output.h"

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

enum output_form
output_form_of_stdout(void)
{
	return isatty(STDOUT_FILENO) ? OUTPUT_TERMINAL : OUTPUT_PIPE;
}

int
output_finish(void)
{
	bool failed = ferror(stdout) != 0;

	return fflush(stdout) == 0 && !failed ? 0 : -1;
}
