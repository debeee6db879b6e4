// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/json_read.hpp"

#include <vector>

#include <nlohmann/json.hpp>

namespace ferry {
namespace {

using Json = nlohmann::json;

constexpr std::size_t json_bytes_max = 1 << 20;
constexpr int json_depth_max = 16;

Result<Json> parse(std::string_view text, std::string_view name) {
  if (text.size() > json_bytes_max) {
    return fail(Errc::malformed, std::string{name} + ": larger than 1 MiB");
  }
  // Deep nesting would exhaust the stack of whoever walks the document later.
  bool too_deep = false;
  const auto watch = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > json_depth_max;
    return !too_deep;
  };
  auto document = Json::parse(text, watch, false);
  if (too_deep || !document.is_object()) {
    return fail(Errc::malformed, std::string{name} + ": not a JSON object");
  }
  return document;
}

/// A member that is null counts as absent. The document isn't deep.
void drop_nulls(Json& value) {
  if (value.is_object()) {
    for (auto it = value.begin(); it != value.end();) it = it->is_null() ? value.erase(it) : ++it;
  }
  if (!value.is_structured()) return;
  for (auto& member : value) drop_nulls(member);
}

std::uint64_t unsigned_at(const Json& document, const char* key) {
  const auto found = document.find(key);
  return found != document.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

}  // namespace

Result<std::string> msgpack_from_json(std::string_view json, std::string_view name) {
  auto document = parse(json, name);
  if (!document) return fail(document.error());
  drop_nulls(*document);
  const auto bytes = Json::to_msgpack(*document);
  return std::string{bytes.begin(), bytes.end()};
}

Result<std::string> canonical_json(std::string_view json, std::string_view member,
                                   std::string_view name) {
  auto document = parse(json, name);
  if (!document) return fail(document.error());
  constexpr auto replace = Json::error_handler_t::replace;
  if (member.empty()) return document->dump(-1, ' ', false, replace);
  const auto found = document->find(member);
  if (found == document->end() || !found->is_object()) {
    return fail(Errc::malformed, std::string{name} + ": no object " + std::string{member});
  }
  return found->dump(-1, ' ', false, replace);
}

Result<QemuImageInfo> qemu_info_from_json(std::string_view json, std::string_view name) {
  auto document = parse(json, name);
  if (!document) return fail(document.error());
  QemuImageInfo info;
  info.virtual_size = unsigned_at(*document, "virtual-size");
  info.actual_size = unsigned_at(*document, "actual-size");
  const auto format = document->find("format");
  if (format == document->end() || !format->is_string() || info.virtual_size == 0) {
    return fail(Errc::malformed, std::string{name} + ": qemu-img info without format or size");
  }
  info.format = format->get<std::string>();
  return info;
}

Result<std::vector<Extent>> qemu_map_from_json(std::string_view json, std::string_view name) {
  const auto bad = [&](const std::string& why) {
    return fail(Errc::malformed, std::string{name} + ": qemu-img map " + why);
  };
  const auto document = Json::parse(json, nullptr, false);
  if (!document.is_array()) return bad("is no JSON array");
  std::vector<Extent> extents;
  for (const auto& entry : document) {
    if (!entry.is_object()) return bad("has an entry that is no object");
    const Extent extent{unsigned_at(entry, "start"), unsigned_at(entry, "length")};
    const auto present = entry.find("present");
    if (present == entry.end() || !present->is_boolean()) return bad("doesn't say what is present");
    if (!present->get<bool>() || extent.length == 0) continue;
    const auto end = extents.empty() ? 0 : extents.back().offset + extents.back().length;
    if (extent.offset < end || extent.offset + extent.length < extent.offset) {
      return bad("has no order");
    }
    if (!extents.empty() && extent.offset == end) {
      extents.back().length += extent.length;
    } else {
      extents.push_back(extent);
    }
  }
  return extents;
}

std::string qemu_file_without_backing(const std::string& path) {
  const Json words{{"driver", "qcow2"},
                   {"backing", nullptr},
                   {"file", {{"driver", "file"}, {"filename", path}}}};
  return "json:" + words.dump();
}

std::string qemu_range(const std::string& path, std::string_view format, std::uint64_t offset,
                       std::uint64_t bytes) {
  Json image{{"driver", format}, {"file", {{"driver", "file"}, {"filename", path}}}};
  if (format == "qcow2") image["backing"] = nullptr;
  const Json range{{"driver", "raw"}, {"offset", offset}, {"size", bytes}, {"file", image}};
  return "json:" + range.dump();
}

}  // namespace ferry
