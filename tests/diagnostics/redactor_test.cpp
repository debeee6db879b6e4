// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "diagnostics/redactor.hpp"

#include <algorithm>
#include <array>

#include <doctest/doctest.h>

#include "base/random.hpp"
#include "base/text.hpp"

using namespace ferry;

namespace {

std::string base64(std::string_view bytes) {
  auto text = to_base64url(bytes);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  return text.append((4 - text.size() % 4) % 4, '=');
}

const std::string secret = "kX9-vq~\"Z7\\mP2/tY4";

}  // namespace

TEST_CASE("a secret that is known is found in every form in which programs write it") {
  const Redactor redactor{{{"access-key", secret}}};
  CHECK(redactor.redacted("the key " + secret + ", twice: " + secret) ==
        "the key [redacted:access-key], twice: [redacted:access-key]");
  for (const auto& form : {to_hex(secret), base64(secret), to_base64url(secret)}) {
    const auto told = redactor.redacted("<" + form + ">");
    CHECK(told.find(form) == std::string::npos);
    CHECK(told.find(form.substr(2, form.size() - 6)) == std::string::npos);
    CHECK(told.find("[redacted:access-key]") != std::string::npos);
  }
  for (const std::string before : {"a:", "ab:", "abc:"}) {
    const auto told = redactor.redacted(base64(before + secret + "tail"));
    CHECK(told.find("[redacted:access-key]") != std::string::npos);
  }
  CHECK(redactor.redacted("k=kX9-vq~%22Z7%5CmP2%2FtY4&b=1") == "k=[redacted:access-key]&b=1");
  CHECK(redactor.redacted(R"({"k":"kX9-vq~\"Z7\\mP2/tY4"})") == R"({"k":"[redacted:access-key]"})");
}

TEST_CASE("of two secrets that begin alike the longer one is taken out whole") {
  const Redactor redactor{{{"a", "abcdef"}, {"b", "abcdefghijkl"}}};
  CHECK(redactor.redacted("abcdefghijkl abcdef") == "[redacted:b] [redacted:a]");
}

TEST_CASE("a secret too short to be told from other words is no reason to take them all out") {
  const Redactor redactor{{{"mail", "abc"}}};
  CHECK(redactor.redacted("the abc of it") == "the abc of it");
}

TEST_CASE("secrets of others are known by their shape") {
  const auto told = [](const std::string& text) { return without_shapes(text); };
  CHECK(told("password=hunter2 next=1") == "password=[redacted:password] next=1");
  CHECK(told("smtp-password: \"hunter 2\", user: x") ==
        "smtp-password: \"[redacted:password]\", user: x");
  CHECK(told(R"({"AccessKeySecret":"abc\"def","id":"LTAI"})") ==
        R"({"AccessKeySecret":"[redacted:secret]","id":"LTAI"})");
  CHECK(told(R"(body="{\"secret\": \"abc\", \"id\": 1}")") ==
        R"(body="{\"secret\": \"[redacted:secret]\", \"id\": 1}")");
  CHECK(told("GET /b/o?OSSAccessKeyId=AK&Signature=aB%2Bc%3D&Expires=9 ok") ==
        "GET /b/o?OSSAccessKeyId=AK&Signature=[redacted:signature]&Expires=9 ok");
  CHECK(told("?X-Amz-Signature=0123456789abcdef&X-Amz-Security-Token=zzz&x=1") ==
        "?X-Amz-Signature=[redacted:signature]&X-Amz-Security-Token=[redacted:token]&x=1");
  CHECK(told("Authorization: OSS AK:sig=\nHost: h") == "Authorization: [redacted:header]\nHost: h");
  CHECK(told("-H 'Cookie: a=b; c=d' -v") == "-H 'Cookie: [redacted:cookie]");
  CHECK(told("X-Hub-Signature: t=1,v1=2") == "X-Hub-Signature: [redacted:signature]");
  CHECK(told("proxy http://joe:pa%2Fss@10.0.0.1:3128/") ==
        "proxy http://[redacted:url]@10.0.0.1:3128/");
  CHECK(told("http://joe:p/ss@h/x") == "http://[redacted:url]@h/x");
  CHECK(told("code efc1-Zm9vYmFy-_x.") == "code [redacted:code].");
  CHECK(told("whsec_MfKQ9r8/GKY+qwTIaPoul= x") == "[redacted:secret] x");
  CHECK(told("with Bearer abc.DEF-123456 now") == "with Bearer [redacted:header] now");
  CHECK(told("a -----BEGIN EC PRIVATE KEY----- MHc= AQ -----END EC PRIVATE KEY----- b") ==
        "a [redacted:private-key] b");
  CHECK(told("-----BEGIN PRIVATE KEY-----\nMHcC\nAQ") == "[redacted:private-key]");
}

TEST_CASE("what is no secret stays readable") {
  for (const std::string text :
       {"job was created job=j-1 token=i-abc source=s-1", "signature = \"v4\"",
        "password_file = \"/etc/mail\"", "tcp://127.0.0.1:7443 and https://h:8443/a@b",
        "mail to ops@example.org", "a secret is never told", "the basic settings",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", "password=", ""}) {
    CHECK(Redactor{}.redacted(text) == text);
  }
}

TEST_CASE("redacted text stays as it is when it is redacted again") {
  for (const std::string text :
       {"password=a b", "Authorization: x y", "http://a:b@c/", "Cookie: [redacted:cookie] z",
        "X-Hub-Signature: t", "\"secret\": \"x\"", "Bearer abc.DEF-123456"}) {
    const auto once = without_shapes(text);
    CHECK(without_shapes(once) == once);
  }
}

TEST_CASE("a member that has the name of a secret is one, whatever it holds") {
  const Redactor redactor;
  CHECK(redactor.redacted_value("smtp_password", "two words") == "[redacted:password]");
  CHECK(redactor.redacted_value("Set-Cookie", "a=b") == "[redacted:cookie]");
  CHECK(redactor.redacted_value("name", "two words") == "two words");
  CHECK(redactor.redacted_value("password", "").empty());
}

TEST_CASE(
    "nothing known is left in text, whatever stands beside it, and however often it is done") {
  const Redactor redactor{{{"k", secret}, {"raw", random_bytes(32)}}};
  const std::array<std::string, 12> parts{secret,
                                          "password=",
                                          "://",
                                          "a:b@",
                                          "Authorization: ",
                                          "\"",
                                          "[redacted",
                                          "-----BEGIN PRIVATE KEY-----",
                                          "\\",
                                          "\n",
                                          to_hex(secret),
                                          " "};
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (const unsigned char pick : random_bytes(12)) text += parts[pick % parts.size()];
    const auto once = redactor.redacted(text);
    for (const auto& told : {once, redactor.redacted(once)}) {
      CHECK(told.find(secret) == std::string::npos);
      CHECK(told.find(to_hex(secret)) == std::string::npos);
    }
  }
}
