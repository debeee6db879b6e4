// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/trace.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>

#include "base/random.hpp"
#include "base/text.hpp"

namespace ferry::trace {
namespace {

// Where the parts of a traceparent begin: version, trace, span, flags.
constexpr std::size_t trace_at = 3;
constexpr std::size_t span_at = 36;
constexpr std::size_t flags_at = 53;
constexpr std::uint8_t sampled_flag = 1;

/// Lower-case only, as the recommendation has it.
int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

template <std::size_t N>
std::optional<std::array<std::uint8_t, N>> bytes_of(std::string_view digits) {
  if (digits.size() != 2 * N) return std::nullopt;
  std::array<std::uint8_t, N> bytes{};
  for (std::size_t i = 0; i < N; ++i) {
    const int high = digit(digits[2 * i]);
    const int low = digit(digits[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return bytes;
}

template <std::size_t N>
std::string digits_of(const std::array<std::uint8_t, N>& bytes) {
  return to_hex(std::as_bytes(std::span{bytes}));
}

template <std::size_t N>
std::array<std::uint8_t, N> first_bytes(std::string_view bytes) {
  std::array<std::uint8_t, N> first{};
  std::memcpy(first.data(), bytes.data(), N);
  first.back() |= static_cast<std::uint8_t>(first == decltype(first){});  // all zero means none
  return first;
}

}  // namespace

Context parse(std::string_view text) {
  if (text.size() < traceparent_bytes) return {};
  const auto version = bytes_of<1>(text.substr(0, 2));
  if (!version || version->front() == 0xff) return {};
  // Later versions may have more to say, behind what this one knows.
  const bool ends = text.size() == traceparent_bytes;
  if (!ends && (version->front() == 0 || text[traceparent_bytes] != '-')) return {};
  for (const auto dash : {trace_at, span_at, flags_at}) {
    if (text[dash - 1] != '-') return {};
  }
  const auto trace = bytes_of<16>(text.substr(trace_at, 32));
  const auto span = bytes_of<8>(text.substr(span_at, 16));
  const auto flags = bytes_of<1>(text.substr(flags_at, 2));
  if (!trace || !span || !flags) return {};
  if (span == decltype(Context::span){}) return {};
  return {*trace, *span, (flags->front() & sampled_flag) != 0};
}

std::string traceparent(const Context& context) {
  if (!context) return {};
  return "00-" + trace_text(context) + "-" + span_text(context) + (context.sampled ? "-01" : "-00");
}

std::string trace_text(const Context& context) {
  return context ? digits_of(context.trace) : std::string{};
}

std::string span_text(const Context& context) {
  return context ? digits_of(context.span) : std::string{};
}

Context begin() { return child({first_bytes<16>(random_bytes(16)), {}, true}); }

std::string trace_of(std::string_view name) { return digits_of(first_bytes<16>(sha256(name))); }

Context resume(std::string_view trace_digits) {
  const auto trace = bytes_of<16>(trace_digits);
  return trace ? child({*trace, {}, true}) : Context{};
}

Context child(const Context& parent) {
  if (!parent) return {};
  return {parent.trace, first_bytes<8>(random_bytes(8)), parent.sampled};
}

}  // namespace ferry::trace
