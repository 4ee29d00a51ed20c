// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/channel.h"

#include "collectors/fail.h"
#include "collectors/sys.h"
#include "lab/protocol.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How long the host may take to name the port and to open its side, in s. */
#define HOST_WAIT_S 60

#define PORTS "/sys/class/virtio-ports"

/* The device node of the port named PROTOCOL_PORT: true if it is there now. */
static bool find_port(char *node, size_t size)
{
	DIR *dir = opendir(PORTS);
	struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir))) {
		char *name = sys_read(PORTS "/%s/name", entry->d_name);

		if (name && !strcmp(name, PROTOCOL_PORT "\n")) {
			snprintf(node, size, "/dev/%s", entry->d_name);
			found = true;
		}
		free(name);
	}
	if (dir)
		closedir(dir);
	return found;
}

/* The kernel's announcements of devices that come and change. */
static int open_uevents(void)
{
	struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = 1};
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);

	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		close(fd);
		return -errno;
	}
	return fd;
}

/* The name comes in a message of the host's, maybe later than init: each uevent, look again. */
static int wait_for_port(char *node, size_t size)
{
	int64_t deadline = now_ns() + HOST_WAIT_S * NSEC_PER_SEC;
	int fd = open_uevents();
	char event[4096];

	if (fd < 0)
		return fail(-fd, "cannot listen for the kernel's device events");
	while (!find_port(node, size)) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int64_t left_ms = (deadline - now_ns()) / 1000000;

		if (left_ms <= 0 || poll(&p, 1, left_ms) == 0) {
			close(fd);
			return fail(ENODEV, "no virtio-serial port %s", PROTOCOL_PORT);
		}
		recv(fd, event, sizeof(event), MSG_DONTWAIT);
	}
	close(fd);
	return 0;
}

int channel_open(void)
{
	char node[64 + NAME_MAX];
	int rc = wait_for_port(node, sizeof(node)), fd;

	if (rc < 0)
		return rc;
	fd = open(node, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return fail(errno, "cannot open %s", node);
	return fd;
}

/* While the host's side is closed, read() says 0 at once; the driver sends SIGIO on opening. */
static int wait_for_host(int64_t deadline)
{
	int64_t left = deadline - now_ns();
	struct timespec ts = {.tv_sec = left / NSEC_PER_SEC, .tv_nsec = left % NSEC_PER_SEC};
	sigset_t sigio;

	sigemptyset(&sigio);
	sigaddset(&sigio, SIGIO);
	if (left <= 0 || (sigtimedwait(&sigio, NULL, &ts) < 0 && errno == EAGAIN))
		return -ETIMEDOUT;
	return 0;
}

static int ask_for_sigio(int fd)
{
	sigset_t sigio;

	sigemptyset(&sigio);
	sigaddset(&sigio, SIGIO);
	if (sigprocmask(SIG_BLOCK, &sigio, NULL) < 0 || fcntl(fd, F_SETOWN, getpid()) < 0 ||
	    fcntl(fd, F_SETFL, O_ASYNC) < 0)
		return -errno;
	return 0;
}

static int read_until_newline(int fd, char *line, size_t size)
{
	int64_t deadline = now_ns() + HOST_WAIT_S * NSEC_PER_SEC;
	size_t len = 0;
	ssize_t n;
	int rc;

	while (len < size) {
		n = read(fd, line + len, size - len);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0) {
			rc = wait_for_host(deadline);
			if (rc < 0)
				return rc;
		}
		if (n <= 0)
			continue;
		len += n;
		if (line[len - 1] == '\n') {
			line[len - 1] = '\0';
			return 0;
		}
	}
	return -EMSGSIZE;
}

int channel_read_line(int fd, char *line, size_t size)
{
	int rc = ask_for_sigio(fd);

	if (!rc)
		rc = read_until_newline(fd, line, size);
	/* From here on the channel is only written to. */
	fcntl(fd, F_SETFL, 0);
	return rc < 0 ? fail(-rc, "cannot read the cell from the channel") : 0;
}

int channel_wait(int fd)
{
	int64_t deadline = now_ns() + HOST_WAIT_S * NSEC_PER_SEC;
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	int rc = ask_for_sigio(fd);

	while (!rc && poll(&p, 1, 0) >= 0 && p.revents & POLLHUP)
		rc = wait_for_host(deadline);
	fcntl(fd, F_SETFL, 0);
	return rc < 0 ? fail(-rc, "nobody has opened the other side of the channel") : 0;
}
