/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/redis/redis.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "store/redis/redis_clock.h"

#define DISCARDED    SIZE_MAX /* the tag of a reply that nobody wants */
#define ROUNDS_MAX   8        /* of redirections */
#define TRY_AGAIN_MS 5

/* ---- A pipeline ---- */

void
redis_clear(struct redis *redis)
{
	for (size_t i = 0; i < redis->commands_n; i++)
		if (redis->commands[i].reply != NULL)
			freeReplyObject(redis->commands[i].reply);
	redis->commands_n = 0;
	redis->text.n = 0;
	redis->problem.text[0] = '\0';
}

int
redis_begin(struct redis *redis, struct err *err)
{
	redis_clear(redis);
	return redis_connect(redis, err);
}

static struct redis_command *
new_command(struct redis *redis)
{
	if (redis->commands_n == redis->commands_size) {
		size_t size = redis->commands_size * 2 + 64;
		struct redis_command *commands =
		    realloc(redis->commands, size * sizeof(*commands));

		if (commands == NULL)
			return NULL;
		redis->commands = commands;
		redis->commands_size = size;
	}
	return &redis->commands[redis->commands_n];
}

static void
add(struct redis *redis, size_t node, const char *format, va_list ap)
{
	struct redis_command *command = new_command(redis);
	size_t at = redis->text.n;

	if (command == NULL || redis_format(&redis->text, format, ap) != 0) {
		err_no_memory(&redis->problem);
		return;
	}
	*command = (struct redis_command){
	    .at = at, .text_n = redis->text.n - at, .node = node};
	redis->commands_n++;
}

void
redis_add(struct redis *redis, const struct redis_name *name,
    const char *format, ...)
{
	unsigned slot = redis->uri.form == REDIS_CLUSTER
	    ? redis_slot(name->text, name->n)
	    : 0;
	va_list ap;

	va_start(ap, format);
	add(redis, redis->topology->node_of_slot[slot], format, ap);
	va_end(ap);
}

void
redis_add_to_node(struct redis *redis, size_t node, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	add(redis, node, format, ap);
	va_end(ap);
}

const char *
redis_sha(const struct redis *redis, enum redis_script script)
{
	return redis->topology->scripts.sha[script];
}

/* ---- Running ---- */

static void
keep_reply(size_t tag, redisReply *reply, void *arg)
{
	struct redis *redis = arg;

	if (tag == DISCARDED)
		freeReplyObject(reply);
	else
		redis->commands[tag].reply = reply;
}

static int
append(struct redis *redis, size_t i, struct err *err)
{
	static const char asking[] = "*1\r\n$6\r\nASKING\r\n";
	const struct redis_command *command = &redis->commands[i];
	struct redis_node *node = &redis->topology->nodes[command->node];

	if (command->asks &&
	    redis_node_append(node, asking, sizeof(asking) - 1, DISCARDED,
		err) != 0)
		return -1;
	return redis_node_append(node, redis->text.octets + command->at,
	    command->text_n, i, err);
}

static bool
is_away(const struct redis *redis, size_t node)
{
	return redis->topology->nodes[node].context == NULL;
}

static void
lose_failed(struct redis *redis, const struct err *why)
{
	struct redis_topology *topology = redis->topology;

	for (size_t i = 0; i < topology->nodes_n; i++)
		if (topology->nodes[i].has_failed)
			redis_topology_lose(topology, &topology->nodes[i], why);
}

/* Send the commands that have no reply to the nodes that are not away. */
static int
exchange(struct redis *redis, int64_t deadline_ms, struct err *err)
{
	struct redis_topology *topology = redis->topology;

	for (size_t i = 0; i < redis->commands_n; i++)
		if (redis->commands[i].reply == NULL &&
		    !is_away(redis, redis->commands[i].node) &&
		    append(redis, i, err) != 0)
			return -1;
	if (redis_nodes_exchange(topology->nodes, topology->nodes_n,
		deadline_ms, keep_reply, redis, err) == 0)
		return 0;
	lose_failed(redis, err);
	return redis_topology_slots_n(topology) > 0 ? 0 : -1;
}

/* "MOVED SLOT HOST:PORT" or "ASK SLOT HOST:PORT". */
static int
redirect(struct redis *redis, struct redis_command *command, bool moved,
    int64_t deadline_ms, struct err *err)
{
	struct redis_topology *topology = redis->topology;
	const char *text = strchr(command->reply->str, ' ');
	const char *where = text != NULL ? strchr(text + 1, ' ') : NULL;
	long slot = text != NULL ? atol(text) : -1;
	struct redis_address address;
	const struct redis_node *node;

	if (where == NULL || slot < 0 || slot >= REDIS_SLOTS ||
	    redis_topology_parse_address(where + 1,
		topology->nodes[command->node].address.host, &address) != 0)
		return err_set(err, "a redirection is not understood: %s",
		    command->reply->str);
	node = redis_topology_node(topology, &redis->uri, &address, deadline_ms,
	    err);
	if (node == NULL)
		return -1;
	command->node = (size_t)(node - topology->nodes);
	command->asks = !moved;
	/* If the other node is away, the slot is away too, until the next
	 * topology. */
	if (moved || node->context == NULL)
		redis_topology_map(topology, (unsigned)slot, node);
	return 0;
}

/* A server has lost the scripts. After this reply it may have gone away. */
static int
load_scripts(struct redis *redis, const struct redis_command *command,
    int64_t deadline_ms, struct err *err)
{
	struct redis_topology *topology = redis->topology;
	struct redis_node *node = &topology->nodes[command->node];

	if (is_away(redis, command->node) ||
	    redis_scripts_load(node, deadline_ms, &topology->scripts, err) == 0)
		return 0;
	redis_topology_lose(topology, node, err);
	return redis_topology_slots_n(topology) > 0 ? 0 : -1;
}

