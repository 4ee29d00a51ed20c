// SPDX-License-Identifier: GPL-2.0-only
/* From a kernel's description to its image in the cache. */
#include "kernels/config.h"
#include "kernels/disk.h"
#include "kernels/gc.h"
#include "kernels/lock.h"
#include "kernels/make.h"
#include "kernels/patch.h"
#include "kernels/record.h"
#include "kernels/source.h"
#include "lab/paths.h"
#include "lab/progress.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

void kernel_build_free(struct kernel_build *build)
{
	if (!build)
		return;
	g_free(build->key);
	g_free(build->dir);
	g_free(build->image);
	g_free(build->arch);
	g_free(build->release);
	g_free(build->config_hash);
	g_free(build->compiler);
	g_free(build);
}

/* What a build needs besides the compiler, which the key asks for. */
static bool check_tools(GError **err)
{
	static const struct {
		const char *program;
		const char *package;
	} tools[] = {
		{"make", "make"}, {"flex", "flex"},	{"bison", "bison"}, {"bc", "bc"},
		{"lz4", "lz4"},	  {"ccache", "ccache"}, {"git", "git"},	    {"xz", "xz-utils"},
	};
	g_autoptr(GString) missing = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(tools); i++) {
		g_autofree char *found = g_find_program_in_path(tools[i].program);

		if (!found)
			g_string_append_printf(missing, " %s", tools[i].package);
	}
	if (!missing->len)
		return true;
	return bl_fail(err, BL_ERROR_SYSTEM,
		       "building a kernel needs programs that are not here: "
		       "apt-get install%s",
		       missing->str);
}

/*
 * Puts a file into the result. As a link: where the image is vmlinux, the objects that are kept
 * for the next build need it too, and the linker makes a new file there.
 */
static bool take(const struct work *work, const char *from, const char *name, GError **err)
{
	g_autofree char *old = g_build_filename(work->objects, from, NULL);
	g_autofree char *new = g_build_filename(work->result, name, NULL);

	if (link(old, new))
		return bl_fail_errno(err, "cannot link %s to %s", new, old);
	return true;
}

/* Moves what the build gave into the result folder and writes down how it came to be. */
static bool collect(const struct work *work, const struct key *key, struct record_facts *facts,
		    GError **err)
{
	g_autofree char *image = g_build_filename(work->result, "image", NULL);
	g_autofree char *file =
		g_build_filename(work->objects, "include", "config", "kernel.release", NULL);
	g_autofree char *config = g_build_filename(work->result, "config", NULL);
	g_autofree char *release = NULL;
	g_autoptr(GError) why = NULL;
	struct stat st;

	if (!take(work, work->arch->image, "image", err) || !take(work, ".config", "config", err))
		return false;
	if (!g_file_get_contents(file, &release, NULL, &why))
		return bl_fail(err, BL_ERROR_SYSTEM, "%s", why->message);
	if (stat(image, &st))
		return bl_fail_errno(err, "cannot read %s", image);
	g_autofree char *config_hash = path_sha256(config, err);

	if (!config_hash)
		return false;
	facts->release = g_strchomp(release);
	facts->config_hash = config_hash;
	facts->image_size = st.st_size;
	return record_write(work->result, work->kernel, key, facts, err);
}

/* One rename makes the build be there. A damaged one of that key makes way for it. */
static bool publish(const struct work *work, GError **err)
{
	g_autofree char *dir = record_dir(work->key->hash, err);

	if (!dir || !path_remove_tree(dir, err))
		return false;
	if (g_rename(work->result, dir))
		return bl_fail_errno(err, "cannot move %s to %s", work->result, dir);
	return true;
}

/* All that comes before the kernel's own objects are compiled. */
static bool prepare(struct work *work, const struct kernel *kernel, const struct key *key,
		    GError **err)
{
	g_autofree char *phase = g_strdup_printf("prepare kernel %s", kernel->name);
	g_autofree char *source = source_tree(kernel, key->source, err);

	if (!source)
		return false;
	progress_begin(phase, "objects", 0);
	bool ok = work_begin(work, kernel, key, source, err) && patch_apply_all(work, err) &&
		  work_seed(work, err) && config_make(work, err) &&
		  make_target(work, "prepare", err);

	progress_end(ok ? "done" : "failed");
	return ok;
}

static bool build_in(struct work *work, const struct kernel *kernel, const struct key *key,
		     GError **err)
{
	struct record_facts facts = {0};
	gint64 began = g_get_monotonic_time();

	if (!prepare(work, kernel, key, err) || !make_image(work, &facts.objects, err))
		return false;
	facts.incremental = work->seeded;
	facts.seconds = (g_get_monotonic_time() - began) / (double)G_USEC_PER_SEC;
	if (!collect(work, key, &facts, err) || !publish(work, err))
		return false;
	if (!*kernel->patch_files)
		work_keep_objects(work);
	return true;
}

