/* SPDX-License-Identifier: GPL-2.0-only */
/* The forms that a report can take: a file each, and a line in the table of format.c. */
#ifndef REPORTS_FORMAT_H
#define REPORTS_FORMAT_H

#include "reports/collect.h"
#include "reports/report.h"

/* All that a format writes from: campaigns read and compared, and the db for logs. */
struct report_set {
	struct db *db;
	const struct report_opts *opts;
	GPtrArray *reports; /* of struct report */
};

struct report_format {
	const char *name, *summary;
	bool (*write)(GString *out, const struct report_set *set, GError **err);
};

/* NULL: text. An unknown name's error lists those there are. */
const struct report_format *report_format_find(const char *name, GError **err);

/* Prints all reports one after another, with this between them. */
void format_each(GString *out, const struct report_set *set, const char *between,
		 void (*print)(GString *out, const struct report *report,
			       const struct report_set *set));

bool format_text(GString *out, const struct report_set *set, GError **err);
bool format_cover(GString *out, const struct report_set *set, GError **err);
bool format_markdown(GString *out, const struct report_set *set, GError **err);
bool format_csv(GString *out, const struct report_set *set, GError **err);
bool format_json(GString *out, const struct report_set *set, GError **err);
bool format_html(GString *out, const struct report_set *set, GError **err);
bool format_mmtests(GString *out, const struct report_set *set, GError **err);
bool format_commit(GString *out, const struct report_set *set, GError **err);

/* One report as a commit message has it: the summary of longer ones too. */
void commit_report(GString *out, const struct report *report, const struct report_set *set);

/* In percent: what was asked for, or what the report's comparisons call for. */
double report_threshold(const struct report *report, const struct report_opts *opts);

/* The rows of a group that a short format shows: --metric's, or the main one. Free the array. */
GPtrArray *format_rows(const struct group *group, const struct report_opts *opts);

#endif
