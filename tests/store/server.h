/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_SERVER_H
#define TARDIGREY_TESTS_SERVER_H

#include <stdbool.h>

/*
 * server: a redis-server or valkey-server of a test, with its own folder. It
 * listens on a unix socket. server_unix.c or server_tls.c says how the store
 * reaches it.
 */

/* The URI of the store on the server. */
extern char server_uri[128];

/* The folder of the server, and its socket. */
extern char server_folder[64], server_socket[80];

/* True if a server is installed, with all that the transport needs. If not,
 * print why. */
bool server_is_installed(void);

/* Start the server, with more arguments of its command line, or NULL; and end
 * it and remove its folder. Return 0 or -1. */
int server_start(const char *arguments);
int server_end(void);

/* Start it again with the same arguments after it has ended; its data are
 * lost. End it, keeping the folder. Send it a signal. */
int server_start_again(void);
void server_kill(void);
void server_signal(int number);

/* Run a command of the server, such as "FLUSHALL". */
void server_run(const char *command);

/* ---- The transport ---- */

/* What is missing, or NULL. "program" is that of the server. */
const char *server_transport_lacks(const char *program);

/* Set server_uri, and write arguments for the command line. Returns 0 or -1. */
#define SERVER_ARGUMENTS_SIZE 600
int server_transport(char arguments[SERVER_ARGUMENTS_SIZE]);

#endif
