/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Test the TLS of the Redis store: which servers it trusts, and what it says
 * about the others. test_redis_tls and test_contract_redis_tls test the store
 * itself over TLS. */
#include "test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/bio.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/redis/redis_clock.h"
#include "store/server_tls.h"
#include "store/store_open.h"

#define TIMEOUT_MS 5000
#define PASSWORD   "swordfish"

static struct store *store;
static struct store_options options;
static struct err err;

/* ---- Opening ---- */

/* The path of a file of the test's certificates. */
static void
use_file(char out[STORE_PATH_SIZE], const char *name)
{
	snprintf(out, STORE_PATH_SIZE, "%s/%s", server_tls_folder, name);
}

static void
open_host(const char *host, unsigned port)
{
	char uri[200];

	snprintf(uri, sizeof(uri), "rediss://:" PASSWORD "@%s:%u", host, port);
	store_close(store);
	store = store_open(uri, &options, &err);
	assert_null(strstr(err.text, PASSWORD));
}

static void
assert_opens(const char *host)
{
	open_host(host, server_tls_port);
	if (store == NULL)
		fail_msg("%s: %s", host, err.text);
}

static void
assert_fails_at(const char *host, unsigned port, const char *text)
{
	int64_t began_ms = redis_clock_ms();

	open_host(host, port);
	assert_null(store);
	if (strstr(err.text, text) == NULL)
		fail_msg("%s: \"%s\" does not contain \"%s\"", host, err.text,
		    text);
	/* Far from any time that a slow machine needs. */
	assert_true(redis_clock_ms() - began_ms < 20 * TIMEOUT_MS);
}

static void
assert_fails(const char *host, const char *text)
{
	assert_fails_at(host, server_tls_port, text);
}

static int
set_up(void **state)
{
	(void)state;
	store = NULL;
	if (server_start(NULL) != 0)
		return -1;
	unsetenv("SSL_CERT_FILE");
	server_run("CONFIG SET requirepass " PASSWORD);
	options = (struct store_options){
	    .timeout_ms = TIMEOUT_MS, .use = STORE_VISIT};
	use_file(options.tls.ca_file, "ca.pem");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	store_close(store);
	return server_end();
}

/* Let the server use another certificate. */
static void
set_server(const char *option, const char *value)
{
	char command[STORE_PATH_SIZE + 100];

	snprintf(command, sizeof(command),
	    "AUTH " PASSWORD "\r\nCONFIG SET %s %s", option, value);
	server_run(command);
}

static void
set_certificate(const char *name)
{
	char path[STORE_PATH_SIZE];

	use_file(path, name);
	set_server("tls-cert-file", path);
}

/* ---- The certificate of the server ---- */

static void
test_names_and_addresses(void **state)
{
	(void)state;
	assert_opens("localhost");
	assert_opens("127.0.0.1");
	assert_fails("127.0.0.2", "127.0.0.2:");
}

static void
test_bad_certificates(void **state)
{
	(void)state;
	set_certificate("expired.pem");
	assert_fails("localhost",
	    "cannot verify the certificate: certificate has expired (renew it");
	set_certificate("other-name.pem");
	assert_fails("localhost", "it is for another host");
	assert_fails("127.0.0.1", "it is for another host");
	set_certificate("other.pem");
	assert_fails("localhost", "name the file of its CA");
	use_file(options.tls.ca_file, "other-ca.pem");
	assert_opens("localhost");
}

/* OpenSSL has few types for the BIOs of programs. A daemon that connects again
 * and again does not use them up. */
static void
test_types_of_bio_are_not_used_up(void **state)
{
	int before = BIO_get_new_index();

	(void)state;
	assert_opens("localhost");
	assert_opens("localhost");
	assert_int_equal(BIO_get_new_index(), before + 1);
}

/* Without a ca_file, the CAs of the system are trusted, and no others. */
static void
test_system_trusts(void **state)
{
	char path[STORE_PATH_SIZE];

	(void)state;
	options.tls.ca_file[0] = '\0';
	assert_fails("localhost", "name the file of its CA");
	use_file(path, "ca.pem");
	setenv("SSL_CERT_FILE", path, 1);
	assert_opens("localhost");
}

/* ---- The certificate of this host ---- */

static void
test_client_certificate(void **state)
{
	(void)state;
	set_server("tls-auth-clients", "yes");
	for (int i = 0; i < 20; i++)
		assert_fails("localhost", "see database_tls_cert_file");
	use_file(options.tls.cert_file, "other.pem");
	use_file(options.tls.key_file, "key.pem");
	assert_fails("localhost", "see database_tls_cert_file");
	use_file(options.tls.cert_file, "good.pem");
	assert_opens("localhost");
}

/* The check of the files finds what opening finds. */
static void
assert_wrong_file(const char *text)
{
	assert_fails("localhost", text);
	assert_int_equal(store_uri_check_files("rediss://localhost", &options,
			     &err),
	    -1);
	assert_non_null(strstr(err.text, text));
	assert_int_equal(strncmp(err.text, "database_tls_", 13), 0);
	assert_int_equal(store_uri_check_files("redis://localhost", &options,
			     &err),
	    0);
}

