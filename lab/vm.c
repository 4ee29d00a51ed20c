// SPDX-License-Identifier: GPL-2.0-only
#include "lab/vm.h"

#include "kernels/arch.h"
#include "lab/protocol.h"
#include "lab/turns.h"

#include <string.h>

#define ACCELS_MAX 3

/*
 * The agent brings the memory of the guest's node online itself, once all DIMMs are plugged: the
 * kernel's own records of each DIMM must not lie on the one before it.
 */
#define NODE_CMDLINE " memhp_default_state=offline"

/* The kernel's random choices of where it and its programs lie. */
#define NOTHING_RANDOM " nokaslr norandmaps"

/* What differs between accelerators. */
struct accel {
	const char *name, *domain_type, *cpu, *cmdline;
	bool counts; /* instructions: see below */
};

/*
 * Where instructions are counted, a guest's nanosecond is one of them, and while nothing is to be
 * done its clock jumps to the next timer. Nothing of this machine may show in the guest then:
 * QEMU's random numbers are seeded, the firmware's tables, of which the kernel makes random
 * numbers, have no UUID, the calendar begins at a fixed day and goes with the guest's clock, and
 * what the guest writes to the channel is taken before its next instruction (ioeventfd would have
 * another thread take it).
 */
static const char counting_clock[] = "  <clock offset='absolute' start='1767225600'>\n"
				     "    <timer name='rtc' track='guest'/>\n"
				     "  </clock>\n";

static const char *const counting_options[] = {
	"-icount", "shift=0,sleep=off,align=off",
	"-seed",   "1",
	"-uuid",   "00000000-0000-0000-0000-000000000000",
	"-global", "virtio-serial-pci.ioeventfd=off",
	NULL,
};

/* What differs between architectures: pieces of the XML, and of the kernel's command line. */
struct machine {
	const char *arch, *emulator, *package;
	const char *type;	   /* of the machine, in QEMU's words */
	const char *node_type;	   /* the same for one with a node for a guest (NULL: none has) */
	const char *console;	   /* the kernel's name for the serial line */
	const char *features;	   /* what is within <features> */
	const char *devices;	   /* those that every testbed has... */
	const char *root;	   /* ...and the host's root, where it has that */
	const char *iommu;	   /* added where a device is passed through (NULL: none is)... */
	const char *iommu_cmdline; /* ...with this */
	struct accel accels[ACCELS_MAX];
};

static const struct machine machines[] = {
	/*
	 * iommu=nopt: devices of the host itself translate too, as on a machine that is set up
	 * for passthrough.
	 *
	 * node_type: libvirt names the memory's backend as the machine's, where the XML has no
	 * nodes, and as one of its own making where it has. QEMU then takes the sizes of nodes
	 * only, and this is the last machine for which it does.
	 *
	 * TCG: `max` brings SVM, so that KVM works inside; family 15 is one that the kernel
	 * takes SVM from; without erms, since TCG runs `rep stosb` a byte at a time and the
	 * kernel would clear pages with it. On a busy machine an emulated timer ticks too late
	 * for the kernel's patience, and it would panic (no_timer_check); and with two CPUs it
	 * takes the TSC for unsynchronized, and would read the time from a slow device.
	 * rdrand and rdseed: QEMU makes random numbers of its own of them.
	 */
	{
		.arch = "x86_64",
		.emulator = "/usr/bin/qemu-system-x86_64",
		.package = "qemu-system-x86",
		.type = "q35",
		.node_type = "pc-q35-5.0",
		.console = "ttyS0",
		.features = "<acpi/><apic/><ioapic driver='qemu'/>",
		.devices = "    <controller type='virtio-serial' index='0'>\n"
			   "      <address type='pci' bus='0' slot='4'/>\n"
			   "    </controller>\n",
		.root = "    <filesystem type='mount' multidevs='remap'>\n"
			"      <source dir='/'/><target dir='" PROTOCOL_ROOT_TAG "'/><readonly/>\n"
			"      <address type='pci' bus='0' slot='5'/>\n"
			"    </filesystem>\n",
		.iommu = "    <iommu model='intel'>"
			 "<driver intremap='on' caching_mode='off'/></iommu>\n",
		.iommu_cmdline = " intel_iommu=on,sm_off iommu=nopt",
		.accels = {{"kvm", "kvm", "host", ""},
			   {"tcg", "qemu", "max,erms=off,family=15",
			    " no_timer_check tsc=reliable"},
			   {"icount", "qemu", "max,erms=off,family=15,rdrand=off,rdseed=off",
			    " no_timer_check tsc=reliable" NOTHING_RANDOM, .counts = true}},
	},
	/*
	 * TCG has none of the speculation controls that a pseries machine offers by default,
	 * and does not start with them. No host's root: its programs are for another machine.
	 */
	{
		.arch = "ppc64le",
		.emulator = "/usr/bin/qemu-system-ppc64",
		.package = "qemu-system-ppc",
		.type = "pseries",
		.console = "hvc0",
		.features = "<cfpc value='broken'/><sbbc value='broken'/><ibs value='broken'/>"
			    "<ccf-assist state='off'/>",
		.devices = "    <controller type='virtio-serial' index='0'/>\n",
		.accels = {{"tcg", "qemu", "power9", ""},
			   {"icount", "qemu", "power9", NOTHING_RANDOM, .counts = true}},
	},
};

