// SPDX-License-Identifier: GPL-2.0-only
#include "lab/campaign.h"

#include "kernels/kernel.h"
#include "lab/attach.h"
#include "lab/deterministic.h"
#include "lab/fingerprint.h"
#include "lab/knob.h"
#include "lab/log.h"
#include "lab/paths.h"
#include "lab/progress.h"
#include "lab/run.h"
#include "lab/scenario.h"
#include "lab/vm.h"

#include <string.h>

/* ---- planning ---- */

/* A campaign while it is planned. */
struct plan {
	struct db *db;
	gint64 campaign;
	GPtrArray *kernels; /* Kernel, in the order of the command line */
	GArray *ids;	    /* gint64, their rows */
	GRand *random;
	const struct campaign_order *order;
	int position; /* of the next sample */
};

/* Builds a kernel and records it. Its row id, or -1. */
static gint64 record_kernel(struct db *db, const struct kernel *kernel, GError **err)
{
	g_autoptr(KernelBuild) build = kernel_build(kernel, err);

	if (!build)
		return -1;
	json_auto_t *patches = kernel_patches(kernel, err);

	if (!patches)
		return -1;
	const struct db_kernel row = {
		.name = kernel->name,
		.base = kernel->base,
		.series = kernel->series,
		.patches = kernel->patches,
		.key = build->key,
		.release = build->release,
		.config_hash = build->config_hash,
		.compiler = build->compiler,
		.patch_list = patches,
	};

	return db_kernel(db, &row, err);
}

static bool record_kernels(struct plan *plan, GError **err)
{
	for (guint i = 0; i < plan->kernels->len; i++) {
		gint64 id = record_kernel(plan->db, plan->kernels->pdata[i], err);

		if (id < 0)
			return false;
		g_array_append_val(plan->ids, id);
	}
	return true;
}

/* The guest runs one kernel whatever the testbed runs: its build is fixed with the plan. */
static bool fix_guest_kernel(json_t *scenario, GError **err)
{
	const char *name = json_string_value(json_object_get(scenario, "guest_kernel"));

	if (!name)
		return true;
	g_autoptr(Kernel) kernel = kernel_find(name, err);
	g_autoptr(KernelBuild) build = kernel ? kernel_build(kernel, err) : NULL;

	if (!build)
		return false;
	return !json_object_set_new(scenario, "guest_kernel_key", json_string(build->key));
}

static void shuffle(GRand *random, gint64 *items, guint count)
{
	for (guint i = count; i > 1; i--) {
		guint j = g_rand_int_range(random, 0, i);
		gint64 swap = items[i - 1];

		items[i - 1] = items[j];
		items[j] = swap;
	}
}

/* One iteration of one parameter set: a sample of each kernel's cell, in random order. */
static bool plan_block(struct plan *plan, const GArray *cells, int iteration, bool warmup,
		       GError **err)
{
	g_autofree gint64 *order = g_memdup2(cells->data, cells->len * sizeof(gint64));

	shuffle(plan->random, order, cells->len);
	for (guint i = 0; i < cells->len; i++) {
		const struct db_slot slot = {order[i], iteration, plan->position++, warmup};

		if (!db_sample_plan(plan->db, &slot, err))
			return false;
	}
	return true;
}

/* Samples that a collector disturbs have no times that a cold start could spoil. */
static int warmup_of(const struct plan *plan, json_t *scenario)
{
	return json_object_get(scenario, "probe") ? 0 : plan->order->warmup;
}

static bool plan_params(struct plan *plan, json_t *scenario, gint64 id, json_t *params,
			GError **err)
{
	g_autoptr(GArray) cells = g_array_new(FALSE, FALSE, sizeof(gint64));

	for (guint i = 0; i < plan->kernels->len; i++) {
		if (knob_missing(scenario, params, plan->kernels->pdata[i]))
			continue;
		gint64 cell = db_cell(plan->db, plan->campaign, g_array_index(plan->ids, gint64, i),
				      id, params, plan->order->twice ? i : 0, err);

		if (cell < 0)
			return false;
		g_array_append_val(cells, cell);
	}
	int warmup = warmup_of(plan, scenario);

	for (int i = 1; i <= warmup + plan->order->iterations; i++)
		if (!plan_block(plan, cells, i, i <= warmup, err))
			return false;
	return true;
}

