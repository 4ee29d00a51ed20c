# SPDX-License-Identifier: GPL-2.0-only
# Three kinds of tests: units, the same under ASan and UBSan, and end-to-end scripts that boot
# real testbeds. A file tests/unit/test-agent-*.c tests the agent's objects, any other bootlab's.

UNITS     := $(patsubst tests/unit/%.c,$(O)/tests/%,$(wildcard tests/unit/test-*.c))
FORMATTED := $(wildcard */*.c */*.h lab/qemu/*.c lab/qemu/*.h tests/unit/*.c tests/fuzz/*.c)

$(O)/tests/test-agent-%: tests/unit/test-agent-%.c $(filter-out %/main.o,$(AGENT_O))
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(WARN) -MMD -MP -o $@ $< $(filter %.o,$^) -ljansson -lcmocka

$(O)/tests/test-%: tests/unit/test-%.c $(filter-out %/lab/main.o,$(OBJECTS))
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(WARN) $(LIBCFLAGS) -MMD -MP -o $@ $< $(filter %.o,$^) $(LDLIBS) -lcmocka

-include $(UNITS:=.d)

.PHONY: units
units: $(UNITS) ## the unit tests
	@for unit in $(UNITS); do echo "# $$unit" && $$unit || exit 1; done

.PHONY: units-sanitized
units-sanitized: ## the unit tests under ASan and UBSan
	+G_SLICE=always-malloc $(MAKE) O=build/sanitized units \
		CFLAGS="-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all"

.PHONY: e2e
e2e: all ## the end-to-end tests, which boot real testbeds
	BOOTLAB=$(CURDIR)/bootlab prove --failures --timer $(wildcard tests/e2e/t[0-9]*.sh)

.PHONY: check-format
check-format: | build/packages.installed
	@clang-format --dry-run --Werror $(FORMATTED)

.PHONY: check
check: check-format units units-sanitized e2e ## all tests

# The fuzzers: one for each format of `bootlab import`, one for damaged dbs, one for the agent's
# lines. Everything is compiled once more, by clang, with what leads libFuzzer to new paths.
FUZZ_FORMATS := csv json pft fio bundle
FUZZERS      := $(FUZZ_FORMATS:%=$(O)/fuzz-%) $(O)/fuzz-db $(O)/fuzz-event
FUZZ_SECONDS ?= 600
FUZZ_FLAGS    = $(CPPFLAGS) $(CFLAGS) -fsanitize=fuzzer $(WARN) $(LIBCFLAGS)

$(FUZZ_FORMATS:%=$(O)/fuzz-%): $(O)/fuzz-%: tests/fuzz/fuzz-intake.c $(filter-out %/lab/main.o,$(OBJECTS))
	$(say)
	$(Q)$(CC) $(FUZZ_FLAGS) -DFUZZ_FORMAT='"$*"' -DFUZZ_NAMES=$(if $(filter bundle,$*),0,1) -o $@ $^ $(LDLIBS)

$(O)/fuzz-db $(O)/fuzz-event: $(O)/%: tests/fuzz/%.c $(filter-out %/lab/main.o,$(OBJECTS))
	$(say)
	$(Q)$(CC) $(FUZZ_FLAGS) -o $@ $^ $(LDLIBS)

.PHONY: fuzzers
fuzzers: $(FUZZERS)

.PHONY: fuzz
fuzz: bootlab | build/packages-fuzz.installed ## whatever input is read, anything in it (FUZZ_SECONDS=600 in all)
	+$(MAKE) O=build/fuzz CC=clang WARN="-std=gnu17 -Wall" fuzzers \
		CFLAGS="-O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all"
	tests/fuzz/run.sh build/fuzz $(FUZZ_SECONDS)
