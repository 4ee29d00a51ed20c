// SPDX-License-Identifier: GPL-2.0-only
/*
 * What fio writes with --output-format=json: of each job, and each direction in which it did
 * any I/O, bandwidth, IOPS and completion latencies. A job that fio says failed is a failed
 * sample.
 */
#include "lab/intake.h"
#include "lab/json-stream.h"

#include <string.h>

#define KIB 1024

/* A job, and what is the same for all its values. */
struct job {
	struct intake *in;
	json_t *object;
	struct intake_record record;
	GError **err;
};

/* Percentiles as fio spells them; of all that it writes, those that are looked at. */
static const struct {
	const char *key, *name;
} percentiles[] = {
	{"50.000000", "p50"},	{"90.000000", "p90"},	 {"99.000000", "p99"},
	{"99.900000", "p99.9"}, {"99.990000", "p99.99"},
};

static bool add(struct job *job, const char *direction, const char *what, const char *unit,
		double value)
{
	g_autofree char *metric = g_strdup_printf("%s_%s", direction, what);
	struct intake_record record = job->record;

	record.metric = metric;
	record.unit = unit;
	record.value = value;
	return intake_add(job->in, &record, job->err);
}

static bool fail_member(struct job *job, const char *direction, const char *what)
{
	return intake_fail(job->in, job->record.line, job->err, "job '%s': '%s' has no number '%s'",
			   json_string_value(json_object_get(job->object, "jobname")), direction,
			   what);
}

static bool add_percentiles(struct job *job, const char *direction, json_t *clat)
{
	json_t *all = json_object_get(clat, "percentile");

	for (size_t i = 0; i < G_N_ELEMENTS(percentiles); i++) {
		json_t *value = json_object_get(all, percentiles[i].key);
		g_autofree char *what = g_strconcat("clat_", percentiles[i].name, NULL);

		if (json_is_number(value) &&
		    !add(job, direction, what, "ns", json_number_value(value)))
			return false;
	}
	return true;
}

/* Before 3.0, fio gave latencies in µs, as "clat". */
static bool add_direction(struct job *job, const char *direction, json_t *io)
{
	json_t *bytes = json_object_get(io, "bw_bytes"), *kib = json_object_get(io, "bw");
	json_t *iops = json_object_get(io, "iops"), *clat = json_object_get(io, "clat_ns");
	json_t *mean = json_object_get(clat, "mean");

	if (!json_is_number(bytes) && !json_is_number(kib))
		return fail_member(job, direction, "bw_bytes");
	if (!json_is_number(iops))
		return fail_member(job, direction, "iops");
	double bandwidth =
		json_is_number(bytes) ? json_number_value(bytes) : KIB * json_number_value(kib);

	return add(job, direction, "bandwidth", "B/s", bandwidth) &&
	       add(job, direction, "iops", "IO/s", json_number_value(iops)) &&
	       (!json_is_number(mean) ||
		add(job, direction, "clat_mean", "ns", json_number_value(mean))) &&
	       add_percentiles(job, direction, clat);
}

static bool add_directions(struct job *job)
{
	static const char *const directions[] = {"read", "write", "trim"};

	for (size_t i = 0; i < G_N_ELEMENTS(directions); i++) {
		json_t *io = json_object_get(job->object, directions[i]);

		if (json_integer_value(json_object_get(io, "total_ios")) > 0 &&
		    !add_direction(job, directions[i], io))
			return false;
	}
	return true;
}

static bool add_job(struct job *job)
{
	json_int_t error = json_integer_value(json_object_get(job->object, "error"));
	g_autofree char *reason = g_strdup_printf("fio's job ended in error %d: %s", (int)error,
						  g_strerror((int)error));

	return error ? intake_add_failed(job->in, &job->record, reason, job->err)
		     : add_directions(job);
}

/* Clones of a job (numjobs) ran at one time: each is a job of its own, numbered. */
static json_t *params_of(json_t *object, GHashTable *seen)
{
	const char *name = json_string_value(json_object_get(object, "jobname"));
	guint clone = GPOINTER_TO_UINT(g_hash_table_lookup(seen, name)) + 1;
	g_autofree char *numbered = g_strdup_printf("%s.%u", name, clone);

	g_hash_table_insert(seen, g_strdup(name), GUINT_TO_POINTER(clone));
	return json_pack("{s:s}", "job", clone > 1 ? numbered : name);
}

static bool take_job(struct job *job, GHashTable *seen)
{
	if (!json_is_string(json_object_get(job->object, "jobname")))
		return intake_fail(job->in, job->record.line, job->err,
				   "a job is none of fio's: it has no text 'jobname'");
	json_auto_t *params = params_of(job->object, seen);
	char *text = json_dumps(params, JSON_COMPACT);

	job->record.params = text;
	bool ok = add_job(job);

	free(text);
	return ok;
}

static bool take_run(struct intake *in, json_t *run, guint64 line, GError **err)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const char *scenario = intake_options(in)->scenario;
	json_t *jobs = json_object_get(run, "jobs"), *object;
	size_t i;

	if (!json_is_array(jobs))
		return intake_fail(in, line, err, "is none of fio's: it has no array 'jobs'");
	json_array_foreach (jobs, i, object) {
		struct job job = {
			.in = in,
			.object = object,
			.record = {.scenario = scenario ? scenario : "fio",
				   .iteration = 1,
				   .time = json_integer_value(json_object_get(run, "timestamp")),
				   .line = line},
			.err = err,
		};

		if (!take_job(&job, seen))
			return false;
	}
	return true;
}

/* fio may say something before, on lines of its own. */
bool intake_fio(struct intake *in, const char *data, gsize length, GError **err)
{
	struct json_stream stream = json_stream(intake_name(in), data, length);
	json_t *run;

	json_stream_skip_lines(&stream, '{');
	int found = json_stream_next(&stream, &run, err);

	if (!found)
		return intake_fail(in, 1, err, "holds no JSON of fio's");
	if (found < 0)
		return false;
	bool ok = take_run(in, run, stream.value, err);

	json_decref(run);
	return ok;
}
