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

/* ---- The list ---- */

/* The calls that are allowed with all arguments. */
static const int allowed[] = {
    /* files: the file rules say which */
    SYS_close,
    SYS_dup,
    SYS_dup3,
    SYS_faccessat,
    SYS_fallocate,
    SYS_fchmod,
    SYS_fcntl,
    SYS_fdatasync,
    SYS_flock,
    SYS_fstat,
    SYS_fstatfs,
    SYS_fsync,
    SYS_ftruncate,
    SYS_getcwd,
    SYS_getdents64,
    SYS_lseek,
    SYS_openat,
    SYS_pread64,
    SYS_preadv,
    SYS_pwrite64,
    SYS_pwritev,
    SYS_read,
    SYS_readlinkat,
    SYS_readv,
    SYS_renameat2,
    SYS_statfs,
    SYS_statx,
    SYS_umask,
    SYS_unlinkat,
    SYS_write,
    SYS_writev,
    /* open sockets. A new syslog daemon needs connect */
    SYS_accept4,
    SYS_connect,
    SYS_getpeername,
    SYS_getsockname,
    SYS_getsockopt,
    SYS_recvfrom,
    SYS_recvmsg,
    SYS_sendmsg,
    SYS_sendto,
    SYS_setsockopt,
    SYS_shutdown,
    /* waiting */
    SYS_clock_nanosleep,
    SYS_epoll_ctl,
    SYS_epoll_pwait,
    SYS_eventfd2,
    SYS_nanosleep,
    SYS_ppoll,
    SYS_pselect6,
    SYS_restart_syscall,
    /* memory, threads and signals of this process */
    SYS_brk,
    SYS_madvise,
    SYS_mremap,
    SYS_munmap,
    SYS_exit,
    SYS_exit_group,
    SYS_futex,
    SYS_gettid,
    SYS_membarrier,
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_sched_getaffinity,
    SYS_sched_yield,
    SYS_setpriority,
    SYS_set_robust_list,
    SYS_sigaltstack,
    /* what the process may know */
    SYS_clock_getres,
    SYS_clock_gettime,
    SYS_getegid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getpid,
    SYS_getpriority,
    SYS_getrandom,
    SYS_getrusage,
    SYS_gettimeofday,
    SYS_getuid,
    SYS_sysinfo,
    SYS_uname,
/* not all machines have these */
#ifdef SYS_accept
    SYS_accept,
#endif
#ifdef SYS_access
    SYS_access,
#endif
#ifdef SYS_clock_gettime64
    SYS_clock_gettime64,
#endif
#ifdef SYS_clock_nanosleep_time64
    SYS_clock_nanosleep_time64,
#endif
#ifdef SYS_dup2
    SYS_dup2,
#endif
#ifdef SYS_epoll_pwait2
    SYS_epoll_pwait2,
#endif
#ifdef SYS_epoll_wait
    SYS_epoll_wait,
#endif
#ifdef SYS_faccessat2
    SYS_faccessat2,
#endif
#ifdef SYS_fcntl64
    SYS_fcntl64,
#endif
#ifdef SYS_fstat64
    SYS_fstat64,
#endif
#ifdef SYS_fstatat64
    SYS_fstatat64,
#endif
#ifdef SYS_fstatfs64
    SYS_fstatfs64,
#endif
#ifdef SYS_ftruncate64
    SYS_ftruncate64,
#endif
#ifdef SYS_futex_time64
    SYS_futex_time64,
#endif
#ifdef SYS__llseek
    SYS__llseek,
#endif
#ifdef SYS_lstat
    SYS_lstat,
#endif
#ifdef SYS_lstat64
    SYS_lstat64,
#endif
#ifdef SYS_newfstatat
    SYS_newfstatat,
#endif
#ifdef SYS_open
    SYS_open,
#endif
#ifdef SYS_poll
    SYS_poll,
#endif
#ifdef SYS_ppoll_time64
    SYS_ppoll_time64,
#endif
#ifdef SYS_readlink
    SYS_readlink,
#endif
#ifdef SYS_recv
    SYS_recv,
#endif
#ifdef SYS_rename
    SYS_rename,
#endif
#ifdef SYS_renameat
    SYS_renameat,
#endif
#ifdef SYS_rseq
    SYS_rseq,
#endif
#ifdef SYS_select
    SYS_select,
#endif
#ifdef SYS_send
    SYS_send,
#endif
#ifdef SYS_sigreturn
    SYS_sigreturn,
#endif
#ifdef SYS_stat
    SYS_stat,
#endif
#ifdef SYS_stat64
    SYS_stat64,
#endif
#ifdef SYS_statfs64
    SYS_statfs64,
#endif
#ifdef SYS_time
    SYS_time,
#endif
#ifdef SYS_unlink
    SYS_unlink,
#endif
};
#define ALLOWED (sizeof(allowed) / sizeof(allowed[0]))

/* ---- The program ---- */

#define PROGRAM_MAX (2 * ALLOWED + 100)

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
