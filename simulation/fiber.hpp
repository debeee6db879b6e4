// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A function with a stack of its own that gives way in its own words: the simulator's
// thread. Blocking product code runs in it unchanged.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <ucontext.h>
#include <vector>

namespace ferry::sim {

class Fiber {
 public:
  /// `work` may throw nothing.
  explicit Fiber(std::function<void()> work);
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// Runs it until it gives way or ends. Not from inside a fiber.
  void resume();
  /// Gives way. From inside this fiber.
  void give_way();
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  static void enter(unsigned high, unsigned low);
  void switch_in();
  void switch_out();

  std::function<void()> work_;
  std::unique_ptr<std::byte[]> stack_;
  ucontext_t inside_{};
  ucontext_t outside_{};
  bool ended_ = false;
  // What sanitizers must be told at each switch; null without them.
  [[maybe_unused]] void* inside_shadow_ = nullptr;
  [[maybe_unused]] void* outside_shadow_ = nullptr;
  [[maybe_unused]] const void* outside_stack_ = nullptr;
  [[maybe_unused]] std::size_t outside_size_ = 0;
};

}  // namespace ferry::sim
