// SPDX-License-Identifier: GPL-2.0-only
/* What is fetched from a server that answers with what the test tells it to, on loopback. */
#include "tests/unit/cmocka.h"

#include "kernels/http.h"
#include "lab/paths.h"
#include "lab/run.h"

#include <arpa/inet.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* One answer, as it goes over the wire. The server then ends the connection. */
#define ANSWER(status, headers, body) \
	"HTTP/1.1 " status "\r\nConnection: close\r\n" headers "\r\n" body

/* An answer that begins so goes on for ever, a byte now and then. */
#define DRIP "drip:"

static const struct http_opts quick = {
	.max_bytes = 1000,
	.connect_s = 10,
	.stall_bytes = 1000,
	.stall_s = 1,
	.redirects = 3,
	.attempts = 3,
	.backoff_ms = 1,
	.wait_max_s = 2,
};

/* A server and the requests that it got. */
static struct server {
	int socket;
	GThread *thread;
	const char *const *answers; /* one to each request; NULL-terminated */
	GPtrArray *requests;
	char *url;
	int victim; /* the process that gets SIGINT once the server drips */
} server;

static char *folder;

static char *read_request(int fd)
{
	GString *text = g_string_new(NULL);
	char c;

	while (!strstr(text->str, "\r\n\r\n") && read(fd, &c, 1) == 1)
		g_string_append_c(text, c);
	return g_string_free(text, FALSE);
}

static void drip(int fd)
{
	while (send(fd, "x", 1, MSG_NOSIGNAL) == 1) {
		if (g_atomic_int_get(&server.victim))
			kill(g_atomic_int_get(&server.victim), SIGINT);
		g_usleep(10000);
	}
}

static void answer(int fd, const char *text)
{
	bool drips = g_str_has_prefix(text, DRIP);

	text += drips ? strlen(DRIP) : 0;
	g_ptr_array_add(server.requests, read_request(fd));
	if (send(fd, text, strlen(text), MSG_NOSIGNAL) >= 0 && drips)
		drip(fd);
}

/* Once it has no answer left, it takes no connection any more. */
static void *serve(void *data)
{
	(void)data;
	for (int i = 0; server.answers[i]; i++) {
		int fd = accept(server.socket, NULL, NULL);

		if (fd < 0)
			break;
		answer(fd, server.answers[i]);
		close(fd);
	}
	shutdown(server.socket, SHUT_RDWR);
	return NULL;
}

static void start_server(const char *const *answers)
{
	static int count;
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);

	server.socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(server.socket, (struct sockaddr *)&address, length), 0);
	assert_int_equal(listen(server.socket, 10), 0);
	assert_int_equal(getsockname(server.socket, (struct sockaddr *)&address, &length), 0);
	/* A path of its own: another server may have had the port. */
	server.url = g_strdup_printf("http://127.0.0.1:%u/%d", ntohs(address.sin_port), count++);
	server.requests = g_ptr_array_new_with_free_func(g_free);
	server.answers = answers;
	server.thread = g_thread_new("server", serve, NULL);
}

static int stop_server(void **state)
{
	(void)state;
	g_ptr_array_unref(server.requests);
	g_free(server.url);
	server = (struct server){0};
	return 0;
}

/* Ends the server: how many requests it got. */
static guint requests(void)
{
	shutdown(server.socket, SHUT_RDWR);
	g_thread_join(server.thread);
	close(server.socket);
	return server.requests->len;
}

static const char *request(guint i)
{
	return server.requests->pdata[i];
}

/* Fetches from the server: what it got, or NULL with err. */
static char *fetch(GError **err)
{
	g_autofree char *path = http_fetch(server.url, &quick, err);
	char *text = NULL;

	if (path)
		assert_true(g_file_get_contents(path, &text, NULL, NULL));
	return text;
}

static void assert_fetched(const char *want)
{
	g_autoptr(GError) err = NULL;
	g_autofree char *text = fetch(&err);

	if (!text)
		fail_msg("%s", err->message);
	assert_string_equal(text, want);
}