static bool plan_scenario(struct plan *plan, json_t *scenario, json_t *sweep, GError **err)
{
	gint64 id = db_scenario(plan->db, json_string_value(json_object_get(scenario, "name")),
				scenario, json_object_get(scenario, "intervals"), err);
	json_t *params;
	size_t i;

	if (id < 0)
		return false;
	json_array_foreach (sweep, i, params)
		if (!plan_params(plan, scenario, id, params, err))
			return false;
	return true;
}

/* The settings that are about this scenario: one campaign may have scenarios of several kinds. */
static char **own_settings(json_t *scenario, char *const *settings)
{
	g_autoptr(GStrvBuilder) own = g_strv_builder_new();

	for (int i = 0; settings && settings[i]; i++)
		if (scenario_takes(scenario, settings[i]))
			g_strv_builder_add(own, settings[i]);
	return g_strv_builder_end(own);
}

static void set_testbed(json_t *testbed, const struct campaign_order *order)
{
	json_int_t deadline = json_integer_value(json_object_get(testbed, "deadline"));

	json_object_set_new(testbed, "deadline", json_integer(deadline * order->patience));
	if (order->testbed_memory)
		json_object_set_new(testbed, "memory", json_integer(order->testbed_memory));
}

static json_t *load_scenario(const char *name, const struct campaign_order *order, GError **err)
{
	json_auto_t *scenario = scenario_load(name, err);

	if (!scenario)
		return NULL;
	set_testbed(json_object_get(scenario, "testbed"), order);
	g_auto(GStrv) settings = own_settings(scenario, order->settings);
	json_t *sweep = scenario_sweep(scenario, settings, err);

	if (!sweep)
		return NULL;
	scenario_give_cpus(scenario, sweep);
	return json_pack("{s:O, s:o}", "scenario", scenario, "sweep", sweep);
}

/* Every setting must be about some scenario, or it is a slip of the pen. */
static bool settings_used(json_t *scenarios, char *const *settings, GError **err)
{
	for (int n = 0; settings && settings[n]; n++) {
		json_t *entry, *last = NULL;
		bool used = false;
		size_t i;

		json_array_foreach (scenarios, i, entry) {
			last = json_object_get(entry, "scenario");
			used = used || scenario_takes(last, settings[n]);
		}
		if (!used)
			return scenario_unknown_param(last, settings[n], err);
	}
	return true;
}

static const char *workload_of(json_t *entry)
{
	json_t *scenario = json_object_get(entry, "scenario");

	return json_string_value(json_object_get(scenario, "workload"));
}

/* So must every collector. */
static bool collectors_used(json_t *scenarios, char *const *names, GError **err)
{
	for (int n = 0; names && names[n]; n++) {
		bool used = false;
		json_t *entry;
		size_t i;

		json_array_foreach (scenarios, i, entry)
			used = used || attach_fits(names[n], workload_of(entry), NULL);
		if (!used)
			return attach_fits(names[n], workload_of(json_array_get(scenarios, 0)),
					   err);
	}
	return true;
}

/* Each scenario as it makes the table, and after it those that are for a collector alone. */
static json_t *with_probes(json_t *list, char *const *collectors)
{
	json_t *all = json_array(), *entry, *variant;
	size_t i, j;

	json_array_foreach (list, i, entry) {
		json_auto_t *variants =
			attach_variants(json_object_get(entry, "scenario"), collectors);

		json_array_foreach (variants, j, variant)
			json_array_append_new(all,
					      json_pack("{s:O, s:O}", "scenario", variant, "sweep",
							json_object_get(entry, "sweep")));
	}
	return all;
}

