// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Access keys: what the database keeps of them, and how their secrets are sealed.
#include <filesystem>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "base/file.hpp"
#include "storage/access_key_table.hpp"
#include "storage/secret_box.hpp"
#include "tests/storage/scratch.hpp"

using namespace ferry;
using namespace ferry::test;

TEST_CASE("a sealed secret is opened by its key and for its owner only") {
  Folder folder;
  const auto file = folder.path / "keys" / "access-keys";
  const auto box = SecretBox::load_or_make(file);
  REQUIRE(box);
  struct stat info {};
  REQUIRE(::stat(file.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  const auto sealed = box->seal("the secret", "EF1");
  CHECK(sealed.find("secret") == std::string::npos);
  CHECK(box->seal("the secret", "EF1") != sealed);
  CHECK(box->open(sealed, "EF1") == "the secret");
  CHECK(box->open(sealed, "EF2").error().code == Errc::key_unreadable);
  for (const std::size_t place : {std::size_t{0}, sealed.size() / 2, sealed.size() - 1}) {
    auto damaged = sealed;
    damaged[place] ^= 1;
    CHECK(box->open(damaged, "EF1").error().code == Errc::key_unreadable);
  }
  CHECK(!box->open("", "EF1"));
  CHECK(!box->open(sealed.substr(0, 20), "EF1"));
  // As after a new start, and with another key.
  CHECK(SecretBox::load_or_make(file)->open(sealed, "EF1") == "the secret");
  CHECK(!SecretBox::load_or_make(folder.path / "other")->open(sealed, "EF1"));
}

TEST_CASE("a key file that others can read, or that holds no key, is refused") {
  Folder folder;
  const auto file = folder.path / "access-keys";
  REQUIRE(SecretBox::load_or_make(file));
  REQUIRE(::chmod(file.c_str(), 0644) == 0);
  CHECK(SecretBox::load_or_make(file).error().code == Errc::key_unreadable);
  for (const std::string text : {"", "abc", "zz", "00"}) {
    REQUIRE(write_file_durably(file, text));
    CHECK(SecretBox::load_or_make(file).error().code == Errc::key_unreadable);
    CHECK(read_file(file) == text);  // it is nobody's to overwrite
  }
}

TEST_CASE("a key is kept with its state, and goes with its nonces") {
  Folder folder;
  Database database{folder.database()};
  AccessKeyTable table{database};
  table.add({"EF1", "ci", "full", "sealed", 5, false});
  table.add({"EF2", "", "read-only", "other", 6, false});
  table.set_disabled("EF2", true);
  auto keys = table.all();
  REQUIRE(keys.size() == 2);
  CHECK((keys[0].name == "ci" && keys[0].sealed == "sealed" && !keys[0].disabled));
  CHECK((keys[1].role == "read-only" && keys[1].disabled));
  CHECK_THROWS_AS(table.add({"EF3", "", "root", "", 0, false}), StorageFailure);
  table.add_nonce({"EF1", "n1", 100}, 0);
  table.add_nonce({"EF2", "n1", 200}, 0);
  CHECK_THROWS_AS(table.add_nonce({"EF1", "n1", 300}, 0), StorageFailure);
  CHECK(table.nonces(0).size() == 2);
  CHECK(table.nonces(150).size() == 1);
  table.add_nonce({"EF2", "n2", 300}, 150);  // forgets what is over
  CHECK(table.nonces(0).size() == 2);
  table.remove("EF2");
  CHECK(table.nonces(0).empty());
  CHECK(table.all().size() == 1);
}
