// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "simulation/database_watch.hpp"

#include <vector>

#include <sqlite3.h>

namespace ferry::sim {
namespace {

constexpr const char* triggers_sql = R"sql(
  CREATE TEMP TRIGGER ferry_watch_event AFTER INSERT ON main.event
  BEGIN SELECT ferry_saw_event(NEW.job, NEW.seq, NEW.type, NEW.body, NEW.at_ms); END;
  CREATE TEMP TRIGGER ferry_watch_cluster_event AFTER INSERT ON main.cluster_event
  BEGIN SELECT ferry_saw_cluster_event(NEW.kind, NEW.text); END;
  CREATE TEMP TRIGGER ferry_watch_new_resource AFTER INSERT ON main.resource
  BEGIN SELECT ferry_saw_resource(NEW.token, NEW.job, NEW.kind, NEW.state,
         NEW.parent, NEW.name); END;
  CREATE TEMP TRIGGER ferry_watch_resource AFTER UPDATE ON main.resource
  BEGIN SELECT ferry_saw_resource(NEW.token, NEW.job, NEW.kind, NEW.state,
         NEW.parent, NEW.name); END;
)sql";

std::string text_of(sqlite3_value* value) {
  const auto* bytes = static_cast<const char*>(sqlite3_value_blob(value));
  return {bytes != nullptr ? bytes : "", static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

ResourceState state_of(const std::string& name) {
  for (const auto state :
       {ResourceState::intended, ResourceState::created, ResourceState::releasing,
        ResourceState::released, ResourceState::abandoned}) {
    if (to_string(state) == name) return state;
  }
  return ResourceState::intended;
}

}  // namespace

class DatabaseWatch::Impl {
 public:
  explicit Impl(CommitListener& listener) : listener_(listener) {
    present = this;
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(&Impl::on_open));
  }
  ~Impl() {
    sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&Impl::on_open));
    present = nullptr;
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

 private:
  static int on_open(sqlite3* database, char**, const void*) {
    present->events_.clear();
    present->resources_.clear();
    present->cluster_events_.clear();
    present->installed_ = false;
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
    sqlite3_create_function(database, "ferry_saw_event", 5, flags, nullptr, &Impl::saw_event,
                            nullptr, nullptr);
    sqlite3_create_function(database, "ferry_saw_cluster_event", 2, flags, nullptr,
                            &Impl::saw_cluster_event, nullptr, nullptr);
    sqlite3_create_function(database, "ferry_saw_resource", 6, flags, nullptr, &Impl::saw_resource,
                            nullptr, nullptr);
    sqlite3_commit_hook(database, &Impl::before_commit, database);
    sqlite3_rollback_hook(database, &Impl::on_rollback, nullptr);
    return SQLITE_OK;
  }
  /// SQLite sets a hook of its own for the end of a commit while it opens a database, so
  /// this one is set as late as can be.
  static int before_commit(void* database) {
    sqlite3_wal_hook(static_cast<sqlite3*>(database), &Impl::after_commit, nullptr);
    return 0;
  }
  static int after_commit(void*, sqlite3* database, const char*, int) {
    if (present == nullptr) return SQLITE_OK;
    present->install(database);
    present->publish();
    return SQLITE_OK;
  }
  static void on_rollback(void*) {
    if (present == nullptr) return;
    present->events_.clear();
    present->resources_.clear();
    present->cluster_events_.clear();
  }
  static void saw_event(sqlite3_context*, int, sqlite3_value** values) {
    if (present == nullptr) return;
    present->events_.emplace_back(
        text_of(values[0]),
        StoredEvent{static_cast<std::uint64_t>(sqlite3_value_int64(values[1])), text_of(values[2]),
                    text_of(values[3]), sqlite3_value_int64(values[4])});
  }
  static void saw_cluster_event(sqlite3_context*, int, sqlite3_value** values) {
    if (present == nullptr) return;
    present->cluster_events_.emplace_back(text_of(values[0]), text_of(values[1]));
  }
  static void saw_resource(sqlite3_context*, int, sqlite3_value** values) {
    if (present == nullptr) return;
    present->resources_.push_back({text_of(values[0]),
                                   text_of(values[1]),
                                   text_of(values[2]),
                                   state_of(text_of(values[3])),
                                   {},
                                   0,
                                   text_of(values[4]),
                                   text_of(values[5])});
  }

  /// The tables are there after the first commit. What that one brought is read as well,
  /// parts before what they belong to, as they end in this order.
  void install(sqlite3* database) {
    if (installed_) return;
    installed_ = sqlite3_exec(database, triggers_sql, nullptr, nullptr, nullptr) == SQLITE_OK;
    if (!installed_) return;
    sqlite3_exec(database,
                 "SELECT ferry_saw_event(job, seq, type, body, at_ms) FROM event ORDER BY job, seq;"
                 "SELECT ferry_saw_resource(token, job, kind, state, parent, name) FROM resource "
                 "WHERE parent<>'' ORDER BY rowid;"
                 "SELECT ferry_saw_resource(token, job, kind, state, parent, name) FROM resource "
                 "WHERE parent='' ORDER BY rowid;",
                 nullptr, nullptr, nullptr);
  }
  void publish() {
    const auto events = std::exchange(events_, {});
    const auto resources = std::exchange(resources_, {});
    for (const auto& [job, event] : events) listener_.on_event(job, event);
    for (const auto& resource : resources) listener_.on_resource(resource);
    const auto cluster_events = std::exchange(cluster_events_, {});
    for (const auto& [kind, text] : cluster_events) listener_.on_cluster_event(kind, text);
  }

  static inline Impl* present = nullptr;
  CommitListener& listener_;
  bool installed_ = false;
  std::vector<std::pair<std::string, StoredEvent>> events_;
  std::vector<StoredResource> resources_;
  std::vector<std::pair<std::string, std::string>> cluster_events_;
};

DatabaseWatch::DatabaseWatch(CommitListener& listener) : impl_(std::make_unique<Impl>(listener)) {}
DatabaseWatch::~DatabaseWatch() = default;

}  // namespace ferry::sim
