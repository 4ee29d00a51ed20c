// SPDX-License-Identifier: GPL-2.0-only
/*
 * In the cache a URL's file is named by the URL's hash, with these beside it:
 *     HASH.etag        the ETag that the server gave the file
 *     HASH.part        a body that is not whole yet
 *     HASH.part.etag   its ETag
 * An ETag's file is removed before what it speaks of changes and written after, so that
 * whatever bootlab dies of, none is ever beside a file that it was not given for.
 */
#include "kernels/http.h"

#include "kernels/disk.h"
#include "kernels/lock.h"
#include "lab/log.h"
#include "lab/paths.h"
#include "lab/progress.h"
#include "lab/run.h"
#include "lab/units.h"

#include <curl/curl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Longer than this no honest ETag is. */
#define ETAG_MAX 1024

const struct http_opts http_defaults = {
	.max_bytes = 64 << 20,
	.connect_s = 20,
	.stall_bytes = 512,
	.stall_s = 30,
	.redirects = 10,
	.attempts = 5,
	.backoff_ms = 1000,
	.wait_max_s = 120,
};

/* How an attempt ended. */
enum end { WHOLE, SAME, AGAIN, FAILED };

struct fetch {
	const char *url;
	const struct http_opts *opts;
	char *body, *body_etag, *part, *part_etag; /* paths */
	CURL *curl;
	struct curl_slist *headers;
	FILE *out;    /* the part, while an attempt runs */
	guint64 had;  /* bytes that the part had when the attempt began, and is to go on from */
	guint64 size; /* bytes that it has now */
	bool begun;   /* the body has begun: where it goes is decided */
	guint64 wait; /* seconds that the server asked for */
	GError *why;  /* why the body was not taken */
	char what[CURL_ERROR_SIZE]; /* what happened, in curl's words or ours */
};

/* What curl reports and what follows from it; all else is told in curl's words, and is final. */
static const struct fault {
	CURLcode code;
	bool passes; /* it may go well the next time */
	const char *remedy;
} faults[] = {
	{CURLE_COULDNT_RESOLVE_HOST, true, "is the host's name right, and this machine online?"},
	{CURLE_COULDNT_CONNECT, true, "is the address right, and this machine online?"},
	{CURLE_OPERATION_TIMEDOUT, true, "the server is too slow now; try again later"},
	{CURLE_PARTIAL_FILE, true, "the server ends the connection early; try again later"},
	{CURLE_GOT_NOTHING, true, "the server ends the connection early; try again later"},
	{CURLE_RECV_ERROR, true, "the connection broke; try again later"},
	{CURLE_SEND_ERROR, true, "the connection broke; try again later"},
	{CURLE_HTTP2, true, "the connection broke; try again later"},
	{CURLE_HTTP2_STREAM, true, "the connection broke; try again later"},
	{CURLE_TOO_MANY_REDIRECTS, false,
	 "the server redirects in a loop: give the address that it should lead to"},
	{CURLE_PEER_FAILED_VERIFICATION, false,
	 "the server's certificate is not trusted; for a certificate authority of your own, name "
	 "its file in BOOTLAB_CAINFO"},
	{CURLE_SSL_CACERT_BADFILE, false, "is BOOTLAB_CAINFO the file that it should be?"},
	{CURLE_UNSUPPORTED_PROTOCOL, false,
	 "only http and https are fetched, and https leads only to https"},
	{CURLE_URL_MALFORMAT, false, "is the address spelled right?"},
	{0},
};

static const struct fault *find_fault(CURLcode code)
{
	static const struct fault other = {.remedy = "can another program fetch it?"};

	for (const struct fault *fault = faults; fault->code; fault++)
		if (fault->code == code)
			return fault;
	return &other;
}

static guint64 file_size(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : st.st_size;
}

/* The ETag kept in a file; NULL: there is none. g_free it. */
static char *read_etag(const char *path)
{
	char *etag = NULL;

	g_file_get_contents(path, &etag, NULL, NULL);
	return etag;
}

