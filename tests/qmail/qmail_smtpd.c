/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * qmail_smtpd: imitates qmail-smtpd, as far as a recipient check can notice.
 *
 *   qmail_smtpd VARIANT     original, jms1, sagredo or spp
 *
 * It serves one session on descriptors 0 and 1, as tcpserver or inetd start it.
 * It accepts every domain, and discards the mail. It does these things exactly
 * as the variant does them, including faults: it starts the check with the same
 * environment and descriptors, waits for it and reads its line in the same
 * order, and treats its exit status in the same way:
 *
 *   original  Soffian's RCPTCHECK. Descriptor 1 of the check is the client.
 *             0 accepts. 100 is a permanent rejection. 111 and 120 reply 421
 *             and hang up. Any other status accepts.
 *   jms1      The check writes a reply line to descriptor 4 and exits with 100
 *             or 111. It runs even for relay clients. Without a line, the reply
 *             lacks its CRLF.
 *   sagredo   The check writes a reply line and exits with 100. A code that is
 *             not 400 to 599 becomes 451. 421 hangs up. 111 and 113 reply 421
 *             and hang up. 112 accepts.
 *   spp       qmail-spp: a plugin writes lines to its standard output.
 *
 * A check may run for any time, because qmail-smtpd has no limit.
 *
 * Environment: RCPTCHECK (path of the check), SPP_PLUGIN (path of the one
 * plugin of the rcpt stage), RELAYCLIENT, RCPTCHECKRELAYCLIENT, NOSPP,
 * ENABLE_SPP, and QMAIL_HOME, the folder to change to (default "/").
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE_SIZE    4096
#define ADDRESS_SIZE 900  /* the most that addrparse() accepts, with NUL */
#define TEXT_SIZE    1024 /* of the reply line from descriptor 4 */
#define INPUT_SIZE   1024 /* octets that one read takes from the client */
#define RCPT_MAX     10000

#define TIMEOUT_MS (1200 * 1000) /* timeoutsmtpd: for the client alone */

#define FD_LINE 4

/* ---- The session ---- */

struct variant {
	const char *name;
	bool has_line;  /* sets HELO, USE_FD4 and descriptor 4, a pipe */
	bool has_hosts; /* sets RCPTHOSTS, unsets RCPTFOUND */
	bool is_plugin; /* runs a plugin of qmail-spp, not a check */
	/* It also has qmail-spp, either unless NOSPP is set or only if
	 * ENABLE_SPP is set. A check then inherits the variables that are set
	 * for plugins. */
	bool has_spp, has_spp_if_enabled;
	bool (*is_checked)(void); /* whether to run the check */
	/* Reply as the exit status and the line ask. Returns true, without a
	 * reply, if the recipient is accepted. */
	bool (*understand)(int status, char *text);
};

struct session {
	const struct variant *variant;
	const char *relay_client; /* NULL: not a relay client */
	char helo[LINE_SIZE];
	char sender[ADDRESS_SIZE];
	char recipient[LINE_SIZE + ADDRESS_SIZE];
	bool has_sender;
	unsigned accepted_n; /* recipients of this message */
	unsigned tried_n;
	bool plugins_are_over; /* a plugin has written "A" */
};

static struct session session;

static bool
has_plugins(void)
{
	const struct variant *variant = session.variant;

	return variant->is_plugin ||
	    (variant->has_spp && getenv("NOSPP") == NULL) ||
	    (variant->has_spp_if_enabled && getenv("ENABLE_SPP") != NULL);
}

/* ---- The client ---- */

static char output[LINE_SIZE];
static size_t output_n;
static char input[INPUT_SIZE];
static size_t input_at, input_n;

