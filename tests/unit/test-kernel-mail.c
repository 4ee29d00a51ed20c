// SPDX-License-Identifier: GPL-2.0-only
/* Mails: what subjects say, which series is taken out of a thread, what becomes of it. */
#include "tests/unit/test-kernel-fixture.h"

#include "kernels/archive.h"
#include "kernels/import.h"
#include "kernels/series.h"
#include "kernels/thread.h"
#include "kernels/unpack.h"
#include "lab/run.h"

#include <unistd.h>

static const struct subject {
	const char *text, *title, *tag;
	guint version, number, total;
	bool reply;
} subjects[] = {
	{"[PATCH] mm: Do it", "mm: Do it", "patch", 1, 0, 0, false},
	{"[PATCH v3 2/10] mm: Do it", "mm: Do it", "patch", 3, 2, 10, false},
	{"[RFC PATCH v2 02/10] a", "a", "patch rfc", 2, 2, 10, false},
	{"[PATCH RFC v2 02/10] a", "a", "patch rfc", 2, 2, 10, false},
	{"[PATCH mm-unstable v2 1/3] a", "a", "mm-unstable patch", 2, 1, 3, false},
	{"[PATCH 6.1 012/200] a", "a", "6.1 patch", 1, 12, 200, false},
	{"[PATCHv2 1/3] a", "a", "patch", 2, 1, 3, false},
	{"[patch 1/3 V4] a", "a", "patch", 4, 1, 3, false},
	{"[net-next] [PATCH,v2,1/3] a", "a", "net-next patch", 2, 1, 3, false},
	{"[PATCH 0/3] [media] a v9 1/2", "[media] a v9 1/2", "patch", 1, 0, 3, false},
	{"[RFC 1/2] a", "a", "rfc", 1, 1, 2, false},
	{"[tip: x86/mm] x86: a", "[tip: x86/mm] x86: a", "", 1, 0, 0, false},
	{"Re: [PATCH v3 2/10] a", "a", "patch", 3, 2, 10, true},
	{"RE: re: [PATCH] a", "a", "patch", 1, 0, 0, true},
	{"AW: a", "a", "", 1, 0, 0, true},
	{"regulator: a", "regulator: a", "", 1, 0, 0, false},
	{"[PATCH 1/2", "[PATCH 1/2", "", 1, 0, 0, false},
	{"", "", "", 1, 0, 0, false},
};

static void subjects_are_understood(void **state)
{
	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(subjects); i++) {
		const struct subject *want = &subjects[i];
		g_autoptr(Mail) mail = g_new0(struct mail, 1);

		mail_parse_subject(mail, want->text);
		assert_string_equal(mail->subject, want->text);
		assert_string_equal(mail->title, want->title);
		assert_string_equal(mail->tag, want->tag);
		assert_int_equal(mail->version, want->version);
		assert_int_equal(mail->number, want->number);
		assert_int_equal(mail->total, want->total);
		assert_int_equal(mail->reply, want->reply);
	}
}

static void odd_subjects_are_survived(void **state)
{
	static const char *const parts[] = {"[",   "]",	       "[]",   "[PATCH ", "[1/1]",
					    "re:", " ",	       "/",    "\xff",	  "1/1",
					    "v1",  "\xc3\xa4", "[[]]", "99999"};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		g_autoptr(Mail) mail = g_new0(struct mail, 1);

		while (text->len < 20000)
			g_string_append(text, parts[i]);
		mail_parse_subject(mail, text->str);
		assert_true(g_utf8_validate(mail->subject, -1, NULL));
		assert_non_null(mail->title);
		assert_non_null(mail->tag);
	}
}

static void titles_become_names_of_files(void **state)
{
	static const char *const pairs[][2] = {
		{"mm: Do it", "mm-Do-it"},     {"../../etc/passwd", "etc-passwd"},
		{"a..b. -- c", "a.b.-c"},      {"-rf /", "rf"},
		{"\xc3\xa4\xc3\xb6", "patch"}, {"", "patch"},
		{".hidden", "hidden"},	       {"a\nb\tc", "a-b-c"},
	};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autofree char *name = mail_file_name(pairs[i][0]);

		assert_string_equal(name, pairs[i][1]);
	}
	g_autofree char *long_title = g_strnfill(10000, 'x');
	g_autofree char *name = mail_file_name(long_title);

	assert_true(strlen(name) <= 64);
}

