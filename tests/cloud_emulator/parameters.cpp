// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud_emulator/parameters.hpp"

#include <charconv>
#include <set>

namespace ferry::emulator {
namespace {

constexpr std::size_t ids_max = 100;
constexpr int index_max = 10'000;

template <class T>
bool read_number(std::string_view text, T& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

Parameters::Parameters(const std::vector<NameValue>& values) {
  for (const auto& [name, value] : values) values_.emplace(name, value);
}

std::string Parameters::text(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string{} : found->second;
}

Outcome<std::string> Parameters::needed(const std::string& name) const {
  if (auto value = text(name); !value.empty()) return value;
  return refuse(400, "Missing" + name,
                "The input parameter \"" + name +
                    "\" that is mandatory for processing this request is not supplied.");
}

Outcome<std::int64_t> Parameters::number(const std::string& name, std::int64_t low,
                                         std::int64_t high, std::int64_t otherwise) const {
  const auto value = text(name);
  if (value.empty()) return otherwise;
  std::int64_t number = 0;
  if (!read_number(value, number) || number < low || number > high) return invalid(name);
  return number;
}

std::vector<std::string> Parameters::list(std::string_view name) const {
  std::map<int, std::string> found;
  const auto prefix = std::string{name} + '.';
  for (auto it = values_.lower_bound(prefix); it != values_.end() && it->first.starts_with(prefix);
       ++it) {
    int index = 0;
    if (read_number(std::string_view{it->first}.substr(prefix.size()), index)) {
      found.emplace(index, it->second);
    }
  }
  std::vector<std::string> values;
  for (auto& [index, value] : found) values.push_back(std::move(value));
  return values;
}

std::vector<Parameters> Parameters::structures(std::string_view name) const {
  std::map<int, Parameters> found;
  const auto prefix = std::string{name} + '.';
  for (auto it = values_.lower_bound(prefix); it != values_.end() && it->first.starts_with(prefix);
       ++it) {
    const auto rest = std::string_view{it->first}.substr(prefix.size());
    const auto dot = rest.find('.');
    int index = 0;
    if (dot == std::string_view::npos || !read_number(rest.substr(0, dot), index)) continue;
    if (index > index_max) continue;
    found[index].values_.emplace(rest.substr(dot + 1), it->second);
  }
  std::vector<Parameters> structures;
  for (auto& [index, one] : found) structures.push_back(std::move(one));
  return structures;
}

Outcome<std::vector<std::string>> Parameters::json_list(const std::string& name) const {
  std::vector<std::string> ids;
  const auto value = text(name);
  if (value.empty()) return ids;
  const auto json = Json::parse(value, nullptr, false);
  const auto malformed = [&] {
    return refuse(400, "Invalid" + name + ".Malformed",
                  "The amount of specified " + name + " exceeds the limit, or it is no JSON list.");
  };
  if (!json.is_array() || json.size() > ids_max) return malformed();
  for (const auto& id : json) {
    if (!id.is_string()) return malformed();
    ids.push_back(id.get<std::string>());
  }
  return ids;
}

std::vector<std::string> Parameters::comma_list(const std::string& name) const {
  std::vector<std::string> values;
  const auto value = text(name);
  for (std::size_t at = 0; at < value.size();) {
    const auto end = std::min(value.find(',', at), value.size());
    values.push_back(value.substr(at, end - at));
    at = end + 1;
  }
  return values;
}

std::string Parameters::meaning() const {
  static const std::set<std::string, std::less<>> of_the_call{
      "AccessKeyId",   "Action",           "ClientToken",     "Format",
      "SecurityToken", "Signature",        "SignatureMethod", "SignatureNonce",
      "SignatureType", "SignatureVersion", "Timestamp",       "Version"};
  std::string meaning;
  for (const auto& [name, value] : values_) {
    if (!of_the_call.contains(name)) {
      meaning += percent_encoded(name) + '=' + percent_encoded(value) + '&';
    }
  }
  return meaning;
}

}  // namespace ferry::emulator
