// SPDX-License-Identifier: GPL-2.0-only
#include "lab/initramfs.h"

#include "lab/paths.h"
#include "lab/protocol.h"

#include <archive.h>
#include <archive_entry.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static bool add_file(struct archive *out, const char *name, const char *content, gsize len)
{
	struct archive_entry *entry = archive_entry_new();

	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0755);
	archive_entry_set_size(entry, len);
	bool ok = archive_write_header(out, entry) == ARCHIVE_OK &&
		  archive_write_data(out, content, len) == (la_ssize_t)len;

	archive_entry_free(entry);
	return ok;
}

/* cell: NULL for none. */
static bool write_cpio(const char *path, const char *content, gsize len, const char *cell,
		       GError **err)
{
	struct archive *out = archive_write_new();
	bool ok = archive_write_set_format_cpio_newc(out) == ARCHIVE_OK &&
		  archive_write_open_filename(out, path) == ARCHIVE_OK &&
		  add_file(out, "init", content, len) &&
		  (!cell || add_file(out, &PROTOCOL_CELL_FILE[1], cell, strlen(cell))) &&
		  archive_write_close(out) == ARCHIVE_OK;

	if (!ok)
		bl_fail(err, BL_ERROR_SYSTEM, "cannot write %s: %s", path,
			archive_error_string(out));
	archive_write_free(out);
	return ok;
}

char *initramfs_build(const char *agent, GError **err)
{
	g_autofree char *content = NULL;
	g_autofree char *dir = path_cache_dir("initramfs", err);
	gsize len;

	if (!dir || !g_file_get_contents(agent, &content, &len, err))
		return NULL;
	g_autofree char *hash =
		g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)content, len);
	g_autofree char *path = g_strdup_printf("%s/%s.cpio", dir, hash);
	g_autofree char *partial = g_strdup_printf("%s.%d", path, getpid());

	if (g_file_test(path, G_FILE_TEST_EXISTS))
		return g_steal_pointer(&path);
	if (!write_cpio(partial, content, len, NULL, err)) {
		unlink(partial);
		return NULL;
	}
	if (rename(partial, path)) {
		bl_fail_errno(err, "cannot write %s", path);
		return NULL;
	}
	return g_steal_pointer(&path);
}

bool initramfs_write(const char *path, const char *agent, const char *cell, GError **err)
{
	g_autofree char *content = NULL;
	gsize len;

	return g_file_get_contents(agent, &content, &len, err) &&
	       write_cpio(path, content, len, cell, err);
}
