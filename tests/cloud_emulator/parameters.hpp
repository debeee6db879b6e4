// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The parameters of an RPC call: flat names with numbers in them (Tag.1.Key), and lists that are
// JSON in one text.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/cloud_emulator/answer.hpp"

namespace ferry::emulator {

class Parameters {
 public:
  Parameters() = default;
  explicit Parameters(const std::vector<NameValue>& values);

  /// Empty if it is absent: the gateway makes no difference.
  [[nodiscard]] std::string text(const std::string& name) const;
  [[nodiscard]] bool has(const std::string& name) const { return !text(name).empty(); }
  [[nodiscard]] bool is_true(const std::string& name) const { return text(name) == "true"; }
  /// Refused as MissingNAME if it is absent.
  [[nodiscard]] Outcome<std::string> needed(const std::string& name) const;
  /// Refused as InvalidNAME if it is no number from `low` to `high`.
  [[nodiscard]] Outcome<std::int64_t> number(const std::string& name, std::int64_t low,
                                             std::int64_t high, std::int64_t otherwise) const;
  /// Name.1, Name.2, ... by their numbers, gaps allowed.
  [[nodiscard]] std::vector<std::string> list(std::string_view name) const;
  /// Name.N.Field as Field, one of them for each N.
  [[nodiscard]] std::vector<Parameters> structures(std::string_view name) const;
  /// ["id", "id"] in one text, at most 100; refused as InvalidNAME.Malformed.
  [[nodiscard]] Outcome<std::vector<std::string>> json_list(const std::string& name) const;
  /// "id,id"
  [[nodiscard]] std::vector<std::string> comma_list(const std::string& name) const;
  /// What two calls of one client token have in common: all but signature, time and token.
  [[nodiscard]] std::string meaning() const;

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace ferry::emulator
