// SPDX-License-Identifier: GPL-2.0-only
/* Whether a file holds what it must, for those who were handed one, or lost power. */
#include "db/migrations.h"
#include "db/sql.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

/* So many of one kind of finding tell enough. */
#define FINDINGS_MAX 20

/* Each gives a row, in words, for each thing that is wrong. */
static const char *const of_any_schema[] = {
	"SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
	"SELECT 'a row of ' || \"table\" || ' has lost its ' || parent FROM pragma_foreign_key_check",
};

static const char *const of_this_schema[] = {
	"SELECT 'sample ' || s.id || ' counts as good, and its gate ' || g.name || ' did not hold' "
	"FROM sample AS s JOIN gate AS g ON g.sample = s.id WHERE s.status = 'done' AND NOT g.ok",

	"SELECT 'sample ' || s.id || ' counts as good, and its gate ' || r.value ||"
	" ' was not checked' "
	"FROM sample AS s JOIN cell AS c ON c.id = s.cell JOIN scenario AS n ON n.id = c.scenario,"
	" json_each(n.definition, '$.gates') AS r "
	"WHERE s.status = 'done' AND NOT EXISTS "
	"(SELECT 1 FROM gate WHERE sample = s.id AND name = r.value)",

	"SELECT 'sample ' || s.id || ' has not ended, and has a ' || p.what FROM sample AS s JOIN "
	"(SELECT sample, 'mark' AS what FROM mark UNION SELECT sample, 'metric' FROM metric "
	"UNION SELECT sample, 'span' FROM span UNION SELECT sample, 'gate' FROM gate) AS p "
	"ON p.sample = s.id WHERE s.status = 'planned'",

	"SELECT 'metric ' || name || ' of sample ' || sample || ' is not finite' "
	"FROM metric WHERE abs(value) > 1.7976931348623157e308",

	"SELECT 'metric ' || metric || ' of sample ' || sample || ' comes from two sources' "
	"FROM measurement GROUP BY campaign, sample, metric HAVING count(*) > 1",

	"SELECT 'scenario ' || id || ' (' || name || ') is not what its definition says' "
	"FROM scenario WHERE probe IS NOT definition->>'probe'"
	" OR (SELECT count(*) FROM interval WHERE scenario = id)"
	" <> coalesce(json_array_length(definition, '$.intervals'), 0)"
	" OR EXISTS (SELECT 1 FROM json_each(definition, '$.intervals') AS d WHERE NOT EXISTS"
	" (SELECT 1 FROM interval AS i WHERE i.scenario = scenario.id"
	" AND i.place = d.key AND i.name = d.value->>'name'"
	" AND i.from_mark = d.value->>'from' AND i.to_mark = d.value->>'to'"
	" AND i.better = d.value->>'better'))",

	"SELECT 'environment ' || id || ' is not what its fingerprint is of' FROM environment "
	"WHERE fingerprint <> sha256(facts)",

	"SELECT 'a patch of kernel ' || k.name || ' is missing' FROM kernel AS k JOIN patch AS p "
	"ON p.kernel = k.id GROUP BY k.id HAVING count(*) <> max(place) OR min(place) <> 1",

	"SELECT 'campaign ' || id || ' has no identity' FROM campaign "
	"WHERE id NOT IN (SELECT campaign FROM identity)",
};

static void sha256(sqlite3_context *to, int argc, sqlite3_value **argv)
{
	(void)argc;
	const char *text = (const char *)sqlite3_value_text(argv[0]);
	char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text ? text : "", -1);

	sqlite3_result_text(to, sum, -1, g_free);
}

/* Damage that sqlite stumbles over is a finding like any other. */
static bool add_error(GPtrArray *findings, GError *why, GError **err)
{
	if (!g_error_matches(why, BL_ERROR, BL_ERROR_DAMAGED)) {
		g_propagate_error(err, why);
		return false;
	}
	g_ptr_array_add(findings, g_strdup(why->message));
	g_error_free(why);
	return true;
}

static bool add_findings(struct db *db, const char *sql, GPtrArray *findings, GError **err)
{
	GError *why = NULL;
	g_autofree char *limited = g_strdup_printf("%s LIMIT %d", sql, FINDINGS_MAX);
	g_autoptr(sqlite3_stmt) stmt = sql_prepare(db, limited, SQL_NO_ARGS, &why);
	int more = -1;

	while (stmt && (more = sql_step(db, stmt, &why)) > 0)
		g_ptr_array_add(findings, g_strdup((const char *)sqlite3_column_text(stmt, 0)));
	return more == 0 || add_error(findings, why, err);
}

