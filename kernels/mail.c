// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/mail.h"

#include "kernels/disk.h"
#include "kernels/git.h"
#include "kernels/work.h"
#include "lab/log.h"
#include "lab/progress.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No thread has more mails, and each takes git some milliseconds. */
#define MAILS_MAX 2000

/* Headers are looked for in so much of a mail, and subjects cut to so much. */
#define HEADERS_MAX 65536
#define SUBJECT_MAX 1000

/* So long a name git format-patch gives. */
#define NAME_MAX_LEN 52

void mail_free(struct mail *mail)
{
	if (!mail)
		return;
	g_free(mail->file);
	g_free(mail->text);
	g_free(mail->id);
	g_free(mail->subject);
	g_free(mail->title);
	g_free(mail->tag);
	g_free(mail->digest);
	g_free(mail);
}

/* The number in a group of a regular expression's match, if it has one there. */
static void take_number(GMatchInfo *match, const char *name, guint *number)
{
	g_autofree char *digits = g_match_info_fetch_named(match, name);

	if (digits && *digits)
		*number = strtoul(digits, NULL, 10);
}

static int compare_words(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What words there are, in lower case and sorted: [RFC PATCH] is meant as [PATCH RFC] is. */
static char *sort_words(const char *text)
{
	g_autofree char *lower = g_utf8_strdown(text, -1);
	g_auto(GStrv) words = g_strsplit_set(lower, " \t,[]", -1);
	g_autoptr(GString) joined = g_string_new(NULL);

	qsort(words, g_strv_length(words), sizeof(*words), compare_words);
	for (char **word = words; *word; word++)
		if (**word)
			g_string_append_printf(joined, "%s%s", joined->len ? " " : "", *word);
	return g_string_free(g_steal_pointer(&joined), FALSE);
}

/* "[RFC PATCH v3 2/10]": takes the numbers out; what is left is the tag. */
static void parse_brackets(struct mail *mail, const char *brackets)
{
	g_autoptr(GRegex) regex = g_regex_new(
		"(?<![0-9a-z.])(?<number>[0-9]{1,5})\\s*/\\s*(?<total>[0-9]{1,5})(?![0-9a-z.])|"
		"(?<=patch|rfc|^|[^0-9a-z.])v(?<version>[0-9]{1,5})(?![0-9a-z])",
		G_REGEX_CASELESS, 0, NULL);
	g_autofree char *rest = g_regex_replace_literal(regex, brackets, -1, 0, " ", 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	mail->version = 1;
	for (g_regex_match(regex, brackets, 0, &match); g_match_info_matches(match);
	     g_match_info_next(match, NULL)) {
		take_number(match, "number", &mail->number);
		take_number(match, "total", &mail->total);
		take_number(match, "version", &mail->version);
	}
	mail->tag = sort_words(rest);
}

void mail_parse_subject(struct mail *mail, const char *subject)
{
	g_autofree char *cut = g_utf8_make_valid(subject, MIN(strlen(subject), SUBJECT_MAX));
	g_autoptr(GRegex) regex = g_regex_new(
		"^(?<reply>\\s*(re|aw|sv|antw|fwd?)\\s*(\\[[0-9]+\\])?\\s*:)*\\s*"
		"(?<brackets>((\\[[^]]*\\]\\s*)*\\[[^]]*(patch|rfc|[0-9]/[0-9])[^]]*\\])?)"
		"(?<title>.*)$",
		G_REGEX_CASELESS | G_REGEX_DOTALL, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	g_regex_match(regex, cut, 0, &match);
	g_autofree char *reply = g_match_info_fetch_named(match, "reply");
	g_autofree char *brackets = g_match_info_fetch_named(match, "brackets");

	mail->subject = g_strdup(cut);
	mail->title = g_strstrip(g_match_info_fetch_named(match, "title"));
	mail->reply = *reply;
	parse_brackets(mail, brackets);
}

/* A header as it stands, its folds joined; NULL: the mail has none. g_free it. */
static char *raw_header(const char *headers, const char *name)
{
	g_autofree char *pattern = g_strdup_printf("^%s:[ \t]*(.*(?:\n[ \t].*)*)", name);
	g_autoptr(GRegex) regex =
		g_regex_new(pattern, G_REGEX_CASELESS | G_REGEX_MULTILINE | G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	if (!g_regex_match(regex, headers, 0, &match))
		return NULL;
	g_autofree char *value = g_match_info_fetch(match, 1);

	return g_strstrip(g_strdelimit(g_steal_pointer(&value), "\r\n\t", ' '));
}

/* The start of a mail, up to the empty line. NULL with err. g_free it. */
static char *read_headers(const char *file, GError **err)
{
	FILE *in = fopen(file, "re");
	g_autofree char *text = g_malloc0(HEADERS_MAX + 1);

	if (!in) {
		bl_fail_errno(err, "cannot read %s", file);
		return NULL;
	}
	text[fread(text, 1, HEADERS_MAX, in)] = '\0';
	fclose(in);
	char *end = strstr(text, "\n\n");

	if (end)
		end[1] = '\0';
	return g_steal_pointer(&text);
}

static char *read_id(const char *headers)
{
	g_autofree char *value = raw_header(headers, "Message-ID");
	const char *start = value ? strchr(value, '<') : NULL;
	const char *end = start ? strchr(start, '>') : NULL;

	return end ? g_strndup(start + 1, end - start - 1) : NULL;
}

static bool is_encoded(const char *headers)
{
	g_autofree char *encoding = raw_header(headers, "Content-Transfer-Encoding");
	g_autofree char *type = raw_header(headers, "Content-Type");

	return (encoding && (!g_ascii_strncasecmp(encoding, "base64", 6) ||
			     !g_ascii_strncasecmp(encoding, "quoted", 6))) ||
	       (type && !g_ascii_strncasecmp(type, "multipart/", 10));
}

/* A value that `git mailinfo` printed; "" where it found none. g_free it. */
static char *info_value(const char *info, const char *name)
{
	g_autofree char *value = raw_header(info, name);

	return value ? g_steal_pointer(&value) : g_strdup("");
}

static bool append_file(FILE *out, const char *path, GError **err)
{
	g_autoptr(GError) why = NULL;
	g_autofree char *text = NULL;
	gsize length;

	if (!g_file_get_contents(path, &text, &length, &why))
		return bl_fail(err, BL_ERROR_SYSTEM, "%s", why->message);
	if (fwrite(text, 1, length, out) != length)
		return bl_fail_errno(err, "cannot write");
	return true;
}

/* One file of git's two: the message and the patch. */
static bool join(const char *message, const char *patch, const char *to, GError **err)
{
	FILE *out = fopen(to, "we");

	if (!out)
		return bl_fail_errno(err, "cannot write %s", to);
	bool ok = append_file(out, message, err) && append_file(out, patch, err);

	if (fclose(out) && ok)
		ok = bl_fail_errno(err, "cannot write %s%s", to, disk_hint(to));
	g_unlink(message);
	g_unlink(patch);
	return ok;
}

/*
 * Decodes a mail's body into mail->text. Returns what git says of its headers ("Author: ...");
 * NULL with err.
 */
static char *decode(const struct mail *mail, GError **err)
{
	g_autofree char *message = g_strconcat(mail->file, ".message", NULL);
	g_autofree char *patch = g_strconcat(mail->file, ".patch", NULL);
	g_autoptr(GString) info = g_string_new(NULL);
	g_autoptr(GPtrArray) argv = git_command();

	/* A line's end of CR LF that came through base64 is the mail program's, not the patch's. */
	work_words(argv, "mailinfo", "-k", "-u", "--quoted-cr=strip", message, patch, NULL);
	int status = git_run(argv, mail->file, info, err);

	if (status > 0)
		bl_fail(err, BL_ERROR_INPUT, "git cannot read it: %s", g_strstrip(info->str));
	if (status || !join(message, patch, mail->text, err))
		return NULL;
	return g_string_free(g_steal_pointer(&info), FALSE);
}

/* Fills in diff and digest from the decoded body. */
static bool look_into(struct mail *mail, GError **err)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autofree char *text = NULL;
	gsize length;

	if (!g_file_get_contents(mail->text, &text, &length, &why))
		return bl_fail(err, BL_ERROR_SYSTEM, "%s", why->message);
	g_checksum_update(sum, (const guchar *)mail->subject, -1);
	g_checksum_update(sum, (const guchar *)text, length);
	mail->digest = g_strdup(g_checksum_get_string(sum));
	g_autofree char *start = g_strconcat("\n", text, NULL);
	const char *old = strstr(start, "\n--- ");

	mail->diff = strstr(start, "\ndiff --git ") || (old && strstr(old, "\n+++ "));
	return true;
}

/* Reads what a file holds; NULL with err where git cannot. */
static struct mail *read_mail(const char *file, GError **err)
{
	g_autofree char *headers = read_headers(file, err);
	g_autoptr(Mail) mail = g_new0(struct mail, 1);

	if (!headers)
		return NULL;
	g_autofree char *subject = info_value(headers, "Subject");

	mail->file = g_strdup(file);
	mail->text = g_strconcat(file, ".text", NULL);
	mail->id = read_id(headers);
	mail->encoded = is_encoded(headers);
	mail_parse_subject(mail, subject);
	if (mail->reply)
		return g_steal_pointer(&mail);
	g_autofree char *info = decode(mail, err);

	if (!info)
		return NULL;
	g_autofree char *decoded = info_value(info, "Subject");

	g_clear_pointer(&mail->subject, g_free);
	g_clear_pointer(&mail->title, g_free);
	g_clear_pointer(&mail->tag, g_free);
	mail->number = mail->total = 0;
	mail_parse_subject(mail, decoded);
	return look_into(mail, err) ? g_steal_pointer(&mail) : NULL;
}

static bool add_mail(const char *file, guint number, const char *source, GPtrArray *mails,
		     GError **err)
{
	g_autoptr(GError) why = NULL;
	struct mail *mail = read_mail(file, &why);

	if (mail) {
		g_ptr_array_add(mails, mail);
		return true;
	}
	if (!g_error_matches(why, BL_ERROR, BL_ERROR_INPUT)) {
		g_propagate_error(err, g_steal_pointer(&why));
		return false;
	}
	log_warn("%s: mail %u is left out: %s", source, number, why->message);
	return true;
}

/* Splits into files 0001, 0002 ... in the folder: how many, or -1 with err. */
static int split(const char *mbox, const char *source, const char *folder, GError **err)
{
	g_autofree char *to = g_strconcat("-o", folder, NULL);
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GPtrArray) argv = git_command();

	/* Archives write ">From " for a line that begins with "From " (mboxrd). */
	work_words(argv, "mailsplit", "-b", "--mboxrd", "-d4", to, mbox, NULL);
	int status = git_run(argv, NULL, out, err);

	g_string_replace(out, mbox, source, 0);
	if (status > 0)
		bl_fail(err, BL_ERROR_INPUT, "%s is no mbox that git can split: %s", source,
			g_strstrip(out->str));
	if (status)
		return -1;
	guint64 count = g_ascii_strtoull(out->str, NULL, 10);

	if (count <= MAILS_MAX)
		return count;
	bl_fail(err, BL_ERROR_INPUT,
		"%s holds %" G_GUINT64_FORMAT " mails, and no more than %d are taken: give the "
		"thread alone",
		source, count, MAILS_MAX);
	return -1;
}

bool mail_split(const char *mbox, const char *source, const char *folder, GPtrArray *mails,
		GError **err)
{
	if (g_mkdir_with_parents(folder, 0755))
		return bl_fail_errno(err, "cannot make %s", folder);
	int count = split(mbox, source, folder, err);
	bool ok = count >= 0;

	if (count > 1)
		progress_begin("read mails", "mails", count);
	for (int i = 1; ok && i <= count; i++) {
		g_autofree char *name = g_strdup_printf("%04d", i);
		g_autofree char *file = g_build_filename(folder, name, NULL);

		ok = add_mail(file, i, source, mails, err);
		if (count > 1)
			progress_update(i, NULL);
	}
	if (count > 1)
		progress_end(ok ? "done" : "failed");
	return ok;
}

/* The mail's own headers but those that tell how its body was encoded. */
static char *plain_headers(const char *headers)
{
	g_autoptr(GRegex) regex =
		g_regex_new("^(?:Content-[^:\n]*|MIME-Version):.*(?:\n[ \t].*)*\n",
			    G_REGEX_CASELESS | G_REGEX_MULTILINE | G_REGEX_RAW, 0, NULL);

	return g_regex_replace_literal(regex, headers, -1, 0, "", 0, NULL);
}

/* The decoded body, below headers that say so, and below what git takes from a body's start. */
static bool write_decoded(const struct mail *mail, FILE *out, GError **err)
{
	g_autofree char *headers = read_headers(mail->file, err);
	g_autofree char *info = headers ? decode(mail, err) : NULL;

	if (!info)
		return false;
	g_autofree char *plain = plain_headers(headers);
	g_autofree char *author = info_value(info, "Author");
	g_autofree char *address = info_value(info, "Email");

	fprintf(out,
		"%sMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
		"Content-Transfer-Encoding: 8bit\n\n",
		plain);
	if (*author && *address)
		fprintf(out, "From: %s <%s>\nSubject: %s\n\n", author, address, mail->subject);
	return append_file(out, mail->text, err);
}

bool mail_write_patch(const struct mail *mail, const char *path, GError **err)
{
	FILE *out = fopen(path, "wxe");

	if (!out)
		return bl_fail_errno(err, "cannot write %s", path);
	bool ok = mail->encoded ? write_decoded(mail, out, err) : append_file(out, mail->file, err);

	if (fclose(out) && ok)
		ok = bl_fail_errno(err, "cannot write %s%s", path, disk_hint(path));
	return ok;
}

char *mail_file_name(const char *title)
{
	GString *name = g_string_new(NULL);

	for (const char *c = title; *c && name->len < NAME_MAX_LEN; c++) {
		bool kept = g_ascii_isalnum(*c) || *c == '_' || *c == '.';
		char last = name->len ? name->str[name->len - 1] : '-';

		if (kept && !(*c == '.' && (last == '.' || last == '-')))
			g_string_append_c(name, *c);
		else if (!kept && last != '-')
			g_string_append_c(name, '-');
	}
	while (name->len && strchr("-.", name->str[name->len - 1]))
		g_string_truncate(name, name->len - 1);
	if (!name->len)
		g_string_append(name, "patch");
	return g_string_free(name, FALSE);
}
