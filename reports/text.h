/* SPDX-License-Identifier: GPL-2.0-only */
/* Plain text in columns, UTF-8: a character is a column. */
#ifndef REPORTS_TEXT_H
#define REPORTS_TEXT_H

#include <glib.h>

/* The width that a mail is read at. */
#define TEXT_WIDTH 75

guint text_columns(const char *text);

/* Appends the text with blanks up to the width: after it, before it, around it. */
void text_left(GString *out, const char *text, guint width);
void text_right(GString *out, const char *text, guint width);
void text_centre(GString *out, const char *text, guint width);

void text_repeat(GString *out, char c, guint count);

/* Ends a line: takes blanks off its end first. */
void text_end_line(GString *out);

/*
 * Appends a label and then the text, wrapped to TEXT_WIDTH in a column that begins at
 * `indent`. Control characters become blanks: the text may come from a testbed's console.
 */
void text_paragraph(GString *out, const char *label, guint indent, const char *text);

#endif