static void
flush(void)
{
	size_t at = 0;

	while (at < output_n) {
		ssize_t n = write(STDOUT_FILENO, output + at, output_n - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			_exit(1);
		at += (size_t)n;
	}
	output_n = 0;
}

static void
out(const char *text)
{
	for (; *text != '\0'; text++) {
		if (output_n == sizeof(output))
			flush();
		output[output_n++] = *text;
	}
}

static _Noreturn void
hang_up(const char *text)
{
	out(text);
	flush();
	_exit(1);
}

static void
fill_input(void)
{
	struct pollfd client = {.fd = STDIN_FILENO, .events = POLLIN};
	ssize_t n;

	flush();
	if (poll(&client, 1, TIMEOUT_MS) == 0)
		hang_up("451 timeout (#4.4.2)\r\n");
	n = read(STDIN_FILENO, input, sizeof(input));
	if (n <= 0)
		_exit(1);
	input_at = 0;
	input_n = (size_t)n;
}

static char
next_octet(void)
{
	if (input_at == input_n)
		fill_input();
	return input[input_at++];
}

/* Read a line without its line end. Octets that do not fit are lost. */
static void
read_line(char *line, size_t size)
{
	size_t n = 0;
	char octet;

	while ((octet = next_octet()) != '\n')
		if (n < size - 1)
			line[n++] = octet;
	if (n > 0 && line[n - 1] == '\r')
		n--;
	line[n] = '\0';
}

/* ---- Addresses ---- */

/* Find the first octet of the address in "FROM:<address> SIZE=1". */
static const char *
address_begin(const char *argument, char *terminator)
{
	const char *bracket = strchr(argument, '<');

	*terminator = '>';
	if (bracket != NULL)
		return bracket + 1;
	*terminator = ' ';
	argument += strcspn(argument, ":");
	if (*argument == ':')
		argument++;
	return argument + strspn(argument, " ");
}

/* Skip "@relay,@relay:" in front of an address. */
static const char *
skip_route(const char *at)
{
	if (*at != '@')
		return at;
	at += strcspn(at, ":");
	return *at == ':' ? at + 1 : at;
}

/* Copy the address without quotes and backslashes. Returns false if it is too
 * long. */
static bool
parse_address(const char *argument, char *address, size_t size)
{
	bool quoted = false, escaped = false;
	size_t n = 0;
	char terminator;

	for (const char *p = skip_route(address_begin(argument, &terminator));
	     *p != '\0' && (escaped || quoted || *p != terminator); p++) {
		if (!escaped && *p == '\\') {
			escaped = true;
			continue;
		}
		if (!escaped && *p == '"') {
			quoted = !quoted;
			continue;
		}
		escaped = false;
		if (n == size - 1)
			return false;
		address[n++] = *p;
	}
	address[n] = '\0';
	return true;
}

/* ---- Running a check ---- */

static void
add_envelope(void)
{
	setenv("SENDER", session.sender, 1);
	setenv("RECIPIENT", session.recipient, 1);
	if (session.variant->has_line) {
		setenv("HELO", session.helo, 1);
		setenv("USE_FD4", "1", 1);
	}
	if (session.variant->has_hosts) {
		unsetenv("RCPTFOUND");
		setenv("RCPTHOSTS", "1", 1);
	}
}

static void
move_descriptor(int to, int from)
{
	if (to == from)
		return;
	if (dup2(from, to) != to)
		_exit(120);
	close(from);
}

static _Noreturn void
become_check(char *path, const int pipe_fds[2])
{
	char *argv[] = {path, NULL};

	add_envelope();
	if (session.variant->has_line) {
		dup2(STDERR_FILENO, STDOUT_FILENO);
		close(pipe_fds[0]);
		move_descriptor(FD_LINE, pipe_fds[1]);
	}
	execv(path, argv);
	_exit(120);
}

/* Read the pipe, as far as it fits, and cut off the line end. */
static void
read_text(int fd, char text[TEXT_SIZE])
{
	size_t n = 0;

	while (n < TEXT_SIZE - 3) {
		ssize_t some_n = read(fd, text + n, TEXT_SIZE - 3 - n);

		if (some_n < 0 && errno == EINTR)
			continue;
		if (some_n <= 0)
			break;
		n += (size_t)some_n;
	}
	while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r'))
		n--;
	text[n] = '\0';
}

static int
wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) != pid)
		if (errno != EINTR)
			hang_up("421 unable to wait (#4.3.0)\r\n");
	return status;
}

