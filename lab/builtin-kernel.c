// SPDX-License-Identifier: GPL-2.0-only
#include "lab/builtin-kernel.h"
#include "kernels/kernel.h"
#include "kernels/record.h"
#include "lab/cmd.h"
#include "lab/units.h"

#include <stdio.h>

static const char about[] =
	"A kernel is a base, a config and the first so many patches of a series:\n"
	"BASE[@REVISION][:FRAGMENT][+SERIES[/N]], such as 6.1, 6.1+pin-parallel, 6.1+pin-parallel/2,\n"
	"6.1:debug+pin-parallel, or mine@v6.12 for a git tree of your own.";

/* Of list and show. */
static gboolean as_json;

static const GOptionEntry entries[] = {
	{"json", 0, 0, G_OPTION_ARG_NONE, &as_json, "for scripts", NULL},
	G_OPTION_ENTRY_NULL,
};

static const char *text(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* How many prefixes of the kernel's series are built; -1 with err. */
static int count_built(const struct kernel *kernel, GError **err)
{
	int count = 0;

	for (int i = 1; i <= kernel->patches; i++) {
		g_autofree char *name =
			g_strdup_printf("%s+%s/%d", kernel->base, kernel->series, i);
		g_autoptr(Kernel) prefix = kernel_find(name, err);
		g_autoptr(KernelBuild) build = prefix ? kernel_built(prefix, err) : NULL;

		if (!prefix || *err)
			return -1;
		count += build != NULL;
	}
	return count;
}

/* One line of the list, as JSON; a base without its source or compiler is listed too. */
static json_t *summarize(const struct kernel *kernel, GError **err)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(KernelBuild) build = kernel_built(kernel, &why);
	int built = why ? 0 : count_built(kernel, err);
	const char *state = why ? "lacking" : build ? "built" : "not built";

	if (built < 0)
		return NULL;
	return json_pack("{s:s, s:s, s:s, s:s, s:s?, s:s?, s:s?, s:i, s:i, s:s?, s:s?}", "name",
			 kernel->name, "summary", kernel->summary, "arch", kernel->arch, "state",
			 state, "problem", why ? why->message : NULL, "series", kernel->series,
			 "scenario", kernel->scenario, "patches", kernel->patches, "built_patches",
			 built, "release", build ? build->release : NULL, "key",
			 build ? build->key : NULL);
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

/* "2/3": so many of its prefixes are built; "-" of a base. */
static char *prefixes_text(json_t *one)
{
	int patches = json_integer_value(json_object_get(one, "patches"));
	int built = json_integer_value(json_object_get(one, "built_patches"));

	return patches ? g_strdup_printf("%d/%d", built, patches) : g_strdup("-");
}

static void print_list(json_t *all)
{
	json_t *one;
	size_t i;

	printf("%-28s %-8s %-10s %-8s %-22s %s\n", "KERNEL", "ARCH", "STATE", "PREFIXES", "RELEASE",
	       "SUMMARY");
	json_array_foreach (all, i, one) {
		const char *release = text(one, "release");
		g_autofree char *prefixes = prefixes_text(one);

		printf("%-28s %-8s %-10s %-8s %-22s %s\n", text(one, "name"), text(one, "arch"),
		       text(one, "state"), prefixes, release ? release : "-", text(one, "summary"));
	}
	json_array_foreach (all, i, one)
		if (text(one, "problem") && !text(one, "series"))
			printf("%s: %s\n", text(one, "name"), text(one, "problem"));
}

static int list(int argc, char **argv)
{
	GError *err = NULL;

	argv[0] = "kernel list";
	if (!cmd_options(&argc, &argv, entries, "", about, &err))
		return cmd_end_error(err);
	json_auto_t *all = summarize_all(&err);

	if (!all)
		return cmd_end_error(err);
	as_json ? print_json(all) : print_list(all);
	return EXIT_DONE;
}

/* A kernel's description with the record of its build, or null. NULL with err. */
static json_t *describe(const struct kernel *kernel, GError **err)
{
	json_t *all = summarize(kernel, err);
	json_t *patches = all ? kernel_patches(kernel, err) : NULL;

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

static void print_source(json_t *source)
{
	const char *commit = text(source, "commit");

	printf("  source     %s\n", text(source, "hash") ? text(source, "hash") : "unknown");
	if (commit && *commit)
		printf("  commit     %s\n", commit);
}

static void print_build(json_t *record)
{
	g_autofree char *size =
		size_human(json_integer_value(json_object_get(record, "image_size")));
	g_autofree char *dir = record_dir(text(record, "key"), NULL);

	printf("  release    %s\n", text(record, "release"));
	printf("  image      %s/image (%s)\n", dir, size);
	printf("  .config    %s/config\n", dir);
	printf("  log        %s/build.log\n", dir);
	printf("  built      %s in %.0f s\n", text(record, "date"),
	       json_real_value(json_object_get(record, "seconds")));
	printf("  compiler   %s\n", text(record, "compiler"));
	printf("  linker     %s\n", text(record, "linker"));
	printf("  objects    %d compiled%s\n",
	       (int)json_integer_value(json_object_get(record, "objects")),
	       json_is_true(json_object_get(record, "incremental")) ? ", the rest its base's" : "");
	print_source(json_object_get(record, "source"));
	printf("  config     %s\n", text(record, "config_sha256"));
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
		printf("  patch %-4zu %s (%s)\n", i + 1, text(patch, "subject"),
		       text(patch, "author") ? text(patch, "author") : "no author");
	if (json_is_null(record))
		printf("  not built: bootlab kernel build %s\n", text(kernel, "name"));
	else
		print_build(record);
}

static int show(int argc, char **argv)
{
	GError *err = NULL;

	argv[0] = "kernel show";
	if (!cmd_options(&argc, &argv, entries, "KERNEL", about, &err))
		return cmd_end_error(err);
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
	{"list", "all bases and series: built or not, patches, release", list},
	{"build", "KERNEL…: build what is not built yet", kernel_build_command},
	{"show", "KERNEL: how it is described, and how its build came to be", show},
	{"check", "SERIES…: whether each patch applies, builds, boots and keeps the gates",
	 kernel_check},
	{"add", "NAME: describe a base of your own: a git tree, a tarball", kernel_add},
	{"import", "NAME SOURCE: a series from files, a git tree or the web", kernel_import},
	{"gc", "make room in the cache", kernel_gc},
	{0},
};

int cmd_kernel(int argc, char **argv)
{
	return cmd_dispatch(table, "bootlab kernel", about, argc, argv);
}
