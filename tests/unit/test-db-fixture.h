/* SPDX-License-Identifier: GPL-2.0-only */
/* Made-up campaigns in temporary folders, for the tests of db/ and reports/. */
#ifndef TEST_DB_FIXTURE_H
#define TEST_DB_FIXTURE_H

#include "cmocka.h"

#include "db/db.h"
#include "lab/paths.h"

#include <glib/gstdio.h>
#include <string.h>

/* A test's state: a folder of its own, and a file in it that is not there yet. */
struct fixture {
	char *dir;
	char *path;
};

static inline int fixture_setup(void **state)
{
	struct fixture *f = g_new0(struct fixture, 1);

	f->dir = g_dir_make_tmp("bootlab-test-XXXXXX", NULL);
	f->path = g_build_filename(f->dir, "test.db", NULL);
	*state = f;
	return f->dir ? 0 : -1;
}

static inline int fixture_teardown(void **state)
{
	struct fixture *f = *state;

	path_remove_tree(f->dir, NULL);
	g_free(f->path);
	g_free(f->dir);
	g_free(f);
	return 0;
}

#define fixture_test(fn) cmocka_unit_test_setup_teardown(fn, fixture_setup, fixture_teardown)

/* The call failed, and its error contains the text. Clears it. */
static inline void assert_error(GError **err, const char *text)
{
	if (!*err)
		fail_msg("no error, where one with '%s' should be", text);
	if (!strstr((*err)->message, text))
		fail_msg("the error is '%s', without '%s'", (*err)->message, text);
	g_clear_error(err);
}

/* fmt as printf's, with ' for JSON's ". */
G_GNUC_PRINTF(1, 2) static inline json_t *json_of(const char *fmt, ...)
{
	va_list ap;
	json_t *value;

	va_start(ap, fmt);
	g_autofree char *text = g_strdup_vprintf(fmt, ap);
	va_end(ap);
	g_strdelimit(text, "'", '"');
	value = json_loads(text, JSON_DECODE_ANY, NULL);
	if (!value)
		fail_msg("not JSON: %s", text);
	return value;
}

static inline Db *open_new(const char *path)
{
	GError *err = NULL;
	Db *db = db_open(path, DB_CREATE, &err);

	if (!db)
		fail_msg("%s", err->message);
	return db;
}

static inline gint64 add_kernel(Db *db, const char *name, const char *key)
{
	bool patched = strchr(name, '+') != NULL;
	json_auto_t *patches =
		json_pack("[{s:s, s:s}]", "subject", "fake: faster", "author", "A <a@example.org>");

	return db_kernel(db,
			 &(struct db_kernel){.name = name,
					     .base = "6.1",
					     .series = patched ? "fake" : NULL,
					     .patches = patched,
					     .key = key,
					     .release = "6.1.0-fake",
					     .config_hash = "c0ffee",
					     .compiler = "gcc 12.2.0",
					     .patch_list = patched ? patches : NULL},
			 NULL);
}

#define FAKE_SCENARIO                                                            \
	"{'name': 'fake-boot', 'params': [{'name': 'memory', 'kind': 'size'}], " \
	"'phases': ['a', 'b', 'c'], 'intervals': ["                              \
	"{'name': 'whole', 'from': 'a', 'to': 'c', 'better': 'lower'}, "         \
	"{'name': 'first', 'from': 'a', 'to': 'b', 'better': 'lower'}]}"

static inline gint64 add_scenario(Db *db)
{
	json_t *definition = json_of(FAKE_SCENARIO);
	gint64 id = db_scenario(db, "fake-boot", definition,
				json_object_get(definition, "intervals"), NULL);

	json_decref(definition);
	return id;
}

static inline gint64 add_campaign(Db *db)
{
	return db_campaign_new(
		db,
		&(struct db_campaign){.command = "bootlab ab fake", .seed = 7, .host = "fakehost"},
		NULL);
}

static inline gint64 add_cell(Db *db, gint64 campaign, gint64 kernel, gint64 scenario,
			      const char *params)
{
	json_t *object = json_of("%s", params);
	gint64 id = db_cell(db, campaign, kernel, scenario, object, 0, NULL);

	json_decref(object);
	return id;
}

/* A campaign of two kernels with n samples each, alternating. Its id; samples are 1 to 2 n. */
static inline gint64 plan_campaign(Db *db, int n)
{
	gint64 campaign = add_campaign(db), scenario = add_scenario(db);
	gint64 cells[] = {
		add_cell(db, campaign, add_kernel(db, "6.1", "k1"), scenario,
			 "{'memory': 1073741824}"),
		add_cell(db, campaign, add_kernel(db, "6.1+fake-fast", "k2"), scenario,
			 "{'memory': 1073741824}"),
	};

	for (int i = 0; i < n; i++)
		for (int k = 0; k < 2; k++)
			assert_true(db_sample_plan(
				db, &(struct db_slot){cells[k], i, i * 2 + k, false}, NULL));
	return campaign;
}

#define FAKE_ENVIRONMENT "{'accelerator': 'tcg', 'host_cpu': 'Fake CPU', 'thp': 'madvise'}"

/* A good result with these events. */
static inline json_t *done_with(const char *events)
{
	return json_of("{'status': 'done', 'reason': null, 'started': 1700000000, "
		       "'ended': 1700000010, 'environment': " FAKE_ENVIRONMENT ", "
		       "'events': [%s], 'artifacts': []}",
		       events);
}

/* Stores and drops the result. */
static inline bool store(Db *db, gint64 sample, json_t *result, GError **err)
{
	bool ok = db_sample_store(db, sample, result, err);

	json_decref(result);
	return ok;
}

static inline struct db_counts counts_of(Db *db, gint64 campaign)
{
	struct db_counts counts;

	assert_true(db_campaign_counts(db, campaign, &counts, NULL));
	return counts;
}

#endif