/*
 * panic=-1: a panic restarts, which libvirt turns into the domain's end. softlockup_panic=1: so
 * does a CPU that hangs, long before the sample's deadline.
 */
static const char start[] =
	"<domain type='%s' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>\n"
	"  <name>%s</name>\n"
	"  <memory unit='b'>%" G_GUINT64_FORMAT "</memory>\n"
	"  <vcpu>%d</vcpu>\n"
	"  <os>\n"
	"    <type arch='%s' machine='%s'>hvm</type>\n"
	"    <kernel>%s</kernel><initrd>%s</initrd>\n"
	"    <cmdline>console=%s panic=-1 softlockup_panic=1 transparent_hugepage=madvise%s%s%s %s"
	"</cmdline>\n"
	"  </os>\n"
	"  <on_poweroff>destroy</on_poweroff>\n"
	"  <on_reboot>destroy</on_reboot>\n"
	"  <on_crash>destroy</on_crash>\n";

static const char devices[] = "    <emulator>%s</emulator>\n"
			      "    <controller type='usb' model='none'/>\n"
			      "    <serial type='file'><source path='%s'/></serial>\n"
			      "    <channel type='unix'>\n"
			      "      <source mode='connect' path='%s'/>\n"
			      "      <target type='virtio' name='" PROTOCOL_PORT "'/>\n"
			      "    </channel>\n"
			      "    <memballoon model='none'/>\n";

/* NULL if there are no testbeds of that architecture. */
static const struct machine *machine_find(const char *arch)
{
	for (guint i = 0; i < G_N_ELEMENTS(machines); i++)
		if (!strcmp(machines[i].arch, arch))
			return &machines[i];
	return NULL;
}

static const struct accel *accel_find(const struct machine *machine, const char *name)
{
	for (guint i = 0; i < ACCELS_MAX && machine->accels[i].name; i++)
		if (!strcmp(machine->accels[i].name, name))
			return &machine->accels[i];
	return NULL;
}

const char *vm_emulator(const char *arch)
{
	const struct machine *machine = machine_find(arch);

	return machine ? machine->emulator : NULL;
}

bool vm_check_emulator(const char *arch, GError **err)
{
	const struct machine *machine = machine_find(arch);

	if (!machine)
		return bl_fail(err, BL_ERROR_INPUT, "there are no testbeds of %s", arch);
	if (g_file_test(machine->emulator, G_FILE_TEST_IS_EXECUTABLE))
		return true;
	return bl_fail(err, BL_ERROR_SYSTEM,
		       "testbeds of %s need %s, which is not there: apt-get install %s", arch,
		       machine->emulator, machine->package);
}

bool vm_takes_device(const char *arch)
{
	const struct machine *machine = machine_find(arch);

	return machine && machine->iommu;
}

bool vm_takes_node(const char *arch)
{
	const struct machine *machine = machine_find(arch);

	return machine && machine->node_type;
}

bool vm_takes_accel(const char *arch, const char *accel)
{
	const struct machine *machine = machine_find(arch);
	const struct accel *found = machine ? accel_find(machine, accel) : NULL;

	return found && (!strcmp(found->domain_type, "qemu") || !strcmp(arch, arch_native()));
}

