// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Takes secrets out of text that is given away (docs/diagnostics.md). Secrets that this process
// knows are found by their value, in every form in which a program writes them; those of others by
// their shape: what stands behind "password=", in a header of requests, in a URL before the host.
// The rest of the text stays as it is, so that it can still be read.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ferry {

struct KnownSecret {
  std::string kind;   // "access-key": the word in "[redacted:access-key]"
  std::string value;  // any bytes
};

/// Any thread may call. Text may be redacted again: by who knows more.
class Redactor {
 public:
  /// Secrets shorter than limits::secret_bytes_min would be found everywhere, and are left out.
  explicit Redactor(const std::vector<KnownSecret>& secrets = {});

  [[nodiscard]] std::string redacted(std::string_view text) const;
  /// Of a value that has a name of its own, such as a member of JSON.
  [[nodiscard]] std::string redacted_value(std::string_view name, std::string_view text) const;

 private:
  struct Form {
    std::string text;
    std::string kind;
  };

  void add(std::string text, const std::string& kind);
  [[nodiscard]] const Form* find_at(std::string_view text, std::size_t at) const;
  [[nodiscard]] std::string without_known(std::string_view text) const;

  std::bitset<1 << 16> begins_;  // whether any form has these first two bytes
  std::unordered_map<std::uint32_t, std::vector<Form>> forms_;  // by the first four, longest first
};

/// What an "x=..." of this name holds; empty: no secret. Names are compared without their case, and
/// a hyphen is an underscore.
[[nodiscard]] std::string_view secret_kind_of(std::string_view name);

/// The text without what has the shape of a secret.
[[nodiscard]] std::string without_shapes(std::string_view text);

}  // namespace ferry
