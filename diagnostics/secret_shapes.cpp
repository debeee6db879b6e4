// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What looks like a secret, whoever's it is. One pass over the text: at each place at most one of
// the shapes below begins, and what it covers is left out.
#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "diagnostics/redactor.hpp"

namespace ferry {
namespace {

constexpr std::size_t name_bytes_max = 64;
constexpr std::size_t signature_bytes_min = 8;  // "signature=v4" names a method
constexpr std::size_t bearer_bytes_min = 8;     // "basic setup" is no header
constexpr std::size_t jwt_bytes_min = 30;
constexpr std::string_view mark_begin = "[redacted:";

struct NamedKind {
  std::string_view name;
  std::string_view kind;
};
/// Whole names, and ends of names: "smtp_password" is a password.
constexpr std::array values = std::to_array<NamedKind>({
    {"password", "password"},
    {"passwd", "password"},
    {"passphrase", "password"},
    {"secret", "secret"},
    {"secret_key", "secret"},
    {"secretkey", "secret"},
    {"access_key_secret", "secret"},
    {"accesskeysecret", "secret"},
    {"secretaccesskey", "secret"},
    {"secret_access_key", "secret"},
    {"private_key", "secret"},
    {"api_key", "secret"},
    {"apikey", "secret"},
    {"access_token", "token"},
    {"refresh_token", "token"},
    {"id_token", "token"},
    {"auth_token", "token"},
    {"session_token", "token"},
    {"security_token", "token"},
    {"securitytoken", "token"},
    {"csrf_token", "token"},
    {"credential", "signature"},
    {"signature", "signature"},
});
/// Of headers the whole line is left out.
constexpr std::array headers = std::to_array<NamedKind>({
    {"authorization", "header"},
    {"proxy_authorization", "header"},
    {"cookie", "cookie"},
    {"set_cookie", "cookie"},
});

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}
bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_base64(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '/' || c == '=' ||
         c == '-' || c == '_';
}
/// Ends a value that has no quotes.
bool ends_value(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0 ||
         std::string_view{"&,;)}]\"'<>"}.find(c) != std::string_view::npos;
}

std::string plain_name(std::string_view name) {
  std::string plain{name};
  for (auto& c : plain) {
    c = c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return plain;
}

template <class Table>
std::string_view kind_in(const Table& table, std::string_view plain) {
  for (const auto& [name, kind] : table) {
    if (!plain.ends_with(name)) continue;
    if (plain.size() == name.size() || plain[plain.size() - name.size() - 1] == '_') return kind;
  }
  return {};
}

struct Found {
  std::size_t begin = 0;  // of what is left out
  std::size_t end = 0;
  std::string_view kind;
};

class Shapes {
 public:
  explicit Shapes(std::string_view text) : text_(text) {}

  std::string run() {
    while (at_ < text_.size()) {
      const auto found = look();
      if (!found) continue;
      out_.append(text_.substr(copied_, found->begin - copied_));
      out_.append(mark_begin).append(found->kind).append("]");
      at_ = copied_ = found->end;
    }
    return std::move(out_.append(text_.substr(copied_)));
  }

 private:
  /// Goes on behind what it has looked at, if nothing begins there.
  std::optional<Found> look() {
    if (text_.compare(at_, mark_begin.size(), mark_begin) == 0) {
      at_ = end_of_mark(at_);
      return std::nullopt;
    }
    if (text_[at_] == '-' && text_.compare(at_, 11, "-----BEGIN ") == 0) {
      if (auto found = private_key()) return found;
    }
    if (text_.compare(at_, 3, "://") == 0) {
      if (auto found = user_of_url()) return found;
      at_ += 3;
      return std::nullopt;
    }
    if (!is_word(text_[at_])) {
      ++at_;
      return std::nullopt;
    }
    auto end = at_;
    while (end < text_.size() && is_word(text_[end])) ++end;
    const Found word{at_, end, {}};
    at_ = end;
    if (auto found = code(word)) return found;
    return named(word);
  }

  [[nodiscard]] std::size_t end_of_mark(std::size_t at) const {
    const auto end = text_.find(']', at);
    return end == std::string_view::npos ? text_.size() : end + 1;
  }

  // -- blocks -------------------------------------------------------------------------------

  /// With its lines behind each other, or each on one of its own.
  std::optional<Found> private_key() {
    const auto head_end = text_.find("-----", at_ + 11);
    if (head_end == std::string_view::npos || head_end - at_ > name_bytes_max) return {};
    if (text_.substr(at_, head_end - at_).find("PRIVATE KEY") == std::string_view::npos) return {};
    auto end = text_.find("-----END ", head_end);
    if (end == std::string_view::npos) return Found{at_, text_.size(), "private-key"};
    end = text_.find("-----", end + 9);
    return Found{at_, end == std::string_view::npos ? text_.size() : end + 5, "private-key"};
  }

  /// "://user:password@host": what is before the "@", if that is before the path. A password may
  /// have a slash in it, then it does not look like a port.
  std::optional<Found> user_of_url() {
    const auto begin = at_ + 3;
    auto end = begin;
    while (end < text_.size() && !ends_url(text_[end])) ++end;
    const auto all = text_.substr(begin, end - begin);
    auto authority = all.substr(0, all.find_first_of("/?#"));
    if (authority.find('@') == std::string_view::npos) {
      const auto colon = authority.find(':');
      if (colon == std::string_view::npos || is_port(authority.substr(colon + 1))) return {};
      authority = all;
    }
    const auto length = authority.rfind('@');
    if (length == std::string_view::npos || length == 0) return {};
    if (authority.starts_with(mark_begin) && authority[length - 1] == ']') return {};
    return Found{begin, begin + length, "url"};
  }
  static bool ends_url(char c) {
    return std::isspace(static_cast<unsigned char>(c)) != 0 || c == '"' || c == '\'' || c == '<' ||
           c == '>';
  }
  static bool is_port(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
  }

  // -- words that are secrets themselves ------------------------------------------------------

  std::optional<Found> code(const Found& word) {
    const auto text = text_.substr(word.begin, word.end - word.begin);
    if (text.starts_with("efc1-")) return Found{word.begin, word.end, "code"};
    if (text.starts_with("whsec_")) return Found{word.begin, end_of_base64(word.end), "secret"};
    if (!text.starts_with("eyJ")) return std::nullopt;
    auto end = word.end;
    while (end < text_.size() && (is_word(text_[end]) || text_[end] == '.')) ++end;
    const auto dots = std::ranges::count(text_.substr(word.begin, end - word.begin), '.');
    if (dots < 2 || end - word.begin < jwt_bytes_min) return std::nullopt;
    return Found{word.begin, end, "token"};
  }
  [[nodiscard]] std::size_t end_of_base64(std::size_t at) const {
    while (at < text_.size() && is_base64(text_[at])) ++at;
    return at;
  }

  // -- values that have a name -----------------------------------------------------------------

  std::optional<Found> named(const Found& word) {
    if (word.end - word.begin > name_bytes_max) return std::nullopt;
    const auto name = plain_name(text_.substr(word.begin, word.end - word.begin));
    if (name == "bearer" || name == "basic") return bearer(word.end);
    const bool in_query = text_.substr(word.end).starts_with('=');
    if (const auto kind = header_kind(name); !kind.empty() && !in_query) {
      return header(word.end, kind);
    }
    const auto kind = secret_kind_of(name);
    return kind.empty() ? std::nullopt : value(word.end, kind);
  }

  static std::string_view header_kind(std::string_view name) {
    if (const auto kind = kind_in(headers, name); !kind.empty()) return kind;
    return name.starts_with("x_") && name.ends_with("_signature") ? "signature" : "";
  }

  std::optional<Found> bearer(std::size_t at) {
    auto begin = at;
    while (begin < text_.size() && is_blank(text_[begin])) ++begin;
    auto end = begin;
    while (end < text_.size() && (is_base64(text_[end]) || text_[end] == '.')) ++end;
    if (begin == at || end - begin < bearer_bytes_min) return std::nullopt;
    // A word of a sentence is no credential.
    const auto token = text_.substr(begin, end - begin);
    if (std::ranges::all_of(token, [](unsigned char c) { return std::islower(c) != 0; })) {
      return std::nullopt;
    }
    return Found{begin, end, "header"};
  }

  /// Behind `name`, `"name"` and `name%22`, and "=", ":" or "%3D"; nothing if there is none.
  [[nodiscard]] std::optional<std::size_t> behind_separator(std::size_t at) const {
    while (at < text_.size() && (text_[at] == '"' || text_[at] == '\'' || text_[at] == '\\')) ++at;
    while (at < text_.size() && is_blank(text_[at])) ++at;
    if (text_.compare(at, 3, "%3D") == 0 || text_.compare(at, 3, "%3d") == 0) return at + 3;
    if (at >= text_.size() || (text_[at] != '=' && text_[at] != ':')) return std::nullopt;
    ++at;
    while (at < text_.size() && is_blank(text_[at])) ++at;
    return at;
  }

  std::optional<Found> header(std::size_t at, std::string_view kind) {
    const auto begin = behind_separator(at);
    if (!begin) return std::nullopt;
    const auto start = *begin + (is_quote(*begin) ? quote_bytes(*begin) : 0);
    auto end = start;
    while (end < text_.size() && text_[end] != '\n' && text_[end] != '\r' &&
           !(is_quote(*begin) && closes(end, *begin))) {
      ++end;
    }
    return covering(start, end, kind);
  }

  std::optional<Found> value(std::size_t at, std::string_view kind) {
    const auto begin = behind_separator(at);
    if (!begin) return std::nullopt;
    auto start = *begin;
    auto end = start;
    if (is_quote(*begin)) {
      start = end = *begin + quote_bytes(*begin);
      while (end < text_.size() && text_[end] != '\n' && !closes(end, *begin)) ++end;
    } else {
      while (end < text_.size() && !ends_value(text_[end])) ++end;
    }
    if (kind == "signature" && end - start < signature_bytes_min) return std::nullopt;
    return covering(start, end, kind);
  }

  /// Quotes of text that stands in quotes itself are escaped: \"
  [[nodiscard]] bool is_quote(std::size_t at) const {
    if (at < text_.size() && text_[at] == '\\') ++at;
    return at < text_.size() && (text_[at] == '"' || text_[at] == '\'');
  }
  [[nodiscard]] std::size_t quote_bytes(std::size_t at) const { return text_[at] == '\\' ? 2 : 1; }
  /// Whether what is at `at` ends what the quote at `open` has begun. A quote that is escaped once
  /// more does not.
  [[nodiscard]] bool closes(std::size_t at, std::size_t open) const {
    const auto bytes = quote_bytes(open);
    const auto quote = text_.substr(open, bytes);
    if (text_.compare(at, bytes, quote) != 0) return false;
    return at == 0 || text_[at - 1] != '\\';
  }

  /// Nothing if that is empty, or has been left out before.
  std::optional<Found> covering(std::size_t begin, std::size_t end, std::string_view kind) {
    if (begin >= end) return std::nullopt;
    if (text_.compare(begin, mark_begin.size(), mark_begin) == 0 && end_of_mark(begin) >= end) {
      return std::nullopt;
    }
    return Found{begin, end, kind};
  }

  std::string_view text_;
  std::string out_;
  std::size_t at_ = 0;
  std::size_t copied_ = 0;
};

}  // namespace

std::string_view secret_kind_of(std::string_view name) {
  const auto plain = plain_name(name.substr(0, name_bytes_max));
  if (const auto kind = kind_in(headers, plain); !kind.empty()) return kind;
  return kind_in(values, plain);
}

std::string without_shapes(std::string_view text) { return Shapes{text}.run(); }

}  // namespace ferry
