/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Plots by gnuplot. A picture is a script and its data, which stay beside what was drawn, so
 * that anyone can draw it again. A new kind is a file and a line in the table of plot.c.
 */
#ifndef REPORTS_PLOT_H
#define REPORTS_PLOT_H

#include "reports/format.h"

#define PLOT_WIDTH 900 /* pixels */

struct picture {
	char *name; /* of its files, without suffix */
	guint height;
	GString *data;	 /* tab-separated; the script finds it as `data` */
	GString *script; /* what to set, then one plot command */
};

/*
 * Adds a picture to an array of them. It is named after the group's scenario, the parameters
 * ("memory 1G, bar 16G") and what kind of picture it is ("phases").
 */
struct picture *picture_add(GPtrArray *pictures, const struct report *report,
			    const struct group *group, const char *params, const char *kind,
			    guint height);

/* The legend below all else, where the axis's label is not in its way. */
#define PLOT_KEY_BELOW "set key at screen 0.5, 0.02 bottom center horizontal\nset bmargin 6\n"

/* Each adds the pictures of its kind that a report has. false with err. */
typedef bool plot_fn(GPtrArray *pictures, const struct report *report, const struct report_set *set,
		     GError **err);
plot_fn plot_phases, plot_speedup, plot_samples, plot_calls;

/*
 * Draws all pictures of a report into a folder (made where there is something to draw): an
 * array of struct picture, or NULL with err. The report is compared already.
 */
GPtrArray *plot_all(const struct report *report, const struct report_set *set, const char *dir,
		    GError **err);

/* The same of all reports, and flame graphs. Says on stderr what it drew. */
bool plot_reports(const struct report_set *set, const char *dir, GError **err);

/* Okabe and Ito's colours, told apart with any colour vision; from the first again at the end. */
const char *plot_fill(guint i); /* black text is readable on it */
const char *plot_line(guint i); /* lines and points stand out from white */

/* Appends a text as gnuplot's string that knows no escapes but '' for a quote. */
void plot_quote(GString *script, const char *text);

/* "set title" with a second line of what the picture is of. */
void plot_title(GString *script, const struct report *report, const char *title, const char *below);

/* Appends a tab and a number; a blank field for NaN. */
void plot_number(GString *data, double value);

#endif
