# libfloe holds everything but main; `floe` is the program. Lua sources are compiled into the binary.
file(GLOB_RECURSE FLOE_SOURCES CONFIGURE_DEPENDS host/base/*.c host/data/*.c host/jinja/*.c host/sql/*.c host/dbt/*.c host/net/*.c host/catalog/*.c host/evidence/*.c host/script/*.c)

set(EMBEDDED ${CMAKE_BINARY_DIR}/embedded.c)
file(GLOB_RECURSE FLOE_LUA CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR} lua/*.lua lua/*.py stdlib/*.lua
     policies/*.lua policies/*.yaml)
add_executable(embed cmake/embed.c)
target_link_libraries(embed PRIVATE lua)
add_custom_command(
  OUTPUT ${EMBEDDED}
  COMMAND embed ${EMBEDDED} ${CMAKE_SOURCE_DIR} ${FLOE_LUA} lua/argparse.lua=${ARGPARSE_LUA}
  COMMAND ${CMAKE_COMMAND} -E touch ${EMBEDDED}
  DEPENDS ${FLOE_LUA} ${ARGPARSE_LUA} embed
  WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
  COMMENT "Compiling Lua sources into the binary"
  VERBATIM)

add_library(libfloe STATIC ${FLOE_SOURCES} ${EMBEDDED})
set_target_properties(libfloe PROPERTIES OUTPUT_NAME floe)
target_include_directories(libfloe PUBLIC include PRIVATE host ${CURL_INCLUDE_DIRS} ${MICROHTTPD_INCLUDE_DIRS}
                           ${ZLIB_INCLUDE_DIRS})
target_link_libraries(libfloe PUBLIC lua sqlite PkgConfig::YAML PkgConfig::CJSON PkgConfig::PCRE2 PkgConfig::SECCOMP
                      PkgConfig::CRYPTO)

if(EXISTS ${CMAKE_SOURCE_DIR}/host/main.c)
  add_executable(describe cmake/describe.c)
  target_include_directories(describe PRIVATE host)
  target_link_libraries(describe PRIVATE libfloe)
  add_custom_command(
    OUTPUT ${CMAKE_BINARY_DIR}/definitions.c
    COMMAND describe ${CMAKE_BINARY_DIR}/definitions.c
    DEPENDS describe
    COMMENT "Describing the policies inside the binary")
  add_executable(floe host/main.c ${CMAKE_BINARY_DIR}/definitions.c)
  target_include_directories(floe PRIVATE host)
  target_link_libraries(floe PRIVATE libfloe)
endif()
