/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/client_class.h"

#include "mail/generic_name.h"
#include "mail/host_name.h"

static const char *const words[] = {
    [CLASS_UNKNOWN] = "",
    [CLASS_NAMED] = "named",
    [CLASS_SUSPICIOUS] = "suspicious",
};

enum client_class
client_class_of(const struct request *request)
{
	/* generic_name() is true for a name that is too long. */
	return request->client_name_confirmed &&
		is_host_name(request->client_name) &&
		!generic_name(request->client_name, &request->client)
	    ? CLASS_NAMED
	    : CLASS_SUSPICIOUS;
}

const char *
client_class_word(enum client_class client_class)
{
	return words[client_class];
}
