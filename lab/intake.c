// SPDX-License-Identifier: GPL-2.0-only
#include "lab/intake.h"

#include "db/bundle.h"
#include "db/load.h"
#include "lab/direction.h"
#include "lab/log.h"
#include "lab/params.h"
#include "lab/progress.h"
#include "lab/run.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

/* Longer texts are no names: a file of another kind was taken for one of ours. */
#define NAME_LENGTH_MAX 200

#define MIB 0x100000

/* What records have in common that are of one cell and one environment. */
struct place {
	struct db_load_cell *cell;
	gint64 environment;
	GArray *counts; /* the cell's, of guint32: values of each metric that say no iteration */
};

struct metric {
	struct db_load_metric stored;
	guint index;
	bool guessed; /* its direction could not be told from its unit */
};

struct intake {
	struct db *db;
	const char *name;
	const struct intake_opts *opts;
	struct db_load *load;
	GHashTable *places, *metrics; /* by all of a record's texts that make them */
	GHashTable *scenarios;	      /* json_t, definitions by name */
	GHashTable *counts;	      /* of each cell */
	GString *key;
};

struct db *intake_db(const struct intake *in)
{
	return in->db;
}

const struct intake_opts *intake_options(const struct intake *in)
{
	return in->opts;
}

const char *intake_name(const struct intake *in)
{
	return in->name;
}

bool intake_fail(const struct intake *in, guint64 line, GError **err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	g_autofree char *what = g_strdup_vprintf(fmt, ap);
	va_end(ap);
	return bl_fail(err, BL_ERROR_INPUT, "%s:%" G_GUINT64_FORMAT ": %s", in->name, line, what);
}

bool intake_progress(struct intake *in, gsize bytes, GError **err)
{
	(void)in;
	progress_update(bytes / MIB, NULL);
	return run_check_interrupted(err);
}

bool intake_number(const char *text, double *value)
{
	char *end;

	*value = g_ascii_strtod(text, &end);
	return end > text && !*end && isfinite(*value);
}

bool intake_time(const char *text, gint64 *time)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GDateTime) when = NULL;

	if (g_ascii_string_to_signed(text, 10, 1, G_MAXINT64, time, NULL))
		return true;
	when = g_date_time_new_from_iso8601(text, utc);
	*time = when ? g_date_time_to_unix(when) : 0;
	return *time > 0;
}

/* ---- names ---- */

static bool check_name(const struct intake *in, const char *field, const char *text, guint64 line,
		       GError **err)
{
	if (!*text)
		return intake_fail(in, line, err, "there is no %s", field);
	if (strlen(text) > NAME_LENGTH_MAX || !g_utf8_validate(text, -1, NULL))
		return intake_fail(in, line, err,
				   "field '%s': is no name, which is UTF-8 of at most %d bytes",
				   field, NAME_LENGTH_MAX);
	for (const char *at = text; *at; at = g_utf8_next_char(at))
		if (g_unichar_iscntrl(g_utf8_get_char(at)))
			return intake_fail(in, line, err, "field '%s': holds a control character",
					   field);
	return true;
}

/* What the record says, or else the user; NULL with err where neither does. */
static const char *name_of(const struct intake *in, const char *field, const char *said,
			   const char *option, guint64 line, GError **err)
{
	const char *text = said && *said ? said : option ? option : "";

	if (!*text) {
		intake_fail(in, line, err, "names no %s: --%s says it", field, field);
		return NULL;
	}
	return check_name(in, field, text, line, err) ? text : NULL;
}

static void key_free(GString *key)
{
	g_string_free(key, TRUE);
}

static GString *key_copy(const GString *key)
{
	return g_string_new_len(key->str, (gssize)key->len);
}

/* The texts one after another, each with its NUL: "a" and "b" is not "ab". */
static GString *key_of(struct intake *in, const char *const *texts, guint n)
{
	g_string_truncate(in->key, 0);
	for (guint i = 0; i < n; i++)
		g_string_append_len(in->key, texts[i] ? texts[i] : "",
				    texts[i] ? (gssize)strlen(texts[i]) + 1 : 1);
	return in->key;
}

static GHashTable *table_by_key(GDestroyNotify free_value)
{
	return g_hash_table_new_full((GHashFunc)g_string_hash, (GEqualFunc)g_string_equal,
				     (GDestroyNotify)key_free, free_value);
}

/* ---- metrics ---- */

static void metric_free(gpointer data)
{
	struct metric *metric = data;

	g_free(metric->stored.name);
	g_free(metric->stored.unit);
	g_free(metric->stored.better);
	g_free(metric);
}

