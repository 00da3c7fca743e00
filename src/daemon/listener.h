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
 * listener: the sockets on which mail servers reach us. Our own from the
 * option listen, and those that systemd opened for us (sd_listen_fds(3)).
 */

#define LISTENER_MAX 64

struct listener {
	int fd;
	char name[ENDPOINT_HOST_SIZE + 16]; /* as an endpoint, for the log */
	char path[ENDPOINT_PATH_SIZE]; /* to remove when we stop; "" is none */
	dev_t device;                  /* of the path, to know it is ours */
	ino_t inode;
};

struct listener_set {
	struct listener items[LISTENER_MAX];
	size_t n;
};

/*
 * Take the sockets passed by systemd, then open every endpoint of
 * config->listen that is not among them. A unix socket that nobody answers
 * on is replaced, anything else in its place is left alone and refused, and
 * so is a directory that everybody may write to. Returns 0, or -1 with a
 * sentence and everything closed.
 */
int listener_open(const struct config *config, struct listener_set *out,
    struct err *err);

/* Check, when all is set up, that no other daemon that started at the same
 * moment took one of our unix sockets for a stale one. Returns 0 or -1. */
int listener_check(const struct listener_set *set, struct err *err);

/* Close all, and remove the unix sockets that are still ours. */
void listener_close(struct listener_set *set);

#endif
