/* SPDX-License-Identifier: GPL-2.0-only */
/* The commands. Each is one builtin-*.c with one function, and one line in main.c's table. */
#ifndef LAB_CMD_H
#define LAB_CMD_H

#include "lab/error.h"

#define EXIT_DONE     0 /* did what was asked */
#define EXIT_FOUND    1 /* ran, and found a failure or a regression */
#define EXIT_CANT     2 /* could not do what was asked */
#define EXIT_SIGNALED 130

struct cmd {
	const char *name;
	const char *summary;
	int (*fn)(int argc, char **argv); /* argv[0] is the command's name */
};

int cmd_aa(int argc, char **argv);
int cmd_ab(int argc, char **argv);
int cmd_collector(int argc, char **argv);
int cmd_db(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_import(int argc, char **argv);
int cmd_kernel(int argc, char **argv);
int cmd_pool(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_scenario(int argc, char **argv);

/*
 * Parses the options of a command (those that all share too: -v) out of argc and argv, which
 * keep argv[0] and what is no option. usage: the arguments as --help shows them; about: the
 * text below them. false with err: bad usage, named with the remedy.
 */
bool cmd_options(int *argc, char ***argv, const GOptionEntry *entries, const char *usage,
		 const char *about, GError **err);

/* Campaigns' numbers as arguments name them: array of gint64, or NULL with err. */
GArray *cmd_campaigns(char *const *arguments, GError **err);

/* Ends a command with its error printed: EXIT_CANT, or EXIT_SIGNALED if it was interrupted. */
int cmd_end_error(GError *err);

/* Runs the entry of a table that argv[1] names; the usage with the table where it names none. */
int cmd_dispatch(const struct cmd *table, const char *program, const char *about, int argc,
		 char **argv);

#endif
