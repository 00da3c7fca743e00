/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "base/uri.h"

#include <stdio.h>
#include <string.h>

bool
uri_mask_password(const char *uri, char *out, size_t size)
{
	const char *slashes = strstr(uri, "://");
	const char *user = slashes != NULL ? slashes + 3 : uri;
	const char *at = slashes != NULL ? strrchr(user, '@') : NULL;
	const char *colon =
	    at != NULL ? memchr(user, ':', (size_t)(at - user)) : NULL;

	if (colon == NULL) {
		snprintf(out, size, "%s", uri);
		return false;
	}
	snprintf(out, size, "%.*s:***%s", (int)(colon - uri), uri, at);
	return true;
}
