// SPDX-License-Identifier: GPL-2.0-only
/* Flame graphs: folded stacks in, a picture out. */
#include "reports/flame.h"
#include "tests/unit/cmocka.h"

#include <string.h>

static char *picture(const char *folded)
{
	g_autoptr(Flame) flame = flame_new();

	assert_true(flame_add(flame, folded, NULL));
	return flame_svg(flame, "a <title>", "samples", 28);
}

static void equal_frames_are_one_as_wide_as_both(void **state)
{
	g_autofree char *svg = picture("a;b 1\na;b 2\na;c 1\n");

	(void)state;
	assert_non_null(strstr(svg, "<title>b: 3 samples, 75.0 %</title>"
				    "<rect x=\"10.0\" y=\"52\" width=\"885.0\""));
	assert_non_null(strstr(svg, "<title>c: 1 samples, 25.0 %</title>"
				    "<rect x=\"895.0\" y=\"52\" width=\"295.0\""));
	assert_non_null(strstr(svg, "<title>a: 4 samples, 100.0 %</title>"
				    "<rect x=\"10.0\" y=\"69\" width=\"1180.0\""));
	assert_non_null(strstr(svg, "<title>all: 4 samples, 100.0 %</title>"
				    "<rect x=\"10.0\" y=\"86\""));
}

static void the_order_of_stacks_does_not_matter(void **state)
{
	g_autofree char *one = picture("a;b 1\na;c 1\nd 5\n");
	g_autofree char *other = picture("d 5\na;c 1\na;b 1\n");

	(void)state;
	assert_string_equal(one, other);
}

static void names_are_text_not_markup(void **state)
{
	g_autofree char *svg = picture("<a&b>;\"c\" 1\n");

	(void)state;
	assert_non_null(strstr(svg, ">a &lt;title&gt;<"));
	assert_non_null(strstr(svg, "<title>&lt;a&amp;b&gt;: 1 "));
	assert_null(strstr(svg, "<a&"));
}

static void what_is_too_narrow_is_left_out(void **state)
{
	g_autofree char *svg = picture("a;wide 100000\na;narrow;deep;deeper 1\n");

	(void)state;
	assert_null(strstr(svg, "narrow"));
	/* Nor does it make the picture higher. */
	assert_non_null(strstr(svg, "<title>all: 100001 samples, 100.0 %</title>"
				    "<rect x=\"10.0\" y=\"86\""));
}

static void nothing_is_a_picture_too(void **state)
{
	g_autofree char *svg = picture("");

	(void)state;
	assert_true(g_str_has_suffix(svg, "</svg>\n"));
}

static void what_is_not_folded_is_refused(void **state)
{
	static const char *const bad[] = {"a;b", "a;b x", "a;b -1",
					  " 7",	 "a 1.5", "a 99999999999999999999"};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) err = NULL;
		g_autoptr(Flame) flame = flame_new();
		g_autofree char *text = g_strdup_printf("a 1\n%s\n", bad[i]);

		if (flame_add(flame, text, &err))
			fail_msg("was taken: %s", bad[i]);
		assert_non_null(strstr(err->message, "line 2 has no weight"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_frames_are_one_as_wide_as_both),
		cmocka_unit_test(the_order_of_stacks_does_not_matter),
		cmocka_unit_test(names_are_text_not_markup),
		cmocka_unit_test(what_is_too_narrow_is_left_out),
		cmocka_unit_test(nothing_is_a_picture_too),
		cmocka_unit_test(what_is_not_folded_is_refused),
	};

	return cmocka_run_group_tests_name("flame graphs", tests, NULL, NULL);
}
