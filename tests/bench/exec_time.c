/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * exec_time: how long programs take from their start to their end.
 *
 *   exec_time RUNS NAME PROGRAM [VARIABLE=VALUE]... [-- NAME PROGRAM ...]...
 *
 * Runs the programs in turn, RUNS times each, so that other work on the machine
 * slows down all of them alike. VARIABLE=VALUE is added to the environment. '#'
 * in VALUE is replaced by the number of the run. Prints a line for each
 * program: the median and the 90th percentile of its times, its median divided
 * by the medians of the first and of the last program, and its exit status.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PROGRAMS_MAX  16
#define VARIABLES_MAX 32
#define VALUE_SIZE    1024

#define ENVIRONMENT_MAX 1000

extern char **environ;

struct program {
	const char *name; /* all texts are borrowed from argv */
	char *path;
	char *variables[VARIABLES_MAX]; /* "NAME=VALUE" */
	size_t variables_n;
	int64_t *ns; /* owned; one per run */
	int status;  /* of the last run */
};

struct environment {
	char *pointers[ENVIRONMENT_MAX + 1];
	char values[VARIABLES_MAX][VALUE_SIZE];
};

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "exec_time: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static _Noreturn void
usage(void)
{
	fputs("usage: exec_time RUNS NAME PROGRAM [VARIABLE=VALUE]... "
	      "[-- NAME PROGRAM ...]...\n",
	    stderr);
	exit(2);
}

/* ---- Running ---- */

static int64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* Copy "NAME=VALUE", and replace each '#' by the number of the run. */
static void
expand(const char *variable, unsigned run, char out[VALUE_SIZE])
{
	size_t n = 0;

	for (; *variable != '\0' && n < VALUE_SIZE - 16; variable++) {
		if (*variable == '#')
			n += (size_t)sprintf(out + n, "%u", run);
		else
			out[n++] = *variable;
	}
	out[n] = '\0';
}

static bool
same_name(const char *a, const char *b)
{
	size_t n = strcspn(a, "=");

	return strncmp(a, b, n + 1) == 0;
}

/* Make the environment of a run: our own environment, with the variables of the
 * program added or replaced. */
static void
make_environment(const struct program *program, unsigned run,
    struct environment *out)
{
	size_t n = 0;

	for (size_t i = 0; i < program->variables_n; i++) {
		expand(program->variables[i], run, out->values[i]);
		out->pointers[n++] = out->values[i];
	}
	for (char **from = environ; *from != NULL; from++) {
		bool given = false;

		for (size_t i = 0; i < program->variables_n; i++)
			given =
			    given || same_name(program->variables[i], *from);
		if (!given && n < ENVIRONMENT_MAX)
			out->pointers[n++] = *from;
	}
	out->pointers[n] = NULL;
}

static void
run_program(struct program *program, unsigned run,
    const posix_spawn_file_actions_t *actions)
{
	static struct environment environment; /* large */
	char *argv[] = {program->path, NULL};
	int64_t began_ns;
	int status;
	pid_t pid;

	make_environment(program, run, &environment);
	began_ns = now_ns();
	errno = posix_spawn(&pid, program->path, actions, NULL, argv,
	    environment.pointers);
	if (errno != 0)
		die(program->path);
	if (waitpid(pid, &status, 0) != pid)
		die("waitpid");
	program->ns[run] = now_ns() - began_ns;
	program->status =
	    WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void
run_all(struct program *programs, size_t programs_n, unsigned runs_n)
{
	posix_spawn_file_actions_t actions;

	posix_spawn_file_actions_init(&actions);
	for (int fd = 0; fd < 3; fd++)
		posix_spawn_file_actions_addopen(&actions, fd, "/dev/null",
		    O_RDWR, 0);
	for (unsigned run = 0; run < runs_n; run++)
		for (size_t i = 0; i < programs_n; i++)
			run_program(&programs[i], run, &actions);
	posix_spawn_file_actions_destroy(&actions);
}

/* ---- Reporting ---- */

static int
compare_ns(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void
report(struct program *programs, size_t programs_n, unsigned runs_n)
{
	double first_ns, last_ns;

	for (size_t i = 0; i < programs_n; i++)
		qsort(programs[i].ns, runs_n, sizeof(int64_t), compare_ns);
	first_ns = (double)programs[0].ns[runs_n / 2];
	last_ns = (double)programs[programs_n - 1].ns[runs_n / 2];
	printf("%-34s %9s %9s %8s %8s %5s\n", "", "median ms", "90% ms",
	    "of first", "of last", "exit");
	for (size_t i = 0; i < programs_n; i++) {
		const struct program *program = &programs[i];
		double median_ns = (double)program->ns[runs_n / 2];

		printf("%-34s %9.3f %9.3f %8.2f %8.2f %5d\n", program->name,
		    median_ns / 1e6, (double)program->ns[runs_n * 9 / 10] / 1e6,
		    median_ns / first_ns, median_ns / last_ns, program->status);
	}
}

/* ---- Arguments ---- */

/* Parse the arguments of one program. Returns how many there are. */
static int
parse_program(char **argv, unsigned runs_n, struct program *out)
{
	int n = 2;

	if (argv[0] == NULL || argv[1] == NULL)
		usage();
	*out = (struct program){.name = argv[0], .path = argv[1]};
	for (; argv[n] != NULL && strcmp(argv[n], "--") != 0; n++) {
		if (strchr(argv[n], '=') == NULL ||
		    out->variables_n == VARIABLES_MAX)
			usage();
		out->variables[out->variables_n++] = argv[n];
	}
	out->ns = calloc(runs_n, sizeof(*out->ns));
	if (out->ns == NULL)
		die("calloc");
	return n;
}

int
main(int argc, char **argv)
{
	static struct program programs[PROGRAMS_MAX];
	size_t programs_n = 0;
	unsigned runs_n;
	int at = 2;

	if (argc < 4 || (runs_n = (unsigned)atoi(argv[1])) < 1)
		usage();
	while (at < argc && programs_n < PROGRAMS_MAX) {
		at += parse_program(argv + at, runs_n, &programs[programs_n++]);
		at++; /* "--" */
	}
	run_all(programs, programs_n, runs_n);
	report(programs, programs_n, runs_n);
	for (size_t i = 0; i < programs_n; i++)
		free(programs[i].ns);
	return EXIT_SUCCESS;
}
