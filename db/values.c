// SPDX-License-Identifier: GPL-2.0-only
/*
 * The values of a campaign's good samples: those of the views measurement and
 * probe_measurement, which say what they are. A campaign may have a million samples, so each
 * table is read once, in the order that it lies in; what belongs to one metric of one cell is
 * gathered here, and put into order here.
 */
#include "db/sql.h"

#include <string.h>

/* Where a value comes from: the first key of the order in which they are given. */
enum source {
	SOURCE_INTERVAL = 1,
	SOURCE_SPANS,
	SOURCE_METRIC,
	SOURCE_PROBE,
};

/* What most points of a campaign have in common. */
struct kind {
	gint64 environment;
	const char *unit, *better;
};

struct point {
	gint64 sample;
	double value;
	guint32 iteration;
	guint32 kind; /* its index */
};

struct series {
	enum source source;
	int place; /* of an interval in its scenario */
	const char *metric;
	gint64 cell;
	GArray *points;
};

struct cell {
	char *probe; /* NULL: its samples are run for themselves */
	GPtrArray *series;
	guint next; /* where the next value is likely to belong: metrics come in one order */
};

/* What the spans of one name come to in one sample; of one kind, or (NULL) of all. */
struct work {
	char *time, *calls; /* the metrics' names */
	char *kind;
	double sum, longest;
	guint count;
};

struct gathering {
	struct db *db;
	GHashTable *cells; /* of struct cell by id */
	GPtrArray *all;	   /* of struct series */
	GArray *kinds;	   /* of struct kind */
	guint kind;	   /* the last one's index */
	GStringChunk *texts;
};

/* The sample that a row is of: the first columns of each query. */
struct owner {
	gint64 sample, id, environment; /* id: the cell's */
	guint32 iteration;
	struct cell *cell;
};

#define OWNER	      "s.id, s.cell, s.environment, s.iteration"
#define OWNER_COLUMNS 4

/*
 * Samples of the campaign ?1 that count, for events e. CROSS JOIN keeps the order: from the
 * events, as they lie, to their samples.
 */
#define OF_SAMPLES "CROSS JOIN sample AS s ON s.id = e.sample "
#define WHERE_GOOD                                                                     \
	"WHERE e.sample " SQL_OF_CAMPAIGN " AND s.campaign = ?1 AND s.status = 'done'" \
	" AND NOT s.warmup "

static const char *column_text(sqlite3_stmt *stmt, int column)
{
	return (const char *)sqlite3_column_text(stmt, column);
}

/* ---- where a value belongs ---- */

static guint kind_of(struct gathering *to, const struct kind *wanted)
{
	for (guint tried = 0; tried < to->kinds->len; tried++) {
		guint at = (to->kind + tried) % to->kinds->len;
		const struct kind *kind = &g_array_index(to->kinds, struct kind, at);

		if (kind->environment == wanted->environment && !strcmp(kind->unit, wanted->unit) &&
		    !strcmp(kind->better, wanted->better))
			return to->kind = at;
	}
	const struct kind kind = {
		.environment = wanted->environment,
		.unit = g_string_chunk_insert_const(to->texts, wanted->unit),
		.better = g_string_chunk_insert_const(to->texts, wanted->better),
	};

	g_array_append_val(to->kinds, kind);
	return to->kind = to->kinds->len - 1;
}

static struct series *series_of(struct gathering *to, const struct owner *owner, enum source source,
				int place, const char *metric)
{
	struct cell *cell = owner->cell;

	for (guint tried = 0; tried < cell->series->len; tried++) {
		guint at = (cell->next + tried) % cell->series->len;
		struct series *series = cell->series->pdata[at];

		if (series->source != source || series->place != place ||
		    strcmp(series->metric, metric))
			continue;
		cell->next = at + 1;
		return series;
	}
	struct series *series = g_new(struct series, 1);

	*series = (struct series){
		.source = source,
		.place = place,
		.metric = g_string_chunk_insert_const(to->texts, metric),
		.cell = owner->id,
		.points = g_array_new(FALSE, FALSE, sizeof(struct point)),
	};
	g_ptr_array_add(to->all, series);
	g_ptr_array_add(cell->series, series);
	return series;
}

