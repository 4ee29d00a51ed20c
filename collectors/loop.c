// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/loop.h"

#include "collectors/fail.h"
#include "collectors/sys.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

#define WATCHES_MAX 16

static struct pollfd fds[WATCHES_MAX];
static struct {
	loop_fn ready;
	void *data;
} watches[WATCHES_MAX];
static int n_watches;

int loop_add(int fd, loop_fn ready, void *data)
{
	if (n_watches == WATCHES_MAX)
		return fail(EMFILE, "the agent watches more than %d descriptors", WATCHES_MAX);
	fds[n_watches] = (struct pollfd){.fd = fd, .events = POLLIN};
	watches[n_watches].ready = ready;
	watches[n_watches].data = data;
	n_watches++;
	return 0;
}

void loop_del(int fd)
{
	for (int i = 0; i < n_watches; i++) {
		if (fds[i].fd != fd)
			continue;
		n_watches--;
		fds[i] = fds[n_watches];
		watches[i] = watches[n_watches];
		return;
	}
}

/* A callback may remove any watch and so move the others: serve one, then look again. */
static int serve_one(void)
{
	for (int i = 0; i < n_watches; i++)
		if (fds[i].revents)
			return watches[i].ready(fds[i].fd, watches[i].data);
	return 0;
}

int loop_until(const bool *done, int64_t deadline)
{
	int rc = 0;

	while (!*done && rc >= 0) {
		int64_t left = deadline - now_ns();
		struct timespec ts = {.tv_sec = left / NSEC_PER_SEC,
				      .tv_nsec = left % NSEC_PER_SEC};

		if (left <= 0)
			return -ETIMEDOUT;
		rc = ppoll(fds, n_watches, &ts, NULL);
		if (rc < 0 && errno == EINTR)
			rc = 0;
		else if (rc < 0)
			rc = -errno;
		else if (rc > 0)
			rc = serve_one();
	}
	return rc < 0 ? rc : 0;
}