/* A mail as an archive's mbox has it. */
static void add(GString *mbox, const char *id, const char *subject, const char *body)
{
	g_string_append_printf(mbox,
			       "From mboxrd@z Thu Jan  1 00:00:00 1970\n"
			       "From: Some One <one@example.org>\n"
			       "Date: Fri, 20 Nov 2026 10:11:12 +0000\n"
			       "Subject: %s\nMessage-ID: <%s>\n\n%s\n",
			       subject, id, body);
}

#define DIFF(file)                                                                              \
	"---\n 1 file changed\n\ndiff --git a/" file " b/" file "\n--- a/" file "\n+++ b/" file \
	"\n@@ -1 +1,2 @@\n a\n+b\n"

static void add_patch(GString *mbox, const char *id, const char *subject)
{
	add(mbox, id, subject, "Why.\n\n" DIFF("x"));
}

static char *scratch(const char *name)
{
	return g_build_filename(folder, name, NULL);
}

static char *save(const char *name, const char *text, gssize length)
{
	char *path = scratch(name);

	assert_true(g_file_set_contents(path, text, length, NULL));
	return path;
}

/* What is taken of an mbox: "cover: title, title, ..."; NULL with err. */
static char *taken(const GString *mbox, const char *asked, GError **err)
{
	g_autofree char *path = save("mbox", mbox->str, mbox->len);
	g_autofree char *mails = scratch("mails");
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)mail_free);
	struct thread thread = {0};
	GString *text = NULL;

	assert_true(path_remove_tree(mails, NULL));
	assert_true(mail_split(path, "MBOX", mails, list, NULL));
	if (thread_choose(list, asked, "MBOX", &thread, err)) {
		text = g_string_new(thread.cover ? thread.cover->title : "no cover");
		for (guint i = 0; i < thread.patches->len; i++)
			g_string_append_printf(text, "%s%s", i ? ", " : ": ",
					       ((Mail *)thread.patches->pdata[i])->title);
	}
	thread_clear(&thread);
	return text ? g_string_free(text, FALSE) : NULL;
}

static void assert_taken(const GString *mbox, const char *asked, const char *want)
{
	g_autoptr(GError) err = NULL;
	g_autofree char *got = taken(mbox, asked, &err);

	if (!got)
		fail_msg("%s", err->message);
	assert_string_equal(got, want);
}

static void assert_not_taken(const GString *mbox, const char *asked, const char *why)
{
	g_autoptr(GError) err = NULL;

	assert_null(taken(mbox, asked, &err));
	assert_has(err->message, why);
}

/* Two versions with their replies, none of them in order. */
static GString *thread_text(void)
{
	GString *mbox = g_string_new(NULL);

	add(mbox, "c1", "[PATCH 0/2] Old cover", "Hello.\n");
	add(mbox, "r1", "Re: [PATCH 2/2] old two", "> --- a/x\n> +++ b/x\n" DIFF("y"));
	add_patch(mbox, "p22", "[PATCH v2 2/2] new two");
	add_patch(mbox, "p12", "[PATCH 2/2] old two");
	add(mbox, "c2", "[PATCH v2 0/2] New cover", "Hello again.\n");
	add_patch(mbox, "p11", "[PATCH 1/2] old one");
	add_patch(mbox, "p21", "[PATCH v2 1/2] new one");
	add_patch(mbox, "tip", "[tip: x86/mm] old one");
	add(mbox, "r2", "Re: [PATCH v2 1/2] new one", "Fine.\n");
	return mbox;
}

