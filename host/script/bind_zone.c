/* host.zone: what clocks show in a time zone. */
#include "bind.h"

#include "base/zone.h"

static int zone_available(lua_State *L) {
    lua_pushboolean(L, floe_zone_database());
    return 1;
}

static int zone_known(lua_State *L) {
    lua_pushboolean(L, floe_zone_known(luaL_checkstring(L, 1)));
    return 1;
}

static void set_integer(lua_State *L, const char *name, lua_Integer value) {
    lua_pushinteger(L, value);
    lua_setfield(L, -2, name);
}

/* at(name, seconds) → { year, month, day, hour, minute, second, weekday (0 is Sunday), offset (seconds east
 * of UTC), abbreviation }. A zone that is not known raises: it is the caller's to ask first. */
static int zone_at(lua_State *L) {
    struct tm moment;
    floe_error error;
    if (floe_zone_at(&moment, luaL_checkstring(L, 1), luaL_checkinteger(L, 2), &error)) {
        return luaL_error(L, "%s", error.message);
    }
    lua_createtable(L, 0, 9);
    set_integer(L, "year", moment.tm_year + 1900);
    set_integer(L, "month", moment.tm_mon + 1);
    set_integer(L, "day", moment.tm_mday);
    set_integer(L, "hour", moment.tm_hour);
    set_integer(L, "minute", moment.tm_min);
    set_integer(L, "second", moment.tm_sec);
    set_integer(L, "weekday", moment.tm_wday);
    set_integer(L, "offset", moment.tm_gmtoff);
    lua_pushstring(L, moment.tm_zone);
    lua_setfield(L, -2, "abbreviation");
    return 1;
}

int luaopen_host_zone(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"available", zone_available},
        {"known", zone_known},
        {"at", zone_at},
        {NULL, NULL},
    };
    luaL_newlib(L, functions);
    return 1;
}
