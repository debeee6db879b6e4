// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Values of settings: checking, storing and printing them, by the kind of the key.
#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.hpp"
#include "config/endpoint.hpp"
#include "config/settings.hpp"

namespace ferry {
namespace {

constexpr std::size_t name_length_max = 40;
constexpr std::size_t prefix_length_max = 30;
constexpr std::size_t bucket_length_min = 3;
constexpr std::size_t bucket_length_max = 63;
constexpr std::size_t value_length_max = 128;
constexpr std::size_t amount_digits_max = 9;
constexpr std::size_t amount_decimals_max = 6;
constexpr std::size_t path_length_max = 4095;  // PATH_MAX without its final zero

std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.append({'\\', c});
    } else if (code < 32 || code == 127) {
      const std::array byte{std::byte{code}};
      out.append("\\u00").append(to_hex(byte));
    } else {
      out.push_back(c);
    }
  }
  return out + '"';
}

std::string size_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> units{"", " KiB", " MiB", " GiB", " TiB"};
  std::size_t unit = 0;
  while (bytes != 0 && bytes % 1024 == 0 && unit + 1 < units.size()) {
    bytes /= 1024;
    ++unit;
  }
  return std::to_string(bytes).append(units[unit]);
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= name_length_max && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool is_prefix(std::string_view text) {
  return !text.empty() && text.size() <= prefix_length_max && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

bool is_bucket(std::string_view text) {
  return text.size() >= bucket_length_min && text.size() <= bucket_length_max &&
         text.front() != '-' && text.back() != '-' && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

bool is_amount(std::string_view text) {
  constexpr std::string_view digits = "0123456789";
  const auto point = std::min(text.find('.'), text.size());
  const auto whole = text.substr(0, point);
  const auto part = point == text.size() ? std::string_view{"0"} : text.substr(point + 1);
  return !whole.empty() && whole.size() <= amount_digits_max && !part.empty() &&
         part.size() <= amount_decimals_max &&
         whole.find_first_not_of(digits) == std::string_view::npos &&
         part.find_first_not_of(digits) == std::string_view::npos;
}

bool is_error(std::string_view text) {
  constexpr std::string_view head = "FERRY-";
  return text.size() == head.size() + 4 && text.starts_with(head) &&
         text.find_first_not_of("0123456789", head.size()) == std::string_view::npos;
}

bool is_printable(std::string_view text, std::size_t length_max) {
  return !text.empty() && text.size() <= length_max && std::ranges::none_of(text, [](char c) {
    return static_cast<unsigned char>(c) < 32 || c == 127;
  });
}

bool fits(const Rule& rule, const std::string& text) {
  switch (rule.kind) {
    case Kind::choice: return std::ranges::find(rule.choices, text) != rule.choices.end();
    case Kind::name: return is_name(text);
    case Kind::prefix: return is_prefix(text);
    case Kind::host: return is_host(text);
    case Kind::path:
    case Kind::paths: return is_printable(text, path_length_max);
    case Kind::text: return is_printable(text, value_length_max);
    case Kind::amount: return is_amount(text);
    case Kind::bucket: return is_bucket(text);
    case Kind::url: return parse_service_url(text).has_value();
    case Kind::errors: return is_error(text);
    default: return false;
  }
}

tl::unexpected<Error> refuse(const Setting& setting, const std::string& value) {
  const auto allowed = allowed_text(setting.rule);
  return fail(Errc::config_out_of_range,
              std::string{setting.key} + " is " + value + ", which is not allowed",
              "write " + allowed);
}

tl::unexpected<Error> wrong_type(const Setting& setting, std::string_view found) {
  const std::string wanted{type_text(setting.rule.kind)};
  return fail(Errc::config_wrong_type,
              std::string{setting.key} + " is " + std::string{found} + " but must be " + wanted,
              "write " + allowed_text(setting.rule));
}

Result<> assign_number(const Setting& setting, std::int64_t value, const std::string& text) {
  const auto& rule = setting.rule;
  if (value < 0) return refuse(setting, text);
  const auto positive = static_cast<std::uint64_t>(value);
  if (positive < rule.min || positive > rule.max) return refuse(setting, text);
  if (auto* const* large = std::get_if<std::uint64_t*>(&setting.slot)) **large = positive;
  if (auto* const* small = std::get_if<std::uint32_t*>(&setting.slot)) {
    **small = static_cast<std::uint32_t>(positive);
  }
  return {};
}

Result<> assign_text(const Setting& setting, std::string text) {
  const auto& rule = setting.rule;
  if (rule.kind == Kind::size) {
    const auto bytes = parse_bytes(text);
    if (!bytes) return refuse(setting, toml_string(text));
    return assign_number(setting, static_cast<std::int64_t>(*bytes), toml_string(text));
  }
  if (rule.kind == Kind::duration) {
    const auto ms = parse_duration_ms(text);
    if (!ms) return refuse(setting, toml_string(text));
    return assign_number(setting, static_cast<std::int64_t>(*ms), toml_string(text));
  }
  if (rule.kind == Kind::address && !text.empty()) {
    const auto endpoint = parse_endpoint("tcp://" + text);
    if (!endpoint) return refuse(setting, toml_string(text));
  } else if (rule.kind == Kind::endpoint) {
    const auto endpoint = parse_endpoint(text);
    if (!endpoint) return fail(endpoint.error());
  } else if (!(rule.may_be_empty && text.empty()) && !fits(rule, text)) {
    return refuse(setting, toml_string(text));
  }
  if (auto* const* list = std::get_if<std::vector<std::string>*>(&setting.slot)) {
    if ((*list)->size() >= rule.max) {
      return fail(Errc::config_out_of_range, std::string{setting.key} + " has more than " +
                                                 std::to_string(rule.max) + " entries");
    }
    (*list)->push_back(std::move(text));
  } else {
    *std::get<std::string*>(setting.slot) = std::move(text);
  }
  return {};
}

}  // namespace

Result<> assign(const Setting& setting, RawValue value) {
  const auto kind = setting.rule.kind;
  if (const auto* flag = std::get_if<bool>(&value)) {
    if (kind != Kind::flag) return wrong_type(setting, "a boolean");
    *std::get<bool*>(setting.slot) = *flag;
    return {};
  }
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    if (kind != Kind::number && kind != Kind::size) return wrong_type(setting, "a whole number");
    return assign_number(setting, *number, std::to_string(*number));
  }
  if (kind == Kind::flag || kind == Kind::number) return wrong_type(setting, "a string");
  return assign_text(setting, std::move(std::get<std::string>(value)));
}

