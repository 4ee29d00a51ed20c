// SPDX-License-Identifier: GPL-2.0-only
#include "db/load.h"

#include "db/feed.h"

#include <string.h>

/* So many values wait in memory for one statement to insert them. */
#define BATCH 65536

/*
 * What the schema's CHECKs and references say holds of these rows by how they are made: of values
 * that were checked before, for parents that the load has made itself. Asking again for each row
 * would take a third of the time. UNIQUE, NOT NULL and types are asked. With the usual 2 MB of
 * cache, the pages of the indices would be written many times.
 */
#define IN_LOAD                                                             \
	"PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; " \
	"PRAGMA cache_size = -32000"
#define AFTER_LOAD                                                          \
	"PRAGMA foreign_keys = ON; PRAGMA ignore_check_constraints = OFF; " \
	"PRAGMA cache_size = -2000"

struct db_load {
	struct db *db;
	const char *file;
	json_t *origin;
	char *key; /* of its kernels: one name may be another kernel in another campaign */
	gint64 campaign, next_sample, next_position, now;
	GPtrArray *waiting;	      /* cells that have rows for the next batch */
	guint rows;		      /* how many they have */
	struct feed samples, metrics; /* the batch that is being inserted */
	GThread *inserting;	      /* by this one; meanwhile nothing else may use db */
	GError *failed;		      /* its error */
	sqlite3_stmt *insert_samples, *insert_metrics, *find_sample;
	GHashTable *cells;   /* by id */
	GStringChunk *texts; /* of samples, each once */
	struct db_loaded count;
	bool begun;
};

/*
 * Rows wait by cell, and go into a batch cell by cell: in their file's order, in which cells
 * take turns, each would go to another place of the indices, and take twice as long. A sample
 * that waits has no id yet: its place among those that do stands for it, as PLACE(0) and so on.
 */
#define PLACE(n)      (-1 - (gint64)(n))
#define IS_PLACE(id)  ((id) < 0)
#define ID(id, first) (IS_PLACE(id) ? (first) + PLACE(id) : (id))

struct db_load_cell {
	gint64 id;
	GArray *samples, *metrics; /* that wait */
	GHashTable *places;	   /* of those samples, by iteration; NULL until asked for */
	gint64 before;		   /* iterations from other files: this one's come after them */
	gint64 highest;		   /* iteration there is; -1: none */
	gint64 iteration, sample, environment; /* the last that a value was for */
};

struct sample_row {
	gint64 id, cell, iteration, position, environment, time;
	const char *reason; /* NULL: it is good */
};

struct metric_row {
	gint64 sample;
	const struct db_load_metric *metric;
	double value;
	guint64 line;
};

/* ---- the two tables ---- */

static void sample_column(const void *data, int column, sqlite3_context *to)
{
	const struct sample_row *row = data;
	const gint64 numbers[] = {row->id,	 row->cell,	   row->iteration,
				  row->position, row->environment, row->time};

	if (column < (int)G_N_ELEMENTS(numbers))
		sqlite3_result_int64(to, numbers[column]);
	else
		sqlite3_result_text(to, row->reason, -1, SQLITE_STATIC);
}

static void metric_column(const void *data, int column, sqlite3_context *to)
{
	const struct metric_row *row = data;

	switch (column) {
	case 0:
		sqlite3_result_int64(to, row->sample);
		break;
	case 1:
		sqlite3_result_text(to, row->metric->name, -1, SQLITE_STATIC);
		break;
	case 2:
		sqlite3_result_double(to, row->value);
		break;
	case 3:
		sqlite3_result_text(to, row->metric->unit, -1, SQLITE_STATIC);
		break;
	case 4:
		sqlite3_result_text(to, row->metric->better, -1, SQLITE_STATIC);
		break;
	}
}

/*
 * OR FAIL: a failure undoes the whole transaction anyway, so that sqlite need not be ready to
 * undo the statement alone.
 */
static const char insert_samples[] =
	"INSERT OR FAIL INTO sample (id, cell, campaign, iteration, position, status, reason,"
	" started, ended, environment) SELECT id, cell, ?1, iteration, position,"
	" iif(reason IS NULL, 'done', 'failed'), reason, time, time, environment "
	"FROM temp.load_sample";
static const char insert_metrics[] =
	"INSERT OR FAIL INTO metric (sample, name, value, unit, better) "
	"SELECT sample, name, value, unit, better FROM temp.load_metric";