bool vm_check_accel(const char *arch, const char *accel, GError **err)
{
	if (vm_takes_accel(arch, accel))
		return true;
	return bl_fail(err, BL_ERROR_INPUT,
		       "this machine is %s: a testbed of %s cannot have the accelerator %s, only "
		       "tcg",
		       arch_native(), arch, accel);
}

/* What is filled in is escaped. */
static void append(GString *xml, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	g_autofree char *text = g_markup_vprintf_escaped(format, ap);

	va_end(ap);
	g_string_append(xml, text);
}

/* An option that the domain's XML has no words for, passed to QEMU as it is. */
static void append_option(GString *xml, const char *option, const char *value)
{
	append(xml, "    <qemu:arg value='%s'/><qemu:arg value='%s'/>\n", option, value);
}

char *vm_escape_commas(const char *path)
{
	g_auto(GStrv) parts = g_strsplit(path, ",", -1);

	return g_strjoinv(",,", parts);
}

static void append_node(GString *xml, const struct testbed_config *config)
{
	g_auto(GStrv) options = node_options(&config->node, config->memory, config->cpus);

	for (char **option = options; *option; option += 2)
		append_option(xml, option[0], option[1]);
}

static void append_drive(GString *xml, const char *path)
{
	g_autofree char *file = vm_escape_commas(path);
	g_autofree char *drive =
		g_strdup_printf("if=none,id=drive0,format=raw,discard=unmap,file=%s", file);

	append_option(xml, "-drive", drive);
	append_option(xml, "-device",
		      "nvme,id=nvme0,serial=bootlab,drive=drive0,bus=pcie.0,addr=0x11");
}

static void append_turns(GString *xml, const struct testbed_config *config)
{
	g_autofree char *path = vm_escape_commas(config->turns);
	g_autofree char *plugin = g_strdup_printf("%s," TURNS_ARG "%d", path, config->turn);

	append_option(xml, "-plugin", plugin);
}

static void append_qemu(GString *xml, const struct testbed_config *config,
			const struct accel *accel, const struct vm_files *files)
{
	g_autofree char *ram = vm_escape_commas(config->ram);
	g_autofree char *backend = g_strdup_printf(
		"memory-backend-file,id=pool,share=on,size=%" G_GUINT64_FORMAT ",mem-path=%s",
		config->memory, ram);
	g_autofree char *device = g_strdup_printf("pci-testdev,membar=%" G_GUINT64_FORMAT
						  ",id=gpu0,bus=pcie.0,addr=0x10",
						  config->bar);

	g_string_append(xml, "  <qemu:commandline>\n");
	append_option(xml, "-object", backend);
	append_option(xml, "-machine", "memory-backend=pool");
	if (config->node.ram)
		append_node(xml, config);
	append_option(xml, "-cpu", accel->cpu);
	for (int i = 0; accel->counts && counting_options[i]; i += 2)
		append_option(xml, counting_options[i], counting_options[i + 1]);
	if (config->turns)
		append_turns(xml, config);
	if (config->bar)
		append_option(xml, "-device", device);
	if (config->drive)
		append_drive(xml, files->drive);
	g_string_append(xml, "  </qemu:commandline>\n");
}

char *vm_domain_xml(const struct testbed_config *config, const char *name,
		    const struct vm_files *files)
{
	const struct machine *machine = machine_find(config->arch);
	const struct accel *accel = accel_find(machine, config->accel);
	bool passes = config->bar || config->drive;
	GString *xml = g_string_new(NULL);

	append(xml, start, accel->domain_type, name, config->memory, config->cpus, machine->arch,
	       config->node.ram ? machine->node_type : machine->type, config->kernel,
	       config->initrd, machine->console, passes ? machine->iommu_cmdline : "",
	       accel->cmdline, config->node.ram ? NODE_CMDLINE : "",
	       config->cmdline ? config->cmdline : "");
	g_string_append_printf(xml, "  <features>%s</features>\n%s  <devices>\n", machine->features,
			       accel->counts ? counting_clock : "");
	append(xml, devices, machine->emulator, files->console, files->socket);
	g_string_append(xml, machine->devices);
	/* Another thread would serve it, when that has the time. */
	if (machine->root && !accel->counts)
		g_string_append(xml, machine->root);
	if (passes)
		g_string_append(xml, machine->iommu);
	g_string_append(xml, "  </devices>\n");
	append_qemu(xml, config, accel, files);
	g_string_append(xml, "</domain>\n");
	return g_string_free(xml, FALSE);
}
