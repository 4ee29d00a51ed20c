// SPDX-License-Identifier: GPL-2.0-only
#include "lab/knob.h"

static const char *knob_of(json_t *param)
{
	return json_string_value(json_object_get(param, "knob"));
}

static json_t *value_of(json_t *param, json_t *params)
{
	return json_object_get(params, json_string_value(json_object_get(param, "name")));
}

json_t *knob_values(json_t *scenario, json_t *params)
{
	json_t *values = json_object(), *param;
	size_t i;

	json_array_foreach (json_object_get(scenario, "params"), i, param) {
		json_int_t value = json_integer_value(value_of(param, params));

		if (knob_of(param))
			json_object_set_new(values, knob_of(param),
					    json_sprintf("%" JSON_INTEGER_FORMAT, value));
	}
	return values;
}

const char *knob_missing(json_t *scenario, json_t *params, const struct kernel *kernel)
{
	json_t *param;
	size_t i;

	json_array_foreach (json_object_get(scenario, "params"), i, param) {
		json_t *without = json_array_get(json_object_get(param, "default"), 0);

		if (knob_of(param) && !kernel_has_knob(kernel, knob_of(param)) &&
		    !json_equal(value_of(param, params), without))
			return knob_of(param);
	}
	return NULL;
}
