// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/user_words.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "base/limits.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

/// Of a UTF-8 text; bytes that are none count as one each.
std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

Result<> check_tag(const Tag& tag) {
  constexpr std::array<std::string_view, 4> reserved{"aliyun", "acs:", "http://", "https://"};
  const auto refuse = [&](const std::string& why) {
    return fail(Errc::invalid_argument, "tag '" + escaped(tag.key) + "' " + why);
  };
  if (tag.key.empty() || characters(tag.key) > limits::tag_text_max) {
    return refuse("is not 1 to " + std::to_string(limits::tag_text_max) + " characters long");
  }
  if (characters(tag.value) > limits::tag_text_max) {
    return refuse("has a value of more than " + std::to_string(limits::tag_text_max) +
                  " characters");
  }
  for (const auto start : reserved) {
    if (tag.key.starts_with(start)) return refuse("may not start with " + std::string{start});
  }
  if (escaped(tag.key) != tag.key || escaped(tag.value) != tag.value) {
    return refuse("has characters that are no text");
  }
  return {};
}

}  // namespace

Result<> check_name(const std::string& what, const std::string& name) {
  const auto is_letter = [](char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || (c & 0x80) != 0;
  };
  const auto fits = [&](char c) {
    return is_letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0 ||
           std::string_view{":_-."}.find(c) != std::string_view::npos;
  };
  if (name.size() < limits::name_bytes_min || name.size() > limits::name_bytes_max ||
      !is_letter(name.front()) || !std::ranges::all_of(name, fits)) {
    return fail(Errc::invalid_argument, what + " '" + name + "' is not valid",
                "use 2 to 128 letters, digits and : _ - . with a letter first");
  }
  return {};
}

Result<> check_description(const std::string& description) {
  if (description.size() <= limits::description_bytes_max) return {};
  return fail(Errc::invalid_argument,
              "the description has " + std::to_string(description.size()) + " bytes, at most " +
                  std::to_string(limits::description_bytes_max) + " are allowed");
}

Result<> check_resource_group(const std::string& id) {
  if (id.size() <= limits::resource_group_bytes_max && escaped(id) == id) return {};
  return fail(Errc::invalid_argument, "resource group '" + escaped(id) + "' is not valid",
              "use at most " + std::to_string(limits::resource_group_bytes_max) +
                  " characters without control characters");
}

std::string packed(const std::vector<Tag>& tags) {
  msgpack::sbuffer bytes;
  msgpack::pack(bytes, tags);
  return {bytes.data(), bytes.size()};
}

std::vector<Tag> unpacked_tags(const std::string& bytes) {
  std::vector<Tag> tags;
  if (bytes.empty()) return tags;
  try {
    msgpack::unpack(bytes.data(), bytes.size())->convert(tags);
  } catch (const std::exception&) {
    tags.clear();  // what can't be read is nobody's tag
  }
  return tags;
}

Result<std::vector<Tag>> changed_tags(std::vector<Tag> tags, const TagChange& change) {
  if (change.remove_all) tags.clear();
  for (const auto& key : change.remove) {
    std::erase_if(tags, [&](const Tag& tag) { return tag.key == key; });
  }
  std::set<std::string_view> seen;
  for (const auto& tag : change.put) {
    if (auto done = check_tag(tag); !done) return fail(done.error());
    if (!seen.insert(tag.key).second) {
      return fail(Errc::invalid_argument, "tag '" + tag.key + "' is there twice");
    }
    const auto old = std::ranges::find(tags, tag.key, &Tag::key);
    if (old == tags.end()) {
      tags.push_back(tag);
    } else {
      old->value = tag.value;
    }
  }
  if (tags.size() <= limits::tags_max) return tags;
  return fail(Errc::limit_exceeded, std::to_string(tags.size()) + " tags are more than " +
                                        std::to_string(limits::tags_max));
}

}  // namespace ferry
