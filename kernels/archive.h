/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Archives of mailing lists that are run by public-inbox, as lore.kernel.org is. The one that
 * message-ids are looked up in is set by BOOTLAB_ARCHIVE, else by
 *     archive: https://lore.kernel.org/all
 * in the user's settings, $XDG_CONFIG_HOME/bootlab/settings.yaml, else it is that one.
 */
#ifndef KERNELS_ARCHIVE_H
#define KERNELS_ARCHIVE_H

#include "lab/error.h"

/* A message-id, in its brackets or without; true if it may be one. */
bool archive_is_message_id(const char *text);

/* Where the archive has the mbox of a thread; *id: the message-id without brackets. NULL with
 * err. g_free both. */
char *archive_thread(const char *message_id, char **id, GError **err);

/*
 * Where the mbox is of the thread that an archive's web page shows, ARCHIVE/MESSAGE-ID/; *id:
 * as above. Any other URL comes back as it is, with *id NULL. g_free both.
 */
char *archive_from_page(const char *url, char **id);

#endif