static bool add_all(struct db *db, const char *const *queries, size_t n, GPtrArray *findings,
		    GError **err)
{
	for (size_t i = 0; i < n; i++)
		if (!add_findings(db, queries[i], findings, err))
			return false;
	return true;
}

/* ---- the schema ---- */

/* A db in memory that has the schema as it should be. */
static struct db *model_of(const struct db *db)
{
	struct db *model = g_new0(struct db, 1);

	model->path = g_strdup(db->path);
	sqlite3_open(":memory:", &model->handle);
	for (int i = 0; i < db->schema; i++)
		sqlite3_exec(model->handle, migrations[i], NULL, NULL, NULL);
	return model;
}

/* What the user has added is no matter. */
static bool check_schema(struct db *db, GPtrArray *findings, GError **err)
{
	static const char sql[] = "SELECT type, name, sql FROM sqlite_schema "
				  "WHERE sql IS NOT NULL ORDER BY name";
	g_autoptr(Db) model = model_of(db);
	json_auto_t *want = sql_rows(model, sql, SQL_NO_ARGS, err);
	GError *why = NULL;
	json_auto_t *have = sql_rows(db, sql, SQL_NO_ARGS, &why);
	json_t *object;
	size_t i, j;

	if (!have)
		return add_error(findings, why, err);
	json_array_foreach (want, i, object) {
		for (j = 0; j < json_array_size(have); j++)
			if (json_equal(object, json_array_get(have, j)))
				break;
		if (j == json_array_size(have))
			g_ptr_array_add(
				findings,
				g_strdup_printf(
					"%s %s is missing, or not as it was made",
					json_string_value(json_object_get(object, "type")),
					json_string_value(json_object_get(object, "name"))));
	}
	return true;
}

GPtrArray *db_findings(struct db *db, GError **err)
{
	g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
	bool now = db->schema == migrations_count;

	sqlite3_create_function(db->handle, "sha256", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
				sha256, NULL, NULL);
	if (!db_begin(db, err))
		return NULL;
	bool ok = add_all(db, of_any_schema, G_N_ELEMENTS(of_any_schema), findings, err);

	/* Of rows that cannot be read, or are elsewhere, nothing more can be said. */
	if (ok && !findings->len)
		ok = check_schema(db, findings, err);
	if (ok && !findings->len && now)
		ok = add_all(db, of_this_schema, G_N_ELEMENTS(of_this_schema), findings, err);
	db_rollback(db);
	return ok ? g_steal_pointer(&findings) : NULL;
}

bool db_check(struct db *db, GError **err)
{
	g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);

	if (!add_all(db, of_any_schema, G_N_ELEMENTS(of_any_schema), findings, err))
		return false;
	if (findings->len)
		return bl_fail(err, BL_ERROR_DAMAGED, "database %s: is damaged: %s", db->path,
			       (const char *)findings->pdata[0]);
	return true;
}

/* ---- care ---- */

bool db_vacuum(struct db *db, GError **err)
{
	return sql_run(db, "VACUUM", SQL_NO_ARGS, err);
}

static bool copy_into(struct db *db, struct db *to, GError **err)
{
	sqlite3_backup *backup = sqlite3_backup_init(to->handle, "main", db->handle, "main");

	if (backup)
		sqlite3_backup_step(backup, -1);
	return (backup && sqlite3_backup_finish(backup) == SQLITE_OK) || sql_fail(to, err);
}

bool db_copy(struct db *db, const char *path, GError **err)
{
	struct db to = {.path = (char *)path};
	g_autofree char *file = g_canonicalize_filename(path, NULL);

	if (g_file_test(path, G_FILE_TEST_EXISTS))
		return bl_fail(err, BL_ERROR_INPUT, "%s: is there already: move it away", path);
	bool ok = (sqlite3_open(file, &to.handle) == SQLITE_OK || sql_fail(&to, err)) &&
		  copy_into(db, &to, err);

	sqlite3_close(to.handle);
	if (!ok)
		g_unlink(path);
	return ok;
}
