/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Folded stacks: frames from the outermost to the innermost, parted by ';', and what the stack
 * weighs: "agent;do_syscall_64;clear_huge_page 42". What reports/flame.c draws.
 */
#ifndef COLLECTORS_FOLDED_H
#define COLLECTORS_FOLDED_H

#include <stddef.h>
#include <stdint.h>

#define FOLDED_FRAMES_MAX 128
#define FOLDED_FRAME_MAX  96

/* Stacks, each once with its whole weight. Starts as {0}. */
struct folded {
	void *tree;
	uint64_t weight; /* of all */
};

/* A stack while its frames come, from the innermost to the outermost. Starts as {0}. */
struct stack {
	char comm[32];
	char frames[FOLDED_FRAMES_MAX][FOLDED_FRAME_MAX];
	size_t depth; /* frames that do not fit are counted, the outermost are left out */
};

/* A copy in which nothing can be taken for what parts frames and weight. */
void folded_copy_frame(char *to, size_t size, const char *name, size_t len);

void stack_push(struct stack *stack, const char *name, size_t len);

/* -ENOMEM, all of these. */
int folded_add(struct folded *folded, const char *stack, uint64_t weight);

/* The stack; without frames "COMM;bottom". */
int folded_add_stack(struct folded *folded, const struct stack *stack, const char *bottom,
		     uint64_t weight);

/* All of them, a line each, sorted by name. free() it; NULL: no memory. */
char *folded_text(const struct folded *folded);

/* The heaviest first, at most so many: "weight<TAB>percent<TAB>name". As folded_text(). */
char *folded_top(const struct folded *folded, size_t most);

void folded_clear(struct folded *folded);

#endif
