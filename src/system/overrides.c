/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "system/overrides.h"

#include <string.h>

int
overrides_add(struct overrides *overrides, const char *text, struct err *err)
{
	if (strchr(text, '=') == NULL)
		return err_set(err,
		    "-o %s: the value is missing (write -o NAME=VALUE)", text);
	if (overrides->n == OVERRIDES_MAX)
		return err_set(err, "too many options -o; the limit is %d",
		    OVERRIDES_MAX);
	overrides->items[overrides->n++] = text;
	return 0;
}
