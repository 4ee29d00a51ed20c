// SPDX-License-Identifier: GPL-2.0-only
#include "reports/flame.h"

#include "lab/log.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

/* Pixels. */
#define WIDTH	    1200
#define MARGIN	    10
#define TITLE	    52
#define ROW	    17
#define LETTER	    6.7 /* the width of one, at the font's 11 */
#define TEXT_INSET  3
#define NARROWEST   0.4 /* narrower frames are not drawn, nor what stands on them */
#define LETTERS_MIN 3

struct frame {
	char *name;
	guint64 weight;
	GPtrArray *children; /* of struct frame */
};

struct flame {
	struct frame root;
};

/* The collectors that leave stacks, in a file each, and what the weights there are. */
static const struct kind {
	const char *probe, *file, *unit;
	int hue;
} kinds[] = {
	{"perf-record", "perf-record.folded", "samples", 28},
	{"off-cpu", "off-cpu.folded", "µs off the CPU", 210},
};

/* ---- the tree ---- */

static void frame_clear(struct frame *frame)
{
	g_free(frame->name);
	g_clear_pointer(&frame->children, g_ptr_array_unref);
}

static void frame_free(gpointer data)
{
	frame_clear(data);
	g_free(data);
}

static void frame_init(struct frame *frame, const char *name)
{
	frame->name = g_strdup(name);
	frame->children = g_ptr_array_new_with_free_func(frame_free);
}

static struct frame *child_of(struct frame *frame, const char *name)
{
	struct frame *child;

	for (guint i = 0; i < frame->children->len; i++) {
		child = frame->children->pdata[i];
		if (!strcmp(child->name, name))
			return child;
	}
	child = g_new0(struct frame, 1);
	frame_init(child, name);
	g_ptr_array_add(frame->children, child);
	return child;
}

struct flame *flame_new(void)
{
	struct flame *flame = g_new0(struct flame, 1);

	frame_init(&flame->root, "all");
	return flame;
}

void flame_free(struct flame *flame)
{
	frame_clear(&flame->root);
	g_free(flame);
}

static void add_stack(struct flame *flame, const char *stack, guint64 weight)
{
	g_auto(GStrv) names = g_strsplit(stack, ";", -1);
	struct frame *frame = &flame->root;

	frame->weight += weight;
	for (int i = 0; names[i]; i++) {
		frame = child_of(frame, names[i]);
		frame->weight += weight;
	}
}

bool flame_add(struct flame *flame, const char *folded, GError **err)
{
	g_auto(GStrv) lines = g_strsplit(folded, "\n", -1);

	for (int i = 0; lines[i]; i++) {
		char *blank = strrchr(lines[i], ' ');
		guint64 weight;

		if (!*lines[i])
			continue;
		if (!blank || blank == lines[i] ||
		    !g_ascii_string_to_unsigned(blank + 1, 10, 0, G_MAXINT64, &weight, NULL))
			return bl_fail(err, BL_ERROR_INPUT,
				       "folded stacks: line %d has no weight: %.80s", i + 1,
				       lines[i]);
		*blank = '\0';
		add_stack(flame, lines[i], weight);
	}
	return true;
}

/* ---- the picture ---- */

struct drawing {
	GString *svg;
	const char *unit;
	double scale; /* pixels of a weight of 1 */
	guint64 whole;
	guint depth; /* of the highest frame that is drawn */
	int hue;
};

static int by_name(gconstpointer a, gconstpointer b)
{
	const struct frame *x = *(struct frame *const *)a, *y = *(struct frame *const *)b;

	return strcmp(x->name, y->name);
}

static guint depth_of(const struct frame *frame, double scale)
{
	guint deepest = 0;

	for (guint i = 0; i < frame->children->len; i++) {
		const struct frame *child = frame->children->pdata[i];

		if (child->weight * scale >= NARROWEST)
			deepest = MAX(deepest, 1 + depth_of(child, scale));
	}
	return deepest;
}

/* g_ascii_formatd(): a decimal point, whatever the locale. */
static char *pixels(double value, char buffer[G_ASCII_DTOSTR_BUF_SIZE])
{
	return g_ascii_formatd(buffer, G_ASCII_DTOSTR_BUF_SIZE, "%.1f", value);
}

/* As much of the name as there is room for. g_free it. */
static char *label_of(const struct frame *frame, double width)
{
	int letters = (int)((width - 2 * TEXT_INSET) / LETTER);
	int length = g_utf8_strlen(frame->name, -1);

	if (letters < LETTERS_MIN)
		return g_strdup("");
	if (length <= letters)
		return g_strdup(frame->name);
	g_autofree char *head = g_utf8_substring(frame->name, 0, letters - 1);

	return g_strdup_printf("%s…", head);
}

/* Neighbours differ in lightness alone, which any colour vision tells apart. */
static void append_frame(struct drawing *d, const struct frame *frame, double x, guint level)
{
	char x_text[G_ASCII_DTOSTR_BUF_SIZE], width_text[G_ASCII_DTOSTR_BUF_SIZE];
	char share[G_ASCII_DTOSTR_BUF_SIZE], text_x[G_ASCII_DTOSTR_BUF_SIZE];
	double width = frame->weight * d->scale;
	int y = TITLE + (int)(d->depth - level) * ROW;
	int light = 62 + (int)(g_str_hash(frame->name) % 22);
	g_autofree char *label = label_of(frame, width);
	g_autofree char *text = g_markup_printf_escaped(
		"<g><title>%s: %" G_GUINT64_FORMAT " %s, %s %%</title>"
		"<rect x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\" fill=\"hsl(%d,%d%%,%d%%)\" "
		"stroke=\"#fff\" stroke-width=\"0.3\"/>"
		"<text x=\"%s\" y=\"%d\">%s</text></g>\n",
		frame->name, frame->weight, d->unit,
		pixels(100.0 * frame->weight / d->whole, share), pixels(x, x_text), y,
		pixels(width, width_text), ROW - 1, d->hue, *frame->name == '[' ? 0 : 80, light,
		pixels(x + TEXT_INSET, text_x), y + ROW - 5, label);

	g_string_append(d->svg, text);
}

