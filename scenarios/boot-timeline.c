// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/boot-timeline.h"

#include "collectors/emit.h"
#include "collectors/fail.h"
#include "collectors/lines.h"
#include "collectors/loop.h"
#include "collectors/sys.h"
#include "collectors/trace.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/*
 * From the first KVM entry to the firmware's first byte at the agent: a few hundred
 * instructions, the first port accesses, and the way through QEMU and a pipe. Seen: 20 to
 * 40 ms of some 6 s until the guest's kernel, where everything is emulated; on a busy machine
 * all of it takes longer. So the two may be this part of the way to the guest's kernel apart.
 */
#define AGREE_PART 0.1

#define EVENT "events/kvm/kvm_entry/"

static const char *const names[MARKS] = {
	[MARK_QEMU_EXEC] = "qemu_exec",
	[MARK_VCPU_FIRST_RUN] = "vcpu_first_run",
	[MARK_FIRMWARE_FIRST_BYTE] = "firmware_first_byte",
	[MARK_GUEST_KERNEL] = "guest_kernel",
	[MARK_GUEST_INIT] = "guest_init",
	[MARK_QEMU_EXIT] = "qemu_exit",
};

static int64_t marks[MARKS];
static bool has_kvm;
static struct trace trace;
static struct lines lines;

void timeline_mark(enum timeline_mark mark, int64_t t)
{
	if (marks[mark])
		return;
	marks[mark] = t;
	/* The event has done its work. Not sooner: this takes as long as some marks are apart. */
	if (mark == MARK_FIRMWARE_FIRST_BYTE && has_kvm)
		trace_write(&trace, EVENT "enable", "0");
}

bool timeline_has(enum timeline_mark mark)
{
	return marks[mark];
}

static int on_line(char *text, void *data)
{
	struct trace_line line;

	(void)data;
	if (!trace_parse(text, &line) && !strcmp(line.event, "kvm_entry"))
		timeline_mark(MARK_VCPU_FIRST_RUN, line.t);
	return 0;
}

static int on_trace(int fd, void *data)
{
	int rc = lines_read(&lines, fd);

	(void)data;
	if (timeline_has(MARK_VCPU_FIRST_RUN))
		loop_del(fd);
	return rc < 0 ? fail(-rc, "trace_pipe of kvm_entry") : 0;
}

int timeline_start(bool kvm)
{
	int rc;

	has_kvm = kvm;
	if (!kvm)
		return 0;
	lines.line = on_line;
	rc = trace_open(&trace, "bootlab-first-run");
	/* The kernel itself stops recording behind the first one: there are thousands to come. */
	if (!rc)
		rc = trace_write(&trace, EVENT "trigger", "traceoff:1");
	if (!rc)
		rc = trace_write(&trace, EVENT "enable", "1");
	return rc ? rc : loop_add(trace.pipe, on_trace, NULL);
}

bool timeline_disagrees(const int64_t marks[MARKS], char *text, int size)
{
	int64_t apart = marks[MARK_FIRMWARE_FIRST_BYTE] - marks[MARK_VCPU_FIRST_RUN];

	for (int i = 0; i < MARKS; i++) {
		if (!marks[i]) {
			snprintf(text, size, "no mark %s", names[i]);
			return true;
		}
		if (i && marks[i] < marks[i - 1]) {
			snprintf(text, size, "%s is %.6f s before %s", names[i],
				 (double)(marks[i - 1] - marks[i]) / NSEC_PER_SEC, names[i - 1]);
			return true;
		}
	}
	double most = AGREE_PART * (double)(marks[MARK_GUEST_KERNEL] - marks[MARK_QEMU_EXEC]);

	snprintf(text, size,
		 "in order; the firmware's first byte came %.6f s after %s (at most %.6f s)",
		 (double)apart / NSEC_PER_SEC, names[MARK_VCPU_FIRST_RUN], most / NSEC_PER_SEC);
	return (double)apart > most;
}

void timeline_end(void)
{
	char text[256];
	bool disagree;

	if (has_kvm) {
		loop_del(trace.pipe);
		trace_close(&trace);
	} else {
		timeline_mark(MARK_VCPU_FIRST_RUN, marks[MARK_FIRMWARE_FIRST_BYTE]);
	}
	for (int i = 0; i < MARKS; i++)
		if (marks[i])
			emit_mark(names[i], marks[i]);
	disagree = timeline_disagrees(marks, text, sizeof(text));
	emit_gate("marks_agree", !disagree, "%s%s", text,
		  has_kvm ? "" : "; no KVM, so the two are one");
}
