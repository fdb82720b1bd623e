/*
 * What a plain (unquoted, untagged) scalar is:
 *
 *            | core: YAML 1.2.2, section 10.3.2         | dbt: YAML 1.1 as PyYAML's SafeLoader reads it
 *   ---------+------------------------------------------+---------------------------------------------------------
 *   null     | (nothing) ~ null Null NULL               | the same
 *   boolean  | true True TRUE false False FALSE         | also yes Yes YES no No NO on On ON off Off OFF
 *   integer  | [-+]? [0-9]+                             | [-+]? (0 | [1-9][0-9_]*)
 *            | 0o [0-7]+                                | [-+]? 0 [0-7_]+           012 is 10
 *            | 0x [0-9a-fA-F]+                          | [-+]? 0x [0-9a-fA-F_]+    [-+]? 0b [01_]+
 *            |                                          | [-+]? [1-9][0-9_]* (: [0-5]?[0-9])+    1:30 is 90
 *   number   | [-+]? ( . [0-9]+ | [0-9]+ (. [0-9]*)? )  | [-+]? [0-9][0-9_]* . [0-9_]* ([eE][-+][0-9]+)?
 *            |   ([eE] [-+]? [0-9]+)?                   | . [0-9][0-9_]* ([eE][-+][0-9]+)?
 *            |                                          | [-+]? [0-9][0-9_]* (: [0-5]?[0-9])+ . [0-9_]*
 *            | [-+]? .inf .Inf .INF, .nan .NaN .NAN     | the same
 *   merge    | << as a key (yaml.c)                     | the same
 *   date     | text                                     | YYYY-MM-DD
 *   time     | text                                     | YYYY-MM?-DD? ([Tt] | blanks) HH?:MM:SS (. [0-9]* )?
 *            |                                          | (blanks? (Z | [-+] HH? (: MM)?))?
 *
 * dbt 2 reads what core does but for this: digits behind a leading zero (010) are text; 0o, 0x and 0b may
 * have a sign; underscores behind the first digit, or behind the point, are passed over; .inf and .nan are
 * null.
 *
 * So 1e3 is a number in core and dbt 2 and text in dbt, and 1_000 one in dbt and dbt 2 and text in core.
 * Integers keep 64 bits; larger ones become the nearest double in core, and digits in dbt and dbt 2. What
 * does not fit into a double, and a number of more than LONGEST characters, is text. A date or time that no
 * calendar has is an error of PyYAML.
 */
#include "data/yaml_scalar.h"

#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { CORE = 1, DBT = 2, ALL = 3, LONGEST_WORD = 5, LONGEST = 400 /* of FLOE_YAML_LONG */ };

typedef struct word {
    const char *text;
    int dialects;
    floe_node node;
} word;

#define NULL_WORD(text)                                                                                      \
    {                                                                                                        \
        text, ALL, {                                                                                         \
            .head = FLOE_NULL                                                                                \
        }                                                                                                    \
    }
#define TRUE_WORD(text, dialects)                                                                            \
    {                                                                                                        \
        text, dialects, {                                                                                    \
            .head = FLOE_BOOLEAN, .integer = 1                                                               \
        }                                                                                                    \
    }
#define FALSE_WORD(text, dialects)                                                                           \
    {                                                                                                        \
        text, dialects, {                                                                                    \
            .head = FLOE_BOOLEAN, .integer = 0                                                               \
        }                                                                                                    \
    }
#define NUMBER_WORD(text, value)                                                                             \
    {                                                                                                        \
        text, ALL, {                                                                                         \
            .head = FLOE_NUMBER, .number = value                                                             \
        }                                                                                                    \
    }

