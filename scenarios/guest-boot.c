// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest-boot: a guest with the device passed through, from QEMU's start to the guest's
 * userspace and back. The guest's init waits for a newline on its console before it turns
 * off, so that QEMU can be looked at while it holds everything.
 */
#include "collectors/child.h"
#include "collectors/collector.h"
#include "collectors/dmesg.h"
#include "collectors/emit.h"
#include "collectors/fail.h"
#include "collectors/guest.h"
#include "collectors/loop.h"
#include "collectors/mounts.h"
#include "collectors/node.h"
#include "collectors/progress.h"
#include "collectors/sys.h"
#include "collectors/thp.h"
#include "scenarios/boot-timeline.h"
#include "scenarios/guest-job.h"
#include "scenarios/guest-qemu.h"
#include "scenarios/kvm.h"
#include "scenarios/workload.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct child qemu;
static struct guest_config config;
static struct guest_argv qemu_argv;

/* The first sign on its console that the guest's kernel is not well. */
static char trouble[256];

/* More than firmware says, also one built for debugging. */
#define FIRMWARE_MAX (1 << 20)

/* The guest's output lines, and our ends of what they come on. */
static struct lines console, firmware;
static int console_fd, firmware_fd;

/* The guest is up: what its QEMU holds now is what the sample asked for. */
static int on_guest_init(void)
{
	timeline_mark(MARK_GUEST_INIT, console.t);
	thp_covered_by(qemu.pid, config.memory, config.node ? 2 : 1);
	if (config.node)
		node_filled(qemu.pid, config.node, config.memory - GUEST_OWN_MEMORY);
	return 0;
}

/* The guest's last word before it waits for us. */
static int on_guest_device(const char *result)
{
	int rc = collectors_drain();

	emit_gate("guest_device", !strncmp(result, "ok ", strlen("ok ")), "%s", result);
	return rc ? rc : sys_write_all(console_fd, "\n", 1);
}

/* Keeps the first line in which the guest's kernel complains. */
static void look_for_trouble(const char *line)
{
	const char *stamp_end = *line == '[' ? strstr(line, "] ") : NULL;
	const struct dmesg_record record = {.level = DMESG_LEVEL_UNKNOWN,
					    .text = stamp_end ? stamp_end + 2 : line};

	if (!*trouble && dmesg_is_trouble(&record))
		snprintf(trouble, sizeof(trouble), "%s", line);
}

static int on_console_line(char *line, void *data)
{
	(void)data;
	if (!*line)
		return 0;
	emit_log("guest", line);
	look_for_trouble(line);
	snprintf(qemu.last_words, sizeof(qemu.last_words), "the guest's console: %s", line);
	if (strstr(line, "Linux version "))
		timeline_mark(MARK_GUEST_KERNEL, console.t);
	else if (strstr(line, PROTOCOL_GUEST_INIT))
		return on_guest_init();
	else if (!strncmp(line, GUEST_DEVICE, strlen(GUEST_DEVICE)))
		return on_guest_device(line + strlen(GUEST_DEVICE));
	return config.job->line ? config.job->line(line, console.t) : 0;
}

static int on_firmware_line(char *line, void *data)
{
	bool *said = data;

	if (!*said)
		emit_env("guest_firmware", line);
	*said = true;
	if (!timeline_has(MARK_GUEST_KERNEL))
		snprintf(qemu.last_words, sizeof(qemu.last_words), "the firmware: %s", line);
	return 0;
}

static int on_console(int fd, void *data)
{
	int rc = lines_read(&console, fd);

	(void)data;
	if (rc != -EPIPE && rc != -ECONNRESET)
		return rc;
	loop_del(fd);
	return 0;
}

/*
 * Byte by byte, each one an event: after the first line the rest waits in the pipe until the
 * guest has ended, lest the agent takes CPU time from what it measures.
 */
static int on_firmware(int fd, void *data)
{
	bool *said = data;
	int rc = lines_read(&firmware, fd);

	if (rc > 0)
		timeline_mark(MARK_FIRMWARE_FIRST_BYTE, firmware.t);
	if (*said || rc < 0)
		loop_del(fd);
	return 0;
}

/* A pipe packs single bytes; a socket is full, and the guest stands, after some 300 of them. */
static int open_firmware_pipe(void)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0 || fcntl(fds[1], F_SETPIPE_SZ, FIRMWARE_MAX) < 0)
		return fail(errno, "a pipe for the firmware's console");
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	firmware_fd = fds[0];
	config.firmware_fd = fds[1];
	return 0;
}

