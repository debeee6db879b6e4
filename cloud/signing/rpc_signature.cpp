// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/signing/rpc_signature.hpp"

#include <vector>

#include "base/text.hpp"
#include "cloud/signing/canonical.hpp"
#include "cloud/signing/mac.hpp"

namespace ferry {

std::string rpc_string_to_sign(std::string_view method, std::span<const NameValue> parameters) {
  std::vector<NameValue> signed_ones;
  for (const auto& parameter : parameters) {
    if (parameter.name != "Signature") signed_ones.push_back(parameter);
  }
  return std::string{method} + "&%2F&" +
         percent_encoded(canonical_query(signed_ones, EmptyValue::with_sign));
}

std::string rpc_signature(std::string_view method, std::span<const NameValue> parameters,
                          std::string_view secret) {
  return to_base64(hmac_sha1(std::string{secret} + "&", rpc_string_to_sign(method, parameters)));
}

std::string acs3_signature(const HttpRequest& request, std::span<const std::string> signed_headers,
                           std::string_view secret) {
  const auto canonical =
      canonical_request({.method = request.method,
                         .path = percent_encoded_path(request.path),
                         .query = canonical_query(request.query, EmptyValue::with_sign),
                         .headers = canonical_headers(request, signed_headers),
                         .header_names = name_list(signed_headers),
                         .payload = std::string{request.header("x-acs-content-sha256")}});
  const auto text = std::string{acs3_algorithm} + "\n" + hex_sha256(canonical);
  return to_hex(hmac_sha256(secret, text));
}

void sign_acs3(HttpRequest& request, const AccessKey& key) {
  const auto names = header_names(request, [](std::string_view name) {
    return name == "host" || name == "content-type" || name.starts_with("x-acs-");
  });
  request.headers.push_back(
      {"authorization", std::string{acs3_algorithm} + " Credential=" + key.id +
                            ",SignedHeaders=" + name_list(names) +
                            ",Signature=" + acs3_signature(request, names, key.secret)});
}

}  // namespace ferry
