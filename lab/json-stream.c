// SPDX-License-Identifier: GPL-2.0-only
#include "lab/json-stream.h"

#include <string.h>

struct json_stream json_stream(const char *name, const char *data, gsize length)
{
	return (struct json_stream){
		.name = name, .at = data, .begin = data, .end = data + length, .line = 1};
}

static void advance(struct json_stream *stream, const char *to)
{
	for (; stream->at < to; stream->at++)
		stream->line += *stream->at == '\n';
}

/* The next character that is not blank, 0 at the end. */
static char peek(struct json_stream *stream)
{
	const char *at = stream->at;

	while (at < stream->end && strchr(" \t\r\n", *at) && *at)
		at++;
	advance(stream, at);
	return at < stream->end ? *at : '\0';
}

static int complain(const struct json_stream *stream, const char *what, GError **err)
{
	const char *start = stream->at;

	while (start > stream->begin && start[-1] != '\n')
		start--;
	bl_fail(err, BL_ERROR_INPUT, "%s:%" G_GUINT64_FORMAT ": column %d: %s", stream->name,
		stream->line, (int)(stream->at - start) + 1, what);
	return -1;
}

static int read_value(struct json_stream *stream, json_t **value, GError **err)
{
	json_error_t error;

	stream->value = stream->line;
	*value = json_loadb(stream->at, stream->end - stream->at,
			    JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES | JSON_DECODE_ANY,
			    &error);
	if (*value) {
		advance(stream, stream->at + error.position);
		return 1;
	}
	bl_fail(err, BL_ERROR_INPUT, "%s:%" G_GUINT64_FORMAT ": column %d: %s", stream->name,
		stream->line + MAX(error.line, 1) - 1, error.column, error.text);
	return -1;
}

/* After an array's end, or the last of values in a row. */
static int finish(struct json_stream *stream, GError **err)
{
	stream->ended = true;
	return peek(stream) || stream->at < stream->end
		       ? complain(stream, "something comes after the end", err)
		       : 0;
}

static int next_element(struct json_stream *stream, json_t **value, GError **err)
{
	char next = peek(stream);

	if (next == ']') {
		advance(stream, stream->at + 1);
		return finish(stream, err);
	}
	if (stream->value) {
		if (next != ',')
			return complain(stream, "a comma or the array's end is missing", err);
		advance(stream, stream->at + 1);
		peek(stream);
	}
	return read_value(stream, value, err);
}

int json_stream_next(struct json_stream *stream, json_t **value, GError **err)
{
	*value = NULL;
	if (stream->ended)
		return 0;
	char next = peek(stream);

	if (!stream->value && !stream->in_array && next == '[') {
		stream->in_array = true;
		advance(stream, stream->at + 1);
	}
	if (stream->in_array)
		return next_element(stream, value, err);
	if (!next)
		return finish(stream, err);
	return read_value(stream, value, err);
}

void json_stream_skip_lines(struct json_stream *stream, char first)
{
	while (stream->at < stream->end && *stream->at != first) {
		const char *newline = memchr(stream->at, '\n', stream->end - stream->at);

		advance(stream, newline ? newline + 1 : stream->end);
	}
}
