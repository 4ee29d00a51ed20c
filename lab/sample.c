// SPDX-License-Identifier: GPL-2.0-only
#include "lab/sample.h"

#include "kernels/kernel.h"
#include "lab/accel.h"
#include "lab/deterministic.h"
#include "lab/events.h"
#include "lab/fingerprint.h"
#include "lab/initramfs.h"
#include "lab/knob.h"
#include "lab/paths.h"
#include "lab/pool.h"
#include "lab/protocol.h"
#include "lab/rundir.h"
#include "lab/session.h"
#include "lab/vm.h"

#include <string.h>

/* The agent gives up this much before bootlab does, in s, so that it can still say why. */
#define AGENT_HEAD_START_S 15

/* All that a sample's testbed is made of; what it owns is cleared with it. */
struct bench {
	char *agent, *initramfs, *turns;
	struct kernel_build *build, *guest;
	struct pool_lease *ram;
	struct accel_answer accel;
	struct testbed_config config;
	int deadline_s;
	bool deterministic;
};

static void bench_clear(struct bench *bench)
{
	g_free(bench->agent);
	g_free(bench->initramfs);
	g_free(bench->turns);
	g_clear_pointer(&bench->build, kernel_build_free);
	g_clear_pointer(&bench->guest, kernel_build_free);
	pool_release(bench->ram);
	node_release(&bench->config.node);
	accel_answer_clear(&bench->accel);
}

static bool guest_prepare(struct bench *bench, const struct db_planned *planned, GError **err)
{
	const char *key =
		json_string_value(json_object_get(planned->definition, "guest_kernel_key"));

	if (!key)
		return true;
	bench->guest = kernel_build_by_key(key, err);
	return bench->guest;
}

static bool choose_accel(struct bench *bench, const struct sample_opts *opts, GError **err)
{
	const char *wanted = bench->deterministic ? DETERMINISTIC_ACCEL : opts->accel;

	bench->config.accel = wanted;
	if (wanted)
		return vm_check_accel(bench->config.arch, wanted, err);
	if (!accel_choose(&bench->config, &bench->accel, err))
		return false;
	bench->config.accel = bench->accel.name;
	return true;
}

static bool bench_prepare(struct bench *bench, const struct db_planned *planned,
			  const struct sample_opts *opts, GError **err)
{
	const char *cmdline = NULL;
	json_t *alias = NULL;
	json_int_t memory, bar = 0, drive = 0;
	int cpus;

	json_unpack(planned->definition, "{s:{s:I, s:i, s:i, s?s, s?o}}", "testbed", "memory",
		    &memory, "cpus", &cpus, "deadline", &bench->deadline_s, "cmdline", &cmdline,
		    "alias", &alias);
	json_unpack(planned->params, "{s?I, s?I}", "bar", &bar, "drive", &drive);
	bench->deterministic = deterministic_is(planned->definition);
	bench->build = kernel_build_by_key(planned->kernel_key, err);
	bench->agent = bench->build ? path_agent(bench->build->arch, err) : NULL;
	bench->initramfs = bench->agent ? initramfs_build(bench->agent, err) : NULL;
	if (!bench->initramfs || !guest_prepare(bench, planned, err))
		return false;
	if (bench->deterministic && !(bench->turns = path_turns(err)))
		return false;
	if ((bar || drive) && !vm_takes_device(bench->build->arch))
		return bl_fail(err, BL_ERROR_INPUT, "a testbed of %s has no device to pass through",
			       bench->build->arch);
	if (alias && !vm_takes_node(bench->build->arch))
		return bl_fail(err, BL_ERROR_INPUT, "a testbed of %s has no node for a guest",
			       bench->build->arch);
	bench->ram = pool_take(memory, err);
	if (!bench->ram)
		return false;
	bench->config = (struct testbed_config){
		.connect = opts->connect,
		.arch = bench->build->arch,
		.kernel = bench->build->image,
		.initrd = bench->initramfs,
		.turns = bench->turns,
		.turn = deterministic_turn(planned->iteration),
		.cmdline = cmdline,
		.ram = bench->ram->path,
		.memory = memory,
		.bar = bar,
		.drive = drive,
		.cpus = cpus,
	};
	return node_take(&bench->config.node, alias, memory, opts->alias, err) &&
	       choose_accel(bench, opts, err);
}

