// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/secret_words.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
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

Result<> check_secret_file(const std::string& file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) {
    return fail(Errc::invalid_argument, file + " is a folder", "name a file in it");
  }
  // A file of the same size at the same place, as the folder and its disk are what may fail.
  const auto trial = file + ".trial";
  const auto written = write_file_durably(trial, std::string(limits::secret_bytes_max, '\n'));
  std::filesystem::remove(trial, error);
  std::filesystem::remove(trial + ".new", error);  // where it could not be written to its end
  return written;
}

Result<> write_secret(const std::string& file, const std::string& secret, const std::string& what,
                      const std::function<Result<>()>& undo) {
  const auto written = write_file_durably(file, secret + "\n");
  if (written) return {};
  auto error = written.error();
  const auto undone = undo();
  error.what += undone ? "; " + what + " was deleted again"
                       : "; " + what + " is there, and nobody knows its secret: delete it";
  return fail(std::move(error));
}

void hide_words(int argc, char** argv, const std::string& secret) {
  if (secret.empty()) return;
  for (int i = 1; i < argc; ++i) {
    if (auto* found = std::strstr(argv[i], secret.c_str())) std::fill_n(found, secret.size(), 'x');
  }
}

}  // namespace ferry