static void the_highest_complete_version_is_taken(void **state)
{
	g_autoptr(GString) mbox = thread_text();

	(void)state;
	assert_taken(mbox, NULL, "New cover: new one, new two");
	add_patch(mbox, "p31", "[PATCH v3 1/2] newest one");
	assert_taken(mbox, NULL, "New cover: new one, new two");
	add_patch(mbox, "p32", "[PATCH v3 2/2] newest two");
	assert_taken(mbox, NULL, "no cover: newest one, newest two");
}

static void the_version_of_the_mail_asked_for_is_taken(void **state)
{
	g_autoptr(GString) mbox = thread_text();
	static const char *const pairs[][2] = {
		{"c1", "Old cover: old one, old two"},	{"p12", "Old cover: old one, old two"},
		{"r1", "Old cover: old one, old two"},	{"p21", "New cover: new one, new two"},
		{"r2", "New cover: new one, new two"},	{"tip", "no cover: [tip: x86/mm] old one"},
		{"gone", "New cover: new one, new two"}};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(pairs); i++)
		assert_taken(mbox, pairs[i][0], pairs[i][1]);
}

static void missing_patches_are_named(void **state)
{
	g_autoptr(GString) mbox = g_string_new(NULL);

	(void)state;
	add_patch(mbox, "p2", "[PATCH v2 2/5] two");
	add_patch(mbox, "p5", "[PATCH v2 5/5] five");
	assert_not_taken(mbox, NULL, "patches are missing of [patch v2 n/5]: 1, 3, 4;");
	add_patch(mbox, "q1", "[PATCH] other");
	assert_taken(mbox, NULL, "no cover: other");
	assert_not_taken(mbox, "p5", "patches are missing of [patch v2 n/5]: 1, 3, 4;");
}

static void a_cover_alone_is_no_series(void **state)
{
	g_autoptr(GString) mbox = g_string_new(NULL);

	(void)state;
	add(mbox, "c", "[PATCH 0/30000] cover", "Hello.\n");
	assert_not_taken(
		mbox, NULL,
		"patches are missing of [patch v1 n/30000]: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 ...");
}

static void what_has_no_diff_is_no_patch(void **state)
{
	g_autoptr(GString) mbox = g_string_new(NULL);

	(void)state;
	add(mbox, "p1", "[PATCH 1/1] one", "I forgot it.\n");
	add_patch(mbox, "r", "Re: [PATCH 1/1] one");
	assert_not_taken(mbox, NULL, "MBOX holds no patch (mails: 2)");
}

static void patches_without_numbers_come_in_their_order(void **state)
{
	g_autoptr(GString) mbox = g_string_new(NULL);

	(void)state;
	add_patch(mbox, "b", "[PATCH] b");
	add_patch(mbox, "a", "[PATCH] a");
	add(mbox, "r", "Re: [PATCH] a", "Fine.\n");
	assert_taken(mbox, NULL, "no cover: b, a");
	assert_taken(mbox, "b", "no cover: b");
	assert_taken(mbox, "r", "no cover: a");
}

static void robots_are_not_meant(void **state)
{
	g_autoptr(GString) mbox = g_string_new(NULL);

	(void)state;
	add_patch(mbox, "tip", "[tip: x86/mm] one");
	add_patch(mbox, "p", "[PATCH] one");
	assert_taken(mbox, NULL, "no cover: one");
}

static void copies_are_dropped(void **state)
{
	g_autoptr(GString) mbox = g_string_new(NULL);

	(void)state;
	add_patch(mbox, "p1", "[PATCH 1/2] one");
	add_patch(mbox, "p2", "[PATCH 2/2] two");
	add_patch(mbox, "p1", "[PATCH 1/2] one");
	add_patch(mbox, "again", "[PATCH 2/2] two");
	assert_taken(mbox, NULL, "no cover: one, two");
}

static void two_patches_of_one_number_are_refused(void **state)
{
	g_autoptr(GString) mbox = g_string_new(NULL);

	(void)state;
	add_patch(mbox, "p1", "[PATCH 1/1] one");
	add(mbox, "q1", "[PATCH 1/1] one", DIFF("y"));
	assert_not_taken(mbox, NULL, "two different patches 1 of [patch v1 n/1], <p1> and <q1>");
}

