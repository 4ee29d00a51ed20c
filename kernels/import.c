// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/import.h"

#include "kernels/arch.h"
#include "kernels/archive.h"
#include "kernels/base.h"
#include "kernels/git.h"
#include "kernels/http.h"
#include "kernels/lock.h"
#include "kernels/place.h"
#include "kernels/series.h"
#include "kernels/thread.h"
#include "kernels/unpack.h"
#include "kernels/work.h"
#include "lab/paths.h"
#include "lab/run.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

/* No thread is larger once it is unpacked. */
#define MBOX_MAX (256ULL << 20)

/* No series has more patches. */
#define PATCHES_MAX 2000

/* Config fragments for testbeds end so. */
#define TESTBED "-testbed"

struct import {
	const struct import_order *order;
	char *mbox;	  /* the file that holds the mails; NULL: read() makes it */
	bool fetched;	  /* it is the cache's */
	char *asked;	  /* the message-id of the mail that is meant; NULL: any */
	char *range;	  /* "A..B" as full ids */
	char *origin;	  /* what series.yaml says of where it came from */
	char *work;	  /* the folder in which all is made */
	GPtrArray *mails; /* Mail * */
	struct thread thread;
};

/* A kind of source: whether it is that, what is found out of it first, and how it is read. */
struct kind {
	bool (*is)(const char *source);
	bool (*locate)(struct import *import, GError **err);
	bool (*read)(struct import *import, GError **err);
};

static char *in_work(const struct import *import, const char *name)
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
	g_autofree char *plain = in_work(import, "mbox");
	g_autofree char *mails = in_work(import, "mails");

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
	g_autofree char *plain = in_work(import, name);
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

/*
 * Where the tree's git is. Asked for with the user's settings, which may say that another user's
 * tree is to be trusted; whatever comes after is told this path and needs them no more.
 */