/* The build, with the lock held. */
static struct kernel_build *build_locked(const struct kernel *kernel, const struct key *key,
					 GError **err)
{
	gint64 began = g_get_monotonic_time();
	struct work work = {0};
	GError *why = NULL;
	bool ok = build_in(&work, kernel, key, &why);

	work_end(&work, &why);
	if (!ok) {
		g_propagate_error(err, why);
		return NULL;
	}
	struct kernel_build *build = record_load(key->hash, err);

	if (build)
		build->seconds = (g_get_monotonic_time() - began) / (double)G_USEC_PER_SEC;
	return build;
}

static struct kernel_build *build_key(const struct kernel *kernel, const struct key *key,
				      GError **err)
{
	g_autoptr(GError) why = NULL;
	struct kernel_build *build = record_load(key->hash, &why);

	if (build) {
		gc_touch(build->dir);
		return build;
	}
	if (why) {
		g_propagate_error(err, g_steal_pointer(&why));
		return NULL;
	}
	if (!check_tools(err) || !work_check(err))
		return NULL;
	g_auto(Lock) cache = lock_share(CACHE_LOCK, "it makes room in the cache", err);

	if (cache < 0)
		return NULL;
	work_sweep();
	g_autofree char *lock_name = work_lock_name(key);
	g_autofree char *what = g_strdup_printf("it builds kernel '%s'", kernel->name);
	g_auto(Lock) lock = lock_take(lock_name, what, err);

	if (lock < 0)
		return NULL;
	build = record_load(key->hash, NULL); /* by the one that we waited for */
	return build ? build : build_locked(kernel, key, err);
}

/*
 * What a kernel with patches is built from is its base's objects: where the base was not
 * built yet it is now, since all prefixes of a series then take seconds.
 */
static bool build_base(const struct kernel *kernel, const struct key *key, GError **err)
{
	g_autoptr(KernelBuild) done = record_load(key->hash, NULL);
	g_autoptr(KernelBuild) base = done ? NULL : record_load(key->base, NULL);

	if (done || base || !*kernel->patch_files)
		return true;
	g_autoptr(Kernel) plain = kernel_find(kernel->base, err);
	g_autoptr(KernelBuild) build = plain ? kernel_build(plain, err) : NULL;

	return build != NULL;
}

struct kernel_build *kernel_build(const struct kernel *kernel, GError **err)
{
	struct kernel_build *build = NULL;
	struct key key;

	if (key_of(kernel, &key, err) && build_base(kernel, &key, err))
		build = build_key(kernel, &key, err);
	key_clear(&key);
	return build;
}

/* Applies the patches in a folder that is removed then, with the lock held. */
static bool apply_in(const struct kernel *kernel, const struct key *key, GError **err)
{
	g_autofree char *source = source_tree(kernel, key->source, err);
	struct work work = {0};
	GError *why = NULL;

	if (!source)
		return false;
	bool ok = work_begin(&work, kernel, key, source, &why) && patch_apply_all(&work, &why);

	work_end(&work, &why);
	if (!ok)
		g_propagate_error(err, why);
	return ok;
}

bool kernel_apply(const struct kernel *kernel, GError **err)
{
	bool ok = false;
	struct key key;

	if (key_of(kernel, &key, err) && work_check(err)) {
		g_autofree char *lock_name = work_lock_name(&key);
		g_autofree char *what =
			g_strdup_printf("it builds a kernel of base '%s'", kernel->base);
		g_auto(Lock) cache = lock_share(CACHE_LOCK, "it makes room in the cache", err);
		g_auto(Lock) lock = cache < 0 ? -1 : lock_take(lock_name, what, err);

		ok = lock >= 0 && apply_in(kernel, &key, err);
	}
	key_clear(&key);
	return ok;
}

struct kernel_build *kernel_built(const struct kernel *kernel, GError **err)
{
	struct kernel_build *build = NULL;
	struct key key;

	if (key_of(kernel, &key, err))
		build = record_load(key.hash, err);
	key_clear(&key);
	return build;
}

struct kernel_build *kernel_build_by_key(const char *key, GError **err)
{
	g_autoptr(GError) why = NULL;
	struct kernel_build *build = path_safe_name(key) ? record_load(key, &why) : NULL;

	if (why)
		g_propagate_error(err, g_steal_pointer(&why));
	else if (build)
		gc_touch(build->dir);
	else
		bl_fail(err, BL_ERROR_INPUT,
			"the kernel with the key %s is not in the cache: build it again with "
			"'bootlab kernel build NAME'",
			key);
	return build;
}
