// SPDX-License-Identifier: GPL-2.0-only
/* What is made of fio's JSON: tests/fixtures/fio.json is what a guest of guest-io sent. */
#include "collectors/fail.h"
#include "collectors/fio.h"
#include "collectors/sys.h"
#include "tests/unit/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define FIXTURE "tests/fixtures/fio.json"

static char *text;
static struct fio_result result;

/* The reason is kept for good, and is then of this test: each one is a process of its own. */
static void refused_with(const char *output, const char *reason)
{
	assert_true(fio_parse(output, &result) < 0);
	assert_non_null(strstr(fail_reason(), reason));
}

static void both_directions_are_read(void **state)
{
	const struct fio_direction *read = &result.sides[FIO_READ];
	const struct fio_direction *write = &result.sides[FIO_WRITE];

	(void)state;
	assert_int_equal(fio_parse(text, &result), 0);
	assert_int_equal(result.error, 0);
	(void)read, (void)write;
}

int main(void)
{
	return 0;
}
