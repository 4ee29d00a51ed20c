// SPDX-License-Identifier: GPL-2.0-only
/*
 * off-cpu: how long the workload's threads were not on a CPU, from each sched_switch that one
 * left it by to the one that brought it back; and for those that waited for something, the
 * kernel stack that they waited in. What they wait for the agent itself is left out.
 */
#include "collectors/off-cpu.h"

#include "collectors/collector.h"
#include "collectors/emit.h"
#include "collectors/fail.h"
#include "collectors/lines.h"
#include "collectors/loop.h"
#include "collectors/sys.h"
#include "collectors/trace.h"
#include "lab/protocol.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAME "=> "

/* Of each CPU: a record with its stack has some 300 bytes, and they are read as they come. */
#define BUFFER_KB "4096"

static struct trace trace;
static struct lines lines;
static struct off_cpu off_cpu;

/* ---- the trace's lines ---- */

/* The last place of a word: an earlier one may be part of a comm. */
static const char *last_of(const char *text, const char *word)
{
	const char *last = NULL;

	for (const char *p = strstr(text, word); p; p = strstr(p + 1, word))
		last = p;
	return last;
}

/* "prev_comm=X prev_pid=1 prev_prio=120 prev_state=S ==> next_comm=Y next_pid=2 next_prio=1" */
int sched_switch_parse(const char *fields, struct sched_switch *parsed)
{
	const char *comm = strstr(fields, "prev_comm="), *next = last_of(fields, " next_pid=");
	const char *arrow = last_of(fields, " ==> next_comm="), *prev = NULL;
	int used = 0;

	/* The one before the arrow: the comm of the next thread may hold all of this too. */
	for (const char *p = strstr(fields, " prev_pid="); p && arrow && p < arrow;
	     p = strstr(p + 1, " prev_pid="))
		prev = p;
	if (!comm || !prev || !next || next < arrow || prev < comm ||
	    sscanf(prev, " prev_pid=%d prev_prio=%*d prev_state=%c%n", &parsed->prev,
		   &parsed->state, &used) != 2 ||
	    !used || sscanf(next, " next_pid=%d", &parsed->next) != 1)
		return -EINVAL;
	parsed->comm = comm + strlen("prev_comm=");
	parsed->comm_len = prev - parsed->comm;
	return 0;
}

static struct off_thread *thread_of(const struct off_cpu *off, pid_t tid)
{
	for (size_t i = 0; i < off->n_threads; i++)
		if (off->threads[i]->tid == tid)
			return off->threads[i];
	return NULL;
}

void off_cpu_follow(struct off_cpu *off, pid_t tid)
{
	struct off_thread *thread = thread_of(off, tid);

	/* Ids are given again once their thread is gone. */
	if (thread) {
		thread->since = 0;
		return;
	}
	thread = off->n_threads < OFF_CPU_THREADS_MAX ? calloc(1, sizeof(*thread)) : NULL;
	if (!thread) {
		off->unread++;
		return;
	}
	thread->tid = tid;
	off->threads[off->n_threads++] = thread;
}

void off_cpu_hold(struct off_cpu *off, int64_t t)
{
	if (off->n_holds < OFF_CPU_HOLDS_MAX)
		off->holds[off->n_holds++] = t;
	else
		off->unread++;
}

static bool held(const struct off_cpu *off, int64_t from, int64_t to)
{
	for (size_t i = 0; i < off->n_holds; i++)
		if (off->holds[i] >= from && off->holds[i] <= to)
			return true;
	return false;
}

static void came_back(struct off_cpu *off, struct off_thread *thread, int64_t t)
{
	int64_t ns = t - thread->since;

	if (thread->runnable) {
		off->runnable_ns += ns;
	} else if (!held(off, thread->since, t)) {
		off->blocked_ns += ns;
		if (ns > off->longest_ns)
			off->longest_ns = ns;
		if (folded_add_stack(&off->stacks, &thread->stack, "[no stack]", ns / 1000))
			off->unread++;
	}
	thread->since = 0;
}

static void went_off(struct off_cpu *off, struct off_thread *thread, int64_t t,
		     const struct sched_switch *parsed)
{
	/* Dead ones do not come back. */
	if (strchr("XZI", parsed->state))
		return;
	off->switches++;
	thread->since = t;
	thread->runnable = parsed->state == 'R';
	thread->stack.depth = 0;
	folded_copy_frame(thread->stack.comm, sizeof(thread->stack.comm), parsed->comm,
			  parsed->comm_len);
}

static void take_switch(struct off_cpu *off, const struct trace_line *line)
{
	struct sched_switch parsed;
	struct off_thread *prev, *next;

	if (sched_switch_parse(line->fields, &parsed)) {
		off->unread++;
		return;
	}
	prev = thread_of(off, parsed.prev);
	next = thread_of(off, parsed.next);
	if (prev)
		went_off(off, prev, line->t, &parsed);
	if (next && next->since)
		came_back(off, next, line->t);
}

