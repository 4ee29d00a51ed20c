// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest-io: fio in a guest, on a drive that is passed through, with every block verified; and
 * meanwhile, where that is asked for, memory of a second guest is pinned again and again.
 */
#include "collectors/child.h"
#include "collectors/emit.h"
#include "collectors/fail.h"
#include "collectors/fio.h"
#include "collectors/loop.h"
#include "collectors/mounts.h"
#include "collectors/sys.h"
#include "lab/protocol.h"
#include "scenarios/guest-fio.h"
#include "scenarios/guest-job.h"
#include "scenarios/second-guest.h"
#include "scenarios/workload.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
	uint64_t drive, io, block, depth, second; /* the parameters */
	int64_t start, end;  /* the arrivals of the guest's two lines; 0: not yet */
	char status[16];     /* fio's, as the guest tells it */
	char complaint[256]; /* fio's first */
	struct sample *sample;
	int port;
	FILE *output; /* fio's, as it comes */
	char *text;
	size_t size;
} io;

/* ---- while the guest runs ---- */

static int on_fio_start(int64_t t)
{
	io.start = t;
	return io.second ? second_guest_start(io.sample, io.second) : 0;
}

static int on_fio_end(const char *status, int64_t t)
{
	io.end = t;
	snprintf(io.status, sizeof(io.status), "%s", status);
	second_guest_stop();
	return 0;
}

static bool starts_with(const char *line, const char *with)
{
	return !strncmp(line, with, strlen(with));
}

static int on_line(const char *line, int64_t t)
{
	const char *told = strstr(line, GUEST_FIO);

	if (told && starts_with(told, GUEST_FIO_FAIL))
		return fail(0, "the guest cannot run fio: %s", told + strlen(GUEST_FIO_FAIL));
	if (told && starts_with(told, GUEST_FIO_START))
		return on_fio_start(t);
	if (told && starts_with(told, GUEST_FIO_END))
		return on_fio_end(told + strlen(GUEST_FIO_END), t);
	/* Its first words say what was wrong with which block, the next ones what came of it. */
	if (io.start && !*io.complaint && (strstr(line, "verify") || starts_with(line, "fio: ")))
		snprintf(io.complaint, sizeof(io.complaint), "%s", line);
	return 0;
}

static int on_port(int fd, void *data)
{
	char bytes[4096];
	ssize_t n = read(fd, bytes, sizeof(bytes));

	(void)data;
	if (n > 0)
		fwrite(bytes, 1, n, io.output);
	else if (n == 0 || errno != EAGAIN)
		loop_del(fd);
	return n > 0;
}

static int open_port(struct guest_job *job)
{
	int rc = sys_socket_pair(&io.port, &job->port_fd);

	if (rc)
		return rc;
	io.output = open_memstream(&io.text, &io.size);
	return io.output ? loop_add(io.port, on_port, NULL) : fail(ENOMEM, "fio's output");
}

static void close_port(void)
{
	while (on_port(io.port, NULL) > 0)
		;
	close(io.port);
	fclose(io.output);
}

/* ---- judging ---- */

static void judge_data(const struct fio_result *result)
{
	uint64_t written = result->sides[FIO_WRITE].bytes, read = result->sides[FIO_READ].bytes;
	const char *name = "data_intact";

	if (*io.complaint || strcmp(io.status, "0"))
		emit_gate(name, false, "fio ended with status %s: %s", io.status, io.complaint);
	else if (result->error || written != io.io || read != io.io)
		emit_gate(name, false,
			  "%" PRIu64 " bytes written, %" PRIu64 " verified, of %" PRIu64
			  "; fio's error is %d",
			  written, read, io.io, result->error);
	else
		emit_gate(name, true,
			  "%" PRIu64 " bytes written and all verified by crc32c, in blocks of "
			  "%" PRIu64,
			  read, io.block);
}

static void judge_second(void)
{
	struct second_pins pins = second_guest_pins();
	const char *name = "pins_beside_io";

	if (!io.second) {
		emit_gate(name, true, "no second guest was asked for");
		return;
	}
	emit_gate(name, pins.count,
		  "%u pins of %" PRIu64 " bytes began and ended within fio's I/O; %" PRIu64
		  " interrupts of the drive came during them%s",
		  pins.count, io.second, pins.interrupts,
		  pins.count ? "" : ": give fio more to do (io)");
	if (!pins.count)
		return;
	emit_mark("second_pin_start", pins.first_start);
	emit_mark("second_pin_end", pins.first_end);
	emit_metric("second_pins", pins.count, "count", PROTOCOL_BETTER_NEITHER);
	emit_metric("second_pin", pins.pin_ns, "ns", PROTOCOL_BETTER_LOWER);
	emit_metric("second_unpin", pins.unpin_ns, "ns", PROTOCOL_BETTER_LOWER);
}

static int judge(void)
{
	struct fio_result result;
	int rc;

	if (!io.end)
		return fail(0, "the guest ended before fio had");
	emit_mark("fio_start", io.start);
	emit_mark("fio_end", io.end);
	rc = fio_parse(io.text, &result);
	if (rc)
		return rc;
	fio_report(io.text, &result);
	judge_data(&result);
	judge_second();
	return 0;
}

/* ---- before ---- */

static int read_params(const struct sample *sample)
{
	const struct cell *cell = &sample->cell;
	int rc = cell_param(cell, "drive", &io.drive);

	if (!rc)
		rc = cell_param(cell, "io", &io.io);
	if (!rc)
		rc = cell_param(cell, "block", &io.block);
	if (!rc)
		rc = cell_param(cell, "depth", &io.depth);
	if (!rc)
		rc = cell_param(cell, "second", &io.second);
	if (!rc && (!io.block || io.block % 512 || !io.io || io.io % io.block))
		rc = fail(0, "block must be a multiple of 512, and io one of block");
	if (!rc && io.io > io.drive)
		rc = fail(0, "io must not be larger than drive");
	if (!rc && (!cell->has_drive || (io.second && !cell->has_device)))
		rc = fail(0, "guest-io needs a drive in the cell, and a device for a second guest");
	return rc;
}

/* "fio-3.33" */
static int on_version(char *line, void *data)
{
	(void)data;
	emit_env("guest_fio", line);
	return 0;
}

/* Has the host's fio and its libraries read once: the guest's way to them is through here. */
static int warm_fio(const struct sample *sample)
{
	static const char *const argv[] = {"fio", "--version", NULL};
	static struct child child;
	const struct child_spec spec = {.name = "fio",
					.path = guest_fio_path,
					.argv = argv,
					.on_host_root = true,
					.line = on_version};
	int rc = mounts_host_root();

	if (!rc)
		rc = child_start(&child, &spec);
	return rc ? rc : child_wait(&child, sample->deadline);
}

int guest_io(struct sample *sample)
{
	char append[160];
	struct guest_job job = {.device = &sample->drive, .append = append, .line = on_line};
	int rc = read_params(sample);

	io.sample = sample;
	snprintf(append, sizeof(append), GUEST_FIO_APPEND, io.io, io.block, io.depth);
	if (!rc)
		rc = warm_fio(sample);
	if (!rc)
		rc = open_port(&job);
	if (rc)
		return rc;
	rc = guest_run(sample, &job);
	close_port();
	if (!rc)
		rc = second_guest_wait(sample->deadline);
	return rc ? rc : judge();
}
