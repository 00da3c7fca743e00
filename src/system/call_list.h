/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SYSTEM_CALL_LIST_H
#define TARDIGREY_SYSTEM_CALL_LIST_H

#include <linux/net.h>
#include <sys/syscall.h>

/* The lists of call_filter.c, which alone includes this file. */

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
#ifdef SYS_clock_getres_time64
    SYS_clock_getres_time64,
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
#ifdef SYS_getegid32
    SYS_getegid32,
#endif
#ifdef SYS_geteuid32
    SYS_geteuid32,
#endif
#ifdef SYS_getgid32
    SYS_getgid32,
#endif
#ifdef SYS_getuid32
    SYS_getuid32,
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
#ifdef SYS_pselect6_time64
    SYS_pselect6_time64,
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

#ifdef SYS_socketcall
/* On i386 the C library makes all calls for sockets by this one call. Its first
 * argument says which. The filter cannot read the arguments of that call, so a
 * program that may ask DNS may make any socket. */
static const int socket_calls[] = {
    SYS_ACCEPT,
    SYS_ACCEPT4,
    SYS_CONNECT,
    SYS_GETPEERNAME,
    SYS_GETSOCKNAME,
    SYS_GETSOCKOPT,
    SYS_RECV,
    SYS_RECVFROM,
    SYS_RECVMSG,
    SYS_SEND,
    SYS_SENDMSG,
    SYS_SENDTO,
    SYS_SETSOCKOPT,
    SYS_SHUTDOWN,
    /* to ask DNS, or to connect to a server of the database */
    SYS_SOCKET,
    SYS_SENDMMSG,
};
#define SOCKET_CALLS         (sizeof(socket_calls) / sizeof(socket_calls[0]))
#define NETWORK_SOCKET_CALLS 2
#endif

#endif