/* An import of a text as an mbox; the folder, or NULL with err. */
static char *import_text(const char *text, gssize length, bool force, GError **err)
{
	g_autofree char *path = save("source", text, length);
	const struct import_order order = {.name = "mine", .source = path, .force = force};
	g_auto(GStrv) titles = NULL;

	return import_series(&order, &titles, err);
}

static char *read_file(const char *dir, const char *name)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);
	char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		fail_msg("there is no %s", path);
	return text;
}

static char *import_good(const char *text)
{
	g_autoptr(GError) err = NULL;
	char *dir = import_text(text, -1, true, &err);

	if (!dir)
		fail_msg("%s", err->message);
	return dir;
}

static void a_series_becomes_a_folder(void **state)
{
	g_autoptr(GString) mbox = thread_text();
	g_autofree char *dir = import_good(mbox->str);
	g_autofree char *first = read_file(dir, "0001-new-one.patch");
	g_autofree char *cover = read_file(dir, "cover.txt");
	g_autoptr(Series) series = series_load("mine", NULL);
	g_auto(GStrv) patches = series_patches(series, "host", NULL);
	g_autoptr(GString) want = g_string_new(NULL);

	(void)state;
	add_patch(want, "p21", "[PATCH v2 1/2] new one");
	assert_string_equal(first, want->str);
	assert_string_equal(cover, "New cover\n\nHello again.\n\n");
	assert_string_equal(series->summary, "New cover");
	assert_null(series->scenario);
	assert_int_equal(series->n_bases, 1);
	assert_string_equal(series->bases[0].base, "host");
	assert_has(series->origin, "/source, imported 20");
	assert_int_equal(g_strv_length(patches), 2);
	assert_true(g_str_has_suffix(patches[1], "/mine/0002-new-two.patch"));
}

static const char mime[] = "From: =?utf-8?q?J=C3=B6rg?= <j@example.org>\n"
			   "Subject: =?utf-8?q?=5BPATCH=5D_=C3=A4_b?=\n"
			   "Message-ID: <m@x>\n"
			   "MIME-Version: 1.0\n";

/* git finds in the patch what it would find in the mail: its subject, author and diff. */
static void assert_patch(const char *dir, const char *author, const char *subject)
{
	g_autofree char *patch = g_build_filename(dir, "0001-b.patch", NULL);
	g_autofree char *script = g_strdup_printf(
		"cd '%s' && git init -q t && cd t && printf 'a\\n' >x && git apply '%s' && cat x && "
		"git mailinfo /dev/null /dev/null <'%s' && cd .. && rm -rf t",
		dir, patch, patch);
	const char *const argv[] = {"sh", "-c", script, NULL};
	g_autofree char *out = run_capture(argv, NULL);

	assert_non_null(out);
	assert_has(out, "a\n\xc3\xbc\nAuthor: ");
	assert_has(out, author);
	assert_has(out, subject);
}

#define UMLAUT_DIFF "Why.\n---\n\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n a\n+"

static char *to_base64(const char *text)
{
	return g_base64_encode((const guchar *)text, strlen(text));
}

static void encoded_mails_become_patches_that_apply(void **state)
{
	g_autofree char *base64 = to_base64(UMLAUT_DIFF "\xc3\xbc\n");
	g_autofree char *crlf = to_base64("a\r\n---\r\n--- a/x\r\n+++ b/x\r\n@@ -1 +1,2 @@\r\n"
					  " a\r\n+\xc3\xbc\r\n");
	const struct {
		const char *headers, *body, *end;
	} mails[] = {
		{"Content-Type: text/plain; charset=utf-8\n", UMLAUT_DIFF, "\xc3\xbc\n"},
		{"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n",
		 base64, "\n"},
		{"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: BASE64\n",
		 crlf, "\n"},
		{"Content-Type: text/plain;\n charset=iso-8859-1\n"
		 "Content-Transfer-Encoding:\n quoted-printable\n",
		 "f=FC=\nr\n" UMLAUT_DIFF, "=C3=BC\n"},
		{"Content-Type: multipart/mixed; boundary=B\n",
		 "--B\nContent-Type: text/plain; charset=utf-8\n\n" UMLAUT_DIFF,
		 "\xc3\xbc\n--B--\n"},
	};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(mails); i++) {
		g_autofree char *text = g_strconcat(mime, mails[i].headers, "\n", mails[i].body,
						    mails[i].end, NULL);
		g_autofree char *dir = import_good(text);

		g_autofree char *patch = read_file(dir, "0001-b.patch");

		assert_true(g_utf8_validate(patch, -1, NULL));
		assert_patch(dir, "Author: J\xc3\xb6rg\nEmail: j@example.org",
			     "Subject: \xc3\xa4 b");
	}
}

