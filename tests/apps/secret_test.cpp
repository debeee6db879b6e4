// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Files that secrets are written to, which are told only once.
#include <doctest/doctest.h>

#include "apps/secret_words.hpp"
#include "base/file.hpp"
#include "tests/actors/scratch.hpp"

using namespace ferry;
using namespace ferry::test;

TEST_CASE("a file for a secret is tried without a trace, and an old one stays as it is") {
  const Folder folder;
  const auto file = (folder.path() / "key").string();
  REQUIRE(write_file_durably(file, "old\n"));
  CHECK(check_secret_file(file));
  CHECK(*read_file(file) == "old\n");
  CHECK(std::distance(std::filesystem::directory_iterator{folder.path()}, {}) == 1);
  CHECK_FALSE(check_secret_file(folder.path().string()));
  CHECK_FALSE(check_secret_file((folder.path() / "none" / "key").string()));
}

TEST_CASE("what has a secret that can't be written is undone, or told to be there") {
  const Folder folder;
  const auto nowhere = (folder.path() / "none" / "key").string();
  std::size_t undone = 0;
  const auto undo = [&]() -> Result<> {
    ++undone;
    return {};
  };
  auto failed = write_secret(nowhere, "secret", "access key EF1", undo);
  REQUIRE_FALSE(failed);
  CHECK(undone == 1);
  CHECK(failed.error().what.ends_with("; access key EF1 was deleted again"));
  CHECK(failed.error().what.find("secret\n") == std::string::npos);
  failed = write_secret(nowhere, "secret", "access key EF1",
                        []() -> Result<> { return fail(Errc::unreachable, "no answer"); });
  REQUIRE_FALSE(failed);
  CHECK(failed.error().what.ends_with("nobody knows its secret: delete it"));
  const auto file = (folder.path() / "key").string();
  CHECK(write_secret(file, "secret", "access key EF1", undo));
  CHECK(*read_file(file) == "secret\n");
  CHECK(undone == 1);
}
