// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/perf-script.h"

#include "collectors/fail.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

static int malformed(const struct perf_script *script, const char *line)
{
	return fail(0, "perf script: line %u is not understood: %.200s", script->lines, line);
}

/* Cuts the last word off a text of this length, which must be a number. 0: it is none. */
static size_t before_number(const char *text, size_t len)
{
	size_t end, digits = 0;

	while (len && text[len - 1] == ' ')
		len--;
	for (end = len; end && isdigit((unsigned char)text[end - 1]); digits++)
		end--;
	return digits && end && text[end - 1] == ' ' ? end : 0;
}

/* The comm is the program's to choose, blanks and numbers too: what counts is the line's end. */
static int begin_sample(struct perf_script *script, const char *line)
{
	size_t len = before_number(line, strlen(line)), from = strspn(line, " ");

	len = len ? before_number(line, len) : 0;
	while (len && line[len - 1] == ' ')
		len--;
	if (script->in_sample || len <= from)
		return malformed(script, line);
	script->in_sample = true;
	script->stack.depth = 0;
	folded_copy_frame(script->stack.comm, sizeof(script->stack.comm), line + from, len - from);
	return 0;
}

static int take_frame(struct perf_script *script, const char *line)
{
	const char *address = line + strspn(line, "\t ");
	size_t digits = strspn(address, "0123456789abcdef");
	const char *symbol = address + digits + 1, *end = strrchr(address, '(');

	if (!script->in_sample || !digits || address[digits] != ' ' || !end || end < symbol + 2 ||
	    end[-1] != ' ')
		return malformed(script, line);
	stack_push(&script->stack, symbol, end - 1 - symbol);
	return 0;
}

static int end_sample(struct perf_script *script)
{
	const char *leaf = script->stack.depth ? script->stack.frames[0] : PERF_SCRIPT_USER;
	int rc = folded_add_stack(&script->stacks, &script->stack, PERF_SCRIPT_USER, 1);

	if (!rc)
		rc = folded_add(&script->leaves, leaf, 1);
	script->in_sample = false;
	return rc ? fail(-rc, "perf script") : 0;
}

int perf_script_line(struct perf_script *script, const char *line)
{
	script->lines++;
	if (!*line)
		return script->in_sample ? end_sample(script) : 0;
	return *line == '\t' ? take_frame(script, line) : begin_sample(script, line);
}

int perf_script_end(struct perf_script *script)
{
	return script->in_sample ? end_sample(script) : 0;
}