/* A table's row has one direction. */
static bool check_direction(const struct intake *in, const struct db_load_metric *one, guint64 line,
			    GError **err)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, in->metrics);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct db_load_metric *other = &((struct metric *)value)->stored;

		if (!strcmp(one->name, other->name) && strcmp(one->better, other->better))
			return intake_fail(in, line, err,
					   "metric '%s': %s is better here, and %s above",
					   one->name, one->better, other->better);
	}
	return true;
}

static struct metric *new_metric(struct intake *in, const struct intake_record *record,
				 GError **err)
{
	const char *said = record->better && *record->better ? record->better : NULL;
	struct direction direction = direction_of(record->unit ? record->unit : "");
	g_autoptr(GString) key = key_copy(in->key);

	if (!check_name(in, "metric", record->metric ? record->metric : "", record->line, err) ||
	    (*direction.unit && !check_name(in, "unit", direction.unit, record->line, err)))
		return NULL;
	if (said && !direction_is(said)) {
		intake_fail(in, record->line, err,
			    "field 'better': '%s' is not lower, higher or neither", said);
		return NULL;
	}
	struct metric *metric = g_new0(struct metric, 1);

	metric->stored = (struct db_load_metric){g_strdup(record->metric), g_strdup(direction.unit),
						 g_strdup(said ? said : direction.better)};
	metric->index = g_hash_table_size(in->metrics);
	metric->guessed = !said && !direction.known;
	if (!check_direction(in, &metric->stored, record->line, err)) {
		metric_free(metric);
		return NULL;
	}
	g_hash_table_insert(in->metrics, g_steal_pointer(&key), metric);
	return metric;
}

static struct metric *metric_of(struct intake *in, const struct intake_record *record, GError **err)
{
	const char *const texts[] = {record->metric, record->unit, record->better};
	struct metric *metric =
		g_hash_table_lookup(in->metrics, key_of(in, texts, G_N_ELEMENTS(texts)));

	return metric ? metric : new_metric(in, record, err);
}

static void warn_of_guessed(const struct intake *in)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, in->metrics);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct metric *metric = value;

		if (metric->guessed)
			log_warn("%s: metric '%s' [%s]: nothing says whether less or more of it "
				 "is better, so that no change of it is judged: a field 'better' "
				 "(lower or higher) does",
				 in->name, metric->stored.name, metric->stored.unit);
	}
}

/* ---- places ---- */

/* All samples of a scenario have the same parameters: its first says which. */
static json_t *definition_of(struct intake *in, const char *scenario, json_t *params, json_t *kinds,
			     guint64 line, GError **err)
{
	json_t *known = g_hash_table_lookup(in->scenarios, scenario);

	if (!known) {
		known = json_pack("{s:s, s:s, s:O}", "name", scenario, "summary",
				  "measured elsewhere", "params", kinds);
		g_hash_table_insert(in->scenarios, g_strdup(scenario), known);
	}
	if (!params_are(params, json_object_get(known, "params"))) {
		g_autofree char *names = params_names(json_object_get(known, "params"));

		intake_fail(in, line, err,
			    "field 'params': samples of scenario '%s' above have %s: give all of "
			    "them the same parameters, or another scenario",
			    scenario, *names ? names : "none");
		return NULL;
	}
	return known;
}

static json_t *facts_of(const struct intake *in, const struct intake_record *record)
{
	const char *machine =
		record->machine && *record->machine ? record->machine : in->opts->machine;
	json_t *facts = db_load_origin(in->load);

	json_object_set_new(facts, "testbed", json_string("measured elsewhere"));
	if (machine)
		json_object_set_new(facts, "machine", json_string(machine));
	if (record->environment && *record->environment)
		json_object_set_new(facts, "environment", json_string(record->environment));
	return facts;
}

static bool check_facts(const struct intake *in, const struct intake_record *record, GError **err)
{
	const char *machine = record->machine, *environment = record->environment;

	return (!machine || !*machine || check_name(in, "machine", machine, record->line, err)) &&
	       (!environment || !*environment ||
		check_name(in, "environment", environment, record->line, err));
}

static struct db_load_cell *cell_of(struct intake *in, const struct intake_record *record,
				    GError **err)
{
	const struct intake_opts *opts = in->opts;
	const char *kernel = name_of(in, "kernel", record->kernel, opts->kernel, record->line, err);
	const char *scenario = kernel ? name_of(in, "scenario", record->scenario, opts->scenario,
						record->line, err)
				      : NULL;
	json_auto_t *params = NULL, *kinds = NULL;
	g_autofree char *why = NULL;

	if (!scenario)
		return NULL;
	if (!params_parse(record->params ? record->params : "", &params, &kinds, &why)) {
		intake_fail(in, record->line, err, "field 'params': %s", why);
		return NULL;
	}
	json_t *definition = definition_of(in, scenario, params, kinds, record->line, err);

	return definition ? db_load_cell(in->load, kernel, definition, params, err) : NULL;
}

