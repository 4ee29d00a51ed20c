// SPDX-License-Identifier: GPL-2.0-only
#include "lab/units.h"
#include "tests/unit/cmocka.h"

static guint64 parsed(const char *text)
{
	g_autoptr(GError) err = NULL;
	guint64 bytes = 0;

	if (!size_parse(text, &bytes, &err))
		fail_msg("%s", err->message);
	return bytes;
}

static void sizes_are_read_as_people_write_them(void **state)
{
	(void)state;
	assert_int_equal(parsed("0"), 0);
	assert_int_equal(parsed("4097"), 4097);
	assert_int_equal(parsed("4097B"), 4097);
	assert_int_equal(parsed("64k"), 64 << 10);
	assert_int_equal(parsed("512M"), 512 << 20);
	assert_int_equal(parsed("1.5G"), 3ULL << 29);
	assert_int_equal(parsed("16GiB"), 16ULL << 30);
	assert_int_equal(parsed("16 GB"), 16ULL << 30);
	assert_int_equal(parsed("1T"), 1ULL << 40);
}

static void what_is_no_size_is_refused(void **state)
{
	static const char *const wrong[] = {"",	   "G",	      "-1G",	    "1X",  "1GG",
					    "0.3", "1.0001K", "nan",	    "inf", " 1G",
					    "1G ", "1iB",     "9999999999P"};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) err = NULL;
		guint64 bytes;

		if (size_parse(wrong[i], &bytes, &err))
			fail_msg("'%s' was taken as %" G_GUINT64_FORMAT, wrong[i], bytes);
		assert_true(g_error_matches(err, BL_ERROR, BL_ERROR_INPUT));
	}
}

static void a_formatted_size_is_read_back(void **state)
{
	static const guint64 sizes[] = {0,    1,	  1023,	      1024,
					1536, 3ULL << 29, 1ULL << 40, (1ULL << 34) + 1};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autofree char *text = size_format(sizes[i]);

		assert_int_equal(parsed(text), sizes[i]);
	}
}

static void sizes_for_people_are_short(void **state)
{
	(void)state;
	g_autofree char *bytes = size_human(512), *gib = size_human(3ULL << 29);

	assert_string_equal(bytes, "512 B");
	assert_string_equal(gib, "1.5 GiB");
}

static void durations_are_parsed(void **state)
{
	static const struct {
		const char *text;
		gint64 seconds;
	} good[] = {{"90", 90}, {"90s", 90}, {"30m", 1800}, {"1.5h", 5400}, {"2d", 172800}};
	static const char *const bad[] = {"", "m", "-5m", "0", "0.5s", "5x", "5 m", "inf", "1e99h"};
	gint64 seconds;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		assert_true(duration_parse(good[i].text, &seconds, NULL));
		assert_int_equal(seconds, good[i].seconds);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		assert_false(duration_parse(bad[i], &seconds, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_are_parsed),
		cmocka_unit_test(sizes_are_read_as_people_write_them),
		cmocka_unit_test(what_is_no_size_is_refused),
		cmocka_unit_test(a_formatted_size_is_read_back),
		cmocka_unit_test(sizes_for_people_are_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
