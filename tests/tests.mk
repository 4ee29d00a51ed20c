# SPDX-License-Identifier: GPL-2.0-only
# Three kinds of tests: units, the same under ASan and UBSan, and end-to-end scripts that boot
# real testbeds. A file tests/unit/test-agent-*.c tests the agent's objects, any other bootlab's.

UNITS     := $(patsubst tests/unit/%.c,$(O)/tests/%,$(wildcard tests/unit/test-*.c))
FORMATTED := $(wildcard */*.c */*.h tests/unit/*.c)

$(O)/tests/test-agent-%: tests/unit/test-agent-%.c $(filter-out %/main.o,$(AGENT_O))
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(WARN) -MMD -MP -o $@ $(filter %.c %.o,$^) -ljansson -lcmocka

$(O)/tests/test-%: tests/unit/test-%.c $(filter-out %/lab/main.o,$(OBJECTS))
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(WARN) $(LIBCFLAGS) -MMD -MP -o $@ $(filter %.c %.o,$^) $(LDLIBS) -lcmocka

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
check-format:
	@clang-format --dry-run --Werror $(FORMATTED)

.PHONY: check
check: check-format units units-sanitized e2e ## all tests
