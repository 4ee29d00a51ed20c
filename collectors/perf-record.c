// SPDX-License-Identifier: GPL-2.0-only
/*
 * perf-record: where the workload's process spends its time, by `perf record` of the host's
 * root. Cycles where there is a PMU, else cpu-clock, a timer: that one cannot see what runs
 * with interrupts off, and books it where they come on again. Kernel stacks alone: programs of
 * a distribution have no frame pointers to walk theirs by.
 */
#include "collectors/child.h"
#include "collectors/collector.h"
#include "collectors/emit.h"
#include "collectors/fail.h"
#include "collectors/loop.h"
#include "collectors/mounts.h"
#include "collectors/perf-event.h"
#include "collectors/perf-script.h"
#include "collectors/sys.h"
#include "lab/protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PERF "/usr/bin/perf"
#define DATA "/dev/shm/perf.data"

/* No multiple of the tick's rate, lest the two march in step. */
#define FREQUENCY "997"

#define TOP_MAX 40

static struct child recorder, reader;
static struct perf_script script;
static int control = -1, answers = -1;
static bool answered, enabled, recorded;

static int on_answer(int fd, void *data)
{
	char answer[16];
	ssize_t n = read(fd, answer, sizeof(answer));

	(void)data;
	answered = true;
	enabled = n >= 3 && !memcmp(answer, "ack", 3);
	loop_del(fd);
	return 0;
}

static int start(void)
{
	return mounts_host_root();
}

/* Starts it with its events off. The workload waits; perf takes seconds to load. */
static int start_recorder(pid_t pid, int ctl, int ack)
{
	static char target[16], channel[32];
	static const char *argv[] = {"perf",
				     "record",
				     "-q",
				     "-e",
				     NULL,
				     "-F",
				     FREQUENCY,
				     "-g",
				     "--kernel-callchains",
				     "--no-buildid",
				     "--no-buildid-cache",
				     "-D",
				     "-1",
				     "--control",
				     channel,
				     "-o",
				     DATA,
				     "-p",
				     target,
				     NULL};
	static int keep[3];
	static const struct child_spec spec = {.name = "perf-record",
					       .path = PERF,
					       .argv = argv,
					       .on_host_root = true,
					       .keep_fds = keep};

	snprintf(target, sizeof(target), "%d", pid);
	snprintf(channel, sizeof(channel), "fd:%d,%d", ctl, ack);
	argv[4] = perf_event_pmu() ? "cycles" : "cpu-clock";
	memcpy(keep, (int[]){ctl, ack, -1}, sizeof(keep));
	return child_start(&recorder, &spec);
}

/* From the acknowledgment on its events are open and count. */
static int enable(void)
{
	int rc = sys_write_all(control, "enable\n", strlen("enable\n"));

	if (!rc)
		rc = loop_add(answers, on_answer, NULL);
	if (!rc)
		rc = loop_until(&answered, collectors_deadline());
	if (rc || !enabled)
		return fail(-rc, "perf record did not start%s%s", *recorder.last_words ? ": " : "",
			    recorder.last_words);
	return 0;
}

static int attach(pid_t pid)
{
	int ctl[2], ack[2], rc;

	if (pipe2(ctl, O_CLOEXEC) < 0 || pipe2(ack, O_CLOEXEC) < 0)
		return fail(errno, "perf-record: pipe");
	control = ctl[1];
	answers = ack[0];
	rc = start_recorder(pid, ctl[0], ack[1]);
	close(ctl[0]);
	close(ack[1]);
	return rc ? rc : enable();
}

static int ended(const struct child *child)
{
	int rc;

	(void)child;
	/* It may have seen by itself that there is nobody left to watch. */
	sys_write_all(control, "stop\n", strlen("stop\n"));
	rc = child_wait(&recorder, collectors_deadline());
	recorded = !rc;
	return rc;
}

static int on_line(char *line, void *data)
{
	(void)data;
	return perf_script_line(&script, line);
}

static int read_data(void)
{
	static const char *const argv[] = {"perf", "script", "-F", "comm,tid,period,ip,sym,dso",
					   "-i",   DATA,     NULL};
	static const struct child_spec spec = {.name = "perf-script",
					       .path = PERF,
					       .argv = argv,
					       .on_host_root = true,
					       .line = on_line};
	int rc = child_start(&reader, &spec);

	if (!rc)
		rc = child_wait(&reader, collectors_deadline());
	return rc ? rc : perf_script_end(&script);
}

static void emit_text(const char *name, char *text)
{
	if (text)
		emit_artifact(name, text);
	free(text);
}

static int stop(void)
{
	int rc = recorded ? read_data() : 0;

	unlink(DATA);
	if (rc || !recorded)
		return rc;
	emit_metric("perf-record.samples", (double)script.stacks.weight, "count",
		    PROTOCOL_BETTER_NEITHER);
	if (!script.stacks.weight)
		return fail(0, "perf record took no sample: the workload is too short for it");
	emit_text("perf-record.folded", folded_text(&script.stacks));
	emit_text("perf-record.top", folded_top(&script.leaves, TOP_MAX));
	return 0;
}

const struct collector perf_record_collector = {
	.start = start,
	.attach = attach,
	.ended = ended,
	.stop = stop,
};
