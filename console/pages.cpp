// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "console/pages.hpp"

#include <map>
#include <string>

#include "base/random.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

/// Nothing but our own files: no other site, no text within a page as a script or style, no frame
/// around it.
constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::string type_of(std::string_view path) {
  if (path.ends_with(".html")) return "text/html; charset=utf-8";
  if (path.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (path.ends_with(".css")) return "text/css; charset=utf-8";
  return path.ends_with(".svg") ? "image/svg+xml" : "application/octet-stream";
}

struct Page {
  std::string_view bytes;
  std::string type;
  std::string tag;  // of its digest, as ETag has it
};

const std::map<std::string_view, Page>& pages() {
  static const auto all = [] {
    std::map<std::string_view, Page> made;
    for (const auto& [path, bytes] : embedded_pages()) {
      made[path] = {bytes, type_of(path), '"' + to_hex(sha256(bytes)) + '"'};
    }
    return made;
  }();
  return all;
}

}  // namespace

std::optional<HttpAnswer> page_answer(const HttpRequest& request) {
  const auto path = request.path == "/" ? std::string{"/index.html"} : request.path;
  const auto found = pages().find(path);
  if (found == pages().end()) return std::nullopt;
  const auto& page = found->second;
  HttpAnswer answer{200,
                    {{"Content-Type", page.type},
                     {"Cache-Control", "no-cache"},
                     {"ETag", page.tag},
                     {"X-Content-Type-Options", "nosniff"},
                     {"Content-Security-Policy", std::string{policy}},
                     {"Referrer-Policy", "no-referrer"}},
                    std::string{page.bytes}};
  if (request.header("if-none-match") == page.tag) {
    answer.status = 304;
    answer.body.clear();
  }
  return answer;
}

}  // namespace ferry