static void add(struct gathering *to, const struct owner *owner, struct series *series,
		const char *unit, const char *better, double value)
{
	const struct point point = {
		.sample = owner->sample,
		.value = value,
		.iteration = owner->iteration,
		.kind = kind_of(to, &(struct kind){owner->environment, unit, better}),
	};

	g_array_append_val(series->points, point);
}

static void read_owner(const struct gathering *to, sqlite3_stmt *stmt, struct owner *owner)
{
	gint64 sample = sqlite3_column_int64(stmt, 0);

	if (sample == owner->sample && owner->cell)
		return;
	*owner = (struct owner){
		.sample = sample,
		.id = sqlite3_column_int64(stmt, 1),
		.environment = sqlite3_column_int64(stmt, 2),
		.iteration = sqlite3_column_int(stmt, 3),
	};
	owner->cell = g_hash_table_lookup(to->cells, &owner->id);
}

/* ---- the three tables ---- */

static bool read_intervals(struct gathering *to, gint64 campaign, GError **err)
{
	g_autoptr(sqlite3_stmt) stmt = sql_prepare(
		to->db,
		"SELECT " OWNER ", i.place, i.name, i.better, CAST(b.t - e.t AS REAL) "
		"FROM mark AS e " OF_SAMPLES "CROSS JOIN cell AS c ON c.id = s.cell "
		"CROSS JOIN interval AS i ON i.scenario = c.scenario AND i.from_mark = e.name "
		"CROSS JOIN mark AS b ON b.sample = e.sample AND b.name = i.to_mark " WHERE_GOOD,
		SQL_ARGS(SQL_INT(campaign)), err);
	struct owner owner = {0};
	int more = -1;

	while (stmt && (more = sql_step(to->db, stmt, err)) > 0) {
		read_owner(to, stmt, &owner);
		if (owner.cell->probe)
			continue;
		add(to, &owner,
		    series_of(to, &owner, SOURCE_INTERVAL, sqlite3_column_int(stmt, OWNER_COLUMNS),
			      column_text(stmt, OWNER_COLUMNS + 1)),
		    "ns", column_text(stmt, OWNER_COLUMNS + 2),
		    sqlite3_column_double(stmt, OWNER_COLUMNS + 3));
	}
	return more == 0;
}

static bool read_metrics(struct gathering *to, gint64 campaign, GError **err)
{
	g_autoptr(sqlite3_stmt) stmt =
		sql_prepare(to->db,
			    "SELECT " OWNER ", e.name, e.unit, e.better, e.value "
			    "FROM metric AS e " OF_SAMPLES WHERE_GOOD,
			    SQL_ARGS(SQL_INT(campaign)), err);
	struct owner owner = {0};
	int more = -1;

	while (stmt && (more = sql_step(to->db, stmt, err)) > 0) {
		const char *name = column_text(stmt, OWNER_COLUMNS);

		read_owner(to, stmt, &owner);
		const char *probe = owner.cell->probe;
		gsize length = probe ? strlen(probe) : 0;

		/* Of a disturbed sample: what the collector itself says, PROBE.NAME. */
		if (probe && (!g_str_has_prefix(name, probe) || name[length] != '.'))
			continue;
		add(to, &owner,
		    series_of(to, &owner, probe ? SOURCE_PROBE : SOURCE_METRIC, 0,
			      probe ? name + length + 1 : name),
		    column_text(stmt, OWNER_COLUMNS + 1), column_text(stmt, OWNER_COLUMNS + 2),
		    sqlite3_column_double(stmt, OWNER_COLUMNS + 3));
	}
	return more == 0;
}

/* ---- spans ---- */

