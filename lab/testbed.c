// SPDX-License-Identifier: GPL-2.0-only
#include "lab/testbed.h"

#include "lab/log.h"
#include "lab/paths.h"
#include "lab/run.h"
#include "lab/rundir.h"
#include "lab/vm.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <libvirt/libvirt-qemu.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* In a run folder: the URI and the name of a machine on a libvirt other than our own. */
#define RECORD_FILE "remote-domain"

struct testbed {
	virDomainPtr domain;
	char *dir; /* its folder within the run folder */
	char *console;
	char *socket;
	char *drive;
	int listener; /* at the socket, until QEMU has come */
	int channel;
};

static virConnectPtr connection; /* one, kept: opening it costs most of a second */

/*
 * The embedded driver as it works for root with neither systemd nor a daemon: no cgroups, no
 * security driver, and files left to whoever owns them.
 */
static const char qemu_conf[] = "stdio_handler = \"file\"\n"
				"security_driver = \"none\"\n"
				"user = \"+%u\"\n"
				"group = \"+%u\"\n"
				"remember_owner = 0\n"
				"dynamic_ownership = 0\n"
				"namespaces = []\n"
				"cgroup_controllers = []\n";

static bool libvirt_fail(GError **err, const char *what)
{
	const char *why = virGetLastErrorMessage();

	return bl_fail(err, BL_ERROR_SYSTEM, "%s: %s", what, why);
}

static void ignore_libvirt_error(void *data, virErrorPtr error)
{
	/* Errors are reported by who made the call; libvirt would print each a second time. */
	(void)data, (void)error;
}

static void *event_loop(void *data)
{
	(void)data;
	while (!virEventRunDefaultImpl())
		;
	return NULL;
}

/* The embedded driver's root: its configuration, and a capability cache that outlives it. */
static bool prepare_root(const char *root, GError **err)
{
	g_autofree char *etc = g_build_filename(root, "etc", NULL);
	g_autofree char *conf = g_build_filename(etc, "qemu.conf", NULL);
	g_autofree char *link = g_build_filename(root, "cache", NULL);
	g_autofree char *cache = path_cache_dir("libvirt", err);
	g_autofree char *text = g_strdup_printf(qemu_conf, getuid(), getgid());

	if (!cache)
		return false;
	if (g_mkdir_with_parents(etc, 0700) || symlink(cache, link))
		return bl_fail_errno(err, "cannot prepare %s", root);
	return g_file_set_contents(conf, text, -1, err);
}

static bool connect_libvirt(const char *uri, const char *run_folder, GError **err)
{
	g_autofree char *root = g_build_filename(run_folder, "vm", NULL);
	g_autofree char *embedded = g_strdup_printf("qemu:///embed?root=%s", root);
	g_autofree char *log = g_strdup_printf("3:file:%s/libvirt.log", run_folder);

	if (connection)
		return true;
	if (!uri && !prepare_root(root, err))
		return false;
	g_setenv("LIBVIRT_LOG_OUTPUTS", log, TRUE);
	virSetErrorFunc(NULL, ignore_libvirt_error);
	if (virInitialize() || virEventRegisterDefaultImpl())
		return libvirt_fail(err, "cannot start libvirt");
	g_thread_unref(g_thread_new("libvirt-events", event_loop, NULL));
	connection = virConnectOpen(uri ? uri : embedded);
	if (!connection && !uri)
		return libvirt_fail(err, "libvirt's embedded QEMU driver does not open (apt-get "
					 "install libvirt-daemon-system)");
	if (!connection)
		return libvirt_fail(err, uri);
	return true;
}

/*
 * Where a libvirt daemon has the machine, our death does not show in a pid file: note it, before
 * the daemon hears of it. The name is the run folder's, which no other machine has had.
 */
static bool record_remote(const char *uri, const char *run_folder, const char *name, GError **err)
{
	g_autofree char *path = g_build_filename(run_folder, RECORD_FILE, NULL);

	if (!uri)
		return true;
	g_autofree char *text = g_strdup_printf("%s\n%s\n", uri, name);

	return g_file_set_contents(path, text, -1, err);
}

void testbed_reap_recorded(const char *run_folder)
{
	g_autofree char *path = g_build_filename(run_folder, RECORD_FILE, NULL);
	g_autofree char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return;
	g_auto(GStrv) lines = g_strsplit(text, "\n", 3);
	virConnectPtr remote = g_strv_length(lines) >= 2 ? virConnectOpen(lines[0]) : NULL;
	virDomainPtr domain = remote ? virDomainLookupByName(remote, lines[1]) : NULL;

	if (domain) {
		virDomainDestroy(domain);
		virDomainFree(domain);
	}
	if (remote)
		virConnectClose(remote);
}