/* Keeps the ETag of the answer, if it has one. One that cannot be kept is only not used. */
static void keep_etag(struct fetch *fetch, const char *path)
{
	struct curl_header *header;

	if (!curl_easy_header(fetch->curl, "ETag", 0, CURLH_HEADER, -1, &header) &&
	    strlen(header->value) < ETAG_MAX)
		g_file_set_contents(path, header->value, -1, NULL);
}

static void add_header(struct fetch *fetch, const char *name, const char *value)
{
	g_autofree char *line = g_strconcat(name, ": ", value, NULL);

	fetch->headers = curl_slist_append(fetch->headers, line);
}

static long status(const struct fetch *fetch)
{
	long code = 0;

	curl_easy_getinfo(fetch->curl, CURLINFO_RESPONSE_CODE, &code);
	return code;
}

static bool too_large(struct fetch *fetch)
{
	g_autofree char *limit = size_human(fetch->opts->max_bytes);

	return bl_fail(&fetch->why, BL_ERROR_INPUT,
		       "cannot fetch %s: it is larger than %s, which no series is: is the address "
		       "right?",
		       fetch->url, limit);
}

/* true if the answer goes on from where the part ends. */
static bool goes_on(struct fetch *fetch)
{
	struct curl_header *header;
	const char *unit = "bytes ";

	if (status(fetch) != 206 ||
	    curl_easy_header(fetch->curl, "Content-Range", 0, CURLH_HEADER, -1, &header) ||
	    !g_str_has_prefix(header->value, unit))
		return false;
	return g_ascii_strtoull(header->value + strlen(unit), NULL, 10) == fetch->had;
}

/* Drops what there is of the body. */
static bool start_anew(struct fetch *fetch)
{
	g_unlink(fetch->part_etag);
	fetch->size = fetch->had = 0;
	if (ftruncate(fileno(fetch->out), 0))
		return bl_fail_errno(&fetch->why, "cannot write %s", fetch->part);
	return true;
}

/* At the body's first byte: decides where it goes, or that it is not wanted. */
static bool begin(struct fetch *fetch)
{
	curl_off_t length = -1;

	fetch->begun = true;
	if (!goes_on(fetch)) {
		if (!start_anew(fetch))
			return false;
		/* A part of a body that was not asked for is the wrong one. */
		if (status(fetch) == 206)
			return false;
		keep_etag(fetch, fetch->part_etag);
	}
	curl_easy_getinfo(fetch->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	if (length <= 0)
		return true;
	if (fetch->size + length > fetch->opts->max_bytes)
		return too_large(fetch);
	progress_total((fetch->size + length) >> 10);
	return true;
}

static size_t take(char *data, size_t size, size_t count, void *user)
{
	struct fetch *fetch = user;
	size_t bytes = size * count;

	if (!fetch->begun && !begin(fetch))
		return CURL_WRITEFUNC_ERROR;
	if (fetch->size + bytes > fetch->opts->max_bytes) {
		too_large(fetch);
		return CURL_WRITEFUNC_ERROR;
	}
	if (fwrite(data, 1, bytes, fetch->out) != bytes) {
		bl_fail_errno(&fetch->why, "cannot write %s%s", fetch->part,
			      disk_hint(fetch->part));
		return CURL_WRITEFUNC_ERROR;
	}
	fetch->size += bytes;
	progress_update(fetch->size >> 10, NULL);
	return bytes;
}

/* Called once a second and more often: not 0 ends the transfer. */
static int look(void *user, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up)
{
	(void)user, (void)total, (void)now, (void)up_total, (void)up;
	progress_tick();
	return run_interrupted();
}

static void set_limits(struct fetch *fetch)
{
	const struct http_opts *opts = fetch->opts;
	CURL *curl = fetch->curl;

	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	/* What was asked for with TLS is not taken from where there is none. */
	curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR,
			 g_str_has_prefix(fetch->url, "https:") ? "https" : "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)opts->redirects);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)opts->connect_s);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)opts->stall_bytes);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)opts->stall_s);
	curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
	if (opts->cainfo)
		curl_easy_setopt(curl, CURLOPT_CAINFO, opts->cainfo);
}

/* Asks for the rest of a part, where its ETag can tell that it is one of the same body. */
static void ask_for_rest(struct fetch *fetch)
{
	g_autofree char *etag = read_etag(fetch->part_etag);

	fetch->size = fetch->had = file_size(fetch->part);
	if (!fetch->had)
		return;
	if (!etag || g_str_has_prefix(etag, "W/")) {
		start_anew(fetch);
		return;
	}
	g_autofree char *range = g_strdup_printf("%" G_GUINT64_FORMAT "-", fetch->had);

	curl_easy_setopt(fetch->curl, CURLOPT_RANGE, range);
	add_header(fetch, "If-Range", etag);
}

static void prepare(struct fetch *fetch)
{
	g_autofree char *etag = read_etag(fetch->body_etag);
	CURL *curl = fetch->curl;

	curl_easy_reset(curl);
	set_limits(fetch);
	curl_easy_setopt(curl, CURLOPT_URL, fetch->url);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "bootlab/" BOOTLAB_VERSION);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, fetch->what);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, fetch);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	*fetch->what = '\0';
	fetch->begun = false;
	fetch->wait = 0;
	g_clear_pointer(&fetch->headers, curl_slist_free_all);
	if (etag && g_file_test(fetch->body, G_FILE_TEST_IS_REGULAR))
		add_header(fetch, "If-None-Match", etag);
	ask_for_rest(fetch);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fetch->headers);
}