static const word words[] = {
    NULL_WORD(""),
    NULL_WORD("~"),
    NULL_WORD("null"),
    NULL_WORD("Null"),
    NULL_WORD("NULL"),
    TRUE_WORD("true", ALL),
    TRUE_WORD("True", ALL),
    TRUE_WORD("TRUE", ALL),
    FALSE_WORD("false", ALL),
    FALSE_WORD("False", ALL),
    FALSE_WORD("FALSE", ALL),
    TRUE_WORD("yes", DBT),
    TRUE_WORD("Yes", DBT),
    TRUE_WORD("YES", DBT),
    FALSE_WORD("no", DBT),
    FALSE_WORD("No", DBT),
    FALSE_WORD("NO", DBT),
    TRUE_WORD("on", DBT),
    TRUE_WORD("On", DBT),
    TRUE_WORD("ON", DBT),
    FALSE_WORD("off", DBT),
    FALSE_WORD("Off", DBT),
    FALSE_WORD("OFF", DBT),
    NUMBER_WORD(".inf", INFINITY),
    NUMBER_WORD(".Inf", INFINITY),
    NUMBER_WORD(".INF", INFINITY),
    NUMBER_WORD("+.inf", INFINITY),
    NUMBER_WORD("+.Inf", INFINITY),
    NUMBER_WORD("+.INF", INFINITY),
    NUMBER_WORD("-.inf", -INFINITY),
    NUMBER_WORD("-.Inf", -INFINITY),
    NUMBER_WORD("-.INF", -INFINITY),
    NUMBER_WORD(".nan", NAN),
    NUMBER_WORD(".NaN", NAN),
    NUMBER_WORD(".NAN", NAN),
};

static bool read_word(floe_node *out, int dialect, const char *text, size_t length) {
    if (length > LONGEST_WORD || !strchr("~nNtTfFyYoO.+-", text[0])) { /* which finds the NUL of "" too */
        return false;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (words[i].dialects & dialect && strlen(words[i].text) == length &&
            memcmp(words[i].text, text, length) == 0) {
            *out = words[i].node;
            return true;
        }
    }
    return false;
}

/* ---- forms ---- */

/* Skips what stands in `set`, and returns how many characters that were. */
static size_t skip(const char **cursor, const char *set) {
    size_t count = strspn(*cursor, set);
    *cursor += count;
    return count;
}

static const char digit_set[] = "0123456789", digits_and_bars[] = "0123456789_";

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool take_exponent(const char **cursor, bool sign_needed) {
    if (**cursor != 'e' && **cursor != 'E') {
        return true;
    }
    const char *digits = *cursor + 1;
    digits += *digits == '-' || *digits == '+';
    if (!is_digit(*digits) || (sign_needed && digits == *cursor + 1)) {
        return false;
    }
    *cursor = digits;
    skip(cursor, digit_set);
    return true;
}

/* Whether the unsigned number at `cursor` has the form that core gives to numbers. */
static bool is_core_number(const char *cursor, const char *end) {
    size_t whole = skip(&cursor, digit_set), fraction = 0;
    if (*cursor == '.') {
        cursor++;
        fraction = skip(&cursor, digit_set);
    }
    return whole + fraction && take_exponent(&cursor, false) && cursor == end;
}

/* The same for dbt, where a number has a point; one that begins with the point has no sign. */
static bool is_dbt_number(const char *cursor, const char *end, bool has_sign) {
    if (*cursor == '.') {
        if (has_sign || !is_digit(cursor[1])) {
            return false;
        }
    } else if (!is_digit(*cursor) || !skip(&cursor, digits_and_bars) || *cursor != '.') {
        return false;
    }
    cursor++;
    skip(&cursor, digits_and_bars);
    return take_exponent(&cursor, true) && cursor == end;
}

/* ---- values ---- */

/* Digits of a base other than ten, with underscores where dbt allows them. */
static bool read_based(floe_node *out, const char *cursor, const char *end, unsigned base, bool bars,
                       bool negative) {
    uint64_t exact = 0, limit = (uint64_t)INT64_MAX + negative;
    double nearest = 0;
    bool fits = true, any = false;
    for (; cursor < end; cursor++) {
        char c = *cursor;
        if (bars && c == '_') {
            continue;
        }
        unsigned digit = is_digit(c)                          ? (unsigned)(c - '0')
                         : (c | 32) >= 'a' && (c | 32) <= 'f' ? (unsigned)((c | 32) - 'a' + 10)
                                                              : base;
        if (digit >= base) {
            return false;
        }
        any = true;
        fits = fits && exact <= (limit - digit) / base;
        exact = exact * base + digit;
        nearest = nearest * base + digit;
    }
    if (!any || isinf(nearest)) {
        return false;
    }
    *out = fits ? floe_integer_node(negative ? (int64_t)(0 - exact) : (int64_t)exact, 0)
                : floe_number_node(negative ? -nearest : nearest, 0);
    out->head |= fits ? 0 : FLOE_STANDS_FOR_VALUE;
    return true;
}

