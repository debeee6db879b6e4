// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Signatures against the vectors that the services and their clients publish.
#include <doctest/doctest.h>

#include "cloud/signing/canonical.hpp"
#include "cloud/signing/mac.hpp"
#include "cloud/signing/rpc_signature.hpp"
#include "cloud/signing/store_signature.hpp"

using namespace ferry;

namespace {

constexpr auto example_secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// A request of the examples in the S3 API reference, section "Signature Calculations".
HttpRequest s3_example(std::string method, std::string path) {
  HttpRequest request;
  request.method = std::move(method);
  request.host = "examplebucket.s3.amazonaws.com";
  request.path = std::move(path);
  return request;
}

constexpr std::int64_t s3_example_time = 1369353600;  // 2013-05-24T00:00:00Z

std::string s3_signature_of(HttpRequest request) {
  sign_v4(s3_v4(), request, {}, "us-east-1", {"AKIAIOSFODNN7EXAMPLE", example_secret},
          s3_example_time);
  const auto authorization = std::string{request.header("authorization")};
  return authorization.substr(authorization.find("Signature=") + 10);
}

}  // namespace

TEST_CASE("a request of version 1 has the signature that the reference prints") {
  const std::vector<NameValue> parameters{
      {"Timestamp", "2016-02-23T12:46:24Z"},
      {"Format", "XML"},
      {"AccessKeyId", "testid"},
      {"Action", "DescribeRegions"},
      {"SignatureMethod", "HMAC-SHA1"},
      {"SignatureNonce", "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"},
      {"Version", "2014-05-26"},
      {"SignatureVersion", "1.0"},
      {"Signature", "whatever came with it"}};
  CHECK(rpc_signature("GET", parameters, "testsecret") == "OLeaidS1JvxuMvnyHOwuJ+uX5qY=");
  CHECK(rpc_signature("POST", parameters, "testsecret") != "OLeaidS1JvxuMvnyHOwuJ+uX5qY=");
}

