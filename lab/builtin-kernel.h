/* SPDX-License-Identifier: GPL-2.0-only */
/* The subcommands of `bootlab kernel` that have a file of their own. */
#ifndef LAB_BUILTIN_KERNEL_H
#define LAB_BUILTIN_KERNEL_H

int kernel_add(int argc, char **argv);
int kernel_build_command(int argc, char **argv);
int kernel_check(int argc, char **argv);
int kernel_gc(int argc, char **argv);
int kernel_import(int argc, char **argv);

#endif
