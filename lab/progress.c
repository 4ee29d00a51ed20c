// SPDX-License-Identifier: GPL-2.0-only
#include "lab/progress.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A terminal line is redrawn at most this often, in µs. */
#define REDRAW_US 100000

static struct {
	char *phase;
	char *unit;
	guint total;
	guint done;
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

	if (!now.done || now.done >= now.total || spent < G_USEC_PER_SEC)
		return NULL;
	return time_text(spent * (now.total - now.done) / now.done);
}

static char *line_text(const char *detail)
{
	g_autoptr(GString) line = g_string_new(now.phase);
	g_autofree char *left = time_left();

	if (now.total)
		g_string_append_printf(line, ": %u of %u %s", now.done, now.total, now.unit);
	else if (now.done)
		g_string_append_printf(line, ": %u %s", now.done, now.unit);
	if (left)
		g_string_append_printf(line, ", %s left", left);
	if (detail)
		g_string_append_printf(line, " (%s)", detail);
	return g_string_free(g_steal_pointer(&line), FALSE);
}

void progress_clear(void)
{
	if (now.on_screen)
		fputs("\r\033[K", stderr);
	now.on_screen = false;
}

static void draw(const char *detail)
{
	g_autofree char *line = line_text(detail);

	if (on_terminal()) {
		fprintf(stderr, "\r\033[K%.110s", line);
		fflush(stderr);
		now.on_screen = true;
	} else {
		fprintf(stderr, "%s\n", line);
	}
	now.drawn = g_get_monotonic_time();
}

void progress_begin(const char *phase, const char *unit, guint total)
{
	g_free(now.phase);
	g_free(now.unit);
	memset(&now, 0, sizeof(now));
	now.phase = g_strdup(phase);
	now.unit = g_strdup(unit);
	now.total = total;
	now.began = g_get_monotonic_time();
	draw(NULL);
}

void progress_total(guint total)
{
	now.total = total;
}

void progress_update(guint done, const char *detail)
{
	guint tenth = now.total ? (guint64)done * 10 / now.total : 0;

	if (!now.phase)
		return;
	now.done = done;
	if (on_terminal()) {
		if (g_get_monotonic_time() - now.drawn >= REDRAW_US)
			draw(detail);
	} else if (tenth > now.last_tenth) {
		draw(detail);
	}
	now.last_tenth = tenth;
}

void progress_end(const char *outcome)
{
	if (!now.phase)
		return;
	g_autofree char *took = time_text(g_get_monotonic_time() - now.began);

	progress_clear();
	fprintf(stderr, "%s: %s, %s\n", now.phase, outcome, took);
	g_clear_pointer(&now.phase, g_free);
	g_clear_pointer(&now.unit, g_free);
}