static const char find_sample[] =
	"SELECT id, environment FROM sample WHERE cell = ?1 AND iteration = ?2";

static bool prepare(struct db_load *load, GError **err)
{
	load->samples = (struct feed){
		.name = "load_sample",
		.columns = "(id, cell, iteration, position, environment, time, reason)",
		.rows = g_array_new(FALSE, FALSE, sizeof(struct sample_row)),
		.column = sample_column,
	};
	load->metrics = (struct feed){
		.name = "load_metric",
		.columns = "(sample, name, value, unit, better)",
		.rows = g_array_new(FALSE, FALSE, sizeof(struct metric_row)),
		.column = metric_column,
	};
	return feed_create(load->db, &load->samples, err) &&
	       feed_create(load->db, &load->metrics, err) &&
	       (load->insert_samples = sql_prepare(load->db, insert_samples,
						   SQL_ARGS(SQL_INT(load->campaign)), err)) &&
	       (load->insert_metrics = sql_prepare(load->db, insert_metrics, SQL_NO_ARGS, err)) &&
	       (load->find_sample = sql_prepare(load->db, find_sample, SQL_NO_ARGS, err));
}

/* ---- batches ---- */

static bool insert_rows(struct db_load *load, GError **err)
{
	if (!feed_flush(load->db, &load->samples, load->insert_samples, err))
		return false;
	if (feed_flush(load->db, &load->metrics, load->insert_metrics, err))
		return true;
	const struct metric_row *row =
		&g_array_index(load->metrics.rows, struct metric_row, load->metrics.at);

	if (sqlite3_extended_errcode(load->db->handle) != SQLITE_CONSTRAINT_PRIMARYKEY)
		return false;
	g_clear_error(err);
	return bl_fail(err, BL_ERROR_INPUT,
		       "%s:%" G_GUINT64_FORMAT ": metric '%s' of this sample was given before: "
		       "number the samples apart in the field 'iteration'",
		       load->file, row->line, row->metric->name);
}

static gpointer insert_batch(gpointer data)
{
	struct db_load *load = data;

	insert_rows(load, &load->failed);
	return NULL;
}

/* Until the batch in hand is inserted: then db may be used. */
static bool wait_for_batch(struct db_load *load, GError **err)
{
	if (load->inserting)
		g_thread_join(g_steal_pointer(&load->inserting));
	if (!load->failed)
		return true;
	/* Where another error came first, that one is told. */
	if (err && *err)
		g_clear_error(&load->failed);
	else
		g_propagate_error(err, g_steal_pointer(&load->failed));
	return false;
}

static void gather_cell(struct db_load *load, struct db_load_cell *cell)
{
	gint64 first = load->next_sample;

	for (guint i = 0; i < cell->samples->len; i++) {
		struct sample_row *row = &g_array_index(cell->samples, struct sample_row, i);

		row->id = load->next_sample++;
		row->position = load->next_position++;
	}
	for (guint i = 0; i < cell->metrics->len; i++) {
		struct metric_row *row = &g_array_index(cell->metrics, struct metric_row, i);

		row->sample = ID(row->sample, first);
	}
	cell->sample = ID(cell->sample, first);
	g_array_append_vals(load->samples.rows, cell->samples->data, cell->samples->len);
	g_array_append_vals(load->metrics.rows, cell->metrics->data, cell->metrics->len);
	g_array_set_size(cell->samples, 0);
	g_array_set_size(cell->metrics, 0);
	g_clear_pointer(&cell->places, g_hash_table_unref);
}

/* The rows that wait are inserted while the next are read. */
static bool next_batch(struct db_load *load, GError **err)
{
	if (!wait_for_batch(load, err))
		return false;
	for (guint i = 0; i < load->waiting->len; i++)
		gather_cell(load, load->waiting->pdata[i]);
	g_ptr_array_set_size(load->waiting, 0);
	load->rows = 0;
	load->inserting = g_thread_new("load", insert_batch, load);
	return true;
}

/* A row was added to what waits of a cell. */
static bool added_row(struct db_load *load, struct db_load_cell *cell, GError **err)
{
	if (cell->samples->len + cell->metrics->len == 1)
		g_ptr_array_add(load->waiting, cell);
	return ++load->rows < 2 * BATCH || next_batch(load, err);
}

static bool insert_all(struct db_load *load, GError **err)
{
	return next_batch(load, err) && wait_for_batch(load, err);
}

/* ---- samples and values ---- */