static void the_author_that_a_body_names_stays(void **state)
{
	g_autofree char *body =
		to_base64("From: Two <two@example.org>\n\n" UMLAUT_DIFF "\xc3\xbc\n");
	g_autofree char *text =
		g_strconcat(mime, "Content-Type: text/plain; charset=utf-8\n",
			    "Content-Transfer-Encoding: base64\n\n", body, "\n", NULL);
	g_autofree char *dir = import_good(text);

	(void)state;
	assert_patch(dir, "Author: Two\nEmail: two@example.org", "Subject: \xc3\xa4 b");
}

static void quoted_from_lines_are_restored(void **state)
{
	g_autoptr(GString) mbox = g_string_new(NULL);

	(void)state;
	add(mbox, "p", "[PATCH] one", ">From here on all is well.\n" DIFF("x"));
	g_autofree char *dir = import_good(mbox->str);
	g_autofree char *patch = read_file(dir, "0001-one.patch");

	assert_has(patch, "\nFrom here on all is well.\n");
}

static void a_mail_that_git_cannot_read_is_left_out(void **state)
{
	g_autoptr(GString) mbox = g_string_new(NULL);

	(void)state;
	add_patch(mbox, "p", "[PATCH] one");
	g_string_append(mbox, "From mboxrd@z Thu Jan  1 00:00:00 1970\nSubject: [PATCH] two\n"
			      "Content-Type: text/plain; charset=none-such\n\n\xe4\n" DIFF("x"));
	assert_taken(mbox, NULL, "no cover: one");
}

static void a_name_that_is_taken_needs_force(void **state)
{
	g_autoptr(GString) mbox = thread_text(), other = g_string_new(NULL);
	g_autoptr(GError) err = NULL;
	g_autofree char *dir = import_good(mbox->str);

	(void)state;
	add_patch(other, "p", "[PATCH] other");
	assert_null(import_text(other->str, -1, false, &err));
	assert_has(err->message, "is there already: choose another name, or --force");
	g_free(read_file(dir, "0002-new-two.patch"));
	g_free(import_good(other->str));
	g_autoptr(Series) series = series_load("mine", NULL);
	g_auto(GStrv) patches = series_patches(series, "host", NULL);

	assert_int_equal(g_strv_length(patches), 1);
	assert_true(g_str_has_suffix(patches[0], "/0001-other.patch"));
}

/* Nothing is beside the series, and it is as it was. */
static void assert_untouched(const char *dir)
{
	g_autofree char *series = g_path_get_dirname(dir);
	g_autoptr(GDir) entries = g_dir_open(series, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(entries)))
		assert_string_equal(name, "mine");
	g_free(read_file(dir, "0001-new-one.patch"));
	g_free(read_file(dir, "series.yaml"));
}

static void what_a_killed_import_left_is_removed(void **state)
{
	g_autoptr(GString) mbox = thread_text();
	g_autofree char *left =
		g_build_filename(path_user(), "series", ".mine.import", "new", "junk", NULL);

	(void)state;
	assert_int_equal(g_mkdir_with_parents(left, 0755), 0);
	g_autofree char *dir = import_good(mbox->str);

	assert_untouched(dir);
}

