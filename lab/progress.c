// SPDX-License-Identifier: GPL-2.0-only
#include "lab/progress.h"

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

/* A terminal line is redrawn at most this often, in µs. */
#define REDRAW_US 100000

static struct phase {
	struct phase *outer; /* the one that this began within */
	char *phase;
	char *unit;
	char *detail; /* what is in hand, or NULL */
	guint total;
	guint done;
	guint before; /* of them, those that were done before this began */
	guint last_tenth;
	gint64 began; /* µs, monotonic */
	gint64 drawn; /* µs, monotonic */
	bool on_screen;
} now;

static bool on_terminal(void)
{
	static int tty = -1;

	if (tty < 0)
		tty = isatty(STDERR_FILENO);
	return tty;
}

static char *time_text(gint64 us)
{
	gint64 s = us / G_USEC_PER_SEC;

	if (s < 60)
		return g_strdup_printf("%" G_GINT64_FORMAT " s", s);
	return g_strdup_printf("%" G_GINT64_FORMAT " min %02" G_GINT64_FORMAT " s", s / 60, s % 60);
}

/* The time left, if the rest goes as the part done went. NULL where that says nothing yet. */
static char *time_left(void)
{
	gint64 spent = g_get_monotonic_time() - now.began;

	if (now.done <= now.before || now.done >= now.total || spent < G_USEC_PER_SEC)
		return NULL;
	return time_text(spent * (now.total - now.done) / (now.done - now.before));
}

static char *line_text(void)
{
	g_autoptr(GString) line = g_string_new(now.phase);
	g_autofree char *left = time_left();

	if (now.total)
		g_string_append_printf(line, ": %u of %u %s", now.done, now.total, now.unit);
	else if (now.done)
		g_string_append_printf(line, ": %u %s", now.done, now.unit);
	if (left)
		g_string_append_printf(line, ", %s left", left);
	if (now.detail)
		g_string_append_printf(line, " (%s)", now.detail);
	return g_string_free(g_steal_pointer(&line), FALSE);
}

void progress_clear(void)
{
	if (now.on_screen)
		fputs("\r\033[K", stderr);
	now.on_screen = false;
}

static guint tenth_of(guint done, guint total)
{
	return total ? (guint64)done * 10 / total : 0;
}

static void draw(void)
{
	g_autofree char *line = line_text();

	if (on_terminal()) {
		fprintf(stderr, "\r\033[K%.110s", line);
		fflush(stderr);
		now.on_screen = true;
	} else {
		fprintf(stderr, "%s\n", line);
	}
	now.drawn = g_get_monotonic_time();
}

void progress_begin_from(const char *phase, const char *unit, guint done, guint total)
{
	progress_clear();
	struct phase *outer = now.phase ? g_memdup2(&now, sizeof(now)) : NULL;

	now = (struct phase){
		.outer = outer,
		.phase = g_strdup(phase),
		.unit = g_strdup(unit),
		.total = total,
		.done = done,
		.before = done,
		.last_tenth = tenth_of(done, total),
		.began = g_get_monotonic_time(),
	};
	draw();
}

void progress_begin(const char *phase, const char *unit, guint total)
{
	progress_begin_from(phase, unit, 0, total);
}

void progress_total(guint total)
{
	now.total = total;
}

void progress_update(guint done, const char *detail)
{
	guint tenth = tenth_of(done, now.total);

	if (!now.phase)
		return;
	now.done = done;
	g_free(now.detail);
	now.detail = g_strdup(detail);
	if (!on_terminal() && tenth > now.last_tenth)
		draw();
	now.last_tenth = tenth;
	progress_tick();
}

void progress_tick(void)
{
	if (now.phase && on_terminal() && g_get_monotonic_time() - now.drawn >= REDRAW_US)
		draw();
}

void progress_end(const char *outcome)
{
	if (!now.phase)
		return;
	g_autofree char *took = time_text(g_get_monotonic_time() - now.began);

	progress_clear();
	fprintf(stderr, "%s: %s, %s\n", now.phase, outcome, took);
	struct phase *outer = now.outer;

	g_free(now.phase);
	g_free(now.unit);
	g_free(now.detail);
	now = outer ? *outer : (struct phase){0};
	g_free(outer);
}
