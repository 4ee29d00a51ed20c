// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/style.h"

#include "kernels/source.h"
#include "lab/run.h"

#include <stdio.h>
#include <string.h>

/* "total: 0 errors, 1 warnings, 26 lines checked" */
static bool read_total(const char *text, struct style *style)
{
	const char *total = strstr(text, "total: ");

	return total && sscanf(total, "total: %d errors, %d warnings", &style->errors,
			       &style->warnings) == 2;
}

static bool run_script(const char *tree, const char *script, const char *patch, struct style *style,
		       GError **err)
{
	const char *argv[] = {script, "--no-tree", "--show-types", patch, NULL};
	g_autoptr(GString) text = g_string_new(NULL);
	struct run_opts opts = {.cwd = tree, .line = run_keep_line, .data = text};

	/* It ends with status 1 where it has anything to say. */
	if (run(argv, &opts, err) < 0)
		return false;
	style->checked = read_total(text->str, style);
	style->text = g_string_free(g_steal_pointer(&text), FALSE);
	return true;
}

bool style_check(const struct kernel *kernel, struct style *style, GError **err)
{
	g_autofree char *hash = source_hash(kernel, err);
	g_autofree char *tree = hash ? source_tree(kernel, hash, err) : NULL;
	const char *patch = kernel->patch_files[kernel->patches - 1];

	*style = (struct style){0};
	if (!tree)
		return false;
	g_autofree char *script = g_build_filename(tree, "scripts", "checkpatch.pl", NULL);

	if (!g_file_test(script, G_FILE_TEST_IS_EXECUTABLE))
		return true;
	return run_script(tree, script, patch, style, err);
}