/* Fails, with the URL and this in the message. */
static void assert_refused(const char *part)
{
	g_autoptr(GError) err = NULL;

	assert_null(fetch(&err));
	if (!strstr(err->message, part) || !strstr(err->message, server.url))
		fail_msg("'%s' or the URL is not in: %s", part, err->message);
}

static bool has_header(guint i, const char *line)
{
	g_autofree char *whole = g_strdup_printf("\r\n%s\r\n", line);

	return strstr(request(i), whole);
}

static void a_file_is_fetched_once_and_asked_for_by_its_etag(void **state)
{
	static const char *const answers[] = {
		ANSWER("200 OK", "ETag: \"one\"\r\nContent-Length: 5\r\n", "hello"),
		ANSWER("304 Not Modified", "ETag: \"one\"\r\n", ""),
		ANSWER("200 OK", "ETag: \"two\"\r\nContent-Length: 3\r\n", "new"), NULL};

	(void)state;
	start_server(answers);
	assert_fetched("hello");
	assert_fetched("hello");
	assert_fetched("new");
	assert_int_equal(requests(), 3);
	assert_null(strstr(request(0), "If-None-Match"));
	assert_true(has_header(1, "If-None-Match: \"one\""));
}

static void without_an_etag_a_file_is_fetched_again(void **state)
{
	static const char *const answers[] = {ANSWER("200 OK", "Content-Length: 3\r\n", "old"),
					      ANSWER("200 OK", "Content-Length: 3\r\n", "new"),
					      NULL};

	(void)state;
	start_server(answers);
	assert_fetched("old");
	assert_fetched("new");
	assert_int_equal(requests(), 2);
	assert_null(strstr(request(1), "If-None-Match"));
}

static void an_etag_goes_with_the_body_that_it_was_given_for(void **state)
{
	static const char *const answers[] = {
		ANSWER("200 OK", "ETag: \"one\"\r\nContent-Length: 3\r\n", "old"),
		ANSWER("200 OK", "Content-Length: 3\r\n", "new"),
		ANSWER("200 OK", "Content-Length: 6\r\n", "newest"), NULL};

	(void)state;
	start_server(answers);
	assert_fetched("old");
	assert_fetched("new");
	assert_fetched("newest");
	assert_int_equal(requests(), 3);
	assert_non_null(strstr(request(1), "If-None-Match"));
	assert_null(strstr(request(2), "If-None-Match"));
}

static void an_empty_body_is_one(void **state)
{
	static const char *const answers[] = {ANSWER("200 OK", "Content-Length: 0\r\n", ""), NULL};

	(void)state;
	start_server(answers);
	assert_fetched("");
	assert_int_equal(requests(), 1);
}

static void a_cut_body_is_gone_on_with(void **state)
{
	static const char *const answers[] = {
		ANSWER("200 OK", "ETag: \"one\"\r\nContent-Length: 10\r\n", "0123"),
		ANSWER("206 Partial Content",
		       "ETag: \"one\"\r\nContent-Range: bytes 4-9/10\r\nContent-Length: 6\r\n",
		       "456789"),
		NULL};

	(void)state;
	start_server(answers);
	assert_fetched("0123456789");
	assert_int_equal(requests(), 2);
	assert_true(has_header(1, "Range: bytes=4-"));
	assert_true(has_header(1, "If-Range: \"one\""));
}

static void a_cut_body_that_has_changed_is_started_anew(void **state)
{
	static const char *const answers[] = {
		ANSWER("200 OK", "ETag: \"one\"\r\nContent-Length: 10\r\n", "0123"),
		ANSWER("200 OK", "ETag: \"two\"\r\nContent-Length: 3\r\n", "new"), NULL};

	(void)state;
	start_server(answers);
	assert_fetched("new");
	assert_int_equal(requests(), 2);
}

