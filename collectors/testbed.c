// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/testbed.h"

#include "collectors/channel.h"
#include "collectors/child.h"
#include "collectors/collector.h"
#include "collectors/emit.h"
#include "collectors/fail.h"
#include "collectors/gate.h"
#include "collectors/knob.h"
#include "collectors/mounts.h"
#include "collectors/node.h"
#include "collectors/perf-event.h"
#include "collectors/sys.h"
#include "collectors/thp.h"
#include "collectors/trace.h"
#include "scenarios/workload.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

void power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	/* Only without the privilege or the hardware for it; PID 1 must not return. */
	for (;;)
		pause();
}

static void __attribute__((noreturn)) fatal(const char *reason)
{
	printf("%s%s\n", PROTOCOL_CONSOLE_FATAL, reason);
	fflush(stdout);
	power_off();
}

static void __attribute__((noreturn)) channel_lost(int err)
{
	char reason[128];

	snprintf(reason, sizeof(reason), "the channel was lost: %s", strerror(err));
	fatal(reason);
}

static int prepare_device(struct sample *sample)
{
	const struct cell *cell = &sample->cell;
	struct device *device = &sample->device;
	int rc;

	if (!cell->has_device)
		return 0;
	rc = device_find(device, cell->vendor, cell->device);
	if (rc)
		return rc;
	if (cell->bar && device->bar_size[device->bar] != cell->bar)
		return fail(0, "%s: the largest BAR has %llu bytes, not %llu", device->bdf,
			    (unsigned long long)device->bar_size[device->bar],
			    (unsigned long long)cell->bar);
	return device_bind(device);
}

static int prepare_drive(struct sample *sample)
{
	const struct cell *cell = &sample->cell;
	int rc;

	if (!cell->has_drive)
		return 0;
	rc = device_find(&sample->drive, cell->drive_vendor, cell->drive_device);
	return rc ? rc : device_bind(&sample->drive);
}

/*
 * The host's root first, where it will be needed: a mount makes a slab cache, and the kernel keeps
 * a part of each cache on every node that has memory when the cache is made.
 */
static int prepare_node(const struct cell *cell)
{
	int rc = 0;

	if (cell->node_bytes && cell->guest_kernel)
		rc = mounts_host_root();
	return rc ? rc : node_bring_online(cell);
}

static int prepare(struct sample *sample)
{
	int rc = thp_setup();

	if (!rc)
		rc = trace_prepare();
	perf_event_report_pmu();
	if (!rc)
		rc = prepare_node(&sample->cell);
	if (!rc)
		rc = knobs_set(sample->cell.knobs);
	if (!rc)
		rc = prepare_device(sample);
	if (!rc)
		rc = prepare_drive(sample);
	if (!rc)
		rc = gates_before();
	return rc ? rc : collectors_start(sample->cell.collectors, sample->deadline);
}

/* Whatever fails, what follows is still done: its evidence may tell why. */
static void run_sample(struct sample *sample)
{
	if (!prepare(sample))
		workload_run(sample);
	child_end_all();
	collectors_stop();
	gates_check(sample);
}

static void run_cell(const char *line)
{
	struct sample sample = {.deadline = now_ns()};

	if (!cell_parse(&sample.cell, line)) {
		sample.deadline += sample.cell.deadline_s * NSEC_PER_SEC;
		run_sample(&sample);
	}
	json_decref(sample.cell.json);
}

/* What came with the initramfs is there from the first instruction on: nothing is waited for. */
static int read_cell(int fd, char *line, size_t size)
{
	char *text = sys_read(PROTOCOL_CELL_FILE);
	size_t len;

	if (!text)
		return channel_read_line(fd, line, size);
	len = strcspn(text, "\n");
	if (len < size) {
		memcpy(line, text, len);
		line[len] = '\0';
	}
	free(text);
	return len < size ? channel_wait(fd) : fail(EMSGSIZE, PROTOCOL_CELL_FILE);
}

void testbed_main(void)
{
	static char line[PROTOCOL_LINE_MAX];
	int rc = mounts_testbed();
	int fd = channel_open();

	if (fd < 0)
		fatal(fail_reason());
	signal(SIGPIPE, SIG_IGN);
	emit_to(fd, channel_lost);
	if (!rc)
		rc = read_cell(fd, line, sizeof(line));
	emit_hello();
	if (!rc)
		run_cell(line);
	emit_end(fail_reason() ? fail_reason() : emit_gate_failed());
	power_off();
}
