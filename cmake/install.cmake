# What `cmake --install` puts in place. `--component program` is what users need: the binary, its manual page and
# the shells' completions. `--component development` is what a program that embeds floe needs: the library, its
# public headers, and floe.pc for pkg-config.
install(TARGETS libfloe ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(DIRECTORY include/floe DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development
        FILES_MATCHING PATTERN "*.h")
set(PKGCONFIG_DIR ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH PREFIX_FROM_PKGCONFIG /prefix/${PKGCONFIG_DIR} /prefix)
configure_file(cmake/floe.pc.in floe.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/floe.pc DESTINATION ${PKGCONFIG_DIR} COMPONENT development)

# The manual page and the completions are printed by the program that was just built, from the definitions that
# its help is made from.
if(TARGET floe AND NOT CMAKE_CROSSCOMPILING)
  set(GENERATED ${CMAKE_BINARY_DIR}/share)
  set(outputs "")
  function(add_generated file)
    add_custom_command(
      OUTPUT ${GENERATED}/${file}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${GENERATED}
      COMMAND floe ${ARGN} > ${GENERATED}/${file}
      DEPENDS floe
      VERBATIM)
    set(outputs ${outputs} ${GENERATED}/${file} PARENT_SCOPE)
  endfunction()
  add_generated(floe.1 man)
  add_generated(floe completion bash)
  add_generated(_floe completion zsh)
  add_generated(floe.fish completion fish)
  add_custom_target(floe_share ALL DEPENDS ${outputs} COMMENT "Manual page and completions")

  install(TARGETS floe RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
  install(FILES ${GENERATED}/floe.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
  install(FILES ${GENERATED}/floe DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
          COMPONENT program)
  install(FILES ${GENERATED}/_floe DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions COMPONENT program)
  install(FILES ${GENERATED}/floe.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d
          COMPONENT program)
endif()
