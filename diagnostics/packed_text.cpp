// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "diagnostics/packed_text.hpp"

#include <stdexcept>

#include <zstd.h>

namespace ferry {
namespace {

constexpr int level = 6;  // a second for the longest text, and a tenth of its bytes

}  // namespace

std::vector<char> packed_text(std::string_view text) {
  std::vector<char> packed(ZSTD_compressBound(text.size()));
  const auto size = ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), level);
  if (ZSTD_isError(size) != 0) {
    throw std::runtime_error(std::string{"zstd: "} + ZSTD_getErrorName(size));
  }
  packed.resize(size);
  return packed;
}

Result<std::string> unpacked_text(std::span<const char> packed, std::uint64_t bytes,
                                  std::size_t bytes_max) {
  if (packed.empty() && bytes == 0) return std::string{};
  if (bytes > bytes_max) {
    return fail(Errc::malformed, "a packed text of " + std::to_string(bytes) + " bytes, at most " +
                                     std::to_string(bytes_max) + " are taken");
  }
  std::string text(bytes, '\0');
  const auto size = ZSTD_decompress(text.data(), text.size(), packed.data(), packed.size());
  if (ZSTD_isError(size) != 0 || size != bytes) {
    return fail(Errc::malformed, "a packed text is damaged, or longer than it says");
  }
  return text;
}

PackedLines packed_lines(std::string_view text, std::size_t bytes_max, std::size_t packed_max) {
  const auto all = text.size();
  const auto cut_after = [&](std::size_t at) {
    const auto cut = text.find('\n', at);
    text.remove_prefix(cut == std::string_view::npos ? text.size() : cut + 1);
  };
  if (all > bytes_max) cut_after(all - bytes_max - 1);
  for (;;) {
    auto packed = packed_text(text);
    if (packed.size() <= packed_max) return {std::move(packed), text.size(), all - text.size()};
    cut_after(text.size() / 2);
  }
}

}  // namespace ferry
