/* SPDX-License-Identifier: GPL-2.0-only */
/* A data folder and a cache of their own with one small base and series, for each test. */
#ifndef TEST_KERNEL_FIXTURE_H
#define TEST_KERNEL_FIXTURE_H

#include "cmocka.h"

#include "kernels/kernel.h"
#include "lab/paths.h"

#include <glib/gstdio.h>
#include <string.h>

static const char good_base[] = "name: one\n"
				"summary: A kernel\n"
				"source: {debian: linux-source-0.0}\n"
				"arch: x86_64\n"
				"configs: [small]\n";

static const char good_series[] = "name: two\n"
				  "summary: Two patches\n"
				  "scenario: some\n"
				  "bases:\n"
				  "  - {base: one}\n"
				  "  - {base: other, folder: v9}\n"
				  "  - {base: new, included: since 9.9}\n"
				  "knobs:\n"
				  "  - {name: threads, since: 2}\n";

/* Made once, since paths are looked up once; filled anew for each test. */
static char *folder;

static inline char *data_path(const char *name)
{
	return g_build_filename(folder, "kernels", name, NULL);
}

static inline void put(const char *name, const char *text)
{
	g_autofree char *path = data_path(name);
	g_autofree char *dir = g_path_get_dirname(path);

	assert_int_equal(g_mkdir_with_parents(dir, 0755), 0);
	assert_true(g_file_set_contents(path, text, -1, NULL));
}

static inline int fill(void **state)
{
	g_autofree char *kernels = data_path("");

	(void)state;
	path_remove_tree(kernels, NULL);
	path_remove_tree(path_user(), NULL);
	put("bases/one.yaml", good_base);
	put("series/two/series.yaml", good_series);
	put("configs/small.config", "CONFIG_SMP=y\n");
	put("series/two/0001-first.patch", "Subject: [PATCH 1/2] first\n\n--- a/x\n+++ b/x\n");
	put("series/two/0002-second.patch", "Subject: [PATCH 2/2] second\n\n--- a/y\n+++ b/y\n");
	return 0;
}

static inline int make_folder(void **state)
{
	(void)state;
	folder = g_dir_make_tmp("bootlab-test-XXXXXX", NULL);
	g_autofree char *cache = g_build_filename(folder, "cache", NULL);

	g_autofree char *user = g_build_filename(folder, "user", NULL);

	g_setenv("BOOTLAB_DATA", folder, TRUE);
	g_setenv("BOOTLAB_USER", user, TRUE);
	g_setenv("BOOTLAB_CACHE", cache, TRUE);
	return folder ? 0 : -1;
}

static inline int remove_folder(void **state)
{
	(void)state;
	path_remove_tree(folder, NULL);
	g_free(folder);
	return 0;
}

/* text has `part` in it; where it has not, both are shown. */
static inline void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in: %s", part, text);
}

#endif
