// SPDX-License-Identifier: GPL-2.0-only
#include "lab/cmd.h"
#include "lab/measure.h"

static const char about[] =
	"Builds the kernels, boots each as a testbed, runs the scenarios on it in interleaved\n"
	"random order, keeps every sample in the db, and prints the table with a plot. BASE is\n"
	"what the others are compared with.\n"
	"\n"
	"  bootlab ab 6.1 6.1+pfnmap-fast -s vfio-boot -s vfio-pin -n 6\n"
	"\n"
	"A regression is a change for the worse by the threshold or more that the test shows, once\n"
	"corrected for all that was asked in its table. Few samples show nothing: the report says\n"
	"how many it takes.\n"
	"\n"
	"Exit status: 0 done, 1 samples failed or a regression is shown, 2 could not be done.";

int cmd_ab(int argc, char **argv)
{
	static const struct measure_judge judge = {
		.usage = "BASE CANDIDATE… -s SCENARIO",
		.about = about,
		.remedy = "give two kernels or more, and -s with a scenario; see 'bootlab ab "
			  "--help'",
		.kernels_min = 2,
		.kernels_max = INT_MAX,
	};

	return measure_judge(argc, argv, &judge);
}
