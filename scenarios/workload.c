// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/workload.h"

#include "collectors/emit.h"
#include "collectors/fail.h"
#include "scenarios/applet.h"

#include <string.h>

static const struct workload workloads[] = {
	{.name = "guest-boot",
	 .summary = "boot a guest with the device passed through",
	 .run = guest_boot},
	{.name = "guest-io",
	 .summary = "fio in a guest, on a drive passed through, while a second guest is pinned",
	 .run = guest_io},
	{.name = "pft-threads",
	 .summary = "page faults of one process by several threads at once",
	 .applet = pft_threads},
	{.name = "vfio-pin",
	 .summary = "map memory and a BAR for a device, and unmap them, without a guest",
	 .applet = vfio_pin},
	{.name = "pin-movable",
	 .summary = "pin memory that has to leave the movable zone first",
	 .applet = pin_movable},
	{.name = "second-guest",
	 .summary = "pin and unpin a guest's memory, over and over, until told to stop",
	 .applet = second_guest},
	{.name = "munmap-thp",
	 .summary = "unmap huge pages while other threads of the process run",
	 .applet = munmap_thp},
};

const struct workload *workload_find(const char *name)
{
	for (size_t i = 0; i < sizeof(workloads) / sizeof(*workloads); i++)
		if (!strcmp(workloads[i].name, name))
			return &workloads[i];
	return NULL;
}

int workload_run(struct sample *sample)
{
	const struct workload *workload = workload_find(sample->cell.workload);
	int rc;

	if (!workload)
		return fail(0, "this agent has no workload %s", sample->cell.workload);
	emit_hold();
	rc = workload->run ? workload->run(sample) : applet_run(sample);
	emit_release();
	return rc;
}
