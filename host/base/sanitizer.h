/* FLOE_SANITIZED is 1 in builds with the address sanitizer, whose runtime needs more memory and more system
 * calls. */
#ifndef FLOE_BASE_SANITIZER_H
#define FLOE_BASE_SANITIZER_H

#if defined(__SANITIZE_ADDRESS__)
#define FLOE_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FLOE_SANITIZED 1
#endif
#endif

#ifndef FLOE_SANITIZED
#define FLOE_SANITIZED 0
#endif

#endif
