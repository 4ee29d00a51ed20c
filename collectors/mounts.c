// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/mounts.h"

#include "collectors/fail.h"
#include "lab/protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

struct mount_point {
	const char *source, *target, *type, *options;
	unsigned long flags;
};

/*
 * 9p: loose caching lets programs be mapped and keeps what was read once; the host's root is
 * not written to while a testbed runs. msize: fewer, larger requests when a program loads.
 */
#define HOST_OPTIONS "trans=virtio,version=9p2000.L,cache=loose,msize=512000"

static const struct mount_point base[] = {
	{.source = "dev", .target = "/dev", .type = "devtmpfs"},
	{.source = "proc", .target = "/proc", .type = "proc"},
	{.source = "sys", .target = "/sys", .type = "sysfs"},
};

static const struct mount_point testbed[] = {
	{.source = "tracing", .target = "/sys/kernel/tracing", .type = "tracefs"},
	{.source = "debug", .target = "/sys/kernel/debug", .type = "debugfs"},
	{.source = "shm", .target = "/dev/shm", .type = "tmpfs"},
	{.source = "tmp", .target = "/tmp", .type = "tmpfs"},
};

static const struct mount_point host_root[] = {
	{.source = PROTOCOL_ROOT_TAG,
	 .target = HOST_ROOT,
	 .type = "9p",
	 .options = HOST_OPTIONS,
	 .flags = MS_RDONLY},
};

/*
 * In the host's root, whose folders are there already and cannot be made. Programs may write
 * to /dev/shm. The host's /tmp stays in sight: files that the cell names can lie there.
 */
static const struct mount_point host[] = {
	{.source = "/dev", .target = HOST_ROOT "/dev", .flags = MS_BIND | MS_REC},
	{.source = "/proc", .target = HOST_ROOT "/proc", .flags = MS_BIND},
	{.source = "/sys", .target = HOST_ROOT "/sys", .flags = MS_BIND | MS_REC},
};

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static int mount_all(const struct mount_point *points, size_t n)
{
	for (const struct mount_point *p = points; p < points + n; p++) {
		mkdir(p->target, 0755);
		/* EBUSY: a kernel with DEVTMPFS_MOUNT was here first. */
		if (mount(p->source, p->target, p->type, p->flags, p->options) < 0 &&
		    errno != EBUSY)
			return fail(errno, "cannot mount %s on %s", p->source, p->target);
	}
	return 0;
}

/* The kernel opens no console for an init whose initramfs has no /dev/console. */
static void open_console(void)
{
	int fd = open("/dev/console", O_RDWR | O_NOCTTY);

	/* No descriptor that is opened later may be taken for stdout. */
	if (fd < 0)
		fd = open("/dev/null", O_RDWR);
	for (int std = 0; std <= 2; std++)
		dup2(fd, std);
	if (fd > 2)
		close(fd);
}

int mounts_base(void)
{
	int rc = mount_all(base, COUNT(base));

	open_console();
	return rc;
}

int mounts_testbed(void)
{
	return mount_all(testbed, COUNT(testbed));
}

int mounts_host_root(void)
{
	static bool mounted;
	int rc = mounted ? 0 : mount_all(host_root, COUNT(host_root));

	mounted = !rc;
	return rc;
}

int mounts_enter_host(void)
{
	int rc;

	if (unshare(CLONE_NEWNS) < 0)
		return -errno;
	/* What is mounted from here on must not show in the agent's own namespace. */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -errno;
	rc = mount_all(host, COUNT(host));
	if (rc < 0)
		return rc;
	if (chroot(HOST_ROOT) < 0 || chdir("/") < 0)
		return -errno;
	return 0;
}
