/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/listener.h"

#include <errno.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/passed_socket.h"
#include "system/socket_directory.h"

#define BACKLOG 1024

static struct listener *
add(struct listener_set *set, int fd, struct err *err)
{
	struct listener *listener;

	if (set->n == LISTENER_MAX) {
		close(fd);
		err_set(err, "too many sockets to listen on; the limit is %d",
		    LISTENER_MAX);
		return NULL;
	}
	listener = &set->items[set->n++];
	memset(listener, 0, sizeof(*listener));
	listener->fd = fd;
	return listener;
}

/* ---- Sockets from systemd ---- */

static int
take_passed(struct listener_set *set, struct err *err)
{
	int end = PASSED_SOCKET_FIRST + passed_sockets_n();

	for (int fd = PASSED_SOCKET_FIRST; fd < end; fd++) {
		struct listener *listener;

		if (passed_socket_check(fd, err) != 0)
			return -1;
		listener = add(set, fd, err);
		if (listener == NULL)
			return -1;
		listener->is_passed = true;
		snprintf(listener->name, sizeof(listener->name),
		    "descriptor %d", fd);
	}
	return 0;
}

/* Whether one of the sockets is bound to exactly this address. */
static bool
is_bound(const struct listener_set *set, const void *address,
    socklen_t address_n)
{
	for (size_t i = 0; i < set->n; i++) {
		struct sockaddr_storage bound = {0};
		socklen_t bound_n = sizeof(bound);

		if (getsockname(set->items[i].fd, (struct sockaddr *)&bound,
			&bound_n) == 0 &&
		    bound_n == address_n &&
		    memcmp(&bound, address, address_n) == 0)
			return true;
	}
	return false;
}

/* ---- Unix ---- */

static int
stream_socket(int family)
{
	return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* Remove a socket that a crashed daemon has left, on which no process listens.
 * Anything else at this path is an error. */
static int
clear_path(const struct sockaddr_un *address, struct err *err)
{
	struct stat st;
	int fd, rc;

	if (lstat(address->sun_path, &st) != 0)
		return errno == ENOENT ? 0
				       : err_set(err, "%s", strerror(errno));
	if (!S_ISSOCK(st.st_mode))
		return err_set(err, "the path exists and is not a socket");
	fd = stream_socket(AF_UNIX);
	if (fd < 0)
		return err_set(err, "%s", strerror(errno));
	rc = connect(fd, (const struct sockaddr *)address, sizeof(*address));
	if (rc != 0)
		rc = errno;
	close(fd);
	if (rc == 0 || rc == EAGAIN)
		return err_set(err,
		    "another server is listening there; stop it, or choose "
		    "another path");
	if (rc != ECONNREFUSED)
		return err_set(err,
		    "cannot find out whether another server is listening "
		    "there: %s",
		    strerror(rc));
	if (unlink(address->sun_path) != 0)
		return err_set(err, "cannot remove the stale socket: %s",
		    strerror(errno));
	return 0;
}

static int
set_group(const char *path, const char *name, struct err *err)
{
	const struct group *group;

	if (name[0] == '\0')
		return 0;
	group = getgrnam(name);
	if (group == NULL)
		return err_set(err, "socket_group: no group \"%s\"", name);
	if (lchown(path, (uid_t)-1, group->gr_gid) != 0)
		return err_set(err, "socket_group: cannot set group %s: %s",
		    name, strerror(errno));
	return 0;
}

/*
 * The socket has its mode and its group before it listens, so a process without
 * permission can never connect. The mode comes from the umask and not from
 * chmod(2): we may be root, and another user who can write to the directory
 * could replace the socket by a link before the chmod.
 */
static int
bind_unix(int fd, const struct sockaddr_un *address, mode_t mode,
    const char *group, struct listener *listener, struct err *err)
{
	mode_t umask_before = umask(0777 & ~mode);
	int rc = bind(fd, (const struct sockaddr *)address, sizeof(*address));
	struct stat st;

	umask(umask_before);
	if (rc != 0 && errno == ENOENT)
		return err_set(err,
		    "the directory does not exist; create it, or choose "
		    "another one");
	if (rc != 0)
		return err_set(err, "%s", strerror(errno));
	strcpy(listener->path, address->sun_path);
	if (lstat(address->sun_path, &st) == 0) {
		listener->device = st.st_dev;
		listener->inode = st.st_ino;
	}
	if (set_group(address->sun_path, group, err) != 0)
		return -1;
	if (listen(fd, BACKLOG) != 0)
		return err_set(err, "%s", strerror(errno));
	return 0;
}

static int
open_unix(struct listener_set *set, const char *path, mode_t mode,
    const char *group, struct err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct listener *listener;
	int fd;

	if (strlen(path) >= sizeof(address.sun_path))
		return err_set(err, "the path is too long");
	strcpy(address.sun_path, path);
	if (is_bound(set, &address,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) +
		    strlen(path) + 1)))
		return 0;
	if (socket_directory_check(path, err) != 0 ||
	    clear_path(&address, err) != 0)
		return -1;
	fd = stream_socket(AF_UNIX);
	if (fd < 0)
		return err_set(err, "%s", strerror(errno));
	listener = add(set, fd, err);
	if (listener == NULL)
		return -1;
	snprintf(listener->name, sizeof(listener->name), "unix:%s", path);
	return bind_unix(fd, &address, mode, group, listener, err);
}

/* ---- TCP ---- */

static int
bind_inet(int fd, const struct addrinfo *address)
{
	int on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0)
		return -1;
	if (address->ai_family == AF_INET6 &&
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) != 0)
		return -1;
	if (bind(fd, address->ai_addr, address->ai_addrlen) != 0)
		return -1;
	return listen(fd, BACKLOG);
}

