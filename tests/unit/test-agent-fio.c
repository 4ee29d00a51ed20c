// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is made of fio's JSON (tests/fixtures/fio.json is what fio 3.33 said in a guest of
 * guest-io), and of the interrupts of a drive that is passed through.
 */
#include "collectors/fail.h"
#include "collectors/fio.h"
#include "collectors/sys.h"
#include "scenarios/second-guest.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIXTURE "tests/fixtures/fio.json"

static char *fixture;

/* The fixture with the first `what` replaced; free() it. */
static char *changed(const char *what, const char *by)
{
	const char *at = strstr(fixture, what);
	char *text = malloc(strlen(fixture) + strlen(by) + 1);

	assert_non_null(at);
	sprintf(text, "%.*s%s%s", (int)(at - fixture), fixture, by, at + strlen(what));
	return text;
}

/* In a process of its own, since the first reason is kept for good. */
static void is_refused(const char *output, const char *reason)
{
	struct fio_result result;
	int status;
	pid_t pid = fork();

	if (!pid) {
		if (fio_parse(output, &result) == -EINVAL && strstr(fail_reason(), reason))
			_exit(0);
		fprintf(stderr, "got: %s\nwant: %s\n", fail_reason(), reason);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void both_directions_are_read(void **state)
{
	const struct fio_direction *read, *write;
	struct fio_result result;

	(void)state;
	assert_int_equal(fio_parse(fixture, &result), 0);
	read = &result.sides[FIO_READ];
	write = &result.sides[FIO_WRITE];
	assert_int_equal(result.error, 0);
	assert_int_equal(read->ios, 1024);
	assert_int_equal(read->bytes, 16 << 20);
	assert_int_equal(read->bandwidth, 21760332);
	assert_int_equal(write->bandwidth, 21454240);
	assert_true(write->iops > 1309.46 && write->iops < 1309.47);
	assert_int_equal(read->clat_ns[0], 5275648);
	assert_int_equal(write->clat_ns[0], 4751360);
	assert_int_equal(write->clat_ns[1], 10289152);
	assert_int_equal(write->clat_ns[2], 14745600);
	assert_int_equal(write->clat_ns[3], 17170432);
}

static void notes_before_the_json_are_passed_over(void **state)
{
	char *text = changed("{", "note: both iodepth >= 1 and a synchronous engine\n{");
	struct fio_result result;

	(void)state;
	assert_int_equal(fio_parse(text, &result), 0);
	assert_int_equal(result.sides[FIO_READ].ios, 1024);
	free(text);
}

static void the_jobs_error_is_read(void **state)
{
	char *text = changed("\"error\" : 0", "\"error\" : 84");
	struct fio_result result;

	(void)state;
	assert_int_equal(fio_parse(text, &result), 0);
	assert_int_equal(result.error, 84);
	free(text);
}

static void a_direction_without_io_needs_no_latencies(void **state)
{
	char *text = changed("\"total_ios\" : 1024", "\"total_ios\" : 0");
	char *at = strstr(text, "\"percentile\"");
	struct fio_result result;

	(void)state;
	memcpy(at, "\"cercentile\"", strlen("\"cercentile\""));
	assert_int_equal(fio_parse(text, &result), 0);
	assert_int_equal(result.sides[FIO_READ].ios, 0);
	assert_int_equal(result.sides[FIO_WRITE].ios, 1024);
	free(text);
}

static void what_is_wrong_is_named(void **state)
{
	static const struct {
		const char *what, *by, *reason;
	} faults[] = {
		{"\"99.900000\"", "\"99.800000\"",
		 "no number jobs[0].read.clat_ns.percentile.99.900000"},
		{"\"iops\" : 1328.145266", "\"iops\" : \"many\"", "no number jobs[0].read.iops"},
		{"\"bw_bytes\" : 21454240", "\"bw_bytes\" : -1",
		 "no number jobs[0].write.bw_bytes"},
		{"\"error\"", "\"terror\"", "no number jobs[0].error"},
		{"\"jobs\"", "\"hobs\"", "no jobs[0]"},
		{"\"groupid\" : 0,", "\"groupid\" : ,", "no JSON at its line 9"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		char *text = changed(faults[i].what, faults[i].by);

		is_refused(text, faults[i].reason);
		free(text);
	}
}

static void output_that_ends_early_is_refused(void **state)
{
	char *text = strdup(fixture);

	(void)state;
	for (size_t len = strlen(text) - 4; len > 0; len /= 2) {
		text[len] = '\0';
		is_refused(text, "fio's output is no JSON at its line ");
	}
	is_refused("", "fio's output has no JSON: \"\"");
	is_refused("fio: unrecognized option\n", "has no JSON: \"fio: unrecognized option");
	free(text);
}

static void interrupts_are_those_of_the_drive_on_all_cpus(void **state)
{
	static const char text[] =
		"           CPU0       CPU1       \n"
		"  0:         46          0   IO-APIC   2-edge      timer\n"
		" 26:        900          3  IR-PCI-MSI 278528-edge      vfio-msix[0](0000:00:11.0)\n"
		" 27:          5         70  IR-PCI-MSI 278529-edge      vfio-msix[1](0000:00:11.0)\n"
		" 28:         11         11  IR-PCI-MSI 278529-edge      vfio-msix[0](0000:00:10.0)\n"
		" 29:         13         13  IR-PCI-MSI 278529-edge      nvme0q0(0000:00:11.0)\n"
		"NMI:          0          0   Non-maskable interrupts\n";

	(void)state;
	assert_int_equal(vfio_interrupts(text, "0000:00:11.0"), 978);
	assert_int_equal(vfio_interrupts(text, "0000:00:12.0"), 0);
	assert_int_equal(vfio_interrupts("", "0000:00:11.0"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_directions_are_read),
		cmocka_unit_test(notes_before_the_json_are_passed_over),
		cmocka_unit_test(the_jobs_error_is_read),
		cmocka_unit_test(a_direction_without_io_needs_no_latencies),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(output_that_ends_early_is_refused),
		cmocka_unit_test(interrupts_are_those_of_the_drive_on_all_cpus),
	};

	fixture = sys_read(FIXTURE);
	return fixture ? cmocka_run_group_tests_name("fio's output", tests, NULL, NULL) : 1;
}
