// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud_emulator/oss_operations.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <sstream>

#include "base/text.hpp"
#include "cloud/signing/mac.hpp"

namespace ferry::emulator {
namespace {

constexpr std::size_t deletions_max = 1000;

std::string http_time(std::int64_t unix_ms) {
  const std::time_t seconds = unix_ms / 1000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 40> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc)};
}

// -- objects ------------------------------------------------------------------------------

Outcome<Answer> put_object(ObjectStore& store, const OssRequest& request, const std::string&) {
  if (!is_object_name(request.target.key)) {
    return refuse(400, "InvalidObjectName", "The specified object is not valid.");
  }
  if (auto good = check_md5(request.http); !good) return refuse(good.error());
  const auto object = store.put(request.target.bucket, request.target.key, request.http.body,
                                kept_headers(request.http),
                                request.http.header("x-oss-forbid-overwrite") == "true");
  if (!object) return refuse(object.error());
  Answer answer;
  answer.headers = {{"ETag", quoted(object->bytes.etag)},
                    {"Content-MD5", to_base64(from_hex(object->bytes.etag).value_or(""))},
                    {"x-oss-hash-crc64ecma", std::to_string(object->bytes.crc64)}};
  return answer;
}

Answer about(const Object& object) {
  Answer answer;
  answer.content_type = "application/octet-stream";
  answer.headers = {{"ETag", quoted(object.bytes.etag)},
                    {"Last-Modified", http_time(object.bytes.modified_ms)},
                    {"x-oss-hash-crc64ecma", std::to_string(object.bytes.crc64)},
                    {"x-oss-object-type", object.multipart ? "Multipart" : "Normal"},
                    {"x-oss-storage-class", "Standard"}};
  for (const auto& [name, value] : object.headers) {
    if (name == "content-type") {
      answer.content_type = value;
    } else {
      answer.headers.push_back({name, value});
    }
  }
  answer.file_bytes = object.bytes.size;
  return answer;
}

/// GetObject, HeadObject and GetObjectMeta: the front leaves out the bodies of HEAD.
Outcome<Answer> get_object(ObjectStore& store, const OssRequest& request, const std::string&) {
  const auto object = store.head(request.target.bucket, request.target.key);
  if (!object) return refuse(object.error());
  if (const auto wanted = request.http.header("if-match");
      !wanted.empty() && wanted != quoted(object->bytes.etag)) {
    return refuse(412, "PreconditionFailed",
                  "At least one of the pre-conditions you specified did not hold.");
  }
  auto answer = about(*object);
  const auto file = store.open(request.target.bucket, *object);
  if (!file) return refuse(file.error());
  answer.file = *file;
  if (const auto type = request.parameter("response-content-type"); !type.empty()) {
    answer.content_type = type;
  }
  return answer;
}

Outcome<Answer> delete_object(ObjectStore& store, const OssRequest& request, const std::string&) {
  if (auto done = store.remove(request.target.bucket, request.target.key); !done) {
    return refuse(done.error());
  }
  return Answer{.status = 204};
}

Outcome<Answer> delete_objects(ObjectStore& store, const OssRequest& request, const std::string&) {
  if (request.http.header("content-md5").empty()) {
    return refuse(400, "MissingArgument", "Missing Some Required Arguments: Content-MD5.");
  }
  if (auto good = check_md5(request.http); !good) return refuse(good.error());
  pugi::xml_document wanted;
  if (!wanted.load_string(request.http.body.c_str())) {
    return refuse(400, "MalformedXML", "The XML you provided was not well-formed.");
  }
  pugi::xml_document xml;
  auto result = xml.append_child("DeleteResult");
  const std::string quiet{wanted.document_element().child_value("Quiet")};
  std::size_t count = 0;
  for (const auto& node : wanted.document_element().children("Object")) {
    if (++count > deletions_max) return refuse(400, "MalformedXML", "More than 1000 objects.");
    const std::string key{node.child_value("Key")};
    if (auto done = store.remove(request.target.bucket, key); !done) return refuse(done.error());
    if (quiet != "true") {
      const bool urls = request.parameter("encoding-type") == "url";
      add_text(result.append_child("Deleted"), "Key", urls ? percent_encoded(key) : key);
    }
  }
  return xml_answer(xml);
}

// -- buckets ------------------------------------------------------------------------------

Outcome<Answer> put_bucket(ObjectStore& store, const OssRequest& request,
                           const std::string& region) {
  if (auto done = store.make_bucket(request.target.bucket, region); !done) {
    return refuse(done.error());
  }
  return Answer{.headers = {{"Location", "/" + request.target.bucket}}};
}

Outcome<Answer> delete_bucket(ObjectStore& store, const OssRequest& request, const std::string&) {
  if (auto done = store.remove_bucket(request.target.bucket); !done) return refuse(done.error());
  return Answer{.status = 204};
}

