/* SPDX-License-Identifier: GPL-2.0-only */
/* The file systems that PID 1 finds unmounted. -errno, and fail()s with the one it was. */
#ifndef COLLECTORS_MOUNTS_H
#define COLLECTORS_MOUNTS_H

/* Where the host's root lies on a testbed. */
#define HOST_ROOT "/host"

/* /dev, /proc and /sys: what every role needs; also makes the console stdin to stderr. */
int mounts_base(void);

/* What a testbed needs besides: tracefs, debugfs, and /tmp. */
int mounts_testbed(void);

/* The host's root: for a workload that runs the host's programs. Not every testbed has it. */
int mounts_host_root(void);

/*
 * For a child that is to run the host's programs: a mount namespace of its own, in which
 * HOST_ROOT has this kernel's /dev, /proc and /sys; then that is the root. Only /dev/shm can
 * be written to there. Its -errno is not fail()ed: the child tells it.
 */
int mounts_enter_host(void);

#endif
