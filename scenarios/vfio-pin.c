// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-pin: what passing a device through asks of the kernel, without a guest. Memory and
 * then the device's BAR are mapped for DMA and unmapped, each call timed by itself.
 *
 * The BAR is touched first: fault_bar is the time in which vfio-pci fills the process's page
 * tables, map_bar that of pinning and IOMMU alone.
 */
#include "collectors/emit.h"
#include "collectors/fail.h"
#include "collectors/node.h"
#include "collectors/pins.h"
#include "collectors/sys.h"
#include "collectors/thp.h"
#include "scenarios/applet.h"
#include "scenarios/memory.h"
#include "scenarios/projection.h"
#include "scenarios/vfio.h"
#include "scenarios/workload.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define NODE_ANY UINT64_MAX

struct pin {
	struct vfio vfio;
	uint64_t memory, touched, bar; /* the parameters... */
	uint64_t threads;	       /* ...and one that is the kernel's */
	uint64_t node;		       /* that the memory is bound to; NODE_ANY: to none */
	uint64_t iova;
	uint64_t locked_before, locked_mapped, locked_after;
};

static int locked_bytes(uint64_t *bytes)
{
	char *status = sys_read("/proc/self/status");

	if (!status)
		return fail(errno, "/proc/self/status");
	*bytes = status_bytes(status, "VmLck");
	free(status);
	return 0;
}

static int timed_map(const struct pin *pin, const char *name, void *vaddr, uint64_t size)
{
	struct projection projection;
	int64_t start;
	int rc;

	projection_begin(&projection);
	start = now_ns();
	rc = vfio_map(&pin->vfio, vaddr, pin->iova, size);
	if (rc)
		return rc;
	applet_duration(name, start);
	projection_end(&projection, name, pin->threads);
	return 0;
}

static int timed_unmap(const struct pin *pin, const char *name, uint64_t size)
{
	int64_t start = now_ns();
	int rc = vfio_unmap(&pin->vfio, pin->iova, size);

	if (!rc)
		applet_duration(name, start);
	return rc;
}

static int map_and_unmap_ram(struct pin *pin, void *ram)
{
	int rc = locked_bytes(&pin->locked_before);

	if (!rc)
		rc = timed_map(pin, "map_ram", ram, pin->memory);
	if (!rc)
		rc = locked_bytes(&pin->locked_mapped);
	if (rc)
		return rc;
	thp_covered(getpid(), pin->memory);
	if (pin->node != NODE_ANY)
		node_filled(getpid(), pin->node, pin->memory);
	rc = timed_unmap(pin, "unmap_ram", pin->memory);
	return rc ? rc : locked_bytes(&pin->locked_after);
}

static int pin_ram(struct pin *pin)
{
	char *ram = memory_map(pin->memory, true);
	int64_t start = now_ns();
	int rc = 0;

	if (!ram)
		return -ENOMEM;
	if (pin->node != NODE_ANY)
		rc = memory_bind(ram, pin->memory, pin->node);
	if (rc)
		return rc;
	if (pin->touched) {
		memory_touch(ram, pin->memory);
		applet_duration("touch_ram", start);
	}
	rc = map_and_unmap_ram(pin, ram);
	if (!rc)
		rc = applet_sync();
	if (rc)
		return rc;
	start = now_ns();
	munmap(ram, pin->memory);
	applet_duration("munmap_ram", start);
	return 0;
}

/*
 * A BAR is no memory of the process: mapping it must not count as locked. vfio-pci fills the
 * page tables of its whole mmap at the first touch: timed by itself, lest it drown the map.
 */
static int pin_bar(struct pin *pin)
{
	void *bar = vfio_mmap_bar(&pin->vfio, pin->bar);
	uint64_t locked = 0;
	int64_t start = now_ns();
	int rc = bar ? 0 : -EINVAL;

	if (!rc) {
		(void)*(volatile uint32_t *)bar;
		applet_duration("fault_bar", start);
		rc = timed_map(pin, "map_bar", bar, pin->bar);
	}
	if (!rc)
		rc = locked_bytes(&locked);
	if (!rc)
		rc = timed_unmap(pin, "unmap_bar", pin->bar);
	pin->locked_after += locked;
	return rc;
}

static void judge_locked(const struct pin *pin)
{
	emit_gate("locked_memory_counted",
		  pin->locked_mapped - pin->locked_before == pin->memory &&
			  pin->locked_after == pin->locked_before,
		  "%" PRIu64 " bytes locked before, %" PRIu64 " while %" PRIu64
		  " were pinned, %" PRIu64 " after (with the BAR mapped: the same)",
		  pin->locked_before, pin->locked_mapped, pin->memory, pin->locked_after);
}

static int read_args(struct pin *pin, const char *args, uint64_t *group)
{
	int rc = applet_arg(args, "memory", &pin->memory);

	if (!rc)
		rc = applet_arg(args, "touched", &pin->touched);
	if (!rc)
		rc = applet_arg(args, "bar", &pin->bar);
	if (!rc && !pin->bar)
		rc = fail(0, "bar must not be 0: memory is pinned for the device that has it");
	if (!rc)
		rc = applet_arg(args, "group", group);
	pin->threads = 1;
	if (!rc && applet_has(args, "threads"))
		rc = applet_arg(args, "threads", &pin->threads);
	pin->node = NODE_ANY;
	if (!rc && applet_has(args, "node"))
		rc = applet_arg(args, "node", &pin->node);
	if (!rc && (!pin->memory || pin->memory % thp_size()))
		rc = fail(0, "memory must be a multiple of %" PRIu64, thp_size());
	return rc;
}

int vfio_pin(const char *args)
{
	uint64_t group, most;
	struct pin pin = {0};
	char bdf[16];
	int rc = read_args(&pin, args, &group);

	if (!rc && !word_value(args, "bdf", bdf, sizeof(bdf)))
		rc = fail(0, "no device to pin for");
	if (!rc)
		rc = vfio_open(&pin.vfio, group, bdf);
	if (rc)
		return rc;
	most = pin.memory > pin.bar ? pin.memory : pin.bar;
	rc = vfio_iova(&pin.vfio, most, &pin.iova);
	if (!rc)
		rc = pin_ram(&pin);
	if (!rc)
		rc = pin_bar(&pin);
	if (!rc)
		judge_locked(&pin);
	return rc;
}
