// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/thread.h"

#include "lab/log.h"

#include <string.h>

/* So many missing patches are named one by one. */
#define NAMED_MAX 10

/* The patches of one version of one series. */
struct group {
	const struct mail *first; /* one of them: it tells tag, version and total */
	const struct mail *cover;
	GPtrArray *patches; /* by number, with holes; unnumbered ones as they come */
	guint missing;
};

void thread_clear(struct thread *thread)
{
	g_clear_pointer(&thread->patches, g_ptr_array_unref);
	thread->cover = NULL;
}

static void group_free(void *data)
{
	struct group *group = data;

	g_ptr_array_unref(group->patches);
	g_free(group);
}

static bool same_series(const struct mail *a, const struct mail *b)
{
	return a->version == b->version && a->total == b->total && !strcmp(a->tag, b->tag);
}

/* "[patch v3 n/10]" */
static char *series_text(const struct mail *mail)
{
	const char *space = *mail->tag ? " " : "";

	if (!mail->total)
		return g_strdup_printf("[%s%sv%u]", mail->tag, space, mail->version);
	return g_strdup_printf("[%s%sv%u n/%u]", mail->tag, space, mail->version, mail->total);
}

static bool is_cover(const struct mail *mail)
{
	return !mail->reply && mail->total && !mail->number;
}

static bool is_patch(const struct mail *mail)
{
	return !mail->reply && mail->diff && mail->number <= mail->total &&
	       (mail->number || !mail->total);
}

static struct group *group_of(GPtrArray *groups, const struct mail *mail)
{
	for (guint i = 0; i < groups->len; i++) {
		struct group *group = groups->pdata[i];

		if (same_series(group->first, mail))
			return group;
	}
	return NULL;
}

static struct group *group_add(GPtrArray *groups, const struct mail *mail)
{
	struct group *group = g_new0(struct group, 1);

	group->first = mail;
	group->patches = g_ptr_array_new();
	g_ptr_array_set_size(group->patches, mail->total);
	group->missing = mail->total;
	g_ptr_array_add(groups, group);
	return group;
}

static bool twice(const struct mail *a, const struct mail *b, const char *source, GError **err)
{
	g_autofree char *series = series_text(a);

	return bl_fail(err, BL_ERROR_INPUT,
		       "%s has two different patches %u of %s, <%s> and <%s>: save the mails that "
		       "are meant as a file and import that",
		       source, a->number, series, a->id ? a->id : "no id", b->id ? b->id : "no id");
}

static bool group_take(struct group *group, struct mail *mail, const char *source, GError **err)
{
	if (is_cover(mail)) {
		group->cover = group->cover ? group->cover : mail;
		return true;
	}
	if (!mail->number) {
		g_ptr_array_add(group->patches, mail);
		return true;
	}
	void **slot = &group->patches->pdata[mail->number - 1];

	/* Sent once more as it was: the same patch. */
	if (*slot && strcmp(((struct mail *)*slot)->digest, mail->digest))
		return twice(*slot, mail, source, err);
	if (!*slot) {
		*slot = mail;
		group->missing--;
	}
	return true;
}

/* Without what came twice (from a list, and as a copy of that). */
static GPtrArray *each_once(GPtrArray *mails)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *list = g_ptr_array_new();

	for (guint i = 0; i < mails->len; i++) {
		struct mail *mail = mails->pdata[i];

		if (!mail->id || g_hash_table_add(seen, mail->id))
			g_ptr_array_add(list, mail);
	}
	return list;
}

static GPtrArray *group_all(GPtrArray *mails, const char *source, GError **err)
{
	g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func(group_free);
	g_autoptr(GPtrArray) list = each_once(mails);

	for (guint i = 0; i < list->len; i++) {
		struct mail *mail = list->pdata[i];

		if (!is_cover(mail) && !is_patch(mail))
			continue;
		struct group *group = group_of(groups, mail);

		if (!group)
			group = group_add(groups, mail);
		if (!group_take(group, mail, source, err))
			return NULL;
	}
	return g_steal_pointer(&groups);
}

/* A subject's tag that people give patches, unlike those of robots ("[tip: x86/mm]"). */
static bool is_sent_as_patch(const struct mail *mail)
{
	return strstr(mail->tag, "patch") || strstr(mail->tag, "rfc");
}