/* The parent is the thread that the record is of. */
static void take_fork(struct off_cpu *off, const struct trace_line *line)
{
	const char *child = last_of(line->fields, " child_pid=");
	pid_t tid;

	if (!child || sscanf(child, " child_pid=%d", &tid) != 1)
		off->unread++;
	else if (thread_of(off, line->pid))
		off_cpu_follow(off, tid);
}

/* A stack comes after the record that it is of, but others' records may come between. */
static void open_stack(struct off_cpu *off, pid_t tid)
{
	struct off_thread *thread = thread_of(off, tid);

	off->open = thread && thread->since && !thread->stack.depth ? &thread->stack : NULL;
}

/* What the tracepoint itself put on the stack says nothing. */
static void take_frame(struct off_cpu *off, const char *name)
{
	if (off->open && !strstr(name, "sched_switch"))
		stack_push(off->open, name, strlen(name));
}

void off_cpu_line(struct off_cpu *off, char *text)
{
	const char *frame = text + strspn(text, " ");
	struct trace_line line;

	if (!strncmp(frame, FRAME, strlen(FRAME))) {
		take_frame(off, frame + strlen(FRAME));
		return;
	}
	off->open = NULL;
	/* Such as "CPU:1 [LOST 12 EVENTS]". */
	if (trace_parse(text, &line))
		off->unread++;
	else if (!strcmp(line.event, TRACE_STACK))
		open_stack(off, line.pid);
	else if (!strcmp(line.event, "sched_switch"))
		take_switch(off, &line);
	else if (!strcmp(line.event, "sched_process_fork"))
		take_fork(off, &line);
}

void off_cpu_clear(struct off_cpu *off)
{
	for (size_t i = 0; i < off->n_threads; i++)
		free(off->threads[i]);
	folded_clear(&off->stacks);
	*off = (struct off_cpu){0};
}

/* ---- the collector ---- */

static int on_line(char *text, void *data)
{
	(void)data;
	/* A stack is followed by nothing, or in some kernels by an empty line. */
	if (*text)
		off_cpu_line(&off_cpu, text);
	return 0;
}

static int on_trace(int fd, void *data)
{
	int rc = lines_read(&lines, fd);

	(void)data;
	return rc < 0 ? fail(-rc, "off-cpu: trace_pipe") : 0;
}

static int start(void)
{
	static const struct {
		const char *file, *text;
	} settings[] = {
		{"buffer_size_kb", BUFFER_KB},
		{"options/stacktrace", "1"},
		{"options/event-fork", "1"},
	};
	int rc = trace_open(&trace, "bootlab-off-cpu");

	lines.line = on_line;
	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings) && !rc; i++)
		rc = trace_write(&trace, settings[i].file, settings[i].text);
	return rc ? rc : loop_add(trace.pipe, on_trace, NULL);
}

static int enable(const char *yes)
{
	int rc = trace_write(&trace, "events/sched/sched_process_fork/enable", yes);

	return rc ? rc : trace_write(&trace, "events/sched/sched_switch/enable", yes);
}

static int attach(pid_t pid)
{
	char text[16];
	int rc;

	snprintf(text, sizeof(text), "%d", pid);
	off_cpu_follow(&off_cpu, pid);
	rc = trace_write(&trace, "set_event_pid", text);
	return rc ? rc : enable("1");
}

static int take_all(void)
{
	int rc;

	do {
		rc = lines_read(&lines, trace.pipe);
	} while (rc > 0);
	return rc < 0 ? fail(-rc, "off-cpu: trace_pipe") : 0;
}

static int drain(void)
{
	off_cpu_hold(&off_cpu, now_ns());
	return take_all();
}

static void report(uint64_t lost)
{
	const struct off_cpu *off = &off_cpu;
	char *stacks = folded_text(&off->stacks);

	emit_gate("off_cpu_complete", !lost && !off->unread,
		  "%" PRIu64 " switches of %zu threads; %" PRIu64 " records lost, %u unreadable",
		  off->switches, off->n_threads, lost, off->unread);
	emit_metric("off-cpu.blocked", (double)off->blocked_ns / NSEC_PER_SEC, "s",
		    PROTOCOL_BETTER_LOWER);
	emit_metric("off-cpu.longest", (double)off->longest_ns / NSEC_PER_SEC, "s",
		    PROTOCOL_BETTER_LOWER);
	emit_metric("off-cpu.runnable", (double)off->runnable_ns / NSEC_PER_SEC, "s",
		    PROTOCOL_BETTER_LOWER);
	emit_metric("off-cpu.switches", (double)off->switches, "count", PROTOCOL_BETTER_NEITHER);
	if (stacks)
		emit_artifact("off-cpu.folded", stacks);
	free(stacks);
}

static int stop(void)
{
	uint64_t lost = 0;
	int rc = enable("0");

	if (!rc)
		rc = take_all();
	if (!rc)
		rc = trace_lost(&trace, &lost);
	if (!rc)
		report(lost);
	loop_del(trace.pipe);
	trace_close(&trace);
	off_cpu_clear(&off_cpu);
	return rc;
}

const struct collector off_cpu_collector = {
	.start = start,
	.attach = attach,
	.drain = drain,
	.stop = stop,
};
