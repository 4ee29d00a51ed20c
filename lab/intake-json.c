// SPDX-License-Identifier: GPL-2.0-only
/*
 * JSON: objects with the fields that a CSV has, in an array or one after another. params may
 * be text as there, or an object.
 */
#include "lab/intake.h"
#include "lab/json-stream.h"

#include <math.h>
#include <string.h>

/* How often the user sees how far it got, in values. */
#define PROGRESS_VALUES 0x1000

/* Fields that are text, and where they go. */
static const struct {
	const char *name;
	size_t at;
} texts[] = {
	{"kernel", offsetof(struct intake_record, kernel)},
	{"scenario", offsetof(struct intake_record, scenario)},
	{"metric", offsetof(struct intake_record, metric)},
	{"unit", offsetof(struct intake_record, unit)},
	{"better", offsetof(struct intake_record, better)},
	{"machine", offsetof(struct intake_record, machine)},
	{"environment", offsetof(struct intake_record, environment)},
};

static bool take_text(struct intake_record *record, const char *name, json_t *value, bool *known)
{
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		if (strcmp(name, texts[i].name))
			continue;
		*known = true;
		*(const char **)((char *)record + texts[i].at) = json_string_value(value);
		return json_is_string(value) || json_is_null(value);
	}
	return true;
}

static bool take_value(struct intake_record *record, json_t *value)
{
	record->value = json_number_value(value);
	return json_is_number(value) && isfinite(record->value);
}

static bool take_iteration(struct intake_record *record, json_t *value)
{
	record->iteration = json_integer_value(value);
	return json_is_integer(value) && record->iteration >= 0 && record->iteration <= G_MAXINT32;
}

static bool take_time(struct intake_record *record, json_t *value)
{
	if (json_is_string(value))
		return intake_time(json_string_value(value), &record->time);
	record->time = json_integer_value(value);
	return json_is_integer(value) && record->time > 0;
}

static const struct {
	const char *name;
	bool (*take)(struct intake_record *record, json_t *value);
} others[] = {
	{"value", take_value},
	{"iteration", take_iteration},
	{"time", take_time},
};

static bool take_other(struct intake_record *record, const char *name, json_t *value, bool *known)
{
	static const char *const ignored[] = {"params", "campaign", "sample", "outlier", NULL};

	*known = *known || g_strv_contains(ignored, name);
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
		if (strcmp(name, others[i].name))
			continue;
		*known = true;
		return others[i].take(record, value);
	}
	return true;
}

static bool take_fields(struct intake *in, struct intake_record *record, json_t *object,
			GError **err)
{
	const char *name;
	json_t *value;

	json_object_foreach (object, name, value) {
		bool known = false;

		if (!take_text(record, name, value, &known) ||
		    !take_other(record, name, value, &known))
			return intake_fail(in, record->line, err, "field '%s': has a wrong value",
					   name);
		if (!known)
			return intake_fail(in, record->line, err,
					   "field '%s' is none that is known: see 'bootlab import "
					   "--help'",
					   name);
	}
	if (!json_object_get(object, "value"))
		return intake_fail(in, record->line, err, "there is no field 'value'");
	return true;
}

static bool take_params(struct intake *in, struct intake_record *record, json_t *params,
			char **text, GError **err)
{
	if (json_is_object(params))
		*text = json_dumps(params, JSON_COMPACT);
	else if (params && !json_is_string(params))
		return intake_fail(in, record->line, err,
				   "field 'params': is no text and no object");
	record->params = *text ? *text : json_string_value(params);
	return true;
}

static bool take_object(struct intake *in, json_t *object, guint64 line, GError **err)
{
	struct intake_record record = {.iteration = -1, .line = line};
	char *params = NULL;

	if (!json_is_object(object))
		return intake_fail(in, line, err, "is no object with the fields of a value");
	if (json_object_get(object, "tables") && json_object_get(object, "statistics"))
		return intake_fail(in, line, err,
				   "is a report, which has averages and no samples: import its "
				   "CSV, or what 'bootlab export' writes");
	bool ok = take_params(in, &record, json_object_get(object, "params"), &params, err) &&
		  take_fields(in, &record, object, err) && intake_add(in, &record, err);

	free(params);
	return ok;
}

bool intake_json(struct intake *in, const char *data, gsize length, GError **err)
{
	struct json_stream stream = json_stream(intake_name(in), data, length);
	json_t *object;
	bool ok = true;
	int more = 0;

	for (guint64 n = 1; ok && (more = json_stream_next(&stream, &object, err)) > 0; n++) {
		ok = take_object(in, object, stream.value, err) &&
		     (n % PROGRESS_VALUES || intake_progress(in, stream.at - data, err));
		json_decref(object);
	}
	return ok && !more;
}