/* > 0: a is rather meant than b. */
static int compare(const struct group *a, const struct group *b)
{
	const int by[] = {
		!a->missing - !b->missing,
		is_sent_as_patch(a->first) - is_sent_as_patch(b->first),
		(int)a->first->version - (int)b->first->version,
		(int)a->first->total - (int)b->first->total,
	};

	for (guint i = 0; i < G_N_ELEMENTS(by); i++)
		if (by[i])
			return by[i];
	return 0;
}

static struct group *best(GPtrArray *groups)
{
	struct group *best = groups->pdata[0];

	for (guint i = 1; i < groups->len; i++)
		if (compare(groups->pdata[i], best) > 0)
			best = groups->pdata[i];
	return best;
}

static const struct mail *find_id(GPtrArray *mails, const char *id)
{
	for (guint i = 0; i < mails->len; i++) {
		const struct mail *mail = mails->pdata[i];

		if (mail->id && !strcmp(mail->id, id))
			return mail;
	}
	return NULL;
}

/* Of patches without a number, those alone that the mail asked for is, or is a reply to. */
static void keep_asked(struct group *group, const struct mail *asked)
{
	for (guint i = group->patches->len; i > 0; i--) {
		const struct mail *mail = group->patches->pdata[i - 1];
		bool kept = asked->reply ? !strcmp(mail->title, asked->title) : mail == asked;

		if (!kept && group->patches->len > 1)
			g_ptr_array_remove_index(group->patches, i - 1);
	}
}

static bool lacks(const struct group *group, const char *source, GError **err)
{
	g_autofree char *series = series_text(group->first);
	g_autoptr(GString) numbers = g_string_new(NULL);
	guint named = 0;

	for (guint i = 0; i < group->patches->len && named < NAMED_MAX; i++)
		if (!group->patches->pdata[i])
			g_string_append_printf(numbers, "%s%u", named++ ? ", " : "", i + 1);
	if (group->missing > named)
		g_string_append(numbers, " ...");
	return bl_fail(err, BL_ERROR_INPUT,
		       "%s: patches are missing of %s: %s; give a source that has them all", source,
		       series, numbers->str);
}

static void tell_others(GPtrArray *groups, const struct group *taken, const char *source)
{
	for (guint i = 0; i < groups->len; i++) {
		const struct group *group = groups->pdata[i];
		g_autofree char *series = series_text(group->first);

		if (group != taken)
			log_info("%s: not taken: %s, %u patches%s", source, series,
				 group->patches->len - group->missing,
				 group->missing ? ", not complete" : "");
	}
}

static bool none(GPtrArray *mails, const char *source, GError **err)
{
	return bl_fail(err, BL_ERROR_INPUT,
		       "%s holds no patch (mails: %u): give an mbox, a patch or a thread's "
		       "message-id",
		       source, mails->len);
}

bool thread_choose(GPtrArray *mails, const char *asked, const char *source, struct thread *thread,
		   GError **err)
{
	g_autoptr(GPtrArray) groups = group_all(mails, source, err);
	const struct mail *mail = asked ? find_id(mails, asked) : NULL;

	if (!groups)
		return false;
	if (!groups->len)
		return none(mails, source, err);
	struct group *group = mail ? group_of(groups, mail) : NULL;

	if (!group)
		group = best(groups);
	if (group->missing)
		return lacks(group, source, err);
	if (mail && !group->first->total)
		keep_asked(group, mail);
	tell_others(groups, group, source);
	thread->patches = g_ptr_array_ref(group->patches);
	thread->cover = group->cover;
	return true;
}

bool thread_take_all(GPtrArray *mails, const char *source, struct thread *thread, GError **err)
{
	g_autoptr(GPtrArray) list = each_once(mails);

	thread->patches = g_ptr_array_new();
	thread->cover = NULL;
	for (guint i = 0; i < list->len; i++) {
		struct mail *mail = list->pdata[i];

		if (mail->diff)
			g_ptr_array_add(thread->patches, mail);
		else if (!thread->cover && is_cover(mail))
			thread->cover = mail;
	}
	return thread->patches->len ? true : none(mails, source, err);
}
