#include "base/zone.h"

#include "base/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME_SIZE = 64, PATH_SIZE = 512 };

static const char *database(void) {
    const char *folder = getenv("TZDIR");
    return folder && *folder ? folder : "/usr/share/zoneinfo";
}

static bool is_utc(const char *name) {
    return strcmp(name, "UTC") == 0 || strcmp(name, "Etc/UTC") == 0;
}

bool floe_zone_database(void) {
    return floe_file_kind_of(database()) == FLOE_FILE_FOLDER;
}

/* Letters, digits, "_", "+", "-" in parts between slashes: nothing that leads out of the database. */
static bool is_name(const char *name) {
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    size_t length = strlen(name);
    return length && length < NAME_SIZE && strspn(name, allowed) == length && name[0] != '/' &&
           name[length - 1] != '/' && !strstr(name, "//");
}

bool floe_zone_known(const char *name) {
    char path[PATH_SIZE], magic[4] = "";
    if (is_utc(name)) {
        return true;
    }
    if (!is_name(name) || snprintf(path, sizeof path, "%s/%s", database(), name) >= (int)sizeof path ||
        floe_file_kind_of(path) != FLOE_FILE_REGULAR) {
        return false;
    }
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool known = file >= 0 && read(file, magic, sizeof magic) == (ssize_t)sizeof magic &&
                 memcmp(magic, "TZif", sizeof magic) == 0;
    if (file >= 0) {
        close(file);
    }
    return known;
}

/* Makes a zone the C library's. TZ is set for as long as tzset looks at it: localtime_r does not look again.
 */
static int enter(const char *name, floe_error *error) {
    static char current[NAME_SIZE];
    if (strcmp(current, name) == 0) {
        return 0;
    }
    if (!floe_zone_known(name)) {
        return floe_error_set(error, FLOE_NOT_FOUND, "there is no time zone '%s'", name);
    }
    char value[NAME_SIZE + 1];
    const char *set = getenv("TZ");
    char *before = set ? strdup(set) : NULL;
    if (set && !before) {
        return floe_error_memory(error);
    }
    snprintf(value, sizeof value, ":%s", name);
    int failed = setenv("TZ", value, 1);
    tzset();
    if (before) {
        failed |= setenv("TZ", before, 1);
    } else {
        failed |= unsetenv("TZ");
    }
    free(before);
    if (failed) {
        return floe_error_memory(error);
    }
    snprintf(current, sizeof current, "%s", name);
    return 0;
}

int floe_zone_at(struct tm *out, const char *name, int64_t seconds, floe_error *error) {
    time_t time = (time_t)seconds;
    int result = is_utc(name) ? 0 : enter(name, error);
    if (result) {
        return result;
    }
    if (!(is_utc(name) ? gmtime_r(&time, out) : localtime_r(&time, out))) {
        return floe_error_set(error, FLOE_INVALID, "%lld seconds since 1970 is no date", (long long)seconds);
    }
    return 0;
}