static void work_clear(gpointer data)
{
	struct work *work = data;

	g_free(work->time);
	g_free(work->calls);
	g_free(work->kind);
}

/* The sums of one sample, until another's spans come. */
struct tally {
	struct owner owner;
	GArray *works; /* of struct work */
};

static struct work *work_of(GArray *works, const char *time, const char *calls, const char *kind)
{
	for (guint i = 0; i < works->len; i++) {
		struct work *work = &g_array_index(works, struct work, i);

		if (!strcmp(work->time, time) && !strcmp(work->calls, calls) &&
		    !g_strcmp0(work->kind, kind))
			return work;
	}
	const struct work work = {
		.time = g_strdup(time), .calls = g_strdup(calls), .kind = g_strdup(kind)};

	g_array_append_val(works, work);
	return &g_array_index(works, struct work, works->len - 1);
}

static void add_span(GArray *works, const char *time, const char *calls, const char *kind,
		     double took)
{
	struct work *work = work_of(works, time, calls, kind);

	work->sum += took;
	work->longest = work->count++ ? MAX(work->longest, took) : took;
}

static void add_named(struct gathering *to, const struct owner *owner, const char *name,
		      const char *suffix, double value)
{
	g_autofree char *metric = g_strconcat(name, suffix, NULL);

	add(to, owner, series_of(to, owner, SOURCE_SPANS, 0, metric), "ns", "lower", value);
}

/* X_time of all kinds has no kind. */
static void end_sample(struct gathering *to, struct tally *tally)
{
	for (guint i = 0; i < tally->works->len; i++) {
		const struct work *work = &g_array_index(tally->works, struct work, i);

		if (work->kind) {
			g_autofree char *suffix = g_strconcat("_", work->kind, NULL);

			add_named(to, &tally->owner, work->time, suffix, work->sum);
			continue;
		}
		add_named(to, &tally->owner, work->time, "", work->sum);
		add_named(to, &tally->owner, work->time, "_max", work->longest);
		add(to, &tally->owner, series_of(to, &tally->owner, SOURCE_SPANS, 0, work->calls),
		    "count", "neither", work->count);
	}
	g_array_set_size(tally->works, 0);
}

static void take_span(struct gathering *to, struct tally *tally, sqlite3_stmt *stmt)
{
	const char *time = column_text(stmt, OWNER_COLUMNS);
	const char *calls = column_text(stmt, OWNER_COLUMNS + 1);
	double took = sqlite3_column_double(stmt, OWNER_COLUMNS + 3);

	if (sqlite3_column_int64(stmt, 0) != tally->owner.sample)
		end_sample(to, tally);
	read_owner(to, stmt, &tally->owner);
	if (tally->owner.cell->probe)
		return;
	add_span(tally->works, time, calls, NULL, took);
	add_span(tally->works, time, calls, column_text(stmt, OWNER_COLUMNS + 2), took);
}

static bool read_spans(struct gathering *to, gint64 campaign, GError **err)
{
	g_autoptr(sqlite3_stmt) stmt = sql_prepare(
		to->db,
		"SELECT " OWNER ", coalesce(a.time, e.name || '_time'),"
		" coalesce(a.calls, e.name || '_calls'), e.kind, CAST(e.end - e.start AS REAL) "
		"FROM span AS e " OF_SAMPLES
		"LEFT JOIN span_alias AS a ON a.span = e.name " WHERE_GOOD "ORDER BY e.sample",
		SQL_ARGS(SQL_INT(campaign)), err);
	struct tally tally = {.works = g_array_new(FALSE, FALSE, sizeof(struct work))};
	int more = -1;

	g_array_set_clear_func(tally.works, work_clear);
	while (stmt && (more = sql_step(to->db, stmt, err)) > 0)
		take_span(to, &tally, stmt);
	end_sample(to, &tally);
	g_array_unref(tally.works);
	return more == 0;
}

/* ---- the whole ---- */