/* The scenarios' definitions with their sweeps: [{"scenario", "sweep"}]. NULL with err. */
static json_t *load_scenarios(const struct campaign_order *order, GError **err)
{
	json_auto_t *list = json_array();

	for (int i = 0; order->scenarios[i]; i++) {
		json_t *entry = load_scenario(order->scenarios[i], order, err);

		if (!entry)
			return NULL;
		json_array_append_new(list, entry);
	}
	if (!settings_used(list, order->settings, err) ||
	    !collectors_used(list, order->collectors, err))
		return NULL;
	return with_probes(list, order->collectors);
}

static bool make_deterministic(json_t *scenarios, GError **err)
{
	json_t *entry;
	size_t i;

	json_array_foreach (scenarios, i, entry)
		if (!deterministic_make(json_object_get(entry, "scenario"),
					json_object_get(entry, "sweep"), err))
			return false;
	return true;
}

static bool plan_all(struct plan *plan, json_t *scenarios, GError **err)
{
	g_autofree char *host = host_cpu_model();
	const struct campaign_order *order = plan->order;
	const struct db_campaign campaign = {order->command, order->seed, host};
	json_t *entry;
	size_t i;

	plan->campaign = db_campaign_new(plan->db, &campaign, err);
	if (plan->campaign < 0 ||
	    (order->until && !db_goal_set(plan->db, plan->campaign, order->until, err)))
		return false;
	json_array_foreach (scenarios, i, entry)
		if (!plan_scenario(plan, json_object_get(entry, "scenario"),
				   json_object_get(entry, "sweep"), err))
			return false;
	return true;
}

static bool build_guests(json_t *scenarios, GError **err)
{
	json_t *entry;
	size_t i;

	json_array_foreach (scenarios, i, entry)
		if (!fix_guest_kernel(json_object_get(entry, "scenario"), err))
			return false;
	return true;
}

/* A parameter set that no kernel can take is no less a slip of the pen. */
static bool some_kernel_takes(const struct plan *plan, json_t *scenario, json_t *params,
			      GError **err)
{
	const char *knob = NULL;

	for (guint i = 0; i < plan->kernels->len; i++) {
		knob = knob_missing(scenario, params, plan->kernels->pdata[i]);
		if (!knob)
			return true;
	}
	g_autofree char *text = json_dumps(params, JSON_COMPACT);

	return bl_fail(err, BL_ERROR_INPUT,
		       "none of the kernels can run %s with %s: they have no module parameter %s",
		       json_string_value(json_object_get(scenario, "name")), text, knob);
}

static bool sweeps_possible(const struct plan *plan, json_t *scenarios, GError **err)
{
	json_t *entry, *params;
	size_t i, j;

	json_array_foreach (scenarios, i, entry)
		json_array_foreach (json_object_get(entry, "sweep"), j, params)
			if (!some_kernel_takes(plan, json_object_get(entry, "scenario"), params,
					       err))
				return false;
	return true;
}

/* The kernels' descriptions; nothing is built yet. */
static bool find_kernels(struct plan *plan, char *const *names, GError **err)
{
	for (int i = 0; names[i]; i++) {
		struct kernel *kernel = kernel_find(names[i], err);

		if (!kernel)
			return false;
		g_ptr_array_add(plan->kernels, kernel);
	}
	return true;
}

/* A cell is a kernel's: given twice, it could not be told from itself. */
static bool kernels_differ(char *const *names, GError **err)
{
	for (int i = 0; names[i]; i++)
		if (g_strv_contains((const char *const *)names + i + 1, names[i]))
			return bl_fail(err, BL_ERROR_INPUT, "kernel '%s' is given twice", names[i]);
	return true;
}

