// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/database.hpp"

#include <sqlite3.h>

#include "storage/schema.hpp"

namespace ferry {
namespace {

[[noreturn]] void raise(sqlite3* handle, const std::filesystem::path& file,
                        std::string_view doing) {
  const int code = handle != nullptr ? sqlite3_errcode(handle) : SQLITE_NOMEM;
  std::string what = std::string{doing} + " " + file.string() + ": " +
                     (handle != nullptr ? sqlite3_errmsg(handle) : "out of memory");
  std::string fix;
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
    fix = "another controller uses this database; stop it, or give this one its own state folder";
  } else if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
    fix = "put the file aside and restore it from a backup; nothing was changed";
  }
  throw StorageFailure{{Errc::storage_failed, std::move(what), std::move(fix)}};
}

}  // namespace

Database::Database(const std::filesystem::path& file) : file_(file) {
  constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(file.c_str(), &handle_, flags, nullptr) != SQLITE_OK) {
    const Error error{
        Errc::storage_failed, "open " + file.string() + ": " + sqlite3_errmsg(handle_), {}};
    sqlite3_close(handle_);
    throw StorageFailure{error};
  }
  try {
    sqlite3_busy_timeout(handle_, 2000);
    execute("PRAGMA locking_mode=EXCLUSIVE");  // a second controller must not share the journal
    execute("PRAGMA journal_mode=WAL");
    execute("PRAGMA synchronous=FULL");
    execute("PRAGMA foreign_keys=ON");
    migrate();
  } catch (...) {
    close();
    throw;
  }
}

Database::~Database() { close(); }

void Database::close() {
  for (const auto& [sql, statement] : idle_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

sqlite3_stmt* Database::take_statement(const char* sql) {
  const auto it = idle_.find(sql);
  if (it == idle_.end()) return nullptr;
  auto* statement = it->second;
  idle_.erase(it);
  return statement;
}

void Database::keep_statement(sqlite3_stmt* statement) {
  const bool kept = idle_.emplace(sqlite3_sql(statement), statement).second;
  if (!kept) sqlite3_finalize(statement);  // two of one text were in use at a time
}

void Database::execute(const char* sql) {
  if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    raise(handle_, file_, "use");
}

void Database::migrate() {
  Transaction transaction{*this};
  std::int64_t version = 0;
  {
    Statement read{*this, "PRAGMA user_version"};
    if (read.bind().step()) version = read.integer(0);
  }
  if (version > schema_version) {
    throw StorageFailure{{Errc::storage_newer,
                          file_.string() + " has schema " + std::to_string(version) +
                              ", this program knows up to " + std::to_string(schema_version),
                          {}}};
  }
  for (; version < schema_version; ++version) {
    execute(schema_steps[static_cast<std::size_t>(version)]);
  }
  execute(("PRAGMA user_version=" + std::to_string(version)).c_str());
  transaction.commit();
}

Statement::Statement(Database& database, const char* sql)
    : database_(database), statement_(database.take_statement(sql)) {
  if (statement_ != nullptr) return;
  if (sqlite3_prepare_v2(database.handle(), sql, -1, &statement_, nullptr) != SQLITE_OK) {
    raise(database.handle(), sql, "prepare");
  }
}

Statement::~Statement() {
  reset();  // a row still read would keep the transaction from ending
  database_.keep_statement(statement_);
}

void Statement::reset() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) raise(database_.handle(), sqlite3_sql(statement_), "run");
  return false;
}

int Statement::run() {
  while (step()) {
  }
  const int changes = sqlite3_changes(database_.handle());
  sqlite3_reset(statement_);  // a statement left open would keep the transaction from ending
  return changes;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string Statement::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  return bytes != nullptr ? std::string{bytes, static_cast<std::size_t>(size)} : std::string{};
}

void Statement::bind_one(int index, std::string_view text) {
  // A view of nothing has no address, which SQLite would take for NULL.
  const char* bytes = text.data() != nullptr ? text.data() : "";
  sqlite3_bind_text64(statement_, index, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}
void Statement::bind_one(int index, Blob blob) {
  sqlite3_bind_blob64(statement_, index, blob.bytes.data(), blob.bytes.size(), SQLITE_TRANSIENT);
}
void Statement::bind_one(int index, std::int64_t number) {
  sqlite3_bind_int64(statement_, index, number);
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.execute("BEGIN IMMEDIATE");
}
Transaction::~Transaction() {
  // After a failed statement SQLite may have rolled back by itself already.
  if (open_) sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}
void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace ferry
