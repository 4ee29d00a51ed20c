/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The protocol between bootlab and the agent on a testbed: all that the two sides share.
 *
 * The channel is a byte stream (a virtio-serial port; stdin and stdout over ssh). Each
 * message is one JSON object on one line of at most PROTOCOL_LINE_MAX bytes, newline
 * included. bootlab sends one line, the cell (or it is PROTOCOL_CELL_FILE in the initramfs); the
 * agent answers with events until `end`, which is always the last. Any version but
 * PROTOCOL_VERSION is refused.
 *
 * The cell:
 *   {"v": 2, "scenario": "vfio-boot", "workload": "guest-boot",
 *    "params": {"memory": 1073741824, ...},           integers (bytes, counts) or strings
 *    "knobs": {"pin_threads": "2"},         module parameters to set, see collectors/knob.h
 *    "device": {"vendor": 6966, "device": 5, "bar": 17179869184},    what to bind
 *    "drive": {"vendor": 6966, "device": 16},   a drive to bind, for a guest
 *    "guest": {"kernel": "/path", "initrd": "/path"},  as the host's root names them
 *    "node": {"id": 1, "bytes": 345744867328, "aliased": true},   a node for a guest's RAM
 *    "collectors": ["dma-map", ...], "deadline_s": 120}
 *
 * Events. All carry "v", "ev" and "t", the testbed's CLOCK_MONOTONIC in ns:
 *   hello   agent, kernel (uname -r), cmdline, cpus, memory (bytes)        first, once
 *   mark    name                                          t is the instant that it marks
 *   metric  name, value, unit, better ("lower", "higher" or "neither")
 *   span    name, kind, start, end (ns), bytes            e.g. one VFIO_IOMMU_MAP_DMA call
 *   gate    name, ok, evidence                     evidence: what was seen, also when ok
 *   log     source, text                                  a line of some program's output
 *   artifact name, text           a file that the sample leaves, or the next piece of it
 *   env     name, value                 a string for the sample's environment fingerprint
 *   progress  what, done, total          numbers of bytes, while something takes long; not kept
 *   end     status ("done" or "failed"), reason                             last, once
 * Names match [a-z0-9_.-]{1,64}. A log text longer than PROTOCOL_TEXT_MAX is cut.
 */
#ifndef LAB_PROTOCOL_H
#define LAB_PROTOCOL_H

#define PROTOCOL_VERSION  2
#define PROTOCOL_LINE_MAX 65536
#define PROTOCOL_TEXT_MAX 4096
#define PROTOCOL_NAME_MAX 64

/* Of an artifact's text in one event: escaped as JSON, it is twice as long at most. */
#define PROTOCOL_PIECE_MAX 16384

/* The virtio-serial port's name; the agent finds it under /sys/class/virtio-ports. */
#define PROTOCOL_PORT "org.bootlab.agent.0"

/*
 * The cell of a deterministic sample is a file of the initramfs, and nothing is sent: the instant
 * at which a testbed hears of what the host sends is no two times the same.
 */
#define PROTOCOL_CELL_FILE "/cell"

/* On a kernel's command line: what the agent is there as. Without it: a testbed. */
#define PROTOCOL_ROLE_GUEST "bootlab.role=guest"

/* What a guest's agent prints on its console when it is PID 1 of a running userspace. */
#define PROTOCOL_GUEST_INIT "bootlab: guest_init"

/* The 9p mount tag of the host's root. */
#define PROTOCOL_ROOT_TAG "hostroot"

/* A line that the agent prints on the testbed's console when it cannot use the channel. */
#define PROTOCOL_CONSOLE_FATAL "bootlab-agent: fatal: "

/* What the names of metrics begin with that tell of no clock, but of what it would show. */
#define PROTOCOL_PROJECTED "projected."

#define PROTOCOL_BETTER_LOWER	"lower"
#define PROTOCOL_BETTER_HIGHER	"higher"
#define PROTOCOL_BETTER_NEITHER "neither"

#endif
