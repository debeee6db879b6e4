// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/kept_log.hpp"

#include <doctest/doctest.h>

#include "base/file.hpp"
#include "base/random.hpp"

using namespace ferry;

namespace {

struct Folder {
  std::filesystem::path path = std::filesystem::temp_directory_path() / random_id("kept");
  Folder() { REQUIRE(make_folder(path)); }
  ~Folder() { std::filesystem::remove_all(path); }

  void write(std::string_view name, const std::string& text) const {
    REQUIRE(write_file_durably(path / name, text));
  }
};

std::string line(std::int64_t at_ms, const std::string& text) {
  return log::moment_text(at_ms) + " I agent " + text + "\n";
}

}  // namespace

TEST_CASE("the moment of a line has milliseconds, and its text is in the order of time") {
  CHECK(log::moment_text(0) == "1970-01-01T00:00:00.000Z");
  CHECK(log::moment_text(1'700'000'000'007) == "2023-11-14T22:13:20.007Z");
}

TEST_CASE("the lines of a span of time come from both files, in order") {
  const Folder folder;
  folder.write(log::kept_log_older, line(1000, "a") + line(2000, "b"));
  folder.write(log::kept_log_name, line(3000, "c") + "continued\n" + line(4000, "d") + "half a li");
  const auto read = log::read_kept(folder.path, {2000, 3500, 1000});
  REQUIRE(read);
  CHECK(read->lines == line(2000, "b") + line(3000, "c") + "continued\n");
  CHECK(read->last_ms == 3000);
  CHECK(read->bytes_left_out == 0);
}

TEST_CASE("of too many lines the newest are told, and how much is missing") {
  const Folder folder;
  folder.write(log::kept_log_name, line(1000, "a") + line(2000, "b") + line(3000, "c"));
  const auto read = log::read_kept(folder.path, {0, 9000, 2 * line(0, "a").size() + 3});
  REQUIRE(read);
  CHECK(read->lines == line(2000, "b") + line(3000, "c"));
  CHECK(read->bytes_left_out == line(1000, "a").size());
}

TEST_CASE("a process that has kept nothing has no lines, which is no error") {
  const Folder folder;
  const auto read = log::read_kept(folder.path / "none", {0, 9000, 1000});
  REQUIRE(read);
  CHECK(read->lines.empty());
  CHECK(read->last_ms == 0);
}
