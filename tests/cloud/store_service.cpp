// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud/store_service.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>

#include "base/text.hpp"
#include "cloud/crc64.hpp"
#include "cloud/signing/canonical.hpp"
#include "cloud/signing/mac.hpp"
#include "cloud/signing/store_signature.hpp"

namespace ferry::test {
namespace {

constexpr auto bucket = "smc-transit";
constexpr auto region = "cn-beijing";

std::optional<std::string> parameter(const HttpRequest& request, std::string_view name) {
  const auto found = std::ranges::find(request.query, name, &NameValue::name);
  if (found == request.query.end()) return std::nullopt;
  return found->value;
}

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

HttpResponse refusal(int status, const std::string& code) {
  return {status,
          {},
          "<?xml version=\"1.0\"?><Error><Code>" + code +
              "</Code><Message>told by the "
              "test</Message></Error>"};
}

std::string element(const std::string& name, const std::string& content) {
  return '<' + name + '>' + content + "</" + name + '>';
}

std::string between(std::string_view text, std::string_view begin, std::string_view end) {
  const auto from = text.find(begin);
  if (from == std::string_view::npos) return {};
  const auto rest = text.substr(from + begin.size());
  return std::string{rest.substr(0, rest.find(end))};
}

}  // namespace

StoreService::StoreService(StoreKind kind)
    : kind_(kind), server_([this](const HttpRequest& request) { return answer(request); }) {}

StoreSettings StoreService::settings() const {
  return {.kind = kind_,
          .host = server_.address(),
          .region = region,
          .bucket = bucket,
          .path_style = true,
          .key =
              [] {
                return AccessKey{"test-id", "test-secret"};
              },
          .endpoint = {.scheme = "http"}};
}

bool StoreService::is_signed_well(const HttpRequest& request, const std::string& key) const {
  if (request.header("authorization").starts_with("OSS ")) {
    return kind_ == StoreKind::oss && !request.header("date").empty() &&
           same_signature(
               request.header("authorization"),
               "OSS " + owner.id + ':' + oss_v1_signature(request, {bucket, key}, owner.secret));
  }
  const auto& dialect = kind_ == StoreKind::oss ? oss_v4() : s3_v4();
  const std::string authorization{request.header("authorization")};
  const auto list = between(
      authorization, kind_ == StoreKind::oss ? ",AdditionalHeaders=" : ",SignedHeaders=", ",");
  std::vector<std::string> names;
  for (std::size_t at = 0; at < list.size();) {
    const auto end = std::min(list.find(';', at), list.size());
    names.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  const auto claimed = between(authorization, ",Signature=", ",");
  const auto known = between(authorization, "Credential=", "/");
  return known == owner.id && same_signature(claimed, v4_signature(dialect, request, {bucket, key},
                                                                   names, region, owner.secret));
}

void StoreService::close_gate(std::size_t parts) {
  const std::lock_guard lock{mutex};
  gate_ = parts;
}

void StoreService::open_gate() {
  const std::lock_guard lock{mutex};
  gate_ = SIZE_MAX;
  opened_.notify_all();
}

bool StoreService::waits_at_gate() {
  const std::lock_guard lock{mutex};
  return waiting_ > 0;
}

void StoreService::pass_gate(const HttpRequest& request) {
  if (!parameter(request, "partNumber")) return;
  std::unique_lock lock{mutex};
  if (puts.size() < gate_) return;
  ++waiting_;
  opened_.wait(lock, [this] { return puts.size() < gate_; });
  --waiting_;
}

HttpResponse StoreService::answer(const HttpRequest& request) {
  pass_gate(request);
  const std::lock_guard lock{mutex};
  const auto prefix = '/' + std::string{bucket} + '/';
  if (!request.path.starts_with(prefix)) return refusal(404, "NoSuchBucket");
  const auto key = request.path.substr(prefix.size());
  if (!is_signed_well(request, key)) return refusal(403, "SignatureDoesNotMatch");
  if (request.method == refused_method) return refusal(403, "AccessDenied");
  if (busy > 0) {
    --busy;
    return refusal(503, "SlowDown");
  }
  bytes_received += request.body.size();
  auto response = act(request, key);
  if (lost_answers > 0) {
    --lost_answers;
    return refusal(500, "InternalError");
  }
  return response;
}

HttpResponse StoreService::act(const HttpRequest& request, const std::string& key) {
  if (request.method == "PUT") return put(request, key);
  if (request.method == "POST") return post(request, key);
  if (request.method != "DELETE") return get(request, key);
  if (const auto id = parameter(request, "uploadId")) {
    return uploads.erase(*id) == 1 ? HttpResponse{204, {}, {}} : refusal(404, "NoSuchUpload");
  }
  objects.erase(key);
  return {204, {}, {}};
}

HttpResponse StoreService::put(const HttpRequest& request, const std::string& key) {
  const auto upload = uploads.find(parameter(request, "uploadId").value_or(""));
  if (upload == uploads.end() || upload->second.key != key) return refusal(404, "NoSuchUpload");
  if (request.header("content-md5") != to_base64(md5(request.body))) {
    return refusal(400, "InvalidDigest");
  }
  const auto part = static_cast<std::uint32_t>(number(*parameter(request, "partNumber")));
  upload->second.parts[part] = request.body;
  ++puts[{upload->first, part}];
  return {200, {{"ETag", '"' + to_hex(md5(request.body)) + '"'}}, {}};
}

HttpResponse StoreService::post(const HttpRequest& request, const std::string& key) {
  if (parameter(request, "uploads")) {
    const auto id = "upload" + std::to_string(next_upload_++);
    const auto meta = kind_ == StoreKind::oss ? "x-oss-meta-sha256" : "x-amz-meta-sha256";
    uploads[id] = {key, std::string{request.header(meta)}, {}};
    return {200, {}, element("InitiateMultipartUploadResult", element("UploadId", id))};
  }
  const auto upload = uploads.find(parameter(request, "uploadId").value_or(""));
  if (upload == uploads.end() || upload->second.key != key) return refusal(404, "NoSuchUpload");
  Object object;
  std::string digests;
  std::size_t parts = 0;
  for (std::string_view rest = request.body; rest.find("<Part>") != std::string_view::npos;) {
    rest.remove_prefix(rest.find("<Part>") + 6);
    const auto part = upload->second.parts.find(
        static_cast<std::uint32_t>(number(between(rest, "<PartNumber>", "<"))));
    if (part == upload->second.parts.end() ||
        between(rest, "<ETag>\"", "\"") != to_hex(md5(part->second))) {
      return refusal(400, "InvalidPart");
    }
    object.bytes += part->second;
    digests += md5(part->second);
    ++parts;
  }
  object.etag = to_hex(md5(digests)) + '-' + std::to_string(parts);
  object.sha256 = upload->second.sha256;
  if (key == flipped_key) {
    object.bytes[0] ^= 1;
    object.etag[0] = object.etag[0] == '0' ? '1' : '0';
  }
  objects[key] = object;
  uploads.erase(upload);
  return {200, {}, element("CompleteMultipartUploadResult", element("ETag", object.etag))};
}

HttpResponse StoreService::get(const HttpRequest& request, const std::string& key) {
  if (key.empty()) return list(request);
  if (const auto id = parameter(request, "uploadId")) {
    const auto upload = uploads.find(*id);
    if (upload == uploads.end()) return refusal(404, "NoSuchUpload");
    const auto after = number(parameter(request, "part-number-marker").value_or("0"));
    std::string body;
    std::size_t entries = 0;
    bool more = false;
    std::string last;
    for (const auto& [part, bytes] : upload->second.parts) {
      if (part <= after) continue;
      more = entries == page_entries;
      if (more) break;
      ++entries;
      last = std::to_string(part);
      body += element("Part", element("PartNumber", last) +
                                  element("ETag", "\"" + to_hex(md5(bytes)) + "\"") +
                                  element("Size", std::to_string(bytes.size())));
    }
    body += element("IsTruncated", more ? "true" : "false");
    if (more) body += element("NextPartNumberMarker", last);
    return {200, {}, element("ListPartsResult", body)};
  }
  const auto object = objects.find(key);
  if (object == objects.end()) return refusal(404, "NoSuchKey");
  HttpResponse response{200, {{"ETag", '"' + object->second.etag + '"'}}, object->second.bytes};
  const std::string own = kind_ == StoreKind::oss ? "x-oss-" : "x-amz-";
  response.headers.push_back({own + "meta-sha256", object->second.sha256});
  if (kind_ == StoreKind::oss) {
    const auto crc = crc64(std::as_bytes(std::span{object->second.bytes}));
    response.headers.push_back({"x-oss-hash-crc64ecma", std::to_string(crc)});
  }
  return response;  // the server cuts out ranges, and leaves out the bodies of HEAD
}

HttpResponse StoreService::list(const HttpRequest& request) {
  const auto prefix = parameter(request, "prefix").value_or("");
  const bool of_uploads = parameter(request, "uploads").has_value();
  const auto after =
      parameter(request, of_uploads ? "upload-id-marker" : "continuation-token").value_or("");
  std::string body;
  std::string last;
  std::string last_key;
  std::size_t entries = 0;
  bool more = false;
  const auto add = [&](const std::string& id, const std::string& key, std::string entry) {
    if (id <= after || !key.starts_with(prefix) || more) return;
    more = entries == page_entries;
    if (more) return;
    ++entries;
    last = id;
    last_key = key;
    body += entry;
  };
  constexpr auto time = "2026-11-27T09:07:26.000Z";
  if (of_uploads) {
    for (const auto& [id, upload] : uploads) {
      add(id, upload.key,
          element("Upload", element("Key", upload.key) + element("UploadId", id) +
                                element("Initiated", time)));
    }
  } else {
    for (const auto& [key, object] : objects) {
      add(key, key,
          element("Contents", element("Key", key) + element("LastModified", time) +
                                  element("Size", std::to_string(object.bytes.size()))));
    }
  }
  body += element("IsTruncated", more ? "true" : "false");
  if (more && of_uploads) {
    body += element("NextKeyMarker", last_key) + element("NextUploadIdMarker", last);
  }
  if (more && !of_uploads) body += element("NextContinuationToken", last);
  return {200, {}, element(of_uploads ? "ListMultipartUploadsResult" : "ListBucketResult", body)};
}

}  // namespace ferry::test
