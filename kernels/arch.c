// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/arch.h"

#include <glib.h>
#include <string.h>

static const struct arch archs[] = {
	{
		.name = "x86_64",
		.arch = "x86_64",
		.cross = "",
		.target = "bzImage",
		.image = "arch/x86/boot/bzImage",
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
