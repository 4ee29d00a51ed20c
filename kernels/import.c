// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/import-source.h"

#include "kernels/arch.h"
#include "kernels/base.h"
#include "kernels/lock.h"
#include "kernels/place.h"
#include "kernels/series.h"
#include "kernels/thread.h"
#include "lab/paths.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

/* Config fragments for testbeds end so. */
#define TESTBED "-testbed"

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
	g_autofree char *old = import_in_work(import, "old");

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
	if (import->order->force && g_file_test(target, G_FILE_TEST_EXISTS))
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
static bool make(struct import *import, const struct import_kind *kind, const char *target,
		 GError **err)
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
	new = import_in_work(import, "new");
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
	if (g_file_test(shipped, G_FILE_TEST_EXISTS))
		return bl_fail(err, BL_ERROR_INPUT,
			       "bootlab has a series '%s' of its own: choose another name",
			       order->name);
	if (g_file_test(target, G_FILE_TEST_EXISTS) && !order->force)
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
	const struct import_kind *kind = import_find_kind(import->order->source, err);

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