static void
write_file(const char *name, const char *text)
{
	char path[STORE_PATH_SIZE];
	FILE *file;

	use_file(path, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* A wrong file is found before the server is asked. So the daemon does not
 * start. */
static void
test_wrong_files(void **state)
{
	(void)state;
	options.use = STORE_SERVE;
	write_file("empty.pem", "");
	write_file("locked.pem",
	    "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n"
	    "-----END ENCRYPTED PRIVATE KEY-----\n");
	use_file(options.tls.ca_file, "missing.pem");
	assert_wrong_file("missing.pem: No such file or directory");
	use_file(options.tls.ca_file, "empty.pem");
	assert_wrong_file("empty.pem: not a certificate of a CA in PEM form");
	options.tls.ca_file[0] = '\0';
	use_file(options.tls.cert_file, "empty.pem");
	use_file(options.tls.key_file, "empty.pem");
	assert_wrong_file("empty.pem: not a certificate in PEM form");
	use_file(options.tls.cert_file, "good.pem");
	assert_wrong_file("empty.pem: not a private key in PEM form");
	use_file(options.tls.key_file, "locked.pem");
	assert_wrong_file("locked.pem: not a private key in PEM form");
	use_file(options.tls.key_file, "other-key.pem");
	assert_wrong_file("other-key.pem: not the key of the");
	use_file(options.tls.key_file, "missing.pem");
	assert_wrong_file("missing.pem: No such file or directory");
	use_file(options.tls.key_file, "key.pem");
	assert_int_equal(store_uri_check_files("rediss://localhost", &options,
			     &err),
	    0);
}

/* ---- What is no server with TLS ---- */

static int
listen_on(unsigned port)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	    .sin_port = htons((uint16_t)port),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)),
	    0);
	assert_int_equal(listen(fd, 5), 0);
	return fd;
}

/* The kernel accepts the connection, and nobody answers. */
static void
test_handshake_hangs(void **state)
{
	unsigned port = server_tls_free_port();
	int fd = listen_on(port);
	int64_t began_ms = redis_clock_ms();

	(void)state;
	assert_fails_at("localhost", port,
	    "no answer to the TLS handshake in time");
	assert_true(redis_clock_ms() - began_ms >= TIMEOUT_MS);
	close(fd);
}

/* Answer one connection with a text, and close it when the client does. */
static pid_t
start_answering(int fd, const char *text)
{
	pid_t pid = fork();
	char octet;
	int peer;

	if (pid != 0)
		return pid;
	peer = accept(fd, NULL, NULL);
	if (write(peer, text, strlen(text)) < 0)
		_exit(1);
	shutdown(peer, SHUT_WR);
	while (read(peer, &octet, 1) > 0)
		;
	_exit(0);
}

static void
answer_with(const char *answer, const char *problem)
{
	unsigned port = server_tls_free_port();
	int fd = listen_on(port);
	pid_t pid = start_answering(fd, answer);

	close(fd);
	assert_fails_at("localhost", port, problem);
	waitpid(pid, NULL, 0);
}

static void
test_other_answers(void **state)
{
	(void)state;
	answer_with("-ERR unknown command\r\n",
	    "the server does not speak TLS on this port");
	answer_with("", "the server has closed the connection");
}

/* A server without TLS may answer, or wait for the end of the line. */
static void
test_plain_server(void **state)
{
	char arguments[50];
	unsigned port = server_tls_free_port();

	(void)state;
	server_end();
	snprintf(arguments, sizeof(arguments), "--port %u", port);
	assert_int_equal(server_start(arguments), 0);
	assert_fails_at("localhost", port, "TLS on this port");
}

/* ---- Octets ---- */

#define KEYS 30000

/* A pipeline that no buffer of a socket can hold goes out while its replies
 * come in. */
static void
test_large_pipeline(void **state)
{
	struct key *keys = calloc(KEYS, sizeof(*keys));
	struct store_change *changes = calloc(KEYS, sizeof(*changes));
	struct store_answer *answers = calloc(KEYS, sizeof(*answers));

	(void)state;
	assert_non_null(keys);
	assert_non_null(changes);
	assert_non_null(answers);
	for (size_t i = 0; i < KEYS; i++) {
		strcpy(keys[i].client, "192.0.2.0/24");
		snprintf(keys[i].sender, sizeof(keys[i].sender), "%0120zu@a",
		    i);
		snprintf(keys[i].recipient, sizeof(keys[i].recipient),
		    "%0120zu@b", i);
		changes[i] = (struct store_change){
		    .key = &keys[i],
		    .change = {.how = CHANGE_MERGE,
			.record = {1000, 1000, 0, 87400, 1, 0, 0}},
		};
	}
	options.timeout_ms = 60000;
	assert_opens("localhost");
	assert_int_equal(store->records->apply(store, changes, KEYS, &err),
	    STORE_OK);
	assert_int_equal(store->records->lookup(store, keys, KEYS, answers,
			     &err),
	    STORE_OK);
	for (size_t i = 0; i < KEYS; i++)
		assert_true(answers[i].found);
	free(answers);
	free(changes);
	free(keys);
}

/* SIGPIPE would end the commands of tardigrey(8). */
static void
test_no_signal(void **state)
{
	struct key key;
	struct store_answer answer;

	(void)state;
	memset(&key, 0, sizeof(key));
	strcpy(key.client, "192.0.2.0/24");
	signal(SIGPIPE, SIG_DFL);
	for (int i = 0; i < 10; i++) {
		assert_opens("localhost");
		server_kill();
		assert_int_equal(store->records->lookup(store, &key, 1, &answer,
				     &err),
		    STORE_FAILED);
		assert_int_equal(server_start_again(), 0);
		server_run("CONFIG SET requirepass " PASSWORD);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(test_names_and_addresses),
	    TEST(test_bad_certificates),
	    TEST(test_types_of_bio_are_not_used_up),
	    TEST(test_system_trusts),
	    TEST(test_client_certificate),
	    TEST(test_wrong_files),
	    TEST(test_handshake_hangs),
	    TEST(test_other_answers),
	    TEST(test_plain_server),
	    TEST(test_large_pipeline),
	    TEST(test_no_signal),
	};

	if (!server_is_installed()) {
		puts("1..0 # SKIP there is no server with TLS");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
