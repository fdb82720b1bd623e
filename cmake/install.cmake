# What `cmake --install` puts beside the binary: the manual page and the shells' completions. The program that
# was just built prints them, from the same definitions as its help.
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

  install(FILES ${GENERATED}/floe.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${GENERATED}/floe DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES ${GENERATED}/_floe DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
  install(FILES ${GENERATED}/floe.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()
