// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/guest.h"

#include "collectors/device.h"
#include "collectors/fail.h"
#include "collectors/sys.h"
#include "collectors/testbed.h"
#include "lab/protocol.h"
#include "scenarios/guest-fio.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Reads the BAR's first word through the device's resource file, as a driver's user would. */
static int read_word(const struct device *device, uint32_t *word)
{
	char path[PATH_MAX];
	volatile uint32_t *bar;
	int fd;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/resource%d", device->bdf, device->bar);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return fail(errno, "%s", path);
	bar = mmap(NULL, sysconf(_SC_PAGESIZE), PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (bar == MAP_FAILED)
		return fail(errno, "mmap of %s", path);
	*word = *bar;
	munmap((void *)bar, sysconf(_SC_PAGESIZE));
	return 0;
}

static int check_bar(const struct device *device, uint64_t bytes, uint32_t *word)
{
	if (device->bar_size[device->bar] != bytes)
		return fail(0, "%s: BAR%d has %" PRIu64 " bytes, not %" PRIu64, device->bdf,
			    device->bar, device->bar_size[device->bar], bytes);
	return read_word(device, word);
}

static void check_device(const char *ids, uint64_t bar)
{
	unsigned int vendor = 0, id = 0;
	struct device device;
	uint32_t word;

	sscanf(ids, "%x:%x", &vendor, &id);
	if (device_find(&device, vendor, id) < 0)
		printf(GUEST_DEVICE "FAIL %s\n", fail_reason());
	else if (!bar)
		printf(GUEST_DEVICE "ok %s at %s\n", ids, device.bdf);
	else if (check_bar(&device, bar, &word) < 0)
		printf(GUEST_DEVICE "FAIL %s\n", fail_reason());
	else
		printf(GUEST_DEVICE "ok %s at %s, BAR%d of %" PRIu64 " bytes reads 0x%08" PRIx32
				    "\n",
		       ids, device.bdf, device.bar, bar, word);
	fflush(stdout);
}

void guest_main(const char *cmdline)
{
	char ids[32], bar[32] = "0", wait[2];

	printf("%s\n", PROTOCOL_GUEST_INIT);
	fflush(stdout);
	word_value(cmdline, "bootlab.bar", bar, sizeof(bar));
	if (word_value(cmdline, "bootlab.device", ids, sizeof(ids)))
		check_device(ids, strtoull(bar, NULL, 0));
	guest_fio(cmdline);
	if (word_value(cmdline, "bootlab.wait", wait, sizeof(wait)))
		getchar();
	power_off();
}