TEST_CASE("a request of ACS3 has the signature that the reference prints") {
  HttpRequest request;
  request.method = "POST";
  request.host = "ecs.cn-shanghai.aliyuncs.com";
  request.query = {{"RegionId", "cn-shanghai"},
                   {"ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}};
  request.headers = {{"x-acs-action", "RunInstances"},
                     {"x-acs-content-sha256", hex_sha256("")},
                     {"x-acs-date", "2023-10-26T10:22:32Z"},
                     {"x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"},
                     {"x-acs-version", "2014-05-26"},
                     {"user-agent", "is not signed"}};
  sign_acs3(request, {"YourAccessKeyId", "YourAccessKeySecret"});
  CHECK(request.header("authorization") ==
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;"
        "x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature="
        "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0");
}

TEST_CASE("a request of OSS version 1 has the signature that its Go client has") {
  HttpRequest request;
  request.method = "PUT";
  request.host = "examplebucket.oss-cn-hangzhou.aliyuncs.com";
  request.path = "/nelson";
  request.headers = {{"content-md5", "eB5eJF1ptWaXm4bijSPyxw=="},
                     {"content-type", "text/html"},
                     {"date", "Wed, 28 Dec 2022 10:27:41 GMT"},
                     {"x-oss-date", "Wed, 28 Dec 2022 10:27:41 GMT"},
                     {"x-oss-meta-author", "alice"},
                     {"x-oss-meta-magic", "abracadabra"}};
  const StoreTarget target{"examplebucket", "nelson"};
  sign_oss_v1(request, target, {"ak", "sk"});
  CHECK(request.header("authorization") == "OSS ak:kSHKmLxlyEAKtZPkJhG9bZb5k7M=");
  request.query = {{"acl", ""}, {"prefix", "is not signed"}};
  CHECK(oss_v1_signature(request, target, "sk") == "/afkugFbmWDQ967j1vr6zygBLQk=");
}

TEST_CASE("a request of OSS version 4 has the signature that its Go client has") {
  HttpRequest request;
  request.method = "PUT";
  request.host = "bucket.oss-cn-hangzhou.aliyuncs.com";
  request.path = "/1234+-/123/1.txt";
  request.query = {{"+param1", "value3"}, {"+param2", ""},      {"|param1", "value4"},
                   {"|param2", ""},       {"param1", "value1"}, {"param2", ""}};
  request.headers = {{"x-oss-head1", "value"},
                     {"abc", "value"},
                     {"zabc", "value"},
                     {"xyz", "value"},
                     {"content-type", "text/plain"},
                     {"x-oss-date", "20231216T162057Z"},
                     {"x-oss-content-sha256", "UNSIGNED-PAYLOAD"}};
  CHECK(v4_signature(oss_v4(), request, {"bucket", "1234+-/123/1.txt"}, {}, "cn-hangzhou", "sk") ==
        "e21d18daa82167720f9b1047ae7e7f1ce7cb77a31e8203a7d5f4624fa0284afe");
}

TEST_CASE("requests to S3 have the signatures of its reference") {
  auto get = s3_example("GET", "/test.txt");
  get.headers = {{"range", "bytes=0-9"}};
  CHECK(s3_signature_of(get) == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  auto put = s3_example("PUT", "/test$file.text");
  put.headers = {{"date", "Fri, 24 May 2013 00:00:00 GMT"},
                 {"x-amz-storage-class", "REDUCED_REDUNDANCY"}};
  put.body = "Welcome to Amazon S3.";
  CHECK(s3_signature_of(put) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  auto lifecycle = s3_example("GET", "/");
  lifecycle.query = {{"lifecycle", ""}};
  CHECK(s3_signature_of(lifecycle) ==
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  auto list = s3_example("GET", "/");
  list.query = {{"prefix", "J"}, {"max-keys", "2"}};
  CHECK(s3_signature_of(list) ==
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST_CASE("temporary credentials are signed with their token") {
  HttpRequest request = s3_example("GET", "/key");
  const AccessKey key{"id", "secret", "token"};
  sign_v4(s3_v4(), request, {}, "us-east-1", key, s3_example_time);
  CHECK(request.header("x-amz-security-token") == "token");
  CHECK(request.header("authorization").find("x-amz-date;x-amz-security-token,") !=
        std::string_view::npos);
}

TEST_CASE("one changed byte anywhere is another signature") {
  HttpRequest request;
  request.host = "ens.aliyuncs.com";
  request.query = {{"ImageId", "m-1"}};
  request.headers = {{"x-acs-action", "DeleteImage"}, {"x-acs-content-sha256", hex_sha256("")}};
  const std::vector<std::string> names{"host", "x-acs-action", "x-acs-content-sha256"};
  const auto right = acs3_signature(request, names, "secret");
  const auto differs = [&](auto&& change) {
    auto other = request;
    change(other);
    return acs3_signature(other, names, "secret") != right;
  };
  CHECK(differs([](HttpRequest& one) { one.method = "POST"; }));
  CHECK(differs([](HttpRequest& one) { one.host = "ens.aliyuncs.com:81"; }));
  CHECK(differs([](HttpRequest& one) { one.path = "/x"; }));
  CHECK(differs([](HttpRequest& one) { one.query[0].value = "m-2"; }));
  CHECK(differs([](HttpRequest& one) { one.query.push_back({"Force", ""}); }));
  CHECK(differs([](HttpRequest& one) { one.headers[0].value = "StopInstance"; }));
  CHECK(differs([](HttpRequest& one) { one.headers[1].value = hex_sha256("x"); }));
  CHECK_FALSE(differs([](HttpRequest& one) { one.headers.push_back({"accept", "any"}); }));
  CHECK(acs3_signature(request, names, "secreT") != right);
  CHECK(same_signature(right, std::string{right}));
  CHECK_FALSE(same_signature(right, right.substr(1)));
  CHECK_FALSE(same_signature(right, "0" + right.substr(1)));
}

TEST_CASE("base64 comes back as what it was made of, and what is none does not (RFC 4648 §10)") {
  for (const std::string text : {"", "f", "fo", "foo", "foob", "fooba", "foobar", "\xfb\xef\xff"}) {
    CHECK(from_base64(to_base64(text)) == text);
  }
  CHECK(from_base64("Zm9vYmE=") == "fooba");
  for (const auto* none : {"Zm9vYmE", "-_-_", "Zm9 YmE=", "====="}) CHECK(!from_base64(none));
}
