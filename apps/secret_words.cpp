// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/secret_words.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "apps/limits.hpp"
#include "base/file.hpp"

namespace ferry {

Result<std::string> read_secret(const std::string& file) {
  auto text = read_file(file == "-" ? "/dev/stdin" : file, limits::secret_bytes_max);
  if (!text) return fail(text.error());
  text->erase(std::min(text->find_first_of("\r\n"), text->size()));
  if (!text->empty()) return text;
  return fail(Errc::invalid_argument, "there is no code in " + file, "write it there as one line");
}

void hide_words(int argc, char** argv, const std::string& secret) {
  if (secret.empty()) return;
  for (int i = 1; i < argc; ++i) {
    if (auto* found = std::strstr(argv[i], secret.c_str())) std::fill_n(found, secret.size(), 'x');
  }
}

}  // namespace ferry
