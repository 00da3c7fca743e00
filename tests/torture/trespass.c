/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * trespass: makes a program try what its sandbox must forbid. Link it into a
 * test, or preload it into any program:
 *
 *   TRESPASS=FILE LD_PRELOAD=.../trespass.so PROGRAM
 *
 * On SIGUSR2 the program tries everything, and writes a line for each attempt
 * to FILE: its name and "done", or the error. The last line is "end". FILE.open
 * is a name outside of what the sandbox allows. With TRESPASS_AT_CONNECT=1 the
 * first thread but the main one that calls connect() tries everything, too.
 */
#include "torture/trespass.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int report_fd = -1;
static char own[PATH_MAX], outside[PATH_MAX + 8], moved[PATH_MAX + 8];

/* ---- Files ---- */

static long
open_and_close(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	return fd;
}

static long
read_accounts(void)
{
	return open_and_close("/etc/passwd", O_RDONLY);
}

static long
read_own_memory(void)
{
	return open_and_close("/proc/self/maps", O_RDONLY);
}

static long
list_root_folder(void)
{
	return open_and_close("/", O_RDONLY | O_DIRECTORY);
}

static long
create_file(void)
{
	return open_and_close(outside, O_WRONLY | O_CREAT);
}

static long
write_file(void)
{
	return open_and_close(own, O_WRONLY);
}

static long
rename_file(void)
{
	return rename(own, moved) == 0 ? rename(moved, own) : -1;
}

static long
make_folder(void)
{
	return mkdir(outside, 0700);
}

static long
make_link(void)
{
	return symlink("/etc/passwd", outside);
}

static long
change_mode(void)
{
	return chmod(own, 0777);
}

static long
mount_file_system(void)
{
	return mount("none", "/mnt", "tmpfs", 0, NULL);
}

/* ---- Processes ---- */

static char *no_words[] = {NULL};

/* A program that does not exist, so that the test also survives without a
 * sandbox. The sandbox refuses the call before the program is looked up. */
static long
execute(void)
{
	return execve("/nonexistent/program", no_words, no_words);
}

static long
start_process(void)
{
	long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	if (pid == 0)
		_exit(0);
	return pid;
}

static long
trace_process(void)
{
	return ptrace(PTRACE_ATTACH, 1, 0, 0);
}

static long
read_process(void)
{
	char octet;
	struct iovec to = {&octet, 1}, from = {&octet, 1};

	return process_vm_readv(getppid(), &to, 1, &from, 1, 0);
}

static long
signal_process(void)
{
	return kill(getpid(), 0);
}

static long
become_root(void)
{
	return syscall(SYS_setuid, getuid());
}

static long
leave_namespace(void)
{
	return unshare(CLONE_FS);
}

/* ---- Sockets ---- */

static long
make_socket(int family)
{
	int fd = socket(family, SOCK_STREAM, 0);

	if (fd >= 0)
		close(fd);
	return fd;
}

static long
make_tcp_socket(void)
{
	return make_socket(AF_INET);
}

static long
make_unix_socket(void)
{
	return make_socket(AF_UNIX);
}

static long
bind_socket(void)
{
	struct sockaddr address = {.sa_family = AF_UNIX};

	return bind(report_fd, &address, sizeof(address));
}

/* ---- Code ---- */

static long
map_code(void)
{
	void *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return code != MAP_FAILED ? munmap(code, 4096) : -1;
}

static long
make_memory_executable(void)
{
	void *data = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long rc = mprotect(data, 4096, PROT_READ | PROT_EXEC);
	int why = errno;

	munmap(data, 4096);
	errno = why;
	return rc;
}

static long
make_file_in_memory(void)
{
	long fd = syscall(SYS_memfd_create, "code", 0);

	if (fd >= 0)
		close((int)fd);
	return fd;
}

static const struct attempt {
	const char *name;
	long (*run)(void);
} attempts[TRESPASS_N] = {
    {"read /etc/passwd", read_accounts},
    {"read /proc/self/maps", read_own_memory},
    {"list /", list_root_folder},
    {"create a file outside", create_file},
    {"write a file outside", write_file},
    {"rename a file outside", rename_file},
    {"mkdir", make_folder},
    {"symlink", make_link},
    {"chmod", change_mode},
    {"mount", mount_file_system},
    {"execve", execute},
    {"fork", start_process},
    {"ptrace", trace_process},
    {"process_vm_readv", read_process},
    {"kill", signal_process},
    {"setuid", become_root},
    {"unshare", leave_namespace},
    {"socket(AF_INET)", make_tcp_socket},
    {"socket(AF_UNIX)", make_unix_socket},
    {"bind", bind_socket},
    {"mmap(PROT_EXEC)", map_code},
    {"mprotect(PROT_EXEC)", make_memory_executable},
    {"memfd_create", make_file_in_memory},
};

static void
report(const char *name, const char *result)
{
	(void)!write(report_fd, name, strlen(name));
	(void)!write(report_fd, ": ", 2);
	(void)!write(report_fd, result, strlen(result));
	(void)!write(report_fd, "\n", 1);
}

/* strerrorname_np() is missing in C libraries before 2.32. */
static const char *
result_of(long rc)
{
	if (rc >= 0)
		return "done";
	switch (errno) {
	case EACCES:
		return "EACCES";
	case EPERM:
		return "EPERM";
	case ENOENT:
		return "ENOENT";
	case ENOSYS:
		return "ENOSYS";
	case EINVAL:
		return "EINVAL";
	default:
		return "another error";
	}
}

static void
try_everything(void)
{
	int errno_before = errno;

	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++)
		report(attempts[i].name, result_of(attempts[i].run()));
	(void)!write(report_fd, "end\n", 4);
	errno = errno_before;
}

static void
on_signal(int number)
{
	(void)number;
	try_everything();
}

static atomic_bool waits_for_connect;

int
connect(int fd, const struct sockaddr *address, socklen_t n)
{
	if (syscall(SYS_gettid) != getpid() &&
	    atomic_exchange(&waits_for_connect, false))
		try_everything();
	return (int)syscall(SYS_connect, fd, address, n);
}

void
trespass_prepare(const char *path)
{
	snprintf(own, sizeof(own), "%s", path);
	snprintf(outside, sizeof(outside), "%s.open", path);
	snprintf(moved, sizeof(moved), "%s.moved", path);
	report_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	signal(SIGUSR2, on_signal);
}

__attribute__((constructor)) static void
prepare(void)
{
	if (getenv("TRESPASS") == NULL)
		return;
	trespass_prepare(getenv("TRESPASS"));
	atomic_store(&waits_for_connect, getenv("TRESPASS_AT_CONNECT") != NULL);
}
