/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/redis/redis_node.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "store/redis/redis_clock.h"

#define NODES_MAX 1024 /* Redis Cluster allows no more */

/* ---- Errors ---- */

static int
fail(const struct redis_node *node, const char *what, struct err *err)
{
	char address[REDIS_ADDRESS_TEXT_SIZE];

	redis_address_text(&node->address, address);
	return err_set(err, "%s: %s", address, what);
}

static int
fail_by_context(const struct redis_node *node, struct err *err)
{
	const redisContext *context = node->context;

	return fail(node,
	    context->err == REDIS_ERR_IO && errno != 0 ? strerror(errno)
						       : context->errstr,
	    err);
}

/* Put the address in front of a sentence of redis_tls. */
static int
fail_by_tls(const struct redis_node *node, struct err *err)
{
	char address[REDIS_ADDRESS_TEXT_SIZE];

	redis_address_text(&node->address, address);
	return err_prefix(err, "%s", address);
}

bool
redis_reply_is_error(const redisReply *reply, const char *word)
{
	size_t n = strlen(word);

	return reply->type == REDIS_REPLY_ERROR &&
	    strncmp(reply->str, word, n) == 0 &&
	    (reply->str[n] == ' ' || reply->str[n] == '\0');
}

/* ---- Connecting ---- */

static int
wait_until_connected(struct redis_node *node, int64_t deadline_ms,
    struct err *err)
{
	struct pollfd poller = {.fd = node->context->fd, .events = POLLOUT};
	int rc, problem = 0;
	socklen_t size = sizeof(problem);

	do
		rc = poll(&poller, 1, redis_clock_left_ms(deadline_ms));
	while (rc < 0 && errno == EINTR);
	if (rc == 0)
		return fail(node, "cannot connect: no answer in time", err);
	if (rc < 0 ||
	    getsockopt(node->context->fd, SOL_SOCKET, SO_ERROR, &problem,
		&size) != 0)
		problem = errno;
	if (problem == 0)
		return 0;
	fail(node, strerror(problem), err);
	return -1;
}

static int
begin_tls(struct redis_node *node, const struct redis_tls_context *tls,
    int64_t deadline_ms, struct err *err)
{
	if (tls == NULL)
		return 0;
	node->tls = redis_tls_open(tls, node->context->fd, node->address.host,
	    deadline_ms, err);
	return node->tls != NULL ? 0 : fail_by_tls(node, err);
}

int
redis_node_open(struct redis_node *node, const struct redis_address *address,
    const struct redis_tls_context *tls, int64_t deadline_ms, struct err *err)
{
	node->address = *address;
	node->context = address->port == 0
	    ? redisConnectUnixNonBlock(address->host)
	    : redisConnectNonBlock(address->host, (int)address->port);
	if (node->context == NULL)
		return err_no_memory(err);
	if (node->context->err != 0)
		return fail(node, node->context->errstr, err);
	return wait_until_connected(node, deadline_ms, err) == 0
	    ? begin_tls(node, tls, deadline_ms, err)
	    : -1;
}

void
redis_node_close(struct redis_node *node)
{
	redis_tls_free(node->tls);
	if (node->context != NULL)
		redisFree(node->context);
	free(node->tags);
	*node = (struct redis_node){.context = NULL};
}

/* Between two commands a server only sends the end of the connection, or a
 * message of TLS. */
bool
redis_nodes_are_open(const struct redis_node *nodes, size_t n)
{
	struct pollfd pollers[NODES_MAX];

	for (size_t i = 0; i < n; i++)
		pollers[i] = (struct pollfd){
		    .fd = nodes[i].context != NULL ? nodes[i].context->fd : -1,
		    .events = POLLIN};
	if (poll(pollers, n, 0) <= 0)
		return true;
	for (size_t i = 0; i < n; i++)
		if (pollers[i].revents != 0 &&
		    (nodes[i].tls == NULL || !redis_tls_is_open(nodes[i].tls)))
			return false;
	return true;
}

