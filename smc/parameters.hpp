// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The parameters of a request: the union of its query and its form, and what a flattened name such
// as DataDisk.2.Part.1.Device means. Everything is hostile: numbers, sizes and texts are bounded,
// and a name that comes twice is refused, because signer and reader could mean different ones.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/server.hpp"
#include "smc/api_error.hpp"

namespace ferry {

class Parameters {
 public:
  /// Of the query, and of a body that is application/x-www-form-urlencoded.
  [[nodiscard]] static ApiResult<Parameters> of(const HttpRequest& request);

  /// All, decoded, in the order of their coming: what a signature is over.
  [[nodiscard]] std::span<const NameValue> all() const { return all_; }

  [[nodiscard]] bool has(const std::string& name) const { return values_.contains(name); }
  /// The value; empty if it is absent.
  [[nodiscard]] std::string text(const std::string& name) const;
  /// Refuses an absent or empty one.
  [[nodiscard]] ApiResult<std::string> required(const std::string& name) const;
  /// Nothing if it is absent or empty; refuses what is no whole number within the bounds.
  [[nodiscard]] ApiResult<std::optional<std::uint64_t>> number(const std::string& name,
                                                               std::uint64_t least,
                                                               std::uint64_t most) const;
  /// true or false, in any case of letters.
  [[nodiscard]] ApiResult<std::optional<bool>> flag(const std::string& name) const;
  /// One of these words, or empty; refuses any other.
  [[nodiscard]] ApiResult<std::string> choice(const std::string& name,
                                              std::initializer_list<std::string_view> words) const;
  /// ClientToken: at most 64 ASCII characters; empty if the request has none.
  [[nodiscard]] ApiResult<std::string> client_token() const;
  /// "2026-12-01T02:00:00Z" in milliseconds since 1970.
  [[nodiscard]] ApiResult<std::optional<std::int64_t>> time(const std::string& name) const;
  /// The values of NAME.1, NAME.2, ..., in the order of their numbers, which may have gaps.
  /// Refuses more than `most` of them, with the code Invalid + NAME.
  [[nodiscard]] ApiResult<std::vector<std::string>> list(const std::string& name,
                                                         std::size_t most) const;
  /// The numbers N for which there is a NAME.N or a NAME.N.more, ascending; refused as above.
  [[nodiscard]] ApiResult<std::vector<std::uint32_t>> indices(const std::string& name,
                                                              std::size_t most) const;
  /// True if a name starts so.
  [[nodiscard]] bool has_any(const std::string& start) const;

 private:
  std::vector<NameValue> all_;
  std::map<std::string, std::string> values_;
};

}  // namespace ferry
