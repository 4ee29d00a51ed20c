// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/pft-threads.h"
#include "tests/unit/cmocka.h"

#define MS 1000000LL

static struct pft_times ran(int64_t start, int64_t end, long user_ms, long system_ms)
{
	struct pft_times times = {.start = start, .end = end};

	/* So that seconds carry from the microseconds. */
	times.before.ru_utime = (struct timeval){.tv_sec = 3, .tv_usec = 999000};
	times.before.ru_stime = (struct timeval){.tv_sec = 7, .tv_usec = 1000};
	times.before.ru_nvcsw = 2;
	times.before.ru_nivcsw = 5;
	times.before.ru_minflt = 40;
	times.before.ru_majflt = 1;
	times.after = times.before;
	times.after.ru_utime = (struct timeval){.tv_sec = 4, .tv_usec = (user_ms - 1) * 1000};
	times.after.ru_stime = (struct timeval){.tv_sec = 7, .tv_usec = 1000 + system_ms * 1000};
	times.after.ru_nvcsw += 3;
	times.after.ru_nivcsw += 4;
	times.after.ru_minflt += 100;
	times.after.ru_majflt += 1;
	return times;
}

static void test_shares(void **state)
{
	(void)state;
	assert_int_equal(pft_share(1 << 20, 1, 4096), 1 << 20);
	assert_int_equal(pft_share(1 << 20, 4, 4096), 1 << 18);
	/* Three shares of 256 pages: 86 each, so that none is short. */
	assert_int_equal(pft_share(1 << 20, 3, 4096), 86 * 4096);
	assert_int_equal(pft_share(1, 2, 4096), 4096);
	assert_int_equal(pft_share((2 << 20) + 1, 1, 2 << 20), 4 << 20);
}

static void test_off_cpu(void **state)
{
	struct pft_times slept = ran(10 * MS, 50 * MS, 10, 25);
	struct pft_times awake = ran(10 * MS, 45 * MS - 300, 10, 25);

	(void)state;
	assert_int_equal(pft_off_cpu_ns(&slept), 5 * MS);
	/* Usage in microseconds may be more than the clock's interval, by rounding. */
	assert_int_equal(pft_off_cpu_ns(&awake), 0);
}

static void test_sum(void **state)
{
	struct pft_times first = ran(20 * MS, 60 * MS, 10, 25);
	struct pft_times early = ran(10 * MS, 40 * MS, 5, 5);
	struct pft_times late = ran(15 * MS, 70 * MS, 30, 20);
	struct pft_result sum = {0};

	(void)state;
	pft_sum(&first, &sum);
	assert_int_equal(sum.start, 20 * MS);
	assert_int_equal(sum.end, 60 * MS);
	pft_sum(&early, &sum);
	pft_sum(&late, &sum);
	assert_int_equal(sum.threads, 3);
	assert_int_equal(sum.start, 10 * MS);
	assert_int_equal(sum.end, 70 * MS);
	assert_true(sum.user_s > 0.04499 && sum.user_s < 0.04501);
	assert_true(sum.system_s > 0.04999 && sum.system_s < 0.05001);
	assert_int_equal(sum.off_cpu_ns, (5 + 20 + 5) * MS);
	assert_int_equal(sum.off_cpu_max_ns, 20 * MS);
	assert_int_equal(sum.voluntary, 9);
	assert_int_equal(sum.involuntary, 12);
	assert_int_equal(sum.minor_faults, 300);
	assert_int_equal(sum.major_faults, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_off_cpu),
		cmocka_unit_test(test_sum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