static void index_sample(struct db_load_cell *cell, guint place)
{
	gint64 iteration = g_array_index(cell->samples, struct sample_row, place).iteration;

	g_hash_table_insert(cell->places, (gpointer)(gsize)iteration, GUINT_TO_POINTER(place + 1));
}

/* Whether a sample of the cell waits; *cell then says that it is meant. */
static bool look_up_waiting(struct db_load_cell *cell, gint64 iteration)
{
	if (!cell->places) {
		cell->places = g_hash_table_new(NULL, NULL);
		for (guint i = 0; i < cell->samples->len; i++)
			index_sample(cell, i);
	}
	guint place =
		GPOINTER_TO_UINT(g_hash_table_lookup(cell->places, (gpointer)(gsize)iteration));

	if (!place)
		return false;
	cell->iteration = iteration;
	cell->sample = PLACE(place - 1);
	cell->environment = g_array_index(cell->samples, struct sample_row, place - 1).environment;
	return true;
}

static int look_up_stored(struct db_load *load, struct db_load_cell *cell, gint64 iteration,
			  GError **err)
{
	if (!wait_for_batch(load, err))
		return -1;
	sqlite3_bind_int64(load->find_sample, 1, cell->id);
	sqlite3_bind_int64(load->find_sample, 2, iteration);
	int found = sql_step(load->db, load->find_sample, err);

	if (found > 0) {
		cell->iteration = iteration;
		cell->sample = sqlite3_column_int64(load->find_sample, 0);
		cell->environment = sqlite3_column_int64(load->find_sample, 1);
	}
	sqlite3_reset(load->find_sample);
	return found;
}

/*
 * 1: it is there, and *cell says which it is; 0: it is not; -1 on error. A file in which each
 * cell's iterations go up never gets beyond the first line.
 */
static int look_up(struct db_load *load, struct db_load_cell *cell, gint64 iteration, GError **err)
{
	if (iteration > cell->highest)
		return 0;
	if (look_up_waiting(cell, iteration))
		return 1;
	return look_up_stored(load, cell, iteration, err);
}

static bool add_sample(struct db_load *load, const struct db_load_value *value, gint64 iteration,
		       const char *reason, GError **err)
{
	struct db_load_cell *cell = value->cell;
	const struct sample_row row = {
		.cell = cell->id,
		.iteration = iteration,
		.environment = value->environment,
		.time = value->time ? value->time : load->now,
		.reason = reason ? g_string_chunk_insert_const(load->texts, reason) : NULL,
	};

	cell->sample = PLACE(cell->samples->len);
	cell->iteration = iteration;
	cell->environment = value->environment;
	cell->highest = MAX(cell->highest, iteration);
	g_array_append_val(cell->samples, row);
	if (cell->places)
		index_sample(cell, cell->samples->len - 1);
	load->count.samples++;
	return added_row(load, cell, err);
}

/* The cell's sample becomes the one that the value is of, made if it is new. */
static bool go_to_sample(struct db_load *load, const struct db_load_value *value, GError **err)
{
	struct db_load_cell *cell = value->cell;
	gint64 iteration = cell->before + value->iteration;
	int found = iteration == cell->iteration ? 1 : look_up(load, cell, iteration, err);

	if (found <= 0)
		return !found && add_sample(load, value, iteration, NULL, err);
	if (cell->environment != value->environment)
		return bl_fail(err, BL_ERROR_INPUT,
			       "%s:%" G_GUINT64_FORMAT ": this sample was measured in another "
			       "environment above: number the samples apart in the field "
			       "'iteration'",
			       load->file, value->line);
	return true;
}

bool db_load_value(struct db_load *load, const struct db_load_value *value, GError **err)
{
	if (!go_to_sample(load, value, err))
		return false;
	const struct metric_row row = {value->cell->sample, value->metric, value->value,
				       value->line};

	g_array_append_val(value->cell->metrics, row);
	load->count.values++;
	return added_row(load, value->cell, err);
}

bool db_load_failed(struct db_load *load, const struct db_load_value *where, const char *reason,
		    GError **err)
{
	gint64 iteration = where->cell->before + where->iteration;
	int found = look_up(load, where->cell, iteration, err);

	if (found > 0)
		return bl_fail(err, BL_ERROR_INPUT,
			       "%s:%" G_GUINT64_FORMAT ": this sample was given before", load->file,
			       where->line);
	return !found && add_sample(load, where, iteration, reason, err);
}

struct db_loaded db_load_count(const struct db_load *load)
{
	return load->count;
}

/* ---- what they are of ---- */

