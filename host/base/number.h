/* Numbers as texts write them, read the same way in every locale. */
#ifndef FLOE_BASE_NUMBER_H
#define FLOE_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The decimal digits in [text, text + length), which holds nothing else, as an integer with a sign. False
 * where it does not fit into 64 bits. */
bool floe_number_integer(int64_t *out, const char *text, size_t length, bool negative);

/* The double nearest to a decimal number (sign, digits, fraction, exponent: the caller has checked the form;
 * what follows it must be no part of a number). False where it is too large for a double. */
bool floe_number_double(double *out, const char *text, size_t length);

/* The fewest digits that read back as the same double, as Python's repr() writes them: "1.5", "1e+16", "inf".
 * Returns the length. */
int floe_number_write(char out[40], double number);

#endif
