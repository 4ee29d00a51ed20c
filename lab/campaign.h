/* SPDX-License-Identifier: GPL-2.0-only */
/* Campaigns: planned whole, run sample by sample, gone on with after any death. */
#ifndef LAB_CAMPAIGN_H
#define LAB_CAMPAIGN_H

#include "db/db.h"
#include "lab/sample.h"

struct campaign_order {
	char *const *kernels;	/* names, the base first; NULL-terminated */
	char *const *scenarios; /* names */
	char *const *settings; /* "key=value[,value]" for each scenario that has the key, or NULL */
	char *const *collectors; /* beside those of the scenarios, as attach_parse() gives them */
	guint64 testbed_memory;	 /* bytes instead of the scenario's own; 0: that */
	int patience;		 /* times the scenario's deadline */
	int iterations;
	int warmup;		     /* so many more iterations before those, not counted */
	bool deterministic;	     /* see lab/deterministic.h */
	bool twice;		     /* kernels are one and the same, its two sides */
	const struct db_goal *until; /* NULL: the iterations are all */
	gint64 seed;		     /* of the random order */
	const char *command;	     /* as the user typed it */
};

/*
 * Builds the kernels and plans every sample: iteration by iteration, the kernels of each cell
 * in a random order that the seed reproduces. A kernel has no cell where it lacks the knob that
 * the cell turns. The campaign's id, or -1.
 */
gint64 campaign_plan(struct db *db, const struct campaign_order *order, GError **err);

/*
 * Runs what is still planned of a campaign; a sample that fails is stored, and the campaign goes
 * on. *counts: how it stands at the end. false with err: it could not go on (it can be resumed).
 */
bool campaign_run(struct db *db, gint64 id, const struct sample_opts *opts,
		  struct db_counts *counts, GError **err);

#endif
