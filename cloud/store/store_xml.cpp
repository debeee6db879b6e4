// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/store/store_xml.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <ctime>
#include <pugixml.hpp>

#include "base/text.hpp"
#include "cloud/store/store_refusal.hpp"

namespace ferry {
namespace {

constexpr std::size_t body_bytes_max = 4 << 20;
constexpr std::size_t entries_max = 1000;  // of one page: the stores' own limit
constexpr std::size_t text_bytes_max = 1024;

struct Document {
  pugi::xml_document xml;
  pugi::xml_node root;
};

/// pugixml reads a deep tree, but walks it recursively as it frees it. No store sends comments or
/// declarations, in which tags could be hidden from this count.
bool is_shallow(std::string_view body) {
  constexpr int depth_max = 16;
  int depth = 0;
  for (std::size_t i = 0; i + 1 < body.size(); ++i) {
    if (body[i] != '<') continue;
    if (body[i + 1] == '!') return false;
    if (body[i + 1] == '/') {
      --depth;
    } else if (body[i + 1] != '?') {
      ++depth;
    }
    const auto end = body.find('>', i);
    if (end == std::string_view::npos) return false;
    if (body[i + 1] != '/' && body[end - 1] == '/') --depth;
    if (depth > depth_max) return false;
  }
  return true;
}

Error malformed(std::string what) {
  return {Errc::malformed, "an answer of the object store: " + std::move(what), {}};
}

Result<Document> read(std::string_view body, std::string_view root) {
  if (body.size() > body_bytes_max || !is_shallow(body))
    return fail(malformed("too large or deep"));
  Document document;
  const auto parsed = document.xml.load_buffer(body.data(), body.size(), pugi::parse_default);
  if (!parsed) return fail(malformed(parsed.description()));
  document.root = document.xml.document_element();
  if (document.root.name() != root) {
    return fail(malformed("<" + std::string{document.root.name()}.substr(0, 100) + "> where <" +
                          std::string{root} + "> belongs"));
  }
  return document;
}

std::string text_of(const pugi::xml_node& node, const char* name) {
  return std::string{node.child_value(name)}.substr(0, text_bytes_max);
}

template <class T>
bool number_of(const pugi::xml_node& node, const char* name, T& number) {
  const std::string text = text_of(node, name);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

/// "2026-11-27T09:07:26.000Z"; 0 if it is none.
std::int64_t time_of(const pugi::xml_node& node, const char* name) {
  std::tm utc{};
  const auto text = text_of(node, name);
  if (::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &utc) == nullptr) return 0;
  return static_cast<std::int64_t>(::timegm(&utc)) * 1000;
}

template <class T, class Read>
Result<StorePage<T>> page_of(std::string_view body, std::string_view root, const char* element,
                             const char* next, const Read& read_one) {
  auto document = read(body, root);
  if (!document) return fail(document.error());
  StorePage<T> page;
  for (const auto& node : document->root.children(element)) {
    if (page.entries.size() == entries_max) return fail(malformed("more than 1000 entries"));
    T entry;
    if (!read_one(node, entry)) {
      return fail(malformed("<" + std::string{element} + "> lacks something or has no number"));
    }
    page.entries.push_back(std::move(entry));
  }
  page.more = text_of(document->root, "IsTruncated") == "true";
  page.next = text_of(document->root, next);
  page.next_upload = text_of(document->root, "NextUploadIdMarker");
  if (page.more && page.next.empty()) return fail(malformed("a page without its next one"));
  return page;
}

}  // namespace

std::string plain_etag(std::string_view etag) {
  std::string plain;
  for (const char c : etag) {
    if (c != '"') plain.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  }
  return plain;
}

StoreError store_error(std::string_view body) {
  const auto document = read(body, "Error");
  if (!document) return {};
  return {text_of(document->root, "Code"), text_of(document->root, "Message")};
}

Result<std::string> upload_id_of(std::string_view body) {
  const auto document = read(body, "InitiateMultipartUploadResult");
  if (!document) return fail(document.error());
  auto id = text_of(document->root, "UploadId");
  if (id.empty()) return fail(malformed("no UploadId"));
  return id;
}

Result<StorePage<StorePart>> parts_of(std::string_view body) {
  return page_of<StorePart>(body, "ListPartsResult", "Part", "NextPartNumberMarker",
                            [](const pugi::xml_node& node, StorePart& part) {
                              part.etag = plain_etag(text_of(node, "ETag"));
                              return number_of(node, "PartNumber", part.number) &&
                                     number_of(node, "Size", part.size);
                            });
}

Result<StorePage<StoreObject>> objects_of(std::string_view body) {
  return page_of<StoreObject>(body, "ListBucketResult", "Contents", "NextContinuationToken",
                              [](const pugi::xml_node& node, StoreObject& object) {
                                object.key = text_of(node, "Key");
                                object.modified_ms = time_of(node, "LastModified");
                                return !object.key.empty() && number_of(node, "Size", object.size);
                              });
}

Result<StorePage<StoreUpload>> uploads_of(std::string_view body) {
  return page_of<StoreUpload>(body, "ListMultipartUploadsResult", "Upload", "NextKeyMarker",
                              [](const pugi::xml_node& node, StoreUpload& upload) {
                                upload.id = text_of(node, "UploadId");
                                upload.key = text_of(node, "Key");
                                upload.begun_ms = time_of(node, "Initiated");
                                return !upload.id.empty() && !upload.key.empty();
                              });
}

Result<std::string> completed_etag_of(std::string_view body) {
  if (const auto error = store_error(body); !error.code.empty()) {
    return fail(store_refusal(200, error, printable(error.code + ": " + error.message)));
  }
  const auto document = read(body, "CompleteMultipartUploadResult");
  if (!document) return fail(document.error());
  return plain_etag(text_of(document->root, "ETag"));
}

std::string completion_body(const std::vector<StorePart>& parts) {
  std::string body = "<CompleteMultipartUpload>";
  for (const auto& part : parts) {
    body += "<Part><PartNumber>" + std::to_string(part.number) + "</PartNumber><ETag>\"" +
            part.etag + "\"</ETag></Part>";
  }
  return body + "</CompleteMultipartUpload>";
}

}  // namespace ferry
