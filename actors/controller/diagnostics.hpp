// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Makes one file of all that is known of a job, for whoever is to help (docs/diagnostics.md). Every
// part that is asked for has its time, so a node that is dead is a note in the file and no reason
// to wait. The files are kept in memory, for as long as it takes to fetch them.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include <caf/all.hpp>

#include "actors/controller/bundle_files.hpp"
#include "actors/controller/store.hpp"
#include "storage/secret_box.hpp"
#include "transport/bridge.hpp"

namespace ferry {

struct DiagnosticsOptions {
  const ClusterConfig* config = nullptr;  // outlives the actor, as does the bridge
  Bridge* bridge = nullptr;
  caf::actor store;
  caf::actor sources;
  caf::actor nodes;
  caf::actor janitor;
  caf::actor jobs;
  caf::actor own_log;  // of this process
  std::shared_ptr<const SecretBox> box;
};

class Diagnostics {
 public:
  static constexpr const char* actor_name = "diagnostics";

  Diagnostics(caf::event_based_actor* self, DiagnosticsOptions options);
  ~Diagnostics();
  Diagnostics(const Diagnostics&) = delete;
  Diagnostics& operator=(const Diagnostics&) = delete;
  caf::behavior make_behavior();

 private:
  using Promise = caf::typed_response_promise<DiagnosticsMade>;
  /// A bundle that is being made.
  struct Draft {
    BundleFacts facts;
    std::vector<KnownSecret> secrets;
    std::set<std::string> nodes;  // of its ledger rows
    std::size_t missing = 0;  // answers
    Promise promise;
  };
  using DraftPtr = std::shared_ptr<Draft>;
  struct Bundle {
    std::string bytes;
    std::int64_t until_ms = 0;  // steady
  };

  caf::result<DiagnosticsMade> make(const MakeDiagnostics& m);
  void load(const DraftPtr& draft);
  void ask_all(const DraftPtr& draft);
  void ask_nodes(const DraftPtr& draft, const NodeList& list);
  void ask_log(const DraftPtr& draft, const std::string& node, const caf::actor& keeper,
               bool lines_wanted);
  /// What can't be had is a note; `quiet` of what needn't be there.
  template <class Answer, class Request>
  void ask(const DraftPtr& draft, const caf::actor& target, const Request& request,
           const std::string& what, bool quiet, std::function<void(const Answer&)> take);
  void one_less(const DraftPtr& draft);
  void build(const DraftPtr& draft);
  void refuse(const DraftPtr& draft, const caf::error& error);
  void keep(const DraftPtr& draft, std::string bytes);
  caf::result<DiagnosticsPart> part(const GetDiagnosticsPart& m);
  void drop_old();

  caf::event_based_actor* self_;
  DiagnosticsOptions options_;
  caf::actor builder_;  // packs them, on a thread of its own
  std::size_t making_ = 0;
  std::map<std::string, Bundle> bundles_;
};

}  // namespace ferry
