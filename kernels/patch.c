// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/patch.h"

#include <stdlib.h>
#include <string.h>

/* How much of a hunk an error shows. */
#define HUNK_LINES 30

#define PATCH_FAILED "error: patch failed: "

void patch_info_clear(struct patch_info *info)
{
	g_clear_pointer(&info->subject, g_free);
	g_clear_pointer(&info->author, g_free);
}

/* The value of a header in `git mailinfo`'s output; NULL if it has none. g_free it. */
static char *header(const char *text, const char *name)
{
	g_autofree char *start = g_strdup_printf("%s: ", name);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (char **line = lines; *line; line++)
		if (g_str_has_prefix(*line, start) && (*line)[strlen(start)])
			return g_strdup(*line + strlen(start));
	return NULL;
}

bool patch_read(const char *file, struct patch_info *info, GError **err)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const char *argv[] = {"git", "mailinfo", "/dev/null", "/dev/null", NULL};
	struct run_opts opts = {.stdin_path = file, .line = run_keep_line, .data = text};
	int status = run(argv, &opts, err);

	*info = (struct patch_info){0};
	if (status < 0)
		return false;
	g_autofree char *name = header(text->str, "Author");
	g_autofree char *address = header(text->str, "Email");

	info->subject = header(text->str, "Subject");
	if (!info->subject)
		info->subject = g_path_get_basename(file);
	if (name && address)
		info->author = g_strdup_printf("%s <%s>", name, address);
	return true;
}

/* "+++ b/FILE" after "--- /dev/null", "rename to FILE", "copy to FILE": FILE, else NULL. */
static const char *added_file(const char *line, const char *before)
{
	static const char *const starts[] = {"+++ b/", "rename to ", "copy to "};

	if (*line == '+' && !g_str_has_prefix(before, "--- /dev/null"))
		return NULL;
	for (guint i = 0; i < G_N_ELEMENTS(starts); i++)
		if (g_str_has_prefix(line, starts[i]))
			return line + strlen(starts[i]);
	return NULL;
}

bool patch_adds_files(const char *patch)
{
	g_auto(GStrv) lines = g_strsplit(patch, "\n", -1);

	for (int i = 1; lines[0] && lines[i]; i++) {
		const char *file = added_file(g_strchomp(lines[i]), lines[i - 1]);

		if (file && !g_str_has_suffix(file, ".c") && !g_str_has_suffix(file, ".S"))
			return true;
	}
	return false;
}

/* true for the line that ends the hunk before it. */
static bool ends_hunk(const char *line)
{
	return !*line || !strchr(" +-\\", *line) || !strcmp(line, "-- ");
}

/* The hunk of `file` whose old side begins at `line`, as the patch has it. NULL: not found. */
static char *find_hunk(const char *patch, const char *file, long line)
{
	g_auto(GStrv) lines = g_strsplit(patch, "\n", -1);
	g_autofree char *old_file = g_strconcat("--- a/", file, NULL);
	g_autofree char *start = g_strdup_printf("@@ -%ld", line);
	g_autoptr(GString) hunk = g_string_new(NULL);
	bool in_file = false;
	int i = 0;

	for (; lines[i]; i++) {
		if (g_str_has_prefix(lines[i], "--- "))
			in_file = !strcmp(g_strchomp(lines[i]), old_file);
		if (in_file && g_str_has_prefix(lines[i], start))
			break;
	}
	if (!lines[i])
		return NULL;
	g_string_append(hunk, lines[i++]);
	for (int n = 0; lines[i] && !ends_hunk(lines[i]) && n < HUNK_LINES; i++, n++)
		g_string_append_printf(hunk, "\n%s", lines[i]);
	if (lines[i] && !ends_hunk(lines[i]))
		g_string_append(hunk, "\n...");
	return g_string_free(g_steal_pointer(&hunk), FALSE);
}

static char *first_error(const char *output)
{
	const char *error = strstr(output, "error: ");

	if (!error)
		return g_strchomp(g_strdup(output));
	return g_strndup(error, strcspn(error, "\n"));
}

char *patch_first_failure(const char *patch, const char *output)
{
	const char *failed = strstr(output, PATCH_FAILED);

	if (!failed)
		return first_error(output);
	failed += strlen(PATCH_FAILED);
	g_autofree char *place = g_strndup(failed, strcspn(failed, "\n"));
	char *colon = strrchr(place, ':');

	if (!colon)
		return first_error(output);
	g_autofree char *file = g_strndup(place, colon - place);
	g_autofree char *hunk = find_hunk(patch, file, strtol(colon + 1, NULL, 10));

	return g_strdup_printf("the first hunk that fails is at %s\n%s", place, hunk ? hunk : "");
}

static bool refuse(const struct work *work, const char *file, const char *patch, const char *output,
		   GError **err)
{
	g_autofree char *name = g_path_get_basename(file);
	g_autofree char *failure = patch_first_failure(patch, output);

	return bl_fail(err, BL_ERROR_INPUT, "%s does not apply to kernel '%s': %s", name,
		       work->kernel->name, failure);
}

static bool apply(const struct work *work, const char *file, const char *decoded, const char *patch,
		  GError **err)
{
	g_autoptr(GString) output = g_string_new(NULL);
	g_autoptr(GPtrArray) argv = work_command();

	/* The cache may lie in some repository: without the ceiling git would look at that. */
	g_ptr_array_add(argv, g_strconcat("GIT_CEILING_DIRECTORIES=", work->dir, NULL));
	work_words(argv, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "git", "apply",
		   "--verbose", "--whitespace=nowarn", decoded, NULL);
	int status = work_run(work, work->tree, argv, run_keep_line, output, err);

	if (status > 0)
		return refuse(work, file, patch, output->str, err);
	return status == 0;
}

/* Takes the patch out of the mail: base64, quoted-printable and the rest are git's to know. */
static char *decode(const struct work *work, const char *file, const char *decoded, GError **err)
{
	const char *argv[] = {"git", "mailinfo", "/dev/null", decoded, NULL};
	struct run_opts opts = {.stdin_path = file, .log = work->log};
	g_autoptr(GError) why = NULL;
	char *patch = NULL;
	int status = run(argv, &opts, err);

	if (status > 0)
		bl_fail(err, BL_ERROR_INPUT, "%s is no patch that git can read", file);
	else if (!status && !g_file_get_contents(decoded, &patch, NULL, &why))
		bl_fail(err, BL_ERROR_SYSTEM, "%s", why->message);
	return patch;
}

bool patch_apply_all(struct work *work, GError **err)
{
	g_autofree char *decoded = g_build_filename(work->dir, "patch", NULL);

	for (char **file = work->kernel->patch_files; *file; file++) {
		g_autofree char *patch = decode(work, *file, decoded, err);

		if (!patch || !apply(work, *file, decoded, patch, err))
			return false;
		work->adds_files |= patch_adds_files(patch);
	}
	return true;
}
