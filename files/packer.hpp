// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Packs msgpack into a text that grows. Names and values of files are bin, because they are bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <msgpack.hpp>

namespace ferry::files {

struct PackedText {
  std::string bytes;
  void write(const char* from, std::size_t size) { bytes.append(from, size); }
};
using Packer = msgpack::packer<PackedText>;

[[nodiscard]] inline msgpack::type::raw_ref bin(std::string_view bytes) {
  return {bytes.data(), static_cast<std::uint32_t>(bytes.size())};
}

}  // namespace ferry::files
