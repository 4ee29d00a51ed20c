// SPDX-License-Identifier: GPL-2.0-only
#include "lab/node.h"

#include "lab/units.h"
#include "lab/vm.h"

static bool must_alias(guint64 bytes, enum node_alias when)
{
	return when == ALIAS_ALWAYS || (when == ALIAS_AUTO && !pool_could_hold(bytes));
}

bool node_take(struct node_memory *node, json_t *alias, guint64 own, enum node_alias when,
	       GError **err)
{
	json_int_t size, total;

	*node = (struct node_memory){0};
	if (json_unpack(alias, "{s:I, s:I}", "size", &size, "total", &total))
		return true;
	node->total = total;
	node->dimm = must_alias(own + total, when) ? (guint64)size : node->total;
	node->ram = pool_take_huge(node->dimm, err);
	return node->ram;
}

void node_release(struct node_memory *node)
{
	pool_release(node->ram);
	*node = (struct node_memory){0};
}

bool node_aliases(const struct node_memory *node)
{
	return node->dimm < node->total;
}

static void add(GStrvBuilder *options, const char *option, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

static void add(GStrvBuilder *options, const char *option, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	g_autofree char *value = g_strdup_vprintf(format, ap);

	va_end(ap);
	g_strv_builder_add(options, option);
	g_strv_builder_add(options, value);
}

/* share=on also lets one file be mapped by many: what one DIMM writes, all read. */
static void add_dimms(GStrvBuilder *options, const struct node_memory *node)
{
	g_autofree char *path = vm_escape_commas(node->ram->path);

	for (guint64 i = 0; i < node->total / node->dimm; i++) {
		add(options, "-object",
		    "memory-backend-file,id=node%d.%" G_GUINT64_FORMAT
		    ",share=on,size=%" G_GUINT64_FORMAT ",mem-path=%s",
		    NODE_GUEST, i, node->dimm, path);
		add(options, "-device",
		    "pc-dimm,id=dimm%" G_GUINT64_FORMAT ",memdev=node%d.%" G_GUINT64_FORMAT
		    ",node=%d",
		    i, NODE_GUEST, i, NODE_GUEST);
	}
}

char **node_options(const struct node_memory *node, guint64 memory, int cpus)
{
	g_autoptr(GStrvBuilder) options = g_strv_builder_new();

	/* Joins the -m that libvirt writes for the testbed's own memory. */
	add(options, "-m", "slots=%" G_GUINT64_FORMAT ",maxmem=%" G_GUINT64_FORMAT "M",
	    node->total / node->dimm, (memory + node->total) >> 20);
	add(options, "-numa", "node,nodeid=0,cpus=0-%d,mem=%" G_GUINT64_FORMAT "M", cpus - 1,
	    memory >> 20);
	add(options, "-numa", "node,nodeid=%d,mem=0", NODE_GUEST);
	add_dimms(options, node);
	return g_strv_builder_end(options);
}

json_t *node_cell(const struct node_memory *node)
{
	if (!node->ram)
		return NULL;
	return json_pack("{s:i, s:I, s:b}", "id", NODE_GUEST, "bytes", (json_int_t)node->total,
			 "aliased", node_aliases(node));
}

json_t *node_facts(const struct node_memory *node)
{
	g_autofree char *size = size_human(node->dimm);
	g_autofree char *contents =
		g_strdup_printf("aliased, the same %s %" G_GUINT64_FORMAT " times", size,
				node->ram ? node->total / node->dimm : 0);

	if (!node->ram)
		return NULL;
	return json_pack("{s:I, s:s, s:s}", "node1_memory", (json_int_t)node->total,
			 "node1_contents", node_aliases(node) ? contents : "real", "node1_pages",
			 pool_is_huge(node->ram) ? "huge" : "small");
}
