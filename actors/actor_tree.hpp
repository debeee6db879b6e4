// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What runs in this process and how often it had to be started again: written by
// supervisors and rosters, read by `edgeferry cluster tree` and by the heartbeat, which
// tells the controller of restarts.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "messages/tree.hpp"

namespace ferry {

/// Any thread may call.
class ActorTree {
 public:
  /// `restart` is the restart policy; a path that was there before counts as restarted.
  void started(const std::string& path, std::string_view restart);
  /// `next` is "waiting" for its restart, or "ended". What was below it is gone.
  void ended(const std::string& path, std::string_view next, const std::string& why);
  /// Forgets an actor that ended as it should, with all below it.
  void removed(const std::string& path);

  /// All actors in the order of their paths, at most limits::tree_actors_max of them.
  [[nodiscard]] NodeTree list() const;
  /// Failures that the controller doesn't know of, oldest first; at most the last
  /// limits::tree_failures_max.
  [[nodiscard]] std::vector<ActorFailure> untold_failures() const;
  /// The controller knows of the failures up to this number.
  void told(std::uint64_t seq);

 private:
  void forget_below(const std::string& path);

  mutable std::mutex mutex_;
  std::map<std::string, ActorView> actors_;  // by path
  std::deque<ActorFailure> untold_;
  std::uint64_t failures_seen_ = 0;
};

/// A place in the tree: where one supervisor or roster writes.
class Branch {
 public:
  /// The root of a tree of its own.
  Branch() : tree_(std::make_shared<ActorTree>()) {}

  [[nodiscard]] Branch at(const std::string& id) const { return {tree_, path_of(id)}; }
  [[nodiscard]] const std::shared_ptr<ActorTree>& tree() const { return tree_; }

  void started(const std::string& id, std::string_view restart) const {
    tree_->started(path_of(id), restart);
  }
  void ended(const std::string& id, std::string_view next, const std::string& why) const {
    tree_->ended(path_of(id), next, why);
  }
  void removed(const std::string& id) const { tree_->removed(path_of(id)); }

 private:
  Branch(std::shared_ptr<ActorTree> tree, std::string path)
      : tree_(std::move(tree)), path_(std::move(path)) {}
  [[nodiscard]] std::string path_of(const std::string& id) const {
    return path_.empty() ? id : path_ + "/" + id;
  }

  std::shared_ptr<ActorTree> tree_;
  std::string path_;
};

}  // namespace ferry