static json_t *cell_json(const struct bench *bench, const struct db_planned *planned)
{
	json_t *cell = json_pack("{s:i, s:s, s:O, s:O, s:o, s:O, s:i}", "v", PROTOCOL_VERSION,
				 "scenario", planned->scenario, "workload",
				 json_object_get(planned->definition, "workload"), "params",
				 planned->params, "knobs",
				 knob_values(planned->definition, planned->params), "collectors",
				 json_object_get(planned->definition, "collectors"), "deadline_s",
				 MAX(bench->deadline_s - AGENT_HEAD_START_S, 1));

	if (bench->config.bar)
		json_object_set_new(cell, "device",
				    json_pack("{s:i, s:i, s:I}", "vendor", TESTBED_DEVICE_VENDOR,
					      "device", TESTBED_DEVICE_ID, "bar",
					      (json_int_t)bench->config.bar));
	if (bench->config.drive)
		json_object_set_new(cell, "drive",
				    json_pack("{s:i, s:i}", "vendor", TESTBED_DRIVE_VENDOR,
					      "device", TESTBED_DRIVE_ID));
	if (bench->config.node.ram)
		json_object_set_new(cell, "node", node_cell(&bench->config.node));
	if (bench->guest)
		json_object_set_new(cell, "guest",
				    json_pack("{s:s, s:s}", "kernel", bench->guest->image, "initrd",
					      bench->initramfs));
	return cell;
}

/* ---- judging ---- */

static json_t *find_gate(json_t *events, const char *name)
{
	json_t *event;
	size_t i;

	json_array_foreach (events, i, event)
		if (!g_strcmp0(event_kind(event), "gate") &&
		    !strcmp(json_string_value(json_object_get(event, "name")), name))
			return event;
	return NULL;
}

static char *failed_gates(json_t *events)
{
	g_autoptr(GString) text = g_string_new(NULL);
	json_t *event;
	size_t i;

	json_array_foreach (events, i, event)
		if (!g_strcmp0(event_kind(event), "gate") &&
		    !json_is_true(json_object_get(event, "ok")))
			g_string_append_printf(
				text, "%sgate %s: %s", text->len ? "; " : "",
				json_string_value(json_object_get(event, "name")),
				json_string_value(json_object_get(event, "evidence")));
	return text->len ? g_string_free(g_steal_pointer(&text), FALSE) : NULL;
}

char *sample_fault(json_t *session, json_t *required)
{
	json_t *events = json_object_get(session, "events"), *name;
	bool done = !g_strcmp0(json_string_value(json_object_get(session, "status")), "done");
	const char *reason = json_string_value(json_object_get(session, "reason"));
	g_autofree char *failed = failed_gates(events);
	size_t i;

	/* Where gates failed, the agent's reason is the first of them: all of them tell more. */
	if (failed && (done || !reason || !*reason || g_str_has_prefix(reason, "gate ")))
		return g_steal_pointer(&failed);
	if (!done)
		return g_strdup(reason && *reason ? reason : "the agent failed and gave no reason");
	json_array_foreach (required, i, name)
		if (!find_gate(events, json_string_value(name)))
			return g_strdup_printf("gate %s was not checked", json_string_value(name));
	return NULL;
}

/* ---- the result ---- */

/* The agent's "env" events join the facts of this machine. */
static void add_agent_facts(json_t *environment, json_t *events)
{
	json_t *event;
	size_t i;

	json_array_foreach (events, i, event)
		if (!g_strcmp0(event_kind(event), "env"))
			json_object_set(environment,
					json_string_value(json_object_get(event, "name")),
					json_object_get(event, "value"));
}

/* What other programs of this machine used of its CPUs meanwhile, in CPUs. */
static json_t *load_event(guint64 busy_ns, guint64 own_ns, gint64 wall_us)
{
	double others = MAX((double)busy_ns - (double)own_ns, 0) / (1e3 * (double)wall_us);

	return json_pack("{s:i, s:s, s:i, s:s, s:f, s:s, s:s}", "v", PROTOCOL_VERSION, "ev",
			 "metric", "t", 0, "name", "host_other_load", "value", others, "unit",
			 "CPUs", "better", PROTOCOL_BETTER_NEITHER);
}

/* The events that the db keeps: the others have gone into the environment and the artifacts. */
static json_t *kept_events(json_t *events)
{
	static const char *const kept[] = {"mark", "metric", "span", "gate", NULL};
	json_t *list = json_array(), *event;
	size_t i;

	json_array_foreach (events, i, event)
		if (g_strv_contains(kept, event_kind(event)))
			json_array_append(list, event);
	return list;
}

static void free_text(GString *text)
{
	g_string_free(text, TRUE);
}