Outcome<Answer> bucket_info(ObjectStore& store, const OssRequest& request, const std::string&) {
  const auto bucket = store.bucket(request.target.bucket);
  if (!bucket) return refuse(bucket.error());
  pugi::xml_document xml;
  auto node = xml.append_child("BucketInfo").append_child("Bucket");
  add_text(node, "Name", bucket->name);
  add_text(node, "Location", "oss-" + bucket->region);
  add_text(node, "CreationDate", iso_time(bucket->made_ms));
  add_text(node, "ExtranetEndpoint", "oss-" + bucket->region + ".aliyuncs.com");
  add_text(node, "IntranetEndpoint", "oss-" + bucket->region + "-internal.aliyuncs.com");
  add_text(node, "StorageClass", "Standard");
  add_text(node.append_child("Owner"), "ID", "0022012");
  add_text(node.append_child("AccessControlList"), "Grant", "private");
  return xml_answer(xml);
}

Outcome<Answer> bucket_location(ObjectStore& store, const OssRequest& request, const std::string&) {
  const auto bucket = store.bucket(request.target.bucket);
  if (!bucket) return refuse(bucket.error());
  pugi::xml_document xml;
  xml.append_child("LocationConstraint").text().set(("oss-" + bucket->region).c_str());
  return xml_answer(xml);
}

struct OssRule {
  const char* method;
  bool on_object;
  const char* parameter;  // that has to be there; empty: none
  OssOperation operation;
};

// The first that fits.
constexpr std::array oss_rules = std::to_array<OssRule>({
    {"PUT", true, "uploadId", {"UploadPart", put_part}},
    {"PUT", true, "", {"PutObject", put_object}},
    {"POST", true, "uploads", {"InitiateMultipartUpload", begin_upload}},
    {"POST", true, "uploadId", {"CompleteMultipartUpload", complete_upload}},
    {"GET", true, "uploadId", {"ListParts", list_parts}},
    {"GET", true, "", {"GetObject", get_object}},
    {"HEAD", true, "objectMeta", {"GetObjectMeta", get_object}},
    {"HEAD", true, "", {"HeadObject", get_object}},
    {"DELETE", true, "uploadId", {"AbortMultipartUpload", abort_upload}},
    {"DELETE", true, "", {"DeleteObject", delete_object}},
    {"POST", false, "delete", {"DeleteMultipleObjects", delete_objects}},
    {"GET", false, "uploads", {"ListMultipartUploads", list_uploads}},
    {"GET", false, "bucketInfo", {"GetBucketInfo", bucket_info}},
    {"GET", false, "location", {"GetBucketLocation", bucket_location}},
    {"GET", false, "list-type", {"ListObjectsV2", list_objects_v2}},
    {"GET", false, "", {"ListObjects", list_objects}},
    {"PUT", false, "", {"PutBucket", put_bucket}},
    {"DELETE", false, "", {"DeleteBucket", delete_bucket}},
});
constexpr OssOperation get_service{"ListBuckets", list_buckets};

}  // namespace

const OssOperation* find_operation(const OssRequest& request) {
  if (request.target.bucket.empty()) {
    return request.http.method == "GET" ? &get_service : nullptr;
  }
  const bool on_object = !request.target.key.empty();
  const auto found = std::ranges::find_if(oss_rules, [&](const OssRule& rule) {
    return request.http.method == rule.method && on_object == rule.on_object &&
           (*rule.parameter == '\0' || request.has(rule.parameter));
  });
  return found == oss_rules.end() ? nullptr : &found->operation;
}

std::string xml_text(const pugi::xml_document& xml) {
  std::ostringstream text;
  text << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  xml.save(text, "", pugi::format_raw | pugi::format_no_declaration);
  return text.str();
}

Answer xml_answer(const pugi::xml_document& xml) {
  return Answer{.content_type = "application/xml", .body = xml_text(xml)};
}

void add_text(pugi::xml_node node, const char* name, const std::string& text) {
  node.append_child(name).text().set(text.c_str());
}

std::string iso_time(std::int64_t unix_ms) {
  auto text = utc_text(unix_ms);
  text.insert(text.size() - 1, ".000");
  return text;
}

std::string quoted(const std::string& etag) { return '"' + etag + '"'; }

std::map<std::string, std::string> kept_headers(const HttpRequest& http) {
  std::map<std::string, std::string> kept;
  for (const auto& [name, value] : http.headers) {
    const bool is_content = name == "content-type" || name == "content-disposition" ||
                            name == "content-encoding" || name == "cache-control";
    if (is_content || name.starts_with("x-oss-meta-")) kept[name] = value;
  }
  return kept;
}

Outcome<> check_md5(const HttpRequest& http) {
  const auto claimed = http.header("content-md5");
  if (claimed.empty() || claimed == to_base64(md5(http.body))) return {};
  return refuse(400, "InvalidDigest", "The Content-MD5 you specified was invalid.");
}

Outcome<std::uint32_t> number_in(const OssRequest& request, std::string_view name,
                                 std::uint32_t low, std::uint32_t high, std::uint32_t otherwise) {
  const auto text = request.parameter(name);
  if (text.empty()) return otherwise;
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < low || number > high) {
    return refuse(400, "InvalidArgument", "Argument " + std::string{name} + " must be an integer.");
  }
  return number;
}

}  // namespace ferry::emulator
