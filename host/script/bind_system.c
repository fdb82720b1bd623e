/* host.system: the command line, the environment, the clock, the terminal and the versions of what is linked.
 */
#include "bind.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/notify.h"
#include "base/random.h"
#include "base/uuid.h"
#include "check.h"
#include "confine.h"
#include "context.h"
#include "net/curl.h"
#include "sandbox.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include <yaml.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <seccomp.h>

static int system_env(lua_State *L) {
    lua_pushstring(L, getenv(luaL_checkstring(L, 1)));
    return 1;
}

/* set_env(name, value): for this process and those that it starts. */
static int system_set_env(lua_State *L) {
    const char *name = luaL_checkstring(L, 1), *value = luaL_checkstring(L, 2);
    if (setenv(name, value, 1)) {
        luaL_error(L, "cannot set '%s': %s", name, strerror(errno));
    }
    return 0;
}

/* variables() → the names of the environment's variables, in no order. */
static int system_variables(lua_State *L) {
    lua_newtable(L);
    for (char **entry = environ; *entry; entry++) {
        const char *end = strchr(*entry, '=');
        if (end && end != *entry) {
            lua_pushlstring(L, *entry, (size_t)(end - *entry));
            lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
        }
    }
    return 1;
}

/* user() → name, or the number of one that has no name. */
static int system_user(lua_State *L) {
    char text[4096];
    struct passwd entry, *found = NULL;
    if (getpwuid_r(geteuid(), &entry, text, sizeof text, &found) || !found) {
        lua_pushfstring(L, "%d", (int)geteuid());
    } else {
        lua_pushstring(L, found->pw_name);
    }
    return 1;
}

/* host() → the machine's name. */
static int system_host(lua_State *L) {
    struct utsname name;
    lua_pushstring(L, uname(&name) ? "" : name.nodename);
    return 1;
}

/* uuid() → a new one, which sorts by its time. */
static int system_uuid(lua_State *L) {
    char text[FLOE_UUID_SIZE];
    floe_error error;
    if (floe_uuid(text, &error)) {
        return luaL_error(L, "%s", error.message);
    }
    lua_pushstring(L, text);
    return 1;
}

static int system_time(lua_State *L) {
    lua_pushinteger(L, floe_clock_now() / 1000000000);
    return 1;
}

static int system_nanoseconds(lua_State *L) {
    lua_pushinteger(L, floe_clock_now());
    return 1;
}

/* random(bytes) → that many bytes that nobody can guess, in hexadecimal. */
static int system_random(lua_State *L) {
    unsigned char bytes[FLOE_RANDOM_MOST];
    size_t size = (size_t)floe_bind_integer(L, 1, 1, sizeof bytes);
    floe_error error;
    if (floe_random(bytes, size, &error)) {
        return luaL_error(L, "%s", error.message);
    }
    luaL_Buffer text;
    char *out = luaL_buffinitsize(L, &text, 2 * size + 1);
    for (size_t i = 0; i < size; i++) {
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
    }
    luaL_pushresultsize(&text, 2 * size);
    return 1;
}

static int system_monotonic(lua_State *L) {
    lua_pushnumber(L, (lua_Number)floe_clock_monotonic() / 1e9);
    return 1;
}

/* Pushes the first `length` characters of a time in UTC: argument 1 in seconds since 1970, now where there is
 * none. */
static int push_date(lua_State *L, size_t length) {
    static const lua_Integer year_1 = -62135596800, year_9999_end = 253402300799;
    time_t seconds = floe_clock_now() / 1000000000;
    if (!lua_isnoneornil(L, 1)) {
        seconds = floe_bind_integer(L, 1, year_1, year_9999_end);
    }
    struct tm parts;
    char text[96];
    gmtime_r(&seconds, &parts);
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", parts.tm_year + 1900, parts.tm_mon + 1,
             parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
    lua_pushlstring(L, text, length);
    return 1;
}

static int system_date(lua_State *L) {
    return push_date(L, sizeof "2026-01-31" - 1);
}

static int system_timestamp(lua_State *L) {
    return push_date(L, sizeof "2026-01-31T23:59:59Z" - 1);
}