static char *find_git(const char *tree, GError **err)
{
	const char *argv[] = {"git", "-C", tree, "rev-parse", "--absolute-git-dir", NULL};
	g_autoptr(GError) why = NULL;
	g_autofree char *dir = run_capture(argv, &why);

	if (dir)
		return g_strconcat("--git-dir=", dir, NULL);
	if (g_error_matches(why, BL_ERROR, BL_ERROR_CANCELLED))
		g_propagate_error(err, g_steal_pointer(&why));
	else
		bl_fail(err, BL_ERROR_INPUT, "%s is no git tree that can be read: see git above",
			tree);
	return NULL;
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
	g_autofree char *git_dir = find_git(tree, err);
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
	g_autofree char *git_dir = find_git(tree, err);

	if (!git_dir)
		return false;
	import->mbox = in_work(import, "range");
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
static const struct kind kinds[] = {
	{is_url, locate_url, read_mbox},
	{is_folder, locate_folder, read_folder},
	{exists, locate_file, read_mbox},
	{is_range, locate_range, read_range},
	{archive_is_message_id, locate_thread, read_mbox},
};

static const struct kind *find_kind(const char *source, GError **err)
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

static char *title_of(const struct import *import)
{
	const struct thread *thread = &import->thread;
	const struct mail *mail = thread->cover ? thread->cover : thread->patches->pdata[0];
	const char *title = *mail->title ? mail->title : import->order->name;

	if (thread->cover || thread->patches->len == 1)
		return g_strdup(title);
	return g_strdup_printf("%s, and %u more", title, thread->patches->len - 1);
}

/* Writes the patches, and takes the hash of them all, one after the other. */
static bool write_patches(const struct import *import, const char *folder, GChecksum *sum,
			  GError **err)
{
	for (guint i = 0; i < import->thread.patches->len; i++) {
		const struct mail *mail = import->thread.patches->pdata[i];
		g_autofree char *title = mail_file_name(mail->title);
		g_autofree char *name = g_strdup_printf("%04u-%s.patch", i + 1, title);
		g_autofree char *path = g_build_filename(folder, name, NULL);
		g_autoptr(GError) why = NULL;
		g_autofree char *text = NULL;
		gsize length;

		if (!mail_write_patch(mail, path, err))
			return false;
		if (!g_file_get_contents(path, &text, &length, &why))
			return bl_fail(err, BL_ERROR_SYSTEM, "%s", why->message);
		g_checksum_update(sum, (const guchar *)text, length);
	}
	return true;
}

/* The cover letter as text: its title, and below what it says. NULL: there is none. */
static char *cover_text(const struct import *import)
{
	const struct mail *cover = import->thread.cover;
	g_autofree char *beside = g_build_filename(import->order->source, "cover.txt", NULL);
	g_autofree char *text = NULL;

	if (cover && g_file_get_contents(cover->text, &text, NULL, NULL))
		return g_strdup_printf("%s\n\n%s", cover->title, text);
	if (!cover && g_file_test(beside, G_FILE_TEST_IS_REGULAR))
		g_file_get_contents(beside, &text, NULL, NULL);
	return g_steal_pointer(&text);
}

static bool write_cover(const struct import *import, const char *folder, GError **err)
{
	g_autofree char *text = cover_text(import);
	g_autofree char *path = g_build_filename(folder, "cover.txt", NULL);
	g_autoptr(GError) why = NULL;

	if (!text || g_file_set_contents(path, text, -1, &why))
		return true;
	return bl_fail(err, BL_ERROR_SYSTEM, "%s", why->message);
}

static bool is_usual(const struct base *base)
{
	bool testbed = false;

	for (unsigned i = 0; i < base->n_configs; i++)
		testbed = testbed || g_str_has_suffix(base->configs[i], TESTBED);
	return testbed && !strcmp(base->arch, arch_native());
}

/* The bases whose kernels run testbeds on this machine. NULL with err. g_strfreev it. */
static char **usual_bases(GError **err)
{
	g_auto(GStrv) names = base_names(err);
	g_autoptr(GPtrArray) usual = g_ptr_array_new_with_free_func(g_free);

	for (char **name = names; name && *name; name++) {
		g_autoptr(Base) base = base_load(*name, err);

		if (!base)
			return NULL;
		if (is_usual(base))
			g_ptr_array_add(usual, g_strdup(*name));
	}
	if (!names || !usual->len) {
		bl_fail(err, BL_ERROR_INPUT, "no base here is for testbeds: name one with --base");
		return NULL;
	}
	g_ptr_array_add(usual, NULL);
	return (char **)g_ptr_array_steal(usual, NULL);
}

static bool write_yaml(const struct import *import, const char *folder, GChecksum *sum,
		       GError **err)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *date = g_date_time_format(now, "%F");
	g_autofree char *summary = title_of(import);
	g_autofree char *origin = g_strdup_printf(
		"%s%s%s, imported %s, sha256 of the patches %s", import->origin,
		import->asked ? ", message-id " : "", import->asked ? import->asked : "", date,
		g_checksum_get_string(sum));
	g_auto(GStrv) all = import->order->bases ? NULL : usual_bases(err);
	char *const *names = import->order->bases ? import->order->bases : all;

	if (!names)
		return false;
	g_autoptr(GArray) bases = g_array_new(FALSE, TRUE, sizeof(struct series_base));

	for (; *names; names++)
		g_array_append_val(bases, (struct series_base){.base = *names});
	const struct series series = {
		.name = (char *)import->order->name,
		.summary = summary,
		.scenario = (char *)import->order->scenario,
		.bases = (struct series_base *)bases->data,
		.n_bases = bases->len,
		.origin = origin,
	};

	return series_save(&series, folder, err);
}

/* All of the series' folder, below the work folder yet. */
static bool write_series(const struct import *import, const char *folder, GError **err)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

	if (g_mkdir(folder, 0755))
		return bl_fail_errno(err, "cannot make %s", folder);
	return write_patches(import, folder, sum, err) && write_cover(import, folder, err) &&
	       write_yaml(import, folder, sum, err);
}

/* Puts the new folder in the place of the old, which goes into the work folder. */
static bool swap(const struct import *import, const char *new, const char *target, GError **err)
{
	g_autofree char *old = in_work(import, "old");

	if (!renameat2(AT_FDCWD, new, AT_FDCWD, target, RENAME_EXCHANGE))
		return true;
	/* Not every file system can exchange two. */
	if (g_rename(target, old))
		return bl_fail_errno(err, "cannot replace %s", target);
	if (!g_rename(new, target))
		return true;
	bl_fail_errno(err, "cannot replace %s", target);
	g_rename(old, target);
	return false;
}

