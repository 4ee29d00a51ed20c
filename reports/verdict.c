// SPDX-License-Identifier: GPL-2.0-only
#include "reports/verdict.h"

#include <math.h>

bool verdict_is_regression(const struct comparison *comparison, double threshold)
{
	return comparison->shown && comparison->worse >= threshold;
}

static void count(struct verdict *verdict, const struct comparison *c)
{
	if (isnan(c->p))
		return;
	if (verdict_is_regression(c, verdict->threshold))
		verdict->regressions++;
	else if (c->shown && c->worse <= -verdict->threshold)
		verdict->improvements++;
	else if (c->shown)
		verdict->small++;
	else if (c->too_few)
		verdict->too_few++;
	else
		verdict->none++;
}

struct verdict verdict_of(const struct report *report, double threshold)
{
	struct verdict verdict = {.threshold = threshold};

	for (guint i = 0; i < report->groups->len; i++) {
		const struct group *group = report->groups->pdata[i];

		/* What a collector saw of a workload that it disturbed tells where, not how much.
		 */
		if (group_probe(group))
			continue;
		for (guint r = 0; r < group->rows->len; r++) {
			const struct row *row = group->rows->pdata[r];

			for (guint k = 1; k < report->n_kernels; k++)
				count(&verdict, &row->versus[k]);
		}
	}
	return verdict;
}

static void append_count(GString *text, guint count, const char *one, const char *many)
{
	if (count)
		g_string_append_printf(text, "%s%u %s", text->len ? ", " : "", count,
				       count == 1 ? one : many);
}

char *verdict_text(const struct verdict *verdict)
{
	g_autoptr(GString) text = g_string_new(NULL);

	append_count(text, verdict->regressions, "regression", "regressions");
	append_count(text, verdict->improvements, "improvement", "improvements");
	append_count(text, verdict->small, "difference smaller than that",
		     "differences smaller than that");
	append_count(text, verdict->too_few, "comparison of too few samples to say",
		     "comparisons of too few samples to say");
	append_count(text, verdict->none, "comparison without a difference shown",
		     "comparisons without a difference shown");
	if (!text->len)
		g_string_append(text, "nothing was compared");
	if (!verdict->regressions && text->len)
		g_string_prepend(text, "no regression shown: ");
	return g_string_free(g_steal_pointer(&text), FALSE);
}

guint verdict_fewest(const struct report *report, const struct group *group)
{
	guint fewest = 0;

	for (guint k = 0; k < report->n_kernels; k++)
		if (group->good[k] && (!fewest || group->good[k] < fewest))
			fewest = group->good[k];
	return fewest;
}

guint verdict_samples_needed(const struct report *report, const struct group *group)
{
	guint asked = group_asked(report, group);
	guint needed = asked ? compare_samples_needed(report->test, asked) : 0;

	return verdict_fewest(report, group) < needed ? needed : 0;
}