static char *repeat(const char *text, guint times, gsize *length)
{
	GString *all = g_string_new(NULL);

	for (guint i = 0; i < times; i++)
		g_string_append(all, text);
	*length = all->len;
	return g_string_free(all, FALSE);
}

static void malformed_sources_are_named_and_change_nothing(void **state)
{
	static const char garbage[] = "\x01\xff\0\xfe From \n\n\0\x80garbage";
	static const char one[] =
		"From mboxrd@z Thu Jan  1 00:00:00 1970\nSubject: a\n\nHello.\n\n";
	g_autoptr(GString) mbox = thread_text();
	g_autofree char *dir = import_good(mbox->str);
	gsize many_len, line_len;
	g_autofree char *many = repeat(one, 10000, &many_len);
	g_autofree char *line = repeat("0123456789", 2000000, &line_len);
	const struct {
		const char *text;
		gssize length;
		const char *why;
	} wrong[] = {
		{"", 0, "is empty: is it the right file?"},
		{garbage, sizeof(garbage), "holds no patch"},
		{one, -1, "holds no patch (mails: 1)"},
		{"\n\n\n", -1, "is no mbox that git can split: error: empty mbox"},
		{many, many_len, "holds 10000 mails, and no more than 2000 are taken"},
		{line, line_len, "holds no patch"},
		{"\n <!DOCTYPE html>\n<html>", -1, "is a web page and no mbox"},
		{"\x1f\x8b\x08\0\0\0\0\0\0\x03\xcb\x48", 12, "cannot be unpacked"},
		{"\xfd"
		 "7zXZ\0\0\x04",
		 8, "cannot be unpacked"},
	};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) err = NULL;

		assert_null(import_text(wrong[i].text, wrong[i].length, true, &err));
		assert_has(err->message, wrong[i].why);
		assert_has(err->message, "/source");
		assert_untouched(dir);
	}
}

/* Packs a text. g_free it. */
static char *pack(const char *program, const char *text, gsize length, gsize *packed)
{
	g_autofree char *plain = save("plain", text, length);
	g_autofree char *path = scratch("packed");
	const char *const argv[] = {program, "--stdout", plain, NULL};
	const struct run_opts opts = {.log = path, .stdout_only = true};
	char *data = NULL;

	g_unlink(path);
	assert_int_equal(run(argv, &opts, NULL), 0);
	assert_true(g_file_get_contents(path, &data, packed, NULL));
	return data;
}

static void packed_mboxes_are_unpacked_and_cut_ones_refused(void **state)
{
	static const char *const programs[] = {"gzip", "xz"};
	g_autoptr(GString) mbox = thread_text(), body = g_string_new(NULL);

	(void)state;
	/* So long that it is not unpacked at once. */
	for (guint i = 0; i < 40000; i++)
		g_string_append_printf(body, "%u\n", i * 2654435761u);
	add(mbox, "long", "Re: numbers", body->str);
	for (guint i = 0; i < G_N_ELEMENTS(programs); i++) {
		gsize length;
		g_autofree char *data = pack(programs[i], mbox->str, mbox->len, &length);
		g_autofree char *dir = import_text(data, length, true, NULL);

		assert_non_null(dir);
		for (gsize cut = length - 1; cut > 64; cut /= 4) {
			g_autoptr(GError) err = NULL;

			assert_null(import_text(data, cut, true, &err));
			assert_has(err->message, "cannot be unpacked");
		}
		assert_untouched(dir);
	}
}

static void what_grows_too_large_when_unpacked_is_refused(void **state)
{
	g_autofree char *zeros = g_malloc0(10 << 20);
	gsize length;
	g_autofree char *data = pack("gzip", zeros, 10 << 20, &length);
	g_autofree char *bomb = save("bomb", data, length);
	g_autofree char *to = scratch("unpacked");
	g_autoptr(GError) err = NULL;

	(void)state;
	assert_false(unpack_file(bomb, to, (10 << 20) - 1, &err));
	assert_has(err->message, "/bomb holds more than 10");
	g_unlink(to);
	assert_true(unpack_file(bomb, to, 10 << 20, NULL));
	g_unlink(to);
}

