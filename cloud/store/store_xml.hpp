// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The XML that object stores speak. pugixml expands no entities of a document's own and reads no
// files, so a document can't grow; its depth has a limit here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace ferry {

/// A refusal; empty where the body has none.
struct StoreError {
  std::string code;
  std::string message;
};
[[nodiscard]] StoreError store_error(std::string_view body);

struct StorePart {
  std::uint32_t number = 0;
  std::uint64_t size = 0;
  std::string etag;  // without its quotes, in lower case
};
struct StoreObject {
  std::string key;
  std::uint64_t size = 0;
  std::int64_t modified_ms = 0;
};
struct StoreUpload {
  std::string id;
  std::string key;
  std::int64_t begun_ms = 0;
};

/// A page of a listing, with where the next one begins; `more` false: it was the last.
template <class T>
struct StorePage {
  std::vector<T> entries;
  bool more = false;
  std::string next;         // NextPartNumberMarker, NextContinuationToken or NextKeyMarker
  std::string next_upload;  // NextUploadIdMarker
};

/// Errors of all: malformed, with what is missing or no number.
[[nodiscard]] Result<std::string> upload_id_of(std::string_view body);
[[nodiscard]] Result<StorePage<StorePart>> parts_of(std::string_view body);
[[nodiscard]] Result<StorePage<StoreObject>> objects_of(std::string_view body);
[[nodiscard]] Result<StorePage<StoreUpload>> uploads_of(std::string_view body);
/// The etag of a completed upload. S3 may say 200 and put an error into the body, which then is
/// that of store_refusal.
[[nodiscard]] Result<std::string> completed_etag_of(std::string_view body);

/// The body that completes an upload.
[[nodiscard]] std::string completion_body(const std::vector<StorePart>& parts);

/// An etag without its quotes, in lower case.
[[nodiscard]] std::string plain_etag(std::string_view etag);

}  // namespace ferry
