// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/import-source.h"

#include "kernels/archive.h"
#include "kernels/git.h"
#include "kernels/http.h"
#include "kernels/place.h"
#include "kernels/unpack.h"
#include "kernels/work.h"
#include "lab/run.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

/* No thread is larger once it is unpacked. */
#define MBOX_MAX (256ULL << 20)

/* No series has more patches. */
#define PATCHES_MAX 2000

char *import_in_work(const struct import *import, const char *name)
{
	return g_build_filename(import->work, name, NULL);
}

/* What an address gives that is not the one of an mbox. */
static bool is_web_page(const char *file)
{
	char start[256] = "";
	FILE *in = fopen(file, "re");

	if (!in)
		return false;
	start[fread(start, 1, sizeof(start) - 1, in)] = '\0';
	fclose(in);
	return g_regex_match_simple("^\\s*<(!doctype )?html", start, G_REGEX_CASELESS | G_REGEX_RAW,
				    0);
}

/* Unpacks import->mbox and reads the mails in it. */
static bool read_mails(struct import *import, GError **err)
{
	const char *source = import->order->source;
	g_autofree char *plain = import_in_work(import, "mbox");
	g_autofree char *mails = import_in_work(import, "mails");

	if (!unpack_file(import->mbox, plain, MBOX_MAX, err)) {
		/* The server would say for ever that this is still what it has. */
		if (import->fetched)
			g_unlink(import->mbox);
		return false;
	}
	if (is_web_page(plain))
		return bl_fail(err, BL_ERROR_INPUT,
			       "%s is a web page and no mbox: give the mbox's own address, or the "
			       "message-id",
			       source);
	return mail_split(plain, source, mails, import->mails, err);
}

static bool read_mbox(struct import *import, GError **err)
{
	return read_mails(import, err) &&
	       thread_choose(import->mails, import->asked, import->order->source, &import->thread,
			     err);
}

static bool fetch(struct import *import, const char *url, GError **err)
{
	import->origin = g_strdup(url);
	import->mbox = http_fetch(url, NULL, err);
	import->fetched = true;
	return import->mbox;
}

static bool is_url(const char *source)
{
	return !g_ascii_strncasecmp(source, "http://", 7) ||
	       !g_ascii_strncasecmp(source, "https://", 8);
}

static bool locate_url(struct import *import, GError **err)
{
	g_autofree char *url = archive_from_page(import->order->source, &import->asked);

	return fetch(import, url, err);
}

static bool locate_thread(struct import *import, GError **err)
{
	g_autofree char *url = archive_thread(import->order->source, &import->asked, err);

	return url && fetch(import, url, err);
}

static bool exists(const char *source)
{
	return g_file_test(source, G_FILE_TEST_EXISTS);
}

/* A pipe or a device would be read for ever. */
static bool check_regular(const char *path, GError **err)
{
	if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return true;
	return bl_fail(err, BL_ERROR_INPUT, "%s is no regular file: save what it gives as one",
		       path);
}

static bool locate_file(struct import *import, GError **err)
{
	import->mbox = g_canonicalize_filename(import->order->source, NULL);
	import->origin = g_strdup(import->mbox);
	return check_regular(import->mbox, err);
}

static bool is_folder(const char *source)
{
	return g_file_test(source, G_FILE_TEST_IS_DIR);
}

static bool locate_folder(struct import *import, GError **err)
{
	(void)err;
	import->origin = g_canonicalize_filename(import->order->source, NULL);
	return true;
}

/* One file of a folder, which must be a patch, or the cover letter of some. */
static bool read_patch(struct import *import, const char *file, GError **err)
{
	g_autofree char *name = g_strdup_printf("patch-%u", import->mails->len);
	g_autofree char *plain = import_in_work(import, name);
	g_autofree char *mails = g_strconcat(plain, ".mails", NULL);
	guint had = import->mails->len;

	if (!check_regular(file, err) || !unpack_file(file, plain, MBOX_MAX, err) ||
	    !mail_split(plain, file, mails, import->mails, err))
		return false;
	bool good = import->mails->len > had;

	for (guint i = had; i < import->mails->len; i++) {
		const struct mail *mail = import->mails->pdata[i];

		good = good && (mail->diff || (mail->total && !mail->number));
	}
	return good ||
	       bl_fail(err, BL_ERROR_INPUT,
		       "%s is no patch as git format-patch writes it: mend or remove it", file);
}

static bool read_folder(struct import *import, GError **err)
{
	const char *folder = import->origin;
	g_auto(GStrv) names = place_names_in(folder, ".patch", err);

	if (!names)
		return false;
	if (!names[0] || g_strv_length(names) > PATCHES_MAX)
		return bl_fail(err, BL_ERROR_INPUT, "%s holds %u files *.patch: give 1 to %d",
			       folder, g_strv_length(names), PATCHES_MAX);
	for (char **name = names; *name; name++) {
		g_autofree char *base = g_strconcat(*name, ".patch", NULL);
		g_autofree char *file = g_build_filename(folder, base, NULL);

		if (!read_patch(import, file, err))
			return false;
	}
	return thread_take_all(import->mails, folder, &import->thread, err);
}