json_t *db_load_origin(struct db_load *load)
{
	return json_copy(load->origin);
}

gint64 db_load_environment(struct db_load *load, json_t *facts, GError **err)
{
	return wait_for_batch(load, err) ? sql_environment(load->db, facts, err) : -1;
}

static gint64 scenario_of(struct db_load *load, json_t *definition, GError **err)
{
	const char *name = json_string_value(json_object_get(definition, "name"));

	return db_scenario(load->db, name, definition, NULL, err);
}

static gint64 kernel_of(struct db_load *load, const char *name, GError **err)
{
	const struct db_kernel kernel = {
		.name = name,
		.base = name,
		.key = load->key,
		.release = "",
		.config_hash = "",
		.compiler = "",
	};

	return db_kernel(load->db, &kernel, err);
}

struct db_load_cell *db_load_cell(struct db_load *load, const char *kernel, json_t *definition,
				  json_t *params, GError **err)
{
	gint64 kernel_id, scenario, id, highest = -1;

	if (!wait_for_batch(load, err) || (kernel_id = kernel_of(load, kernel, err)) < 0 ||
	    (scenario = scenario_of(load, definition, err)) < 0 ||
	    (id = db_cell(load->db, load->campaign, kernel_id, scenario, params, 0, err)) < 0)
		return NULL;
	struct db_load_cell *cell = g_hash_table_lookup(load->cells, &id);

	if (cell)
		return cell;
	if (sql_int(load->db, "SELECT coalesce(max(iteration), -1) FROM sample WHERE cell = ?1",
		    SQL_ARGS(SQL_INT(id)), &highest, err) < 0)
		return NULL;
	cell = g_new0(struct db_load_cell, 1);
	*cell = (struct db_load_cell){
		.samples = g_array_new(FALSE, FALSE, sizeof(struct sample_row)),
		.metrics = g_array_new(FALSE, FALSE, sizeof(struct metric_row)),
		.id = id,
		.before = MAX(highest, 0),
		.highest = highest,
		.iteration = -1};
	g_hash_table_insert(load->cells, &cell->id, cell);
	return cell;
}

static void cell_free(gpointer data)
{
	struct db_load_cell *cell = data;

	g_array_unref(cell->samples);
	g_array_unref(cell->metrics);
	g_clear_pointer(&cell->places, g_hash_table_unref);
	g_free(cell);
}

/* ---- begin and end ---- */

/* The same bytes with the same said of them are the same samples. g_free it. */
static char *identity_of(const struct db_load_file *file)
{
	const char *const parts[] = {file->sha256, file->kernel, file->scenario, file->machine};
	g_autoptr(GString) text = g_string_new(NULL);

	/* A NUL after each: "a" and "b" is not "ab"; a part that is not said is not empty. */
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_string_append_c(text, parts[i] ? '=' : '-');
		g_string_append_len(text, parts[i] ? parts[i] : "",
				    parts[i] ? (gssize)strlen(parts[i]) + 1 : 1);
	}
	return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text->str, text->len);
}

static gint64 new_campaign(struct db *db, const struct db_load_file *file, const char *identity,
			   GError **err)
{
	gint64 id = db_campaign_new(
		db, &(struct db_campaign){.command = file->command, .host = "elsewhere"}, err);

	/* Known by its first file wherever that is loaded. */
	if (id < 0 || !sql_run(db, "UPDATE identity SET uuid = ?2 WHERE campaign = ?1",
			       SQL_ARGS(SQL_INT(id), SQL_TEXT(identity)), err))
		return -1;
	return id;
}

static bool check_campaign(struct db *db, gint64 campaign, GError **err)
{
	gint64 sources;

	if (sql_int(db, "SELECT count(*) FROM source WHERE campaign = ?1",
		    SQL_ARGS(SQL_INT(campaign)), &sources, err) < 0)
		return false;
	if (!sources)
		return bl_fail(err, BL_ERROR_INPUT,
			       "database %s: campaign %" G_GINT64_FORMAT
			       " is none of samples that were imported: leave --campaign away for "
			       "a new one",
			       db->path, campaign);
	return true;
}

static bool add_source(struct db_load *load, const struct db_load_file *file, const char *identity,
		       GError **err)
{
	g_autofree char *name = g_path_get_basename(file->name);

	return sql_run(load->db,
		       "INSERT INTO source (campaign, place, name, format, sha256, identity) "
		       "SELECT ?1, 1 + coalesce(max(place), 0), ?2, ?3, ?4, ?5 FROM source "
		       "WHERE campaign = ?1",
		       SQL_ARGS(SQL_INT(load->campaign), SQL_TEXT(name), SQL_TEXT(file->format),
				SQL_TEXT(file->sha256), SQL_TEXT(identity)),
		       err);
}

