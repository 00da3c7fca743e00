/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The filter is a program of classic BPF (seccomp(2), <linux/filter.h>). It is
 * written here and not with libseccomp: when memory is short, libseccomp 2.5
 * makes a filter that lacks some of its rules, or never returns. This file
 * allocates nothing.
 */
#include "system/call_filter.h"

#include <errno.h>
#include <string.h>

#ifdef HAVE_LINUX_SECCOMP_H

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The machine of the system call numbers below. On other machines there is no
 * filter. All of these are little endian, and pass the flags of clone(2) as
 * its first argument. */
#if defined(__x86_64__) && !defined(__ILP32__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__i386__)
#define MACHINE AUDIT_ARCH_I386
#elif defined(__aarch64__) && defined(__AARCH64EL__)
#define MACHINE AUDIT_ARCH_AARCH64
#elif defined(__arm__) && defined(__ARMEL__)
#define MACHINE AUDIT_ARCH_ARM
#elif defined(__riscv) && __riscv_xlen == 64
#define MACHINE AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
#define MACHINE AUDIT_ARCH_PPC64LE
#endif

#endif

#ifdef MACHINE

#include "system/call_list.h"

/* ---- The program ---- */

#define PROGRAM_MAX (2 * ALLOWED + 150)

#define REFUSE(number) (SECCOMP_RET_ERRNO | (number))

static struct sock_filter program[PROGRAM_MAX];
static unsigned short program_n;

static void
add(uint16_t code, uint32_t k, uint8_t skip_if_true, uint8_t skip_if_false)
{
	if (program_n < PROGRAM_MAX)
		program[program_n] =
		    (struct sock_filter){code, skip_if_true, skip_if_false, k};
	program_n++;
}

static void
load(size_t offset)
{
	add(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void
skip_unless_equal(uint32_t value, uint8_t skip_n)
{
	add(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip_n);
}

static void
end_with(uint32_t result)
{
	add(BPF_RET | BPF_K, result, 0, 0);
}

static void
answer(int call, uint32_t result)
{
	skip_unless_equal((uint32_t)call, 1);
	end_with(result);
}

/* Allow a call if these bits of an argument have this value. */
static void
allow_if(int call, int argument, uint32_t bits, uint32_t value)
{
	size_t low = offsetof(struct seccomp_data, args) +
	    (size_t)argument * sizeof(uint64_t);

	skip_unless_equal((uint32_t)call, 5);
	load(low);
	add(BPF_ALU | BPF_AND | BPF_K, bits, 0, 0);
	skip_unless_equal(value, 1);
	end_with(SECCOMP_RET_ALLOW);
	load(offsetof(struct seccomp_data, nr));
}

#define ALL_BITS UINT32_MAX

/* Allow a call if an argument is a null pointer. */
static void
allow_if_null(int call, int argument)
{
	size_t low = offsetof(struct seccomp_data, args) +
	    (size_t)argument * sizeof(uint64_t);

	skip_unless_equal((uint32_t)call, 6);
	load(low);
	skip_unless_equal(0, 3);
	load(low + sizeof(uint32_t));
	skip_unless_equal(0, 1);
	end_with(SECCOMP_RET_ALLOW);
	load(offsetof(struct seccomp_data, nr));
}

/* Memory must not be executable. New threads, but no new processes: the filter
 * cannot read the arguments of clone3, so the C library must use clone. ioctl
 * reads sizes and knows a terminal. prlimit64 reads limits. abort(3) needs
 * tgkill. */
static void
allow_some(void)
{
#ifdef SYS_mmap
	allow_if(SYS_mmap, 2, PROT_EXEC, 0);
#endif
#ifdef SYS_mmap2
	allow_if(SYS_mmap2, 2, PROT_EXEC, 0);
#endif
	allow_if(SYS_mprotect, 2, PROT_EXEC, 0);
	allow_if(SYS_clone, 0, CLONE_THREAD, CLONE_THREAD);
#ifdef SYS_clone3
	answer(SYS_clone3, REFUSE(ENOSYS));
#endif
	allow_if(SYS_ioctl, 1, ALL_BITS, FIONREAD);
	allow_if(SYS_ioctl, 1, ALL_BITS, FIONBIO);
	allow_if(SYS_ioctl, 1, ALL_BITS, TCGETS);
#ifdef SYS_prlimit64
	allow_if_null(SYS_prlimit64, 2);
#endif
	allow_if(SYS_tgkill, 0, ALL_BITS, (uint32_t)getpid());
}

static void
allow_socket_calls(enum call_filter_use use)
{
#ifdef SYS_socketcall
	size_t n = SOCKET_CALLS;

	if (use == CALLS_SERVE)
		n -= NETWORK_SOCKET_CALLS;
	skip_unless_equal(SYS_socketcall, (uint8_t)(2 * n + 2));
	load(offsetof(struct seccomp_data, args));
	for (size_t i = 0; i < n; i++)
		answer(socket_calls[i], SECCOMP_RET_ALLOW);
	load(offsetof(struct seccomp_data, nr));
#else
	(void)use;
#endif
}

/* The resolver opens a socket for each question. */
static void
allow_dns(void)
{
#ifdef SYS_socket
	allow_if(SYS_socket, 0, ALL_BITS, AF_INET);
	allow_if(SYS_socket, 0, ALL_BITS, AF_INET6);
#endif
	answer(SYS_sendmmsg, SECCOMP_RET_ALLOW);
}

static void
make_program(enum call_filter_use use)
{
	program_n = 0;
	load(offsetof(struct seccomp_data, arch));
	skip_unless_equal(MACHINE, 1);
	add(BPF_JMP | BPF_JA, 1, 0, 0);
	end_with(REFUSE(EPERM));
	load(offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < ALLOWED; i++)
		answer(allowed[i], SECCOMP_RET_ALLOW);
	allow_some();
	allow_socket_calls(use);
	if (use != CALLS_SERVE)
		allow_dns();
#ifdef SYS_socket
	if (use == CALLS_SERVE_WITH_NETWORK)
		allow_if(SYS_socket, 0, ALL_BITS, AF_UNIX);
#endif
	end_with(REFUSE(EPERM));
}

/* ---- Loading ---- */

/* TSYNC: all threads. A kernel that knows no other flag does not log the
 * refused calls. SPEC_ALLOW: without it, a kernel before 5.16 makes the process
 * slower, to protect programs that run foreign code in their process. */
static int
load_program(void)
{
	const struct sock_fprog filter = {program_n, program};
	long rc = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
	    SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_LOG |
		SECCOMP_FILTER_FLAG_SPEC_ALLOW,
	    &filter);

	if (rc < 0 && errno == EINVAL)
		rc = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		    SECCOMP_FILTER_FLAG_TSYNC, &filter);
	if (rc > 0)
		errno = EBUSY; /* a thread has a filter of its own */
	return rc == 0 ? 0 : -1;
}

int
call_filter_enforce(enum call_filter_use use, struct err *err)
{
	make_program(use);
	if (program_n > PROGRAM_MAX)
		return err_set(err, "the program of the filter is too long");
	if (load_program() != 0)
		return err_set(err, "the kernel refuses the filter: %s",
		    strerror(errno));
	return 0;
}

#else

int
call_filter_enforce(enum call_filter_use use, struct err *err)
{
	(void)use;
	return err_set(err, "tardigreyd has no filter for this machine");
}

#endif
