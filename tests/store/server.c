/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#define TRIES_MAX 1500 /* of 10 ms */

char server_uri[128], server_folder[64], server_socket[80];
static pid_t server_pid;
static char server_arguments[200];
static char transport_arguments[SERVER_ARGUMENTS_SIZE];

static const char *
program(void)
{
	static const char *const paths[] = {"/usr/bin/redis-server",
	    "/usr/local/bin/redis-server", "/usr/bin/valkey-server",
	    "/usr/local/bin/valkey-server"};

	for (size_t i = 0; i < ARRAY_LEN(paths); i++)
		if (access(paths[i], X_OK) == 0)
			return paths[i];
	return NULL;
}

bool
server_is_installed(void)
{
	const char *lack = program() != NULL
	    ? server_transport_lacks(program())
	    : "no redis-server or valkey-server";

	if (lack != NULL)
		print_message("# %s\n", lack);
	return lack == NULL;
}

static int
connect_once(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, server_socket);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

static int
wait_for_server(void)
{
	for (int i = 0; i < TRIES_MAX; i++) {
		int fd = connect_once();

		if (fd >= 0) {
			close(fd);
			return 0;
		}
		usleep(10000);
	}
	return -1;
}

int
server_start_again(void)
{
	char command[1200];

	snprintf(command, sizeof(command),
	    "exec %s --port 0 --unixsocket %s --dir %s --save '' "
	    "--appendonly no --loglevel warning --logfile %s/log %s %s",
	    program(), server_socket, server_folder, server_folder,
	    transport_arguments, server_arguments);
	server_pid = fork();
	if (server_pid == 0) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	return server_pid > 0 ? wait_for_server() : -1;
}

int
server_start(const char *arguments)
{
	strcpy(server_folder, "/tmp/tardigrey-test-XXXXXX");
	if (mkdtemp(server_folder) == NULL)
		return -1;
	snprintf(server_socket, sizeof(server_socket), "%s/socket",
	    server_folder);
	snprintf(server_arguments, sizeof(server_arguments), "%s",
	    arguments != NULL ? arguments : "");
	return server_transport(transport_arguments) == 0 ? server_start_again()
							  : -1;
}

void
server_signal(int number)
{
	kill(server_pid, number);
}

void
server_kill(void)
{
	if (server_pid <= 0)
		return;
	server_signal(SIGKILL);
	waitpid(server_pid, NULL, 0);
	server_pid = 0;
	unlink(server_socket);
}

int
server_end(void)
{
	char command[100];

	server_kill();
	snprintf(command, sizeof(command), "rm -rf %s", server_folder);
	return system(command);
}

void
server_run(const char *command)
{
	char text[300], reply[100];
	int fd = connect_once(), n;

	assert_true(fd >= 0);
	n = snprintf(text, sizeof(text), "%s\r\n", command);
	assert_int_equal(write(fd, text, (size_t)n), n);
	n = (int)read(fd, reply, sizeof(reply) - 1);
	assert_true(n > 0 && reply[0] != '-');
	close(fd);
}