static int check_output(lua_State *L) {
    return (int)floe_bind_integer(L, 1, 0, 2);
}

static int system_write(lua_State *L) {
    int fd = check_output(L);
    size_t size;
    const char *text = luaL_checklstring(L, 2, &size);
    while (size) {
        ssize_t written = write(fd, text, size);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            floe_error error;
            floe_error_system(&error, "write to", fd == 1 ? "standard output" : "standard error");
            error.file[0] = '\0';
            return floe_bind_failure(L, &error);
        }
        text += written;
        size -= (size_t)written;
    }
    lua_pushboolean(L, 1);
    return 1;
}

static int system_is_terminal(lua_State *L) {
    lua_pushboolean(L, isatty(check_output(L)));
    return 1;
}

/* columns(fd) → width of the terminal, or nil. */
static int system_columns(lua_State *L) {
    struct winsize size;
    if (ioctl(check_output(L), TIOCGWINSZ, &size) || !size.ws_col) {
        lua_pushnil(L);
    } else {
        lua_pushinteger(L, size.ws_col);
    }
    return 1;
}

static int system_cpus(lua_State *L) {
    cpu_set_t set;
    lua_pushinteger(L, sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set));
    return 1;
}

/* interrupted() → the signal that interrupted this process, or nil. */
static int system_interrupted(lua_State *L) {
    if (floe_interrupted()) {
        lua_pushinteger(L, floe_interrupt_signal());
    } else {
        lua_pushnil(L);
    }
    return 1;
}

static int system_reload_on_hangup(lua_State *L) {
    (void)L;
    floe_interrupt_reload_on_hangup();
    return 0;
}

/* reload() → whether SIGHUP arrived since it was last asked. */
static int system_reload(lua_State *L) {
    lua_pushboolean(L, floe_interrupt_reload());
    return 1;
}

/* sleep(seconds): ends at once where a signal arrives. */
static int system_sleep(lua_State *L) {
    static const lua_Number longest = 24 * 60 * 60;
    lua_Number seconds = luaL_checknumber(L, 1);
    luaL_argcheck(L, seconds >= 0 && seconds <= longest, 1, "from 0 seconds to a day expected");
    floe_interrupt_sleep((int64_t)(seconds * 1000));
    return 0;
}

/* pause(seconds): the same, whatever signal arrives or has arrived: for the few moments after an interrupt.
 */
static int system_pause(lua_State *L) {
    static const lua_Number longest = 60;
    lua_Number seconds = luaL_checknumber(L, 1);
    luaL_argcheck(L, seconds >= 0 && seconds <= longest, 1, "from 0 to 60 seconds expected");
    struct timespec left = {.tv_sec = (time_t)seconds,
                            .tv_nsec = (long)((seconds - (lua_Number)(time_t)seconds) * 1e9)};
    while (nanosleep(&left, &left) && errno == EINTR) {
    }
    return 0;
}

