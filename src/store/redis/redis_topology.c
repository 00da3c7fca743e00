/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/redis/redis_topology.h"

#include <stdlib.h>
#include <string.h>

#include "store/redis/redis_clock.h"

#define NODE_MS 500 /* to connect to a node of a cluster */

/* ---- One server ---- */

/* The error of a server may repeat the password, so only its first word is
 * shown. */
static int
explain_refusal(const struct redis_node *node, struct err *err)
{
	char address[REDIS_ADDRESS_TEXT_SIZE];

	redis_address_text(&node->address, address);
	return err_set(err,
	    "%s: the server refuses the user or the password; see database "
	    "and database_password_file",
	    address);
}

static int
authenticate(struct redis_node *node, const struct redis_uri *uri,
    int64_t deadline_ms, struct err *err)
{
	redisReply *reply;

	if (uri->password[0] == '\0')
		return 0;
	reply = uri->user[0] != '\0'
	    ? redis_node_ask(node, deadline_ms, err, "AUTH %s %s", uri->user,
		  uri->password)
	    : redis_node_ask(node, deadline_ms, err, "AUTH %s", uri->password);
	if (reply != NULL) {
		freeReplyObject(reply);
		return 0;
	}
	/* Find out whether the error is a reply. */
	return node->has_failed || err_is_no_memory(err)
	    ? -1
	    : explain_refusal(node, err);
}

static int
connect_to(const struct redis_topology *topology, struct redis_node *node,
    const struct redis_uri *uri, const struct redis_address *address,
    int64_t deadline_ms, struct err *err)
{
	if (redis_node_open(node, address, topology->tls, deadline_ms, err) ==
		0 &&
	    authenticate(node, uri, deadline_ms, err) == 0)
		return 0;
	redis_node_close(node);
	return -1;
}

static struct redis_node *
add_node(struct redis_topology *topology, const struct redis_uri *uri,
    const struct redis_address *address, int64_t deadline_ms, struct err *err)
{
	struct redis_node *node = &topology->nodes[topology->nodes_n];

	if (connect_to(topology, node, uri, address, deadline_ms, err) != 0)
		return NULL;
	if (redis_scripts_load(node, deadline_ms, &topology->scripts, err) !=
	    0) {
		redis_node_close(node);
		return NULL;
	}
	topology->nodes_n++;
	return node;
}

struct redis_node *
redis_topology_node(struct redis_topology *topology,
    const struct redis_uri *uri, const struct redis_address *address,
    int64_t deadline_ms, struct err *err)
{
	int64_t node_deadline_ms = redis_clock_ms() + NODE_MS;
	struct redis_node *node;
	struct err why;

	for (size_t i = 0; i < topology->nodes_n; i++)
		if (topology->nodes[i].address.port == address->port &&
		    strcmp(topology->nodes[i].address.host, address->host) == 0)
			return &topology->nodes[i];
	if (topology->nodes_n == REDIS_NODES_MAX) {
		err_set(err, "too many primaries; the limit is %d",
		    REDIS_NODES_MAX);
		return NULL;
	}
	if (node_deadline_ms > deadline_ms)
		node_deadline_ms = deadline_ms;
	node = add_node(topology, uri, address, node_deadline_ms, &why);
	if (node != NULL)
		return node;
	node = &topology->nodes[topology->nodes_n++];
	node->address = *address;
	redis_topology_lose(topology, node, &why);
	return node;
}

/* ---- Nodes that are away ---- */

unsigned
redis_topology_slots_n(const struct redis_topology *topology)
{
	unsigned n = 0;

	for (size_t slot = 0; slot < REDIS_SLOTS; slot++)
		n += topology->nodes[topology->node_of_slot[slot]].context !=
		    NULL;
	return n;
}

static void
note_slots(struct redis_topology *topology)
{
	topology->is_partial = redis_topology_slots_n(topology) < REDIS_SLOTS;
}

void
redis_topology_lose(struct redis_topology *topology, struct redis_node *node,
    const struct err *why)
{
	struct redis_address address = node->address;

	redis_node_close(node);
	node->address = address;
	topology->why_partial = *why;
	note_slots(topology);
}

void
redis_topology_map(struct redis_topology *topology, unsigned slot,
    const struct redis_node *node)
{
	topology->node_of_slot[slot] = (uint8_t)(node - topology->nodes);
	if (node->context == NULL)
		topology->is_partial = true;
}

/* ---- Several addresses ---- */

/* When to stop asking address i of the URI. The others share the rest of the
 * time, because a host that is away does not refuse a connection. */
static int64_t
share_ms(const struct redis_uri *uri, size_t i, int64_t deadline_ms)
{
	int64_t now_ms = redis_clock_ms();

	return now_ms +
	    (deadline_ms - now_ms) / (int64_t)(uri->addresses_n - i);
}

