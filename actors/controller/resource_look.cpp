// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/resource_look.hpp"

#include <algorithm>
#include <set>

#include "actors/controller/gather.hpp"
#include "actors/controller/store.hpp"
#include "base/clock.hpp"
#include "base/limits.hpp"
#include "messages/job_events.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

constexpr auto shared_timeout = 5s;  // for a listing of bucket and registry

struct FoundRow {
  using local_message = void;
  std::optional<StoredResource> row;
};

struct ReadLedger {
  using local_message = void;
  std::map<std::string, KnownResource> known;
  std::vector<StoredResource> closed;
};

KnownResource known_resource(Journal& journal, StoredResource row) {
  KnownResource known;
  known.job_ended = journal.happened(row.job, JobFinished::wire_name) ||
                    journal.happened(row.job, JobDeleted::wire_name);
  known.job_failed = journal.last(row.job, JobFailed::wire_name) >
                     std::max({journal.last(row.job, JobStarted::wire_name),
                               journal.last(row.job, JobExpired::wire_name),
                               journal.last(row.job, JobCanceled::wire_name)});
  known.delivered = journal.happened(row.job, ImageImported::wire_name);
  known.row = std::move(row);
  return known;
}

/// Open rows with their parts, and the rows of found things.
std::map<std::string, KnownResource> known_resources(Journal& journal,
                                                     const std::set<std::string>& found) {
  std::map<std::string, KnownResource> known;
  for (auto& row : journal.open_resources()) {
    const auto token = row.token;
    if (row.parent.empty()) {
      known.emplace(token, known_resource(journal, std::move(row)));
    } else if (const auto whole = known.find(row.parent); whole != known.end()) {
      whole->second.parts.push_back(std::move(row));
    }
  }
  for (const auto& token : found) {
    if (known.contains(token)) continue;
    auto row = journal.resource(token);
    if (row) known.emplace(token, known_resource(journal, std::move(*row)));
  }
  return known;
}

}  // namespace

void ResourceLook::begin(caf::event_based_actor* self, Sources sources, LookOptions options,
                         Then then, Failed failed) {
  const std::shared_ptr<ResourceLook> look{new ResourceLook{
      self, std::move(sources), std::move(options), std::move(then), std::move(failed)}};
  look->options_.token.empty() ? look->find_nodes() : look->find_row();
}

ResourceLook::ResourceLook(caf::event_based_actor* self, Sources sources, LookOptions options,
                           Then then, Failed failed)
    : self_(self),
      sources_(std::move(sources)),
      options_(std::move(options)),
      then_(std::move(then)),
      failed_(std::move(failed)) {
  seen_.look.began_ms = wall_ms();
}

void ResourceLook::find_row() {
  auto work = [token = options_.token](Database& database) {
    Journal journal{database};
    auto row = journal.resource(token);
    if (row && !row->parent.empty()) row = journal.resource(row->parent);
    return caf::make_message(FoundRow{std::move(row)});
  };
  self_->request(sources_.store, caf::infinite, Transact{std::move(work)})
      .then(
          [look = shared_from_this()](const FoundRow& found) {
            look->row_ = found.row;
            look->find_nodes();
          },
          [look = shared_from_this()](caf::error& error) { look->failed_(std::move(error)); });
}

void ResourceLook::find_nodes() {
  self_->request(sources_.nodes, 2s, ListNodes{})
      .then([look = shared_from_this()](const NodeList& list) { look->ask_nodes(list); },
            [look = shared_from_this()](caf::error& error) { look->failed_(std::move(error)); });
}

bool ResourceLook::may_have_some(const NodeView& node) const {
  if (node.role != "transition" && node.role != "worker") return false;
  if (!row_) return true;
  // One of them will be asked.
  if (row_->kind == "import" || row_->kind == "machine") return node.role == "worker";
  const bool role_fits = node.role == (row_->kind == "instance" ? "transition" : "worker");
  // An export also has objects that any worker can see, should its own be gone.
  return role_fits &&
         (row_->kind == "export" || node_of(*row_).empty() || node.node == node_of(*row_));
}

bool ResourceLook::is_about_shared() const { return !row_ || row_->kind != "instance"; }

void ResourceLook::ask_nodes(const NodeList& list) {
  std::map<std::string, caf::actor> inventories;
  std::vector<std::string> workers;
  for (const auto& node : list.nodes) {
    if (!may_have_some(node)) continue;
    // Those on rented machines rent none, so they don't see all.
    if (node.role == "worker" && is_about_shared() && !is_machine_node(node.node)) {
      workers.push_back(node.node);
    }
    const bool keeps_some = !row_ || row_->kind == "instance" ||
                            (row_->kind == "export" && node.node == node_of(*row_));
    if (keeps_some) inventories[node.node] = sources_.bridge->remote(node.node, "inventory");
  }
  std::ranges::sort(workers);
  gather<NodeInventory>(
      self_, inventories, GetInventory{.own = true, .shared = false},
      [look = shared_from_this(), inventories,
       workers](std::vector<NodeInventory> answers) mutable {
        auto& silent = look->seen_.silent_nodes;
        for (const auto& [node, actor] : inventories) {
          if (std::ranges::find(answers, node, &NodeInventory::node) == answers.end()) {
            silent.push_back(node);
          }
        }
        std::erase_if(workers, [&](const auto& worker) {
          return std::ranges::find(silent, worker) != silent.end();
        });
        look->seen_.look.nodes = std::move(answers);
        look->is_about_shared() ? look->ask_shared(std::move(workers)) : look->read_ledger();
      });
}

/// The first worker sees what they all would; the next one is asked if it is silent.
void ResourceLook::ask_shared(std::vector<std::string> workers) {
  seen_.shared_seen = !workers.empty();
  if (workers.empty()) return read_ledger();
  const auto first = workers.front();
  workers.erase(workers.begin());
  self_
      ->request(sources_.bridge->remote(first, "inventory"), shared_timeout,
                GetInventory{.own = false, .shared = true})
      .then(
          [look = shared_from_this()](const NodeInventory& inventory) {
            look->seen_.look.nodes.push_back(inventory);
            look->seen_.look.nodes.back().role = shared_role;
            look->read_ledger();
          },
          [look = shared_from_this(), workers](const caf::error&) { look->ask_shared(workers); });
}

/// Only now: an intent that is younger than its resource's discovery would make it look
/// like nobody's.
void ResourceLook::read_ledger() {
  std::set<std::string> tokens;
  for (const auto& node : seen_.look.nodes) {
    for (const auto& found : node.resources) tokens.insert(found.token);
  }
  auto work = [tokens, with_closed = options_.with_closed](Database& database) {
    Journal journal{database};
    ReadLedger ledger{known_resources(journal, tokens), {}};
    if (with_closed) {
      ledger.closed = journal.closed_resources(limits::closed_resources_listed_max);
    }
    return caf::make_message(std::move(ledger));
  };
  self_->request(sources_.store, caf::infinite, Transact{std::move(work)})
      .then(
          [look = shared_from_this()](const ReadLedger& ledger) {
            look->seen_.look.ledger = ledger.known;
            look->seen_.look.closed = ledger.closed;
            look->then_(std::move(look->seen_));
          },
          [look = shared_from_this()](caf::error& error) { look->failed_(std::move(error)); });
}

}  // namespace ferry
