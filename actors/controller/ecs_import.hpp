// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One import of instances of ECS, from its code to the last source server that is online. What it
// is about to do is in the database before it does it, and what a worker is asked has a token that
// the cloud knows: whoever dies in between, no command runs twice.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include <caf/all.hpp>

#include "actors/controller/ecs_import_record.hpp"
#include "cloud/import_limits.hpp"
#include "messages/actor_message.hpp"
#include "messages/agent_download.hpp"
#include "messages/link.hpp"
#include "messages/source.hpp"
#include "storage/secret_box.hpp"

namespace ferry {

/// What all imports of a controller work with.
struct EcsImportEnvironment {
  caf::actor store;
  caf::actor nodes;
  caf::actor sources;
  caf::actor downloads;
  /// Who asks the cloud on that worker.
  std::function<caf::actor(const std::string& worker)> at_worker;
  std::shared_ptr<const SecretBox> box;
  std::chrono::milliseconds poll{2'000};         // between two looks at what goes on
  std::chrono::milliseconds answer_time{5'000};  // of a worker
};

/// To whoever started it: it has ended, durably.
struct EcsImportEnded {
  std::string id;
  FERRY_MESSAGE("ecs_import.ended", id)
};

class EcsImport {
 public:
  static constexpr const char* actor_name = "ecs_import";

  EcsImport(caf::event_based_actor* self, caf::actor owner, EcsImportEnvironment environment,
            const StoredEcsImport& stored);
  caf::behavior make_behavior();

 private:
  struct Step {  // in the memory of this actor alone
    bool asking = false;
    std::string trouble;  // the last answer that was none
  };

  caf::result<EcsImportView> cancel(const CancelEcsImport& m);
  caf::result<EcsImportView> retry(const RetryEcsImport& m);

  void advance();
  void make_code();
  void create_code();
  void make_script();
  void look_at_instances();
  void ask_for_instances(const std::string& worker);
  void on_found(const InstancesFound& found);
  void close();

  void step_items(const std::string& worker);
  void begin(EcsImportItem& item);
  void run(EcsImportItem& item, const std::string& worker);
  void stop(EcsImportItem& item, const std::string& worker);
  void look_for_source(EcsImportItem& item);
  void on_status(EcsImportItem& item, const CommandStatus& status);
  void on_source(EcsImportItem& item, const SourceList& list);
  bool give_up_late(EcsImportItem& item);
  void leave_running();
  void fail_item(EcsImportItem& item, const Error& error);
  void fail_waiting(const Error& error);

  /// Durable when `then` is called.
  void record(
      EcsImportItem& item, std::function<void()> then = [] {});
  void record_all(std::function<void()> then);
  void with_worker(std::function<void(const std::string&)> then);
  template <class Answer, class Request>
  void ask(const caf::actor& who, const Request& request, std::function<void(const Answer&)> then);
  template <class Answer, class Request>
  void ask_about(EcsImportItem& item, const caf::actor& who, const Request& request,
                 std::function<void(EcsImportItem&, const Answer&)> then);
  void again_in(std::chrono::milliseconds delay);
  [[nodiscard]] EcsImportItem* find(const std::string& instance);
  [[nodiscard]] EcsImportView counted() const;
  [[nodiscard]] bool has_open_items() const;
  [[nodiscard]] bool is_silent_too_long();

  caf::event_based_actor* self_;
  caf::actor owner_;
  EcsImportEnvironment environment_;
  EcsImportView view_;
  std::string sealed_;
  std::string code_;
  std::string script_;
  bool looked_ = false;        // at the instances that wait
  std::string look_;           // the question that is open
  bool busy_ = false;          // something that all of it waits for
  bool timer_ = false;         // runs
  std::int64_t since_ms_ = 0;  // steady: that nothing has begun for want of answers; 0: not so
  std::map<std::string, Step> steps_;  // by instance
};

}  // namespace ferry
