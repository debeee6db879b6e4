// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The file certificate.json: a certificate and its signature. What is signed is the canonical form
// of the certificate, JSON with sorted names and no blanks, which `jq -cjS .certificate` prints.
#pragma once

#include <string>
#include <string_view>

#include "certificate/signing_key.hpp"
#include "messages/certificate.hpp"

namespace ferry {

inline constexpr std::string_view certificate_form = "edgeferry-certificate-1";
inline constexpr std::string_view signature_algorithm = "ed25519";

/// The bytes of the file; the same certificate and key always give the same.
[[nodiscard]] Result<std::string> signed_certificate(const Certificate& certificate,
                                                     const SigningKey& key);

/// A certificate whose signature is that of the key that it names.
struct OpenedCertificate {
  Certificate certificate;
  std::string public_key;  // 32 bytes; whose it is has to be known from elsewhere
};

/// Reads and checks the file. Errors: malformed for what is none, certificate_forged if its
/// signature is not that of its bytes.
[[nodiscard]] Result<OpenedCertificate> open_certificate(std::string_view file);

}  // namespace ferry
