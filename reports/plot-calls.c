// SPDX-License-Identifier: GPL-2.0-only
/*
 * The DMA map and unmap calls of one sample of each kernel (its first good one) along time:
 * when each began, and how long it took.
 */
#include "reports/plot.h"

#include <math.h>
#include <string.h>

#define NS_PER_S 1e9

/* Pixels. */
#define AROUND	    170
#define ROW_HEIGHT  70
#define CALL_HEIGHT 0.3 /* of half a row */

/* So short a call, as part of the axis, is drawn this long, that it can be seen. */
#define LEAST_WIDTH 0.0015

struct call {
	char *what; /* "dma_map bar" */
	double start, end;
};

/* A group's calls, by kernel. */
struct calls {
	const struct group *group;
	GArray **of;	 /* of struct call, one for each kernel */
	gint64 *samples; /* whose calls; 0: none yet */
	double end;	 /* seconds */
};

/* While the spans of one sample come in. */
struct reading {
	struct calls *calls;
	guint kernel;
	gint64 first; /* when the first call began, ns */
};

static void call_clear(gpointer data)
{
	g_free(((struct call *)data)->what);
}

static void calls_free(gpointer data)
{
	struct calls *calls = data;

	for (guint k = 0; calls->of[k]; k++)
		g_array_unref(calls->of[k]);
	g_free(calls->of);
	g_free(calls->samples);
	g_free(calls);
}

static void calls_add(GPtrArray *all, const struct group *group, guint n_kernels)
{
	struct calls *calls = g_new0(struct calls, 1);

	calls->group = group;
	calls->of = g_new0(GArray *, n_kernels + 1);
	calls->samples = g_new0(gint64, n_kernels);
	for (guint k = 0; k < n_kernels; k++) {
		calls->of[k] = g_array_new(FALSE, FALSE, sizeof(struct call));
		g_array_set_clear_func(calls->of[k], call_clear);
	}
	g_ptr_array_add(all, calls);
}

static bool take_span(const struct db_span *span, void *data)
{
	struct reading *reading = data;
	struct calls *calls = reading->calls;
	GArray *of = calls->of[reading->kernel];

	if (!g_str_has_prefix(span->name, "dma_"))
		return true;
	if (!of->len)
		reading->first = span->start;
	struct call call = {
		.what = g_strdup_printf("%s %s", span->name, span->kind),
		.start = (span->start - reading->first) / NS_PER_S,
		.end = (span->end - reading->first) / NS_PER_S,
	};

	g_array_append_val(of, call);
	calls->end = fmax(calls->end, call.end);
	return true;
}

static int by_iteration(gconstpointer a, gconstpointer b)
{
	const struct origin *x = a, *y = b;

	return x->iteration < y->iteration ? -1 : x->iteration > y->iteration;
}

/*
 * The first samples of all rows: what spans come to are rows, so that the first sample which has
 * any is among them. Array of struct origin.
 */
static GArray *candidates(const struct group *group, guint kernel)
{
	GArray *firsts = g_array_new(FALSE, FALSE, sizeof(struct origin));

	for (guint r = 0; r < group->rows->len; r++) {
		const struct row *row = group->rows->pdata[r];

		if (row->origins[kernel]->len)
			g_array_append_vals(firsts, row->origins[kernel]->data, 1);
	}
	g_array_sort(firsts, by_iteration);
	return firsts;
}

static bool read_kernel(struct calls *calls, guint kernel, struct db *db, GError **err)
{
	g_autoptr(GArray) firsts = candidates(calls->group, kernel);
	struct reading reading = {.calls = calls, .kernel = kernel};
	gint64 last = 0;

	for (guint i = 0; i < firsts->len && !calls->of[kernel]->len; i++) {
		gint64 sample = g_array_index(firsts, struct origin, i).sample;

		if (sample != last && !db_spans(db, sample, take_span, &reading, err))
			return false;
		calls->samples[kernel] = calls->of[kernel]->len ? sample : 0;
		last = sample;
	}
	return true;
}

