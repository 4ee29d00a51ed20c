// SPDX-License-Identifier: GPL-2.0-only
#include "lab/cmd.h"
#include "lab/measure.h"

static const char about[] =
	"Runs scenarios on kernels, the first of which is what the others are compared with.\n"
	"With --resume, goes on with a campaign that was cut off: samples that are in the db stay\n"
	"as they are, the one that was running is run again.\n"
	"\n"
	"  bootlab run vfio-pin -k 6.1 -k 6.1+pfnmap-fast --set memory=1G,2G -n 5\n"
	"  bootlab run --resume\n"
	"\n"
	"Exit status: 0 done, 1 samples failed, 2 could not be done.";

/* The options of cmd_run beside those of every command that measures. */
struct run_options {
	char **kernels;
	gboolean resume;
	gint64 campaign;
};

static bool parse(int *argc, char ***argv, struct measure *m, struct run_options *own, GError **err)
{
	const GOptionEntry resume[] = {
		{"kernel", 'k', 0, G_OPTION_ARG_STRING_ARRAY, &own->kernels,
		 "a kernel; may be given again (see bootlab kernel list)", "KERNEL"},
		{"resume", 0, 0, G_OPTION_ARG_NONE, &own->resume,
		 "go on with the newest unfinished campaign of the db", NULL},
		{"campaign", 0, 0, G_OPTION_ARG_INT64, &own->campaign,
		 "with --resume: this campaign", "ID"},
	};

	return measure_parse(m, argc, argv, resume, G_N_ELEMENTS(resume), "SCENARIO… -k KERNEL",
			     about, err);
}

int cmd_run(int argc, char **argv)
{
	struct measure m = {0};
	struct run_options own = {0};
	g_autofree char *command = measure_command(argc, argv);
	GError *err = NULL;
	int status = EXIT_CANT;

	m.order.command = command;
	if (!parse(&argc, &argv, &m, &own, &err))
		goto out;
	if (own.resume)
		status = measure_resume(&m, own.campaign, &err);
	else if (argc < 2 || !own.kernels)
		bl_fail(&err, BL_ERROR_INPUT,
			"give a scenario, and -k with a kernel, or --resume; see 'bootlab run --help'");
	else
		status = measure_new(&m, own.kernels, argv + 1, &err);
out:
	measure_clear(&m);
	g_strfreev(own.kernels);
	return err ? cmd_end_error(err) : status;
}