static GArray *counts_of(struct intake *in, struct db_load_cell *cell)
{
	GArray *counts = g_hash_table_lookup(in->counts, cell);

	if (!counts) {
		counts = g_array_new(FALSE, TRUE, sizeof(guint32));
		g_hash_table_insert(in->counts, cell, counts);
	}
	return counts;
}

static struct place *new_place(struct intake *in, const struct intake_record *record, GError **err)
{
	g_autoptr(GString) key = key_copy(in->key);
	json_auto_t *facts = check_facts(in, record, err) ? facts_of(in, record) : NULL;
	struct db_load_cell *cell = facts ? cell_of(in, record, err) : NULL;
	gint64 environment = cell ? db_load_environment(in->load, facts, err) : -1;

	if (environment < 0)
		return NULL;
	struct place *place = g_new0(struct place, 1);

	*place = (struct place){cell, environment, counts_of(in, cell)};
	g_hash_table_insert(in->places, g_steal_pointer(&key), place);
	return place;
}

static struct place *place_of(struct intake *in, const struct intake_record *record, GError **err)
{
	const char *const texts[] = {record->kernel, record->scenario, record->params,
				     record->machine, record->environment};
	struct place *place =
		g_hash_table_lookup(in->places, key_of(in, texts, G_N_ELEMENTS(texts)));

	return place ? place : new_place(in, record, err);
}

/* Where iterations are not said, a cell's n-th value of a metric is its n-th sample's. */
static guint32 next_iteration(struct place *place, guint metric)
{
	if (place->counts->len <= metric)
		g_array_set_size(place->counts, metric + 1);
	return ++g_array_index(place->counts, guint32, metric);
}

/* ---- records ---- */

bool intake_add(struct intake *in, const struct intake_record *record, GError **err)
{
	struct place *place = place_of(in, record, err);
	struct metric *metric = place ? metric_of(in, record, err) : NULL;

	if (!metric)
		return false;
	return db_load_value(in->load,
			     &(struct db_load_value){
				     .cell = place->cell,
				     .environment = place->environment,
				     .iteration = record->iteration >= 0
							  ? record->iteration
							  : next_iteration(place, metric->index),
				     .time = record->time,
				     .metric = &metric->stored,
				     .value = record->value,
				     .line = record->line,
			     },
			     err);
}

bool intake_add_failed(struct intake *in, const struct intake_record *record, const char *reason,
		       GError **err)
{
	struct place *place = place_of(in, record, err);

	if (!place)
		return false;
	return db_load_failed(in->load,
			      &(struct db_load_value){
				      .cell = place->cell,
				      .environment = place->environment,
				      .iteration = record->iteration,
				      .time = record->time,
				      .line = record->line,
			      },
			      reason, err);
}

/* ---- formats ---- */

static bool begins_with(const char *data, gsize length, const char *first)
{
	while (length && g_ascii_isspace(*data))
		data++, length--;
	return length && strchr(first, *data);
}

static bool holds(const char *data, gsize length, const char *text)
{
	return memmem(data, MIN(length, 4096), text, strlen(text));
}

static bool is_bundle(const char *data, gsize length)
{
	return holds(data, MIN(length, 64), "\"" BUNDLE_MARK "\"");
}

static bool is_fio(const char *data, gsize length)
{
	return holds(data, length, "\"fio version\"");
}

static bool is_json(const char *data, gsize length)
{
	return begins_with(data, length, "[{");
}

/* Its lines are columns of numbers, or such a heading. */
static bool is_pft(const char *data, gsize length)
{
	const char *end = memchr(data, '\n', length);
	gsize line = end ? (gsize)(end - data) : length;

	return holds(data, length, "fault/wsec") ||
	       (!memchr(data, ',', line) && begins_with(data, line, "0123456789"));
}

static bool is_csv(const char *data, gsize length)
{
	return memchr(data, ',', MIN(length, 4096));
}

/* In the order that they are asked. read gives records; a bundle is a whole of its own. */
static const struct format {
	const char *name, *summary;
	bool (*is)(const char *data, gsize length);
	bool (*read)(struct intake *in, const char *data, gsize length, GError **err);
} formats[] = {
	{"bundle", "what 'bootlab export' writes", is_bundle, NULL},
	{"fio", "what fio --output-format=json writes", is_fio, intake_fio},
	{"json", "objects, a value each: in an array, or one after another", is_json, intake_json},
	{"pft", "the page fault test's lines, as mmtests keeps them", is_pft, intake_pft},
	{"csv", "a heading, then a line for each value", is_csv, intake_csv},
};

