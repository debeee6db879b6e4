// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "simulation/fiber.hpp"

#include <cstdint>

#include "base/trace.hpp"

#if defined(__SANITIZE_ADDRESS__)
#define FERRY_FIBER_ASAN
#elif defined(__SANITIZE_THREAD__)
#define FERRY_FIBER_TSAN
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FERRY_FIBER_ASAN
#elif __has_feature(thread_sanitizer)
#define FERRY_FIBER_TSAN
#endif
#endif

#ifdef FERRY_FIBER_ASAN
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef FERRY_FIBER_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace ferry::sim {
namespace {

constexpr std::size_t stack_bytes = 256 * 1024;
constexpr std::size_t spare_stacks_max = 256;

/// Fresh stacks cost page faults, so used ones are kept.
std::vector<std::unique_ptr<std::byte[]>>& spare_stacks() {
  static std::vector<std::unique_ptr<std::byte[]>> stacks;
  return stacks;
}

std::unique_ptr<std::byte[]> take_stack() {
  auto& spare = spare_stacks();
  if (spare.empty()) return std::unique_ptr<std::byte[]>{new std::byte[stack_bytes]};
  auto stack = std::move(spare.back());
  spare.pop_back();
  return stack;
}

}  // namespace

Fiber::Fiber(std::function<void()> work) : work_(std::move(work)), stack_(take_stack()) {
  ::getcontext(&inside_);
  inside_.uc_stack.ss_sp = stack_.get();
  inside_.uc_stack.ss_size = stack_bytes;
  inside_.uc_link = nullptr;
  const auto address = reinterpret_cast<std::uintptr_t>(this);
  ::makecontext(&inside_, reinterpret_cast<void (*)()>(&Fiber::enter), 2,
                static_cast<unsigned>(address >> 32), static_cast<unsigned>(address));
#ifdef FERRY_FIBER_TSAN
  inside_shadow_ = __tsan_create_fiber(0);
#endif
}

Fiber::~Fiber() {
#ifdef FERRY_FIBER_TSAN
  __tsan_destroy_fiber(inside_shadow_);
#endif
  if (spare_stacks().size() < spare_stacks_max) spare_stacks().push_back(std::move(stack_));
}

void Fiber::enter(unsigned high, unsigned low) {
  auto* fiber = reinterpret_cast<Fiber*>(std::uintptr_t{high} << 32 | low);
#ifdef FERRY_FIBER_ASAN
  __sanitizer_finish_switch_fiber(nullptr, &fiber->outside_stack_, &fiber->outside_size_);
#endif
  fiber->work_();
  fiber->ended_ = true;
  fiber->switch_out();
}

// Who runs on this thread from now on works for something else.
void Fiber::resume() {
  const auto outside = trace::current();
  switch_in();
  trace::detail::current = outside;
}

void Fiber::give_way() {
  const auto inside = trace::current();
  switch_out();
  trace::detail::current = inside;
}

void Fiber::switch_in() {
#ifdef FERRY_FIBER_ASAN
  __sanitizer_start_switch_fiber(&outside_shadow_, stack_.get(), stack_bytes);
#endif
#ifdef FERRY_FIBER_TSAN
  outside_shadow_ = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(inside_shadow_, 0);
#endif
  ::swapcontext(&outside_, &inside_);
#ifdef FERRY_FIBER_ASAN
  __sanitizer_finish_switch_fiber(outside_shadow_, nullptr, nullptr);
#endif
}

void Fiber::switch_out() {
#ifdef FERRY_FIBER_ASAN
  // A null shadow tells that this stack is left for good.
  __sanitizer_start_switch_fiber(ended_ ? nullptr : &inside_shadow_, outside_stack_, outside_size_);
#endif
#ifdef FERRY_FIBER_TSAN
  __tsan_switch_to_fiber(outside_shadow_, 0);
#endif
  ::swapcontext(&inside_, &outside_);
#ifdef FERRY_FIBER_ASAN
  __sanitizer_finish_switch_fiber(inside_shadow_, &outside_stack_, &outside_size_);
#endif
}

}  // namespace ferry::sim