/* notify(lines) → true, also where no service manager wants to know; or nil and an error. */
static int system_notify(lua_State *L) {
    floe_error error;
    if (floe_notify(luaL_checkstring(L, 1), &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_pushboolean(L, 1);
    return 1;
}

/* trim(): memory that is free goes back to the machine, for a process that goes on for long. */
static int system_trim(lua_State *L) {
    lua_gc(L, LUA_GCCOLLECT);
    malloc_trim(0);
    return 0;
}

/* parent() → the id of the process that started this one; another one's once that has ended. */
static int system_parent(lua_State *L) {
    lua_pushinteger(L, getppid());
    return 1;
}

static void set_version(lua_State *L, const char *name, const char *version, const char *linked) {
    lua_createtable(L, 0, 2);
    lua_pushstring(L, version);
    lua_setfield(L, -2, "version");
    lua_pushstring(L, linked);
    lua_setfield(L, -2, "linked");
    lua_setfield(L, -2, name);
}

/* versions() → floe's version, and { version, linked } of each library. */
static int system_versions(lua_State *L) {
    char pcre2[64] = "";
    pcre2_config(PCRE2_CONFIG_VERSION, pcre2);
    pcre2[strcspn(pcre2, " ")] = '\0';
    const struct scmp_version *seccomp = seccomp_version();
    char numbers[64];
    snprintf(numbers, sizeof numbers, "%u.%u.%u", seccomp->major, seccomp->minor, seccomp->micro);
    lua_newtable(L);
    lua_pushliteral(L, FLOE_VERSION);
    lua_setfield(L, -2, "floe");
    set_version(L, "lua", LUA_VERSION_MAJOR "." LUA_VERSION_MINOR "." LUA_VERSION_RELEASE, "static");
    set_version(L, "yaml", yaml_get_version_string(), "dynamic");
    set_version(L, "cjson", cJSON_Version(), "dynamic");
    set_version(L, "pcre2", pcre2, "dynamic");
    set_version(L, "seccomp", numbers, "dynamic");
    set_version(L, "openssl", OpenSSL_version(OPENSSL_VERSION_STRING), "dynamic");
    return 1;
}

/* network() → { version, linked } of what speaks HTTP, which is loaded for it, or nil and why there is none.
 */
static int system_network(lua_State *L) {
    const floe_curl *curl;
    floe_error error;
    if (floe_curl_load(&curl, &error)) {
        return floe_bind_failure(L, &error);
    }
    const curl_version_info_data *info = curl->version_info(CURLVERSION_NOW);
    lua_createtable(L, 0, 2);
    lua_pushfstring(L, "%s, %s", info->version, info->ssl_version);
    lua_setfield(L, -2, "version");
    lua_pushliteral(L, "loaded at the first request");
    lua_setfield(L, -2, "linked");
    return 1;
}

/* limits() → the budgets of a policy, and whether workers are confined on this machine (and, if not, why). */
static int system_limits(lua_State *L) {
    floe_error error;
    bool confined = floe_confine_available(&error) == 0;
    lua_createtable(L, 0, 6);
    lua_pushinteger(L, FLOE_SANDBOX_MEMORY);
    lua_setfield(L, -2, "memory");
    lua_pushinteger(L, FLOE_SANDBOX_MILLISECONDS);
    lua_setfield(L, -2, "milliseconds");
    lua_pushinteger(L, FLOE_SANDBOX_TEXT);
    lua_setfield(L, -2, "policy_bytes");
    lua_pushinteger(L, FLOE_FINDINGS_A_CHECK);
    lua_setfield(L, -2, "findings_a_check");
    lua_pushboolean(L, confined);
    lua_setfield(L, -2, "confined");
    if (!confined) {
        lua_pushstring(L, error.message);
        lua_setfield(L, -2, "confinement");
    }
    return 1;
}

/* pid: asked for anew each time, as it is another one in a copy of this process. */
static int system_member(lua_State *L) {
    if (lua_type(L, 2) == LUA_TSTRING && strcmp(lua_tostring(L, 2), "pid") == 0) {
        lua_pushinteger(L, getpid());
    } else {
        lua_pushnil(L);
    }
    return 1;
}

int luaopen_host_system(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"env", system_env},
        {"set_env", system_set_env},
        {"variables", system_variables},
        {"user", system_user},
        {"host", system_host},
        {"uuid", system_uuid},
        {"time", system_time},
        {"nanoseconds", system_nanoseconds},
        {"monotonic", system_monotonic},
        {"random", system_random},
        {"date", system_date},
        {"timestamp", system_timestamp},
        {"write", system_write},
        {"is_terminal", system_is_terminal},
        {"columns", system_columns},
        {"cpus", system_cpus},
        {"interrupted", system_interrupted},
        {"reload_on_hangup", system_reload_on_hangup},
        {"reload", system_reload},
        {"sleep", system_sleep},
        {"pause", system_pause},
        {"notify", system_notify},
        {"parent", system_parent},
        {"trim", system_trim},
        {"versions", system_versions},
        {"network", system_network},
        {"limits", system_limits},
        {NULL, NULL},
    };
    luaL_newlib(L, functions);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, system_member);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    const floe_context *context = floe_context_of(L);
    lua_createtable(L, context->argument_count, 0);
    for (int i = 0; i < context->argument_count; i++) {
        lua_pushstring(L, context->arguments[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "args");
    return 1;
}
