// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "config/problems.hpp"

#include <algorithm>
#include <numeric>

namespace ferry {
namespace {

constexpr std::size_t distance_max = 2;
constexpr std::size_t word_length_max = 64;
constexpr std::size_t text_length_max = 300;

/// Counts insertions, deletions, replacements and swaps of neighbours.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_previous(b.size() + 1);
  std::vector<std::size_t> previous(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  std::iota(previous.begin(), previous.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = a[i - 1] == b[j - 1];
      current[j] =
          std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) current[j] = std::min(current[j], before_previous[j - 2] + 1);
    }
    before_previous = previous;
    previous = current;
  }
  return previous[b.size()];
}

/// Error texts quote the file, whose bytes must not steer a terminal or flood it.
void make_printable(std::string& text) {
  if (text.size() > text_length_max) {
    auto end = text_length_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text.resize(end);
    text.append("...");
  }
  for (auto& c : text) {
    if (static_cast<unsigned char>(c) < 32 || c == 127) c = '?';
  }
}

}  // namespace

Position Problems::at(const std::string& path) const {
  for (auto part = path;;) {
    if (const auto found = positions_.find(part); found != positions_.end()) return found->second;
    const auto dot = part.rfind('.');
    if (dot == std::string::npos) return {};
    part.resize(dot);
  }
}

void Problems::add(Position at, Error error) {
  make_printable(error.what);
  errors_.push_back({file_, at.line, at.column, std::move(error)});
}

std::vector<ConfigError> Problems::take() {
  std::ranges::stable_sort(errors_, {}, [](const ConfigError& error) {
    return std::pair{error.line, error.column};
  });
  if (errors_.size() > config_errors_max) errors_.resize(config_errors_max);
  return std::move(errors_);
}

std::string_view near_miss(std::string_view word, const std::vector<std::string_view>& candidates) {
  if (word.size() > word_length_max) return {};
  std::string_view best;
  std::size_t best_distance = distance_max + 1;
  for (const auto candidate : candidates) {
    const auto d = distance(word, candidate);
    // Two errors in a word of four letters make it another word.
    if (d < best_distance && d * 2 < candidate.size()) {
      best = candidate;
      best_distance = d;
    }
  }
  return best;
}

}  // namespace ferry
