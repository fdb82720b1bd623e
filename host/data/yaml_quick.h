/*
 * A reader for the YAML that most files are written in: blocks of keys and lists, plain and quoted texts of
 * one line, literal and folded blocks, lists and objects in brackets on one line, comments. It understands a
 * file wholly or not at all; what it does not understand (anchors, tags, tabs, texts over several lines,
 * anything that may be an error) is libyaml's, which takes some ten times as long. What it tells is what
 * libyaml tells.
 */
#ifndef FLOE_DATA_YAML_QUICK_H
#define FLOE_DATA_YAML_QUICK_H

#include "floe/yaml.h"

/* Who is told what stands in a file, in its order. Each returns 0, or what ends the reading. Offsets are
 * those of libyaml's marks. `text` is the file's own where it is written there as it is, else it is to be
 * copied. */
typedef struct floe_yaml_sink {
    void *self;
    int (*key)(void *self, const char *text, size_t length, uint32_t at);
    int (*plain)(void *self, const char *text, size_t length, uint32_t at);
    int (*text)(void *self, const char *text, size_t length, uint32_t at); /* quoted, or a block */
    int (*open)(void *self, bool object, uint32_t at);
    int (*close)(void *self);
} floe_yaml_sink;

/* True where all of the text was understood. Two NULs must follow it. */
bool floe_yaml_quick(const floe_yaml_sink *sink, const char *text, size_t size);

/* floe_yaml_fill by libyaml alone, to compare with. */
int floe_yaml_fill_slowly(floe_document *document, floe_yaml_dialect dialect, const floe_read_limits *limits,
                          floe_yaml_repeated repeated, void *context, floe_error *error);

#endif
