// SPDX-License-Identifier: GPL-2.0-only
#include "lab/vm.h"

#include "lab/protocol.h"

#include <string.h>

/*
 * What differs between accelerators. TCG: `max` brings SVM, so that KVM works inside; family
 * 15 is one that the kernel takes SVM from; without erms, since TCG runs `rep stosb` a byte
 * at a time and the kernel would clear pages with it. On a busy machine an emulated timer ticks
 * too late for the kernel's patience, and it would panic (no_timer_check); and with two CPUs it
 * takes the TSC for unsynchronized, and would read the time from a slow device.
 */
static const struct accel {
	const char *name, *domain_type, *cpu, *cmdline;
} accels[] = {
	{"kvm", "kvm", "host", ""},
	{"tcg", "qemu", "max,erms=off,family=15", " no_timer_check tsc=reliable"},
};

/*
 * iommu=nopt: devices of the host itself translate too, as on a machine that is set up for
 * passthrough. panic=-1: a panic restarts, which libvirt turns into the domain's end.
 * softlockup_panic=1: so does a CPU that hangs, long before the sample's deadline.
 */
#define KERNEL_CMDLINE                                                                \
	"console=ttyS0 panic=-1 softlockup_panic=1 intel_iommu=on,sm_off iommu=nopt " \
	"transparent_hugepage=madvise"

static const char skeleton[] =
	"<domain type='%s' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>\n"
	"  <name>%s</name>\n"
	"  <memory unit='b'>%" G_GUINT64_FORMAT "</memory>\n"
	"  <vcpu>%d</vcpu>\n"
	"  <os>\n"
	"    <type arch='x86_64' machine='q35'>hvm</type>\n"
	"    <kernel>%s</kernel><initrd>%s</initrd>\n"
	"    <cmdline>" KERNEL_CMDLINE "%s %s</cmdline>\n"
	"  </os>\n"
	"  <features><acpi/><apic/><ioapic driver='qemu'/></features>\n"
	"  <on_poweroff>destroy</on_poweroff>\n"
	"  <on_reboot>destroy</on_reboot>\n"
	"  <on_crash>destroy</on_crash>\n"
	"  <devices>\n"
	"    <emulator>" VM_EMULATOR "</emulator>\n"
	"    <controller type='usb' model='none'/>\n"
	"    <controller type='virtio-serial' index='0'>\n"
	"      <address type='pci' bus='0' slot='4'/>\n"
	"    </controller>\n"
	"    <serial type='file'><source path='%s'/></serial>\n"
	"    <channel type='unix'>\n"
	"      <source mode='bind' path='%s'/>\n"
	"      <target type='virtio' name='" PROTOCOL_PORT "'/>\n"
	"    </channel>\n"
	"    <filesystem type='mount' multidevs='remap'>\n"
	"      <source dir='/'/><target dir='" PROTOCOL_ROOT_TAG "'/><readonly/>\n"
	"      <address type='pci' bus='0' slot='5'/>\n"
	"    </filesystem>\n"
	"    <iommu model='intel'><driver intremap='on' caching_mode='off'/></iommu>\n"
	"    <memballoon model='none'/>\n"
	"  </devices>\n"
	"  <qemu:commandline>\n";

static const struct accel *accel_find(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(accels); i++)
		if (!strcmp(accels[i].name, name))
			return &accels[i];
	g_assert_not_reached();
}

/* An option that the domain's XML has no words for, passed to QEMU as it is. */
static void append_option(GString *xml, const char *option, const char *value)
{
	g_autofree char *line = g_markup_printf_escaped(
		"    <qemu:arg value='%s'/><qemu:arg value='%s'/>\n", option, value);

	g_string_append(xml, line);
}

/* QEMU's option syntax doubles a comma that belongs to a value. */
static char *escape_commas(const char *path)
{
	g_auto(GStrv) parts = g_strsplit(path, ",", -1);

	return g_strjoinv(",,", parts);
}

char *vm_domain_xml(const struct testbed_config *config, const char *name, const char *console,
		    const char *socket)
{
	const struct accel *accel = accel_find(config->accel);
	g_autofree char *head = g_markup_printf_escaped(
		skeleton, accel->domain_type, name, config->memory, config->cpus, config->kernel,
		config->initrd, accel->cmdline, config->cmdline ? config->cmdline : "", console,
		socket);
	g_autofree char *ram = escape_commas(config->ram);
	g_autofree char *backend = g_strdup_printf(
		"memory-backend-file,id=pool,share=on,size=%" G_GUINT64_FORMAT ",mem-path=%s",
		config->memory, ram);
	g_autofree char *device = g_strdup_printf("pci-testdev,membar=%" G_GUINT64_FORMAT
						  ",id=gpu0,bus=pcie.0,addr=0x10",
						  config->bar);
	GString *xml = g_string_new(head);

	append_option(xml, "-object", backend);
	append_option(xml, "-machine", "memory-backend=pool");
	append_option(xml, "-cpu", accel->cpu);
	if (config->bar)
		append_option(xml, "-device", device);
	g_string_append(xml, "  </qemu:commandline>\n</domain>\n");
	return g_string_free(xml, FALSE);
}
