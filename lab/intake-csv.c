// SPDX-License-Identifier: GPL-2.0-only
/*
 * CSV by RFC 4180: a heading that names the fields, then a line for each value. What
 * `bootlab report --format csv` writes can be read back.
 */
#include "lab/intake.h"

#include <csv.h>
#include <string.h>

/* How often the user sees how far it got, in lines. */
#define PROGRESS_LINES 0x4000

#define BOM "\xef\xbb\xbf"

enum field {
	KERNEL,
	SCENARIO,
	PARAMS,
	ITERATION,
	METRIC,
	VALUE,
	UNIT,
	BETTER,
	MACHINE,
	ENVIRONMENT,
	TIME,
	N_FIELDS,
	IGNORED = N_FIELDS, /* what a report says besides */
};

static const struct {
	const char *name;
	enum field field;
} names[] = {
	{"kernel", KERNEL},   {"scenario", SCENARIO},
	{"params", PARAMS},   {"iteration", ITERATION},
	{"metric", METRIC},   {"value", VALUE},
	{"unit", UNIT},	      {"better", BETTER},
	{"machine", MACHINE}, {"environment", ENVIRONMENT},
	{"time", TIME},	      {"campaign", IGNORED},
	{"sample", IGNORED},  {"outlier", IGNORED},
};

struct table {
	struct intake *in;
	GArray *columns;    /* enum field, in the heading's order */
	GString *text;	    /* the fields of the row in hand, each with its NUL */
	gsize at[N_FIELDS]; /* where they begin in it */
	bool given[N_FIELDS];
	guint n;      /* fields of the row so far */
	guint64 line; /* where the row began */
	bool whole;   /* the row has ended */
	bool in_heading, failed;
	GError **err;
};

/* ---- the heading ---- */

static bool take_name(struct table *table, const char *name)
{
	g_autoptr(GString) known = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		enum field field = names[i].field;

		g_string_append_printf(known, "%s%s", i ? ", " : "", names[i].name);
		if (g_ascii_strcasecmp(name, names[i].name))
			continue;
		if (field != IGNORED && table->given[field])
			return intake_fail(table->in, table->line, table->err,
					   "field '%s' is there twice", name);
		if (field != IGNORED)
			table->given[field] = true;
		g_array_append_val(table->columns, field);
		return true;
	}
	return intake_fail(table->in, table->line, table->err,
			   "the heading has a field '%s', and those that are known are %s", name,
			   known->str);
}

static bool end_heading(struct table *table)
{
	static const enum field needed[] = {METRIC, VALUE};

	for (size_t i = 0; i < G_N_ELEMENTS(needed); i++)
		if (!table->given[needed[i]])
			return intake_fail(table->in, table->line, table->err,
					   "the heading has no field '%s'", names[needed[i]].name);
	return true;
}

/* ---- rows ---- */

static const char *field_text(const struct table *table, enum field field)
{
	return table->given[field] ? table->text->str + table->at[field] : NULL;
}

static bool parse_iteration(const struct table *table, gint64 *iteration)
{
	const char *text = field_text(table, ITERATION);
	guint64 number;

	*iteration = -1;
	if (!text || !*text)
		return true;
	if (!g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT32, &number, NULL))
		return intake_fail(table->in, table->line, table->err,
				   "field 'iteration': '%s' is no number from 0 on", text);
	*iteration = (gint64)number;
	return true;
}

static bool parse_time(const struct table *table, gint64 *time)
{
	const char *text = field_text(table, TIME);

	*time = 0;
	if (text && *text && !intake_time(text, time))
		return intake_fail(table->in, table->line, table->err,
				   "field 'time': '%s' is neither seconds since 1970 nor like "
				   "2026-01-31T12:00:00Z",
				   text);
	return true;
}

static bool end_record(struct table *table)
{
	struct intake_record record = {
		.kernel = field_text(table, KERNEL),
		.scenario = field_text(table, SCENARIO),
		.params = field_text(table, PARAMS),
		.machine = field_text(table, MACHINE),
		.environment = field_text(table, ENVIRONMENT),
		.metric = field_text(table, METRIC),
		.unit = field_text(table, UNIT),
		.better = field_text(table, BETTER),
		.line = table->line,
	};

	if (table->n != table->columns->len)
		return intake_fail(table->in, table->line, table->err,
				   "has %u fields, and the heading %u", table->n,
				   table->columns->len);
	if (!intake_number(field_text(table, VALUE), &record.value))
		return intake_fail(table->in, table->line, table->err,
				   "field 'value': '%s' is no number", field_text(table, VALUE));
	return parse_iteration(table, &record.iteration) && parse_time(table, &record.time) &&
	       intake_add(table->in, &record, table->err);
}

/* ---- libcsv's calls ---- */

static void keep_field(struct table *table, const char *text, size_t length)
{
	enum field field = table->n < table->columns->len
				   ? g_array_index(table->columns, enum field, table->n)
				   : IGNORED;

	if (field == IGNORED)
		return;
	table->at[field] = table->text->len;
	g_string_append_len(table->text, text, (gssize)length + 1);
}

static void on_field(void *text, size_t length, void *data)
{
	struct table *table = data;

	if (table->failed)
		return;
	if (table->in_heading)
		table->failed = !take_name(table, text);
	else
		keep_field(table, text, length);
	table->n++;
}

static void on_row(int end, void *data)
{
	(void)end;
	struct table *table = data;

	if (!table->failed)
		table->failed = !(table->in_heading ? end_heading(table) : end_record(table));
	table->in_heading = false;
	table->whole = true;
	table->n = 0;
	g_string_truncate(table->text, 0);
}

/* ---- the file ---- */

static bool parse(struct table *table, struct csv_parser *parser, const char *data, gsize length,
		  guint64 line)
{
	if (table->whole)
		table->line = line;
	table->whole = false;
	size_t parsed = csv_parse(parser, data, length, on_field, on_row, table);

	if (parsed != length && !table->failed)
		return intake_fail(table->in, line, table->err,
				   "column %zu: a quote is wrong there: a field that holds one is "
				   "in quotes, and has it twice",
				   parsed + 1);
	/* A line without anything is no row. */
	table->whole = table->whole || !csv_get_buffer_size(parser) || !table->n;
	return !table->failed;
}

/* A line at a time, so that an error's line is known. */
static bool parse_lines(struct table *table, struct csv_parser *parser, const char *data,
			gsize length)
{
	const char *at = data, *end = data + length;

	for (guint64 line = 1; at < end; line++) {
		const char *newline = memchr(at, '\n', end - at);
		const char *next = newline ? newline + 1 : end;

		if (!parse(table, parser, at, next - at, line) ||
		    (line % PROGRESS_LINES == 0 &&
		     !intake_progress(table->in, next - data, table->err)))
			return false;
		at = next;
	}
	if (csv_fini(parser, on_field, on_row, table))
		return intake_fail(table->in, table->line, table->err,
				   "a quote is opened in this row and not closed");
	return !table->failed;
}

bool intake_csv(struct intake *in, const char *data, gsize length, GError **err)
{
	gsize skip = g_str_has_prefix(data, BOM) ? strlen(BOM) : 0;
	struct table table = {.in = in, .in_heading = true, .whole = true, .err = err};
	struct csv_parser parser;

	table.columns = g_array_new(FALSE, FALSE, sizeof(enum field));
	table.text = g_string_new(NULL);
	csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL);
	bool ok = parse_lines(&table, &parser, data + skip, length - skip);

	csv_free(&parser);
	g_array_unref(table.columns);
	g_string_free(table.text, TRUE);
	return ok;
}