static void put_patch(const char *name, const char *id, const char *subject)
{
	g_autoptr(GString) text = g_string_new(NULL);

	add_patch(text, id, subject);
	put(name, text->str);
}

static char *import_folder(const char *name, char ***titles, GError **err)
{
	g_autofree char *source = data_path("patches");
	const struct import_order order = {.name = name, .source = source, .force = true};

	return import_series(&order, titles, err);
}

static void a_folder_is_taken_in_the_order_of_its_names(void **state)
{
	g_auto(GStrv) titles = NULL;

	(void)state;
	put_patch("patches/b.patch", "1", "[PATCH 1/2] one");
	put_patch("patches/a.patch", "2", "[PATCH 7/2] two");
	put_patch("patches/c.patch", "2", "[PATCH 7/2] two");
	put("patches/d.patch", "--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n a\n+b\n");
	put("patches/cover.txt", "My cover\n");
	put("patches/notes.txt", "Not a patch\n");
	g_autofree char *dir = import_folder("mine", &titles, NULL);

	assert_non_null(dir);
	assert_int_equal(g_strv_length(titles), 3);
	assert_string_equal(titles[0], "two");
	assert_string_equal(titles[1], "one");
	assert_string_equal(titles[2], "");
	g_free(read_file(dir, "0003-patch.patch"));
	g_autofree char *cover = read_file(dir, "cover.txt");

	assert_string_equal(cover, "My cover\n");
}

static void a_folder_with_what_is_no_patch_is_refused(void **state)
{
	g_autoptr(GError) err = NULL, none = NULL;
	g_auto(GStrv) titles = NULL;
	g_autofree char *patches = data_path("patches");

	(void)state;
	put_patch("patches/a.patch", "1", "[PATCH 1/2] one");
	put("patches/b.patch", "Subject: b\n\nHello.\n");
	assert_null(import_folder("mine", &titles, &err));
	assert_has(err->message, "/b.patch is no patch as git format-patch writes it");
	assert_true(path_remove_tree(patches, NULL));
	assert_int_equal(g_mkdir(patches, 0755), 0);
	assert_null(import_folder("mine", &titles, &none));
	assert_has(none->message, "holds 0 files *.patch");
}

static void names_stay_inside_the_users_folder(void **state)
{
	static const char *const wrong[][2] = {
		{"../mine", "cannot be a series' name"},
		{"", "cannot be a series' name"},
		{".mine", "cannot be a series' name"},
		{"a+b", "cannot be a series' name"},
		{"a:b", "cannot be a series' name"},
		{"a b", "cannot be a series' name"},
		{"two", "bootlab has a series 'two' of its own"},
	};

	(void)state;
	put_patch("patches/a.patch", "1", "[PATCH] one");
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) err = NULL;
		g_auto(GStrv) titles = NULL;

		assert_null(import_folder(wrong[i][0], &titles, &err));
		assert_has(err->message, wrong[i][1]);
		assert_false(g_file_test(path_user(), G_FILE_TEST_EXISTS));
	}
}

static void addresses_in_an_archive_are_found(void **state)
{
	static const struct {
		const char *url, *want, *id;
	} pages[] = {
		{"https://h/all/a%2Bb@c/", "https://h/all/a%2Bb@c/t.mbox.gz", "a+b@c"},
		{"https://h/all/a@c", "https://h/all/a@c/t.mbox.gz", "a@c"},
		{"https://h/all/a@c/T/#u", "https://h/all/a@c/t.mbox.gz", "a@c"},
		{"https://h/a@c/t.mbox.gz", "https://h/a@c/t.mbox.gz", "a@c"},
		{"https://h/all/a@c/raw", "https://h/all/a@c/raw", NULL},
		{"https://h/a@c.patch", "https://h/a@c.patch", NULL},
		{"https://u@h/x.mbox", "https://u@h/x.mbox", NULL},
	};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(pages); i++) {
		g_autofree char *id = NULL, *url = archive_from_page(pages[i].url, &id);

		assert_string_equal(url, pages[i].want);
		assert_int_equal(g_strcmp0(id, pages[i].id), 0);
	}
}

