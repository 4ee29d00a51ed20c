// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/arch.h"
#include "kernels/kernel.h"
#include "lab/accel.h"
#include "lab/cmd.h"
#include "lab/fingerprint.h"
#include "lab/initramfs.h"
#include "lab/paths.h"
#include "lab/pool.h"
#include "lab/run.h"
#include "lab/rundir.h"
#include "lab/units.h"

#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

/* What a first run takes: source, object trees and images of two kernels; the testbed's RAM. */
#define DISK_NEEDED   (6ULL << 30)
#define MEMORY_NEEDED (6ULL << 30)

/* The RAM of the testbed on which KVM is tried. */
#define TRY_MEMORY (512ULL << 20)

static const char about[] =
	"Says what this machine can do for bootlab, a line for each thing, with the remedy where\n"
	"something lacks. KVM is tried, not guessed: with a kernel that is built already.\n"
	"Exit status: 0 all is there, 1 something lacks.";

enum verdict { GOOD, NOTE, LACK };

static const char *const verdict_names[] = {[GOOD] = "ok", [NOTE] = "note", [LACK] = "LACK"};

/* One check: fills in what was found, and a remedy where something can be done. */
struct finding {
	enum verdict verdict;
	char *text;
	char *remedy;
};

static struct finding finding(enum verdict verdict, char *text, char *remedy)
{
	return (struct finding){verdict, text, remedy};
}

/* dpkg's name for this machine's architecture. */
static const char *native_packages(void)
{
	static const char *const argv[] = {"dpkg", "--print-architecture", NULL};
	static char *name;

	if (!name)
		name = run_capture(argv, NULL);
	return name ? g_strstrip(name) : "";
}

/* A library may be installed for several architectures: "NAME" asks for this machine's own. */
static bool package_installed(const char *name)
{
	const char *const argv[] = {
		"dpkg-query", "-W", "-f", "${Architecture} ${db:Status-Status}\n", name, NULL};
	const char *colon = strchr(name, ':');
	g_autofree char *states = run_capture(argv, NULL);
	g_auto(GStrv) lines = g_strsplit(states ? states : "", "\n", -1);
	g_autofree char *own =
		g_strconcat(colon ? colon + 1 : native_packages(), " installed", NULL);

	return g_strv_contains((const char *const *)lines, own) ||
	       g_strv_contains((const char *const *)lines, "all installed");
}

/*
 * The file `packages`: its names up to the first "[GROUP]" line, or those below that of a group.
 * Those that are not installed, a blank before each; *count: of how many. NULL: no such file.
 */
static char *missing_packages(const char *group, guint *count)
{
	g_autofree char *path = g_build_filename(path_data(), "packages", NULL);
	g_autofree char *heading = g_strdup_printf("[%s]", group);
	g_autoptr(GString) missing = g_string_new(NULL);
	g_autofree char *text = NULL;
	bool ours = !*group;

	*count = 0;
	if (!g_file_get_contents(path, &text, NULL, NULL))
		return NULL;
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (int i = 0; lines[i]; i++) {
		g_autofree char *name = g_strndup(lines[i], strcspn(lines[i], " \t#"));

		if (*name == '[')
			ours = !strcmp(name, heading);
		if (!*name || *name == '[' || !ours)
			continue;
		++*count;
		if (!package_installed(name))
			g_string_append_printf(missing, " %s", name);
	}
	return g_string_free(g_steal_pointer(&missing), FALSE);
}

static struct finding check_packages(void)
{
	guint count;
	g_autofree char *missing = missing_packages("", &count);

	if (!missing)
		return finding(LACK, g_strdup_printf("%s/packages is not there", path_data()),
			       g_strdup("make install"));
	if (!*missing)
		return finding(GOOD, g_strdup_printf("all %u are installed", count), NULL);
	return finding(LACK, g_strdup_printf("missing:%s", missing),
		       g_strdup_printf("apt-get install --no-install-recommends%s", missing));
}

/* What testbeds of an architecture other than this machine's lack, in words; NULL: nothing. */
static char *foreign_lacks(const char *arch)
{
	guint count;
	g_autofree char *missing = missing_packages(arch, &count);
	g_autofree char *agent = path_agent(arch, NULL);

	if (missing && *missing)
		return g_strdup_printf("packages%s", missing);
	return agent ? NULL : g_strdup("the agent");
}

