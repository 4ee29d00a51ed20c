/* SPDX-License-Identifier: GPL-2.0-only */
/* YAML files read straight into structs, by a libcyaml schema whose top is a mapping. */
#ifndef LAB_YAML_H
#define LAB_YAML_H

#include "lab/error.h"

#include <cyaml/cyaml.h>

/*
 * Reads path into *data (yaml_discard it). What does not fit the schema is an error that names
 * the file, the line and what is expected there. All memory in *data is GLib's.
 */
bool yaml_load(const char *path, const cyaml_schema_value_t *schema, void **data, GError **err);

/*
 * For what a schema cannot say: sets *err to "PATH:LINE: 'KEY' ...", with the line where key
 * first stands, and returns false.
 */
bool yaml_fail(const char *path, const char *key, GError **err, const char *fmt, ...)
	G_GNUC_PRINTF(4, 5);

/* Writes data to path by one rename, in place of what is there. */
bool yaml_save(const char *path, const cyaml_schema_value_t *schema, const void *data,
	       GError **err);

/* Not yaml_free: libyaml exports that name, and would call ours. */
void yaml_discard(const cyaml_schema_value_t *schema, void *data);

#endif