static void a_cut_body_without_a_strong_etag_is_started_anew(void **state)
{
	static const char *const answers[] = {
		ANSWER("200 OK", "Content-Length: 10\r\n", "0123"),
		ANSWER("200 OK", "ETag: W/\"weak\"\r\nContent-Length: 10\r\n", "0123"),
		ANSWER("200 OK", "Content-Length: 10\r\n", "9876543210"), NULL};

	(void)state;
	start_server(answers);
	assert_fetched("9876543210");
	assert_int_equal(requests(), 3);
	assert_null(strstr(request(1), "Range: "));
	assert_null(strstr(request(2), "Range: "));
}

static void a_wrong_part_is_not_put_in(void **state)
{
	static const char *const answers[] = {
		ANSWER("200 OK", "ETag: \"one\"\r\nContent-Length: 10\r\n", "0123"),
		ANSWER("206 Partial Content",
		       "ETag: \"one\"\r\nContent-Range: bytes 2-9/10\r\nContent-Length: 8\r\n",
		       "23456789"),
		ANSWER("200 OK", "Content-Length: 10\r\n", "0123456789"), NULL};

	(void)state;
	start_server(answers);
	assert_fetched("0123456789");
	assert_int_equal(requests(), 3);
	assert_null(strstr(request(2), "Range: "));
}

static void a_part_that_is_past_the_end_is_started_anew(void **state)
{
	static const char *const answers[] = {
		ANSWER("200 OK", "ETag: \"one\"\r\nContent-Length: 10\r\n", "0123"),
		ANSWER("416 Range Not Satisfiable", "Content-Length: 0\r\n", ""),
		ANSWER("200 OK", "Content-Length: 3\r\n", "new"), NULL};

	(void)state;
	start_server(answers);
	assert_fetched("new");
	assert_int_equal(requests(), 3);
}

static void a_body_that_is_always_cut_is_an_error(void **state)
{
	static const char *const answers[] = {ANSWER("200 OK", "Content-Length: 10\r\n", "0123"),
					      ANSWER("200 OK", "Content-Length: 10\r\n", "0123"),
					      ANSWER("200 OK", "Content-Length: 10\r\n", "0123"),
					      ANSWER("200 OK", "Content-Length: 4\r\n", "0123"),
					      NULL};

	(void)state;
	start_server(answers);
	assert_refused("the server ends the connection early; try again later");
	assert_int_equal(requests(), 3);
}

static void what_is_not_there_is_asked_for_once(void **state)
{
	static const char *const answers[] = {
		ANSWER("404 Not Found", "Content-Length: 2\r\n", "no"),
		ANSWER("200 OK", "Content-Length: 2\r\n", "ha"), NULL};

	(void)state;
	start_server(answers);
	assert_refused("status 404: is the address or the message-id right?");
	assert_int_equal(requests(), 1);
}

static void a_servers_failure_is_tried_again(void **state)
{
	static const char *const answers[] = {
		ANSWER("500 Internal Server Error", "Content-Length: 2\r\n", "no"),
		ANSWER("429 Too Many Requests", "Retry-After: 0\r\nContent-Length: 2\r\n", "no"),
		ANSWER("200 OK", "Content-Length: 5\r\n", "hello"), NULL};

	(void)state;
	start_server(answers);
	assert_fetched("hello");
	assert_int_equal(requests(), 3);
}

static void a_lasting_failure_is_an_error(void **state)
{
	static const char *const answers[] = {ANSWER("503 Busy", "Content-Length: 0\r\n", ""),
					      ANSWER("503 Busy", "Content-Length: 0\r\n", ""),
					      ANSWER("503 Busy", "Content-Length: 0\r\n", ""),
					      ANSWER("200 OK", "Content-Length: 0\r\n", ""), NULL};

	(void)state;
	start_server(answers);
	assert_refused("status 503");
	assert_int_equal(requests(), 3);
}

static void a_long_wait_is_left_to_the_user(void **state)
{
	static const char *const answers[] = {
		ANSWER("503 Busy", "Retry-After: 3600\r\nContent-Length: 0\r\n", ""),
		ANSWER("200 OK", "Content-Length: 0\r\n", ""), NULL};

	(void)state;
	start_server(answers);
	assert_refused("asks to come again in 3600 s");
	assert_int_equal(requests(), 1);
}

