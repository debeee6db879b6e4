// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What OSS does for a request that it has let in.
#pragma once

#include <pugixml.hpp>
#include <string>

#include "tests/cloud_emulator/oss_service.hpp"

namespace ferry::emulator {

using OssRequest = OssService::Request;

struct OssOperation {
  const char* name;  // as OSS's documentation has it
  /// The region is the one of the endpoint that was asked.
  Outcome<Answer> (*act)(ObjectStore& store, const OssRequest& request, const std::string& region);
};
[[nodiscard]] const OssOperation* find_operation(const OssRequest& request);

// -- of oss_listings.cpp -------------------------------------------------------------------
Outcome<Answer> list_buckets(ObjectStore& store, const OssRequest& request, const std::string&);
Outcome<Answer> list_objects(ObjectStore& store, const OssRequest& request, const std::string&);
Outcome<Answer> list_objects_v2(ObjectStore& store, const OssRequest& request, const std::string&);
Outcome<Answer> list_uploads(ObjectStore& store, const OssRequest& request, const std::string&);
Outcome<Answer> list_parts(ObjectStore& store, const OssRequest& request, const std::string&);

// -- of oss_uploads.cpp --------------------------------------------------------------------
Outcome<Answer> begin_upload(ObjectStore& store, const OssRequest& request, const std::string&);
Outcome<Answer> put_part(ObjectStore& store, const OssRequest& request, const std::string&);
Outcome<Answer> complete_upload(ObjectStore& store, const OssRequest& request, const std::string&);
Outcome<Answer> abort_upload(ObjectStore& store, const OssRequest& request, const std::string&);

// -- shared ----------------------------------------------------------------------------------
[[nodiscard]] std::string xml_text(const pugi::xml_document& xml);
[[nodiscard]] Answer xml_answer(const pugi::xml_document& xml);
void add_text(pugi::xml_node node, const char* name, const std::string& text);
/// "2026-11-27T09:07:26.000Z"
[[nodiscard]] std::string iso_time(std::int64_t unix_ms);
[[nodiscard]] std::string quoted(const std::string& etag);
/// Headers of a request that are kept with its object.
[[nodiscard]] std::map<std::string, std::string> kept_headers(const HttpRequest& http);
Outcome<> check_md5(const HttpRequest& http);
/// A number from low to high of the query; InvalidArgument for anything else.
[[nodiscard]] Outcome<std::uint32_t> number_in(const OssRequest& request, std::string_view name,
                                               std::uint32_t low, std::uint32_t high,
                                               std::uint32_t otherwise);

}  // namespace ferry::emulator
