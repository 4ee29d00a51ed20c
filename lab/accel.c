// SPDX-License-Identifier: GPL-2.0-only
#include "lab/accel.h"

#include "kernels/arch.h"
#include "lab/log.h"
#include "lab/paths.h"
#include "lab/session.h"
#include "lab/vm.h"

#include <fcntl.h>
#include <jansson.h>
#include <unistd.h>

/* A kernel that KVM really runs says hello within 3 s; the rest is for a busy machine. */
#define TRY_DEADLINE_S 25

static char *answer_path(GError **err)
{
	const char *cache = path_cache(err);

	return cache ? g_build_filename(cache, "accel.json", NULL) : NULL;
}

/* What the answer is good for: this boot of this host, with this QEMU. */
static char *answer_key(GError **err)
{
	g_autofree char *boot = NULL;
	g_autofree char *qemu = testbed_qemu_version(arch_native(), err);

	if (!qemu || !g_file_get_contents("/proc/sys/kernel/random/boot_id", &boot, NULL, err))
		return NULL;
	return g_strdup_printf("boot %s, QEMU %s", g_strstrip(boot), qemu);
}

static void fill(struct accel_answer *answer, bool kvm, const char *why)
{
	answer->name = kvm ? "kvm" : "tcg";
	answer->why = g_strdup(why);
}

bool accel_known(const char *arch, struct accel_answer *answer, GError **err)
{
	*answer = (struct accel_answer){0};
	if (!vm_takes_accel(arch, "kvm")) {
		answer->name = "tcg";
		answer->why = g_strdup_printf("a testbed of %s on %s", arch, arch_native());
		return true;
	}
	g_autofree char *path = answer_path(err);
	g_autofree char *key = path ? answer_key(err) : NULL;

	if (!key)
		return false;
	/* A file that is damaged or of another boot is as good as none: it is made anew. */
	json_t *saved = json_load_file(path, 0, NULL);
	const char *why = json_string_value(json_object_get(saved, "why"));

	if (why && !g_strcmp0(json_string_value(json_object_get(saved, "key")), key))
		fill(answer, json_is_true(json_object_get(saved, "kvm")), why);
	json_decref(saved);
	return true;
}

static bool remember(const struct accel_answer *answer, bool kvm, GError **err)
{
	g_autofree char *path = answer_path(err);
	g_autofree char *key = path ? answer_key(err) : NULL;

	if (!key)
		return false;
	json_t *saved = json_pack("{s:s, s:b, s:s}", "key", key, "kvm", kvm, "why", answer->why);
	g_autofree char *text = json_dumps(saved, JSON_INDENT(2));

	json_decref(saved);
	return g_file_set_contents(path, text, -1, err);
}

static bool kvm_opens(void)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Boots a kernel with KVM. *why: what came of it. false with err only where interrupted. */
static bool try_kvm(const struct testbed_config *testbed, bool *kvm, const char **why, GError **err)
{
	struct testbed_config config = *testbed;
	g_autoptr(GError) failed = NULL;

	*kvm = false;
	*why = "/dev/kvm does not open";
	if (!kvm_opens())
		return true;
	config.accel = "kvm";
	log_info("trying whether KVM boots a kernel here (once per boot of this machine)");
	*kvm = session_boots(&config, TRY_DEADLINE_S, &failed);
	if (g_error_matches(failed, BL_ERROR, BL_ERROR_CANCELLED)) {
		g_propagate_error(err, g_steal_pointer(&failed));
		return false;
	}
	*why = *kvm	? "a kernel booted with it"
	       : failed ? "/dev/kvm opens, but QEMU does not start with it"
			: "/dev/kvm opens, but a kernel does not boot with it";
	return true;
}

bool accel_choose(const struct testbed_config *testbed, struct accel_answer *answer, GError **err)
{
	const char *why;
	bool kvm;

	if (!accel_known(testbed->arch, answer, err))
		return false;
	if (answer->name)
		return true;
	if (!try_kvm(testbed, &kvm, &why, err))
		return false;
	fill(answer, kvm, why);
	log_info("accelerator: %s (%s)", answer->name, why);
	return remember(answer, kvm, err);
}

void accel_answer_clear(struct accel_answer *answer)
{
	g_clear_pointer(&answer->why, g_free);
	answer->name = NULL;
}
