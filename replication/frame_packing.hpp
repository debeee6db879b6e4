// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the writers and readers of frames have in common. For frame.cpp and tree_frame.cpp alone.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace ferry::frame {

// What a msgpack packer writes to.
struct Memory {
  char* at;
  void write(const char* from, std::size_t size) { at = std::copy_n(from, size, at); }
};
struct Text {
  std::string bytes;
  void write(const char* from, std::size_t size) { bytes.append(from, size); }
};

inline tl::unexpected<Error> bad(std::string_view what) {
  return fail(Errc::malformed, "data frame: " + std::string{what});
}

}  // namespace ferry::frame
