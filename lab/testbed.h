/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The virtual testbed: the machine that runs the kernel under test, as a VM started through
 * libvirt. It has a vIOMMU, a GPU-like device (pci-testdev: a large 64-bit prefetchable BAR
 * and a small MMIO BAR), an NVMe drive where one is asked for, the host's root read-only over 9p
 * (not where instructions are counted), and RAM from the warm pool.
 */
#ifndef LAB_TESTBED_H
#define LAB_TESTBED_H

#include "lab/error.h"
#include "lab/node.h"

struct testbed_config {
	const char *connect; /* libvirt URI; NULL: the embedded driver */
	const char *arch;    /* the kernel's, as kernels/arch.h names it */
	const char *accel;   /* "kvm", "tcg", or "icount": tcg that counts instructions */
	const char *kernel;  /* image */
	const char *initrd;
	const char *turns;   /* QEMU's plugin of lab/turns.h, or NULL... */
	int turn;	     /* ...and its argument */
	const char *cmdline; /* more words for the kernel's command line, or NULL */
	const char *ram;     /* pool file, at least `memory` long */
	guint64 memory;	     /* bytes */
	guint64 bar;	     /* bytes, a power of two; 0: no device */
	guint64 drive;	     /* bytes of the NVMe drive, a sparse file; 0: none */
	struct node_memory node;
	int cpus;
};

/* The PCI ids of the GPU-like device. */
#define TESTBED_DEVICE_VENDOR 0x1b36
#define TESTBED_DEVICE_ID     0x0005

/* Those of the NVMe drive. */
#define TESTBED_DRIVE_VENDOR 0x1b36
#define TESTBED_DRIVE_ID     0x0010

struct testbed;

/* Powers the testbed on. NULL with err: libvirt's own words. */
struct testbed *testbed_start(const struct testbed_config *config, GError **err);

/* The agent's channel, a stream socket; the testbed's. End of file: the testbed is off. */
int testbed_channel(struct testbed *testbed);

/* CPU time that the testbed's vCPUs and emulator have used, in ns; 0 where not known. */
guint64 testbed_cpu_time(struct testbed *testbed);

/* Where its vCPUs are now: their registers, in QEMU's words. g_free it; "" where not known. */
char *testbed_registers(struct testbed *testbed);

/* The console's log so far. g_free it; "" where there is none. */
char *testbed_console(struct testbed *testbed);

/* Powers it off if it is still on, and forgets it. */
void testbed_stop(struct testbed *testbed);
typedef struct testbed Testbed;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Testbed, testbed_stop)

/* "7.2.22", from the emulator for that architecture; and libvirt's. g_free. NULL with err. */
char *testbed_qemu_version(const char *arch, GError **err);
char *testbed_libvirt_version(void);

/* Destroys the machines on other libvirts that a dead bootlab's run folder has recorded. */
void testbed_reap_recorded(const char *run_folder);

#endif
