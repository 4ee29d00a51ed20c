/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A file's JSON values one at a time, each with its line: the elements of an array, or values
 * that stand one after another (JSON Lines). jansson by itself takes a document as a whole, and
 * forgets where its values stood.
 */
#ifndef LAB_JSON_STREAM_H
#define LAB_JSON_STREAM_H

#include "lab/error.h"

#include <jansson.h>

struct json_stream {
	const char *name; /* of the file */
	const char *at, *end;
	const char *begin;
	guint64 line;  /* where `at` is */
	guint64 value; /* the line where the last value began */
	bool in_array, ended;
};

/* name and data must outlive the stream. */
struct json_stream json_stream(const char *name, const char *data, gsize length);

/* 1 and *value (json_decref it), 0 after the last, -1 with err, which names line and column. */
int json_stream_next(struct json_stream *stream, json_t **value, GError **err);

/* Passes over the lines before the first that begins with this character. */
void json_stream_skip_lines(struct json_stream *stream, char first);

#endif