/* ---- Exchanging ---- */

static int
add_tag(struct redis_node *node, size_t tag)
{
	if (node->tags_n == node->tags_size) {
		size_t size = node->tags_size * 2 + 64;
		size_t *tags = realloc(node->tags, size * sizeof(*tags));

		if (tags == NULL)
			return -1;
		node->tags = tags;
		node->tags_size = size;
	}
	node->tags[node->tags_n++] = tag;
	return 0;
}

int
redis_node_append(struct redis_node *node, const char *command, size_t n,
    size_t tag, struct err *err)
{
	if (add_tag(node, tag) != 0)
		return err_no_memory(err);
	node->is_written = false;
	if (node->tls != NULL)
		return redis_tls_append(node->tls, command, n) == 0
		    ? 0
		    : err_no_memory(err);
	if (redisAppendFormattedCommand(node->context, command, n) != REDIS_OK)
		return err_no_memory(err);
	return 0;
}

static bool
is_waiting(const struct redis_node *node)
{
	return node->replied_n < node->tags_n && !node->has_failed;
}

/* Keep the first sentence. */
static void
note_failure(struct redis_node *node, const struct err *why, int *rc,
    struct err *err)
{
	node->has_failed = true;
	if (*rc == 0)
		*err = *why;
	*rc = -1;
}

/* hiredis writes in a way that raises SIGPIPE if the server has closed the
 * connection. The commands of tardigrey(8) end by this signal when nobody reads
 * their output, so only this call must not raise it. */
static int
write_without_signal(redisContext *context, int *done)
{
	static const struct timespec now = {0};
	sigset_t pipe, before;
	int rc, problem;

	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe, &before);
	errno = 0;
	rc = redisBufferWrite(context, done);
	problem = errno;
	if (problem == EPIPE && !sigismember(&before, SIGPIPE))
		sigtimedwait(&pipe, NULL, &now);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = problem;
	return rc;
}

static int
write_some(struct redis_node *node, struct err *err)
{
	int done = 0;

	if (node->tls != NULL)
		return redis_tls_write(node->tls, &node->is_written, err) == 0
		    ? 0
		    : fail_by_tls(node, err);
	if (write_without_signal(node->context, &done) != REDIS_OK)
		return fail_by_context(node, err);
	node->is_written = done != 0;
	return 0;
}

static int
receive_by_tls(struct redis_node *node, struct err *err)
{
	char octets[REDIS_TLS_RECORD_MAX];
	int n = redis_tls_read(node->tls, octets, err);

	if (n < 0)
		return fail_by_tls(node, err);
	if (n > 0 &&
	    redisReaderFeed(node->context->reader, octets, (size_t)n) !=
		REDIS_OK)
		return err_no_memory(err);
	return 0;
}

static int
receive(struct redis_node *node, struct err *err)
{
	if (node->tls != NULL)
		return receive_by_tls(node, err);
	errno = 0;
	return redisBufferRead(node->context) == REDIS_OK
	    ? 0
	    : fail_by_context(node, err);
}

static int
read_some(struct redis_node *node, redis_reply_fn *visit, void *arg,
    struct err *err)
{
	void *reply;

	if (receive(node, err) != 0)
		return -1;
	for (;;) {
		if (redisGetReplyFromReader(node->context, &reply) != REDIS_OK)
			return fail_by_context(node, err);
		if (reply == NULL)
			return 0;
		if (!is_waiting(node)) {
			freeReplyObject(reply);
			return fail(node, "a reply without a command", err);
		}
		visit(node->tags[node->replied_n++], reply, arg);
	}
}

static int
serve(struct redis_node *node, short events, redis_reply_fn *visit, void *arg,
    struct err *err)
{
	if ((events & POLLOUT) != 0 && write_some(node, err) != 0)
		return -1;
	if ((events & (POLLIN | POLLHUP | POLLERR)) != 0)
		return read_some(node, visit, arg, err);
	return 0;
}

