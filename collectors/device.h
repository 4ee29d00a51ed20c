/* SPDX-License-Identifier: GPL-2.0-only */
/* The passed-through PCI device: found by its ids, given to vfio-pci. */
#ifndef COLLECTORS_DEVICE_H
#define COLLECTORS_DEVICE_H

#include <stdint.h>

#define PCI_DEVICES "/sys/bus/pci/devices"
#define PCI_BARS    6

struct device {
	char bdf[16]; /* 0000:00:03.0 */
	unsigned int vendor, device;
	int group; /* IOMMU group; -1 before device_bind() */
	uint64_t bar_size[PCI_BARS];
	int bar; /* index of the largest */
};

/* The first device with these ids, and its BARs. -errno with fail(). */
int device_find(struct device *device, unsigned int vendor, unsigned int id);

/* Takes the device from its driver and gives it to vfio-pci. -errno with fail(). */
int device_bind(struct device *device);

/* The sizes of the BARs in the text of a device's sysfs file `resource`. */
void device_parse_resource(const char *text, uint64_t sizes[PCI_BARS]);

#endif
