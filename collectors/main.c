// SPDX-License-Identifier: GPL-2.0-only
/*
 * bootlab's agent: one static program, and the only file of the initramfs that testbeds and
 * guests boot with. As PID 1 it is what the kernel's command line says; as an ordinary
 * process it is the workload that its first argument names.
 */
#include "collectors/fail.h"
#include "collectors/guest.h"
#include "collectors/mounts.h"
#include "collectors/sys.h"
#include "collectors/testbed.h"
#include "lab/protocol.h"
#include "scenarios/applet.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void __attribute__((noreturn)) init(void)
{
	int rc = mounts_base();
	char *cmdline = sys_read("/proc/cmdline");

	if (rc || !cmdline) {
		printf("%s%s\n", PROTOCOL_CONSOLE_FATAL,
		       fail_reason() ? fail_reason() : "no /proc");
		fflush(stdout);
		power_off();
	}
	if (strstr(cmdline, PROTOCOL_ROLE_GUEST))
		guest_main(cmdline);
	testbed_main();
}

int main(int argc, char **argv)
{
	if (getpid() == 1)
		init();
	return applet_main(argc, argv);
}
