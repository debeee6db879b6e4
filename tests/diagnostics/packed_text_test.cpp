// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "diagnostics/packed_text.hpp"

#include <doctest/doctest.h>

#include "base/random.hpp"
#include "base/text.hpp"

using namespace ferry;

TEST_CASE("packed text is the same once it is unpacked, and claims of its length are checked") {
  const std::string text(100'000, 'x');
  const auto packed = packed_text(text);
  CHECK(packed.size() < 1000);
  CHECK(unpacked_text(packed, text.size(), 1 << 20).value() == text);
  CHECK(unpacked_text(packed, text.size() - 1, 1 << 20).error().code == Errc::malformed);
  CHECK(unpacked_text(packed, text.size(), 1000).error().code == Errc::malformed);
  CHECK(unpacked_text(std::vector<char>(50, 'x'), 10, 1000).error().code == Errc::malformed);
  CHECK(unpacked_text({}, 0, 1000).value().empty());
}

TEST_CASE("lines that can't be packed small enough lose the oldest ones") {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += std::to_string(i) + " " + to_hex(random_bytes(40)) + "\n";
  const auto lines = packed_lines(text, text.size(), 20'000);
  CHECK(lines.packed.size() <= 20'000);
  CHECK(lines.bytes + lines.bytes_left_out == text.size());
  const auto kept = unpacked_text(lines.packed, lines.bytes, 1 << 20).value();
  CHECK(text.ends_with(kept));
  CHECK(kept.size() > 10'000);
  CHECK(text[lines.bytes_left_out - 1] == '\n');
}

TEST_CASE("lines that are too long together lose the oldest ones, and none in part") {
  const auto lines = packed_lines("first\nsecond\nthird\n", 15, 1000);
  CHECK(unpacked_text(lines.packed, lines.bytes, 100).value() == "second\nthird\n");
  CHECK(lines.bytes_left_out == 6);
  CHECK(packed_lines("no end", 3, 1000).bytes == 0);
}
