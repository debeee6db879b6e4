// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Who may come in: access keys without an end, and those of a role, which have one. All of a
// role's key follows from its end, so that nothing has to be kept of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cloud/http/http_request.hpp"

namespace ferry::emulator {

/// Any thread may call.
class Keyring {
 public:
  explicit Keyring(std::vector<AccessKey> keys);

  struct Entry {
    AccessKey key;
    bool has_ended = false;
  };
  [[nodiscard]] std::optional<Entry> find(const std::string& id) const;

  /// "STS.ROLE.END"
  [[nodiscard]] AccessKey of_role(const std::string& role, std::int64_t end_ms) const;
  /// A word of the metadata service that is good until then.
  [[nodiscard]] std::string metadata_token(std::int64_t end_ms) const;
  [[nodiscard]] bool is_metadata_token(const std::string& token) const;

 private:
  [[nodiscard]] std::string derived(const std::string& text) const;

  std::vector<AccessKey> keys_;
};

}  // namespace ferry::emulator