/* Run the check and wait for it without a limit. Read its line only after its
 * end. */
static int
run_check(char *path, char text[TEXT_SIZE])
{
	int pipe_fds[2], status;
	pid_t pid;

	if (session.variant->has_line && pipe(pipe_fds) != 0)
		hang_up("421 unable to execute recipient check (#4.3.0)\r\n");
	pid = fork();
	if (pid < 0)
		hang_up("421 unable to fork (#4.3.0)\r\n");
	if (pid == 0)
		become_check(path, pipe_fds);
	if (session.variant->has_line)
		close(pipe_fds[1]);
	status = wait_for(pid);
	text[0] = '\0';
	if (session.variant->has_line) {
		read_text(pipe_fds[0], text);
		close(pipe_fds[0]);
	}
	return status;
}

/* ---- Replies for an exit status ---- */

static _Noreturn void
hang_up_unable(void)
{
	hang_up("421 unable to execute recipient check (#4.3.0)\r\n");
}

static _Noreturn void
hang_up_unverified(void)
{
	hang_up("421 unable to verify recipient (#4.3.0)\r\n");
}

static bool
understand_original(int status, char *text)
{
	(void)text;
	switch (status) {
	case 100:
		out("553 sorry, no mailbox here by that name. (#5.1.1)\r\n");
		return false;
	case 111:
		hang_up_unverified();
	case 120:
		hang_up_unable();
	default:
		return true;
	}
}

/* The replies of this variant that are not from the check lack the line end. */
static bool
understand_jms1(int status, char *text)
{
	if (status == 120)
		hang_up_unable();
	if (status != 100 && status != 111)
		return true;
	if (text[0] != '\0') {
		out(text);
		out("\r\n");
	} else if (status == 100) {
		out("553 no mailbox here by that name");
	} else {
		out("450 unable to verify recipient");
	}
	return false;
}

/* Reply to a rejected recipient. Returns whether to hang up after the reply. */
static bool
reject_sagredo(const char *text)
{
	char digits[4];
	long code;

	snprintf(digits, sizeof(digits), "%s", text);
	code = strtol(digits, NULL, 10);
	if (code < 400 || code > 599) {
		out("451 temporary problem (#4.4.2)\r\n");
		return false;
	}
	out(text);
	out("\r\n");
	return code == 421;
}

static bool
understand_sagredo(int status, char *text)
{
	switch (status) {
	case 100:
		if (text[0] == '\0')
			out("550 sorry, no mailbox here by that name. "
			    "(#5.1.1)\r\n");
		else if (reject_sagredo(text))
			hang_up("");
		return false;
	case 111:
		hang_up_unverified();
	case 113:
		hang_up("421 you have exceeded your messaging limits "
			"(#4.3.0)\r\n");
	case 120:
		hang_up_unable();
	default: /* 112 too */
		return true;
	}
}

/* ---- Whether a recipient is checked ---- */

static bool
is_checked_unless_relay(void)
{
	return session.relay_client == NULL;
}

static bool
is_checked_always(void)
{
	return true;
}

static bool
is_checked_unless_excused(void)
{
	const char *wanted = getenv("RCPTCHECKRELAYCLIENT");

	return session.relay_client == NULL ||
	    (wanted != NULL && strcmp(wanted, "1") == 0);
}

/* ---- qmail-spp ---- */

static _Noreturn void
become_plugin(char *path, const int pipe_fds[2])
{
	char *argv[] = {path, NULL};

	close(STDIN_FILENO);
	close(pipe_fds[0]);
	move_descriptor(STDOUT_FILENO, pipe_fds[1]);
	execv(path, argv);
	_exit(120);
}

/* Set the variables in our own environment, as qmail-spp does before vfork().
 */
static void
add_plugin_envelope(void)
{
	char number[32];

	setenv("SMTPRCPTTO", session.recipient, 1);
	snprintf(number, sizeof(number), "%u", session.accepted_n);
	setenv("SMTPRCPTCOUNT", number, 1);
	snprintf(number, sizeof(number), "%u", ++session.tried_n);
	setenv("SMTPRCPTCOUNTALL", number, 1);
	setenv("SMTPRCPTHOSTSOK", "1", 1);
}

