// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A request as those who sign and those who verify see it: decoded, before a client or a server
// has made bytes of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ferry {

struct NameValue {
  std::string name;
  std::string value;
  friend auto operator<=>(const NameValue&, const NameValue&) = default;
};

struct HttpRequest {
  std::string method = "GET";
  std::string host;                // with its port, unless that is the scheme's own
  std::string path = "/";          // decoded
  std::vector<NameValue> query;    // decoded, in any order
  std::vector<NameValue> headers;  // names in lower case; host isn't among them
  std::string body;

  /// The value of a header, with "host" as any other; empty if there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// What a cloud knows a caller by. The secret is for signing, and never for logs or errors.
struct AccessKey {
  std::string id;
  std::string secret;
  std::string session_token = {};  // of temporary credentials (STS); else empty
};
/// True if id, secret and token, if there is one, are words of printable characters as they go into
/// headers, and no longer than any service makes them.
[[nodiscard]] bool is_well_formed(const AccessKey& key);

/// Percent-encodes the bytes of a text but A-Z a-z 0-9 - _ . ~ (RFC 3986), in upper case.
[[nodiscard]] std::string percent_encoded(std::string_view text);
/// As above, but slashes stay: for paths.
[[nodiscard]] std::string percent_encoded_path(std::string_view path);

}  // namespace ferry
