/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_LISTENER_H
#define TARDIGREY_DAEMON_LISTENER_H

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
	char name[ENDPOINT_HOST_SIZE + 16]; /* for the log */
	char path[ENDPOINT_PATH_SIZE];      /* to remove at the end; "": none */
	dev_t device; /* with the inode: identifies our file */
	ino_t inode;
};

struct listener_set {
	struct listener items[LISTENER_MAX];
	size_t n;
};

/*
 * Take the sockets of systemd, then open every endpoint of config->listen that
 * is not among them. A unix socket on which nobody listens is replaced. Any
 * other file in its place is an error, and so is a directory that everybody can
 * write to. Returns 0, or -1 and an error, with everything closed.
 */
int listener_open(const struct config *config, struct listener_set *out,
    struct err *err);

/* Check that the unix sockets are still those of this process. Two daemons that
 * start at the same moment may each replace the other's socket before it
 * listens; the one that lost it fails here. Returns 0 or -1. */
int listener_check(const struct listener_set *set, struct err *err);

/* Close all sockets, and remove the files of our unix sockets. A file that
 * another daemon has put in its place stays. */
void listener_close(struct listener_set *set);

#endif
