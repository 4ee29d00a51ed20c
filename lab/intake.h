/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Taking in samples that were measured elsewhere: of kernels, scenarios and machines that
 * bootlab need not know. A file each for the formats, and a line in the table of intake.c.
 */
#ifndef LAB_INTAKE_H
#define LAB_INTAKE_H

#include "db/db.h"

struct intake_opts {
	const char *format;	       /* NULL: found out from the content */
	const char *kernel, *scenario; /* where the file says none; NULL: not said */
	const char *machine;	       /* where it was measured; NULL: not said */
	const char *command;	       /* as the user typed it */
	gint64 campaign;	       /* to add to; 0: a new one */
};

struct intake_outcome {
	gint64 campaign; /* where the samples are; of a bundle, the first */
	guint campaigns; /* how many are new: of a bundle, they may be several */
	guint64 samples, values;
	bool bundle;
	bool known; /* they were there already: nothing was added */
};

/*
 * Takes in all of a file, or nothing. Progress is shown. The error names the file, the line
 * and the field that is wrong.
 */
bool intake_file(struct db *db, const char *path, const struct intake_opts *opts,
		 struct intake_outcome *outcome, GError **err);

/* The same of bytes in memory that came from a file of this name. */
bool intake_bytes(struct db *db, const char *name, const char *data, gsize length,
		  const struct intake_opts *opts, struct intake_outcome *outcome, GError **err);

/* The formats there are, a line each, for --help. g_free it. */
char *intake_formats_text(void);

/* ---- for the formats ---- */

struct intake;

/* A value as a file gives it: texts that it does not say are NULL, or empty. */
struct intake_record {
	const char *kernel, *scenario;
	const char *params; /* "threads=2 memory=1G", or a JSON object */
	const char *machine;
	const char *environment; /* anything: it keeps apart what was measured unlike */
	const char *metric, *unit;
	const char *better; /* lower, higher or neither */
	gint64 iteration;   /* which sample of its cell; -1: the next */
	gint64 time;	    /* s, Unix, UTC; 0: not said */
	double value;
	guint64 line;
};

bool intake_add(struct intake *in, const struct intake_record *record, GError **err);

/* A sample that failed: the record's metric, unit and value say nothing. */
bool intake_add_failed(struct intake *in, const struct intake_record *record, const char *reason,
		       GError **err);

/* An error in the file: "NAME:LINE: ...". Returns false. */
bool intake_fail(const struct intake *in, guint64 line, GError **err, const char *fmt, ...)
	G_GNUC_PRINTF(4, 5);

/* How many bytes were read so far. false with err where the user does not want to go on. */
bool intake_progress(struct intake *in, gsize bytes, GError **err);

/* The number that all of a text is, finite. */
bool intake_number(const char *text, double *value);

/* "1700000000" or "2026-01-31T12:00:00Z" in s, Unix. */
bool intake_time(const char *text, gint64 *time);

const struct intake_opts *intake_options(const struct intake *in);

struct db *intake_db(const struct intake *in);

/* The file's. */
const char *intake_name(const struct intake *in);

bool intake_csv(struct intake *in, const char *data, gsize length, GError **err);
bool intake_json(struct intake *in, const char *data, gsize length, GError **err);
bool intake_pft(struct intake *in, const char *data, gsize length, GError **err);
bool intake_fio(struct intake *in, const char *data, gsize length, GError **err);

/* All of a bundle, which needs no records. */
bool intake_bundle(struct intake *in, const char *data, gsize length,
		   struct intake_outcome *outcome, GError **err);

#endif
