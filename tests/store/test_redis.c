/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Test what only the Redis store does, on a real server. The suite
 * test_contract_redis tests the ports. */
#include "test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/redis/redis.h"
#include "store/redis/redis_clock.h"
#include "store/server.h"
#include "store/store_open.h"

#define TIMEOUT_MS 3000

static struct store *store;
static struct err err;

/* ---- URIs ---- */

/* clang-format off */
static const struct {
	const char *uri;
	const char *problem; /* NULL: none */
} uris[] = {
	{ "redis://host", NULL },
	{ "redis://host:1/prefix-1.x_Y", NULL },
	{ "redis://192.0.2.1:65535", NULL },
	{ "redis://[2001:db8::1]:6379/p", NULL },
	{ "redis://user:pass@host", NULL },
	{ "redis://:p%40%2f@host", NULL },
	{ "redis://u:p/w@host/prefix", NULL },
	{ "redis+unix:/run/redis.sock", NULL },
	{ "redis+sentinel://a,b:1,[::1]/mymaster", NULL },
	{ "redis+sentinel://u:p@a,b,c/mymaster/prefix", NULL },
	{ "redis+cluster://a:7000,b:7001", NULL },
	{ "redis+cluster://a/p", NULL },
	{ "redis:host", "\"//\" is missing after the scheme" },
	{ "redis://", "a host is missing" },
	{ "redis://:0", "a host is missing" },
	{ "redis://host:", "not a port: \"\" (write 1 to 65535)" },
	{ "redis://host:0", "not a port: \"0\" (write 1 to 65535)" },
	{ "redis://host:65536", "not a port: \"65536\" (write 1 to 65535)" },
	{ "redis://host:1x", "not a port: \"1x\" (write 1 to 65535)" },
	{ "redis://[::1", "\"]\" is missing after \"[::1\"" },
	{ "redis://[::1]6379", "not an address: \"[::1]6379\"" },
	{ "redis://a,b", "more than one host (write redis+cluster:// or "
	  "redis+sentinel://)" },
	{ "redis://host/a*", "the prefix has other characters than letters, "
	  "digits, \".\", \"_\" and \"-\", or none: \"a*\"" },
	{ "redis://u:secret%@host", "the password in front of \"@\" is too "
	  "long, or has a \"%\" that is not written as %25" },
	{ "redis://u%00:secret@host", "the user in front of \"@\" is too "
	  "long, or has a \"%\" that is not written as %25" },
	{ "redis+unix:socket", "not an absolute path: \"socket\" (write "
	  "redis+unix:/PATH)" },
	{ "redis+sentinel://a,b", "the name of the primary is missing (write "
	  "redis+sentinel://HOST,HOST,HOST/NAME)" },
	{ "redis+cluster://a,,b", "a host is missing" },
#ifdef HAVE_REDIS_TLS
	{ "rediss://user:pass@host:6380/p", NULL },
	{ "rediss+sentinel://a,b/mymaster", NULL },
	{ "rediss+cluster://a:7000,b:7001", NULL },
	{ "rediss:host", "\"//\" is missing after the scheme" },
	{ "rediss://a,b", "more than one host (write rediss+cluster:// or "
	  "rediss+sentinel://)" },
	{ "rediss+sentinel://a,b", "the name of the primary is missing (write "
	  "rediss+sentinel://HOST,HOST,HOST/NAME)" },
#endif
};
/* clang-format on */

static void
test_uris(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(uris); i++) {
		int rc = store_uri_check(uris[i].uri, &err);

		if (uris[i].problem == NULL)
			assert_int_equal(rc, 0);
		else
			assert_string_equal(err.text, uris[i].problem);
		assert_int_equal(rc, uris[i].problem == NULL ? 0 : -1);
		assert_true(store_uri_is_remote(uris[i].uri));
		assert_false(store_uri_is_private(uris[i].uri));
	}
}

/* Without TLS, the message says how to encrypt the connection. */
static void
test_tls_is_refused(void **state)
{
	static const char *const forms[] = {
	    "rediss://u:secret@host", "rediss+cluster://a,b"};

	(void)state;
#ifdef HAVE_REDIS_TLS
	for (size_t i = 0; i < ARRAY_LEN(forms); i++)
		assert_int_equal(store_uri_check(forms[i], &err), 0);
	return;
#endif
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		assert_int_equal(store_uri_check(forms[i], &err), -1);
		assert_non_null(strstr(err.text, "let stunnel connect"));
		assert_null(strstr(err.text, "secret"));
	}
}

