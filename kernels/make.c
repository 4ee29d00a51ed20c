// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/make.h"

#include "kernels/disk.h"
#include "lab/paths.h"
#include "lab/progress.h"

#include <string.h>

/* How many lines an error shows: gcc prints the source line and a mark below the message. */
#define ERROR_LINES 4

/* ccache removes what was not used for longest itself: `kernel gc` leaves it alone. */
#define CCACHE_LIMIT "4G"

void make_output_init(struct make_output *output)
{
	*output = (struct make_output){
		.error = g_string_new(NULL),
		.last = g_string_new(NULL),
	};
}

void make_output_clear(struct make_output *output)
{
	g_string_free(output->error, TRUE);
	g_string_free(output->last, TRUE);
}

/* "  CC      mm/gup.o", "  CC [M]  fs/9p/9p.o", "  AS      arch/x86/entry/entry_64.o" */
static const char *object_of(const char *line)
{
	static const char *const tags[] = {"  CC ", "  AS "};

	for (guint i = 0; i < G_N_ELEMENTS(tags); i++)
		if (g_str_has_prefix(line, tags[i]))
			return strrchr(line, ' ') + 1;
	return NULL;
}

static bool is_error(const char *line)
{
	static const char *const signs[] = {" error: ", " Error: ", "undefined reference to",
					    ": not found", "*** "};

	for (guint i = 0; i < G_N_ELEMENTS(signs); i++)
		if (strstr(line, signs[i]))
			return true;
	return false;
}

static void watch_error(struct make_output *output, const char *line)
{
	if (!output->error_lines && !is_error(line))
		return;
	if (output->error_lines++ < ERROR_LINES)
		g_string_append_printf(output->error, "%s%s", output->error->len ? "\n" : "", line);
}

const char *make_output_line(struct make_output *output, const char *line)
{
	const char *object = object_of(line);

	g_string_assign(output->last, line);
	if (object)
		output->objects++;
	else
		watch_error(output, line);
	return object;
}

const char *make_output_error(const struct make_output *output)
{
	return output->error->len ? output->error->str : output->last->str;
}

static void take_line(const char *line, void *data)
{
	struct make_output *output = data;
	const char *object = make_output_line(output, line);

	if (!object)
		return;
	if (output->expected && output->objects > output->expected)
		progress_total(output->objects);
	progress_update(output->objects, object);
}

/*
 * The variables that make the same inputs give the same bytes, and ccache hit in a folder of
 * another name. The release carries the start of the key: `uname -r` tells kernels apart.
 */
static bool add_variables(const struct work *work, GPtrArray *argv, GError **err)
{
	const char *cache = path_cache(err);

	if (!cache)
		return false;
	g_ptr_array_add(argv, g_strdup_printf("CCACHE_DIR=%s/ccache", cache));
	g_ptr_array_add(argv, g_strdup_printf("CCACHE_BASEDIR=%s", work->dir));
	if (work->adds_files)
		work_words(argv, "CCACHE_NODIRECT=1", NULL);
	work_words(argv, "CCACHE_MAXSIZE=" CCACHE_LIMIT, "CCACHE_NOHASHDIR=1",
		   "KBUILD_BUILD_USER=bootlab", "KBUILD_BUILD_HOST=bootlab",
		   "KBUILD_BUILD_VERSION=1", "KBUILD_BUILD_TIMESTAMP=Thu Jan  1 00:00:00 UTC 1970",
		   NULL);
	return true;
}

static GPtrArray *make_argv(const struct work *work, const char *target, GError **err)
{
	g_autoptr(GPtrArray) argv = work_command();
	g_autofree char *cross = arch_cross(work->arch);

	if (!add_variables(work, argv, err))
		return NULL;
	work_words(argv, "make", "--output-sync=line", "O=build", "HOSTCC=ccache gcc", NULL);
	g_ptr_array_add(argv, g_strdup_printf("--jobs=%u", g_get_num_processors()));
	g_ptr_array_add(argv, g_strconcat("ARCH=", work->arch->arch, NULL));
	g_ptr_array_add(argv, g_strconcat("CROSS_COMPILE=", cross, NULL));
	g_ptr_array_add(argv, g_strconcat("CC=ccache ", cross, "gcc", NULL));
	g_ptr_array_add(argv, g_strdup_printf("LOCALVERSION=-bl%.8s", work->key->hash));
	work_words(argv, target, NULL);
	return g_steal_pointer(&argv);
}

static bool run_make(const struct work *work, const char *target, struct make_output *output,
		     GError **err)
{
	g_autoptr(GPtrArray) argv = make_argv(work, target, err);

	if (!argv)
		return false;
	int status = work_run(work, work->tree, argv, take_line, output, err);

	if (status > 0)
		return bl_fail(err, BL_ERROR_INPUT, "kernel '%s' does not build (make %s)%s:\n%s",
			       work->kernel->name, target, disk_hint(work->dir),
			       make_output_error(output));
	return status == 0;
}

bool make_target(const struct work *work, const char *target, GError **err)
{
	struct make_output output;

	make_output_init(&output);
	bool ok = run_make(work, target, &output, err);

	make_output_clear(&output);
	return ok;
}

static void count_command(const char *line, void *data)
{
	guint *count = data;

	if (strstr(line, "echo '  CC ") || strstr(line, "echo '  AS "))
		(*count)++;
}

/*
 * How many objects are still to be made: a dry run says, once `make prepare` has left it all
 * that it looks at. (It cannot look into vmlinux's own rule, and fails there.) 0: not known.
 */
static guint count_objects(const struct work *work)
{
	g_autoptr(GPtrArray) argv = make_argv(work, work->arch->target, NULL);
	guint count = 0;
	struct run_opts opts = {.cwd = work->tree, .line = count_command, .data = &count};

	if (!argv)
		return 0;
	work_words(argv, "--dry-run", NULL);
	g_ptr_array_add(argv, NULL);
	return run((const char *const *)argv->pdata, &opts, NULL) < 0 ? 0 : count;
}

bool make_image(const struct work *work, guint *objects, GError **err)
{
	g_autofree char *phase = g_strdup_printf("build kernel %s", work->kernel->name);
	struct make_output output;

	make_output_init(&output);
	/* With the base's objects in, looking how few are left takes longer than making them. */
	output.expected = work->seeded ? 0 : count_objects(work);
	progress_begin(phase, "objects", output.expected);
	bool ok = run_make(work, work->arch->target, &output, err);

	progress_end(ok ? "built" : "not built");
	*objects = output.objects;
	make_output_clear(&output);
	return ok;
}
