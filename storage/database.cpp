// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/database.hpp"

#include <sqlite3.h>

#include "base/file.hpp"
#include "storage/schema.hpp"

namespace ferry {
namespace {

constexpr std::size_t page_bytes = 4096;   // SQLite's default; ours have no other
constexpr std::size_t sql_shown_max = 80;  // characters of a statement in an error

[[noreturn]] void raise(sqlite3* handle, const std::filesystem::path& file, std::string_view sql) {
  const int code = handle != nullptr ? sqlite3_errcode(handle) : SQLITE_NOMEM;
  std::string what = file.string() + ": " +
                     (handle != nullptr ? sqlite3_errmsg(handle) : "out of memory") + " (" +
                     std::string{sql.substr(0, sql_shown_max)} + ")";
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
    throw StorageFailure{{Errc::storage_failed, std::move(what),
                          "another controller uses this database; stop it, or give this one its "
                          "own state folder"}};
  }
  const bool damaged = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
  throw StorageFailure{
      {damaged ? Errc::storage_damaged : Errc::storage_failed, std::move(what), {}}};
}

std::filesystem::path beside(const std::filesystem::path& file, const char* suffix) {
  return file.string() + suffix;
}

[[noreturn]] void fail_damaged(std::string what) {
  throw StorageFailure{{Errc::storage_damaged, std::move(what), {}}};
}

/// SQLite takes an empty file for a new database, a log without its database for rubbish, and
/// does not miss the end of the last page.
void check_sizes(const std::filesystem::path& file) {
  const auto size_of = [](const std::filesystem::path& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    return error ? 0 : size;
  };
  std::error_code error;
  const bool exists = std::filesystem::exists(file, error);
  const auto log = Database::log_of(file);
  const bool has_log = size_of(log) > 0;
  if (!exists && has_log) {
    fail_damaged(log.string() + " is there, but its database " + file.string() + " is not");
  }
  if (!exists) return;
  const auto size = size_of(file);
  if (size == 0) fail_damaged(file.string() + " is empty");
  // A power failure may tear the last page, which the log then has whole.
  if (size % page_bytes != 0 && !has_log) {
    fail_damaged(file.string() + " was cut off: " + std::to_string(size) +
                 " bytes are no whole number of pages");
  }
}

void put_in_place(const std::filesystem::path& made, const std::filesystem::path& file) {
  std::error_code error;
  std::filesystem::rename(made, file, error);
  if (error) {
    throw StorageFailure{
        {Errc::storage_failed,
         "rename " + made.string() + " to " + file.string() + ": " + error.message(),
         {}}};
  }
  if (auto done = sync_folder(file.parent_path()); !done) throw StorageFailure{done.error()};
}

}  // namespace

std::filesystem::path Database::log_of(const std::filesystem::path& file) {
  return beside(file, "-wal");
}

Database::Database(const std::filesystem::path& file) : file_(file) {
  std::error_code error;
  check_sizes(file);
  if (!std::filesystem::exists(file, error)) {
    // Made under another name: an empty file of this one is never a beginning.
    file_ = beside(file, ".new");
    std::filesystem::remove(file_, error);
    open();
    close();
    put_in_place(file_, file);
    file_ = file;
  }
  open();
}

void Database::open() {
  constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(file_.c_str(), &handle_, flags, nullptr) != SQLITE_OK) {
    const Error error{
        Errc::storage_failed, "open " + file_.string() + ": " + sqlite3_errmsg(handle_), {}};
    close();
    throw StorageFailure{error};
  }
  try {
    sqlite3_busy_timeout(handle_, 2000);
    // A file that turns out not to be ours is closed without writing its log into it.
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    execute("PRAGMA locking_mode=EXCLUSIVE");  // a second controller must not share the journal
    const auto version = read_version();
    execute("PRAGMA journal_mode=WAL");
    execute("PRAGMA synchronous=FULL");
    execute("PRAGMA foreign_keys=ON");
    if (version < schema_version) migrate(version);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
  } catch (...) {
    close();
    throw;
  }
}

Database::~Database() { close(); }

void Database::close() {
  for (const auto& [sql, statement] : idle_) sqlite3_finalize(statement);
  idle_.clear();
  sqlite3_close(handle_);
  handle_ = nullptr;
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
    raise(handle_, file_, sql);
}

std::int64_t Database::read_version() {
  Statement read{*this, "PRAGMA user_version"};
  const auto version = read.bind().step() ? read.integer(0) : 0;
  if (version == 0) {
    Statement tables{*this, "SELECT name FROM sqlite_schema LIMIT 1"};
    if (tables.bind().step()) {
      fail_damaged(file_.string() + " is another program's database, with a table " +
                   tables.text(0));
    }
  }
  if (version <= schema_version) return version;
  throw StorageFailure{{Errc::storage_newer,
                        file_.string() + " has schema " + std::to_string(version) +
                            ", this program knows up to " + std::to_string(schema_version),
                        {}}};
}

void Database::migrate(std::int64_t version) {
  Transaction transaction{*this};
  for (; version < schema_version; ++version) {
    execute(schema_steps[static_cast<std::size_t>(version)]);
  }
  execute(("PRAGMA user_version=" + std::to_string(version)).c_str());
  transaction.commit();
}

void Database::check_pages() {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  Statement check{*this, "PRAGMA quick_check(1)"};
  if (!check.bind().step()) fail_damaged("check " + file_.string() + ": no answer");
  if (check.text(0) != "ok") fail_damaged("check " + file_.string() + ": " + check.text(0));
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
}

void Database::copy_to(const std::filesystem::path& copy) {
  const auto refuse = [&](const std::string& why) {
    throw StorageFailure{{Errc::storage_failed, "copy " + file_.string() + " to " + why,
                          "name a new file in a folder with room for it"}};
  };
  std::error_code error;
  if (std::filesystem::exists(copy, error)) refuse(copy.string() + ": it exists");
  const auto partial = beside(copy, ".partial");
  std::filesystem::remove(partial, error);
  sqlite3* target = nullptr;
  int code = sqlite3_open(partial.c_str(), &target);
  if (auto* backup = sqlite3_backup_init(target, "main", handle_, "main")) {
    sqlite3_backup_step(backup, -1);
    code = sqlite3_backup_finish(backup);
  }
  const std::string why = sqlite3_errmsg(target);
  sqlite3_close(target);
  if (code != SQLITE_OK) {
    std::filesystem::remove(partial, error);
    refuse(copy.string() + ": " + why);
  }
  put_in_place(partial, copy);
}

Statement::Statement(Database& database, const char* sql)
    : database_(database), statement_(database.take_statement(sql)) {
  if (statement_ != nullptr) return;
  if (sqlite3_prepare_v2(database.handle(), sql, -1, &statement_, nullptr) != SQLITE_OK) {
    raise(database.handle(), database.file(), sql);
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
  if (code != SQLITE_DONE) raise(database_.handle(), database_.file(), sqlite3_sql(statement_));
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