static bool
plugin_failed(const char *path, const char *why)
{
	out("451 qmail-spp failure: ");
	out(path);
	out(": ");
	out(why);
	out(" (#4.3.0)\r\n");
	return false;
}

/* Obey a line of a plugin. Returns 0 if the next line should be read, or the
 * letter of the line. */
static char
obey_plugin(const char *line)
{
	switch (line[0]) {
	case 'S':
		putenv(strdup(line + 1));
		return 0;
	case 'U':
		unsetenv(line + 1);
		return 0;
	case 'P':
		out(line + 1);
		out("\r\n");
		return 0;
	case 'E':
	case 'R':
		out(line + 1);
		out("\r\n");
		return line[0];
	case 'A':
		session.plugins_are_over = true;
		return 'A';
	case 'D':
	case 'N':
	case 'O':
		return line[0];
	default: /* C, H and L too, which our check never writes */
		return 0;
	}
}

/* Read lines to the end, or up to a line after which no more is read. The last
 * octet of each line is cut off, even if it is not a newline. */
static char
read_plugin(int fd)
{
	FILE *lines = fdopen(fd, "r");
	char *line = NULL, letter = 0;
	size_t size = 0;
	ssize_t n;

	if (lines == NULL)
		hang_up("421 out of memory (#4.3.0)\r\n");
	while (letter == 0 && (n = getline(&line, &size, lines)) > 0) {
		if (n == 1)
			continue;
		line[n - 1] = '\0';
		letter = obey_plugin(line);
	}
	free(line);
	fclose(lines);
	return letter;
}

static bool
run_plugin(char *path)
{
	int pipe_fds[2], status;
	char letter;
	pid_t pid;

	if (pipe(pipe_fds) != 0)
		return plugin_failed(path, "can't pipe()");
	pid = vfork();
	if (pid < 0)
		return plugin_failed(path, "vfork() failed");
	if (pid == 0)
		become_plugin(path, pipe_fds);
	close(pipe_fds[1]);
	letter = read_plugin(pipe_fds[0]);
	status = wait_for(pid);
	if (WIFSIGNALED(status))
		return plugin_failed(path, "child crashed");
	if (WEXITSTATUS(status) == 120)
		return plugin_failed(path, "can't execute");
	if (letter == 'R' || letter == 'D')
		hang_up("");
	return letter != 'E';
}

/* ---- Commands ---- */

static bool
recipient_is_good(void)
{
	char *path =
	    getenv(session.variant->is_plugin ? "SPP_PLUGIN" : "RCPTCHECK");
	char text[TEXT_SIZE];
	int status;

	if (has_plugins())
		add_plugin_envelope();
	if (path == NULL || session.plugins_are_over)
		return true;
	if (session.variant->is_plugin)
		return run_plugin(path);
	if (!session.variant->is_checked())
		return true;
	status = run_check(path, text);
	if (!WIFEXITED(status))
		hang_up_unable();
	return session.variant->understand(WEXITSTATUS(status), text);
}

static void
forget_message(void)
{
	session.has_sender = false;
	session.accepted_n = session.tried_n = 0;
}

static void
greet(const char *helo, const char *reply)
{
	snprintf(session.helo, sizeof(session.helo), "%s", helo);
	if (has_plugins())
		setenv("SMTPHELOHOST", helo, 1);
	forget_message();
	out(reply);
}

static void
smtp_helo(char *argument)
{
	greet(argument, "250 qmail.example\r\n");
}

static void
smtp_ehlo(char *argument)
{
	greet(argument,
	    "250-qmail.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n");
}

static void
smtp_mail(char *argument)
{
	if (!parse_address(argument, session.sender, ADDRESS_SIZE)) {
		out("555 syntax error (#5.5.4)\r\n");
		return;
	}
	forget_message();
	if (has_plugins())
		setenv("SMTPMAILFROM", session.sender, 1);
	session.has_sender = true;
	out("250 ok\r\n");
}

