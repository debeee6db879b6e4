// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Databases that are damaged, newer, or not ours: each is refused with its number and a
// next step, and its files stay as they are, byte for byte.
#include <csignal>
#include <filesystem>
#include <functional>
#include <random>

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.hpp"
#include "storage/journal.hpp"
#include "tests/storage/scratch.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

constexpr std::size_t page_bytes = 4096;

/// A folder with the database of a controller that was stopped, or killed.
struct Stock {
  Folder folder;
  std::filesystem::path file = folder.database();

  Stock() {
    Database database{file};
    fill(database, "j-");
  }

  static void fill(Database& database, const std::string& prefix) {
    Transaction transaction{database};
    Journal journal{database};
    for (int i = 0; i < 40; ++i) {
      const auto job = prefix + std::to_string(i);
      journal.create_job(job, "token-" + job);
      for (std::uint64_t seq = 1; seq <= 10; ++seq) {
        journal.append(job, {seq, "event.x", std::string(150, 'b'), 5});
      }
    }
    transaction.commit();
  }
  /// Leaves what it commits in the log beside the file.
  void add_and_be_killed(const std::function<void(Database&)>& work) const {
    const pid_t child = ::fork();
    if (child == 0) {
      Database database{file};
      work(database);
      ::raise(SIGKILL);
    }
    ::waitpid(child, nullptr, 0);
    REQUIRE(std::filesystem::file_size(Database::log_of(file)) > 0);
  }
  [[nodiscard]] std::string bytes() const {
    auto text = read_file(file).value();
    const auto log = Database::log_of(file);
    const bool any = std::filesystem::exists(log) && std::filesystem::file_size(log) > 0;
    if (any) text += "|" + read_file(log).value();
    return text;
  }
  void put(const std::string& contents) const { REQUIRE(write_file_durably(file, contents)); }
  [[nodiscard]] Error refusal() const {
    try {
      Database{file}.check_pages();
    } catch (const StorageFailure& failure) {
      return failure.error();
    }
    return {};
  }
  void check_refused(Errc code) const {
    const auto before = bytes();
    const auto error = refusal();
    CHECK_MESSAGE(error.code == code, to_string(error));
    CHECK_MESSAGE(error.what.find(file.string()) != std::string::npos, error.what);
    CHECK_FALSE(remedy(error).empty());
    CHECK(bytes() == before);
  }
};

}  // namespace

TEST_CASE("a database that is whole passes the check, and so does one with a log of a kill") {
  const Stock stock;
  CHECK(stock.refusal().code == Errc::none);
  stock.add_and_be_killed([](Database& database) { Stock::fill(database, "k-"); });
  CHECK(stock.refusal().code == Errc::none);
  Database database{stock.file};
  CHECK(Journal{database}.jobs().size() == 80);
}

TEST_CASE("a database that was cut off anywhere is refused and left alone") {
  const Stock stock;
  const auto whole = stock.bytes();
  REQUIRE(whole.size() > 10 * page_bytes);
  for (const std::size_t left :
       {std::size_t{0}, std::size_t{50}, std::size_t{100}, std::size_t{2000}, page_bytes,
        5 * page_bytes, 5 * page_bytes + 77, whole.size() - page_bytes, whole.size() - 1}) {
    CAPTURE(left);
    stock.put(whole.substr(0, left));
    stock.check_refused(Errc::storage_damaged);
  }
}

TEST_CASE("a database with a page of rubbish is refused and left alone, whichever page it is") {
  const Stock stock;
  const auto whole = stock.bytes();
  std::minstd_rand random{7};
  for (std::size_t page = 0; page < whole.size() / page_bytes; ++page) {
    CAPTURE(page);
    auto damaged = whole;
    for (std::size_t i = 0; i < page_bytes; ++i) {
      damaged[page * page_bytes + i] = static_cast<char>(random());
    }
    stock.put(damaged);
    stock.check_refused(Errc::storage_damaged);
  }
}