/* No one needs them who has no kernel for them. */
static struct finding check_foreign(void)
{
	g_autofree char *names = arch_names();
	g_auto(GStrv) archs = g_strsplit(names, ", ", -1);
	g_autoptr(GString) text = g_string_new(NULL), remedy = g_string_new(NULL);

	for (int i = 0; archs[i]; i++) {
		if (!strcmp(archs[i], arch_native()))
			continue;
		g_autofree char *lacks = foreign_lacks(archs[i]);

		g_string_append_printf(text, "%s%s: %s%s", text->len ? "; " : "", archs[i],
				       lacks ? "lacks " : "ready, emulated", lacks ? lacks : "");
		if (lacks)
			g_string_append_printf(remedy, "%s agent-%s", remedy->len ? "" : "make",
					       archs[i]);
	}
	return finding(remedy->len ? NOTE : GOOD, g_strdup(text->str),
		       remedy->len ? g_strdup(remedy->str) : NULL);
}

static struct finding check_versions(void)
{
	g_autofree char *qemu = testbed_qemu_version(arch_native(), NULL);
	g_autofree char *libvirt = testbed_libvirt_version();
	struct utsname host;

	uname(&host);
	if (!qemu)
		return finding(LACK, g_strdup("QEMU does not run"),
			       g_strdup("apt-get install qemu-system-x86"));
	return finding(GOOD,
		       g_strdup_printf("bootlab " BOOTLAB_VERSION ", QEMU %s, libvirt %s, Linux %s",
				       qemu, libvirt, host.release),
		       NULL);
}

static struct finding check_machine(void)
{
	g_autofree char *cpu = host_cpu_model();

	return finding(GOOD, g_strdup_printf("%ld × %s", sysconf(_SC_NPROCESSORS_ONLN), cpu), NULL);
}

/* Some build in the cache for this machine to try KVM with; NULL if there is none. */
static struct kernel_build *any_build(void)
{
	g_autoptr(GPtrArray) kernels = kernel_list(NULL);

	for (guint i = 0; kernels && i < kernels->len; i++) {
		struct kernel_build *build = kernel_built(kernels->pdata[i], NULL);

		if (build && !strcmp(build->arch, arch_native()))
			return build;
		kernel_build_free(build);
	}
	return NULL;
}

static bool try_accel(struct accel_answer *answer, GError **err)
{
	g_autoptr(KernelBuild) build = any_build();
	g_autofree char *agent = build ? path_agent(build->arch, err) : NULL;
	g_autofree char *initramfs = agent ? initramfs_build(agent, err) : NULL;
	g_autoptr(PoolLease) ram = initramfs ? pool_take(TRY_MEMORY, err) : NULL;

	if (!ram)
		return !build;
	const struct testbed_config config = {
		.arch = build->arch,
		.kernel = build->image,
		.initrd = initramfs,
		.ram = ram->path,
		.memory = TRY_MEMORY,
		.cpus = 1,
	};

	return accel_choose(&config, answer, err);
}

static struct finding check_accelerator(void)
{
	struct accel_answer answer = {0};
	g_autoptr(GError) err = NULL;
	bool ok = accel_known(arch_native(), &answer, &err) &&
		  (answer.name || try_accel(&answer, &err));
	struct finding found;

	if (!ok)
		found = finding(LACK, g_strdup_printf("could not be tried: %s", err->message),
				NULL);
	else if (!answer.name)
		found = finding(NOTE, g_strdup("not tried yet, for want of a kernel"),
				g_strdup("bootlab kernel build 6.1, then bootlab doctor"));
	else if (!strcmp(answer.name, "kvm"))
		found = finding(GOOD, g_strdup_printf("KVM: %s", answer.why), NULL);
	else
		found = finding(NOTE,
				g_strdup_printf("TCG (emulation): %s; ratios are of use, absolute "
						"times are not a real machine's",
						answer.why),
				NULL);
	accel_answer_clear(&answer);
	return found;
}

static guint count_entries(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	guint count = 0;

	while (dir && g_dir_read_name(dir))
		count++;
	return count;
}

static struct finding check_iommu(void)
{
	guint groups = count_entries("/sys/kernel/iommu_groups");

	if (groups)
		return finding(GOOD,
			       g_strdup_printf("%u IOMMU groups; virtual testbeds bring their "
					       "own vIOMMU all the same",
					       groups),
			       NULL);
	return finding(NOTE,
		       g_strdup("none of this machine's own; virtual testbeds bring a vIOMMU"),
		       NULL);
}

static char *read_setting(const char *path)
{
	g_autofree char *text = NULL;

	return g_file_get_contents(path, &text, NULL, NULL) ? g_strstrip(g_steal_pointer(&text))
							    : NULL;
}

