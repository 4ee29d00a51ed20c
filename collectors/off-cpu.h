/* SPDX-License-Identifier: GPL-2.0-only */
/* What the off-cpu collector makes of the trace's lines. */
#ifndef COLLECTORS_OFF_CPU_H
#define COLLECTORS_OFF_CPU_H

#include "collectors/folded.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define OFF_CPU_THREADS_MAX 512
#define OFF_CPU_HOLDS_MAX   32

/* What a sched_switch says. The comms are the programs' to choose. */
struct sched_switch {
	pid_t prev, next;
	char state;	  /* of prev: 'R' it has lost its CPU; 'S', 'D' it waits for something */
	const char *comm; /* prev's, in the text */
	size_t comm_len;
};

/* -EINVAL where these are not the fields of a sched_switch. */
int sched_switch_parse(const char *fields, struct sched_switch *parsed);

/* A thread of the workload. */
struct off_thread {
	pid_t tid;
	int64_t since; /* when it left its CPU; 0: it has one */
	bool runnable;
	struct stack stack; /* of its way out, while it is off */
};

/* Starts as {0}. */
struct off_cpu {
	struct off_thread *threads[OFF_CPU_THREADS_MAX];
	size_t n_threads;
	struct stack *open;   /* whose frames are coming; NULL: nobody's */
	struct folded stacks; /* of those that waited for something, in µs */
	int64_t blocked_ns, runnable_ns, longest_ns;
	uint64_t switches;
	unsigned int unread; /* lines that were not understood, threads that had no place */

	/* When the agent made the workload wait: that is not the workload's own waiting. */
	int64_t holds[OFF_CPU_HOLDS_MAX];
	size_t n_holds;
};

/* A thread to be followed; what it forks is followed by its own. */
void off_cpu_follow(struct off_cpu *off, pid_t tid);

/* The agent holds the workload now; it goes on only after the call that follows. */
void off_cpu_hold(struct off_cpu *off, int64_t t);

/* Takes a line of a trace of sched_switch and sched_process_fork with stacks. */
void off_cpu_line(struct off_cpu *off, char *line);

void off_cpu_clear(struct off_cpu *off);

#endif
