// SPDX-License-Identifier: GPL-2.0-only
/* A db's file that holds anything: looking at it ends in findings or in an error, and changes no
 * byte. */
#include "db/db.h"
#include "lab/paths.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static char *folder;

static void remove_folder(void)
{
	path_remove_tree(folder, NULL);
}

static void look(const char *path)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(Db) db = db_open(path, DB_LOOK, &err);
	g_autoptr(GPtrArray) findings = db ? db_findings(db, &err) : NULL;

	g_assert(!findings == !!err);
}

static void assert_holds(const char *path, const uint8_t *data, size_t size)
{
	g_autofree char *now = NULL;
	gsize length;

	g_assert(g_file_get_contents(path, &now, &length, NULL));
	g_assert(length == size && !memcmp(now, data, size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!folder) {
		folder = g_dir_make_tmp("bootlab-fuzz-XXXXXX", NULL);
		atexit(remove_folder);
	}
	g_autofree char *path = g_build_filename(folder, "fuzz.db", NULL);

	g_assert(g_file_set_contents(path, (const char *)data, (gssize)size, NULL));
	look(path);
	assert_holds(path, data, size);
	return 0;
}
