// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/gc.h"

#include "kernels/lock.h"
#include "lab/paths.h"

#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/* Where things are kept that can be made again. */
static const char *const folders[] = {"kernels", "objects",   "sources",
				      "failed",	 "initramfs", "downloads"};

/* An item that is on its way out has this after its name. */
#define STALE ".stale"

static void item_free(struct gc_item *item)
{
	g_free(item->path);
	g_free(item);
}

/* nftw() has no argument of the caller's. */
static guint64 sum;

static int add_size(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)path, (void)type, (void)ftw;
	sum += (guint64)st->st_blocks * 512;
	return 0;
}

static guint64 size_of(const char *path)
{
	sum = 0;
	nftw(path, add_size, 32, FTW_PHYS | FTW_MOUNT);
	return sum;
}

static void add_items(GPtrArray *items, const char *folder)
{
	g_autofree char *dir_path = path_cache_dir(folder, NULL);
	g_autoptr(GDir) dir = dir_path ? g_dir_open(dir_path, 0, NULL) : NULL;
	const char *name;
	struct stat st;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(dir_path, name, NULL);

		if (lstat(path, &st))
			continue;
		struct gc_item *item = g_new(struct gc_item, 1);

		*item = (struct gc_item){
			.bytes = size_of(path),
			.used = st.st_mtim.tv_sec * G_USEC_PER_SEC + st.st_mtim.tv_nsec / 1000,
		};
		item->path = g_steal_pointer(&path);
		g_ptr_array_add(items, item);
	}
}

static int oldest_first(gconstpointer a, gconstpointer b)
{
	const struct gc_item *one = *(struct gc_item *const *)a, *two = *(struct gc_item *const *)b;

	return one->used < two->used ? -1 : one->used > two->used;
}

static GPtrArray *all_items(void)
{
	GPtrArray *items = g_ptr_array_new_with_free_func((GDestroyNotify)item_free);

	for (guint i = 0; i < G_N_ELEMENTS(folders); i++)
		add_items(items, folders[i]);
	g_ptr_array_sort(items, oldest_first);
	return items;
}

/* By one rename first: nobody is to find half of it. */
static bool remove_item(const struct gc_item *item, GError **err)
{
	g_autofree char *stale = g_str_has_suffix(item->path, STALE)
					 ? g_strdup(item->path)
					 : g_strconcat(item->path, STALE, NULL);

	if (strcmp(stale, item->path) && g_rename(item->path, stale))
		return bl_fail_errno(err, "cannot remove %s", item->path);
	return path_remove_tree(stale, err);
}

bool gc_run(guint64 limit, bool dry, struct gc_result *result, GError **err)
{
	*result = (struct gc_result){0};
	g_auto(Lock) lock = lock_take(CACHE_LOCK, "it builds kernels", err);

	if (lock < 0)
		return false;
	g_autoptr(GPtrArray) items = all_items();

	result->removed = g_ptr_array_new_with_free_func((GDestroyNotify)item_free);
	for (guint i = 0; i < items->len; i++)
		result->before += ((struct gc_item *)items->pdata[i])->bytes;
	result->after = result->before;
	while (items->len && result->after > limit) {
		struct gc_item *item = g_ptr_array_steal_index(items, 0);

		result->after -= item->bytes;
		g_ptr_array_add(result->removed, item);
		if (!dry && !remove_item(item, err))
			return false;
	}
	return true;
}

void gc_result_clear(struct gc_result *result)
{
	g_clear_pointer(&result->removed, g_ptr_array_unref);
}

void gc_touch(const char *path)
{
	utimensat(AT_FDCWD, path, NULL, 0);
}