TEST_CASE("a flipped byte is found or harmless, and never changes the file") {
  const Stock stock;
  const auto whole = stock.bytes();
  std::minstd_rand random{11};
  int found = 0;
  for (int round = 0; round < 300; ++round) {
    auto damaged = whole;
    damaged[random() % damaged.size()] ^= static_cast<char>(1U << random() % 8);
    stock.put(damaged);
    const auto error = stock.refusal();
    if (error.code == Errc::none) continue;
    ++found;
    CHECK((error.code == Errc::storage_damaged || error.code == Errc::storage_newer));
    CHECK(stock.bytes() == damaged);
  }
  CHECK(found > 10);  // most bytes are values, which no structure contradicts
}

TEST_CASE("a newer database is refused and left alone, together with its log") {
  const Stock stock;
  stock.add_and_be_killed([](Database& database) {
    Stock::fill(database, "k-");
    database.execute("PRAGMA user_version=99");
  });
  stock.check_refused(Errc::storage_newer);
  CHECK(stock.refusal().what.find("schema 99") != std::string::npos);
}

TEST_CASE("a damaged database keeps the log beside it, which may save what is in it") {
  const Stock stock;
  auto damaged = stock.bytes();
  damaged.replace(damaged.size() / 2 / page_bytes * page_bytes, page_bytes,
                  std::string(page_bytes, 'x'));
  stock.add_and_be_killed(
      [](Database& database) { Journal{database}.create_job("k-1", "token-k-1"); });
  stock.put(damaged);
  stock.check_refused(Errc::storage_damaged);
}

TEST_CASE("a log whose database is gone is not taken for a new beginning") {
  const Stock stock;
  stock.add_and_be_killed([](Database& database) { Stock::fill(database, "k-"); });
  const auto log = read_file(Database::log_of(stock.file)).value();
  std::filesystem::remove(stock.file);
  const auto error = stock.refusal();
  CHECK(error.code == Errc::storage_damaged);
  CHECK(error.what.find("-wal is there") != std::string::npos);
  CHECK(read_file(Database::log_of(stock.file)).value() == log);
  CHECK_FALSE(std::filesystem::exists(stock.file));
}

TEST_CASE("the database of another program is refused and left alone") {
  const Stock stock;
  std::filesystem::remove(stock.file);
  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open(stock.file.c_str(), &other) == SQLITE_OK);
  REQUIRE(sqlite3_exec(other, "CREATE TABLE bookmark(url TEXT)", nullptr, nullptr, nullptr) ==
          SQLITE_OK);
  sqlite3_close(other);
  stock.check_refused(Errc::storage_damaged);
  CHECK(stock.refusal().what.find("bookmark") != std::string::npos);
}

TEST_CASE("a second controller changes nothing, and the first one goes on") {
  const Stock stock;
  Database first{stock.file};
  Stock::fill(first, "k-");
  stock.check_refused(Errc::storage_failed);
  CHECK(stock.refusal().fix.find("another controller") != std::string::npos);
  Journal{first}.create_job("l-1", "token-l-1");
  CHECK(Journal{first}.jobs().size() == 81);
}

TEST_CASE("a copy of a database in use holds all that is committed and opens like it") {
  const Stock stock;
  const auto copy = stock.folder.path / "copy.db";
  {
    Database database{stock.file};
    Stock::fill(database, "k-");
    database.copy_to(copy);
    Journal{database}.create_job("late", "token-late");
  }
  Database restored{copy};
  restored.check_pages();
  CHECK(Journal{restored}.jobs().size() == 80);
  CHECK(Journal{restored}.events("k-7").size() == 10);
}

TEST_CASE("a copy replaces no file, and one that fails leaves none") {
  const Stock stock;
  Database database{stock.file};
  const auto taken = stock.folder.path / "taken";
  REQUIRE(write_file_durably(taken, "precious"));
  CHECK_THROWS_AS(database.copy_to(taken), StorageFailure);
  CHECK(read_file(taken).value() == "precious");
  CHECK_THROWS_AS(database.copy_to(stock.folder.path / "no" / "such" / "folder"), StorageFailure);
  CHECK_FALSE(std::filesystem::exists(stock.folder.path / "no"));
}