/* Prepare a command to be sent again, if its reply asks for that. Sets
 * *again. */
static int
answer_reply(struct redis *redis, struct redis_command *command,
    int64_t deadline_ms, bool *again, struct err *err)
{
	const redisReply *reply = command->reply;
	int rc = 0;

	if (reply == NULL || reply->type != REDIS_REPLY_ERROR)
		return 0;
	if (redis_reply_is_error(reply, "MOVED"))
		rc = redirect(redis, command, true, deadline_ms, err);
	else if (redis_reply_is_error(reply, "ASK"))
		rc = redirect(redis, command, false, deadline_ms, err);
	else if (redis_reply_is_error(reply, "NOSCRIPT"))
		rc = load_scripts(redis, command, deadline_ms, err);
	else if (redis_reply_is_error(reply, "TRYAGAIN"))
		poll(NULL, 0, TRY_AGAIN_MS);
	else
		return 0;
	freeReplyObject(command->reply);
	command->reply = NULL;
	*again = true;
	return rc;
}

static int
answer_replies(struct redis *redis, int64_t deadline_ms, bool *again,
    struct err *err)
{
	*again = false;
	for (size_t i = 0; i < redis->commands_n; i++)
		if (answer_reply(redis, &redis->commands[i], deadline_ms, again,
			err) != 0)
			return -1;
	return 0;
}

static int
run_rounds(struct redis *redis, int64_t deadline_ms, struct err *err)
{
	bool again = true;

	for (int rounds_n = 0; again && rounds_n < ROUNDS_MAX; rounds_n++)
		if (exchange(redis, deadline_ms, err) != 0 ||
		    answer_replies(redis, deadline_ms, &again, err) != 0)
			return -1;
	return again ? err_set(err, "the servers redirect in a circle") : 0;
}

/* True if the server cannot serve now, but another one may. A primary without
 * replicas (NOREPLICAS) was perhaps cut off and replaced by another one. */
static bool
is_out_of_service(const redisReply *reply)
{
	static const char *const words[] = {"READONLY", "MASTERDOWN",
	    "CLUSTERDOWN", "LOADING", "NOAUTH", "UNBLOCKED", "NOREPLICAS"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (redis_reply_is_error(reply, words[i]))
			return true;
	return false;
}

static enum store_rc
drop(struct redis *redis, const struct err *err)
{
	redis->why_away = *err;
	redis_disconnect(redis);
	return STORE_FAILED;
}

/* Set *err to the error, and return whether the server is out of service. */
static bool
judge_error(const struct redis *redis, const struct redis_command *command,
    struct err *err)
{
	char address[REDIS_ADDRESS_TEXT_SIZE];

	redis_address_text(&redis->topology->nodes[command->node].address,
	    address);
	err_set(err, "%s: %s", address, command->reply->str);
	return is_out_of_service(command->reply);
}

/* The server of a command is out of service. Returns STORE_FAILED if no other
 * one is left. */
static enum store_rc
lose_server_of(struct redis *redis, struct redis_command *command,
    const struct err *why)
{
	redis_topology_lose(redis->topology,
	    &redis->topology->nodes[command->node], why);
	if (redis_topology_slots_n(redis->topology) == 0)
		return drop(redis, why);
	freeReplyObject(command->reply);
	command->reply = NULL;
	return STORE_PARTLY;
}

static enum store_rc
judge_replies(struct redis *redis, struct err *err)
{
	enum store_rc rc = STORE_OK;

	for (size_t i = 0; i < redis->commands_n; i++) {
		struct redis_command *command = &redis->commands[i];

		if (command->reply == NULL) {
			rc = STORE_PARTLY;
			continue;
		}
		if (command->reply->type != REDIS_REPLY_ERROR)
			continue;
		if (!judge_error(redis, command, err))
			return STORE_FAILED;
		rc = lose_server_of(redis, command, err);
		if (rc == STORE_FAILED)
			return STORE_FAILED;
	}
	if (rc == STORE_PARTLY)
		*err = redis->topology->why_partial;
	return rc;
}

/* Returns STORE_PARTLY if a reply is missing. */
static enum store_rc
run(struct redis *redis, struct err *err)
{
	int64_t deadline_ms = redis_deadline_of_part(redis);

	if (redis->problem.text[0] != '\0') {
		*err = redis->problem;
		return STORE_FAILED;
	}
	if (redis->commands_n > 0 && redis_clock_left_ms(deadline_ms) == 0) {
		err_set(err,
		    "no time is left for the database "
		    "(store_timeout)");
		return STORE_FAILED;
	}
	if (run_rounds(redis, deadline_ms, err) != 0)
		return drop(redis, err);
	return judge_replies(redis, err);
}

enum store_rc
redis_run(struct redis *redis, struct err *err)
{
	return run(redis, err) == STORE_OK ? STORE_OK : STORE_FAILED;
}

enum store_rc
redis_run_some(struct redis *redis, struct err *err)
{
	return run(redis, err);
}

enum store_rc
redis_run_partly(struct redis *redis, struct err *err)
{
	enum store_rc rc = run(redis, err);

	if (rc != STORE_OK || !redis->topology->is_partial)
		return rc;
	*err = redis->topology->why_partial;
	return STORE_PARTLY;
}

const redisReply *
redis_reply(const struct redis *redis, size_t i)
{
	return redis->commands[i].reply;
}

redisReply *
redis_take_reply(struct redis *redis, size_t i)
{
	redisReply *reply = redis->commands[i].reply;

	redis->commands[i].reply = NULL;
	return reply;
}