static const char *text(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* Whether a kernel's testbeds can be started here, and run these scenarios. */
static bool kernel_fits(const struct kernel *kernel, json_t *scenarios, GError **err)
{
	json_t *entry, *scenario;
	size_t i;

	json_array_foreach (scenarios, i, entry) {
		scenario = json_object_get(entry, "scenario");
		if (!scenario_runs_on(scenario, kernel->arch))
			return bl_fail(err, BL_ERROR_INPUT,
				       "kernel '%s' is for %s, and scenario '%s' does not run "
				       "there: see 'bootlab scenario show %s'",
				       kernel->name, kernel->arch, text(scenario, "name"),
				       text(scenario, "name"));
	}
	g_autofree char *agent = path_agent(kernel->arch, err);

	return agent && vm_check_emulator(kernel->arch, err);
}

static bool kernels_fit(char *const *names, json_t *scenarios, GError **err)
{
	for (int i = 0; names[i]; i++) {
		g_autoptr(Kernel) kernel = kernel_find(names[i], err);

		if (!kernel || !kernel_fits(kernel, scenarios, err))
			return false;
	}
	return true;
}

gint64 campaign_plan(struct db *db, const struct campaign_order *order, GError **err)
{
	/* Scenarios first: a wrong parameter is to be told before minutes of building. */
	json_auto_t *scenarios = order->twice || kernels_differ(order->kernels, err)
					 ? load_scenarios(order, err)
					 : NULL;
	struct plan plan = {.db = db, .order = order, .campaign = -1};

	if (!scenarios || !kernels_fit(order->kernels, scenarios, err) ||
	    (order->deterministic && !make_deterministic(scenarios, err)))
		return -1;
	plan.kernels = g_ptr_array_new_with_free_func((GDestroyNotify)kernel_free);
	plan.ids = g_array_new(FALSE, FALSE, sizeof(gint64));
	plan.random = g_rand_new_with_seed((guint32)order->seed);
	bool ok = find_kernels(&plan, order->kernels, err) &&
		  sweeps_possible(&plan, scenarios, err) && record_kernels(&plan, err) &&
		  build_guests(scenarios, err) && db_begin(db, err);

	if (ok) {
		ok = plan_all(&plan, scenarios, err) && db_commit(db, err);
		if (!ok)
			db_rollback(db);
	}
	g_ptr_array_free(plan.kernels, TRUE);
	g_array_free(plan.ids, TRUE);
	g_rand_free(plan.random);
	return ok ? plan.campaign : -1;
}

/* ---- running ---- */

static char *describe(const struct db_planned *planned)
{
	return g_strdup_printf("%s on %s, %s %d", planned->scenario, planned->kernel,
			       planned->warmup ? "warm-up" : "iteration", planned->iteration);
}

/* Runs and stores one sample. */
static bool run_sample(struct db *db, const struct db_planned *planned,
		       const struct sample_opts *opts, GError **err)
{
	g_autofree char *what = describe(planned);
	json_auto_t *result = sample_run(planned, opts, err);

	if (!result || !db_sample_store(db, planned->id, result, err))
		return false;
	if (strcmp(json_string_value(json_object_get(result, "status")), "done"))
		log_warn("%s failed: %s", what,
			 json_string_value(json_object_get(result, "reason")));
	return true;
}

/* Runs the next sample there is: 1, 0 when none is left, -1 with err. */
static int run_next(struct db *db, gint64 id, const struct sample_opts *opts, GError **err)
{
	struct db_planned planned;
	int found = db_sample_next(db, id, &planned, err);

	if (found <= 0)
		return found;
	g_autofree char *what = describe(&planned);
	struct db_counts counts;
	bool ok = db_campaign_counts(db, id, &counts, err);

	if (ok) {
		progress_update(counts.done + counts.failed, what);
		ok = run_sample(db, &planned, opts, err);
	}
	db_planned_clear(&planned);
	return ok ? 1 : -1;
}

bool campaign_run(struct db *db, gint64 id, const struct sample_opts *opts,
		  struct db_counts *counts, GError **err)
{
	int more;

	if (!db_campaign_counts(db, id, counts, err))
		return false;
	int ended = counts->done + counts->failed;

	progress_begin_from("measuring", "samples", ended, counts->planned + ended);
	while ((more = run_next(db, id, opts, err)) > 0)
		;
	if (!more)
		more = db_campaign_counts(db, id, counts, err) ? 0 : -1;
	progress_end(more ? "stopped" : counts->failed ? "done, with failed samples" : "done");
	return !more;
}