static void a_redirect_is_followed(void **state)
{
	static const char *const answers[] = {
		ANSWER("302 Found", "Location: /there\r\nContent-Length: 2\r\n", "no"),
		ANSWER("200 OK", "Content-Length: 5\r\n", "hello"), NULL};

	(void)state;
	start_server(answers);
	assert_fetched("hello");
	assert_int_equal(requests(), 2);
	assert_true(g_str_has_prefix(request(1), "GET /there "));
}

static void a_loop_of_redirects_is_an_error(void **state)
{
	static const char *const answers[] = {
		ANSWER("302 Found", "Location: /again\r\nContent-Length: 0\r\n", ""),
		ANSWER("302 Found", "Location: /again\r\nContent-Length: 0\r\n", ""),
		ANSWER("302 Found", "Location: /again\r\nContent-Length: 0\r\n", ""),
		ANSWER("302 Found", "Location: /again\r\nContent-Length: 0\r\n", ""),
		ANSWER("200 OK", "Content-Length: 0\r\n", ""),
		NULL};

	(void)state;
	start_server(answers);
	assert_refused("redirects in a loop");
	assert_int_equal(requests(), quick.redirects + 1);
}

static void a_redirect_leads_to_no_file(void **state)
{
	static const char *const answers[] = {
		ANSWER("302 Found", "Location: file:///etc/passwd\r\nContent-Length: 0\r\n", ""),
		NULL};

	(void)state;
	start_server(answers);
	assert_refused("only http and https are fetched");
	assert_int_equal(requests(), 1);
}

static void a_body_that_is_announced_too_large_is_refused(void **state)
{
	static const char *const answers[] = {DRIP ANSWER("200 OK", "Content-Length: 1001\r\n", ""),
					      NULL};

	(void)state;
	start_server(answers);
	assert_refused("larger than 1000 B");
	assert_int_equal(requests(), 1);
}

static void a_body_that_grows_too_large_is_refused(void **state)
{
	g_autofree char *body = g_strnfill(1001, 'x');
	g_autofree char *text = g_strconcat(ANSWER("200 OK", "", ""), body, NULL);
	const char *const answers[] = {text, NULL};

	(void)state;
	start_server(answers);
	assert_refused("larger than 1000 B");
	assert_int_equal(requests(), 1);
}

static void a_body_may_be_as_large_as_the_limit(void **state)
{
	g_autofree char *body = g_strnfill(1000, 'x');
	g_autofree char *text =
		g_strconcat(ANSWER("200 OK", "Content-Length: 1000\r\n", ""), body, NULL);
	const char *const answers[] = {text, NULL};

	(void)state;
	start_server(answers);
	assert_fetched(body);
	assert_int_equal(requests(), 1);
}

static void the_rest_of_a_part_counts_with_it(void **state)
{
	static const char *const answers[] = {
		ANSWER("200 OK", "ETag: \"one\"\r\nContent-Length: 10\r\n", "0123"),
		DRIP ANSWER("206 Partial Content",
			    "Content-Range: bytes 4-1003/1004\r\nContent-Length: 1000\r\n", ""),
		NULL};

	(void)state;
	start_server(answers);
	assert_refused("larger than 1000 B");
	assert_int_equal(requests(), 2);
}

static void a_slow_drip_is_ended(void **state)
{
	static const char *const answers[] = {DRIP ANSWER("200 OK", "", ""),
					      DRIP ANSWER("200 OK", "", ""),
					      DRIP ANSWER("200 OK", "", ""), NULL};

	(void)state;
	start_server(answers);
	assert_refused("the server is too slow now");
	assert_int_equal(requests(), 3);
}

static void a_server_that_hangs_up_is_an_error(void **state)
{
	static const char *const answers[] = {"", "", "", NULL};

	(void)state;
	start_server(answers);
	assert_refused("the server ends the connection early");
	assert_int_equal(requests(), 3);
}

