// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/actor_tree.hpp"

#include "base/clock.hpp"
#include "base/limits.hpp"

namespace ferry {

void ActorTree::started(const std::string& path, std::string_view restart) {
  const std::lock_guard lock{mutex_};
  const auto [actor, fresh] = actors_.try_emplace(path);
  auto& view = actor->second;
  if (!fresh) ++view.restarts;
  view.path = path;
  view.restart = restart;
  view.state = "running";
  view.since_ms = wall_ms();
}

void ActorTree::ended(const std::string& path, std::string_view next, const std::string& why) {
  const std::lock_guard lock{mutex_};
  forget_below(path);  // they died with it
  auto& view = actors_[path];
  view.path = path;
  view.state = next;
  view.last_exit = why;
  view.since_ms = wall_ms();
  untold_.push_back({++failures_seen_, path, why, view.since_ms});
  if (untold_.size() > limits::tree_failures_max) untold_.pop_front();
}

void ActorTree::removed(const std::string& path) {
  const std::lock_guard lock{mutex_};
  forget_below(path);
  actors_.erase(path);
}

void ActorTree::forget_below(const std::string& path) {
  const auto below = path + "/";
  std::erase_if(actors_, [&](const auto& entry) { return entry.first.starts_with(below); });
}

NodeTree ActorTree::list() const {
  const std::lock_guard lock{mutex_};
  NodeTree tree;
  for (const auto& [path, view] : actors_) {
    if (tree.actors.size() == limits::tree_actors_max) {
      tree.left_out = actors_.size() - tree.actors.size();
      break;
    }
    tree.actors.push_back(view);
  }
  return tree;
}

std::vector<ActorFailure> ActorTree::untold_failures() const {
  const std::lock_guard lock{mutex_};
  return {untold_.begin(), untold_.end()};
}

void ActorTree::told(std::uint64_t seq) {
  const std::lock_guard lock{mutex_};
  while (!untold_.empty() && untold_.front().seq <= seq) untold_.pop_front();
}

}  // namespace ferry
