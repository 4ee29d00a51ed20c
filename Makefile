# SPDX-License-Identifier: GPL-2.0-only
VERSION := 0.1
PREFIX  ?= /usr/local
DESTDIR ?=
O       := build

LIBS     := libvirt libvirt-qemu glib-2.0 jansson libcyaml sqlite3 libarchive libcurl gsl
CPPFLAGS += -I. -D_GNU_SOURCE -DBOOTLAB_VERSION='"$(VERSION)"'
CFLAGS   ?= -O2 -g
WARN     := -std=gnu17 -Wall -Wextra -Werror
# Expanded when a rule runs: the packages may have been installed only just before.
LIBCFLAGS = $(shell pkg-config --cflags $(LIBS))
# libcsv has no file for pkg-config.
LDLIBS    = $(shell pkg-config --libs $(LIBS)) -lcsv -lm

SOURCES  := $(wildcard lab/*.c kernels/*.c reports/*.c db/*.c)
OBJECTS  := $(SOURCES:%.c=$(O)/%.o)
AGENT    := $(wildcard collectors/*.c scenarios/*.c)
AGENT_O  := $(AGENT:%.c=$(O)/agent.d/%.o)

# Architectures of testbeds other than this machine's, each with the prefix of its tools.
FOREIGN       := ppc64le
CROSS_ppc64le := powerpc64le-linux-gnu-

# make V=1 shows the commands.
Q    := $(if $(V),,@)
say   = @$(if $(V),:,echo "  build $@")

.PHONY: all
all: bootlab $(O)/agent $(O)/turns.so ## build bootlab, its agent and a plugin for QEMU (the default)

bootlab: $(OBJECTS)
	$(say)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Static: it is the only file of the testbed's initramfs.
$(O)/agent: $(AGENT_O)
	$(say)
	$(Q)$(CC) -static $(LDFLAGS) -o $@ $^ -ljansson

$(O)/agent.d/%.o: %.c | build/packages.installed
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(WARN) -MMD -MP -c -o $@ $<

# Loaded by QEMU, which has the functions that it calls.
$(O)/turns.so: lab/qemu/turns.c | build/packages.installed
	$(say)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(WARN) -fPIC -fvisibility=hidden -shared $(LDFLAGS) \
		-MMD -MP -MF $(O)/turns.d -o $@ $<

-include $(O)/turns.d

# An agent for testbeds of another architecture: a static program too, made by its compiler.
define foreign_agent
.PHONY: agent-$(1)
agent-$(1): $$(O)/$(1)/agent

$$(O)/$(1)/agent: $$(AGENT:%.c=$$(O)/$(1)/%.o)
	$$(say)
	$$(Q)$$(CROSS_$(1))gcc -static $$(LDFLAGS) -o $$@ $$^ -ljansson

$$(O)/$(1)/%.o: %.c | build/packages-$(1).installed
	@mkdir -p $$(@D)
	$$(say)
	$$(Q)$$(CROSS_$(1))gcc $$(CPPFLAGS) $$(CFLAGS) $$(WARN) -MMD -MP -c -o $$@ $$<

-include $$(AGENT:%.c=$$(O)/$(1)/%.d)
endef
$(foreach arch,$(FOREIGN),$(eval $(call foreign_agent,$(arch))))

$(O)/%.o: %.c | build/packages.installed
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(WARN) $(LIBCFLAGS) -MMD -MP -c -o $@ $<

-include $(OBJECTS:.o=.d) $(AGENT_O:.o=.d)

build/packages.installed: packages lab/deps.sh
	@lab/deps.sh packages
	@mkdir -p build && touch $@

build/packages-%.installed: packages lab/deps.sh
	@lab/deps.sh packages $*
	@mkdir -p build && touch $@

.PHONY: demo
demo: all ## the main job: two kernels in, a speedup table out
	./bootlab ab 6.1 6.1+pfnmap-fast -s vfio-boot -s vfio-pin -n 6 --db bootlab.db

.PHONY: bench
bench: all ## timings: ratios measured side by side in one run
	./bootlab ab 6.1 6.1+pfnmap-fast -s vfio-pin --set touched=0,1 -n 5 --db bench.db
	for script in tests/bench/*.sh; do BOOTLAB=$(CURDIR)/bootlab $$script || exit; done

include tests/tests.mk

.PHONY: install
install: all ## install below DESTDIR and PREFIX
	install -D -m 755 bootlab $(DESTDIR)$(PREFIX)/bin/bootlab
	install -D -m 755 $(O)/agent $(DESTDIR)$(PREFIX)/libexec/bootlab/agent
	install -D -m 755 $(O)/turns.so $(DESTDIR)$(PREFIX)/libexec/bootlab/turns.so
	install -D -m 644 doc/bootlab.1 $(DESTDIR)$(PREFIX)/share/man/man1/bootlab.1
	install -D -m 644 packages $(DESTDIR)$(PREFIX)/share/bootlab/packages
	for file in kernels/bases/* kernels/configs/* $$(find kernels/series -type f) scenarios/*.yaml; do \
		install -D -m 644 "$$file" "$(DESTDIR)$(PREFIX)/share/bootlab/$$file" || exit; \
	done

.PHONY: format
format: ## format the sources in the project's style
	clang-format -i $(FORMATTED)

.PHONY: clean
clean: ## remove what make has built here (not the cache of kernels)
	rm -rf build bootlab

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20