static char *format_names(void)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++)
		g_string_append_printf(names, "%s%s", i ? ", " : "", formats[i].name);
	return g_string_free(g_steal_pointer(&names), FALSE);
}

char *intake_formats_text(void)
{
	g_autoptr(GString) text = g_string_new("Formats:\n");

	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++)
		g_string_append_printf(text, "  %-7s %s\n", formats[i].name, formats[i].summary);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static const struct format *find_format(const char *name, const char *data, gsize length,
					const char *wanted, GError **err)
{
	g_autofree char *names = format_names();

	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++)
		if (wanted ? !strcmp(formats[i].name, wanted) : formats[i].is(data, length))
			return &formats[i];
	if (wanted)
		bl_fail(err, BL_ERROR_INPUT, "--format %s: there are %s", wanted, names);
	else
		bl_fail(err, BL_ERROR_INPUT,
			"%s: is in no format that is known: --format says which of %s", name,
			names);
	return NULL;
}

/* ---- a file ---- */

static bool read_all(struct intake *in, const struct format *format, const char *data, gsize length,
		     struct intake_outcome *outcome, GError **err)
{
	bool ok = format->read(in, data, length, err);
	struct db_loaded loaded = db_load_count(in->load);

	if (ok && !loaded.samples)
		ok = bl_fail(err, BL_ERROR_INPUT, "%s: holds no sample", in->name);
	outcome->samples = loaded.samples;
	outcome->values = loaded.values;
	outcome->campaigns = !in->opts->campaign;
	ok = db_load_end(g_steal_pointer(&in->load), ok, err);
	if (ok)
		warn_of_guessed(in);
	return ok;
}

static bool begin(struct intake *in, const struct format *format, const char *data, gsize length,
		  struct intake_outcome *outcome, GError **err)
{
	const struct intake_opts *opts = in->opts;
	g_autofree char *sha256 =
		g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)data, length);
	const struct db_load_file file = {
		.name = in->name,
		.format = format->name,
		.sha256 = sha256,
		.kernel = opts->kernel,
		.scenario = opts->scenario,
		.machine = opts->machine,
		.command = opts->command,
	};

	outcome->campaign = opts->campaign;
	in->load = db_load_begin(in->db, &file, &outcome->campaign, &outcome->known, err);
	return in->load || outcome->known;
}

/* Texts end at a NUL: one within them would cut them short unseen. */
static bool check_text(const char *name, const char *data, gsize length, GError **err)
{
	const char *nul = memchr(data, '\0', length);

	if (!nul)
		return true;
	return bl_fail(err, BL_ERROR_INPUT, "%s: is no text: byte %zu is 0", name,
		       (gsize)(nul - data) + 1);
}

bool intake_bytes(struct db *db, const char *name, const char *data, gsize length,
		  const struct intake_opts *opts, struct intake_outcome *outcome, GError **err)
{
	const struct format *format = find_format(name, data, length, opts->format, err);
	struct intake in = {.db = db, .name = name, .opts = opts};

	*outcome = (struct intake_outcome){0};
	if (!format || !check_text(name, data, length, err))
		return false;
	in.places = table_by_key(g_free);
	in.metrics = table_by_key(metric_free);
	in.scenarios =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)json_decref);
	in.counts = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
	in.key = g_string_new(NULL);
	bool ok = format->read ? begin(&in, format, data, length, outcome, err)
			       : intake_bundle(&in, data, length, outcome, err);

	if (in.load)
		ok = read_all(&in, format, data, length, outcome, err);
	g_hash_table_unref(in.places);
	g_hash_table_unref(in.metrics);
	g_hash_table_unref(in.scenarios);
	g_hash_table_unref(in.counts);
	g_string_free(in.key, TRUE);
	return ok;
}

bool intake_file(struct db *db, const char *path, const struct intake_opts *opts,
		 struct intake_outcome *outcome, GError **err)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, &why);
	g_autofree char *phase = g_strdup_printf("importing %s", path);

	if (!file)
		return bl_fail(err, BL_ERROR_INPUT, "%s: cannot be read: %s", path, why->message);
	gsize length = g_mapped_file_get_length(file);
	const char *data = length ? g_mapped_file_get_contents(file) : "";

	progress_begin(phase, "MiB", length / MIB);
	bool ok = intake_bytes(db, path, data, length, opts, outcome, err);

	progress_end(!ok ? "failed, nothing was added" : outcome->known ? "known already" : "done");
	return ok;
}