static bool install(const struct import *import, const char *new, const char *target, GError **err)
{
	if (import->order->force && exists(target))
		return swap(import, new, target, err);
	if (g_rename(new, target))
		return bl_fail_errno(err, "cannot make %s", target);
	return true;
}

static char **titles_of(const struct import *import)
{
	GPtrArray *titles = g_ptr_array_new();

	for (guint i = 0; i < import->thread.patches->len; i++) {
		const struct mail *mail = import->thread.patches->pdata[i];

		g_ptr_array_add(titles, g_strdup(mail->title));
	}
	g_ptr_array_add(titles, NULL);
	return (char **)g_ptr_array_free(titles, FALSE);
}

/* Makes the series in a folder beside its own, under a name that no series can have. */
static bool make(struct import *import, const struct kind *kind, const char *target, GError **err)
{
	g_autofree char *folder = g_path_get_dirname(target);
	g_autofree char *hidden = g_strdup_printf(".%s.import", import->order->name);
	g_autofree char *new = NULL;

	import->work = g_build_filename(folder, hidden, NULL);
	/* One that was killed has left it. */
	if (!path_remove_tree(import->work, err))
		return false;
	if (g_mkdir_with_parents(import->work, 0755))
		return bl_fail_errno(err, "cannot make %s (set BOOTLAB_USER)", import->work);
	new = in_work(import, "new");
	bool ok = kind->read(import, err) && write_series(import, new, err) &&
		  install(import, new, target, err);

	return path_remove_tree(import->work, ok ? err : NULL) && ok;
}

static bool check_name(const struct import_order *order, const char *target, GError **err)
{
	g_autofree char *shipped =
		g_build_filename(path_data(), "kernels", "series", order->name, NULL);

	if (!place_safe_name(order->name))
		return bl_fail(err, BL_ERROR_INPUT,
			       "'%s' cannot be a series' name: use letters, digits, '.', '-', '_'",
			       order->name);
	if (exists(shipped))
		return bl_fail(err, BL_ERROR_INPUT,
			       "bootlab has a series '%s' of its own: choose another name",
			       order->name);
	if (exists(target) && !order->force)
		return bl_fail(err, BL_ERROR_INPUT,
			       "%s is there already: choose another name, or --force replaces it",
			       target);
	return true;
}

static bool check_bases(const struct import_order *order, GError **err)
{
	for (char *const *name = order->bases; name && *name; name++) {
		g_autoptr(Base) base = base_load(*name, err);

		if (!base)
			return false;
	}
	return true;
}

static bool import_locked(struct import *import, const char *target, GError **err)
{
	g_autofree char *lock_name = g_strconcat("import-", import->order->name, NULL);
	g_autofree char *what = g_strdup_printf("it imports '%s'", import->order->name);
	const struct kind *kind = find_kind(import->order->source, err);

	if (!kind || !kind->locate(import, err))
		return false;
	g_auto(Lock) lock = lock_take(lock_name, what, err);

	/* Once more: another may have made it meanwhile. */
	return lock >= 0 && check_name(import->order, target, err) &&
	       make(import, kind, target, err);
}

static void clear(struct import *import)
{
	g_free(import->mbox);
	g_free(import->asked);
	g_free(import->range);
	g_free(import->origin);
	g_free(import->work);
	g_ptr_array_unref(import->mails);
	thread_clear(&import->thread);
}

char *import_series(const struct import_order *order, char ***titles, GError **err)
{
	g_autofree char *target = g_build_filename(path_user(), "series", order->name, NULL);
	struct import import = {.order = order};

	*titles = NULL;
	if (!check_name(order, target, err) || !check_bases(order, err))
		return NULL;
	import.mails = g_ptr_array_new_with_free_func((GDestroyNotify)mail_free);
	bool ok = import_locked(&import, target, err);

	if (ok)
		*titles = titles_of(&import);
	clear(&import);
	return ok ? g_steal_pointer(&target) : NULL;
}
