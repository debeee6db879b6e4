// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads msgpack from peers that are not trusted: frames and listings of the data plane.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace ferry {

/// Takes msgpack values off the front of hostile bytes. By hand, because nothing is allocated
/// this way and nothing throws; once a value was not the expected one it stays bad.
class MsgpackReader {
 public:
  explicit MsgpackReader(std::span<const std::byte> bytes) : rest_(bytes) {}

  /// A number of any width that fits T.
  template <class T>
  T number() {
    const auto value = take(number_kind);
    if (value > std::numeric_limits<T>::max()) ok_ = false;
    return static_cast<T>(value);
  }
  bool boolean() {
    const auto form = big_endian(1);
    if (form != 0xc2 && form != 0xc3) ok_ = false;
    return form == 0xc3;
  }
  std::uint64_t array() { return take(array_kind); }
  void array(std::uint64_t size) {
    if (array() != size) ok_ = false;
  }
  std::string_view text() { return bytes(text_kind); }
  std::string_view binary() { return bytes(bin_kind); }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool finished() const { return ok_ && rest_.empty(); }
  [[nodiscard]] std::span<const std::byte> rest() const { return rest_; }

 private:
  /// How a kind of msgpack value begins. The `shorts` bytes from `first` on hold the number or
  /// size themselves; behind the `wides` bytes from `wide` on it follows in `width` bytes, in
  /// twice as many behind each next one.
  struct Kind {
    unsigned first, shorts, wide, wides, width;
  };
  static constexpr Kind number_kind{0x00, 0x80, 0xcc, 4, 1};
  static constexpr Kind array_kind{0x90, 0x10, 0xdc, 2, 2};
  static constexpr Kind text_kind{0xa0, 0x20, 0xd9, 3, 1};
  static constexpr Kind bin_kind{0x00, 0x00, 0xc4, 3, 1};

  std::string_view bytes(const Kind& kind) {
    const auto from = front(take(kind));
    return {reinterpret_cast<const char*>(from.data()), from.size()};
  }
  std::uint64_t take(const Kind& kind) {
    const auto form = static_cast<unsigned>(big_endian(1));
    if (form - kind.first < kind.shorts) return form - kind.first;
    if (form - kind.wide < kind.wides) return big_endian(kind.width << (form - kind.wide));
    ok_ = false;
    return 0;
  }
  std::uint64_t big_endian(std::size_t width) {
    std::uint64_t value = 0;
    for (const auto byte : front(width)) value = value << 8 | std::to_integer<unsigned>(byte);
    return value;
  }
  std::span<const std::byte> front(std::uint64_t count) {
    if (count > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const auto bytes = rest_.first(count);
    rest_ = rest_.subspan(count);
    return bytes;
  }

  std::span<const std::byte> rest_;
  bool ok_ = true;
};

}  // namespace ferry