static struct finding check_thp(void)
{
	g_autofree char *thp = read_setting("/sys/kernel/mm/transparent_hugepage/enabled");

	return finding(NOTE,
		       g_strdup_printf("%s here; a testbed sets its own (madvise)",
				       thp ? thp : "not in this kernel"),
		       NULL);
}

static struct finding check_hugepages(void)
{
	g_autofree char *pages = read_setting("/proc/sys/vm/nr_hugepages");

	return finding(NOTE,
		       g_strdup_printf("%s reserved; none are needed", pages ? pages : "none"),
		       NULL);
}

static struct finding check_memory(void)
{
	guint64 free = (guint64)sysconf(_SC_AVPHYS_PAGES) * sysconf(_SC_PAGESIZE);
	g_autofree char *has = size_human(free), *wants = size_human(MEMORY_NEEDED);

	if (free >= MEMORY_NEEDED)
		return finding(GOOD, g_strdup_printf("%s free", has), NULL);
	return finding(LACK,
		       g_strdup_printf("%s free, a testbed and its guest want %s", has, wants),
		       g_strdup("bootlab pool free, end other programs, or --testbed-memory"));
}

static struct finding check_disk(void)
{
	g_autoptr(GError) err = NULL;
	const char *cache = path_cache(&err);
	struct statvfs fs;

	if (!cache || statvfs(cache, &fs))
		return finding(LACK, g_strdup(err ? err->message : "cannot look at the cache"),
			       g_strdup("set BOOTLAB_CACHE"));
	guint64 free = (guint64)fs.f_bavail * fs.f_frsize;
	g_autofree char *has = size_human(free), *wants = size_human(DISK_NEEDED);

	if (free >= DISK_NEEDED)
		return finding(GOOD, g_strdup_printf("%s free at %s", has, cache), NULL);
	return finding(LACK, g_strdup_printf("%s free at %s, want %s", has, cache, wants),
		       g_strdup("make room, or set BOOTLAB_CACHE"));
}

static struct finding check_pool(void)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(GPtrArray) files = pool_list(&err);
	guint64 warm = 0;

	if (!files)
		return finding(LACK, g_strdup(err->message), NULL);
	for (guint i = 0; i < files->len; i++)
		warm += ((struct pool_file *)files->pdata[i])->allocated;
	g_autofree char *size = size_human(warm);

	if (!warm)
		return finding(NOTE, g_strdup("cold: the first run touches its memory once"), NULL);
	return finding(GOOD, g_strdup_printf("%s warm in %u files", size, files->len), NULL);
}

static const struct check {
	const char *name;
	struct finding (*fn)(void);
} checks[] = {
	{"packages", check_packages},	{"versions", check_versions},
	{"machine", check_machine},	{"accelerator", check_accelerator},
	{"IOMMU", check_iommu},		{"THP", check_thp},
	{"hugepages", check_hugepages}, {"free memory", check_memory},
	{"free disk", check_disk},	{"warm pool", check_pool},
	{"other archs", check_foreign},
};

static gboolean as_json;

static const GOptionEntry entries[] = {
	{"json", 0, 0, G_OPTION_ARG_NONE, &as_json, "for scripts", NULL},
	G_OPTION_ENTRY_NULL,
};

static void report(json_t *list, const char *name, const struct finding *found)
{
	json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s?}", "check", name, "verdict",
					      verdict_names[found->verdict], "text", found->text,
					      "remedy", found->remedy));
	if (as_json)
		return;
	printf("%-5s %-12s %s\n", verdict_names[found->verdict], name, found->text);
	if (found->remedy)
		printf("%-18s remedy: %s\n", "", found->remedy);
	fflush(stdout);
}

int cmd_doctor(int argc, char **argv)
{
	json_auto_t *list = json_array();
	bool lacks = false;
	GError *err = NULL;

	if (!cmd_options(&argc, &argv, entries, NULL, about, &err))
		return cmd_end_error(err);
	for (guint i = 0; i < G_N_ELEMENTS(checks); i++) {
		struct finding found = checks[i].fn();

		report(list, checks[i].name, &found);
		lacks = lacks || found.verdict == LACK;
		g_free(found.text);
		g_free(found.remedy);
	}
	rundir_close();
	if (as_json)
		json_dumpf(list, stdout, JSON_INDENT(2));
	return lacks ? EXIT_FOUND : EXIT_DONE;
}
