// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One look at what providers have and what the ledger says. Each node is asked for what it
// keeps itself; the bucket and the registry, which all workers share, are looked at by one
// worker: the first by name that answers. What is asked about one ledger row goes only to
// those who can have something of it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "actors/controller/resource_check.hpp"
#include "messages/catalogue.hpp"
#include "transport/bridge.hpp"

namespace ferry {

struct LookOptions {
  bool with_closed = false;
  std::string token = {};  // of the row it is about; empty, or unknown to the ledger: all
};

class ResourceLook : public std::enable_shared_from_this<ResourceLook> {
 public:
  struct Seen {
    Look look;
    std::vector<std::string> silent_nodes;
    bool shared_seen = true;  // the bucket and the registry, if they were to be looked at
  };
  struct Sources {
    Bridge* bridge = nullptr;
    caf::actor store;
    caf::actor nodes;
  };
  using Then = std::function<void(Seen)>;
  using Failed = std::function<void(caf::error)>;

  /// Calls one of the two later, unless `self` ends before. A node that doesn't answer is no
  /// failure.
  static void begin(caf::event_based_actor* self, Sources sources, LookOptions options, Then then,
                    Failed failed);

 private:
  ResourceLook(caf::event_based_actor* self, Sources sources, LookOptions options, Then then,
               Failed failed);
  void find_row();
  void find_nodes();
  void ask_nodes(const NodeList& list);
  void ask_shared(std::vector<std::string> workers);
  void read_ledger();
  [[nodiscard]] bool may_have_some(const NodeView& node) const;
  [[nodiscard]] bool is_about_shared() const;

  caf::event_based_actor* self_;
  Sources sources_;
  LookOptions options_;
  Then then_;
  Failed failed_;
  std::optional<StoredResource> row_;
  Seen seen_;
};

}  // namespace ferry
