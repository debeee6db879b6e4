// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What lists something, in pages.
#include <set>

#include "base/text.hpp"
#include "tests/cloud_emulator/oss_operations.hpp"

namespace ferry::emulator {
namespace {

constexpr std::uint32_t page_max = 1000;
constexpr std::uint32_t page_default = 100;
constexpr auto storage_class = "Standard";

/// Keys and prefixes as the client asked for them.
class Encoder {
 public:
  explicit Encoder(const OssRequest& request)
      : urls_(request.parameter("encoding-type") == "url") {}
  [[nodiscard]] std::string operator()(const std::string& text) const {
    return urls_ ? percent_encoded(text) : text;
  }

 private:
  bool urls_;
};

struct Page {
  std::vector<Object> objects;
  std::set<std::string> prefixes;
  bool more = false;
  std::string last;  // the key or common prefix that the page ends with
};

/// Objects behind `after`; those with a delimiter behind the prefix count as one.
Page page_of(const std::vector<Object>& all, const std::string& prefix,
             const std::string& delimiter, const std::string& after, std::size_t entries_max) {
  Page page;
  for (const auto& object : all) {
    if (!object.key.starts_with(prefix)) continue;
    const auto cut =
        delimiter.empty() ? std::string::npos : object.key.find(delimiter, prefix.size());
    const auto entry =
        cut == std::string::npos ? object.key : object.key.substr(0, cut + delimiter.size());
    if (entry <= after || page.prefixes.contains(entry)) continue;
    page.more = page.objects.size() + page.prefixes.size() == entries_max;
    if (page.more) break;
    if (cut == std::string::npos) {
      page.objects.push_back(object);
    } else {
      page.prefixes.insert(entry);
    }
    page.last = entry;
  }
  return page;
}

void add_owner(pugi::xml_node node) {
  auto owner = node.append_child("Owner");
  add_text(owner, "ID", "0022012");
  add_text(owner, "DisplayName", "0022012");
}

void add_entries(pugi::xml_node result, const Page& page, const Encoder& encode, bool owner) {
  for (const auto& object : page.objects) {
    auto node = result.append_child("Contents");
    add_text(node, "Key", encode(object.key));
    add_text(node, "LastModified", iso_time(object.bytes.modified_ms));
    add_text(node, "ETag", quoted(object.bytes.etag));
    add_text(node, "Type", object.multipart ? "Multipart" : "Normal");
    add_text(node, "Size", std::to_string(object.bytes.size));
    add_text(node, "StorageClass", storage_class);
    if (owner) add_owner(node);
  }
  for (const auto& prefix : page.prefixes) {
    add_text(result.append_child("CommonPrefixes"), "Prefix", encode(prefix));
  }
}

}  // namespace

Outcome<Answer> list_buckets(ObjectStore& store, const OssRequest&, const std::string&) {
  pugi::xml_document xml;
  auto result = xml.append_child("ListAllMyBucketsResult");
  add_owner(result);
  auto list = result.append_child("Buckets");
  for (const auto& bucket : store.buckets()) {
    auto node = list.append_child("Bucket");
    add_text(node, "Name", bucket.name);
    add_text(node, "Location", "oss-" + bucket.region);
    add_text(node, "Region", bucket.region);
    add_text(node, "CreationDate", iso_time(bucket.made_ms));
    add_text(node, "StorageClass", storage_class);
    add_text(node, "ExtranetEndpoint", "oss-" + bucket.region + ".aliyuncs.com");
    add_text(node, "IntranetEndpoint", "oss-" + bucket.region + "-internal.aliyuncs.com");
  }
  return xml_answer(xml);
}

Outcome<Answer> list_objects(ObjectStore& store, const OssRequest& request, const std::string&) {
  const auto max = number_in(request, "max-keys", 1, page_max, page_default);
  if (!max) return refuse(max.error());
  if (auto there = store.bucket(request.target.bucket); !there) return refuse(there.error());
  const Encoder encode{request};
  const auto page = page_of(store.objects(request.target.bucket), request.parameter("prefix"),
                            request.parameter("delimiter"), request.parameter("marker"), *max);
  pugi::xml_document xml;
  auto result = xml.append_child("ListBucketResult");
  add_text(result, "Name", request.target.bucket);
  for (const auto& [element, name] :
       {std::pair{"Prefix", "prefix"}, {"Marker", "marker"}, {"Delimiter", "delimiter"}}) {
    add_text(result, element, encode(request.parameter(name)));
  }
  add_text(result, "MaxKeys", std::to_string(*max));
  add_text(result, "IsTruncated", page.more ? "true" : "false");
  if (page.more) add_text(result, "NextMarker", encode(page.last));
  if (request.has("encoding-type")) add_text(result, "EncodingType", "url");
  add_entries(result, page, encode, true);
  return xml_answer(xml);
}

Outcome<Answer> list_objects_v2(ObjectStore& store, const OssRequest& request, const std::string&) {
  const auto max = number_in(request, "max-keys", 1, page_max, page_default);
  if (!max) return refuse(max.error());
  if (auto there = store.bucket(request.target.bucket); !there) return refuse(there.error());
  auto after = request.parameter("start-after");
  if (const auto token = request.parameter("continuation-token"); !token.empty()) {
    const auto key = from_hex(token);
    if (!key) return refuse(400, "InvalidArgument", "The continuation token is not valid.");
    after = *key;
  }
  const Encoder encode{request};
  const auto page = page_of(store.objects(request.target.bucket), request.parameter("prefix"),
                            request.parameter("delimiter"), after, *max);
  pugi::xml_document xml;
  auto result = xml.append_child("ListBucketResult");
  add_text(result, "Name", request.target.bucket);
  for (const auto& [element, name] :
       {std::pair{"Prefix", "prefix"}, {"StartAfter", "start-after"}, {"Delimiter", "delimiter"}}) {
    add_text(result, element, encode(request.parameter(name)));
  }
  add_text(result, "MaxKeys", std::to_string(*max));
  add_text(result, "KeyCount", std::to_string(page.objects.size() + page.prefixes.size()));
  add_text(result, "IsTruncated", page.more ? "true" : "false");
  if (request.has("continuation-token")) {
    add_text(result, "ContinuationToken", request.parameter("continuation-token"));
  }
  if (page.more) add_text(result, "NextContinuationToken", to_hex(page.last));
  if (request.has("encoding-type")) add_text(result, "EncodingType", "url");
  add_entries(result, page, encode, request.parameter("fetch-owner") == "true");
  return xml_answer(xml);
}

Outcome<Answer> list_uploads(ObjectStore& store, const OssRequest& request, const std::string&) {
  const auto max = number_in(request, "max-uploads", 1, page_max, page_max);
  if (!max) return refuse(max.error());
  if (auto there = store.bucket(request.target.bucket); !there) return refuse(there.error());
  const Encoder encode{request};
  std::map<std::pair<std::string, std::string>, Upload> sorted;
  for (const auto& one : store.uploads(request.target.bucket)) sorted[{one.key, one.id}] = one;
  const std::pair after{request.parameter("key-marker"), request.parameter("upload-id-marker")};
  pugi::xml_document xml;
  auto result = xml.append_child("ListMultipartUploadsResult");
  add_text(result, "Bucket", request.target.bucket);
  add_text(result, "KeyMarker", encode(after.first));
  add_text(result, "UploadIdMarker", after.second);
  add_text(result, "Prefix", encode(request.parameter("prefix")));
  add_text(result, "MaxUploads", std::to_string(*max));
  std::size_t entries = 0;
  bool more = false;
  std::pair<std::string, std::string> last;
  for (const auto& [place, upload] : sorted) {
    const bool is_behind = after.second.empty() ? place.first > after.first : place > after;
    if (!is_behind || !upload.key.starts_with(request.parameter("prefix"))) continue;
    more = entries == *max;
    if (more) break;
    ++entries;
    last = place;
    auto node = result.append_child("Upload");
    add_text(node, "Key", encode(upload.key));
    add_text(node, "UploadId", upload.id);
    add_text(node, "StorageClass", storage_class);
    add_text(node, "Initiated", iso_time(upload.begun_ms));
  }
  add_text(result, "IsTruncated", more ? "true" : "false");
  add_text(result, "NextKeyMarker", more ? encode(last.first) : "");
  add_text(result, "NextUploadIdMarker", more ? last.second : "");
  if (request.has("encoding-type")) add_text(result, "EncodingType", "url");
  return xml_answer(xml);
}

Outcome<Answer> list_parts(ObjectStore& store, const OssRequest& request, const std::string&) {
  const auto max = number_in(request, "max-parts", 1, page_max, page_max);
  if (!max) return refuse(max.error());
  const auto after = number_in(request, "part-number-marker", 0, 10'000, 0);
  if (!after) return refuse(after.error());
  const auto upload =
      store.upload(request.target.bucket, request.target.key, request.parameter("uploadId"));
  if (!upload) return refuse(upload.error());
  pugi::xml_document xml;
  auto result = xml.append_child("ListPartsResult");
  add_text(result, "Bucket", request.target.bucket);
  add_text(result, "Key", Encoder{request}(upload->key));
  add_text(result, "UploadId", upload->id);
  add_text(result, "StorageClass", storage_class);
  add_text(result, "PartNumberMarker", std::to_string(*after));
  add_text(result, "MaxParts", std::to_string(*max));
  std::size_t entries = 0;
  std::uint32_t last = *after;
  bool more = false;
  for (auto it = upload->parts.upper_bound(*after); it != upload->parts.end(); ++it) {
    more = entries == *max;
    if (more) break;
    ++entries;
    last = it->first;
    auto node = result.append_child("Part");
    add_text(node, "PartNumber", std::to_string(it->first));
    add_text(node, "LastModified", iso_time(it->second.modified_ms));
    add_text(node, "ETag", quoted(it->second.etag));
    add_text(node, "HashCrc64ecma", std::to_string(it->second.crc64));
    add_text(node, "Size", std::to_string(it->second.size));
  }
  add_text(result, "NextPartNumberMarker", std::to_string(last));
  add_text(result, "IsTruncated", more ? "true" : "false");
  if (request.has("encoding-type")) add_text(result, "EncodingType", "url");
  return xml_answer(xml);
}

}  // namespace ferry::emulator
