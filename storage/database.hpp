// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// SQLite with errors as exceptions of one type: a database that fails is not
// something a statement's caller can mend, so the exception ends the owner of the
// database and its supervisor decides. Not thread-safe: one owner, one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace ferry {

/// Thrown by every operation of this folder; carries storage_failed, storage_damaged or
/// storage_newer.
class StorageFailure : public std::runtime_error {
 public:
  explicit StorageFailure(Error error)
      : std::runtime_error(to_string(error)), error_(std::move(error)) {}
  [[nodiscard]] const Error& error() const { return error_; }

 private:
  Error error_;
};

class Database {
 public:
  /// Opens or creates the file in WAL mode with synchronous=FULL, takes the lock
  /// that keeps a second controller out, and brings the schema up to date. A file that it
  /// refuses is left as it is, byte for byte.
  explicit Database(const std::filesystem::path& file);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// The file beside it that holds what was committed last.
  [[nodiscard]] static std::filesystem::path log_of(const std::filesystem::path& file);

  /// Reads every page and compares the structures of the file with each other; throws
  /// storage_damaged. Takes about a second for 250 MiB.
  void check_pages();
  /// Writes a copy of what is committed to a new file, durably; it can be opened like the
  /// original. Not inside a transaction. Fails if the file exists.
  void copy_to(const std::filesystem::path& copy);

  void execute(const char* sql);
  /// Statements are compiled once: take one of this text, or null; and give it back.
  [[nodiscard]] sqlite3_stmt* take_statement(const char* sql);
  void keep_statement(sqlite3_stmt* statement);
  [[nodiscard]] sqlite3* handle() const { return handle_; }
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

 private:
  void open();
  [[nodiscard]] std::int64_t read_version();
  void migrate(std::int64_t version);
  void close();

  sqlite3* handle_ = nullptr;
  std::filesystem::path file_;
  std::unordered_map<std::string_view, sqlite3_stmt*> idle_;  // by their own text
};

/// Marks bytes as a BLOB: the tables are STRICT and refuse TEXT there.
struct Blob {
  std::string_view bytes;
};

/// A prepared statement, compiled at its first use. `bind` starts a new execution; rows are read
/// with `step`.
class Statement {
 public:
  Statement(Database& database, const char* sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  template <class... Ts>
  Statement& bind(const Ts&... values) {
    reset();
    int index = 0;
    (bind_one(++index, values), ...);
    return *this;
  }
  /// Returns false at the end of the rows.
  bool step();
  /// Runs to the end; returns the number of rows changed.
  int run();

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string text(int column) const;

 private:
  void reset();
  void bind_one(int index, std::string_view text);
  void bind_one(int index, Blob blob);
  void bind_one(int index, std::int64_t number);
  void bind_one(int index, std::uint64_t number) {
    bind_one(index, static_cast<std::int64_t>(number));
  }
  void bind_one(int index, std::uint32_t number) { bind_one(index, std::int64_t{number}); }
  void bind_one(int index, int number) { bind_one(index, std::int64_t{number}); }

  Database& database_;
  sqlite3_stmt* statement_ = nullptr;
};

/// BEGIN IMMEDIATE now, COMMIT by `commit`, ROLLBACK if it dies before.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace ferry
