// SPDX-License-Identifier: GPL-2.0-only
/* Samples that are not in the tables: those that failed, and those still to be run. */
#include "reports/print.h"
#include "reports/text.h"

#define INDENT 4

/* Of thousands the first tell what there is to know. */
#define LISTED_MAX 50

static void print_failure(GString *out, const struct report *report, json_t *failure)
{
	const struct group place = {
		.scenario = report_place(report, member_int(failure, "cell"))->scenario,
		.params = report_place(report, member_int(failure, "cell"))->params,
	};
	g_autofree char *params = group_params_text(&place);
	g_autofree char *text = g_strdup_printf(
		"sample %d, %s, %s%s%s, iteration %d: %s", (int)member_int(failure, "sample"),
		member_text(failure, "kernel"), member_text(failure, "scenario"),
		*params ? ", " : "", params, (int)member_int(failure, "iteration"),
		member_text(failure, "reason"));

	text_paragraph(out, "  -", INDENT, text);
}

void print_failures(GString *out, const struct report *report)
{
	json_t *failures = json_object_get(report->about, "failures"), *failure;
	int planned = member_int(json_object_get(report->about, "samples"), "planned");
	size_t i;

	if (json_array_size(failures))
		g_string_append(out, "Failed samples, in no average (bootlab report --log SAMPLE "
				     "has their consoles):\n");
	json_array_foreach (failures, i, failure)
		if (i < LISTED_MAX)
			print_failure(out, report, failure);
	if (json_array_size(failures) > LISTED_MAX)
		g_string_append_printf(out, "  - and %zu more: --format json has them all\n",
				       json_array_size(failures) - LISTED_MAX);
	if (planned)
		g_string_append_printf(out,
				       "Unfinished: %d samples are still to be run: bootlab run "
				       "--resume\n",
				       planned);
	if (planned || json_array_size(failures))
		g_string_append_c(out, '\n');
}
