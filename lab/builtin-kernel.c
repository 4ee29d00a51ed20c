// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/kernel.h"
#include "kernels/record.h"
#include "lab/cmd.h"
#include "lab/units.h"

#include <stdio.h>

static const char about[] =
	"A kernel is a base source, a config and the first so many patches of a series, as one\n"
	"YAML file under kernels/ describes it. NAME/N is NAME with only the first N patches.\n"
	"\n"
	"'build' builds what is not in the cache yet ($BOOTLAB_CACHE); a build is found again by a\n"
	"hash of the source, the config fragments, the patches and the compiler. 'show' tells how\n"
	"a kernel is described and how its build came to be.\n"
	"\n"
	"  bootlab kernel build 6.1 6.1+pfnmap-fast";

static gboolean as_json;

static const GOptionEntry entries[] = {
	{"json", 0, 0, G_OPTION_ARG_NONE, &as_json, "for scripts (list, show)", NULL},
	G_OPTION_ENTRY_NULL,
};

static const char *text(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* One line of the list, as JSON. NULL with err. */
static json_t *summarize(const struct kernel *kernel, GError **err)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(KernelBuild) build = kernel_built(kernel, &why);

	if (why) {
		g_propagate_error(err, g_steal_pointer(&why));
		return NULL;
	}
	return json_pack("{s:s, s:s, s:s, s:s?, s:i, s:s?, s:s?}", "name", kernel->name, "summary",
			 kernel->summary, "state", build ? "built" : "not built", "series",
			 kernel->series, "patches", kernel->patches, "release",
			 build ? build->release : NULL, "key", build ? build->key : NULL);
}

static json_t *summarize_all(GError **err)
{
	g_autoptr(GPtrArray) kernels = kernel_list(err);
	json_auto_t *all = json_array();

	for (guint i = 0; kernels && i < kernels->len; i++) {
		json_t *one = summarize(kernels->pdata[i], err);

		if (!one)
			return NULL;
		json_array_append_new(all, one);
	}
	return kernels ? json_incref(all) : NULL;
}

static void print_json(json_t *value)
{
	json_dumpf(value, stdout, JSON_INDENT(2));
	putchar('\n');
}

static void print_list(json_t *all)
{
	json_t *one;
	size_t i;

	printf("%-20s %-10s %7s  %-22s %s\n", "KERNEL", "STATE", "PATCHES", "RELEASE", "SUMMARY");
	json_array_foreach (all, i, one) {
		const char *release = text(one, "release");

		printf("%-20s %-10s %7d  %-22s %s\n", text(one, "name"), text(one, "state"),
		       (int)json_integer_value(json_object_get(one, "patches")),
		       release ? release : "-", text(one, "summary"));
	}
}

static int list(int argc, char **argv)
{
	GError *err = NULL;
	json_auto_t *all = summarize_all(&err);

	(void)argc, (void)argv;
	if (!all)
		return cmd_end_error(err);
	as_json ? print_json(all) : print_list(all);
	return EXIT_DONE;
}

static bool build_one(const char *name, GError **err)
{
	g_autoptr(Kernel) kernel = kernel_find(name, err);
	g_autoptr(KernelBuild) build = kernel ? kernel_build(kernel, err) : NULL;

	if (!build)
		return false;
	if (build->seconds)
		printf("%s: built in %.0f s: %s, %s\n", name, build->seconds, build->release,
		       build->dir);
	else
		printf("%s: there already: %s, %s\n", name, build->release, build->dir);
	return true;
}

static int build(int argc, char **argv)
{
	GError *err = NULL;

	if (argc < 2) {
		bl_fail(&err, BL_ERROR_INPUT, "name a kernel: 'bootlab kernel list' shows all");
		return cmd_end_error(err);
	}
	for (int i = 1; i < argc; i++)
		if (!build_one(argv[i], &err))
			return cmd_end_error(err);
	return EXIT_DONE;
}

/* A kernel's description with the record of its build, or null. NULL with err. */
static json_t *describe(const struct kernel *kernel, GError **err)
{
	json_t *all = summarize(kernel, err);
	json_t *patches = all ? record_patches(kernel, err) : NULL;

	if (!patches) {
		json_decref(all);
		return NULL;
	}
	json_t *record = text(all, "key") ? record_read(text(all, "key"), err) : NULL;

	json_object_set_new(all, "file", json_string(kernel->file));
	g_autofree char *source = base_describe_source(&kernel->source);

	json_object_set_new(all, "source", json_string(source));
	json_object_set_new(all, "arch", json_string(kernel->arch));
	json_object_set_new(all, "patches", patches);
	json_object_set_new(all, "build", record ? record : json_null());
	return all;
}

static void print_build(json_t *record)
{
	g_autofree char *size =
		size_human(json_integer_value(json_object_get(record, "image_size")));
	g_autofree char *dir = record_dir(text(record, "key"), NULL);

	printf("  release    %s\n", text(record, "release"));
	printf("  image      %s/image (%s)\n", dir, size);
	printf("  config     %s/config\n", dir);
	printf("  log        %s/build.log\n", dir);
	printf("  built      %s in %.0f s\n", text(record, "date"),
	       json_real_value(json_object_get(record, "seconds")));
	printf("  compiler   %s\n", text(record, "compiler"));
	printf("  linker     %s\n", text(record, "linker"));
	printf("  source     %s\n", text(json_object_get(record, "source"), "hash"));
	printf("  key        %s\n", text(record, "key"));
}

static void print_kernel(json_t *kernel)
{
	json_t *patch, *record = json_object_get(kernel, "build");
	size_t i;

	printf("%s: %s\n", text(kernel, "name"), text(kernel, "summary"));
	printf("  described  %s\n", text(kernel, "file"));
	printf("  base       %s, %s\n", text(kernel, "source"), text(kernel, "arch"));
	json_array_foreach (json_object_get(kernel, "patches"), i, patch)
		printf("  patch %-4zu %s\n", i + 1, text(patch, "subject"));
	if (json_is_null(record))
		printf("  not built: bootlab kernel build %s\n", text(kernel, "name"));
	else
		print_build(record);
}

static int show(int argc, char **argv)
{
	GError *err = NULL;

	if (argc != 2) {
		bl_fail(&err, BL_ERROR_INPUT, "name one kernel: 'bootlab kernel list' shows all");
		return cmd_end_error(err);
	}
	g_autoptr(Kernel) kernel = kernel_find(argv[1], &err);
	json_auto_t *all = kernel ? describe(kernel, &err) : NULL;

	if (!all)
		return cmd_end_error(err);
	as_json ? print_json(all) : print_kernel(all);
	return EXIT_DONE;
}

static const struct cmd table[] = {
	{"list", "all kernels: built or not, patches, release", list},
	{"build", "NAME…: build what is not built yet", build},
	{"show", "NAME: how it is described, and how its build came to be", show},
	{0},
};

int cmd_kernel(int argc, char **argv)
{
	GError *err = NULL;

	if (!cmd_options(&argc, &argv, entries, "list|build|show [NAME…]", about, &err))
		return cmd_end_error(err);
	return cmd_dispatch(table, "bootlab kernel", about, argc, argv);
}
