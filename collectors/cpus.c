// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPUs that come online only now. Where instructions are counted, QEMU runs the CPUs in turn, and a
 * turn ends early only where the CPU halts or executes PAUSE. A kernel that waits for a CPU to come
 * up does neither, and the one that it waits for would never get a turn (QEMU before 8.1). But it
 * lets other processes run meanwhile: so there is one that executes PAUSE.
 */
#include "collectors/cpus.h"

#include "collectors/fail.h"
#include "collectors/sys.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define ONLINE "/sys/devices/system/cpu/cpu%d/online"

static void __attribute__((noreturn)) give_turns_away(void)
{
	for (;;) {
#ifdef __x86_64__
		__builtin_ia32_pause();
#else
		sched_yield();
#endif
	}
}

static int bring_online(int cpu)
{
	char path[sizeof(ONLINE) + 16];
	pid_t idler = fork();
	int rc;

	if (idler < 0)
		return fail(errno, "fork");
	if (!idler)
		give_turns_away();
	snprintf(path, sizeof(path), ONLINE, cpu);
	rc = sys_write(path, "1");
	kill(idler, SIGKILL);
	waitpid(idler, NULL, 0);
	return rc;
}

int cpus_bring_online(void)
{
	uint64_t online;
	int rc = 0;

	/* The first CPU may have no such file, and is there. */
	for (int cpu = 1; !rc && !sys_read_u64(&online, ONLINE, cpu); cpu++)
		if (!online)
			rc = bring_online(cpu);
	return rc;
}