std::string_view type_text(Kind kind) {
  switch (kind) {
    case Kind::flag: return "true or false";
    case Kind::number: return "a whole number";
    case Kind::size: return "a size in a string";
    case Kind::duration: return "a time in a string";
    case Kind::paths:
    case Kind::errors: return "a list of strings";
    default: return "a string";
  }
}

std::string allowed_text(const Rule& rule) {
  const auto ending = rule.may_be_empty ? std::string{", or nothing"} : std::string{};
  switch (rule.kind) {
    case Kind::flag: return "true or false";
    case Kind::number: return std::to_string(rule.min) + " to " + std::to_string(rule.max);
    case Kind::size: return size_text(rule.min) + " to " + size_text(rule.max);
    case Kind::duration: return duration_text(rule.min) + " to " + duration_text(rule.max);
    case Kind::name: return "1 to 40 of a-z, 0-9 and -";
    case Kind::prefix: return "1 to 30 letters and digits" + ending;
    case Kind::bucket: return "3 to 63 of a-z, 0-9 and -";
    case Kind::text: return "1 to 128 printable characters" + ending;
    case Kind::amount: return "an amount such as \"0.35\"" + ending;
    case Kind::url: return "https://HOST[:PORT] or http://HOST[:PORT]" + ending;
    case Kind::host: return "a host name or address" + ending;
    case Kind::endpoint: return "tcp://HOST:PORT";
    case Kind::address: return "HOST:PORT" + ending;
    case Kind::path: return "a path" + ending;
    case Kind::paths: return "a list of up to " + std::to_string(rule.max) + " paths";
    case Kind::errors:
      return "a list of up to " + std::to_string(rule.max) + " numbers such as \"FERRY-2005\"";
    case Kind::choice: break;
  }
  std::string text;
  for (std::size_t i = 0; i < rule.choices.size(); ++i) {
    if (i > 0) text.append(i + 1 == rule.choices.size() ? " or " : ", ");
    text.append(rule.choices[i]);
  }
  return text;
}

std::string value_toml(const Setting& setting) {
  if (auto* const* flag = std::get_if<bool*>(&setting.slot)) return **flag ? "true" : "false";
  if (auto* const* small = std::get_if<std::uint32_t*>(&setting.slot)) {
    return std::to_string(**small);
  }
  if (auto* const* large = std::get_if<std::uint64_t*>(&setting.slot)) {
    return toml_string(setting.rule.kind == Kind::duration ? duration_text(**large)
                                                           : size_text(**large));
  }
  if (auto* const* text = std::get_if<std::string*>(&setting.slot)) return toml_string(**text);
  std::string list;
  for (const auto& entry : *std::get<std::vector<std::string>*>(setting.slot)) {
    list.append(list.empty() ? "" : ", ").append(toml_string(entry));
  }
  return "[" + list + "]";
}

void resolve(const Setting& setting, const std::filesystem::path& folder) {
  const auto one = [&folder](std::string& text) {
    if (text.empty()) return;
    auto path = (folder / text).lexically_normal();
    if (!path.has_filename() && path.has_relative_path()) path = path.parent_path();
    text = path.string();
  };
  if (setting.rule.kind == Kind::path) one(*std::get<std::string*>(setting.slot));
  if (setting.rule.kind == Kind::paths) {
    for (auto& entry : *std::get<std::vector<std::string>*>(setting.slot)) one(entry);
  }
}

void clear(const Setting& setting) {
  if (auto* const* text = std::get_if<std::string*>(&setting.slot)) (*text)->clear();
  if (auto* const* list = std::get_if<std::vector<std::string>*>(&setting.slot)) (*list)->clear();
}

}  // namespace ferry
