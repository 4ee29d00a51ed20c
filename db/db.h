/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The database: one sqlite file that holds every sample and how it came about. This is the
 * only code that speaks SQL. What is stored is raw: samples, their marks, metrics, spans and
 * gates; everything else is derived when asked (see the view `measurement` in schema).
 *
 * Every call that writes is one transaction: it happens as a whole or not at all, also when
 * bootlab is killed in it. Times are seconds (UTC, Unix) for the calendar, ns on the
 * testbed's monotonic clock for marks and spans.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include "lab/error.h"

#include <jansson.h>

struct db;

enum db_mode {
	DB_LOOK,       /* must exist; of an older schema too: to see what it is */
	DB_READ,       /* must exist; an older schema is refused with the remedy */
	DB_READ_WRITE, /* must exist; migrated to this version where needed */
	DB_CREATE,     /* the same, and made where there is none */
};

/*
 * The error says what to do: no such file, no permission, locked by another, not a database,
 * not one of bootlab's, a newer schema. A file that is refused is left as it was.
 */
struct db *db_open(const char *path, enum db_mode mode, GError **err);
void db_close(struct db *db);

/* As it was given to db_open(). */
const char *db_path(struct db *db);

typedef struct db Db;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Db, db_close)

/* The schema that the file is of, and the one that this bootlab writes. */
int db_schema(struct db *db);
int db_schema_now(void);

/* sqlite's own check of the file, and that no foreign key dangles. */
bool db_check(struct db *db, GError **err);

/*
 * The same, and all else that must hold of a db: that its schema is there as it was made, and
 * what no constraint can say of its rows. What is wrong, in words, as an array of char * (to be
 * unreffed), empty where nothing is; NULL on error. Of an older schema less is known.
 */
GPtrArray *db_findings(struct db *db, GError **err);

/* Rewrites the file without the room that is unused in it. */
bool db_vacuum(struct db *db, GError **err);

/* A copy of all of the db, of this moment, into a file that must not be there. */
bool db_copy(struct db *db, const char *path, GError **err);

/* ---- what is run ---- */

struct db_kernel {
	const char *name;   /* "6.1+pfnmap-fast/2" */
	const char *base;   /* "6.1" */
	const char *series; /* NULL: none */
	int patches;
	const char *key;     /* the build's content hash: tells builds of one name apart */
	const char *release; /* uname -r */
	const char *config_hash;
	const char *compiler;
	json_t *patch_list; /* [{"subject", "author"}], as applied; NULL: none */
};

/* The row's id (made if it is new), or -1. */
gint64 db_kernel(struct db *db, const struct db_kernel *kernel, GError **err);

struct db_campaign {
	const char *command; /* as the user typed it */
	gint64 seed;	     /* of the random order */
	const char *host;    /* the machine that ran it */
};

/* A new campaign's id, or -1. */
gint64 db_campaign_new(struct db *db, const struct db_campaign *campaign, GError **err);

/*
 * A scenario as it was when the campaign was planned, so that a report needs no YAML.
 * intervals: [{"name", "from", "to", "better"}]: metrics that are the time between two marks.
 * definition: the whole scenario as JSON, the intervals too; with "probe", the name of a
 * collector, its samples enter no value but what that collector says (see lab/attach.h). The
 * row's id (equal definitions share one), or -1.
 */
gint64 db_scenario(struct db *db, const char *name, json_t *definition, json_t *intervals,
		   GError **err);

/*
 * params: a JSON object of integers and strings. side: 0, or 1 for the same kernel again. The
 * cell's id (made if it is new), or -1.
 */
gint64 db_cell(struct db *db, gint64 campaign, gint64 kernel, gint64 scenario, json_t *params,
	       int side, GError **err);

/* A sample's place. position: in the campaign's order. warmup: it is kept, but counts nowhere. */
struct db_slot {
	gint64 cell;
	int iteration, position;
	bool warmup;
};

/* Adds a sample that is still to be run. */
bool db_sample_plan(struct db *db, const struct db_slot *slot, GError **err);

/*
 * What a campaign goes on for: more iterations of a parameter set until the mean of its metric
 * (NULL: the scenario's main one) is known to plus or minus so many percent for every kernel,
 * or until it has had so many iterations or its samples so many seconds (0: no limit).
 */
struct db_goal {
	double percent;
	char *metric; /* g_free it */
	int iterations;
	gint64 seconds;
};

bool db_goal_set(struct db *db, gint64 campaign, const struct db_goal *goal, GError **err);

/* 1 and *goal filled, 0 where the campaign has none, -1 on error. */
int db_goal(struct db *db, gint64 campaign, struct db_goal *goal, GError **err);

/* Plans one more sample of each of these cells, after all others, in this order, at once. */
bool db_extend(struct db *db, gint64 campaign, const gint64 *cells, guint count, GError **err);

/* How long the samples that have ended took, in seconds; -1 on error. */
gint64 db_campaign_seconds(struct db *db, gint64 campaign, GError **err);

/*
 * Begin and commit around the planning of a campaign, so that it is there whole or not. Of a
 * db opened to read: so that all that is read is of one moment.
 */
bool db_begin(struct db *db, GError **err);
bool db_commit(struct db *db, GError **err);
void db_rollback(struct db *db);

/* ---- running it ---- */

struct db_planned {
	gint64 id;
	int iteration, position;
	bool warmup;
	char *kernel; /* name */
	char *kernel_key;
	char *scenario;	    /* name */
	json_t *definition; /* the scenario's */
	json_t *params;
};

