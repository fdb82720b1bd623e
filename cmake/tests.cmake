# One test program a file: tests/unit/test_<module>.c, linked with libfloe and cmocka. Who only wants the program
# needs no cmocka.
if(BUILD_TESTING)
  pkg_check_modules(CMOCKA IMPORTED_TARGET cmocka)
endif()
if(BUILD_TESTING AND CMOCKA_FOUND)
  file(GLOB UNIT_TESTS CONFIGURE_DEPENDS tests/unit/test_*.c)
  foreach(file ${UNIT_TESTS})
    get_filename_component(name ${file} NAME_WE)
    add_executable(${name} ${file})
    target_include_directories(${name} PRIVATE host tests/unit)
    target_link_libraries(${name} PRIVATE libfloe PkgConfig::CMOCKA)
    if(name MATCHES "_memory$") # its allocations fail one after the other
      target_link_options(
        ${name} PRIVATE
        -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=floe_arena_alloc,--wrap=floe_arena_array,--wrap=floe_arena_text)
    endif()
    add_test(NAME unit.${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(unit.${name} PROPERTIES TIMEOUT 120)
  endforeach()
  if(TARGET floe)
    add_test(NAME cli COMMAND ${CMAKE_SOURCE_DIR}/tests/cli/run)
    set_tests_properties(cli PROPERTIES ENVIRONMENT "FLOE=$<TARGET_FILE:floe>" TIMEOUT 600)
    add_test(NAME docs.reference COMMAND ${CMAKE_SOURCE_DIR}/tests/docs/reference)
    set_tests_properties(docs.reference PROPERTIES ENVIRONMENT "FLOE=$<TARGET_FILE:floe>" TIMEOUT 120)
  endif()
endif()

# A program that knows the installed headers and the library alone.
if(BUILD_TESTING AND NOT FLOE_FUZZ)
  add_test(NAME embed COMMAND ${CMAKE_SOURCE_DIR}/tests/embed/run)
  if(FLOE_SANITIZE)
    set(embed_flags -fsanitize=address,undefined)
  endif()
  set_tests_properties(embed PROPERTIES TIMEOUT 120 ENVIRONMENT
                       "BUILD=${CMAKE_BINARY_DIR};CC=${CMAKE_C_COMPILER};CFLAGS=${embed_flags}")
endif()

# Tests of the Lua inside the binary: tests/lua/*_test.lua, run in the state in which that Lua lives.
if(BUILD_TESTING)
  add_executable(run_lua tests/lua/run.c)
  target_include_directories(run_lua PRIVATE host)
  target_link_libraries(run_lua PRIVATE libfloe)
  file(GLOB LUA_TESTS CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR} tests/lua/*_test.lua)
  foreach(file ${LUA_TESTS})
    get_filename_component(name ${file} NAME_WE)
    add_test(NAME lua.${name} COMMAND run_lua ${file} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(lua.${name} PROPERTIES TIMEOUT 120)
  endforeach()
endif()

# Many processes race for names in one catalog; slow processes, as the sanitizers make them, would race less.
if(BUILD_TESTING AND NOT FLOE_SANITIZE)
  add_test(NAME catalog.race COMMAND ${CMAKE_SOURCE_DIR}/tests/catalog/run)
  set_tests_properties(catalog.race PROPERTIES ENVIRONMENT "RUN_LUA=$<TARGET_FILE:run_lua>" TIMEOUT 300)
endif()

# What the benchmark measures without the program around it; made by `cmake --build … --target bench_load`.
add_executable(bench_load EXCLUDE_FROM_ALL tests/bench/load.c)
target_include_directories(bench_load PRIVATE host)
target_link_libraries(bench_load PRIVATE libfloe)

# Prints the trees of templates, for the comparison with Jinja's own parser (tests/jinja/compare.py).
if(BUILD_TESTING)
  add_executable(jinja_tree tests/jinja/tree.c)
  target_include_directories(jinja_tree PRIVATE host)
  target_link_libraries(jinja_tree PRIVATE libfloe)
  # Renders them, for the comparison with what Jinja renders (tests/jinja/render.py).
  add_executable(jinja_render tests/jinja/render.c)
  target_include_directories(jinja_render PRIVATE host)
  target_link_libraries(jinja_render PRIVATE libfloe)
endif()
