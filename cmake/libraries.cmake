# The libraries the host stands on. Each is named, with its reason, in the README.
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(CJSON REQUIRED IMPORTED_TARGET libcjson)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto)
# Their headers; these libraries are loaded when they are needed.
pkg_check_modules(CURL REQUIRED libcurl)
pkg_check_modules(MICROHTTPD REQUIRED libmicrohttpd)
pkg_check_modules(ZLIB REQUIRED zlib)

# Lua is linked statically, so that the version floe was tested with is the version that runs.
# FLOE_LUA_ROOT names another Lua 5.4 (a prefix with include/ and lib/liblua.a).
set(FLOE_LUA_ROOT "" CACHE PATH "Prefix of a Lua 5.4 to use instead of the distribution's")
if(FLOE_LUA_ROOT)
  find_path(LUA_INCLUDE lua.h PATHS ${FLOE_LUA_ROOT}/include REQUIRED NO_DEFAULT_PATH)
  find_library(LUA_LIBRARY NAMES liblua5.4.a liblua.a PATHS ${FLOE_LUA_ROOT}/lib REQUIRED NO_DEFAULT_PATH)
else()
  find_path(LUA_INCLUDE lua.h PATH_SUFFIXES lua5.4 REQUIRED)
  find_library(LUA_LIBRARY NAMES liblua5.4.a REQUIRED)
endif()
add_library(lua STATIC IMPORTED)
set_target_properties(lua PROPERTIES IMPORTED_LOCATION ${LUA_LIBRARY}
                      INTERFACE_INCLUDE_DIRECTORIES ${LUA_INCLUDE}
                      INTERFACE_LINK_LIBRARIES "m;dl")
find_file(ARGPARSE_LUA argparse.lua PATHS /usr/share/lua/5.4 /usr/local/share/lua/5.4 REQUIRED)

# SQLite is linked statically too: the catalog's file is opened by few commands, and the loader would map the
# library for all of them.
find_path(SQLITE_INCLUDE sqlite3.h REQUIRED)
find_library(SQLITE_LIBRARY NAMES libsqlite3.a REQUIRED)
add_library(sqlite STATIC IMPORTED)
set_target_properties(sqlite PROPERTIES IMPORTED_LOCATION ${SQLITE_LIBRARY}
                      INTERFACE_INCLUDE_DIRECTORIES ${SQLITE_INCLUDE}
                      INTERFACE_LINK_LIBRARIES "m;dl;pthread")
