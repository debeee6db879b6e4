// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/alibaba/ecs_answers.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "cloud/signing/mac.hpp"

namespace ferry::ecs {

std::string tag_of(const TagList& tags, std::string_view key) {
  const auto tag = std::ranges::find(tags.Tag, key, &ecs::Tag::TagKey);
  return tag == tags.Tag.end() ? std::string{} : tag->TagValue;
}

bool goes_on(std::string_view status) {
  constexpr auto going =
      std::to_array<std::string_view>({"", "Pending", "Scheduled", "Running", "Stopping"});
  return std::ranges::find(going, status) != going.end();
}

std::string output_of(const InvocationResult& result, std::size_t bytes_max) {
  auto plain = from_base64(result.Output);
  if (!plain) return {};
  while (plain->ends_with('\n')) plain->pop_back();
  if (plain->size() > bytes_max) plain->erase(0, plain->size() - bytes_max);
  return printable(std::move(*plain));
}

}  // namespace ferry::ecs
