// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The pages of the web console, as the server that carries them serves them.
#include "console/pages.hpp"

#include <doctest/doctest.h>

using namespace ferry;

namespace {

HttpRequest get(const std::string& path) {
  HttpRequest request;
  request.path = path;
  return request;
}

std::string header(const HttpAnswer& answer, const std::string& name) {
  for (const auto& [key, value] : answer.headers) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace

TEST_CASE("pages come with a policy that lets nothing in but their own files") {
  const auto page = page_answer(get("/"));
  REQUIRE(page);
  CHECK(page->status == 200);
  CHECK(header(*page, "Content-Type") == "text/html; charset=utf-8");
  const auto policy = header(*page, "Content-Security-Policy");
  CHECK(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"));
  CHECK(policy.find("unsafe") == std::string::npos);
  CHECK(header(*page, "X-Content-Type-Options") == "nosniff");
}

TEST_CASE("a page names no other place, and each of its files is there") {
  const auto html = page_answer(get("/index.html"))->body;
  CHECK(html.find("://") == std::string::npos);
  for (const std::string file : {"/console.js", "/console.css", "/icon.svg"}) {
    CAPTURE(file);
    CHECK(html.find('.' + file) != std::string::npos);
    const auto answer = page_answer(get(file));
    REQUIRE(answer);
    CHECK(answer->body.size() > 100);
  }
}

TEST_CASE("a page that a browser has already is not sent again") {
  auto request = get("/console.js");
  const auto page = page_answer(request);
  request.headers.push_back({"if-none-match", header(*page, "ETag")});
  const auto again = page_answer(request);
  CHECK(again->status == 304);
  CHECK(again->body.empty());
  request.headers.back().value = "\"another\"";
  CHECK(page_answer(request)->status == 200);
}

TEST_CASE("nothing else is a page") {
  for (const std::string path : {"", "/nothing.js", "/../console.js", "/.", "//", "/api"}) {
    CHECK_FALSE(page_answer(get(path)));
  }
}