static void
test_parts_of_uri(void **state)
{
	struct redis_uri uri;

	(void)state;
	assert_int_equal(redis_uri_parse(REDIS_SENTINEL, false,
			     "//me:p%40%2F/x@a,[2001:db8::1]:7/main/pre", &uri,
			     &err),
	    0);
	assert_string_equal(uri.user, "me");
	assert_string_equal(uri.password, "p@//x");
	assert_int_equal(uri.addresses_n, 2);
	assert_string_equal(uri.addresses[0].host, "a");
	assert_int_equal(uri.addresses[0].port, 26379);
	assert_string_equal(uri.addresses[1].host, "2001:db8::1");
	assert_int_equal(uri.addresses[1].port, 7);
	assert_string_equal(uri.primary, "main");
	assert_string_equal(uri.prefix, "pre");
}

/* The slots that CLUSTER KEYSLOT of Redis 7.0 gives. */
static void
test_slots(void **state)
{
	static const struct {
		const char *name;
		unsigned slot;
	} rows[] = {
	    {"", 0},
	    {"123456789", 12739},
	    {"foo", 12182},
	    {"{foo}bar", 12182},
	    {"a{foo}{bar}", 12182},
	    {"{}foo", 9500},
	    {"tardigrey:r{example.org}a", 148},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(redis_slot(rows[i].name, strlen(rows[i].name)),
		    rows[i].slot);
}

/* ---- A server ---- */

static struct store_options
options_for(enum store_use use)
{
	return (struct store_options){.timeout_ms = TIMEOUT_MS, .use = use};
}

static void
open_store(enum store_use use)
{
	struct store_options options = options_for(use);

	store = store_open(server_uri, &options, &err);
	if (store == NULL)
		fail_msg("%s: %s", server_uri, err.text);
}

static int
set_up(void **state)
{
	(void)state;
	if (server_start(NULL) != 0)
		return -1;
	store = NULL;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	store_close(store);
	return server_end();
}

static struct key
a_key(const char *sender)
{
	struct key key;

	memset(&key, 0, sizeof(key));
	strcpy(key.client, "192.0.2.0/24");
	strcpy(key.sender, sender);
	strcpy(key.recipient, "b@example.org");
	return key;
}

static enum store_rc
merge(const char *sender)
{
	struct key key = a_key(sender);
	const struct store_change change = {
	    .key = &key,
	    .change = {.how = CHANGE_MERGE,
		.record = {1000, 1000, 0, 87400, 1, 0, 0}},
	};

	return store->records->apply(store, &change, 1, &err);
}

static enum store_rc
look_up(const char *sender, bool *found)
{
	struct key key = a_key(sender);
	struct store_answer answer;
	enum store_rc rc =
	    store->records->lookup(store, &key, 1, &answer, &err);

	if (rc == STORE_OK)
		*found = answer.found;
	return rc;
}

/* A server that has lost the scripts gets them again. */
static void
test_scripts_are_flushed(void **state)
{
	bool found;

	(void)state;
	open_store(STORE_VISIT);
	assert_int_equal(merge("a"), STORE_OK);
	server_run("SCRIPT FLUSH");
	assert_int_equal(merge("b"), STORE_OK);
	assert_int_equal(look_up("a", &found), STORE_OK);
	assert_true(found);
	assert_int_equal(look_up("b", &found), STORE_OK);
	assert_true(found);
}

/* A program without the daemon connects again with the next call. */
static void
test_visitor_connects_again(void **state)
{
	bool found;

	(void)state;
	open_store(STORE_VISIT);
	assert_int_equal(merge("a"), STORE_OK);
	server_kill();
	assert_int_equal(look_up("a", &found), STORE_FAILED);
	assert_int_equal(look_up("a", &found), STORE_FAILED);
	assert_int_equal(server_start_again(), 0);
	assert_int_equal(look_up("a", &found), STORE_OK);
	assert_false(found);
}

static void
restart_while_idle(enum store_use use)
{
	bool found;

	open_store(use);
	assert_int_equal(merge("a"), STORE_OK);
	for (int i = 0; i < 2; i++) {
		server_kill();
		assert_int_equal(server_start_again(), 0);
		assert_int_equal(look_up("a", &found), STORE_OK);
		assert_false(found);
		assert_int_equal(merge("b"), STORE_OK);
	}
	store_close(store);
	store = NULL;
}

/* A server that was restarted between two calls serves the next one. */
static void
test_server_restarts_while_idle(void **state)
{
	(void)state;
	restart_while_idle(STORE_VISIT);
	restart_while_idle(STORE_SERVE);
}

static void
wait_until_it_works(void)
{
	bool found;

	for (int i = 0; i < 1000; i++) {
		if (look_up("a", &found) == STORE_OK)
			return;
		usleep(10000);
	}
	fail_msg("the store does not work again: %s", err.text);
}

/* The daemon waits for a server that hangs only once. Then calls fail at once,
 * until the server answers again. The limit of the first call is far from any
 * that a slow machine would reach without the timeout. */
static void
test_server_hangs(void **state)
{
	int64_t began_ms;
	bool found;

	(void)state;
	open_store(STORE_SERVE);
	assert_int_equal(merge("a"), STORE_OK);
	server_signal(SIGSTOP);
	began_ms = redis_clock_ms();
	assert_int_equal(look_up("a", &found), STORE_FAILED);
	assert_true(redis_clock_ms() - began_ms >= TIMEOUT_MS);
	assert_non_null(strstr(err.text, "no answer in time"));
	began_ms = redis_clock_ms();
	for (int i = 0; i < 100; i++)
		assert_int_equal(look_up("a", &found), STORE_FAILED);
	assert_true(redis_clock_ms() - began_ms < 50 * TIMEOUT_MS);
	server_signal(SIGCONT);
	wait_until_it_works();
	assert_int_equal(look_up("a", &found), STORE_OK);
	assert_true(found);
}

/* The daemon starts without a server, and uses it when it comes. */
static void
test_server_comes_later(void **state)
{
	bool found;

	(void)state;
	server_kill();
	open_store(STORE_SERVE);
	assert_int_equal(look_up("a", &found), STORE_FAILED);
	assert_int_equal(server_start_again(), 0);
	wait_until_it_works();
}

/* After the deadline of a batch nothing is sent, and the connection stays. */
static void
test_deadline(void **state)
{
	bool found;

	(void)state;
	open_store(STORE_VISIT);
	assert_int_equal(merge("a"), STORE_OK);
	store->ops->set_deadline(store, redis_clock_ms());
	assert_int_equal(look_up("a", &found), STORE_FAILED);
	assert_non_null(strstr(err.text, "no time is left"));
	store->ops->set_deadline(store, INT64_MAX);
	assert_int_equal(look_up("a", &found), STORE_OK);
	assert_true(found);
}

/* A full server refuses writes but answers look-ups. */
static void
test_server_is_full(void **state)
{
	bool found;

	(void)state;
	open_store(STORE_VISIT);
	assert_int_equal(merge("a"), STORE_OK);
	server_run("CONFIG SET maxmemory 1");
	assert_int_equal(merge("b"), STORE_FAILED);
	assert_non_null(strstr(err.text, "OOM"));
	assert_int_equal(look_up("a", &found), STORE_OK);
	assert_true(found);
	server_run("CONFIG SET maxmemory 0");
	assert_int_equal(merge("b"), STORE_OK);
}

static void
try_password(const char *password, bool is_right)
{
	struct store_options options = options_for(STORE_VISIT);
	bool found;

	strcpy(options.password, password);
	store_close(store);
	store = store_open(server_uri, &options, &err);
	if (!is_right) {
		assert_null(store);
		assert_null(strstr(err.text, "swordfish"));
		assert_non_null(strstr(err.text, "password"));
		return;
	}
	assert_non_null(store);
	assert_int_equal(look_up("a", &found), STORE_OK);
}

/* A wrong or missing password is an error that does not contain it. */
static void
test_password(void **state)
{
	(void)state;
	server_run("CONFIG SET requirepass right");
	try_password("swordfish", false);
	try_password("right", true);
}

/* The error of a server that wants a password names the server and the option.
 */
static void
test_no_password(void **state)
{
	struct store_options options = options_for(STORE_VISIT);
	const char *where = strchr(server_uri, ':') + 1;

	(void)state;
	if (strncmp(where, "//", 2) == 0)
		where += 2;
	server_run("CONFIG SET requirepass right");
	assert_null(store_open(server_uri, &options, &err));
	if (strstr(err.text, where) == NULL ||
	    strstr(err.text, "database_password_file") == NULL)
		fail_msg("%s", err.text);
}

/* A server that does not answer has not refused the password. */
static void
test_server_hangs_before_password(void **state)
{
	struct store_options options = options_for(STORE_VISIT);

	(void)state;
	strcpy(options.password, "swordfish");
	server_signal(SIGSTOP);
	store = store_open(server_uri, &options, &err);
	server_signal(SIGCONT);
	assert_null(store);
	assert_non_null(strstr(err.text, "in time"));
}

/* Records have a time to live, and list entries have none. */
static void
test_time_to_live(void **state)
{
	struct redis *redis;
	struct key key = a_key("a");
	struct redis_name name;
	const struct store_entry entry = {
	    .effect = LIST_WHITELIST,
	    .kind = LIST_CLIENT,
	    .pattern = "example.org",
	};

	(void)state;
	open_store(STORE_VISIT);
	redis = (struct redis *)store;
	assert_int_equal(merge("a"), STORE_OK);
	assert_int_equal(store->lists->put_entries(store, &entry, 1, &err),
	    STORE_OK);
	assert_int_equal(redis_begin(redis, &err), 0);
	redis_name_of_key(redis, &key, &name);
	redis_add(redis, &name, "TTL %b", name.text, name.n);
	redis_name_of_part(redis, "entries", &name);
	redis_add(redis, &name, "TTL %s", name.text);
	assert_int_equal(redis_run(redis, &err), STORE_OK);
	assert_in_range(redis_reply(redis, 0)->integer, 86400, 86400 + 3600);
	assert_int_equal(redis_reply(redis, 1)->integer, -1);
}

/* Decisions have a time to live. Those of a week are not on one node of a
 * cluster of three. [C74] */
static void
test_decisions_expire_and_are_spread(void **state)
{
	const struct kept_decision decision = {7200, "a"};
	struct redis *redis;
	struct redis_name name;
	unsigned hours_n[3] = {0};
	bool is_added;

	(void)state;
	open_store(STORE_VISIT);
	redis = (struct redis *)store;
	assert_int_equal(store->decisions->add(store, &decision, 1, 1000, true,
			     &is_added, &err),
	    STORE_OK);
	assert_int_equal(redis_begin(redis, &err), 0);
	redis_name_of_part(redis, "decision-hours", &name);
	redis_add(redis, &name, "TTL tardigrey:decisions:2");
	redis_add(redis, &name, "TTL %s", name.text);
	assert_int_equal(redis_run(redis, &err), STORE_OK);
	for (size_t i = 0; i < 2; i++)
		assert_in_range(redis_reply(redis, i)->integer, 4500, 4600);
	for (int hour = 495000; hour < 495000 + 168; hour++) {
		char text[60];
		int n = snprintf(text, sizeof(text), "tardigrey:decisions:%d",
		    hour);

		hours_n[redis_slot(text, (size_t)n) / (REDIS_SLOTS / 3 + 1)]++;
	}
	for (size_t i = 0; i < 3; i++)
		assert_in_range(hours_n[i], 40, 72);
}

/* A full server takes no decisions, and the caller learns the reason. */
static void
test_full_server_takes_no_decisions(void **state)
{
	const struct kept_decision decision = {7200, "a"};
	bool is_added;

	(void)state;
	open_store(STORE_VISIT);
	server_run("CONFIG SET maxmemory 1");
	assert_int_equal(store->decisions->add(store, &decision, 1, 1000, true,
			     &is_added, &err),
	    STORE_NO_ROOM);
	assert_false(is_added);
}

/* Two prefixes are two databases. */
static void
test_prefixes_are_apart(void **state)
{
	struct redis *redis;
	bool found;

	(void)state;
	open_store(STORE_VISIT);
	redis = (struct redis *)store;
	assert_int_equal(merge("a"), STORE_OK);
	strcpy(redis->uri.prefix, "other");
	assert_int_equal(look_up("a", &found), STORE_OK);
	assert_false(found);
}

/* ---- A part of a cluster ---- */

/* A node without slots may go away. */
static void
test_partial_topology(void **state)
{
	const struct err why = {.text = "gone"};
	struct redis_topology *topology;
	struct redis_uri uri;

	(void)state;
	assert_int_equal(redis_uri_parse(REDIS_UNIX, false, server_socket, &uri,
			     &err),
	    0);
	topology =
	    redis_topology_new(&uri, redis_clock_ms() + TIMEOUT_MS, &err);
	assert_non_null(topology);
	assert_int_equal(redis_topology_slots_n(topology), REDIS_SLOTS);
	topology->nodes_n = 2;
	redis_topology_lose(topology, &topology->nodes[1], &why);
	assert_false(topology->is_partial);
	redis_topology_map(topology, 5, &topology->nodes[1]);
	assert_true(topology->is_partial);
	assert_int_equal(redis_topology_slots_n(topology), REDIS_SLOTS - 1);
	assert_string_equal(topology->why_partial.text, "gone");
	redis_topology_lose(topology, &topology->nodes[0], &why);
	assert_int_equal(redis_topology_slots_n(topology), 0);
	redis_topology_free(topology);
}

/* A server that says it has lost the scripts, and then ends. */
static pid_t
serve_no_script(const int fds[2])
{
	static const char reply[] = "-NOSCRIPT No matching script\r\n";
	pid_t pid = fork();
	char octets[1000];
	int fd = fds[1];

	if (pid != 0)
		return pid;
	close(fds[0]); /* so that it ends with the test */
	if (read(fd, octets, sizeof(octets)) > 0 &&
	    write(fd, reply, sizeof(reply) - 1) > 0)
		shutdown(fd, SHUT_WR);
	while (read(fd, octets, sizeof(octets)) > 0)
		;
	_exit(0);
}

/* A node says that it has lost the scripts, and then goes away. */
static void
test_node_goes_away_without_scripts(void **state)
{
	struct key keys[] = {a_key("a"), a_key("b")};
	struct store_change changes[2];
	struct redis *redis;
	int fds[2];
	pid_t pid;

	(void)state;
	open_store(STORE_VISIT);
	redis = (struct redis *)store;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	pid = serve_no_script(fds);
	close(fds[1]);
	redis->topology->nodes[1].context = redisConnectFd(fds[0]);
	redis->topology->nodes_n = 2;
	redis->uri.form = REDIS_CLUSTER;
	for (unsigned slot = 1; slot < REDIS_SLOTS; slot++)
		redis_topology_map(redis->topology, slot,
		    &redis->topology->nodes[1]);
	for (size_t i = 0; i < 2; i++)
		changes[i] = (struct store_change){
		    .key = &keys[i],
		    .change = {.how = CHANGE_MERGE,
			.record = {1000, 1000, 0, 87400, 1, 0, 0}},
		};
	assert_int_equal(store->records->apply(store, changes, 2, &err),
	    STORE_FAILED);
	assert_true(redis->topology->is_partial);
	assert_int_equal(redis_topology_slots_n(redis->topology), 1);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Counts and decisions that belong to a server that is away say so. */
static void
test_node_with_counts_is_away(void **state)
{
	const struct err why = {.text = "gone"};
	const struct hourly_stats_count count = {
	    .hour_s = 3600, .name = "new", .client_class = "named", .n = 1};
	const struct kept_decision decision = {5, "a"};
	struct redis *redis;
	bool is_added;

	(void)state;
	open_store(STORE_VISIT);
	redis = (struct redis *)store;
	redis->topology->nodes_n = 2;
	redis->uri.form = REDIS_CLUSTER;
	for (unsigned slot = 1; slot < REDIS_SLOTS; slot++)
		redis_topology_map(redis->topology, slot,
		    &redis->topology->nodes[1]);
	redis_topology_lose(redis->topology, &redis->topology->nodes[1], &why);
	assert_int_equal(store->counts->add_counts(store, NULL, 0, &count, 1,
			     &err),
	    STORE_PARTLY);
	assert_string_equal(err.text, "gone");
	assert_int_equal(store->decisions->add(store, &decision, 1, 1000, true,
			     &is_added, &err),
	    STORE_PARTLY);
	assert_false(is_added);
	assert_int_equal(store->decisions->trim(store, 0, 1, 1, &err),
	    STORE_PARTLY);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest pure[] = {
	    cmocka_unit_test(test_uris),
	    cmocka_unit_test(test_tls_is_refused),
	    cmocka_unit_test(test_parts_of_uri),
	    cmocka_unit_test(test_slots),
	};
	const struct CMUnitTest all[] = {
	    cmocka_unit_test(test_uris),
	    cmocka_unit_test(test_tls_is_refused),
	    cmocka_unit_test(test_parts_of_uri),
	    cmocka_unit_test(test_slots),
	    TEST(test_scripts_are_flushed),
	    TEST(test_visitor_connects_again),
	    TEST(test_server_restarts_while_idle),
	    TEST(test_server_hangs),
	    TEST(test_server_comes_later),
	    TEST(test_deadline),
	    TEST(test_server_is_full),
	    TEST(test_password),
	    TEST(test_no_password),
	    TEST(test_server_hangs_before_password),
	    TEST(test_time_to_live),
	    TEST(test_decisions_expire_and_are_spread),
	    TEST(test_full_server_takes_no_decisions),
	    TEST(test_prefixes_are_apart),
	    TEST(test_partial_topology),
	    TEST(test_node_goes_away_without_scripts),
	    TEST(test_node_with_counts_is_away),
	};

	if (!server_is_installed())
		return cmocka_run_group_tests(pure, NULL, NULL);
	return cmocka_run_group_tests(all, NULL, NULL);
}
