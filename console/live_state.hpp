// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What event streams tell: each thing as it was seen last, under the number of its last change.
// Whoever knows everything up to a number is told what has a higher one, so changes that come
// faster than they are read melt into one, and no reader has a queue.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ferry {

/// A thing as a look has found it. `packed` tells whether it has changed.
struct SeenThing {
  std::string id;
  std::string packed;  // msgpack
};

struct ThingChange {
  std::uint64_t seq = 0;
  std::string kind;  // source, job, node or workgroup
  std::string id;
  std::shared_ptr<const std::string> json;  // null: it is gone
};

/// Not thread-safe.
class LiveState {
 public:
  /// All things of one kind, as they are now.
  void look(const std::string& kind, std::vector<SeenThing> things);

  /// Of the last change; 0: there was none.
  [[nodiscard]] std::uint64_t seq() const { return seq_; }
  /// False if things have gone since that number that nothing is known of any more.
  [[nodiscard]] bool knows_since(std::uint64_t seq) const { return seq >= forgotten_; }
  /// Changes after a number, oldest first. Things that had gone by `gone_before` are left out:
  /// whoever begins has never heard of them.
  [[nodiscard]] std::vector<ThingChange> after(std::uint64_t seq, std::uint64_t gone_before,
                                               std::size_t count_max) const;

 private:
  using Key = std::pair<std::string, std::string>;  // kind and id
  struct Thing {
    std::uint64_t seq = 0;
    std::string packed;                       // empty: it is gone
    std::shared_ptr<const std::string> json;  // made once, for all who read it
  };
  void change(const Key& key, std::string packed);
  void forget_gone();

  std::uint64_t seq_ = 0;
  std::uint64_t forgotten_ = 0;  // number of the newest going that is not known any more
  std::size_t gone_ = 0;
  std::map<Key, Thing> things_;
  std::map<std::uint64_t, Key> by_seq_;
};

}  // namespace ferry
