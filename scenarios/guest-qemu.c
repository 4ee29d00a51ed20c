// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/guest-qemu.h"

#include "collectors/child.h"
#include "collectors/emit.h"
#include "collectors/fail.h"
#include "collectors/mounts.h"
#include "collectors/sys.h"
#include "lab/protocol.h"
#include "scenarios/kvm.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char guest_qemu_path[] = "/usr/bin/qemu-system-x86_64";

/*
 * loglevel before earlyprintk: the early console prints the backlog when its word is read.
 * With 6 the kernel's "Linux version" line (a notice) passes, and few others: each character
 * on the serial line is an exit to QEMU.
 */
#define APPEND                                                                            \
	"loglevel=6 earlyprintk=ttyS0,115200 console=ttyS0 panic=-1 " PROTOCOL_ROLE_GUEST \
	" bootlab.device=%04x:%04x bootlab.bar=%" PRIu64 " bootlab.wait=1"

/* GUEST_OWN_MEMORY for the guest's kernel: where the rest aliases, it must not be used. */
#define GUEST_OWN_ONLY " mem=2G"

static void __attribute__((format(printf, 2, 3))) add(struct guest_argv *argv, const char *fmt, ...)
{
	size_t room = argv->len < sizeof(argv->words) ? sizeof(argv->words) - argv->len : 0;
	va_list ap;

	if (argv->argc == QEMU_ARGV_MAX - 1 || !room) {
		argv->len = sizeof(argv->words) + 1;
		return;
	}
	argv->argv[argv->argc++] = argv->words + argv->len;
	va_start(ap, fmt);
	argv->len += 1 + vsnprintf(argv->words + argv->len, room, fmt, ap);
	va_end(ap);
}

static void add_all(struct guest_argv *argv, const char *const *words)
{
	for (; *words; words++)
		add(argv, "%s", *words);
}

static void add_backend(struct guest_argv *argv, const char *id, uint64_t bytes, uint64_t node)
{
	add(argv, "-object");
	add(argv, "memory-backend-ram,id=%s,size=%" PRIu64 ",host-nodes=%" PRIu64 ",policy=bind",
	    id, bytes, node);
}

/*
 * The guest has two nodes as well, since each is of one backend. All its CPUs are on the first.
 */
static void add_bound_memory(struct guest_argv *argv, const struct guest_config *config)
{
	add_backend(argv, "own", GUEST_OWN_MEMORY, 0);
	add_backend(argv, "far", config->memory - GUEST_OWN_MEMORY, config->node);
	add(argv, "-numa");
	add(argv, "node,memdev=own,cpus=0-%" PRIu64, config->vcpus - 1);
	add(argv, "-numa");
	add(argv, "node,memdev=far");
}

static void add_machine(struct guest_argv *argv, const struct guest_config *config)
{
	static const char *const fixed[] = {"-name",	   "bootlab-guest",
					    "-nodefaults", "-no-user-config",
					    "-display",	   "none",
					    "-no-reboot",  "-machine",
					    "q35",	   NULL};

	add(argv, "%s", guest_qemu_path);
	add_all(argv, fixed);
	add(argv, "-accel");
	add(argv, "%s", config->kvm ? "kvm" : "tcg");
	add(argv, "-cpu");
	add(argv, "%s", config->kvm ? kvm_cpu() : "max");
	add(argv, "-smp");
	add(argv, "%" PRIu64, config->vcpus);
	add(argv, "-m");
	add(argv, "%" PRIu64 "M", config->memory >> 20);
	if (config->node)
		add_bound_memory(argv, config);
}

static void add_consoles(struct guest_argv *argv, const struct guest_config *config)
{
	add(argv, "-chardev");
	add(argv, "socket,id=console,fd=%d", config->console_fd);
	add(argv, "-serial");
	add(argv, "chardev:console");
	add(argv, "-chardev");
	add(argv, "file,id=firmware,path=/proc/self/fd/%d", config->firmware_fd);
	add(argv, "-device");
	add(argv, "isa-debugcon,iobase=0x402,chardev=firmware");
}

static void add_guest(struct guest_argv *argv, const struct sample *sample,
		      const struct guest_config *config)
{
	const struct guest_job *job = config->job;
	const struct device *device = job->device;

	add(argv, "-device");
	add(argv, "vfio-pci,host=%s", device->bdf);
	add(argv, "-kernel");
	add(argv, "%s", sample->cell.guest_kernel);
	add(argv, "-initrd");
	add(argv, "%s", sample->cell.guest_initrd);
	add(argv, "-append");
	add(argv, APPEND "%s%s", device->vendor, device->device, job->bar,
	    config->own_only ? GUEST_OWN_ONLY : "", job->append ? job->append : "");
}

/* The testbed's view of the host's root, once more read-only, and a port for results. */
static void add_job(struct guest_argv *argv, const struct guest_job *job)
{
	add(argv, "-fsdev");
	add(argv, "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap");
	add(argv, "-device");
	add(argv, "virtio-9p-pci,fsdev=root,mount_tag=" PROTOCOL_ROOT_TAG);
	add(argv, "-chardev");
	add(argv, "socket,id=port,fd=%d", job->port_fd);
	add(argv, "-device");
	add(argv, "virtio-serial-pci");
	add(argv, "-device");
	add(argv, "virtserialport,chardev=port,name=" PROTOCOL_PORT);
}

int guest_qemu_argv(struct guest_argv *argv, const struct sample *sample,
		    const struct guest_config *config)
{
	argv->argc = argv->len = 0;
	add_machine(argv, config);
	add_consoles(argv, config);
	add_guest(argv, sample, config);
	if (config->job->append)
		add_job(argv, config->job);
	argv->argv[argv->argc] = NULL;
	return argv->len <= sizeof(argv->words) ? 0 : fail(E2BIG, "the guest's QEMU");
}

/* The first line: "QEMU emulator version 7.2.x (Debian ...)". */
static int on_version(char *line, void *data)
{
	bool *said = data;

	if (!*said)
		emit_env("guest_qemu", line);
	*said = true;
	return 0;
}

static int warm_file(const char *path)
{
	char *content = sys_read(HOST_ROOT "%s", path);

	if (!content)
		return fail(errno, "the host's %s", path);
	free(content);
	return 0;
}

int guest_qemu_warm(const struct sample *sample)
{
	static const char *const argv[] = {guest_qemu_path, "--version", NULL};
	static struct child child;
	bool said = false;
	const struct child_spec spec = {.name = "qemu",
					.path = guest_qemu_path,
					.argv = argv,
					.on_host_root = true,
					.line = on_version,
					.data = &said};
	int rc = child_start(&child, &spec);

	if (!rc)
		rc = child_wait(&child, sample->deadline);
	if (!rc)
		rc = warm_file(sample->cell.guest_kernel);
	return rc ? rc : warm_file(sample->cell.guest_initrd);
}
