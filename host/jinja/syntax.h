/*
 * The syntax tree of a Jinja template, as dbt writes them: the language of Jinja 3.1 with its `do` and loop
 * control extensions and dbt's own blocks (`materialization`, `test`, `data_test`, `snapshot`, `docs`).
 *
 * A tree is immutable once parsed and may be rendered by any number of threads. It lives in the arena it was
 * parsed into and borrows the template's text, which must outlive it.
 */
#ifndef FLOE_JINJA_SYNTAX_H
#define FLOE_JINJA_SYNTAX_H

#include "floe/arena.h"
#include "floe/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum floe_jinja_kind {
    /* statements */
    FLOE_JINJA_TEXT,   /* text: what stands between tags, whitespace control applied; also of raw blocks */
    FLOE_JINJA_OUTPUT, /* {{ a }} */
    FLOE_JINJA_IF, /* {% if a %} body {% else %} otherwise; an elif is an IF as the only child of otherwise */
    FLOE_JINJA_FOR, /* {% for a in b if c [recursive] %} body {% else %} otherwise */
    FLOE_JINJA_SET, /* {% set a = b %}; a is a NAME, a TUPLE of them, or an ATTRIBUTE (of a namespace) */
    FLOE_JINJA_SET_BLOCK,    /* {% set a | filters %} body; b is the chain of FILTERs around a NULL value, or
                                NULL */
    FLOE_JINJA_MACRO,        /* {% macro text(items = defaults) %} body */
    FLOE_JINJA_CALL_BLOCK,   /* {% call(items = defaults) a %} body; a is a CALL */
    FLOE_JINJA_FILTER_BLOCK, /* {% filter a %} body; a as in SET_BLOCK's b */
    FLOE_JINJA_WITH,     /* {% with items = defaults %} body; autoescape is one without items, a its value */
    FLOE_JINJA_DO,       /* {% do a %} */
    FLOE_JINJA_BREAK,    /* {% break %}; the parser lets it stand in a loop only */
    FLOE_JINJA_CONTINUE, /* {% continue %} */
    FLOE_JINJA_BLOCK,    /* {% block text %} body */
    FLOE_JINJA_IMPORT, /* import, from, include, extends: dbt has no loader for them; a is the template's name
                        */
    FLOE_JINJA_TEST_BLOCK,      /* {% test text(items = defaults) %} and data_test: dbt's generic tests */
    FLOE_JINJA_MATERIALIZATION, /* {% materialization text, default | adapter="b" %} body; b is a STRING or
                                   NULL; `supported_languages=…` is a parameter with its default */
    FLOE_JINJA_SNAPSHOT,        /* {% snapshot text %} body */
    FLOE_JINJA_DOCS,            /* {% docs text %} body */
    /* expressions */
    FLOE_JINJA_NAME, /* text */
    FLOE_JINJA_NONE,
    FLOE_JINJA_BOOLEAN,         /* integer: 0 or 1 */
    FLOE_JINJA_INTEGER,         /* integer; one beyond 64 bits is a NUMBER */
    FLOE_JINJA_NUMBER,          /* number */
    FLOE_JINJA_STRING,          /* text, escapes decoded; adjacent literals joined */
    FLOE_JINJA_LIST,            /* items */
    FLOE_JINJA_TUPLE,           /* items */
    FLOE_JINJA_DICT,            /* items: key, value, key, value … */
    FLOE_JINJA_ATTRIBUTE,       /* a.text */
    FLOE_JINJA_ITEM,            /* a[b]; b may be a SLICE */
    FLOE_JINJA_SLICE,           /* a:b:c, each may be NULL */
    FLOE_JINJA_CALL,            /* a(items); keyword arguments are KEYWORD items */
    FLOE_JINJA_KEYWORD,         /* text=a */
    FLOE_JINJA_SPREAD,          /* *a */
    FLOE_JINJA_SPREAD_KEYWORDS, /* **a */
    FLOE_JINJA_FILTER,          /* a|text(items) */
    FLOE_JINJA_TEST,            /* a is text(items); negated */
    FLOE_JINJA_NOT,             /* not a */
    FLOE_JINJA_NEGATIVE,        /* -a */
    FLOE_JINJA_POSITIVE,        /* +a */
    FLOE_JINJA_BINARY,          /* a op b, `operation` below */
    FLOE_JINJA_COMPARE,         /* a op items[0].a op items[1].a …: items are OPERANDs */
    FLOE_JINJA_OPERAND,         /* operation, a */
    FLOE_JINJA_CONDITIONAL      /* a if b else c; c may be NULL */
} floe_jinja_kind;

typedef enum floe_jinja_operation {
    FLOE_JINJA_ADD,
    FLOE_JINJA_SUBTRACT,
    FLOE_JINJA_MULTIPLY,
    FLOE_JINJA_DIVIDE,
    FLOE_JINJA_FLOOR_DIVIDE,
    FLOE_JINJA_MODULO,
    FLOE_JINJA_POWER,
    FLOE_JINJA_CONCATENATE, /* ~ */
    FLOE_JINJA_AND,
    FLOE_JINJA_OR,
    FLOE_JINJA_EQUAL,
    FLOE_JINJA_NOT_EQUAL,
    FLOE_JINJA_LESS,
    FLOE_JINJA_LESS_EQUAL,
    FLOE_JINJA_GREATER,
    FLOE_JINJA_GREATER_EQUAL,
    FLOE_JINJA_IN,
    FLOE_JINJA_NOT_IN
} floe_jinja_operation;

typedef struct floe_jinja_node floe_jinja_node;

/* Borrowed text; not NUL-terminated. */
typedef struct floe_jinja_text {
    const char *text;
    uint32_t length;
} floe_jinja_text;