static void a_server_that_speaks_something_else_is_an_error(void **state)
{
	static const char *const answers[] = {"SSH-2.0-other\r\n", "SSH-2.0-other\r\n",
					      "SSH-2.0-other\r\n", NULL};

	(void)state;
	start_server(answers);
	assert_refused("cannot fetch");
	assert_true(requests() >= 1);
}

static void a_failure_leaves_what_was_fetched_before(void **state)
{
	static const char *const answers[] = {
		ANSWER("200 OK", "ETag: \"one\"\r\nContent-Length: 5\r\n", "hello"),
		ANSWER("404 Not Found", "Content-Length: 0\r\n", ""),
		ANSWER("304 Not Modified", "", ""), NULL};

	(void)state;
	start_server(answers);
	assert_fetched("hello");
	assert_refused("status 404");
	assert_fetched("hello");
	assert_int_equal(requests(), 3);
}

static void other_protocols_are_refused(void **state)
{
	g_autoptr(GError) err = NULL;

	(void)state;
	assert_null(http_fetch("file:///etc/passwd", &quick, &err));
	assert_non_null(strstr(err->message, "only http and https are fetched"));
}

static void a_signal_ends_a_transfer(void **state)
{
	static const char *const answers[] = {DRIP ANSWER("200 OK", "", ""), NULL};
	static const struct http_opts patient = {
		.max_bytes = 1 << 20, .connect_s = 60, .redirects = 1, .attempts = 1};

	(void)state;
	start_server(answers);
	/* In a process of its own: the signal's mark stays set. */
	pid_t pid = fork();

	if (!pid) {
		g_autoptr(GError) err = NULL;

		run_catch_signals();
		char *path = http_fetch(server.url, &patient, &err);

		_exit(!path && g_error_matches(err, BL_ERROR, BL_ERROR_CANCELLED) ? 0 : 1);
	}
	g_atomic_int_set(&server.victim, pid);
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	g_atomic_int_set(&server.victim, 0);
	assert_int_equal(requests(), 1);
}

static int make_folder(void **state)
{
	(void)state;
	folder = g_dir_make_tmp("bootlab-test-XXXXXX", NULL);
	g_setenv("BOOTLAB_CACHE", folder, TRUE);
	g_setenv("no_proxy", "*", TRUE);
	g_unsetenv("BOOTLAB_CAINFO");
	return folder ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	path_remove_tree(folder, NULL);
	g_free(folder);
	return 0;
}

#define TEST(fn) cmocka_unit_test_teardown(fn, stop_server)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_fetched_once_and_asked_for_by_its_etag),
		TEST(without_an_etag_a_file_is_fetched_again),
		TEST(an_etag_goes_with_the_body_that_it_was_given_for),
		TEST(an_empty_body_is_one),
		TEST(a_cut_body_is_gone_on_with),
		TEST(a_cut_body_that_has_changed_is_started_anew),
		TEST(a_cut_body_without_a_strong_etag_is_started_anew),
		TEST(a_wrong_part_is_not_put_in),
		TEST(a_part_that_is_past_the_end_is_started_anew),
		TEST(a_body_that_is_always_cut_is_an_error),
		TEST(what_is_not_there_is_asked_for_once),
		TEST(a_servers_failure_is_tried_again),
		TEST(a_lasting_failure_is_an_error),
		TEST(a_long_wait_is_left_to_the_user),
		TEST(a_redirect_is_followed),
		TEST(a_loop_of_redirects_is_an_error),
		TEST(a_redirect_leads_to_no_file),
		TEST(a_body_that_is_announced_too_large_is_refused),
		TEST(a_body_that_grows_too_large_is_refused),
		TEST(a_body_may_be_as_large_as_the_limit),
		TEST(the_rest_of_a_part_counts_with_it),
		TEST(a_slow_drip_is_ended),
		TEST(a_server_that_hangs_up_is_an_error),
		TEST(a_server_that_speaks_something_else_is_an_error),
		TEST(a_failure_leaves_what_was_fetched_before),
		cmocka_unit_test(other_protocols_are_refused),
		TEST(a_signal_ends_a_transfer),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
