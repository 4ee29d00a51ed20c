// SPDX-License-Identifier: GPL-2.0-only
#include "lab/cmd.h"
#include "lab/run.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

static const struct cmd commands[] = {
	{"ab", "compare two kernels on scenarios: build, boot, measure, report", cmd_ab},
	{"aa", "compare a kernel with itself: how much this machine lies", cmd_aa},
	{"run", "run scenarios on kernels, or go on with a campaign", cmd_run},
	{"report", "print and plot what a campaign measured", cmd_report},
	{"export", "write campaigns with all that is stored of them into a bundle", cmd_export},
	{"import", "take in samples that were measured elsewhere", cmd_import},
	{"kernel", "list, build and show kernels", cmd_kernel},
	{"scenario", "list and show scenarios", cmd_scenario},
	{"collector", "list what can be collected while a scenario runs", cmd_collector},
	{"db", "check, compact and bring up to date where samples are kept", cmd_db},
	{"pool", "list and free the warm memory that testbeds use", cmd_pool},
	{"doctor", "say what this machine can do, and what it lacks", cmd_doctor},
	{0},
};

static const char about[] =
	"Builds kernels, boots each as a testbed, starts real guests with passed-through devices\n"
	"on it, keeps every sample in sqlite and prints the table for the cover letter.\n"
	"Start with 'bootlab doctor', then 'bootlab ab 6.1 6.1+pfnmap-fast -s vfio-boot'.";

/* As a hook of git's sets them, they would lead every git that is started to its own tree. */
static void forget_git_variables(void)
{
	static const char *const names[] = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE",
					    "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"};

	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		g_unsetenv(names[i]);
}

int main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "");
	forget_git_variables();
	run_catch_signals();
	if (argc > 1 && !strcmp(argv[1], "--version")) {
		puts("bootlab " BOOTLAB_VERSION);
		return EXIT_DONE;
	}
	return cmd_dispatch(commands, "bootlab", about, argc, argv);
}