/* A decimal integer, or a number whose form was checked; the underscores of dbt are left out of `text`. */
static bool read_decimal(floe_node *out, const char *text, size_t length, bool whole) {
    bool has_sign = text[0] == '-' || text[0] == '+';
    int64_t integer;
    double number;
    if (whole && floe_number_integer(&integer, text + has_sign, length - has_sign, text[0] == '-')) {
        *out = floe_integer_node(integer, 0);
        return true;
    }
    if (!floe_number_double(&number, text, length)) {
        return false;
    }
    *out = floe_number_node(number, 0);
    out->head |= whole ? FLOE_STANDS_FOR_VALUE : 0;
    return true;
}

/* Base sixty, as in 1:30 (90) and 1:30.5 (90.5), without its sign; underscores are gone. Text beyond 2^53. */
static bool read_sixties(floe_node *out, const char *cursor, const char *end, bool negative) {
    bool leading_zero = *cursor == '0';
    double value = 0, part = 0;
    size_t digits = 0, parts = 0;
    for (; is_digit(*cursor); cursor++, digits++) {
        value = value * 10 + (*cursor - '0');
    }
    for (; digits && *cursor == ':'; parts++) {
        const char *start = ++cursor;
        digits = skip(&cursor, digit_set);
        if (digits < 1 || digits > 2 || (digits == 2 && *start > '5') ||
            !floe_number_double(&part, start, digits)) {
            return false;
        }
        value = value * 60 + part;
    }
    bool whole = cursor == end;
    if (!digits || !parts || value > 9007199254740992.0 || (whole ? leading_zero : *cursor != '.')) {
        return false;
    }
    if (!whole) {
        const char *point = cursor++;
        skip(&cursor, digit_set);
        if (cursor != end || !floe_number_double(&part, point, (size_t)(end - point))) {
            return false;
        }
        value += end - point > 1 ? part : 0;
    }
    value = negative ? -value : value;
    *out = whole ? floe_integer_node((int64_t)value, 0) : floe_number_node(value, 0);
    return true;
}

static bool read_core(floe_node *out, const char *text, size_t length) {
    const char *end = text + length;
    bool has_sign = *text == '-' || *text == '+';
    if (text[0] == '0' && (text[1] == 'o' || text[1] == 'x')) {
        return read_based(out, text + 2, end, text[1] == 'o' ? 8 : 16, false, false);
    }
    return is_core_number(text + has_sign, end) &&
           read_decimal(out, text, length, strspn(text + has_sign, digit_set) == length - has_sign);
}

/* `text` is what was written, `clean` the same without underscores. */
static bool read_dbt(floe_node *out, const char *text, size_t length, const char *clean) {
    const char *end = text + length;
    bool negative = *text == '-', has_sign = negative || *text == '+';
    const char *digits = text + has_sign;
    size_t clean_length = strlen(clean);
    if (is_dbt_number(digits, end, has_sign)) {
        return read_decimal(out, clean, clean_length, false);
    }
    if (digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'b')) {
        return read_based(out, digits + 2, end, digits[1] == 'x' ? 16 : 2, true, negative);
    }
    if (is_digit(*digits) && digits + strspn(digits, digits_and_bars) == end) {
        return *digits == '0' ? read_based(out, digits, end, 8, true, negative)
                              : read_decimal(out, clean, clean_length, true);
    }
    /* Underscores may stand before the first colon and behind the point. */
    const char *colon = strchr(digits, ':'), *bar = colon ? strchr(colon, '_') : NULL;
    bool misplaced = bar && memchr(colon, '.', (size_t)(bar - colon)) == NULL;
    return is_digit(*digits) && !misplaced &&
           read_sixties(out, clean + has_sign, clean + clean_length, negative);
}

