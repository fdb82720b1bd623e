# Writes OUTPUT: a C table of every Lua source (and bundle file) below ROOT's lua/, stdlib/ and policies/.
# The text is kept as it is, comments too, so that line numbers in errors are those of the files.
file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/lua/*.lua ${ROOT}/stdlib/*.lua ${ROOT}/policies/*.lua
     ${ROOT}/policies/*.yaml)
list(SORT files)
set(arrays "")
set(rows "")
set(number 0)
macro(embed name file)
  file(READ ${file} hex HEX)
  string(LENGTH "${hex}" digits)
  math(EXPR bytes "${digits} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
  string(APPEND arrays "static const unsigned char file${number}[] = {${hex}0};\n")
  string(APPEND rows "    {\"${name}\", (const char *)file${number}, ${bytes}},\n")
  math(EXPR number "${number} + 1")
endmacro()
foreach(file ${files})
  embed(${file} ${ROOT}/${file})
endforeach()
embed("lua/argparse.lua" ${ARGPARSE})
file(WRITE ${OUTPUT}.new
     "/* Made from lua/, stdlib/ and policies/. */\n#include \"script/embedded.h\"\n\n${arrays}\n"
     "const floe_embedded floe_embedded_files[] = {\n${rows}    {0, 0, 0},\n};\n")
file(COPY_FILE ${OUTPUT}.new ${OUTPUT} ONLY_IF_DIFFERENT)
file(TOUCH ${OUTPUT})
file(REMOVE ${OUTPUT}.new)
