#include "base/number.h"

#include <locale.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool floe_number_integer(int64_t *out, const char *text, size_t length, bool negative) {
    uint64_t limit = (uint64_t)INT64_MAX + negative;
    uint64_t value = 0;
    for (size_t i = 0; i < length; i++) {
        uint64_t digit = (uint64_t)(text[i] - '0');
        if (value > (limit - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *out = negative ? (int64_t)(0 - value) : (int64_t)value;
    return true;
}

/* Up to 2^53 a mantissa is exact, and so are the powers of ten up to 10^22: one operation rounds once, as it
 * should. (Clinger, How to Read Floating Point Numbers Accurately, 1990.) False where the number is not that
 * simple. */
static bool read_simple(double *out, const char *text, size_t length) {
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    bool negative = length && text[0] == '-';
    uint64_t mantissa = 0;
    size_t digits = 0, places = 0;
    bool fraction = false;
    for (size_t i = negative; i < length; i++) {
        if (text[i] == '.' && !fraction) {
            fraction = true;
        } else if (text[i] >= '0' && text[i] <= '9' && digits < 19) {
            mantissa = mantissa * 10 + (uint64_t)(text[i] - '0');
            digits += mantissa != 0;
            places += fraction;
        } else {
            return false;
        }
    }
    if (mantissa > (uint64_t)1 << 53 || places > 22) {
        return false;
    }
    double value = (double)mantissa / powers[places];
    *out = negative ? -value : value;
    return true;
}

/* Made once and kept; NULL where the system has no memory for it. */
static locale_t plain_locale(void) {
    static _Atomic(locale_t) shared;
    locale_t locale = atomic_load(&shared);
    if (!locale) {
        locale_t mine = newlocale(LC_ALL_MASK, "C", (locale_t)0);
        if (atomic_compare_exchange_strong(&shared, &locale, mine)) {
            locale = mine;
        } else if (mine) {
            freelocale(mine);
        }
    }
    return locale;
}

bool floe_number_double(double *out, const char *text, size_t length) {
    double value;
    if (!read_simple(&value, text, length)) {
        locale_t locale = plain_locale();
        value = locale ? strtod_l(text, NULL, locale) : strtod(text, NULL);
        if (isinf(value)) {
            return false;
        }
    }
    *out = value;
    return true;
}

/* The fewest digits that read back as the same number, without a point, and where the point belongs. */
static int shortest_digits(char digits[24], double number) {
    char text[40];
    int exponent = 0;
    for (int precision = 0; precision < 17; precision++) {
        int length = snprintf(text, sizeof text, "%.*e", precision, number);
        int count = 0;
        char *e = memchr(text, 'e', (size_t)length);
        for (char *c = text; c < e; c++) {
            if (*c >= '0' && *c <= '9') {
                digits[count++] = *c;
            }
        }
        digits[count] = '\0';
        exponent = atoi(e + 1);
        char plain[48];
        int size =
            snprintf(plain, sizeof plain, "%c.%se%d", digits[0], count > 1 ? digits + 1 : "0", exponent);
        double back;
        if (floe_number_double(&back, plain, (size_t)size) && back == number) {
            break;
        }
    }
    size_t length = strlen(digits);
    while (length > 1 && digits[length - 1] == '0') {
        digits[--length] = '\0';
    }
    return exponent;
}

int floe_number_write(char out[40], double number) {
    char digits[24];
    if (isnan(number) || isinf(number)) {
        return snprintf(out, 40, "%s", isnan(number) ? "nan" : number > 0 ? "inf" : "-inf");
    }
    const char *sign = signbit(number) ? "-" : "";
    int exponent = shortest_digits(digits, fabs(number)), count = (int)strlen(digits);
    if (exponent < -4 || exponent >= 16) {
        return snprintf(out, 40, "%s%c%s%se%c%02d", sign, digits[0], count > 1 ? "." : "", digits + 1,
                        exponent < 0 ? '-' : '+', abs(exponent));
    }
    if (exponent < 0) {
        return snprintf(out, 40, "%s0.%.*s%s", sign, -exponent - 1, "0000", digits);
    }
    if (count <= exponent + 1) {
        return snprintf(out, 40, "%s%s%.*s.0", sign, digits, exponent + 1 - count, "0000000000000000");
    }
    return snprintf(out, 40, "%s%.*s.%s", sign, exponent + 1, digits, digits + exponent + 1);
}