static void series_free(gpointer data)
{
	struct series *series = data;

	g_clear_pointer(&series->points, g_array_unref);
	g_free(series);
}

static void cell_free(gpointer data)
{
	struct cell *cell = data;

	g_ptr_array_unref(cell->series);
	g_free(cell->probe);
	g_free(cell);
}

static bool read_cells(struct gathering *to, gint64 campaign, GError **err)
{
	g_autoptr(sqlite3_stmt) stmt =
		sql_prepare(to->db,
			    "SELECT c.id, n.probe FROM cell AS c "
			    "JOIN scenario AS n ON n.id = c.scenario WHERE c.campaign = ?1",
			    SQL_ARGS(SQL_INT(campaign)), err);
	int more = -1;

	while (stmt && (more = sql_step(to->db, stmt, err)) > 0) {
		gint64 id = sqlite3_column_int64(stmt, 0);
		struct cell *cell = g_new0(struct cell, 1);

		cell->probe = g_strdup(column_text(stmt, 1));
		cell->series = g_ptr_array_new();
		g_hash_table_insert(to->cells, g_memdup2(&id, sizeof(id)), cell);
	}
	return more == 0;
}

static int by_iteration(gconstpointer a, gconstpointer b)
{
	const struct point *x = a, *y = b;

	return x->iteration < y->iteration ? -1 : x->iteration > y->iteration;
}

/* As planned they mostly are. */
static void order_points(GArray *points)
{
	for (guint i = 1; i < points->len; i++)
		if (by_iteration(&g_array_index(points, struct point, i - 1),
				 &g_array_index(points, struct point, i)) > 0) {
			g_array_sort(points, by_iteration);
			return;
		}
}

static int by_metric_and_cell(gconstpointer a, gconstpointer b)
{
	const struct series *x = *(struct series *const *)a, *y = *(struct series *const *)b;
	int names = strcmp(x->metric, y->metric);

	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return names ? names : x->cell < y->cell ? -1 : x->cell > y->cell;
}

/* false where fn wants no more. */
static bool give(const struct gathering *from, const struct series *series,
		 bool (*fn)(const struct db_value *, void *), void *data)
{
	for (guint i = 0; i < series->points->len; i++) {
		const struct point *point = &g_array_index(series->points, struct point, i);
		const struct kind *kind = &g_array_index(from->kinds, struct kind, point->kind);
		const struct db_value value = {
			.cell = series->cell,
			.sample = point->sample,
			.environment = kind->environment,
			.iteration = point->iteration,
			.metric = series->metric,
			.unit = kind->unit,
			.better = kind->better,
			.value = point->value,
		};

		if (!fn(&value, data))
			return false;
	}
	return true;
}

static void give_all(const struct gathering *from, bool (*fn)(const struct db_value *, void *),
		     void *data)
{
	bool more = true;

	g_ptr_array_sort(from->all, by_metric_and_cell);
	for (guint i = 0; i < from->all->len && more; i++) {
		struct series *series = from->all->pdata[i];

		order_points(series->points);
		more = give(from, series, fn, data);
		/* What takes them keeps its own: not both for all of them. */
		g_clear_pointer(&series->points, g_array_unref);
	}
}

bool db_values(struct db *db, gint64 campaign, bool (*fn)(const struct db_value *, void *),
	       void *data, GError **err)
{
	g_autoptr(GHashTable) cells =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, cell_free);
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(series_free);
	g_autoptr(GArray) kinds = g_array_new(FALSE, FALSE, sizeof(struct kind));
	g_autoptr(GStringChunk) texts = g_string_chunk_new(1024);
	struct gathering to = {
		.db = db, .cells = cells, .all = all, .kinds = kinds, .texts = texts};

	if (!read_cells(&to, campaign, err) || !read_intervals(&to, campaign, err) ||
	    !read_spans(&to, campaign, err) || !read_metrics(&to, campaign, err))
		return false;
	give_all(&to, fn, data);
	return true;
}
