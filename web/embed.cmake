# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
#
# cmake -D FOLDER=... -D OUTPUT=... -P embed.cmake: writes the built pages of FOLDER as C++ to
# OUTPUT, for console/pages.hpp.
file(GLOB pages RELATIVE ${FOLDER} ${FOLDER}/*)
set(arrays "")
set(rows "")
set(number 0)
foreach(page ${pages})
  file(READ ${FOLDER}/${page} bytes HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(APPEND arrays "const unsigned char page_${number}[] = {${bytes}};\n")
  string(APPEND rows "    {\"/${page}\", text(page_${number}, sizeof page_${number})},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUTPUT} "// Made of web/dist by web/embed.cmake.
#include \"console/pages.hpp\"

namespace ferry {
namespace {

${arrays}
std::string_view text(const unsigned char* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

const EmbeddedPage all[] = {
${rows}};

}  // namespace

std::span<const EmbeddedPage> embedded_pages() { return all; }

}  // namespace ferry
")
