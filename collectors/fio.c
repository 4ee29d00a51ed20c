// SPDX-License-Identifier: GPL-2.0-only
/*
 * fio: bandwidth, I/Os by second and completion latencies of a workload's fio, by direction, as
 * metrics; its whole output as the file fio.json. fio counts these in any case, and they are
 * read when it has ended. Reads are those of its verification.
 */
#include "collectors/fio.h"

#include "collectors/collector.h"
#include "collectors/emit.h"
#include "collectors/fail.h"
#include "lab/protocol.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static const char *const sides[FIO_SIDES] = {[FIO_READ] = "read", [FIO_WRITE] = "write"};

static const struct {
	const char *member, *metric;
} percentiles[FIO_PERCENTILES] = {
	{"50.000000", "p50"},
	{"95.000000", "p95"},
	{"99.000000", "p99"},
	{"99.900000", "p99.9"},
};

static const char *output;
static struct fio_result result;

/* The number at the end of a path of members; fail()s with the path where there is none. */
static int number(json_t *from, const char *const *path, double *value)
{
	char text[128] = "jobs[0]";
	size_t len = strlen(text);

	for (; *path; path++) {
		from = json_object_get(from, *path);
		len += snprintf(text + len, sizeof(text) - len, ".%s", *path);
	}
	if (!json_is_number(from) || json_number_value(from) < 0)
		return fail(0, "fio's output has no number %s", text);
	*value = json_number_value(from);
	return 0;
}

static int parse_clat(json_t *job, const char *side, double *ns)
{
	int rc = 0;

	for (int i = 0; i < FIO_PERCENTILES && !rc; i++)
		rc = number(job,
			    (const char *[]){side, "clat_ns", "percentile", percentiles[i].member,
					     NULL},
			    &ns[i]);
	return rc;
}

static int parse_side(json_t *job, const char *side, struct fio_direction *direction)
{
	double ios, bytes;
	int rc = number(job, (const char *[]){side, "total_ios", NULL}, &ios);

	if (!rc)
		rc = number(job, (const char *[]){side, "io_bytes", NULL}, &bytes);
	if (!rc)
		rc = number(job, (const char *[]){side, "bw_bytes", NULL}, &direction->bandwidth);
	if (!rc)
		rc = number(job, (const char *[]){side, "iops", NULL}, &direction->iops);
	if (rc)
		return rc;
	direction->ios = ios;
	direction->bytes = bytes;
	return ios > 0 ? parse_clat(job, side, direction->clat_ns) : 0;
}

static int parse_job(json_t *job, struct fio_result *parsed)
{
	double error;
	int rc = number(job, (const char *[]){"error", NULL}, &error);

	for (int i = 0; i < FIO_SIDES && !rc; i++)
		rc = parse_side(job, sides[i], &parsed->sides[i]);
	if (rc)
		return rc;
	parsed->error = error;
	return 0;
}

int fio_parse(const char *text, struct fio_result *parsed)
{
	const char *start = strchr(text, '{');
	json_error_t error;
	json_t *all, *job;
	int rc;

	*parsed = (struct fio_result){0};
	if (!start)
		return fail(0, "fio's output has no JSON: \"%.200s\"", text);
	all = json_loads(start, 0, &error);
	if (!all)
		return fail(0, "fio's output is no JSON at its line %d: %s", error.line,
			    error.text);
	job = json_array_get(json_object_get(all, "jobs"), 0);
	rc = job ? parse_job(job, parsed) : fail(0, "fio's output has no jobs[0]");
	json_decref(all);
	return rc;
}

void fio_report(const char *text, const struct fio_result *parsed)
{
	output = text;
	result = *parsed;
}

static void emit(const char *side, const char *what, double value, const char *unit,
		 const char *better)
{
	char name[PROTOCOL_NAME_MAX + 1];

	snprintf(name, sizeof(name), "fio.%s_%s", side, what);
	emit_metric(name, value, unit, better);
}

static void emit_side(const char *side, const struct fio_direction *direction)
{
	char what[16];

	if (!direction->ios)
		return;
	emit(side, "bandwidth", direction->bandwidth, "B/s", PROTOCOL_BETTER_HIGHER);
	emit(side, "iops", direction->iops, "IO/s", PROTOCOL_BETTER_HIGHER);
	for (int i = 0; i < FIO_PERCENTILES; i++) {
		snprintf(what, sizeof(what), "clat_%s", percentiles[i].metric);
		emit(side, what, direction->clat_ns[i], "ns", PROTOCOL_BETTER_LOWER);
	}
}

static int stop(void)
{
	/* Why there is none, the workload has said. */
	if (!output)
		return fail(0, "there is no output of fio");
	for (int i = 0; i < FIO_SIDES; i++)
		emit_side(sides[i], &result.sides[i]);
	emit_artifact("fio.json", output);
	return 0;
}

const struct collector fio_collector = {
	.stop = stop,
};
