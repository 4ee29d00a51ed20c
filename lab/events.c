// SPDX-License-Identifier: GPL-2.0-only
#include "lab/events.h"

#include "lab/protocol.h"

#include <string.h>

/* What a member must be. */
enum member_type {
	NAME,	/* [a-z0-9_.-]{1,PROTOCOL_NAME_MAX} */
	TEXT,	/* any string */
	COUNT,	/* an integer, not negative: ns, bytes */
	NUMBER, /* any number */
	BOOL,
	BETTER, /* one of PROTOCOL_BETTER_* */
	STATUS, /* "done" or "failed" */
};

struct member {
	const char *name;
	enum member_type type;
};

static const struct kind {
	const char *name;
	struct member members[6];
} kinds[] = {
	{"hello",
	 {{"agent", TEXT},
	  {"kernel", TEXT},
	  {"cmdline", TEXT},
	  {"cpus", COUNT},
	  {"memory", COUNT}}},
	{"mark", {{"name", NAME}}},
	{"metric", {{"name", NAME}, {"value", NUMBER}, {"unit", TEXT}, {"better", BETTER}}},
	{"span",
	 {{"name", NAME}, {"kind", NAME}, {"start", COUNT}, {"end", COUNT}, {"bytes", COUNT}}},
	{"gate", {{"name", NAME}, {"ok", BOOL}, {"evidence", TEXT}}},
	{"log", {{"source", NAME}, {"text", TEXT}}},
	{"artifact", {{"name", NAME}, {"text", TEXT}}},
	{"env", {{"name", NAME}, {"value", TEXT}}},
	{"progress", {{"what", TEXT}, {"done", COUNT}, {"total", COUNT}}},
	{"end", {{"status", STATUS}, {"reason", TEXT}}},
};

static bool is_name(const char *text)
{
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_.-");

	return len && len <= PROTOCOL_NAME_MAX && !text[len];
}

static bool one_of(const char *text, const char *const *words)
{
	return g_strv_contains(words, text);
}

static bool member_ok(json_t *value, enum member_type type)
{
	static const char *const betters[] = {PROTOCOL_BETTER_LOWER, PROTOCOL_BETTER_HIGHER,
					      PROTOCOL_BETTER_NEITHER, NULL};
	static const char *const statuses[] = {"done", "failed", NULL};
	const char *text = json_string_value(value);

	switch (type) {
	case NAME:
		return text && is_name(text);
	case TEXT:
		return text;
	case COUNT:
		return json_is_integer(value) && json_integer_value(value) >= 0;
	case NUMBER:
		return json_is_number(value);
	case BOOL:
		return json_is_boolean(value);
	case BETTER:
		return text && one_of(text, betters);
	case STATUS:
		return text && one_of(text, statuses);
	}
	return false;
}

static const struct kind *kind_find(json_t *event)
{
	const char *name = event_kind(event);

	for (guint i = 0; name && i < G_N_ELEMENTS(kinds); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

/* What is wrong with an event, in words; NULL if nothing is. g_free it. */
static char *find_fault(json_t *event)
{
	const struct kind *kind = kind_find(event);
	json_int_t version = json_integer_value(json_object_get(event, "v"));

	if (version != PROTOCOL_VERSION)
		return g_strdup_printf("protocol version %lld, want %d: rebuild the agent (make)",
				       (long long)version, PROTOCOL_VERSION);
	if (!kind)
		return g_strdup("no known event");
	if (!member_ok(json_object_get(event, "t"), COUNT))
		return g_strdup_printf("%s without a time 't'", kind->name);
	for (const struct member *member = kind->members; member->name; member++)
		if (!member_ok(json_object_get(event, member->name), member->type))
			return g_strdup_printf("%s with a missing or wrong '%s'", kind->name,
					       member->name);
	if (!strcmp(kind->name, "span") &&
	    json_integer_value(json_object_get(event, "end")) <
		    json_integer_value(json_object_get(event, "start")))
		return g_strdup("span that ends before it starts");
	return NULL;
}

const char *event_kind(json_t *event)
{
	return json_string_value(json_object_get(event, "ev"));
}

json_t *event_parse(const char *line, GError **err)
{
	json_error_t why;
	json_t *event = json_loads(line, JSON_REJECT_DUPLICATES, &why);
	g_autofree char *fault = event ? find_fault(event) : g_strdup(why.text);

	if (fault) {
		bl_fail(err, BL_ERROR_INPUT, "agent's line is not one of the protocol: %s: %.80s",
			fault, line);
		json_decref(event);
		return NULL;
	}
	return event;
}