static enum end refuse(struct fetch *fetch, const char *what, const char *remedy)
{
	if (what != fetch->what)
		g_strlcpy(fetch->what, what, sizeof(fetch->what));
	bl_fail(&fetch->why, BL_ERROR_INPUT, "cannot fetch %s: %s: %s", fetch->url, what, remedy);
	return FAILED;
}

/* 429 and 5xx may pass; what else a server refuses it will refuse again. */
static enum end judge_status(struct fetch *fetch)
{
	long code = status(fetch);
	curl_off_t wait = 0;
	g_autofree char *what = g_strdup_printf("the server answers with status %ld", code);

	if (code == 416 && fetch->had && start_anew(fetch)) {
		refuse(fetch, what, "try again");
		return AGAIN;
	}
	if (code != 429 && code < 500)
		return refuse(fetch, what, "is the address or the message-id right?");
	curl_easy_getinfo(fetch->curl, CURLINFO_RETRY_AFTER, &wait);
	fetch->wait = wait;
	if (fetch->wait > fetch->opts->wait_max_s) {
		g_autofree char *later = g_strdup_printf(
			"%s and asks to come again in %" G_GUINT64_FORMAT " s", what, fetch->wait);

		return refuse(fetch, later, "do so");
	}
	refuse(fetch, what, "try again later");
	return AGAIN;
}

/* What came of an attempt; where nothing good did, fetch->why says why. */
static enum end judge(struct fetch *fetch, CURLcode code)
{
	const struct fault *fault = find_fault(code);
	bool has_body = code == CURLE_OK && (status(fetch) == 200 || status(fetch) == 206);

	/* An empty body has not begun. */
	if (has_body && !fetch->begun && !begin(fetch))
		code = CURLE_WRITE_ERROR;
	if (!run_check_interrupted(&fetch->why) || fetch->why)
		return FAILED;
	if (code == CURLE_OK && status(fetch) == 304)
		return SAME;
	if (code == CURLE_OK && has_body)
		return WHOLE;
	if (code == CURLE_OK || code == CURLE_HTTP_RETURNED_ERROR)
		return judge_status(fetch);
	if (code == CURLE_WRITE_ERROR) {
		/* A part that was not asked for; the next attempt asks for all. */
		refuse(fetch, "the server sends another part than was asked for",
		       "try again later");
		return AGAIN;
	}
	refuse(fetch, *fetch->what ? fetch->what : curl_easy_strerror(code), fault->remedy);
	return fault->passes ? AGAIN : FAILED;
}

static enum end attempt(struct fetch *fetch)
{
	g_clear_error(&fetch->why);
	/* What there is may be gone on with. */
	fetch->out = fopen(fetch->part, "ae");
	if (!fetch->out) {
		bl_fail_errno(&fetch->why, "cannot write %s (set BOOTLAB_CACHE)", fetch->part);
		return FAILED;
	}
	prepare(fetch);
	enum end end = judge(fetch, curl_easy_perform(fetch->curl));
	int failed = fflush(fetch->out) || fsync(fileno(fetch->out));

