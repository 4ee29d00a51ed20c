// SPDX-License-Identifier: GPL-2.0-only
#include "lab/cmd.h"
#include "lab/measure.h"

static const char about[] =
	"Compares a kernel with itself, to say how much this machine lies: how often a difference\n"
	"is shown where there is none, whether the machine drifted during the campaign, and the\n"
	"smallest change that so many samples could show.\n"
	"\n"
	"  bootlab aa 6.1 -s vfio-pin -n 10\n"
	"\n"
	"Exit status: 0 done, 1 samples failed or equal kernels are shown as different, 2 could not\n"
	"be done.";

int cmd_aa(int argc, char **argv)
{
	static const struct measure_judge judge = {
		.usage = "KERNEL -s SCENARIO",
		.about = about,
		.remedy = "give one kernel, and -s with a scenario; see 'bootlab aa --help'",
		.kernels_min = 1,
		.kernels_max = 1,
		.twice = true,
	};

	return measure_judge(argc, argv, &judge);
}
