/* SPDX-License-Identifier: GPL-2.0-only */
/* make in a kernel's tree, and what is to be read in its output. */
#ifndef KERNELS_MAKE_H
#define KERNELS_MAKE_H

#include "kernels/work.h"

/* What make printed so far. */
struct make_output {
	guint objects;	/* compiled, or taken from ccache */
	guint expected; /* how many there should be; 0: not known */
	GString *error; /* the first error with the lines after it; empty: none seen */
	guint error_lines;
	GString *last; /* the last line */
};

void make_output_init(struct make_output *output);
void make_output_clear(struct make_output *output);

/* Takes one line into account. The object that it tells of, or NULL. */
const char *make_output_line(struct make_output *output, const char *line);

/* What to show of a make that failed: its first error, or else its last line. */
const char *make_output_error(const struct make_output *output);

/* Makes one target. The error shows the first error of the output. */
bool make_target(const struct work *work, const char *target, GError **err);

/* Makes the image, showing progress. */
bool make_image(const struct work *work, guint *objects, GError **err);

#endif
