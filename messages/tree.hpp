// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The supervision trees of all processes, and what happened to the cluster as a whole.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/record.hpp"

namespace ferry {

/// One actor in the tree of its process.
struct ActorView {
  std::string path;     // "jobs/j-..."
  std::string restart;  // permanent, transient, temporary, or on_demand: with the next request
  std::string state;    // running, waiting (for its restart) or ended
  std::uint32_t restarts = 0;
  std::string last_exit;      // why it ended the last time; empty: it never did
  std::int64_t since_ms = 0;  // wall clock of its process, of the state
  FERRY_FIELDS(path, restart, state, restarts, last_exit, since_ms)
};

/// The end of an actor that was not wanted.
struct ActorFailure {
  std::uint64_t seq = 0;  // counted by its process from 1
  std::string path;
  std::string why;
  std::int64_t at_ms = 0;
  FERRY_FIELDS(seq, path, why, at_ms)
};

/// Controller to any node: which actors run there?
struct GetTree {
  bool ok = true;
  FERRY_MESSAGE("tree.get", ok)
};
struct NodeTree {
  std::string node;
  std::string role;
  std::vector<ActorView> actors;  // in the order of their paths
  std::uint64_t left_out = 0;     // actors beyond the limit of one message
  FERRY_MESSAGE("tree.node", node, role, actors, left_out)
};

/// Operator to controller: the trees of all processes that answer.
struct GetClusterTree {
  bool ok = true;
  FERRY_MESSAGE("tree.get_cluster", ok)
};
struct ClusterTree {
  std::vector<NodeTree> nodes;
  FERRY_MESSAGE("tree.cluster", nodes)
};

/// What belongs to no single job: restarts of actors, leaks and their clean-up.
struct ClusterEvent {
  std::uint64_t seq = 0;
  std::int64_t at_ms = 0;
  std::string kind;     // actor_failed, resource_leaked, ...
  std::string subject;  // what it is about
  std::string text;     // one sentence for people
  FERRY_FIELDS(seq, at_ms, kind, subject, text)
};
struct ListClusterEvents {
  std::uint64_t after_seq = 0;
  FERRY_MESSAGE("tree.list_events", after_seq)
};
struct ClusterEventList {
  std::vector<ClusterEvent> events;
  FERRY_MESSAGE("tree.event_list", events)
};

/// Operator to controller: copy the database, as it is now, to a new file of your host.
struct BackUpDatabase {
  std::string file;  // absolute path
  FERRY_MESSAGE("controller.back_up", file)
};
struct DatabaseBackedUp {
  std::string file;
  std::uint64_t bytes = 0;
  FERRY_MESSAGE("controller.backed_up", file, bytes)
};

}  // namespace ferry