/* ---- Sentinel ---- */

static int
set_address(const char *host, size_t host_n, long port,
    struct redis_address *out)
{
	if (host_n == 0 || host_n >= sizeof(out->host) || port < 1 ||
	    port > 65535)
		return -1;
	memcpy(out->host, host, host_n);
	out->host[host_n] = '\0';
	out->port = (unsigned)port;
	return 0;
}

int
redis_topology_parse_address(const char *text, const char *host,
    struct redis_address *out)
{
	const char *colon = strrchr(text, ':');
	size_t host_n;

	if (colon == NULL)
		return -1;
	host_n = (size_t)(colon - text);
	if (host_n == 0 || text[0] == '?')
		return set_address(host, strlen(host), atol(colon + 1), out);
	return set_address(text, host_n, atol(colon + 1), out);
}

/* Ask one sentinel for the address of the primary. */
static int
ask_sentinel(const struct redis_topology *topology, const struct redis_uri *uri,
    const struct redis_address *sentinel, int64_t deadline_ms,
    struct redis_address *out, struct err *err)
{
	struct redis_node node = {.context = NULL};
	redisReply *reply = NULL;
	int rc = -1;

	if (redis_node_open(&node, sentinel, topology->tls, deadline_ms, err) ==
	    0)
		reply = redis_node_ask(&node, deadline_ms, err,
		    "SENTINEL get-master-addr-by-name %s", uri->primary);
	if (reply != NULL && reply->type == REDIS_REPLY_ARRAY &&
	    reply->elements == 2)
		rc = set_address(reply->element[0]->str, reply->element[0]->len,
		    atol(reply->element[1]->str), out);
	if (rc != 0 && reply != NULL)
		err_set(err, "the sentinel does not know the primary \"%s\"",
		    uri->primary);
	if (reply != NULL)
		freeReplyObject(reply);
	redis_node_close(&node);
	return rc;
}

/* A sentinel may know an old primary, so ask the server itself. */
static int
check_role(struct redis_node *node, int64_t deadline_ms, struct err *err)
{
	redisReply *reply = redis_node_ask(node, deadline_ms, err, "ROLE");
	char address[REDIS_ADDRESS_TEXT_SIZE];
	int rc = 0;

	if (reply == NULL)
		return -1;
	if (reply->type == REDIS_REPLY_ARRAY && reply->elements > 0 &&
	    strcmp(reply->element[0]->str, "master") != 0) {
		redis_address_text(&node->address, address);
		rc = err_set(err, "%s: not the primary", address);
	}
	freeReplyObject(reply);
	return rc;
}

static int
find_by_sentinel(struct redis_topology *topology, const struct redis_uri *uri,
    int64_t deadline_ms, struct err *err)
{
	for (size_t i = 0; i < uri->addresses_n; i++) {
		struct redis_address primary;
		struct redis_node *node;

		if (ask_sentinel(topology, uri, &uri->addresses[i],
			share_ms(uri, i, deadline_ms), &primary, err) != 0)
			continue;
		node = add_node(topology, uri, &primary, deadline_ms, err);
		if (node != NULL && check_role(node, deadline_ms, err) == 0)
			return 0;
		if (node != NULL) {
			redis_node_close(node);
			topology->nodes_n--;
		}
	}
	return -1;
}

/* ---- Cluster ---- */

static bool
is_range(const redisReply *range)
{
	return range->type == REDIS_REPLY_ARRAY && range->elements >= 3 &&
	    range->element[0]->type == REDIS_REPLY_INTEGER &&
	    range->element[1]->type == REDIS_REPLY_INTEGER &&
	    range->element[2]->type == REDIS_REPLY_ARRAY &&
	    range->element[2]->elements >= 2 &&
	    range->element[2]->element[1]->type == REDIS_REPLY_INTEGER &&
	    range->element[0]->integer >= 0 &&
	    range->element[0]->integer <= range->element[1]->integer &&
	    range->element[1]->integer < REDIS_SLOTS;
}

/* One element of the reply to CLUSTER SLOTS: first slot, last slot, primary,
 * replicas. A server that does not know its own host writes an empty one. */
static int
use_range(struct redis_topology *topology, const struct redis_uri *uri,
    const redisReply *range, const char *host, int64_t deadline_ms,
    struct err *err)
{
	const redisReply *primary = range->element[2];
	const redisReply *name = primary->element[0];
	bool has_name = name->type == REDIS_REPLY_STRING && name->len > 0;
	struct redis_address address;
	const struct redis_node *node;