static bool listen_for_channel(struct testbed *testbed, GError **err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (g_strlcpy(address.sun_path, testbed->socket, sizeof(address.sun_path)) >=
	    sizeof(address.sun_path))
		return bl_fail(err, BL_ERROR_SYSTEM, "%s is too long for a socket: set TMPDIR",
			       testbed->socket);
	testbed->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (testbed->listener < 0 ||
	    bind(testbed->listener, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(testbed->listener, 1))
		return bl_fail_errno(err, "cannot make the agent's channel %s", testbed->socket);
	return true;
}

/* QEMU comes before the testbed's first instruction, so that no testbed sees it come. */
static bool accept_channel(struct testbed *testbed, GError **err)
{
	testbed->channel = accept4(testbed->listener, NULL, NULL, SOCK_CLOEXEC);
	if (testbed->channel < 0)
		return bl_fail_errno(err, "QEMU did not come to the agent's channel %s",
				     testbed->socket);
	return true;
}

/* A folder of its own in the run folder for what QEMU makes. */
static bool make_folder(struct testbed *testbed, const char *run_folder, GError **err)
{
	testbed->dir = g_build_filename(run_folder, "tb-XXXXXX", NULL);
	if (!g_mkdtemp(testbed->dir))
		return bl_fail_errno(err, "cannot make %s", testbed->dir);
	testbed->console = g_build_filename(testbed->dir, "console.log", NULL);
	testbed->socket = g_build_filename(testbed->dir, "agent.sock", NULL);
	testbed->drive = g_build_filename(testbed->dir, "drive.img", NULL);
	return true;
}

/* The drive's file is as empty as a new drive, and goes with the folder. */
static bool make_drive(struct testbed *testbed, guint64 bytes, GError **err)
{
	int fd, rc;

	if (!bytes)
		return true;
	fd = open(testbed->drive, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	rc = fd < 0 ? -1 : ftruncate(fd, bytes);
	if (rc)
		bl_fail_errno(err, "cannot make %s", testbed->drive);
	if (fd >= 0)
		close(fd);
	return !rc;
}

struct testbed *testbed_start(const struct testbed_config *config, GError **err)
{
	const char *run_folder = rundir_open(err);
	g_autoptr(Testbed) testbed = g_new0(struct testbed, 1);

	testbed->listener = -1;
	testbed->channel = -1;
	if (!run_folder || !connect_libvirt(config->connect, run_folder, err) ||
	    !make_folder(testbed, run_folder, err) || !make_drive(testbed, config->drive, err) ||
	    !listen_for_channel(testbed, err))
		return NULL;
	const struct vm_files files = {testbed->console, testbed->socket, testbed->drive};
	g_autofree char *folder = g_path_get_basename(run_folder);
	g_autofree char *name = g_strdup_printf("bootlab-%s", folder);
	g_autofree char *xml = vm_domain_xml(config, name, &files);

	if (!record_remote(config->connect, run_folder, name, err))
		return NULL;
	testbed->domain = virDomainCreateXML(connection, xml, 0);
	if (!testbed->domain) {
		libvirt_fail(err,
			     config->connect
				     ? "libvirt cannot start the testbed (its QEMU must run as "
				       "this user: user and group in libvirt's qemu.conf)"
				     : "libvirt cannot start the testbed");
		return NULL;
	}
	if (!accept_channel(testbed, err))
		return NULL;
	return g_steal_pointer(&testbed);
}

int testbed_channel(struct testbed *testbed)
{
	return testbed->channel;
}

guint64 testbed_cpu_time(struct testbed *testbed)
{
	virDomainInfo info;

	return virDomainGetInfo(testbed->domain, &info) ? 0 : info.cpuTime;
}

char *testbed_registers(struct testbed *testbed)
{
	char *text = NULL;

	if (virDomainQemuMonitorCommand(testbed->domain, "info registers -a", &text,
					VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP))
		return g_strdup("");
	g_autofree char *utf8 = g_utf8_make_valid(text, -1);
	g_auto(GStrv) parts = g_strsplit(utf8, "\r", -1);

	free(text);
	return g_strjoinv("", parts);
}

char *testbed_console(struct testbed *testbed)
{
	g_autofree char *text = NULL;
	gsize len = 0;

	if (!g_file_get_contents(testbed->console, &text, &len, NULL))
		return g_strdup("");
	g_autofree char *utf8 = g_utf8_make_valid(text, len);
	g_auto(GStrv) parts = g_strsplit(utf8, "\r", -1); /* a serial line ends in \r\n */

	return g_strjoinv("", parts);
}

void testbed_stop(struct testbed *testbed)
{
	if (!testbed)
		return;
	if (testbed->listener >= 0)
		close(testbed->listener);
	if (testbed->channel >= 0)
		close(testbed->channel);
	if (testbed->domain) {
		virDomainDestroy(testbed->domain); /* an error means that it is off already */
		virDomainFree(testbed->domain);
	}
	if (testbed->dir)
		path_remove_tree(testbed->dir, NULL);
	g_free(testbed->dir);
	g_free(testbed->console);
	g_free(testbed->socket);
	g_free(testbed->drive);
	g_free(testbed);
}

static char *version_text(unsigned long version)
{
	return g_strdup_printf("%lu.%lu.%lu", version / 1000000, version / 1000 % 1000,
			       version % 1000);
}

char *testbed_libvirt_version(void)
{
	unsigned long version = 0;

	virGetVersion(&version, NULL, NULL);
	return version_text(version);
}

char *testbed_qemu_version(const char *arch, GError **err)
{
	static GHashTable
		*versions; /* by emulator, asked once: every sample's fingerprint has it */
	const char *const argv[] = {vm_emulator(arch), "--version", NULL};

	if (!vm_check_emulator(arch, err))
		return NULL;
	if (!versions)
		versions = g_hash_table_new(g_str_hash, g_str_equal);
	char *version = g_hash_table_lookup(versions, argv[0]);

	if (!version) {
		g_autofree char *text = run_capture(argv, err);

		if (!text)
			return NULL;
		/* "QEMU emulator version 7.2.22 (Debian ...)" */
		g_auto(GStrv) words = g_strsplit(text, " ", 5);

		version = g_strdup(g_strv_length(words) > 3 ? words[3] : text);
		g_hash_table_insert(versions, (char *)argv[0], version);
	}
	return g_strdup(version);
}