static bool read_counters(struct db_load *load, GError **err)
{
	return sql_int(load->db, "SELECT 1 + coalesce(max(id), 0) FROM sample", SQL_NO_ARGS,
		       &load->next_sample, err) > 0 &&
	       sql_int(load->db,
		       "SELECT 1 + coalesce(max(position), -1) FROM sample WHERE campaign = ?1",
		       SQL_ARGS(SQL_INT(load->campaign)), &load->next_position, err) > 0 &&
	       sql_int(load->db, "SELECT unixepoch()", SQL_NO_ARGS, &load->now, err) > 0;
}

static bool read_origin(struct db_load *load, GError **err)
{
	json_auto_t *rows = sql_rows(
		load->db,
		"SELECT uuid, json_object('imported_from', name, 'imported_sha256', sha256)"
		" AS \"origin:json\" FROM identity JOIN source USING (campaign) "
		"WHERE campaign = ?1 AND place = 1",
		SQL_ARGS(SQL_INT(load->campaign)), err);
	json_t *row = json_array_get(rows, 0);

	load->key = g_strconcat(DB_LOAD_KEY, json_string_value(json_object_get(row, "uuid")), NULL);
	load->origin = json_incref(json_object_get(row, "origin"));
	return rows != NULL;
}

/* In the transaction: 1 to go on, 0 where the file is known, -1 on error. */
static int begin_locked(struct db_load *load, const struct db_load_file *file, gint64 *campaign,
			GError **err)
{
	g_autofree char *identity = identity_of(file);
	int found = sql_int(load->db,
			    "SELECT campaign FROM source WHERE identity = ?1 ORDER BY campaign",
			    SQL_ARGS(SQL_TEXT(identity)), campaign, err);

	if (found)
		return found > 0 ? 0 : -1;
	if (*campaign && !check_campaign(load->db, *campaign, err))
		return -1;
	load->campaign = *campaign ? *campaign : new_campaign(load->db, file, identity, err);
	*campaign = load->campaign;
	return load->campaign > 0 && add_source(load, file, identity, err) &&
			       read_counters(load, err) && read_origin(load, err) &&
			       prepare(load, err)
		       ? 1
		       : -1;
}

static void load_free(struct db_load *load)
{
	sqlite3_finalize(load->insert_samples);
	sqlite3_finalize(load->insert_metrics);
	sqlite3_finalize(load->find_sample);
	if (load->samples.rows) {
		feed_drop(load->db, &load->samples);
		feed_drop(load->db, &load->metrics);
		g_array_unref(load->samples.rows);
		g_array_unref(load->metrics.rows);
	}
	g_ptr_array_unref(load->waiting);
	g_hash_table_unref(load->cells);
	g_string_chunk_free(load->texts);
	json_decref(load->origin);
	g_free(load->key);
	g_free(load);
}

struct db_load *db_load_begin(struct db *db, const struct db_load_file *file, gint64 *campaign,
			      bool *known, GError **err)
{
	struct db_load *load = g_new0(struct db_load, 1);

	load->db = db;
	load->file = file->name;
	load->cells = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, cell_free);
	load->waiting = g_ptr_array_new();
	load->texts = g_string_chunk_new(256);
	*known = false;
	sqlite3_exec(db->handle, IN_LOAD, NULL, NULL, NULL);
	load->begun = db_begin(db, err);
	int go = load->begun ? begin_locked(load, file, campaign, err) : -1;

	if (go > 0)
		return load;
	*known = !go;
	db_load_end(load, false, err);
	return NULL;
}

static bool end_transaction(struct db *db, bool ok, GError **err)
{
	if (ok)
		return db_commit(db, err);
	db_rollback(db);
	return false;
}

bool db_load_end(struct db_load *load, bool ok, GError **err)
{
	struct db *db = load->db;
	bool begun = load->begun;

	ok = wait_for_batch(load, err) && ok && insert_all(load, err);
	/* Its statements first: one that has failed would keep a transaction from its end. */
	load_free(load);
	ok = begun && end_transaction(db, ok, err);
	sqlite3_exec(db->handle, AFTER_LOAD, NULL, NULL, NULL);
	return ok;
}