/* The other server may be systemd: ListenStream=10023 means every address. */
static int
explain_use(const struct listener_set *set, const char *port, struct err *err)
{
	char text[ENDPOINT_TEXT_SIZE];
	struct endpoint endpoint;

	for (size_t i = 0; i < set->n && set->items[i].is_passed; i++) {
		if (!passed_socket_is_everywhere(set->items[i].fd, port,
			&endpoint))
			continue;
		endpoint_text(&endpoint, text);
		return err_set(err,
		    "%s (LISTEN_FDS) listens there on every address; write "
		    "listen = %s, or name one address in both, such as "
		    "ListenStream=127.0.0.1:%s",
		    set->items[i].name, text, port);
	}
	return err_set(err,
	    "another server is listening there (postgrey uses port 10023 too); "
	    "stop it, or choose another port");
}

/* Returns 0, -1, or 1 if the machine does not have this address. (The name
 * localhost may mean ::1 on a machine without IPv6.) */
static int
open_address(struct listener_set *set, const struct endpoint *endpoint,
    const struct addrinfo *address, struct err *err)
{
	int fd = stream_socket(address->ai_family);
	struct listener *listener;

	if (fd < 0 && errno == EAFNOSUPPORT)
		return 1;
	if (fd < 0)
		return err_set(err, "%s", strerror(errno));
	listener = add(set, fd, err);
	if (listener == NULL)
		return -1;
	endpoint_text(endpoint, listener->name);
	if (bind_inet(fd, address) == 0)
		return 0;
	if (errno == EADDRNOTAVAIL) {
		close(fd);
		set->n--;
		return 1;
	}
	if (errno == EADDRINUSE)
		return explain_use(set, endpoint->port, err);
	return err_set(err, "%s", strerror(errno));
}

static int
open_addresses(struct listener_set *set, const struct endpoint *endpoint,
    const struct addrinfo *addresses, struct err *err)
{
	size_t missing_n = 0, addresses_n = 0;

	for (const struct addrinfo *a = addresses; a != NULL; a = a->ai_next) {
		int rc = 0;

		addresses_n++;
		if (!is_bound(set, a->ai_addr, a->ai_addrlen))
			rc = open_address(set, endpoint, a, err);
		if (rc < 0)
			return -1;
		missing_n += (size_t)rc;
	}
	if (missing_n == addresses_n)
		return err_set(err, "%s", strerror(EADDRNOTAVAIL));
	return 0;
}

static int
open_inet(struct listener_set *set, const struct endpoint *endpoint,
    struct err *err)
{
	struct addrinfo hints = {
	    .ai_family = AF_UNSPEC,
	    .ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
	};
	struct addrinfo *addresses;
	int rc = getaddrinfo(endpoint->host[0] != '\0' ? endpoint->host : NULL,
	    endpoint->port, &hints, &addresses);

	if (rc != 0)
		return err_set(err, "%s", gai_strerror(rc));
	rc = open_addresses(set, endpoint, addresses, err);
	freeaddrinfo(addresses);
	return rc;
}

/* ---- All ---- */

static int
open_endpoint(struct listener_set *set, const struct endpoint *endpoint,
    const struct config *config, struct err *err)
{
	char text[ENDPOINT_TEXT_SIZE];
	int rc = -1;

	switch (endpoint->kind) {
	case ENDPOINT_UNIX:
		rc = open_unix(set, endpoint->path, (mode_t)config->socket_mode,
		    config->socket_group, err);
		break;
	case ENDPOINT_INET:
		rc = open_inet(set, endpoint, err);
		break;
	}
	if (rc == 0)
		return 0;
	endpoint_text(endpoint, text);
	return err_prefix(err, "cannot listen on %s", text);
}

static int
open_endpoints(struct listener_set *set, const struct endpoint_list *endpoints,
    const struct config *config, struct err *err)
{
	for (size_t i = 0; i < endpoints->n; i++)
		if (open_endpoint(set, &endpoints->items[i], config, err) !=
		    0) {
			listener_close(set);
			return -1;
		}
	return 0;
}

int
listener_open(const struct config *config, struct listener_set *out,
    struct err *err)
{
	out->n = 0;
	if (take_passed(out, err) != 0) {
		listener_close(out);
		return -1;
	}
	return open_endpoints(out, &config->listen, config, err);
}

int
listener_open_http(const struct config *config, struct listener_set *out,
    struct err *err)
{
	out->n = 0;
	return open_endpoints(out, &config->http, config, err);
}

int
listener_open_private(const char *path, struct listener_set *out,
    struct err *err)
{
	out->n = 0;
	if (open_unix(out, path, 0600, "", err) == 0)
		return 0;
	listener_close(out);
	return err_prefix(err, "cannot listen on unix:%s", path);
}

/* Whether the path is still the socket that this process made. */
static bool
is_ours(const struct listener *listener)
{
	struct stat st;

	return lstat(listener->path, &st) == 0 &&
	    st.st_dev == listener->device && st.st_ino == listener->inode;
}

int
listener_check(const struct listener_set *set, struct err *err)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->items[i].path[0] != '\0' && !is_ours(&set->items[i]))
			return err_set(err,
			    "%s: another daemon has replaced the socket; stop "
			    "one of the two daemons",
			    set->items[i].name);
	return 0;
}

void
listener_close(struct listener_set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		if (set->items[i].path[0] != '\0' && is_ours(&set->items[i]))
			unlink(set->items[i].path);
		close(set->items[i].fd);
	}
	set->n = 0;
}