static void draw(struct drawing *d, struct frame *frame, double x, guint level)
{
	append_frame(d, frame, x, level);
	g_ptr_array_sort(frame->children, by_name);
	for (guint i = 0; i < frame->children->len; i++) {
		struct frame *child = frame->children->pdata[i];

		if (child->weight * d->scale >= NARROWEST)
			draw(d, child, x, level + 1);
		x += child->weight * d->scale;
	}
}

char *flame_svg(struct flame *flame, const char *title, const char *unit, int hue)
{
	struct drawing d = {.unit = unit, .hue = hue, .whole = MAX(flame->root.weight, 1)};

	d.svg = g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	d.scale = (double)(WIDTH - 2 * MARGIN) / (double)d.whole;
	d.depth = depth_of(&flame->root, d.scale);
	int height = TITLE + (int)(d.depth + 1) * ROW + MARGIN;
	g_autofree char *head = g_markup_printf_escaped(
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		"viewBox=\"0 0 %d %d\" font-family=\"DejaVu Sans Mono, monospace\" "
		"font-size=\"11\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n"
		"<text x=\"%d\" y=\"20\" font-size=\"15\">%s</text>\n"
		"<text x=\"%d\" y=\"38\" fill=\"#555\">%" G_GUINT64_FORMAT " %s; a frame is as "
		"wide as what was spent in it and what it called, and stands on its caller"
		"</text>\n",
		WIDTH, height, WIDTH, height, MARGIN, title, MARGIN, flame->root.weight, unit);

	g_string_append(d.svg, head);
	draw(&d, &flame->root, MARGIN, 0);
	g_string_append(d.svg, "</svg>\n");
	return g_string_free(d.svg, FALSE);
}

/* ---- a campaign's ---- */

static const struct kind *kind_of(const struct group *group)
{
	const char *probe = group_probe(group);

	for (guint i = 0; probe && i < G_N_ELEMENTS(kinds); i++)
		if (!strcmp(kinds[i].probe, probe))
			return &kinds[i];
	return NULL;
}

static char *title_of(const struct report *report, const struct group *group, guint kernel)
{
	g_autofree char *params = group_params_text(group);

	return g_strdup_printf("%s%s%s, on %s", member_text(group->scenario, "name"),
			       *params ? ", " : "", params, report_kernel(report, kernel));
}

static char *name_of(const char *title)
{
	g_autoptr(GString) name = g_string_new(title);

	g_string_append(name, "-flame");
	g_string_replace(name, ", ", "-", 0);
	g_string_replace(name, " ", "-", 0);
	g_string_replace(name, ":", "-", 0);
	g_strcanon(name->str, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS ".+-", '_');
	return g_string_free(g_steal_pointer(&name), FALSE);
}

static void picture_free(gpointer data)
{
	struct flame_picture *picture = data;

	g_free(picture->name);
	g_free(picture->title);
	g_free(picture->svg);
	g_free(picture);
}

struct reading {
	struct flame *flame;
	GError **err;
	bool failed;
};

static bool take_file(const char *text, void *data)
{
	struct reading *reading = data;

	reading->failed = !flame_add(reading->flame, text, reading->err);
	return !reading->failed;
}

/* Adds the picture of a cell, if it has one. */
static bool add_cell(GPtrArray *pictures, struct db *db, const struct report *report, gint64 cell,
		     GError **err)
{
	const struct place *place = report_place(report, cell);
	const struct group group = {.scenario = place->scenario, .params = place->params};
	const struct kind *kind = kind_of(&group);
	g_autoptr(Flame) flame = flame_new();
	struct reading reading = {.flame = flame, .err = err};

	if (!kind)
		return true;
	if (!db_files(db, cell, kind->file, take_file, &reading, err) || reading.failed)
		return false;
	if (!flame->root.weight)
		return true;
	struct flame_picture *picture = g_new0(struct flame_picture, 1);

	picture->title = title_of(report, &group, place->kernel);
	picture->name = name_of(picture->title);
	picture->svg = flame_svg(flame, picture->title, kind->unit, kind->hue);
	g_ptr_array_add(pictures, picture);
	return true;
}

GPtrArray *flame_pictures(struct db *db, const struct report *report, GError **err)
{
	g_autoptr(GPtrArray) pictures = g_ptr_array_new_with_free_func(picture_free);
	json_t *cell;
	size_t i;

	json_array_foreach (json_object_get(report->about, "cells"), i, cell)
		if (!add_cell(pictures, db, report, member_int(cell, "id"), err))
			return NULL;
	return g_steal_pointer(&pictures);
}

static bool write_picture(const struct flame_picture *picture, const char *dir, GError **err)
{
	g_autofree char *path = g_strdup_printf("%s/%s.svg", dir, picture->name);

	if (g_mkdir_with_parents(dir, 0777))
		return bl_fail_errno(err, "cannot make %s", dir);
	if (!g_file_set_contents(path, picture->svg, -1, err))
		return false;
	log_info("plot: %s", path);
	return true;
}

bool flame_plots(struct db *db, const struct report *report, const char *dir, GError **err)
{
	g_autoptr(GPtrArray) pictures = flame_pictures(db, report, err);

	for (guint i = 0; pictures && i < pictures->len; i++)
		if (!write_picture(pictures->pdata[i], dir, err))
			return false;
	return pictures != NULL;
}