/* The files that collectors left: [{"name", "text"}], the pieces of each put together. */
static void add_files(json_t *artifacts, json_t *events)
{
	g_autoptr(GHashTable) files =
		g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)free_text);
	GHashTableIter iter;
	gpointer name, text;
	json_t *event;
	size_t i;

	json_array_foreach (events, i, event) {
		if (g_strcmp0(event_kind(event), "artifact"))
			continue;
		name = (gpointer)json_string_value(json_object_get(event, "name"));
		text = g_hash_table_lookup(files, name);
		if (!text)
			g_hash_table_insert(files, name, text = g_string_new(NULL));
		g_string_append(text, json_string_value(json_object_get(event, "text")));
	}
	g_hash_table_iter_init(&iter, files);
	while (g_hash_table_iter_next(&iter, &name, &text))
		json_array_append_new(artifacts, json_pack("{s:s, s:s}", "name", name, "text",
							   ((GString *)text)->str));
}

/* The agent's log lines, the console, and what collectors left, as the sample's artifacts. */
static json_t *artifacts_json(json_t *session)
{
	json_t *artifacts;
	g_autoptr(GString) log = g_string_new(NULL);
	json_t *event;
	size_t i;

	json_array_foreach (json_object_get(session, "events"), i, event)
		if (!g_strcmp0(event_kind(event), "log"))
			g_string_append_printf(log, "%s: %s\n",
					       json_string_value(json_object_get(event, "source")),
					       json_string_value(json_object_get(event, "text")));
	artifacts = json_pack("[{s:s, s:O}, {s:s, s:s}, {s:s, s:O}]", "name", "console.log", "text",
			      json_object_get(session, "console"), "name", "agent.log", "text",
			      log->str, "name", "registers.txt", "text",
			      json_object_get(session, "registers"));
	add_files(artifacts, json_object_get(session, "events"));
	return artifacts;
}

static json_t *result_json(const struct bench *bench, const struct db_planned *planned,
			   json_t *session, gint64 started, GError **err)
{
	json_t *environment = fingerprint(&bench->config, err);
	json_t *events = json_object_get(session, "events");

	if (!environment)
		return NULL;
	if (bench->deterministic)
		json_object_set_new(environment, "accelerator", json_string(DETERMINISTIC_LABEL));
	json_object_update_new(environment, node_facts(&bench->config.node));
	add_agent_facts(environment, events);
	g_autofree char *fault =
		sample_fault(session, json_object_get(planned->definition, "gates"));

	return json_pack("{s:s, s:s?, s:I, s:I, s:o, s:o, s:o}", "status",
			 fault ? "failed" : "done", "reason", fault, "started", (json_int_t)started,
			 "ended", (json_int_t)(g_get_real_time() / G_USEC_PER_SEC), "environment",
			 environment, "events", kept_events(events), "artifacts",
			 artifacts_json(session));
}

/* Runs the cell as a part of the testbed's initramfs. */
static json_t *run_enclosed(const struct bench *bench, json_t *cell, GError **err)
{
	const char *folder = rundir_open(err);
	g_autofree char *path = folder ? g_build_filename(folder, "cell.cpio", NULL) : NULL;
	g_autofree char *text = json_dumps(cell, JSON_COMPACT);
	struct testbed_config config = bench->config;

	config.initrd = path;
	if (!path || !initramfs_write(path, bench->agent, text, err))
		return NULL;
	return session_run(&config, NULL, bench->deadline_s, err);
}

/* The load of this machine is no part of a deterministic sample: it would be another each time. */
static json_t *measure_enclosed(const struct bench *bench, const struct db_planned *planned,
				GError **err)
{
	json_auto_t *cell = cell_json(bench, planned);
	gint64 started = g_get_real_time() / G_USEC_PER_SEC;
	json_auto_t *session = run_enclosed(bench, cell, err);

	return session ? result_json(bench, planned, session, started, err) : NULL;
}

static json_t *measure(const struct bench *bench, const struct db_planned *planned, GError **err)
{
	json_auto_t *cell = cell_json(bench, planned);
	gint64 started = g_get_real_time() / G_USEC_PER_SEC, clock = g_get_monotonic_time();
	guint64 busy = host_busy_ns();
	json_auto_t *session = session_run(&bench->config, cell, bench->deadline_s, err);

	if (!session)
		return NULL;
	guint64 own = json_integer_value(json_object_get(session, "cpu_ns"));

	json_array_append_new(
		json_object_get(session, "events"),
		load_event(host_busy_ns() - busy, own, g_get_monotonic_time() - clock));
	return result_json(bench, planned, session, started, err);
}

json_t *sample_run(const struct db_planned *planned, const struct sample_opts *opts, GError **err)
{
	struct bench bench = {0};
	json_t *result = NULL;

	if (bench_prepare(&bench, planned, opts, err))
		result = bench.deterministic ? measure_enclosed(&bench, planned, err)
					     : measure(&bench, planned, err);
	bench_clear(&bench);
	return result;
}
