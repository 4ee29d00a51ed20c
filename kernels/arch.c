// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/arch.h"

#include <glib.h>
#include <string.h>
#include <sys/utsname.h>

static const struct arch archs[] = {
	{
		.name = "x86_64",
		.arch = "x86_64",
		.triplet = "x86_64-linux-gnu",
		.target = "bzImage",
		.image = "arch/x86/boot/bzImage",
	},
	{
		.name = "ppc64le",
		.arch = "powerpc",
		.triplet = "powerpc64le-linux-gnu",
		.target = "vmlinux",
		.image = "vmlinux",
	},
};

const struct arch *arch_find(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(archs); i++)
		if (!strcmp(archs[i].name, name))
			return &archs[i];
	return NULL;
}

char *arch_names(void)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(archs); i++)
		g_string_append_printf(names, "%s%s", i ? ", " : "", archs[i].name);
	return g_string_free(g_steal_pointer(&names), FALSE);
}

const char *arch_native(void)
{
	static struct utsname machine;

	if (!*machine.machine)
		uname(&machine);
	return machine.machine;
}

char *arch_cross(const struct arch *arch)
{
	if (!strcmp(arch->name, arch_native()))
		return g_strdup("");
	return g_strconcat(arch->triplet, "-", NULL);
}

char *arch_package(const struct arch *arch, const char *native)
{
	if (!strcmp(arch->name, arch_native()))
		return g_strdup(native);
	/* A package's name has no '_'. */
	return g_strdelimit(g_strconcat(native, "-", arch->triplet, NULL), "_", '-');
}
