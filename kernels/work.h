/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The folder in which a kernel is built: new for each build, and gone when it ends.
 *
 * Where the same kernel without patches was built before, its objects are copied into the
 * new folder, and make compiles only what the patches change. This is right because they
 * are the objects of the untouched source: every file that differs from it was written by
 * git just now, and is newer. For the same reason a patched kernel's objects are never kept.
 * Some objects hold absolute paths, so that all builds of one base use the same folder, one
 * after the other.
 */
#ifndef KERNELS_WORK_H
#define KERNELS_WORK_H

#include "kernels/arch.h"
#include "kernels/key.h"
#include "lab/run.h"

struct work {
	const struct kernel *kernel;
	const struct arch *arch;
	const struct key *key;
	char *dir;	 /* holds the rest */
	char *tree;	 /* the source, patched */
	char *objects;	 /* in the tree: make then names all by short relative paths */
	char *result;	 /* what goes into the cache */
	char *log;	 /* in the result: what every command printed */
	bool adds_files; /* a patch adds a file that is no C or assembler source, or names one so */
	bool seeded;	 /* the objects of the base are in */
};

/* Whether the cache is where a kernel can be built at all. */
bool work_check(GError **err);

/*
 * Makes the folder with a copy of the source tree, whose files are shared until they are
 * replaced. The lock of the base must be held.
 */
bool work_begin(struct work *work, const struct kernel *kernel, const struct key *key,
		const char *source, GError **err);

/* Copies the objects of the base in, if there are any and the patches let it be right. */
bool work_seed(struct work *work, GError **err);

/* Keeps the objects of a kernel without patches for work_seed(). Only warns where it cannot. */
void work_keep_objects(const struct work *work);

/*
 * Removes the folder. Where *err is set the log is kept first, and the error's message is
 * made to end with its path.
 */
void work_end(struct work *work, GError **err);

/* Removes what builds that were killed have left. */
void work_sweep(void);

/* The lock of all builds of one base. g_free it. */
char *work_lock_name(const struct key *key);

/*
 * The start of an argv that gets no variable of the user's but PATH and TMPDIR: neither
 * KCFLAGS nor GIT_DIR nor a jobserver reaches what is built.
 */
GPtrArray *work_command(void);

/* The next words of an argv, copied; the last argument is NULL. */
void work_words(GPtrArray *argv, ...) G_GNUC_NULL_TERMINATED;

/* Runs argv (which is ended here) in the folder; its output goes to the log and to line(). */
int work_run(const struct work *work, const char *cwd, GPtrArray *argv,
	     void (*line)(const char *line, void *data), void *data, GError **err);

#endif