/* The different kinds of calls, in the order that they were first made. */
static GPtrArray *whats_of(const struct calls *calls, guint n_kernels)
{
	GPtrArray *whats = g_ptr_array_new();

	for (guint k = 0; k < n_kernels; k++)
		for (guint i = 0; i < calls->of[k]->len; i++) {
			char *what = g_array_index(calls->of[k], struct call, i).what;

			if (!g_ptr_array_find_with_equal_func(whats, what, g_str_equal, NULL))
				g_ptr_array_add(whats, what);
		}
	return whats;
}

static void append_data(GString *data, const struct report *report, const struct calls *calls,
			const GPtrArray *whats)
{
	g_string_append(data, "# kernel, call, start, end, end as drawn\n");
	for (guint k = 0; k < report->n_kernels; k++)
		for (guint i = 0; i < calls->of[k]->len; i++) {
			const struct call *call = &g_array_index(calls->of[k], struct call, i);
			guint what;

			g_ptr_array_find_with_equal_func((GPtrArray *)whats, call->what,
							 g_str_equal, &what);
			g_string_append_printf(data, "%u\t%u", k, what);
			plot_number(data, call->start);
			plot_number(data, call->end);
			plot_number(data, fmax(call->end, call->start + calls->end * LEAST_WIDTH));
			g_string_append_c(data, '\n');
		}
}

static void append_script(GString *script, const struct report *report, const struct calls *calls,
			  const GPtrArray *whats)
{
	g_autofree char *params = group_params_text(calls->group);
	g_autofree char *title =
		g_strdup_printf("%s: DMA map and unmap calls of one sample of each kernel",
				member_text(calls->group->scenario, "name"));

	plot_title(script, report, title, params);
	g_string_append_printf(script,
			       "set border 1\nset grid xtics back lc rgb '#DDDDDD' lt 1\n"
			       "set xlabel 'time since the first call (s)'\n" PLOT_KEY_BELOW
			       "set style fill solid 1 noborder\nset xrange [0:%g]\n"
			       "set yrange [%u.5:-0.5]\nset xtics nomirror out\n"
			       "set ytics nomirror scale 0 (",
			       calls->end * 1.02, report->n_kernels - 1);
	for (guint k = 0; k < report->n_kernels; k++) {
		g_autofree char *label =
			g_strdup_printf("%s (sample %" G_GINT64_FORMAT ")",
					report_kernel(report, k), calls->samples[k]);

		g_string_append(script, k ? ", " : "");
		plot_quote(script, calls->samples[k] ? label : report_kernel(report, k));
		g_string_append_printf(script, " %u", k);
	}
	g_string_append(script, ")\nplot ");
	for (guint i = 0; i < whats->len; i++) {
		g_string_append_printf(script,
				       "%sdata using (($3+$5)/2):($2==%u?$1:1/0):3:5:"
				       "($1-%g):($1+%g) with boxxyerror lc rgb '%s' title ",
				       i ? ", \\\n     " : "", i, CALL_HEIGHT, CALL_HEIGHT,
				       plot_fill(i));
		plot_quote(script, whats->pdata[i]);
	}
	g_string_append_c(script, '\n');
}

static void add_picture(GPtrArray *pictures, const struct report *report, const struct calls *calls)
{
	g_autoptr(GPtrArray) whats = whats_of(calls, report->n_kernels);

	if (!whats->len || !(calls->end > 0))
		return;
	g_autofree char *params = group_params_text(calls->group);
	struct picture *picture = picture_add(pictures, report, calls->group, params, "dma-calls",
					      AROUND + ROW_HEIGHT * report->n_kernels);

	append_data(picture->data, report, calls, whats);
	append_script(picture->script, report, calls, whats);
}

bool plot_calls(GPtrArray *pictures, const struct report *report, const struct report_set *set,
		GError **err)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(calls_free);

	for (guint i = 0; i < report->groups->len; i++)
		calls_add(all, report->groups->pdata[i], report->n_kernels);
	for (guint i = 0; i < all->len; i++) {
		for (guint k = 0; k < report->n_kernels; k++)
			if (!read_kernel(all->pdata[i], k, set->db, err))
				return false;
		add_picture(pictures, report, all->pdata[i]);
	}
	return true;
}