static void message_ids_are_looked_up_where_the_user_says(void **state)
{
	g_autofree char *id = NULL, *other = NULL;

	(void)state;
	assert_true(archive_is_message_id("<a/b?c@d.org>"));
	assert_true(archive_is_message_id("a@b"));
	assert_false(archive_is_message_id("a b@c"));
	assert_false(archive_is_message_id("/a@b"));
	assert_false(archive_is_message_id("a@b@c"));
	g_setenv("BOOTLAB_ARCHIVE", "http://h/list/", TRUE);
	g_autofree char *url = archive_thread("<a/b?c@d.org>", &id, NULL);

	assert_string_equal(url, "http://h/list/a%2Fb%3Fc@d.org/t.mbox.gz");
	assert_string_equal(id, "a/b?c@d.org");
	g_unsetenv("BOOTLAB_ARCHIVE");
	g_autofree char *usual = archive_thread("a@b", &other, NULL);

	assert_string_equal(usual, "https://lore.kernel.org/all/a@b/t.mbox.gz");
	g_autofree char *file =
		g_build_filename(g_get_user_config_dir(), "bootlab", "settings.yaml", NULL);
	g_autofree char *dir = g_path_get_dirname(file);

	assert_int_equal(g_mkdir_with_parents(dir, 0755), 0);
	assert_true(g_file_set_contents(file, "archive: https://own/x\n", -1, NULL));
	g_free(other);
	g_autofree char *own = archive_thread("a@b", &other, NULL);

	assert_string_equal(own, "https://own/x/a@b/t.mbox.gz");
}

/* Beside the base that is for no testbed, one that is. */
static int fill_all(void **state)
{
	fill(state);
	put("configs/x-testbed.config", "CONFIG_SMP=y\n");
	put("bases/host.yaml", "name: host\nsummary: A host\nsource: {debian: linux}\n"
			       "arch: x86_64\nconfigs: [x-testbed]\n");
	return 0;
}

static int make_home(void **state)
{
	int failed = make_folder(state);
	g_autofree char *config = g_build_filename(folder, "config", NULL);

	g_setenv("XDG_CONFIG_HOME", config, TRUE);
	return failed;
}

#define TEST(fn) cmocka_unit_test_setup(fn, fill_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(subjects_are_understood),
		TEST(odd_subjects_are_survived),
		TEST(titles_become_names_of_files),
		TEST(the_highest_complete_version_is_taken),
		TEST(the_version_of_the_mail_asked_for_is_taken),
		TEST(missing_patches_are_named),
		TEST(a_cover_alone_is_no_series),
		TEST(what_has_no_diff_is_no_patch),
		TEST(patches_without_numbers_come_in_their_order),
		TEST(robots_are_not_meant),
		TEST(copies_are_dropped),
		TEST(two_patches_of_one_number_are_refused),
		TEST(a_series_becomes_a_folder),
		TEST(encoded_mails_become_patches_that_apply),
		TEST(the_author_that_a_body_names_stays),
		TEST(quoted_from_lines_are_restored),
		TEST(a_mail_that_git_cannot_read_is_left_out),
		TEST(a_name_that_is_taken_needs_force),
		TEST(what_a_killed_import_left_is_removed),
		TEST(malformed_sources_are_named_and_change_nothing),
		TEST(packed_mboxes_are_unpacked_and_cut_ones_refused),
		TEST(what_grows_too_large_when_unpacked_is_refused),
		TEST(a_folder_is_taken_in_the_order_of_its_names),
		TEST(a_folder_with_what_is_no_patch_is_refused),
		TEST(names_stay_inside_the_users_folder),
		TEST(addresses_in_an_archive_are_found),
		TEST(message_ids_are_looked_up_where_the_user_says),
	};

	return cmocka_run_group_tests(tests, make_home, remove_folder);
}
