// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "fixups/cpio_reader.hpp"

#include <algorithm>
#include <charconv>

namespace ferry {
namespace {

constexpr std::size_t header_bytes = 110;
constexpr std::size_t name_bytes_max = 4096;

/// Field `index` of the 13 with eight hex digits each that follow the magic.
bool read_field(std::string_view header, std::size_t index, std::uint64_t& value) {
  const auto* begin = header.data() + 6 + index * 8;
  const auto [end, error] = std::from_chars(begin, begin + 8, value, 16);
  return error == std::errc{} && end == begin + 8;
}

std::uint64_t padding(std::uint64_t offset) { return (4 - offset % 4) % 4; }

}  // namespace

std::size_t CpioReader::feed(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && !foreign_ && !broken_) {
    const auto rest = bytes.substr(taken);
    if (skip_ > 0) {
      const auto count = std::min<std::uint64_t>(skip_, rest.size());
      skip_ -= count;
      taken += static_cast<std::size_t>(count);
      continue;
    }
    if (between_) {
      if (rest[0] == '\0') {
        ++taken;
        continue;
      }
      foreign_ = rest[0] != '0';  // "070701"
      if (foreign_) break;
      between_ = false;
      at_ = 0;
    }
    header_ += rest[0];
    ++taken;
    take_header();
  }
  return taken;
}

void CpioReader::take_header() {
  if (header_.size() < header_bytes) return;
  std::uint64_t name_size = 0;
  std::uint64_t data_size = 0;
  const bool magic = header_.starts_with("070701") || header_.starts_with("070702");
  broken_ = !magic || !read_field(header_, 11, name_size) || !read_field(header_, 6, data_size) ||
            name_size == 0 || name_size > name_bytes_max;
  if (broken_ || header_.size() < header_bytes + name_size) return;
  const auto name = header_.substr(header_bytes, static_cast<std::size_t>(name_size) - 1);
  at_ += header_.size();
  header_.clear();
  const auto after_name = padding(at_);
  at_ += after_name + data_size;
  skip_ = after_name + data_size + padding(at_);
  at_ += padding(at_);
  if (name == "TRAILER!!!") {
    between_ = true;
    ++archives_;
  } else {
    on_name_(name);
  }
}

}  // namespace ferry
