// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/gate.h"

static const struct gate gates[] = {
	/* The first, since what may not lie there could be anything. */
	{.name = "node_untouched",
	 .summary = "the node of the guest's RAM was all there and all free before the workload",
	 .before = node_before,
	 .check = node_untouched},
	{.name = "node_only_guest",
	 .summary = "nothing but huge pages was allocated on that node",
	 .check = node_only_guest},
	{.name = "node_released",
	 .summary = "all of that node is free again",
	 .check = node_released},
	{.name = "pins_balanced",
	 .summary = "every page pinned since before the workload has been released",
	 .before = pins_before,
	 .check = pins_balanced},
	{.name = "groups_released",
	 .summary = "no VFIO group is held, and none belongs to a container",
	 .check = groups_released},
	{.name = "locked_memory_zero",
	 .summary = "no process has locked memory left",
	 .check = locked_memory_zero},
	{.name = "memory_back",
	 .summary = "the kernel has as much free memory as before the workload",
	 .before = memory_before,
	 .check = memory_back},
	/* The last, so that what the others may have woken is seen. */
	{.name = "dmesg_clean",
	 .summary = "the kernel has not complained since it booted",
	 .check = dmesg_clean},
};

#define COUNT (sizeof(gates) / sizeof(*gates))

int gates_before(void)
{
	int rc = 0;

	for (size_t i = 0; i < COUNT && !rc; i++)
		if (gates[i].before)
			rc = gates[i].before();
	return rc;
}

void gates_check(const struct sample *sample)
{
	for (size_t i = 0; i < COUNT; i++)
		gates[i].check(gates[i].name, sample);
}
