/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files fetched from the web into the cache. Only http and https, TLS always verified; what a
 * server sends is limited in size and in how slowly it may come.
 */
#ifndef KERNELS_HTTP_H
#define KERNELS_HTTP_H

#include "lab/error.h"

struct http_opts {
	guint64 max_bytes; /* a body larger than this is refused */
	guint connect_s;   /* seconds until a connection must stand */
	guint stall_bytes; /* slower than so many bytes a second ... */
	guint stall_s;	   /* ... for so many seconds: given up */
	guint redirects;   /* how many are followed */
	guint attempts;	   /* how often a failure that may pass is tried, the first time included */
	guint backoff_ms;  /* the wait before the second attempt; doubled for each further one */
	guint wait_max_s;  /* a server that asks to wait for longer (Retry-After) is an error */
	const char *cainfo; /* a file of certificates to trust instead of the system's; or NULL */
};

extern const struct http_opts http_defaults;

/*
 * Fetches url into the cache, unless the server says that what is there is still so (ETag).
 * A body that was cut is gone on with where the server can do that (Range, If-Range). opts
 * NULL: the defaults. Returns the file's path (g_free it), or NULL with err, which names the
 * URL, what happened and what to do.
 */
char *http_fetch(const char *url, const struct http_opts *opts, GError **err);

#endif
