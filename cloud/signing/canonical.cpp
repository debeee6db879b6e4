// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/signing/canonical.hpp"

#include <algorithm>
#include <set>

#include "base/random.hpp"
#include "base/text.hpp"

namespace ferry {

std::string canonical_query(std::span<const NameValue> parameters, EmptyValue empty) {
  std::vector<NameValue> encoded;
  encoded.reserve(parameters.size());
  for (const auto& [name, value] : parameters) {
    encoded.push_back({percent_encoded(name), percent_encoded(value)});
  }
  std::ranges::sort(encoded);
  std::string query;
  for (const auto& [name, value] : encoded) {
    if (!query.empty()) query += '&';
    query += name;
    if (!value.empty() || empty == EmptyValue::with_sign) query += '=' + value;
  }
  return query;
}

std::vector<std::string> header_names(const HttpRequest& request,
                                      const std::function<bool(std::string_view)>& wanted) {
  std::set<std::string> names;
  if (wanted("host")) names.insert("host");
  for (const auto& header : request.headers) {
    if (wanted(header.name)) names.insert(header.name);
  }
  return {names.begin(), names.end()};
}

std::string canonical_headers(const HttpRequest& request, std::span<const std::string> names) {
  std::string lines;
  for (const auto& name : names) {
    std::string value;
    if (name == "host") value = request.host;
    bool first = true;
    for (const auto& header : request.headers) {
      if (header.name != name) continue;
      if (!first) value += ',';
      value += trimmed(header.value);
      first = false;
    }
    lines += name + ':' + value + '\n';
  }
  return lines;
}

std::string name_list(std::span<const std::string> names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ";") + name;
  return list;
}

std::string canonical_request(const CanonicalParts& parts) {
  return parts.method + '\n' + parts.path + '\n' + parts.query + '\n' + parts.headers + '\n' +
         parts.header_names + '\n' + parts.payload;
}

std::string hex_sha256(std::string_view text) { return to_hex(sha256(text)); }

}  // namespace ferry
