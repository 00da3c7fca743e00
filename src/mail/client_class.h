/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_CLIENT_CLASS_H
#define TARDIGREY_MAIL_CLIENT_CLASS_H

#include "mail/request.h"

/*
 * client_class: judges whether a client is named or suspicious.
 *
 * A client is named if it has a confirmed host name that is not generic
 * (mail/generic_name.h). Other clients are suspicious. Almost all mail servers
 * are named. Most bots are not: they are on access lines and rented machines.
 *
 * If the mail server does not look up or does not confirm names, all clients
 * are suspicious.
 */

enum client_class {
	CLASS_UNKNOWN, /* the name was not looked at */
	CLASS_NAMED,
	CLASS_SUSPICIOUS,
};
#define CLIENT_CLASSES (CLASS_SUSPICIOUS + 1)

/* The class of the client: CLASS_NAMED or CLASS_SUSPICIOUS. Allocates
 * nothing. */
enum client_class client_class_of(const struct request *request);

/* The word for the log: "named", "suspicious"; "" for CLASS_UNKNOWN. */
const char *client_class_word(enum client_class client_class);

#endif
