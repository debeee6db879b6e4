// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Uploads in parts.
#include <algorithm>
#include <cctype>

#include "tests/cloud_emulator/oss_operations.hpp"

namespace ferry::emulator {
namespace {

constexpr std::uint32_t parts_max = 10'000;

std::string plain(std::string etag) {
  std::erase(etag, '"');
  std::ranges::transform(etag, etag.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return etag;
}

/// The parts that the body names; all of the upload if the request says so.
Outcome<std::map<std::uint32_t, std::string>> wanted_parts(ObjectStore& store,
                                                           const OssRequest& request) {
  std::map<std::uint32_t, std::string> wanted;
  if (request.http.header("x-oss-complete-all") == "yes") {
    const auto upload =
        store.upload(request.target.bucket, request.target.key, request.parameter("uploadId"));
    if (!upload) return refuse(upload.error());
    for (const auto& [number, part] : upload->parts) wanted[number] = part.etag;
    return wanted;
  }
  pugi::xml_document xml;
  if (!xml.load_string(request.http.body.c_str())) {
    return refuse(400, "MalformedXML", "The XML you provided was not well-formed.");
  }
  for (const auto& node : xml.document_element().children("Part")) {
    const auto number = node.child("PartNumber").text().as_uint();
    if (!wanted.empty() && number <= wanted.rbegin()->first) {
      return refuse(400, "InvalidPartOrder",
                    "The list of parts was not in ascending order. The parts list must be "
                    "specified in order by part number.");
    }
    wanted[number] = plain(node.child_value("ETag"));
  }
  return wanted;
}

}  // namespace

Outcome<Answer> begin_upload(ObjectStore& store, const OssRequest& request, const std::string&) {
  const auto upload =
      store.begin(request.target.bucket, request.target.key, kept_headers(request.http));
  if (!upload) return refuse(upload.error());
  pugi::xml_document xml;
  auto result = xml.append_child("InitiateMultipartUploadResult");
  add_text(result, "Bucket", request.target.bucket);
  add_text(result, "Key", request.target.key);
  add_text(result, "UploadId", upload->id);
  return xml_answer(xml);
}

Outcome<Answer> put_part(ObjectStore& store, const OssRequest& request, const std::string&) {
  const auto number = number_in(request, "partNumber", 1, parts_max, 0);
  if (!number) return refuse(number.error());
  if (*number == 0) return refuse(400, "InvalidArgument", "Part number must be given.");
  if (auto good = check_md5(request.http); !good) return refuse(good.error());
  const auto part = store.put_part(request.target.bucket, request.target.key,
                                   request.parameter("uploadId"), *number, request.http.body);
  if (!part) return refuse(part.error());
  Answer answer;
  answer.headers = {{"ETag", quoted(part->etag)},
                    {"x-oss-hash-crc64ecma", std::to_string(part->crc64)}};
  return answer;
}

Outcome<Answer> complete_upload(ObjectStore& store, const OssRequest& request, const std::string&) {
  const auto wanted = wanted_parts(store, request);
  if (!wanted) return refuse(wanted.error());
  const auto object = store.complete(request.target.bucket, request.target.key,
                                     request.parameter("uploadId"), *wanted);
  if (!object) return refuse(object.error());
  pugi::xml_document xml;
  auto result = xml.append_child("CompleteMultipartUploadResult");
  add_text(result, "Location", "http://" + request.http.host + request.http.path);
  add_text(result, "Bucket", request.target.bucket);
  add_text(result, "Key", object->key);
  add_text(result, "ETag", quoted(object->bytes.etag));
  auto answer = xml_answer(xml);
  answer.headers.push_back({"ETag", quoted(object->bytes.etag)});
  answer.headers.push_back({"x-oss-hash-crc64ecma", std::to_string(object->bytes.crc64)});
  return answer;
}

Outcome<Answer> abort_upload(ObjectStore& store, const OssRequest& request, const std::string&) {
  const auto done =
      store.abort(request.target.bucket, request.target.key, request.parameter("uploadId"));
  if (!done) return refuse(done.error());
  return Answer{.status = 204};
}

}  // namespace ferry::emulator