/* The same for dbt 2. */
static bool read_dbt_2(floe_node *out, const char *text, size_t length, const char *clean) {
    const char *end = text + length;
    bool negative = *text == '-', has_sign = negative || *text == '+';
    const char *digits = text + has_sign;
    const char *letter = *digits == '0' && digits[1] ? strchr("xob", digits[1]) : NULL;
    if (letter) {
        unsigned base = *letter == 'x' ? 16 : *letter == 'o' ? 8 : 2;
        return digits[2] != '_' && read_based(out, digits + 2, end, base, true, negative);
    }
    bool padded = *digits == '0' && digits + 1 < end && digits + strspn(digits, digit_set) == end;
    size_t clean_length = strlen(clean);
    return !padded && *digits != '_' && is_core_number(clean + has_sign, clean + clean_length) &&
           read_decimal(out, clean, clean_length,
                        strspn(clean + has_sign, digit_set) == clean_length - has_sign);
}

bool floe_yaml_scalar(floe_node *out, floe_yaml_dialect dialect, const char *text, size_t length) {
    floe_node node;
    bool found = read_word(&node, dialect == FLOE_YAML_DBT ? DBT : CORE, text, length);
    if (found && dialect == FLOE_YAML_DBT_2 && floe_node_kind(&node) == FLOE_NUMBER) {
        node = floe_null_node(0); /* JSON has neither of the two */
    }
    if (!found && length && length <= LONGEST && strchr("+-.0123456789", *text) && !memchr(text, 0, length)) {
        char clean[LONGEST + 1];
        size_t count = 0;
        for (size_t i = 0; i < length; i++) {
            clean[count] = text[i];
            count += text[i] != '_';
        }
        clean[count] = '\0';
        found = dialect == FLOE_YAML_CORE  ? read_core(&node, text, length)
                : dialect == FLOE_YAML_DBT ? read_dbt(&node, text, length, clean)
                                           : read_dbt_2(&node, text, length, clean);
    }
    if (found) {
        *out = node;
        out->head &= ~(dialect == FLOE_YAML_CORE ? FLOE_STANDS_FOR_VALUE : 0);
    }
    return found;
}

/* ---- what is carried as text ---- */

size_t floe_yaml_long_digits(char out[FLOE_YAML_LONG], const char *text, size_t length) {
    const char *cursor = text + (*text == '-' || *text == '+'), *end = text + length;
    unsigned base = 10;
    if (*cursor == '0') {
        char letter = cursor[1];
        base = letter == 'x' ? 16 : letter == 'b' ? 2 : 8;
        cursor += letter == 'x' || letter == 'b' || letter == 'o' ? 2 : 1;
    }
    unsigned char digits[FLOE_YAML_LONG] = {0}; /* the lowest first */
    size_t count = 0, size = 0;
    for (; cursor < end && count < sizeof digits - 4; cursor++) {
        if (*cursor == '_') {
            continue;
        }
        unsigned carry = (unsigned)(is_digit(*cursor) ? *cursor - '0' : (*cursor | 32) - 'a' + 10);
        for (size_t i = 0; i < count || carry; i++) {
            carry += digits[i] * base;
            digits[i] = (unsigned char)(carry % 10);
            carry /= 10;
            count = i < count ? count : i + 1;
        }
    }
    if (*text == '-') {
        out[size++] = '-';
    }
    while (count) {
        out[size++] = (char)('0' + digits[--count]);
    }
    out[size] = '\0';
    return size;
}

/* What PyYAML's expression for dates and times takes apart. */
typedef struct moment {
    unsigned year, month, day, hour, minute, second, microsecond;
    bool timed, zoned, behind; /* with a time; with a zone; which is behind Greenwich's */
    unsigned zone_hours, zone_minutes;
} moment;

