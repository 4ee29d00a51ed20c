// SPDX-License-Identifier: GPL-2.0-only
#include "lab/attach.h"

#include "lab/collector-table.h"

#include <string.h>

/* To start perf on an emulated testbed, and to have it read what it recorded, takes that long. */
#define PROBE_DEADLINE_FACTOR 2

/* What the words of the table say: as they are shown, and whether samples are disturbed. */
#define OVERHEAD_NONE	  "none", false
#define OVERHEAD_LIGHT	  "light", false
#define OVERHEAD_DISTURBS "disturbs", true

#define TABLE_ROW(identifier, name, overhead, workload, summary) \
	{name, OVERHEAD_##overhead, workload, summary},

const struct collector_info *attach_collectors(void)
{
	static const struct collector_info table[] = {COLLECTOR_TABLE(TABLE_ROW){0}};

	return table;
}

static const struct collector_info *find(const char *name)
{
	for (const struct collector_info *info = attach_collectors(); info->name; info++)
		if (!strcmp(info->name, name))
			return info;
	return NULL;
}

bool attach_known(const char *name, GError **err)
{
	g_autoptr(GString) all = g_string_new(NULL);

	if (find(name))
		return true;
	for (const struct collector_info *info = attach_collectors(); info->name; info++)
		g_string_append_printf(all, "%s%s", all->len ? ", " : "", info->name);
	return bl_fail(err, BL_ERROR_INPUT, "there is no collector '%s'; there are: %s", name,
		       all->str);
}

bool attach_fits(const char *name, const char *workload, GError **err)
{
	const struct collector_info *info = find(name);

	if (!info || !info->workload || !strcmp(info->workload, workload))
		return true;
	return bl_fail(err, BL_ERROR_INPUT,
		       "the collector '%s' has something to collect only from scenarios of the "
		       "workload %s",
		       name, info->workload);
}

bool attach_parse(char ***names, GError **err)
{
	g_autofree char *joined = g_strjoinv(",", *names);
	g_auto(GStrv) words = g_strsplit(joined, ",", -1);
	g_autoptr(GPtrArray) known = g_ptr_array_new();

	/* Nothing splits into no word at all. */
	if (!*words)
		return attach_known("", err);
	for (int i = 0; words[i]; i++) {
		if (!attach_known(words[i], err))
			return false;
		if (!g_ptr_array_find_with_equal_func(known, words[i], g_str_equal, NULL))
			g_ptr_array_add(known, words[i]);
	}
	g_ptr_array_add(known, NULL);
	g_strfreev(*names);
	*names = g_strdupv((char **)known->pdata);
	return true;
}

static void append_once(json_t *list, const char *name)
{
	json_t *known;
	size_t i;

	json_array_foreach (list, i, known)
		if (!strcmp(json_string_value(known), name))
			return;
	json_array_append_new(list, json_string(name));
}

/* Sorts a collector into those of the table's samples, or those with samples of their own. */
static void sort_in(json_t *table, json_t *probes, const char *name)
{
	const struct collector_info *info = find(name);

	append_once(info && info->disturbs ? probes : table, name);
}

/*
 * The scenario with its own collectors, which gates may need, and this one. It has neither
 * intervals nor phases: its times are nobody's business.
 */
static json_t *probe_of(json_t *scenario, json_t *collectors, const char *collector)
{
	json_t *probe = json_deep_copy(scenario), *testbed = json_object_get(probe, "testbed");
	json_int_t deadline = json_integer_value(json_object_get(testbed, "deadline"));
	json_t *all = json_copy(collectors);

	json_array_append_new(all, json_string(collector));
	json_object_set_new(probe, "collectors", all);
	json_object_set_new(probe, "name",
			    json_sprintf("%s:%s",
					 json_string_value(json_object_get(scenario, "name")),
					 collector));
	json_object_set_new(probe, "probe", json_string(collector));
	json_object_set_new(probe, "intervals", json_array());
	json_object_set_new(probe, "phases", json_array());
	json_object_del(probe, "headline");
	json_object_set_new(testbed, "deadline", json_integer(deadline * PROBE_DEADLINE_FACTOR));
	return probe;
}

json_t *attach_variants(json_t *scenario, char *const *names)
{
	json_t *variants = json_array(), *plain = json_deep_copy(scenario), *name;
	json_auto_t *own = json_array(), *probes = json_array();
	size_t i;

	json_array_foreach (json_object_get(scenario, "collectors"), i, name)
		sort_in(own, probes, json_string_value(name));
	json_auto_t *table = json_copy(own);

	for (char *const *extra = names; extra && *extra; extra++)
		if (attach_fits(*extra, json_string_value(json_object_get(scenario, "workload")),
				NULL))
			sort_in(table, probes, *extra);
	json_object_set(plain, "collectors", table);
	json_array_append_new(variants, plain);
	json_array_foreach (probes, i, name)
		json_array_append_new(variants, probe_of(scenario, own, json_string_value(name)));
	return variants;
}