/* The next planned sample of a campaign: 1 and *next filled, 0 when none is left, -1 on error. */
int db_sample_next(struct db *db, gint64 campaign, struct db_planned *next, GError **err);
void db_planned_clear(struct db_planned *planned);

/* How many samples of the campaign are in each state. */
struct db_counts {
	int planned, done, failed;
};
bool db_campaign_counts(struct db *db, gint64 campaign, struct db_counts *counts, GError **err);

/* The newest campaign (with samples still planned, if unfinished), its id, 0 if none, or -1. */
gint64 db_campaign_latest(struct db *db, bool unfinished, GError **err);

/*
 * The end of a sample, as one JSON object. events holds the agent's mark, metric, span and
 * gate events (no others) as they came (see lab/protocol.h, already validated).
 *   {"status": "done" | "failed", "reason": str | null, "started": s, "ended": s,
 *    "environment": {...} | null, "events": [...], "artifacts": [{"name", "text"}]}
 * environment: strings and integers; equal ones share a row; null only if failed. A failed
 * sample has a reason, is stored with whatever events it had, and never enters `measurement`.
 * Refused, and the sample still planned: an event of another kind or with a field missing or
 * wrong, the same mark, metric or gate twice, "done" with a gate that does not hold, and a
 * sample that has ended already.
 */
bool db_sample_store(struct db *db, gint64 sample, json_t *result, GError **err);

/* ---- reading it ---- */

/*
 * One value of one good sample: a metric, an interval between marks, or what the spans of
 * one name come to: of dma_map that is pin_time (all of them), pin_time_max (the longest),
 * pin_time_KIND and pin_calls. Of a sample that is run for a collector that disturbs: that
 * collector's metrics, without its name before them. The texts live only during the call.
 */
struct db_value {
	gint64 cell, sample, environment;
	int iteration;
	const char *metric, *unit, *better;
	double value;
};

/*
 * Calls fn for each value of a campaign, ordered by metric (intervals as the scenario lists
 * them, then by name those of spans and the agent's own), cell (as planned) and iteration.
 * fn returning false ends it. They are in memory meanwhile, 24 bytes each.
 */
bool db_values(struct db *db, gint64 campaign, bool (*fn)(const struct db_value *, void *),
	       void *data, GError **err);

/* A mark of a good sample; t in ns. The texts live only during the call. */
struct db_mark {
	gint64 cell, sample, environment;
	const char *name;
	gint64 t;
};

/* Calls fn for each mark of a campaign, a sample's together and in order of t. As db_values(). */
bool db_marks(struct db *db, gint64 campaign, bool (*fn)(const struct db_mark *, void *),
	      void *data, GError **err);

/* Work of a sample, such as a DMA map call; times in ns. The texts as above. */
struct db_span {
	const char *name, *kind;
	gint64 start, end, bytes;
};

/* Calls fn for each span of a sample, in order of start. As db_values(). */
bool db_spans(struct db *db, gint64 sample, bool (*fn)(const struct db_span *, void *), void *data,
	      GError **err);

/*
 * The samples of a campaign that have ended (or only those that failed), in the order that
 * they ran, with what they left, at most so many: [{"sample", "cell", "iteration", "warmup",
 * "status", "reason", "started", "ended", "artifacts": [{"name", "text"}]}], or NULL.
 */
json_t *db_samples(struct db *db, gint64 campaign, bool failed_only, guint most, GError **err);

/*
 * Calls fn for each file of this name that the good samples of a cell left, in order of
 * iteration. The text lives only during the call. As db_values().
 */
bool db_files(struct db *db, gint64 cell, const char *name, bool (*fn)(const char *, void *),
	      void *data, GError **err);

/* What a sample left, good or failed: [{"name", "text"}], empty where there is none, or NULL. */
json_t *db_artifacts(struct db *db, gint64 sample, GError **err);

/*
 * What a campaign was, its kernels and cells in the order that they were planned; or NULL.
 * SAMPLES is {"planned", "done", "failed", "warmup"}; "done" counts no warm-up, "warmup" those
 * that ended well. "goal" is that of struct db_goal.
 *   {"id", "created", "command", "seed", "host", "samples": SAMPLES,
 *    "goal": [{"percent", "metric", "iterations", "seconds"}],
 *    "sources": [{"name", "format", "sha256"}],     files, of samples measured elsewhere
 *    "kernels": [{"id", "name", "base", "series", "patches", "key", "release",
 *                 "config_hash", "compiler", "side",
 *                 "patch_list": [{"subject", "author"}]}],
 *    "scenarios": [{"id", "name", "definition": {...}}],
 *    "environments": [{"id", "facts": {...}, "samples": SAMPLES}],
 *    "cells": [{"id", "kernel_id", "side", "scenario_id", "params": {...},
 *               "samples": SAMPLES}],
 *    "failures": [{"sample", "cell", "kernel", "scenario", "iteration",
 *                  "environment": id | null, "reason", "gates": [{"name", "evidence"}]}]}
 * kernel and scenario of a failure are names; gates are those that did not hold. A kernel that
 * is compared with itself is there for each side, the second named "NAME (again)".
 */
json_t *db_campaign_describe(struct db *db, gint64 campaign, GError **err);

/* [{"id", "created", "command", "samples": SAMPLES}], newest first, or NULL. */
json_t *db_campaigns(struct db *db, GError **err);

#endif
