// SPDX-License-Identifier: GPL-2.0-only
/*
 * The gate groups_released: nobody holds a VFIO group any more. The kernel lets a group be opened
 * by one at a time, and tells of one that still belongs to a container.
 */
#include "collectors/emit.h"
#include "collectors/gate.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define GROUPS "/dev/vfio"

/* Why the group is not free, or NULL. */
static const char *held(const char *number)
{
	struct vfio_group_status status = {.argsz = sizeof(status)};
	const char *why = NULL;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), GROUPS "/%.32s", number);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return strerror(errno);
	if (ioctl(fd, VFIO_GROUP_GET_STATUS, &status) < 0)
		why = strerror(errno);
	else if (status.flags & VFIO_GROUP_FLAGS_CONTAINER_SET)
		why = "it still belongs to a container";
	close(fd);
	return why;
}

void groups_released(const char *name, const struct sample *sample)
{
	DIR *dir = opendir(GROUPS);
	struct dirent *entry;
	unsigned int groups = 0;
	const char *why = NULL;

	while (dir && !why && (entry = readdir(dir))) {
		if (!isdigit((unsigned char)*entry->d_name))
			continue;
		groups++;
		why = held(entry->d_name);
		if (why)
			emit_gate(name, false, "group %s: %s", entry->d_name, why);
	}
	if (dir)
		closedir(dir);
	if (why)
		return;
	if (!groups && sample->cell.has_device)
		emit_gate(name, false, "there is no group to look at");
	else
		emit_gate(name, true, "%u VFIO groups, all of them free", groups);
}
