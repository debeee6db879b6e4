// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A certificate that the controller makes for itself, where nobody has given it one. No browser
// trusts it by itself: its fingerprint, which the log tells, is what to compare.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace ferry {

struct CertificateFiles {
  std::filesystem::path certificate;  // PEM
  std::filesystem::path key;          // PEM, mode 0600
};

/// Takes console.crt and console.key of the folder, or makes both, for ECDSA over P-256, for
/// limits::generated_certificate_time, valid for these names or addresses; anew if it has no longer
/// to go than limits::generated_certificate_left_min, or its files don't belong together. Errors:
/// those of writing files; internal.
[[nodiscard]] Result<CertificateFiles> own_certificate(const std::filesystem::path& folder,
                                                       const std::vector<std::string>& hosts);

/// SHA-256 of the certificate, in hex. Errors: key_unreadable.
[[nodiscard]] Result<std::string> certificate_fingerprint(const std::filesystem::path& file);
/// SHA-256 of its public key alone, raw, by which clients may pin it. Errors: key_unreadable.
[[nodiscard]] Result<std::string> public_key_digest(const std::filesystem::path& file);

}  // namespace ferry
