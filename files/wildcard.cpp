// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "files/wildcard.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace ferry::files {
namespace {

unsigned number(char c) { return static_cast<unsigned char>(c); }

char take(std::string_view& text) {
  const char c = text.front();
  text.remove_prefix(1);
  return c;
}

struct NamedClass {
  std::string_view name;
  int (*holds)(int);
};
constexpr std::array named_classes = std::to_array<NamedClass>({
    {"alnum", std::isalnum},
    {"alpha", std::isalpha},
    {"blank", std::isblank},
    {"cntrl", std::iscntrl},
    {"digit", std::isdigit},
    {"graph", std::isgraph},
    {"lower", std::islower},
    {"print", std::isprint},
    {"punct", std::ispunct},
    {"space", std::isspace},
    {"upper", std::isupper},
    {"xdigit", std::isxdigit},
});

/// Takes "[:digit:]" off the front, if it is there, and adds its bytes.
Result<bool> take_named_class(std::string_view& pattern, std::bitset<256>& bytes) {
  if (!pattern.starts_with("[:")) return false;
  const auto end = pattern.find(']', 2);
  if (end == std::string_view::npos) return fail(Errc::config_syntax, "'[' is never closed");
  // As in "[[:]": a colon before the bracket is what makes it a name.
  if (end < 3 || pattern[end - 1] != ':') return false;
  const auto name = pattern.substr(2, end - 3);
  const auto* found = std::ranges::find(named_classes, name, &NamedClass::name);
  if (found == named_classes.end()) {
    return fail(Errc::config_syntax, "there is no class '" + std::string{name} + "'");
  }
  for (int c = 0; c < 256; ++c) {
    if (found->holds(c) != 0) bytes.set(static_cast<std::size_t>(c));
  }
  pattern.remove_prefix(end + 1);
  return true;
}

Result<char> take_escaped(std::string_view& pattern) {
  const char c = take(pattern);
  if (c != '\\') return c;
  if (pattern.empty()) return fail(Errc::config_syntax, "nothing follows the last '\\'");
  return take(pattern);
}

}  // namespace

/// `pattern` stands behind the opening bracket.
Result<Wildcard::Token> Wildcard::take_class(std::string_view& pattern) {
  Token token;
  const bool opposite = pattern.starts_with('!') || pattern.starts_with('^');
  if (opposite) pattern.remove_prefix(1);
  bool first = true;
  bool can_begin_range = false;
  unsigned before = 0;
  while (!pattern.empty() && (first || pattern.front() != ']')) {
    first = false;
    if (auto named = take_named_class(pattern, token.bytes); !named || *named) {
      if (!named) return fail(named.error());
      can_begin_range = false;
      continue;
    }
    const bool range =
        can_begin_range && pattern.size() > 1 && pattern[0] == '-' && pattern[1] != ']';
    if (range) pattern.remove_prefix(1);
    const auto c = take_escaped(pattern);
    if (!c) return fail(c.error());
    for (unsigned byte = range ? before : number(*c); byte <= number(*c); ++byte) {
      token.bytes.set(byte);
    }
    can_begin_range = !range;
    before = number(*c);
  }
  if (pattern.empty()) return fail(Errc::config_syntax, "'[' is never closed");
  pattern.remove_prefix(1);
  if (opposite) token.bytes.flip();
  token.bytes.reset('/');
  return token;
}

Result<Wildcard> Wildcard::parse(std::string_view pattern) {
  Wildcard wildcard;
  while (!pattern.empty()) {
    Token token;
    if (pattern.front() == '*') {
      const auto stars = std::min(pattern.find_first_not_of('*'), pattern.size());
      token.kind = stars > 1 ? Kind::star_star : Kind::star;
      pattern.remove_prefix(stars);
    } else if (pattern.front() == '?') {
      pattern.remove_prefix(1);
      token.bytes.set().reset('/');
    } else if (pattern.front() == '[') {
      pattern.remove_prefix(1);
      auto taken = take_class(pattern);
      if (!taken) return fail(taken.error());
      token = *taken;
    } else {
      const auto c = take_escaped(pattern);
      if (!c) return fail(c.error());
      token.bytes.set(number(*c));
    }
    wildcard.tokens_.push_back(token);
  }
  return wildcard;
}

/// A star may match nothing: whoever stands before it stands behind it as well.
void Wildcard::pass_stars(std::vector<bool>& states) const {
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (states[i] && tokens_[i].kind != Kind::one_of) states[i + 1] = true;
  }
}

bool Wildcard::matches(std::string_view text) const {
  // states[i]: the text so far is matched by the tokens before i.
  std::vector<bool> states(tokens_.size() + 1), next(tokens_.size() + 1);
  states[0] = true;
  pass_stars(states);
  for (const char c : text) {
    std::fill(next.begin(), next.end(), false);
    bool any = false;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (!states[i]) continue;
      const auto& token = tokens_[i];
      if (token.kind == Kind::star_star || (token.kind == Kind::star && c != '/')) {
        next[i] = any = true;
      } else if (token.kind == Kind::one_of && token.bytes.test(number(c))) {
        next[i + 1] = any = true;
      }
    }
    if (!any) return false;
    pass_stars(next);
    states.swap(next);
  }
  return states.back();
}

}  // namespace ferry::files