static void
serve_all(struct redis_node **owners, const struct pollfd *pollers, size_t n,
    redis_reply_fn *visit, void *arg, int *rc, struct err *err)
{
	struct err why;

	for (size_t i = 0; i < n; i++)
		if (serve(owners[i], pollers[i].revents, visit, arg, &why) != 0)
			note_failure(owners[i], &why, rc, err);
}

/* No reply has come in time, or poll() does not work. */
static void
fail_all(struct redis_node **owners, size_t n, const char *what, int *rc,
    struct err *err)
{
	struct err why;

	for (size_t i = 0; i < n; i++) {
		fail(owners[i], what, &why);
		note_failure(owners[i], &why, rc, err);
	}
}

/* Fill in the pollers of the nodes that owe a reply. Returns their number. */
static size_t
list_pollers(struct redis_node *nodes, size_t n, struct pollfd *pollers,
    struct redis_node **owners)
{
	size_t waiting_n = 0;

	for (size_t i = 0; i < n; i++) {
		if (!is_waiting(&nodes[i]))
			continue;
		pollers[waiting_n] = (struct pollfd){
		    .fd = nodes[i].context->fd,
		    .events =
			(short)(POLLIN | (nodes[i].is_written ? 0 : POLLOUT)),
		};
		owners[waiting_n++] = &nodes[i];
	}
	return waiting_n;
}

static void
exchange(struct redis_node *nodes, size_t n, int64_t deadline_ms,
    redis_reply_fn *visit, void *arg, int *rc, struct err *err)
{
	struct pollfd pollers[NODES_MAX];
	struct redis_node *owners[NODES_MAX];
	size_t waiting_n;

	while ((waiting_n = list_pollers(nodes, n, pollers, owners)) > 0) {
		int left_ms = redis_clock_left_ms(deadline_ms);
		int ready_n = poll(pollers, waiting_n, left_ms);

		if (ready_n > 0)
			serve_all(owners, pollers, waiting_n, visit, arg, rc,
			    err);
		else if (ready_n == 0)
			fail_all(owners, waiting_n,
			    "no answer in time (store_timeout)", rc, err);
		else if (errno != EINTR)
			fail_all(owners, waiting_n, strerror(errno), rc, err);
	}
}

int
redis_nodes_exchange(struct redis_node *nodes, size_t n, int64_t deadline_ms,
    redis_reply_fn *visit, void *arg, struct err *err)
{
	struct err why;
	int rc = 0;

	for (size_t i = 0; i < n; i++)
		if (is_waiting(&nodes[i]) && write_some(&nodes[i], &why) != 0)
			note_failure(&nodes[i], &why, &rc, err);
	exchange(nodes, n, deadline_ms, visit, arg, &rc, err);
	for (size_t i = 0; i < n; i++)
		nodes[i].tags_n = nodes[i].replied_n = 0;
	return rc;
}

/* ---- One command ---- */

static void
keep_reply(size_t tag, redisReply *reply, void *arg)
{
	redisReply **out = arg;

	(void)tag;
	*out = reply;
}

redisReply *
redis_node_ask(struct redis_node *node, int64_t deadline_ms, struct err *err,
    const char *format, ...)
{
	redisReply *reply = NULL;
	char *command = NULL;
	va_list ap;
	int n, rc;

	va_start(ap, format);
	n = redisvFormatCommand(&command, format, ap);
	va_end(ap);
	if (n < 0) {
		err_no_memory(err);
		return NULL;
	}
	rc = redis_node_append(node, command, (size_t)n, 0, err);
	redisFreeCommand(command);
	if (rc == 0)
		rc = redis_nodes_exchange(node, 1, deadline_ms, keep_reply,
		    &reply, err);
	if (rc == 0 && reply->type == REDIS_REPLY_ERROR)
		rc = fail(node, reply->str, err);
	if (rc == 0)
		return reply;
	if (reply != NULL)
		freeReplyObject(reply);
	return NULL;
}