static int open_consoles(void)
{
	static bool firmware_said;
	/* The console takes input too. Our ends do not block; QEMU inherits the others. */
	int rc = sys_socket_pair(&console_fd, &config.console_fd);

	if (!rc)
		rc = open_firmware_pipe();
	console.line = on_console_line;
	firmware.line = on_firmware_line;
	firmware.data = &firmware_said;
	if (!rc)
		rc = loop_add(console_fd, on_console, NULL);
	return rc ? rc : loop_add(firmware_fd, on_firmware, &firmware_said);
}

/* What came before the end and has not been read yet. */
static void close_consoles(void)
{
	loop_del(console_fd);
	loop_del(firmware_fd);
	while (lines_read(&console, console_fd) > 0)
		;
	while (lines_read(&firmware, firmware_fd) > 0)
		;
	close(console_fd);
	close(firmware_fd);
}

static int read_params(const struct sample *sample)
{
	int rc = cell_param(&sample->cell, "memory", &config.memory);

	if (!rc)
		rc = cell_param(&sample->cell, "vcpus", &config.vcpus);
	if (!rc && (!config.memory || config.memory % thp_size()))
		rc = fail(0, "memory must be a multiple of %" PRIu64, thp_size());
	if (!rc && json_object_get(sample->cell.params, "node"))
		rc = cell_param(&sample->cell, "node", &config.node);
	config.own_only = config.node && sample->cell.node_aliased;
	if (!rc && config.node && config.memory <= GUEST_OWN_MEMORY)
		rc = fail(0, "a guest whose memory is bound to a node needs more than 2G");
	if (!rc && !sample->cell.guest_kernel)
		rc = fail(0, "%s needs a guest in the cell", sample->cell.workload);
	return rc;
}

static void choose_accelerator(void)
{
	const char *why;

	config.kvm = kvm_works(&why);
	emit_env("guest_accelerator", config.kvm ? "kvm" : "tcg");
	if (!config.kvm)
		emit_log("guest", why);
}

static int run_qemu(struct sample *sample)
{
	int keep[] = {config.console_fd, config.firmware_fd, -1, -1};
	struct child_spec spec = {.name = "qemu",
				  .path = guest_qemu_path,
				  .argv = qemu_argv.argv,
				  .on_host_root = true,
				  .watched = true,
				  .keep_fds = keep};
	int rc;

	if (config.job->append)
		keep[2] = config.job->port_fd;
	rc = child_start(&qemu, &spec);
	if (config.job->append)
		close(config.job->port_fd);
	close(config.console_fd);
	close(config.firmware_fd);
	if (rc)
		return rc;
	timeline_mark(MARK_QEMU_EXEC, qemu.exec_ns);
	rc = progress_start("memory of the guest", qemu.pid, config.memory);
	if (rc)
		return rc;
	rc = child_wait(&qemu, sample->deadline);
	progress_stop();
	if (qemu.ended)
		timeline_mark(MARK_QEMU_EXIT, qemu.exit_ns);
	return rc;
}

int guest_run(struct sample *sample, const struct guest_job *job)
{
	int rc = read_params(sample);

	config.job = job;
	if (rc)
		return rc;
	choose_accelerator();
	rc = mounts_host_root();
	if (!rc)
		rc = guest_qemu_warm(sample);
	if (!rc)
		rc = open_consoles();
	if (!rc)
		rc = guest_qemu_argv(&qemu_argv, sample, &config);
	if (!rc)
		rc = timeline_start(config.kvm);
	if (rc)
		return rc;
	rc = run_qemu(sample);
	close_consoles();
	timeline_end();
	emit_gate("guest_clean", !*trouble, "%s",
		  *trouble ? trouble : "no complaint on its console");
	if (!rc && !timeline_has(MARK_GUEST_INIT))
		rc = fail(0, "the guest ended before its userspace ran; %s",
			  *trouble ? trouble : qemu.last_words);
	return rc;
}

int guest_boot(struct sample *sample)
{
	struct guest_job job = {.device = &sample->device};
	int rc;

	if (!sample->cell.has_device)
		return fail(0, "guest-boot needs a device in the cell");
	rc = cell_param(&sample->cell, "bar", &job.bar);
	return rc ? rc : guest_run(sample, &job);
}
