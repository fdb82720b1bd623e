/* Paths as texts. Every result is malloc'd and the caller's; FLOE_MEMORY is the only error where none is
 * named. */
#ifndef FLOE_BASE_PATH_H
#define FLOE_BASE_PATH_H

#include "floe/error.h"

/* `right` below `left`; `right` alone where it is absolute or `left` is empty. */
int floe_path_join(char **out, const char *left, const char *right, floe_error *error);

/* The path without ".", empty parts and, as far as the text tells, ".."; "." for an empty one. Looks at no
 * file. */
int floe_path_normalize(char **out, const char *path, floe_error *error);

/* The normalized path from the root; a relative one starts at the current folder, which may fail with
 * FLOE_IO. */
int floe_path_absolute(char **out, const char *path, floe_error *error);

/* How to get from the folder `base` to `path`; "." where they are the same. */
int floe_path_relative(char **out, const char *path, const char *base, floe_error *error);

/* All before the last part ("." where there is none, "/" for the root), and the last part. */
int floe_path_folder(char **out, const char *path, floe_error *error);
int floe_path_name(char **out, const char *path, floe_error *error);

/* The file that running `name` would start: looked for on PATH, unless it holds a "/". FLOE_NOT_FOUND. */
int floe_path_find_program(char **out, const char *name, floe_error *error);

#endif
