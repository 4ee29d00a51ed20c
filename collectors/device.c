// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/device.h"

#include "collectors/fail.h"
#include "collectors/sys.h"

#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool has_ids(const char *bdf, unsigned int vendor, unsigned int id)
{
	uint64_t v, d;

	return !sys_read_u64(&v, PCI_DEVICES "/%s/vendor", bdf) &&
	       !sys_read_u64(&d, PCI_DEVICES "/%s/device", bdf) && v == vendor && d == id;
}

static bool find_bdf(struct device *device)
{
	DIR *dir = opendir(PCI_DEVICES);
	struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir))) {
		if (*entry->d_name == '.' || strlen(entry->d_name) >= sizeof(device->bdf))
			continue;
		strcpy(device->bdf, entry->d_name);
		found = has_ids(device->bdf, device->vendor, device->device);
	}
	if (dir)
		closedir(dir);
	return found;
}

void device_parse_resource(const char *text, uint64_t sizes[PCI_BARS])
{
	for (int i = 0; i < PCI_BARS; i++) {
		char *end;
		uint64_t first = strtoull(text, &end, 16), last = strtoull(end, &end, 16);

		sizes[i] = last > first ? last - first + 1 : 0;
		text = end + strcspn(end, "\n");
	}
}

int device_find(struct device *device, unsigned int vendor, unsigned int id)
{
	char *resource;

	*device = (struct device){.vendor = vendor, .device = id, .group = -1};
	if (!find_bdf(device))
		return fail(ENODEV, "PCI device %04x:%04x", vendor, id);
	resource = sys_read(PCI_DEVICES "/%s/resource", device->bdf);
	if (!resource)
		return fail(errno, "the BARs of %s", device->bdf);
	device_parse_resource(resource, device->bar_size);
	free(resource);
	for (int i = 0; i < PCI_BARS; i++)
		if (device->bar_size[i] > device->bar_size[device->bar])
			device->bar = i;
	return 0;
}

/* The last component of what a symlink in the device's folder points to; "" if there is none. */
static void read_link(const struct device *device, const char *name, char *target, size_t size)
{
	char path[PATH_MAX], link[PATH_MAX];
	ssize_t n;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/%s", device->bdf, name);
	n = readlink(path, link, sizeof(link) - 1);
	link[n < 0 ? 0 : n] = '\0';
	snprintf(target, size, "%s", n < 0 ? "" : basename(link));
}

static int write_attribute(const struct device *device, const char *name, const char *text)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/%s", device->bdf, name);
	return sys_write(path, text);
}

static int find_group(struct device *device)
{
	char group[NAME_MAX];

	read_link(device, "iommu_group", group, sizeof(group));
	if (!*group)
		return fail(ENODEV, "%s is in no IOMMU group; is there an IOMMU, and is it on?",
			    device->bdf);
	device->group = atoi(group);
	return 0;
}

int device_bind(struct device *device)
{
	char driver[NAME_MAX];
	int rc = find_group(device);

	if (!rc)
		rc = write_attribute(device, "driver_override", "vfio-pci");
	read_link(device, "driver", driver, sizeof(driver));
	if (!rc && *driver)
		rc = write_attribute(device, "driver/unbind", device->bdf);
	if (!rc)
		rc = sys_write("/sys/bus/pci/drivers_probe", device->bdf);
	if (rc)
		return rc;
	read_link(device, "driver", driver, sizeof(driver));
	if (strcmp(driver, "vfio-pci"))
		return fail(ENODEV, "vfio-pci did not take %s", device->bdf);
	return 0;
}
