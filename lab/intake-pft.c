// SPDX-License-Identifier: GPL-2.0-only
/*
 * What pft, the page fault test, prints: a line a run, such as mmtests collects of each thread
 * count in pft-THREADS.log.
 *     Gb  Thr CLine   User     System     Wall    flt/cpu/s fault/wsec
 *      1    2   1     0.04s     0.61s     0.33s  400812.118 779341.274
 * Lines with other words in them (the heading, "TAG ...") are passed over, as mmtests does.
 */
#include "lab/intake.h"

#include <stdio.h>
#include <string.h>

/* Longer lines are none of pft's. */
#define LENGTH_MAX 256

struct run {
	long gib, threads, cacheline;
	double values[5];
};

static const struct {
	const char *name, *unit;
} metrics[] = {
	{"user", "s"},
	{"system", "s"},
	{"wall", "s"},
	{"faults_per_cpu_second", "faults/s"},
	{"faults_per_second", "faults/s"},
};

static bool parse(const char *line, struct run *run)
{
	double *v = run->values;
	int end = 0;

	return sscanf(line, " %ld %ld %ld %lfs %lfs %lfs %lf %lf %n", &run->gib, &run->threads,
		      &run->cacheline, &v[0], &v[1], &v[2], &v[3], &v[4], &end) == 8 &&
	       end && !line[end] && run->gib >= 0 && run->threads > 0;
}

/* Words that are no run's: the s of seconds may follow a digit. */
static bool is_other(const char *line)
{
	bool blank = true;

	for (const char *at = line; *at; at++) {
		if (g_ascii_isalpha(*at) && !(*at == 's' && at > line && g_ascii_isdigit(at[-1])))
			return true;
		blank = blank && g_ascii_isspace(*at);
	}
	return blank;
}

static bool take_run(struct intake *in, const struct run *run, guint64 line, GError **err)
{
	g_autofree char *params = g_strdup_printf("gib=%ld threads=%ld", run->gib, run->threads);
	const char *scenario = intake_options(in)->scenario;

	for (size_t i = 0; i < G_N_ELEMENTS(metrics); i++) {
		const struct intake_record record = {
			.scenario = scenario ? scenario : "pft",
			.params = params,
			.metric = metrics[i].name,
			.unit = metrics[i].unit,
			.iteration = -1,
			.value = run->values[i],
			.line = line,
		};

		if (!intake_add(in, &record, err))
			return false;
	}
	return true;
}

static bool take_line(struct intake *in, const char *at, gsize length, guint64 number, GError **err)
{
	g_autofree char *line = g_strndup(at, MIN(length, LENGTH_MAX));
	struct run run;

	if (is_other(line))
		return true;
	if (length > LENGTH_MAX || !parse(line, &run))
		return intake_fail(in, number, err,
				   "is no run of pft: GiB, threads, cache lines, user, system and "
				   "wall time, faults per CPU second and per second");
	return take_run(in, &run, number, err);
}

bool intake_pft(struct intake *in, const char *data, gsize length, GError **err)
{
	const char *at = data, *end = data + length;

	for (guint64 line = 1; at < end; line++) {
		const char *newline = memchr(at, '\n', end - at);
		const char *stop = newline ? newline : end;

		if (!take_line(in, at, stop - at, line, err))
			return false;
		at = newline ? newline + 1 : end;
	}
	return true;
}
