// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/folded.h"

#include <errno.h>
#include <inttypes.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct weighted {
	uint64_t weight;
	char name[];
};

/* What walks over the tree gather. */
struct list {
	const struct weighted **entries;
	size_t count, room;
};

static int by_name(const void *a, const void *b)
{
	const struct weighted *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int by_weight(const void *a, const void *b)
{
	const struct weighted *x = *(const struct weighted *const *)a;
	const struct weighted *y = *(const struct weighted *const *)b;

	if (x->weight != y->weight)
		return x->weight < y->weight ? 1 : -1;
	return strcmp(x->name, y->name);
}

void folded_copy_frame(char *to, size_t size, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i + 1 < size && i < len && name[i]; i++)
		to[i] = name[i] == ';' || name[i] == ' ' || name[i] == '\n' ? '_' : name[i];
	to[i] = '\0';
}

void stack_push(struct stack *stack, const char *name, size_t len)
{
	if (stack->depth < FOLDED_FRAMES_MAX)
		folded_copy_frame(stack->frames[stack->depth], FOLDED_FRAME_MAX, name, len);
	stack->depth++;
}

int folded_add(struct folded *folded, const char *stack, uint64_t weight)
{
	struct weighted *entry = malloc(sizeof(*entry) + strlen(stack) + 1), **found;

	if (!entry)
		return -ENOMEM;
	entry->weight = 0;
	strcpy(entry->name, stack);
	found = tsearch(entry, &folded->tree, by_name);
	if (!found || *found != entry)
		free(entry);
	if (!found)
		return -ENOMEM;
	(*found)->weight += weight;
	folded->weight += weight;
	return 0;
}

int folded_add_stack(struct folded *folded, const struct stack *stack, const char *bottom,
		     uint64_t weight)
{
	char text[sizeof(*stack) + FOLDED_FRAMES_MAX];
	size_t depth = stack->depth < FOLDED_FRAMES_MAX ? stack->depth : FOLDED_FRAMES_MAX;
	size_t len = snprintf(text, sizeof(text), "%s", stack->comm);

	if (!depth)
		len += snprintf(text + len, sizeof(text) - len, ";%s", bottom);
	for (size_t i = depth; i > 0; i--)
		len += snprintf(text + len, sizeof(text) - len, ";%s", stack->frames[i - 1]);
	return folded_add(folded, text, weight);
}

static void gather(const void *node, VISIT visit, void *data)
{
	struct list *list = data;
	size_t room = list->room ? list->room * 2 : 64;

	if (visit != postorder && visit != leaf)
		return;
	if (list->count == list->room) {
		const struct weighted **more = realloc(list->entries, room * sizeof(*more));

		if (!more)
			return;
		list->entries = more;
		list->room = room;
	}
	list->entries[list->count++] = *(const struct weighted *const *)node;
}

static void print_folded(FILE *out, const struct folded *folded, const struct weighted *entry)
{
	(void)folded;
	fprintf(out, "%s %" PRIu64 "\n", entry->name, entry->weight);
}

static void print_share(FILE *out, const struct folded *folded, const struct weighted *entry)
{
	fprintf(out, "%" PRIu64 "\t%.1f\t%s\n", entry->weight,
		100.0 * (double)entry->weight / (double)folded->weight, entry->name);
}

/* A line each, at most so many, in this order (NULL: by name, as the tree has them). */
static char *text_of(const struct folded *folded, int (*order)(const void *, const void *),
		     size_t most,
		     void (*print)(FILE *, const struct folded *, const struct weighted *))
{
	struct list list = {0};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	twalk_r(folded->tree, gather, &list);
	if (order && list.count)
		qsort(list.entries, list.count, sizeof(*list.entries), order);
	for (size_t i = 0; i < list.count && i < most; i++)
		print(out, folded, list.entries[i]);
	fclose(out);
	free(list.entries);
	return text;
}

char *folded_text(const struct folded *folded)
{
	return text_of(folded, NULL, SIZE_MAX, print_folded);
}

char *folded_top(const struct folded *folded, size_t most)
{
	return text_of(folded, by_weight, most, print_share);
}

void folded_clear(struct folded *folded)
{
	tdestroy(folded->tree, free);
	*folded = (struct folded){0};
}
