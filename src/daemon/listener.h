/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_LISTENER_H
#define TARDIGREY_DAEMON_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "config/config.h"
#include "config/endpoint.h"
#include "base/err.h"

/*
 * listener: the sockets on which the daemon listens: those of the option
 * listen, and those that systemd has opened (sd_listen_fds(3)).
 */

#define LISTENER_MAX 64

struct listener {
	int fd;
	char name[ENDPOINT_TEXT_SIZE]; /* for the log */
	bool is_passed;                /* by systemd */
	char path[ENDPOINT_PATH_SIZE]; /* of our socket file; "": none */
	dev_t device; /* of the socket file; with the inode it identifies it */
	ino_t inode;
};

struct listener_set {
	struct listener items[LISTENER_MAX];
	size_t n;
};

/*
 * Take the sockets of systemd, then open every endpoint of config->listen that
 * is not among them. Replaces a unix socket on which no process listens. Any
 * other file at the path is an error. A directory that all users can write to
 * is also an error. Returns 0, or -1 and an error, with all sockets closed.
 */
int listener_open(const struct config *config, struct listener_set *out,
    struct err *err);

/* Open every endpoint of config->http. Otherwise as listener_open(). */
int listener_open_http(const struct config *config, struct listener_set *out,
    struct err *err);

/* Open a unix socket for this account only. Otherwise as listener_open(). */
int listener_open_private(const char *path, struct listener_set *out,
    struct err *err);

/* Check that the files of the unix sockets are still those of this process. If
 * two daemons start at the same moment, one may replace the socket file of the
 * other before the other listens. Then the other daemon fails here. Returns 0,
 * or -1 and an error. */
int listener_check(const struct listener_set *set, struct err *err);

/* Close all sockets, and remove the files of our unix sockets. If another
 * daemon has replaced such a file, it stays. */
void listener_close(struct listener_set *set);

#endif
