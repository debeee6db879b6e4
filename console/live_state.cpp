// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "console/live_state.hpp"

#include <set>

#include "base/limits.hpp"
#include "messages/record.hpp"

namespace ferry {

void LiveState::look(const std::string& kind, std::vector<SeenThing> things) {
  std::set<std::string> there;
  for (auto& thing : things) {
    there.insert(thing.id);
    const Key key{kind, thing.id};
    const auto known = things_.find(key);
    if (known == things_.end() || known->second.packed != thing.packed) {
      change(key, std::move(thing.packed));
    }
  }
  std::vector<Key> gone;
  for (auto it = things_.lower_bound({kind, ""}); it != things_.end() && it->first.first == kind;
       ++it) {
    if (!it->second.packed.empty() && !there.contains(it->first.second)) gone.push_back(it->first);
  }
  for (const auto& key : gone) change(key, "");
  forget_gone();
}

void LiveState::change(const Key& key, std::string packed) {
  auto& thing = things_[key];
  const bool was_gone = thing.seq != 0 && thing.packed.empty();
  if (thing.seq != 0) by_seq_.erase(thing.seq);
  if (packed.empty()) ++gone_;
  if (was_gone) --gone_;
  auto json = packed.empty()
                  ? nullptr
                  : std::make_shared<const std::string>(json_from_msgpack(packed, false));
  thing = {++seq_, std::move(packed), std::move(json)};
  by_seq_[seq_] = key;
}

void LiveState::forget_gone() {
  for (auto it = by_seq_.begin(); it != by_seq_.end() && gone_ > limits::watched_gone_max;) {
    const auto thing = things_.find(it->second);
    if (!thing->second.packed.empty()) {
      ++it;
      continue;
    }
    forgotten_ = it->first;
    things_.erase(thing);
    it = by_seq_.erase(it);
    --gone_;
  }
}

std::vector<ThingChange> LiveState::after(std::uint64_t seq, std::uint64_t gone_before,
                                          std::size_t count_max) const {
  std::vector<ThingChange> changes;
  for (auto it = by_seq_.upper_bound(seq); it != by_seq_.end() && changes.size() < count_max;
       ++it) {
    const auto& json = things_.at(it->second).json;
    if (json == nullptr && it->first <= gone_before) continue;
    changes.push_back({it->first, it->second.first, it->second.second, json});
  }
  return changes;
}

}  // namespace ferry
