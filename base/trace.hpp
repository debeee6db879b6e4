// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Which migration a line of a log belongs to, in whichever process it was written. A trace is one
// migration, or one request from outside; a span is one actor that works for it, or that request.
// Written as a `traceparent` of W3C Trace Context (level 1), so that programs around this one can
// give a trace and find it again. Each thread has a current context, which goes along with messages
// between actors (actors/spawn.hpp), frames between nodes (messages/envelope.hpp) and new threads
// (base/side_thread.hpp).
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace ferry::trace {

/// Where work belongs. All zero: nowhere.
struct Context {
  std::array<std::uint8_t, 16> trace{};
  std::array<std::uint8_t, 8> span{};
  bool sampled = false;  // as it came; lines are written whatever it says

  [[nodiscard]] explicit operator bool() const { return trace != decltype(trace){}; }
  friend bool operator==(const Context&, const Context&) = default;
};

inline constexpr std::size_t traceparent_bytes = 55;  // of version 00

/// Reads a traceparent from outside. What isn't one is none, as the recommendation asks: nobody is
/// refused for it.
[[nodiscard]] Context parse(std::string_view traceparent);
/// Returns "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"; empty for none.
[[nodiscard]] std::string traceparent(const Context& context);

/// Returns the 32 lower-case digits of the trace, the 16 of the span; empty for none.
[[nodiscard]] std::string trace_text(const Context& context);
[[nodiscard]] std::string span_text(const Context& context);

/// Begins a trace.
[[nodiscard]] Context begin();
/// Returns the 32 digits of the trace of something that has a name: always the same ones.
[[nodiscard]] std::string trace_of(std::string_view name);
/// Goes on with a trace that is known by its 32 digits; none if these aren't.
[[nodiscard]] Context resume(std::string_view trace_digits);
/// Returns a new span of the same trace; none of none.
[[nodiscard]] Context child(const Context& parent);

namespace detail {
inline constinit thread_local Context current;
}
/// What this thread works for now.
[[nodiscard]] inline const Context& current() { return detail::current; }

/// Sets what this thread works for while it lives. Scopes of a thread end in reverse order.
class Scope {
 public:
  explicit Scope(const Context& context) : before_(detail::current) { detail::current = context; }
  ~Scope() { detail::current = before_; }
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

 private:
  Context before_;
};

/// Work that goes on with what the thread that made it worked for, on whichever it runs.
template <class Work>
class Carried {
 public:
  explicit Carried(Work work) : work_(std::move(work)), context_(current()) {}

  template <class... Args>
  requires std::invocable<Work&, Args...>
  auto operator()(Args&&... args) {
    const Scope scope{context_};
    return work_(std::forward<Args>(args)...);
  }

 private:
  Work work_;
  Context context_;
};

}  // namespace ferry::trace
