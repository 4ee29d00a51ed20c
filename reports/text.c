// SPDX-License-Identifier: GPL-2.0-only
#include "reports/text.h"

#include <string.h>

guint text_columns(const char *text)
{
	return g_utf8_strlen(text, -1);
}

void text_repeat(GString *out, char c, guint count)
{
	while (count--)
		g_string_append_c(out, c);
}

static guint room(const char *text, guint width)
{
	guint columns = text_columns(text);

	return width > columns ? width - columns : 0;
}

void text_left(GString *out, const char *text, guint width)
{
	g_string_append(out, text);
	text_repeat(out, ' ', room(text, width));
}

void text_right(GString *out, const char *text, guint width)
{
	text_repeat(out, ' ', room(text, width));
	g_string_append(out, text);
}

void text_centre(GString *out, const char *text, guint width)
{
	guint before = room(text, width) / 2;

	text_repeat(out, ' ', before);
	text_left(out, text, width - before);
}

void text_end_line(GString *out)
{
	while (out->len && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
	g_string_append_c(out, '\n');
}

static char *printable(const char *text)
{
	g_autoptr(GString) clean = g_string_new(NULL);

	for (; *text; text = g_utf8_next_char(text)) {
		gunichar c = g_utf8_get_char(text);

		g_string_append_unichar(clean, g_unichar_isprint(c) ? c : ' ');
	}
	return g_string_free(g_steal_pointer(&clean), FALSE);
}

void text_paragraph(GString *out, const char *label, guint indent, const char *text)
{
	g_autofree char *clean = printable(text);
	g_auto(GStrv) words = g_strsplit(clean, " ", -1);
	guint column = indent;

	text_left(out, label, indent);
	for (int i = 0; words[i]; i++) {
		guint columns = text_columns(words[i]);

		if (!columns)
			continue;
		if (column > indent && column + 1 + columns > TEXT_WIDTH) {
			text_end_line(out);
			text_repeat(out, ' ', indent);
			column = indent;
		} else if (column > indent) {
			g_string_append_c(out, ' ');
			column++;
		}
		g_string_append(out, words[i]);
		column += columns;
	}
	text_end_line(out);
}
