// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Objects that are no images: documents, and files that are kept with an image.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "cloud/bucket.hpp"

namespace ferry {

/// Puts a document, replacing one of this key in one step. At most document_bytes_max.
[[nodiscard]] Result<> put_document(Bucket& bucket, std::string_view key, std::string_view bytes);
/// Errors: object_missing; object_corrupt, also for one larger than a document may be.
[[nodiscard]] Result<std::string> get_document(const Bucket& bucket, std::string_view key);
/// Copies an object of any size, which must have this SHA-256 in hex, else it is object_corrupt.
[[nodiscard]] Result<ObjectInfo> copy_object(Bucket& bucket, std::string_view from,
                                             std::string_view sha256, std::string_view to,
                                             const std::stop_token& stop);

inline constexpr std::size_t document_bytes_max = 4 * limits::mib;

}  // namespace ferry