typedef struct floe_jinja_list {
    const floe_jinja_node *const *items;
    uint32_t count;
} floe_jinja_list;

struct floe_jinja_node {
    uint8_t kind;      /* floe_jinja_kind */
    uint8_t operation; /* floe_jinja_operation, of BINARY and OPERAND */
    bool negated;      /* of TEST */
    bool recursive;    /* of FOR */
    uint32_t height;   /* the longest way down to a leaf: 1 is a leaf; at most FLOE_JINJA_HEIGHT */
    uint32_t at, end; /* byte offsets in the template's text: the first byte, and behind the last (of a block:
                         of its last tag) */
    union {
        floe_jinja_text text;
        int64_t integer;
        double number;
    };
    const floe_jinja_node *a, *b, *c;
    floe_jinja_list items; /* parameters (NAMEs), arguments, elements */
    floe_jinja_list
        defaults; /* of parameters: as many as `items`, NULL where there is none; of WITH the values */
    floe_jinja_list body, otherwise;
};

/* Where the text of a template stands in a file that has more than it. */
typedef struct floe_jinja_origin {
    const char *name;      /* the file's */
    uint32_t line, column; /* of its first byte; 0: the text is the file's */
    uint32_t indent;       /* how far its further lines stand to the right */
    bool approximate;      /* it is written there in another form: nothing but its beginning has a place */
} floe_jinja_origin;

typedef struct floe_jinja_template {
    const char *name; /* for messages: a path */
    const char *text;
    size_t size;
    floe_jinja_list body;
    const uint32_t *lines; /* where each line begins; NULL in a short text */
    uint32_t line_count;
    floe_jinja_origin origin;
} floe_jinja_template;

enum {
    FLOE_JINJA_DEPTH = 100,  /* expressions and blocks within one another; deeper is FLOE_LIMIT */
    FLOE_JINJA_HEIGHT = 1000 /* the same, with operators, filters and elifs that follow one another */
};

/* Parses `size` bytes at `text` (less than 4 GiB), as dbt renders them: one line break at the end is not part
 * of the template, and each line break is "\n". `name` and `text` are borrowed. FLOE_INVALID with file, line
 * and column (code points, 1-based) and a hint where it is no Jinja: what is wrong, what was expected, and
 * for a block that is not closed where it was opened. FLOE_LIMIT past FLOE_JINJA_DEPTH, FLOE_MEMORY. */
int floe_jinja_parse(const floe_jinja_template **out, floe_arena *arena, const char *name, const char *text,
                     size_t size, floe_error *error);

/* The same for a text that stands in a file among others: places are those of the file. */
int floe_jinja_parse_at(const floe_jinja_template **out, floe_arena *arena, const floe_jinja_origin *origin,
                        const char *text, size_t size, floe_error *error);

/* The same for one expression without tags ("ref('a')", as in `to:` of a relationships test). */
int floe_jinja_parse_expression(const floe_jinja_node **out, floe_arena *arena, const char *name,
                                const char *text, size_t size, floe_error *error);

/* A block of a file as dbt's own scanner finds it. Offsets are those of the file. */
typedef struct floe_jinja_block {
    floe_jinja_text type;        /* "macro", "test", "snapshot" … */
    floe_jinja_text name;        /* the name behind it; empty where there is none */
    uint32_t at, end;            /* dbt's full_block: both tags and the blanks that their "-" takes away */
    uint32_t inside, inside_end; /* dbt's contents: between the tags */
} floe_jinja_block;

typedef struct floe_jinja_blocks {
    const floe_jinja_template *source; /* the file: name, text and lines; its body is empty */
    const floe_jinja_block *items;
    uint32_t count;
    const floe_jinja_block *strays; /* tags outside of blocks, which dbt passes over with a deprecation */
    uint32_t stray_count;
} floe_jinja_blocks;

/* Finds the blocks of the given types (NULL-terminated: {"macro", "materialization", "test", "data_test",
 * NULL}) at the top of a file, as dbt does for macros, snapshots and docs: text around them and what stands
 * in them is not parsed, only tags, strings in tags, comments and raw blocks are told apart. Fails where dbt
 * refuses the file (a block in a block or in `if` or `for`, no end), with the first thing that is wrong;
 * `*out` is set nevertheless (but for FLOE_MEMORY and FLOE_LIMIT), with all blocks that are whole. */
int floe_jinja_find_blocks(floe_jinja_blocks *out, floe_arena *arena, const char *name, const char *text,
                           size_t size, const char *const *types, floe_error *error);

/* Parses the bytes [at, end) of a file as a template of their own; its text, name, lines and offsets are
 * those of the file. A macro is parsed from block.at to block.end and becomes the first node of its kind in
 * the body; a snapshot or docs block from `inside` to `inside_end`, as dbt renders it without its tags. */
int floe_jinja_parse_part(const floe_jinja_template **out, floe_arena *arena,
                          const floe_jinja_template *source, uint32_t at, uint32_t end, floe_error *error);

/* True where text holds an end of a tag of Jinja ("{{", "{%", "{#", "}}", "%}" or "#}"): what does not is its
 * own rendering, with the line break at its end. */
bool floe_jinja_is_template(const char *text, size_t size);

/* Line and column (1-based, code points) of an offset of the template. */
void floe_jinja_position(const floe_jinja_template *template, uint32_t at, uint32_t *line, uint32_t *column);

/* Calls `visit` for each node of a list and all below, parents first, until it returns false. */
typedef bool (*floe_jinja_visit)(void *context, const floe_jinja_node *node);
bool floe_jinja_walk(floe_jinja_list list, floe_jinja_visit visit, void *context);

#endif
