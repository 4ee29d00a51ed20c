// SPDX-License-Identifier: GPL-2.0-only
#include "lab/fingerprint.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

char *host_cpu_model(void)
{
	g_autofree char *text = NULL;

	if (!g_file_get_contents("/proc/cpuinfo", &text, NULL, NULL))
		return g_strdup("unknown");
	const char *at = strstr(text, "model name");
	const char *colon = at ? strchr(at, ':') : NULL;

	if (!colon)
		return g_strdup("unknown");
	return g_strstrip(g_strndup(colon + 1, strcspn(colon + 1, "\n")));
}

guint64 host_busy_ns(void)
{
	/* user nice system idle iowait irq softirq steal: idle and iowait are not busy. */
	guint64 user, nice, system, irq, softirq, steal;
	FILE *stat = fopen("/proc/stat", "re");
	int n = 0;

	if (stat) {
		n = fscanf(stat, "cpu %lu %lu %lu %*u %*u %lu %lu %lu", &user, &nice, &system, &irq,
			   &softirq, &steal);
		fclose(stat);
	}
	if (n != 6)
		return 0;
	return (user + nice + system + irq + softirq + steal) * (1000000000 / sysconf(_SC_CLK_TCK));
}

json_t *fingerprint(const struct testbed_config *config, GError **err)
{
	g_autofree char *qemu = testbed_qemu_version(config->arch, err);
	g_autofree char *libvirt = testbed_libvirt_version();
	g_autofree char *cpu = host_cpu_model();
	struct utsname host;

	if (!qemu)
		return NULL;
	uname(&host);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:i, s:s}", "testbed",
			 "vm", "testbed_arch", config->arch, "accelerator", config->accel, "qemu",
			 qemu, "libvirt", libvirt, "host_kernel", host.release, "host_cpu", cpu,
			 "host_cpus", (json_int_t)sysconf(_SC_NPROCESSORS_ONLN), "host_memory",
			 (json_int_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE),
			 "testbed_memory", (json_int_t)config->memory, "testbed_cpus", config->cpus,
			 "pool", "warm");
}
