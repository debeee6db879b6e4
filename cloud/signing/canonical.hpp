// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The one form of a request that both ends of a signature compute. The schemes of ACS3, OSS and S3
// share its six lines and differ in what they put there.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/http/http_request.hpp"

namespace ferry {

enum class EmptyValue { with_sign, bare };  // "name=" or "name"

/// Names and values encoded, ascending by the encoded name and then the value.
[[nodiscard]] std::string canonical_query(std::span<const NameValue> parameters, EmptyValue empty);
/// The names of the request's headers, host among them, that `wanted` takes, ascending.
[[nodiscard]] std::vector<std::string> header_names(
    const HttpRequest& request, const std::function<bool(std::string_view)>& wanted);
/// "name:value\n" of each, without blanks around the value; several of one name joined by commas.
[[nodiscard]] std::string canonical_headers(const HttpRequest& request,
                                            std::span<const std::string> names);
/// "a;b;c"
[[nodiscard]] std::string name_list(std::span<const std::string> names);

struct CanonicalParts {
  std::string method, path, query, headers, header_names, payload;
};
[[nodiscard]] std::string canonical_request(const CanonicalParts& parts);

[[nodiscard]] std::string hex_sha256(std::string_view text);

}  // namespace ferry