static void
smtp_rcpt(char *argument)
{
	if (!session.has_sender) {
		out("503 MAIL first (#5.5.1)\r\n");
		return;
	}
	if (!parse_address(argument, session.recipient, ADDRESS_SIZE)) {
		out("555 syntax error (#5.5.4)\r\n");
		return;
	}
	if (session.relay_client != NULL)
		strncat(session.recipient, session.relay_client, LINE_SIZE - 1);
	if (!recipient_is_good())
		return;
	if (session.accepted_n < RCPT_MAX)
		session.accepted_n++;
	out("250 ok\r\n");
}

static void
smtp_data(char *argument)
{
	char line[LINE_SIZE];

	(void)argument;
	if (!session.has_sender) {
		out("503 MAIL first (#5.5.1)\r\n");
		return;
	}
	if (session.accepted_n == 0) {
		out("503 RCPT first (#5.5.1)\r\n");
		return;
	}
	out("354 go ahead\r\n");
	do
		read_line(line, sizeof(line));
	while (strcmp(line, ".") != 0);
	forget_message();
	out("250 ok 1000000000 qp 1\r\n");
}

static void
smtp_rset(char *argument)
{
	(void)argument;
	forget_message();
	out("250 flushed\r\n");
}

static void
smtp_noop(char *argument)
{
	(void)argument;
	out("250 ok\r\n");
}

static void
smtp_quit(char *argument)
{
	(void)argument;
	out("221 qmail.example\r\n");
	flush();
	_exit(0);
}

static void
smtp_unknown(char *argument)
{
	(void)argument;
	out("502 unimplemented (#5.5.1)\r\n");
}

static const struct command {
	const char *verb;
	void (*run)(char *argument);
} commands[] = {
    {"helo", smtp_helo},
    {"ehlo", smtp_ehlo},
    {"mail", smtp_mail},
    {"rcpt", smtp_rcpt},
    {"data", smtp_data},
    {"rset", smtp_rset},
    {"noop", smtp_noop},
    {"quit", smtp_quit},
    {NULL, smtp_unknown},
};

static void
serve_command(void)
{
	char line[LINE_SIZE], *argument = line;
	const struct command *command = commands;

	read_line(line, sizeof(line));
	argument += strcspn(line, " ");
	if (*argument != '\0')
		*argument++ = '\0';
	argument += strspn(argument, " ");
	while (command->verb != NULL && strcasecmp(command->verb, line) != 0)
		command++;
	command->run(argument);
}

/* ---- Start ---- */

static const struct variant variants[] = {
    {.name = "original",
	.is_checked = is_checked_unless_relay,
	.understand = understand_original},
    {.name = "jms1",
	.has_line = true,
	.has_spp = true,
	.is_checked = is_checked_always,
	.understand = understand_jms1},
    {.name = "sagredo",
	.has_line = true,
	.has_hosts = true,
	.has_spp_if_enabled = true,
	.is_checked = is_checked_unless_excused,
	.understand = understand_sagredo},
    {.name = "spp", .is_plugin = true},
};
#define VARIANTS (sizeof(variants) / sizeof(variants[0]))

static const struct variant *
find_variant(const char *name)
{
	for (size_t i = 0; i < VARIANTS; i++)
		if (strcmp(variants[i].name, name) == 0)
			return &variants[i];
	fprintf(stderr, "qmail_smtpd: no variant %s\n", name);
	exit(1);
}

int
main(int argc, char **argv)
{
	const char *home = getenv("QMAIL_HOME");

	if (argc != 2) {
		fprintf(stderr, "usage: qmail_smtpd VARIANT\n");
		return 1;
	}
	session.variant = find_variant(argv[1]);
	session.relay_client = getenv("RELAYCLIENT");
	signal(SIGPIPE, SIG_IGN);
	if (chdir(home != NULL ? home : "/") != 0) {
		perror(home);
		return 1;
	}
	out("220 qmail.example ESMTP\r\n");
	for (;;)
		serve_command();
}