	if (failed && end == WHOLE)
		bl_fail_errno(&fetch->why, "cannot write %s%s", fetch->part,
			      disk_hint(fetch->part));
	fclose(fetch->out);
	return failed && end == WHOLE ? FAILED : end;
}

/* Waits before the next attempt: longer each time, and not in step with others that wait. */
static bool back_off(const struct fetch *fetch, guint done)
{
	guint64 ms = (guint64)fetch->opts->backoff_ms << (done - 1);

	ms = ms / 2 + g_random_double() * ms;
	ms = MAX(ms, fetch->wait * 1000);
	log_info("%s: %s; again in %.1f s (attempt %u of %u)", fetch->url, fetch->what, ms / 1000.0,
		 done + 1, fetch->opts->attempts);
	for (gint64 end = g_get_monotonic_time() + ms * 1000; !run_interrupted();) {
		gint64 left = end - g_get_monotonic_time();

		if (left <= 0)
			return true;
		poll(NULL, 0, MIN(left / 1000 + 1, 200));
		progress_tick();
	}
	return false;
}

/* The part becomes the file. */
static bool keep(struct fetch *fetch)
{
	g_unlink(fetch->body_etag);
	if (g_rename(fetch->part, fetch->body))
		return bl_fail_errno(&fetch->why, "cannot rename %s", fetch->part);
	g_unlink(fetch->part_etag);
	keep_etag(fetch, fetch->body_etag);
	return true;
}

static bool fetch_all(struct fetch *fetch)
{
	enum end end = AGAIN;

	for (guint done = 1; (end = attempt(fetch)) == AGAIN; done++) {
		if (done >= fetch->opts->attempts)
			return false;
		if (!back_off(fetch, done)) {
			g_clear_error(&fetch->why);
			return run_check_interrupted(&fetch->why);
		}
	}
	if (end == FAILED)
		return false;
	if (end == WHOLE)
		return keep(fetch);
	g_unlink(fetch->part_etag);
	g_unlink(fetch->part);
	return true;
}

static bool fetch_shown(struct fetch *fetch)
{
	g_autofree char *phase = g_strdup_printf("fetch %s", fetch->url);

	progress_begin(phase, "KiB", 0);
	bool ok = fetch_all(fetch);

	progress_end(ok ? "done" : "failed");
	return ok;
}

static bool start_curl(struct fetch *fetch, GError **err)
{
	static bool ready;

	if (!ready)
		ready = !curl_global_init(CURL_GLOBAL_DEFAULT);
	fetch->curl = ready ? curl_easy_init() : NULL;
	return fetch->curl || bl_fail(err, BL_ERROR_SYSTEM, "libcurl cannot be started");
}

static void clear(struct fetch *fetch)
{
	curl_slist_free_all(fetch->headers);
	curl_easy_cleanup(fetch->curl);
	g_free(fetch->body);
	g_free(fetch->body_etag);
	g_free(fetch->part);
	g_free(fetch->part_etag);
}

char *http_fetch(const char *url, const struct http_opts *opts, GError **err)
{
	struct http_opts used = opts ? *opts : http_defaults;
	g_autofree char *dir = path_cache_dir("downloads", err);
	g_autofree char *name = g_compute_checksum_for_string(G_CHECKSUM_SHA256, url, -1);
	g_auto(Lock) lock = dir ? lock_take(name, "it fetches the same", err) : -1;
	struct fetch fetch = {.url = url, .opts = &used};

	if (lock < 0 || !start_curl(&fetch, err))
		return NULL;
	if (!used.cainfo)
		used.cainfo = g_getenv("BOOTLAB_CAINFO");
	fetch.body = g_build_filename(dir, name, NULL);
	fetch.body_etag = g_strconcat(fetch.body, ".etag", NULL);
	fetch.part = g_strconcat(fetch.body, ".part", NULL);
	fetch.part_etag = g_strconcat(fetch.part, ".etag", NULL);
	char *path = fetch_shown(&fetch) ? g_steal_pointer(&fetch.body) : NULL;

	if (!path)
		g_propagate_error(err, fetch.why);
	clear(&fetch);
	return path;
}