	if (set_address(has_name ? name->str : host,
		has_name ? name->len : strlen(host),
		(long)primary->element[1]->integer, &address) != 0)
		return err_set(err, "CLUSTER SLOTS: not an address");
	node = redis_topology_node(topology, uri, &address, deadline_ms, err);
	if (node == NULL)
		return -1;
	memset(topology->node_of_slot + range->element[0]->integer,
	    (int)(node - topology->nodes),
	    (size_t)(range->element[1]->integer - range->element[0]->integer +
		1));
	return 0;
}

static int
use_slots(struct redis_topology *topology, const struct redis_uri *uri,
    const redisReply *slots, const char *host, int64_t deadline_ms,
    struct err *err)
{
	long long slots_n = 0;

	for (size_t i = 0; i < slots->elements; i++) {
		const redisReply *range = slots->element[i];

		if (!is_range(range))
			return err_set(err, "CLUSTER SLOTS: not understood");
		if (use_range(topology, uri, range, host, deadline_ms, err) !=
		    0)
			return -1;
		slots_n +=
		    range->element[1]->integer - range->element[0]->integer + 1;
	}
	if (slots_n < REDIS_SLOTS)
		return err_set(err,
		    "the cluster serves %lld of its %d slots; see CLUSTER INFO",
		    slots_n, REDIS_SLOTS);
	note_slots(topology);
	if (redis_topology_slots_n(topology) > 0)
		return 0;
	*err = topology->why_partial;
	return -1;
}

/* Returns the reply to CLUSTER SLOTS, which the caller frees, or NULL. */
static redisReply *
ask_for_slots(const struct redis_topology *topology,
    const struct redis_uri *uri, const struct redis_address *address,
    int64_t deadline_ms, struct err *err)
{
	struct redis_node node = {.context = NULL};
	redisReply *slots;

	if (connect_to(topology, &node, uri, address, deadline_ms, err) != 0)
		return NULL;
	slots = redis_node_ask(&node, deadline_ms, err, "CLUSTER SLOTS");
	redis_node_close(&node);
	return slots;
}

static int
find_by_cluster_node(struct redis_topology *topology,
    const struct redis_uri *uri, size_t i, int64_t deadline_ms, struct err *err)
{
	const struct redis_address *address = &uri->addresses[i];
	redisReply *slots = ask_for_slots(topology, uri, address,
	    share_ms(uri, i, deadline_ms), err);
	int rc;

	if (slots == NULL)
		return -1;
	rc = use_slots(topology, uri, slots, address->host, deadline_ms, err);
	freeReplyObject(slots);
	return rc;
}

static void
close_all(struct redis_topology *topology)
{
	for (size_t i = 0; i < topology->nodes_n; i++)
		redis_node_close(&topology->nodes[i]);
	topology->nodes_n = 0;
	topology->is_partial = false;
}

static int
find_by_cluster(struct redis_topology *topology, const struct redis_uri *uri,
    int64_t deadline_ms, struct err *err)
{
	for (size_t i = 0; i < uri->addresses_n; i++) {
		if (find_by_cluster_node(topology, uri, i, deadline_ms, err) ==
		    0)
			return 0;
		close_all(topology);
	}
	return -1;
}

/* ---- All ---- */

static int
find(struct redis_topology *topology, const struct redis_uri *uri,
    int64_t deadline_ms, struct err *err)
{
	const struct redis_node *node;

	switch (uri->form) {
	case REDIS_SENTINEL:
		return find_by_sentinel(topology, uri, deadline_ms, err);
	case REDIS_CLUSTER:
		return find_by_cluster(topology, uri, deadline_ms, err);
	case REDIS_SINGLE:
	case REDIS_UNIX:
		break;
	}
	node = add_node(topology, uri, &uri->addresses[0], deadline_ms, err);
	return node != NULL ? 0 : -1;
}

/* The files are read again for each topology: the old certificate of this host
 * may have expired. */
static int
make_tls(struct redis_topology *topology, const struct redis_uri *uri,
    struct err *err)
{
	if (!uri->has_tls)
		return 0;
	topology->tls = redis_tls_context_new(&uri->tls, err);
	return topology->tls != NULL ? 0 : -1;
}

struct redis_topology *
redis_topology_new(const struct redis_uri *uri, int64_t deadline_ms,
    struct err *err)
{
	struct redis_topology *topology = calloc(1, sizeof(*topology));

	if (topology == NULL) {
		err_no_memory(err);
		return NULL;
	}
	if (make_tls(topology, uri, err) == 0 &&
	    find(topology, uri, deadline_ms, err) == 0)
		return topology;
	redis_topology_free(topology);
	return NULL;
}

void
redis_topology_free(struct redis_topology *topology)
{
	if (topology == NULL)
		return;
	close_all(topology);
	redis_tls_context_free(topology->tls);
	free(topology);
}
