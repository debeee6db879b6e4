// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "simulation/trace.hpp"

#include <ostream>

#include <xxhash.h>

namespace ferry::sim {
namespace {

constexpr std::size_t lines_kept = 40;

}  // namespace

void Trace::note(std::int64_t at_us, std::string_view who, std::string_view what) {
  std::string line;
  if (lines_.size() == lines_kept) {
    line = std::move(lines_.front());  // its memory is used again
    lines_.pop_front();
    line.clear();
  }
  line.append(seconds_text(at_us)).append(" ").append(who).append(": ").append(what);
  digest(line);
  if (out_ != nullptr) *out_ << line << '\n';
  lines_.push_back(std::move(line));
}

void Trace::digest(std::string_view bytes) {
  digest_ = XXH3_64bits_withSeed(bytes.data(), bytes.size(), digest_);
}

std::string seconds_text(std::int64_t us) {
  auto fraction = std::to_string(us % 1'000'000);
  fraction.insert(0, 6 - fraction.size(), '0');
  return std::to_string(us / 1'000'000) + "." + fraction;
}

}  // namespace ferry::sim