/* Splits "TREE:A..B" at its last colon; false: it is not of that form. */
static bool split_range(const char *source, char **tree, char **from, char **to)
{
	const char *colon = strrchr(source, ':');
	const char *dots = colon ? strstr(colon, "..") : NULL;

	if (!dots || dots == colon + 1 || dots[2] == '.')
		return false;
	*tree = g_strndup(source, colon - source);
	*from = g_strndup(colon + 1, dots - colon - 1);
	*to = g_strdup(dots[2] ? dots + 2 : "HEAD");
	return true;
}

static bool is_range(const char *source)
{
	g_autofree char *tree = NULL, *from = NULL, *to = NULL;

	return split_range(source, &tree, &from, &to) && is_folder(tree);
}

/* What git answers, without its last newline; NULL with err. g_free it. */
static char *ask_git(GPtrArray *argv, const char *what, GError **err)
{
	g_autoptr(GString) out = g_string_new(NULL);
	int status = git_run(argv, NULL, out, err);

	if (status > 0)
		bl_fail(err, BL_ERROR_INPUT, "git does not know %s: %s", what,
			g_strstrip(out->str));
	if (status)
		return NULL;
	g_strchomp(out->str);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static char *resolve(const char *git_dir, const char *revision, GError **err)
{
	g_autofree char *commit = g_strconcat(revision, "^{commit}", NULL);
	g_autoptr(GPtrArray) argv = git_command();

	work_words(argv, git_dir, "rev-parse", "--verify", "--end-of-options", commit, NULL);
	return ask_git(argv, revision, err);
}

static bool check_range(const char *git_dir, const struct import *import, GError **err)
{
	g_autoptr(GPtrArray) argv = git_command();

	work_words(argv, git_dir, "rev-list", "--count", "--no-merges", import->range, NULL);
	g_autofree char *text = ask_git(argv, import->range, err);

	if (!text)
		return false;
	guint64 count = g_ascii_strtoull(text, NULL, 10);

	if (count && count <= PATCHES_MAX)
		return true;
	return bl_fail(err, BL_ERROR_INPUT,
		       "%s holds %" G_GUINT64_FORMAT " commits: give a range of 1 to %d",
		       import->order->source, count, PATCHES_MAX);
}

static bool locate_range(struct import *import, GError **err)
{
	g_autofree char *tree = NULL, *from = NULL, *to = NULL;

	split_range(import->order->source, &tree, &from, &to);
	g_autofree char *git_dir = git_dir_option(tree, err);
	g_autofree char *first = git_dir ? resolve(git_dir, from, err) : NULL;
	g_autofree char *last = first ? resolve(git_dir, to, err) : NULL;
	g_autofree char *path = g_canonicalize_filename(tree, NULL);

	if (!last)
		return false;
	import->range = g_strconcat(first, "..", last, NULL);
	import->origin = g_strdup_printf("%s, %s", path, import->range);
	return check_range(git_dir, import, err);
}

/* Whatever the tree's own settings say, the patches come as they are without any. */
static bool read_range(struct import *import, GError **err)
{
	g_autofree char *tree = NULL, *from = NULL, *to = NULL;
	g_autoptr(GPtrArray) argv = git_command();

	split_range(import->order->source, &tree, &from, &to);
	g_autofree char *git_dir = git_dir_option(tree, err);

	if (!git_dir)
		return false;
	import->mbox = import_in_work(import, "range");
	work_words(argv, git_dir, "-c", "format.useAutoBase=false", "format-patch", "--stdout",
		   "--pretty=mboxrd", "--numbered", "--subject-prefix=PATCH", "--no-cover-letter",
		   "--no-attach", "--no-thread", "--no-from", "--no-to", "--no-cc",
		   "--no-add-header", "--no-signoff", "--no-notes", "--no-base", "--no-color",
		   "--no-ext-diff", "--no-textconv", "--no-relative", "--src-prefix=a/",
		   "--dst-prefix=b/", "--unified=3", "--inter-hunk-context=0", "--full-index",
		   import->range, "--", NULL);
	int status = git_run_to(argv, import->mbox, err);

	if (status > 0)
		bl_fail(err, BL_ERROR_INPUT, "git cannot write %s as patches: see git above",
			import->order->source);
	return !status && read_mails(import, err) &&
	       thread_take_all(import->mails, import->order->source, &import->thread, err);
}

/* The first that fits counts: what lies there as a file is never anything else. */
static const struct import_kind kinds[] = {
	{is_url, locate_url, read_mbox},
	{is_folder, locate_folder, read_folder},
	{exists, locate_file, read_mbox},
	{is_range, locate_range, read_range},
	{archive_is_message_id, locate_thread, read_mbox},
};

const struct import_kind *import_find_kind(const char *source, GError **err)
{
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (kinds[i].is(source))
			return &kinds[i];
	bl_fail(err, BL_ERROR_INPUT,
		"'%s' is none of: a folder of *.patch, an mbox, TREE:A..B of a git tree, an http or "
		"https URL, a message-id",
		source);
	return NULL;
}
