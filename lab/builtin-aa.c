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
	struct measure m = {0};
	g_autofree char *command = measure_command(argc, argv);
	g_autofree GOptionEntry *entries = measure_options(&m);
	GError *err = NULL;
	int status = EXIT_CANT;

	m.order.command = command;
	m.order.twice = true;
	m.judge = true;
	if (!cmd_options(&argc, &argv, entries, "KERNEL -s SCENARIO", about, &err))
		goto out;
	if (argc != 2 || !m.scenarios)
		bl_fail(&err, BL_ERROR_INPUT,
			"give one kernel, and -s with a scenario; see 'bootlab aa --help'");
	else if (measure_check(&m, &err))
		status = measure_new(&m, (char *[]){argv[1], argv[1], NULL}, m.scenarios, &err);
out:
	measure_clear(&m);
	return err ? cmd_end_error(err) : status;
}
