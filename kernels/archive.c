// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/archive.h"

#include "lab/yaml.h"

#include <string.h>

#define DEFAULT_ARCHIVE "https://lore.kernel.org/all"
#define THREAD_MBOX	"t.mbox.gz"

/* What a path may have besides letters and digits without being escaped. */
#define ALLOWED "@!$&'()*,;=:"

struct settings {
	char *archive;
};

static const cyaml_schema_field_t fields[] = {
	CYAML_FIELD_STRING_PTR("archive", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct settings,
			       archive, 1, CYAML_UNLIMITED),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct settings, fields),
};

/* The archive that the user's settings name; NULL: none, or err. g_free it. */
static char *from_settings(GError **err)
{
	g_autofree char *file =
		g_build_filename(g_get_user_config_dir(), "bootlab", "settings.yaml", NULL);
	void *data;

	if (!g_file_test(file, G_FILE_TEST_EXISTS) || !yaml_load(file, &schema, &data, err))
		return NULL;
	struct settings *settings = data;
	char *archive = g_steal_pointer(&settings->archive);

	yaml_discard(&schema, data);
	return archive;
}

static char *archive_base(GError **err)
{
	g_autoptr(GError) why = NULL;
	char *archive = g_strdup(g_getenv("BOOTLAB_ARCHIVE"));

	if (!archive)
		archive = from_settings(&why);
	if (why) {
		g_propagate_error(err, g_steal_pointer(&why));
		return NULL;
	}
	return archive ? archive : g_strdup(DEFAULT_ARCHIVE);
}

static char *strip_brackets(const char *text)
{
	size_t len = strlen(text);

	if (*text == '<' && text[len - 1] == '>')
		return g_strndup(text + 1, len - 2);
	return g_strdup(text);
}

bool archive_is_message_id(const char *text)
{
	return g_regex_match_simple("^<?[^<>@\\s/][^<>@\\s]*@[^<>@\\s]+>?$", text, 0, 0);
}

char *archive_thread(const char *message_id, char **id, GError **err)
{
	g_autofree char *base = archive_base(err);

	*id = NULL;
	if (!base)
		return NULL;
	*id = strip_brackets(message_id);
	g_autofree char *escaped = g_uri_escape_string(*id, ALLOWED, FALSE);

	while (g_str_has_suffix(base, "/"))
		base[strlen(base) - 1] = '\0';
	return g_strconcat(base, "/", escaped, "/" THREAD_MBOX, NULL);
}

char *archive_from_page(const char *url, char **id)
{
	/* What may follow the message-id: nothing, or a view of the thread. */
	g_autoptr(GRegex) regex = g_regex_new(
		"^(https?://[^/?#]+(?:/[^/?#]+)*/([^/?#]*(?:@|%40)[^/?#]*)(?<![.](?:mbox|diff)|[.]patch|[.][gx]z))/?(?:[tT]/?|" THREAD_MBOX
		")?(?:#.*)?$",
		G_REGEX_CASELESS, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	*id = NULL;
	if (!g_regex_match(regex, url, 0, &match))
		return g_strdup(url);
	g_autofree char *page = g_match_info_fetch(match, 1);
	g_autofree char *escaped = g_match_info_fetch(match, 2);

	*id = g_uri_unescape_string(escaped, NULL);
	return g_strconcat(page, "/" THREAD_MBOX, NULL);
}
