# SPDX-License-Identifier: GPL-2.0-only
# make            build bootlab and its agent
# make demo       the main job: two kernels in, a speedup table out
# make check      all tests
# make help       the rest

VERSION := 0.1
PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= gcc
O       := build

LIBS     := libvirt libvirt-qemu glib-2.0 jansson libcyaml sqlite3 libarchive
CPPFLAGS += -I. -D_GNU_SOURCE -DBOOTLAB_VERSION='"$(VERSION)"' \
	    -DBOOTLAB_DATADIR='"$(PREFIX)/share/bootlab"' \
	    -DBOOTLAB_LIBEXECDIR='"$(PREFIX)/libexec/bootlab"'
CFLAGS   ?= -O2 -g
WARN     := -std=gnu17 -Wall -Wextra -Werror
# Asked of pkg-config only once the packages are there (the first goal may install them).
LIBCFLAGS = $(shell pkg-config --cflags $(LIBS))
LDLIBS    = $(shell pkg-config --libs $(LIBS)) -lm

SOURCES  := $(wildcard lab/*.c kernels/*.c reports/*.c db/*.c)
OBJECTS  := $(SOURCES:%.c=$(O)/%.o)
AGENT    := $(wildcard collectors/*.c scenarios/*.c)
AGENT_O  := $(AGENT:%.c=$(O)/agent.d/%.o)

.PHONY: all
all: bootlab $(O)/agent

bootlab: $(OBJECTS)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Static: it is the only file of the testbed's initramfs.
$(O)/agent: $(AGENT_O)
	$(CC) -static $(LDFLAGS) -o $@ $^ -ljansson

$(O)/agent.d/%.o: %.c | deps
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(WARN) -MMD -MP -c -o $@ $<

$(O)/%.o: %.c | deps
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(WARN) $(LIBCFLAGS) -MMD -MP -c -o $@ $<

-include $(OBJECTS:.o=.d) $(AGENT_O:.o=.d)

include tests/tests.mk
