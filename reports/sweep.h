/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tables by parameter: a scenario's parameter sets down (thread counts innermost), kernels and
 * metrics side by side.
 */
#ifndef REPORTS_SWEEP_H
#define REPORTS_SWEEP_H

#include "reports/format.h"

/* What one kernel has of one metric in one row. */
struct sweep_cell {
	const struct series *series; /* NULL: there is no such metric here */
	const struct group *group;   /* of its row */
	const struct row *row;	     /* NULL as series */
	struct comparison versus;    /* the cell that it is set against */
	bool compared;		     /* there is one, other than itself */
};

struct sweep {
	const struct report *report;
	GPtrArray *groups;	  /* of const struct group: the rows, in the order to show them */
	GPtrArray *keys;	  /* of const char: the parameters that vary, threads last */
	GPtrArray *metrics;	  /* of const char */
	bool by_threads;	  /* the last key is a number of threads */
	bool own_first;		  /* speedups are against the same kernel's first row */
	bool base_reused;	  /* where the base lacks a row, its block's first is taken */
	struct sweep_cell *cells; /* of row r, kernel k, metric m: see sweep_cell() */
};

/*
 * The tables of a report: one for each scenario and environment in which some parameter
 * varies. Array of struct sweep; g_ptr_array_unref it before the report is freed.
 */
GPtrArray *sweeps_of(const struct report *report, const struct report_set *set);

const struct sweep_cell *sweep_cell(const struct sweep *sweep, guint row, guint kernel,
				    guint metric);

/* Whether a row begins a block: its parameters other than threads are not those of the last. */
bool sweep_begins_block(const struct sweep *sweep, guint row);

/* Whether a sweep shows this group. */
bool sweeps_have(const GPtrArray *sweeps, const struct group *group);

/* The parameters that are the same in all of its rows: "bar 16G". g_free it. */
char *sweep_fixed_text(const struct sweep *sweep);

/* "threads", "pin_threads". */
bool is_thread_count(const char *param);

/* "patch 2" where all kernels are of one series, else the kernel's name. g_free it. */
char *kernel_title(const struct report *report, guint kernel);

/* The table as a cover letter has it. */
void cover_sweep(GString *out, const struct sweep *sweep);

#endif
