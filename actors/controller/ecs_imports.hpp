// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Imports of instances of ECS: which instances there are, which imports there were, and one actor
// for each that goes on. The database is what is told of them.
#pragma once

#include <optional>
#include <set>
#include <string>

#include <caf/all.hpp>

#include "actors/controller/ecs_import.hpp"
#include "actors/roster.hpp"
#include "config/ecs_account.hpp"

namespace ferry {

struct EcsImportsOptions {
  EcsImportEnvironment environment;
  std::optional<EcsAccount> account;  // nothing: the cluster file names none
  Branch branch;
};

/// Within the actor.
struct AskCloud {
  std::string look;
  FERRY_MESSAGE("ecs_imports.ask_cloud", look)
};
struct LoadedImports {
  using local_message = void;
  std::vector<StoredEcsImport> imports;
};

class EcsImports {
 public:
  static constexpr const char* actor_name = "ecs_imports";

  EcsImports(caf::event_based_actor* self, EcsImportsOptions options);
  caf::behavior make_behavior();

 private:
  struct Look {  // somebody waits for a list
    FindInstances request;
    caf::typed_response_promise<EcsInstanceList> promise;
    std::int64_t deadline_ms = 0;  // steady
  };

  void load();
  void keep_running();
  void start(const StoredEcsImport& stored);
  caf::result<EcsInstanceList> list_instances(const ListEcsInstances& m);
  void ask_cloud(const std::string& look);
  void ask_again(const std::string& look, const Error& why);
  void end_look(const std::string& look, const Error& error);
  void on_found(const InstancesFound& found);
  void tell(const InstancesFound& found, const SourceList& sources);
  caf::result<EcsImportView> create(const CreateEcsImport& m);
  void store(const std::string& client_token, const EcsImportView& view,
             caf::typed_response_promise<EcsImportView> promise);
  caf::result<EcsImportList> list(const ListEcsImports& m);
  /// To the actor of an import; starts it if there is none.
  template <class M>
  caf::result<EcsImportView> pass_on(const M& m);
  [[nodiscard]] Result<std::string> region_of(const std::string& wanted) const;

  caf::event_based_actor* self_;
  EcsImportsOptions options_;
  std::map<std::string, StoredEcsImport> starting_;  // what their actors are made of
  std::set<std::string> running_;
  std::map<std::string, Look> looks_;
  Roster imports_;
};

}  // namespace ferry