/* Between `least` and `most` digits; false where fewer stand there. */
static bool take_digits(unsigned *out, const char **cursor, unsigned least, unsigned most) {
    unsigned count = 0;
    for (*out = 0; count < most && is_digit(**cursor); count++, ++*cursor) {
        *out = *out * 10 + (unsigned)(**cursor - '0');
    }
    return count >= least;
}

static bool take_mark(const char **cursor, char mark) {
    bool there = **cursor == mark;
    *cursor += there;
    return there;
}

/* Six digits count. */
static void take_fraction(moment *m, const char **cursor) {
    if (!take_mark(cursor, '.')) {
        return;
    }
    for (unsigned place = 100000; is_digit(**cursor); place /= 10, ++*cursor) {
        m->microsecond += place * (unsigned)(**cursor - '0');
    }
}

static bool take_zone(moment *m, const char **cursor, const char *end) {
    if (*cursor == end) {
        return true;
    }
    skip(cursor, " \t");
    m->zoned = true;
    if (take_mark(cursor, 'Z')) {
        return *cursor == end;
    }
    m->behind = **cursor == '-';
    if ((!take_mark(cursor, '-') && !take_mark(cursor, '+')) || !take_digits(&m->zone_hours, cursor, 1, 2)) {
        return false;
    }
    return (!take_mark(cursor, ':') || take_digits(&m->zone_minutes, cursor, 2, 2)) && *cursor == end;
}

/* Whether a text has the form of a date or time. */
static bool take_moment(moment *m, const char *text, size_t length) {
    const char *cursor = text, *end = text + length;
    if (!take_digits(&m->year, &cursor, 4, 4) || !take_mark(&cursor, '-') ||
        !take_digits(&m->month, &cursor, 1, 2) || !take_mark(&cursor, '-') ||
        !take_digits(&m->day, &cursor, 1, 2)) {
        return false;
    }
    if (cursor == end) {
        return length == 10;
    }
    m->timed = true;
    if (!take_mark(&cursor, 'T') && !take_mark(&cursor, 't') && !skip(&cursor, " \t")) {
        return false;
    }
    if (!take_digits(&m->hour, &cursor, 1, 2) || !take_mark(&cursor, ':') ||
        !take_digits(&m->minute, &cursor, 2, 2) || !take_mark(&cursor, ':') ||
        !take_digits(&m->second, &cursor, 2, 2)) {
        return false;
    }
    take_fraction(m, &cursor);
    return take_zone(m, &cursor, end);
}

static bool is_in_calendar(const moment *m) {
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = m->year % 4 == 0 && (m->year % 100 != 0 || m->year % 400 == 0);
    return m->year && m->month && m->month <= 12 && m->day &&
           m->day <= days[m->month - 1] + (leap && m->month == 2 ? 1u : 0u) && m->hour < 24 &&
           m->minute < 60 && m->second < 60 && m->zone_hours * 60 + m->zone_minutes < 24 * 60;
}

floe_yaml_time floe_yaml_moment(char out[FLOE_YAML_MOMENT], const char *text, size_t length) {
    moment m = {0};
    if (length < 10 || !take_moment(&m, text, length)) {
        return FLOE_YAML_NO_TIME;
    }
    if (!is_in_calendar(&m)) {
        return FLOE_YAML_WRONG_TIME;
    }
    char fraction[8] = "", zone[12] = "";
    unsigned zone_size = m.zone_hours * 60 + m.zone_minutes;
    if (m.microsecond) {
        snprintf(fraction, sizeof fraction, ".%06u", m.microsecond % 1000000);
    }
    if (m.zoned) {
        snprintf(zone, sizeof zone, "%c%02u:%02u", m.behind && zone_size ? '-' : '+', zone_size / 60 % 100,
                 zone_size % 60);
    }
    int size = snprintf(out, FLOE_YAML_MOMENT, "%04u-%02u-%02u", m.year % 10000, m.month % 100, m.day % 100);
    if (m.timed) {
        snprintf(out + size, FLOE_YAML_MOMENT - (size_t)size, "T%02u:%02u:%02u%s%s", m.hour % 100,
                 m.minute % 100, m.second % 100, fraction, zone);
    }
    return FLOE_YAML_TIME;
}
