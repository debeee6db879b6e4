// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "smc/parameters.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/limits.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

constexpr std::size_t name_bytes_max = 128;
constexpr std::size_t client_token_max = 64;
constexpr std::uint32_t index_max = 100'000;  // N of NAME.N; the number of those is bounded apart

/// Tabs and line ends are text, too; other control characters and what is no UTF-8 are not.
bool is_text(const std::string& value) {
  std::string shown = value;
  std::ranges::replace_if(
      shown, [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  return escaped(shown) == shown;
}

/// The N of "NAME.N" or "NAME.N.more"; nothing if it is none, 0 if it is out of bounds.
std::optional<std::uint32_t> index_of(std::string_view name, std::string_view list) {
  if (!name.starts_with(list) || name.size() <= list.size() || name[list.size()] != '.') {
    return std::nullopt;
  }
  auto digits = name.substr(list.size() + 1);
  digits = digits.substr(0, digits.find('.'));
  std::uint32_t index = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (digits.empty() || end != digits.data() + digits.size()) return std::nullopt;
  const bool plain = error == std::errc{} && digits.front() != '0' && index <= index_max;
  return plain ? index : 0;
}

}  // namespace

ApiResult<Parameters> Parameters::of(const HttpRequest& request) {
  Parameters parameters;
  parameters.all_ = request.query;
  const auto type = lower(std::string{request.header("content-type")});
  if (!request.body.empty() && type.starts_with("application/x-www-form-urlencoded")) {
    auto form = decode_form(request.body);
    if (!form) return refuse(400, "InvalidParameter", form.error().what);
    parameters.all_.insert(parameters.all_.end(), form->begin(), form->end());
  }
  if (parameters.all_.size() > limits::http_parameters_max) {
    return refuse(400, "InvalidParameter", "The request has too many parameters.");
  }
  for (const auto& [name, value] : parameters.all_) {
    if (name.empty() || name.size() > name_bytes_max || !is_text(name)) {
      return refuse(400, "InvalidParameter", "The name of a parameter is not valid.");
    }
    if (!is_text(value)) return invalid(name, "It is not UTF-8 text.");
    if (!parameters.values_.emplace(name, value).second) {
      return refuse(400, "InvalidParameter", "The parameter " + name + " is there twice.");
    }
  }
  return parameters;
}

std::string Parameters::text(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string{} : found->second;
}

ApiResult<std::string> Parameters::required(const std::string& name) const {
  auto value = text(name);
  if (value.empty()) return missing(name);
  return value;
}

ApiResult<std::optional<std::uint64_t>> Parameters::number(const std::string& name,
                                                           std::uint64_t least,
                                                           std::uint64_t most) const {
  const auto value = text(name);
  if (value.empty()) return std::optional<std::uint64_t>{};
  std::uint64_t number = 0;
  const auto* last = value.data() + value.size();
  const auto [end, error] = std::from_chars(value.data(), last, number);
  if (error != std::errc{} || end != last || number < least || number > most) {
    return invalid(name, "It must be a whole number from " + std::to_string(least) + " to " +
                             std::to_string(most) + ".");
  }
  return std::optional{number};
}

ApiResult<std::optional<bool>> Parameters::flag(const std::string& name) const {
  const auto value = lower(text(name));
  if (value.empty()) return std::optional<bool>{};
  if (value != "true" && value != "false") return invalid(name, "It must be true or false.");
  return std::optional{value == "true"};
}

ApiResult<std::string> Parameters::choice(const std::string& name,
                                          std::initializer_list<std::string_view> words) const {
  auto value = text(name);
  if (value.empty() || std::ranges::find(words, value) != words.end()) return value;
  std::string all;
  for (const auto word : words) all.append(all.empty() ? "" : ", ").append(word);
  return invalid(name, "It must be one of " + all + ".");
}

ApiResult<std::string> Parameters::client_token() const {
  auto token = text("ClientToken");
  const bool ascii = std::ranges::all_of(token, [](char c) { return c > ' ' && c <= '~'; });
  if (ascii && token.size() <= client_token_max) return token;
  return invalid("ClientToken", "It must be at most 64 ASCII characters.");
}

ApiResult<std::optional<std::int64_t>> Parameters::time(const std::string& name) const {
  const auto value = text(name);
  if (value.empty()) return std::optional<std::int64_t>{};
  auto at_ms = parse_utc(value);
  if (!at_ms) return invalid(name, "It must be a time such as 2026-12-01T02:00:00Z.");
  return std::optional{*at_ms};
}

ApiResult<std::vector<std::string>> Parameters::list(const std::string& name,
                                                     std::size_t most) const {
  const auto places = indices(name, most);
  if (!places) return refuse(places.error());
  std::vector<std::string> values;
  for (const auto place : *places) {
    auto value = text(name + "." + std::to_string(place));
    if (!value.empty()) values.push_back(std::move(value));
  }
  return values;
}

ApiResult<std::vector<std::uint32_t>> Parameters::indices(const std::string& name,
                                                          std::size_t most) const {
  std::set<std::uint32_t> found;
  for (auto it = values_.lower_bound(name + "."); it != values_.end(); ++it) {
    if (!it->first.starts_with(name + ".")) break;
    const auto index = index_of(it->first, name);
    if (!index) continue;
    if (*index == 0) return invalid(name, "The numbers of a list begin with 1.");
    found.insert(*index);
  }
  if (found.size() > most) {
    return invalid(name, "At most " + std::to_string(most) + " are allowed.");
  }
  return std::vector<std::uint32_t>{found.begin(), found.end()};
}

bool Parameters::has_any(const std::string& start) const {
  const auto it = values_.lower_bound(start);
  return it != values_.end() && it->first.starts_with(start);
}

}  // namespace ferry
