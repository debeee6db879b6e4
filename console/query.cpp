// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "console/call.hpp"

namespace ferry {
namespace {

constexpr std::uint64_t number_max = 1ULL << 53;  // that every client can write

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size() && !text.empty();
  if (!whole || number > number_max) return std::nullopt;
  return number;
}

Result<> check_value(const ConsoleWord& word, const std::string& value) {
  const auto unfit = [&](const std::string& why) {
    return fail(Errc::invalid_argument, std::string{word.name} + " " + why);
  };
  if (value.size() > limits::console_search_bytes_max) return unfit("is too long");
  if (word.kind == ConsoleWord::Kind::number && !number_of(value))
    return unfit("is no whole number");
  if (word.kind == ConsoleWord::Kind::flag && value != "true" && value != "false") {
    return unfit("is not true or false");
  }
  return {};
}

}  // namespace

Result<ConsoleQuery> ConsoleQuery::read(std::span<const ConsoleWord> words,
                                        const std::vector<NameValue>& given) {
  ConsoleQuery query;
  for (const auto& [name, value] : given) {
    const auto word = std::ranges::find(words, name, &ConsoleWord::name);
    if (word == words.end()) {
      return fail(Errc::invalid_argument,
                  "there is no parameter '" + escaped(name.substr(0, 64)) + "'");
    }
    if (auto fit = check_value(*word, value); !fit) return fail(fit.error());
    auto& values = query.values_[name];
    values.push_back(value);
    if (values.size() > (word->repeats ? limits::tags_max : 1)) {
      return fail(Errc::invalid_argument, name + " is there too often");
    }
  }
  return query;
}

std::string ConsoleQuery::text(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string{} : found->second.front();
}

std::uint64_t ConsoleQuery::number(std::string_view name, std::uint64_t otherwise) const {
  const auto found = values_.find(name);
  return found == values_.end() ? otherwise : number_of(found->second.front()).value_or(otherwise);
}

bool ConsoleQuery::flag(std::string_view name) const { return text(name) == "true"; }

std::vector<std::string> ConsoleQuery::all(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>{} : found->second;
}

}  // namespace ferry
