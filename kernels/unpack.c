// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/unpack.h"

#include "kernels/disk.h"
#include "lab/run.h"
#include "lab/units.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>

static bool too_large(const char *from, guint64 max_bytes, GError **err)
{
	g_autofree char *limit = size_human(max_bytes);

	return bl_fail(err, BL_ERROR_INPUT,
		       "%s holds more than %s, which no series does: is it the right file?", from,
		       limit);
}

static bool damaged(const char *from, struct archive *in, GError **err)
{
	return bl_fail(err, BL_ERROR_INPUT,
		       "%s cannot be unpacked (%s): is it whole? get it once more", from,
		       archive_error_string(in));
}

static bool copy(struct archive *in, const char *from, FILE *out, const char *to, guint64 max_bytes,
		 GError **err)
{
	char buffer[65536];
	guint64 total = 0;
	la_ssize_t n;

	while ((n = archive_read_data(in, buffer, sizeof(buffer))) > 0) {
		total += n;
		if (total > max_bytes)
			return too_large(from, max_bytes, err);
		if (fwrite(buffer, 1, n, out) != (size_t)n)
			return bl_fail_errno(err, "cannot write %s%s", to, disk_hint(to));
		if (!run_check_interrupted(err))
			return false;
	}
	return n < 0 ? damaged(from, in, err) : true;
}

static bool open_raw(struct archive *in, const char *from, GError **err)
{
	struct archive_entry *entry;

	/* Not filter_all: that runs other programs for what it cannot unpack itself. */
	archive_read_support_filter_gzip(in);
	archive_read_support_filter_xz(in);
	archive_read_support_format_raw(in);
	archive_read_support_format_empty(in);
	if (archive_read_open_filename(in, from, 65536) != ARCHIVE_OK)
		return damaged(from, in, err);
	int status = archive_read_next_header(in, &entry);

	if (status == ARCHIVE_EOF)
		return bl_fail(err, BL_ERROR_INPUT, "%s is empty: is it the right file?", from);
	return status == ARCHIVE_OK ? true : damaged(from, in, err);
}

bool unpack_file(const char *from, const char *to, guint64 max_bytes, GError **err)
{
	struct archive *in = archive_read_new();
	bool ok = open_raw(in, from, err);
	FILE *out = ok ? fopen(to, "wxe") : NULL;

	if (ok && !out)
		ok = bl_fail_errno(err, "cannot write %s", to);
	ok = ok && copy(in, from, out, to, max_bytes, err);
	if (out && fclose(out) && ok)
		ok = bl_fail_errno(err, "cannot write %s%s", to, disk_hint(to));
	archive_read_free(in);
	return ok;
}
