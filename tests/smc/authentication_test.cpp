// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Who is let in: signatures of both kinds, and every reason to refuse one.
#include "smc/authentication.hpp"

#include <doctest/doctest.h>

#include "actors/controller/access_keys.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "cloud/signing/canonical.hpp"
#include "cloud/signing/rpc_signature.hpp"
#include "tests/smc/desk.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

std::string& header_of(HttpRequest& request, const std::string& name) {
  return std::ranges::find(request.headers, name, &NameValue::name)->value;
}

std::string& parameter_of(HttpRequest& request, const std::string& name) {
  return std::ranges::find(request.query, name, &NameValue::name)->value;
}

void check_refused(const Told& told, int status, const std::string& code,
                   const std::string& message) {
  CHECK(told.status == status);
  CHECK(told.code() == code);
  CHECK(told.message().starts_with(message));
  CHECK(told.body["HostId"] == "127.0.0.1:7480");
  CHECK(told.body["Recommend"].get<std::string>().find("q=" + code) != std::string::npos);
}

}  // namespace

TEST_CASE("published requests have the signatures that were published with them") {
  const auto rpc = make_request("GET", {{"Timestamp", "2016-02-23T12:46:24Z"},
                                        {"Format", "XML"},
                                        {"AccessKeyId", "testid"},
                                        {"Action", "DescribeRegions"},
                                        {"SignatureMethod", "HMAC-SHA1"},
                                        {"SignatureNonce", "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"},
                                        {"Version", "2014-05-26"},
                                        {"SignatureVersion", "1.0"},
                                        {"Signature", "OLeaidS1JvxuMvnyHOwuJ+uX5qY="}});
  auto parameters = Parameters::of(rpc);
  REQUIRE(parameters);
  auto from = read_signature(rpc, *parameters);
  REQUIRE(from);
  CHECK(from->signature == expected_signature(*from, rpc, *parameters, "testsecret"));

  const std::string digest = "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0";
  auto acs3 = make_request(
      "POST",
      {{"ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"},
       {"RegionId", "cn-shanghai"}},
      {{"x-acs-action", "RunInstances"},
       {"x-acs-date", "2023-10-26T10:22:32Z"},
       {"x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"},
       {"x-acs-version", "2014-05-26"},
       {"x-acs-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
       {"authorization",
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId, SignedHeaders=host;x-acs-action;"
        "x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version, Signature=" +
            digest}});
  acs3.host = "ecs.cn-shanghai.aliyuncs.com";
  parameters = Parameters::of(acs3);
  from = read_signature(acs3, *parameters);
  REQUIRE(from);
  CHECK(from->key == "YourAccessKeyId");
  CHECK(from->signature == digest);
  CHECK(expected_signature(*from, acs3, *parameters, "YourAccessKeySecret") == digest);
}

TEST_CASE("both ways of signing are let in, and each request once") {
  Desk desk;
  for (const auto& request : {desk.acs3("DescribeSourceServers", {{"Name", "a b+c~*"}}),
                              desk.rpc("DescribeSourceServers", {{"Name", "a b+c~*"}}),
                              desk.rpc("DescribeSourceServers", {{"Name", "a b+c~*"}}, "POST")}) {
    CHECK(desk.send(request).status == 200);
    check_refused(desk.send(request), 400, "SignatureNonceUsed",
                  "Specified signature nonce was used already.");
  }
  const auto taken = desk.acs3("DescribeSourceServers", {});
  CHECK(desk.send(taken).status == 200);
  desk.stop();
  desk.start();
  CHECK(desk.send(taken).code() == "SignatureNonceUsed");
}

TEST_CASE("whatever is changed after signing is noticed") {
  Desk desk;
  const auto refused = [&](HttpRequest request) {
    check_refused(desk.send(request), 400, "SignatureDoesNotMatch",
                  "Specified signature is not matched with our calculation.");
  };
  const auto good = desk.acs3("DescribeSourceServers", {{"PageSize", "10"}});
  auto changed = good;
  parameter_of(changed, "PageSize") = "11";
  refused(changed);
  changed = good;
  header_of(changed, "x-acs-action") = "DeleteSourceServer";
  refused(changed);
  changed = good;
  changed.host = "elsewhere";
  CHECK(desk.send(changed).code() == "SignatureDoesNotMatch");
  changed = good;
  changed.body = "PageNumber=2";
  refused(changed);
  changed = good;
  changed.query.push_back({"PageNumber", "2"});
  refused(changed);
  changed = good;
  changed.headers.push_back({"content-type", "application/x-www-form-urlencoded"});
  changed.body = "PageNumber=2";
  refused(changed);
  auto rpc = desk.rpc("DescribeSourceServers", {{"PageSize", "10"}});
  rpc.method = "POST";
  refused(rpc);
  auto foreign = desk.acs3("DescribeSourceServers", {});
  sign_again(foreign, {desk.full.id, "another secret", {}});
  refused(foreign);
  CHECK(desk.send(good).status == 200);  // none of them has used its nonce up
}

TEST_CASE("a header that makes the request and isn't signed is refused") {
  Desk desk;
  auto request = desk.acs3("DescribeSourceServers", {});
  auto& words = header_of(request, "authorization");
  const auto at = words.find("x-acs-action;");
  words.erase(at, std::string{"x-acs-action;"}.size());
  const auto told = desk.send(request);
  CHECK(told.code() == "SignatureDoesNotMatch");
  CHECK(told.message().find("x-acs-action is not signed") != std::string::npos);
}

TEST_CASE("keys that are unknown or disabled are told apart") {
  Desk desk;
  auto request = desk.acs3("DescribeSourceServers", {});
  sign_again(request, {"EFnobody", "secret", {}});
  check_refused(desk.send(request), 404, "InvalidAccessKeyId.NotFound",
                "Specified access key is not found.");
  REQUIRE(desk.ask<Done>("access_keys", DisableAccessKey{desk.full.id}));
  check_refused(desk.call("DescribeSourceServers"), 400, "InvalidAccessKeyId.Inactive",
                "Specified access key is disabled.");
  REQUIRE(desk.ask<Done>("access_keys", EnableAccessKey{desk.full.id}));
  CHECK(desk.call("DescribeSourceServers").status == 200);
}

TEST_CASE("a request's time must be well formed and within 15 minutes") {
  Desk desk;
  const auto at = [&](const std::string& time) {
    auto request = desk.acs3("DescribeSourceServers", {});
    header_of(request, "x-acs-date") = time;
    sign_again(request, desk.full);
    return desk.send(request);
  };
  constexpr std::int64_t minute = 60'000;
  CHECK(at(utc_text(wall_ms() - 14 * minute)).status == 200);
  CHECK(at(utc_text(wall_ms() + 14 * minute)).status == 200);
  for (const auto wrong : {wall_ms() - 16 * minute, wall_ms() + 16 * minute}) {
    check_refused(at(utc_text(wrong)), 400, "InvalidTimeStamp.Expired",
                  "Specified time stamp or date value is expired.");
  }
  for (const std::string wrong : {"yesterday", "2026-02-30T00:00:00Z", "1700000000"}) {
    check_refused(at(wrong), 400, "InvalidTimeStamp.Format",
                  "Specified time stamp or date value is not well formatted.");
  }
}

TEST_CASE("what a signature needs and isn't there is named") {
  Desk desk;
  for (const std::string name : {"AccessKeyId", "SignatureMethod", "Signature", "SignatureNonce",
                                 "Timestamp", "Action", "Version"}) {
    auto request = desk.rpc("DescribeSourceServers", {});
    std::erase_if(request.query, [&](const NameValue& p) { return p.name == name; });
    check_refused(desk.send(request), 400, "Missing" + name,
                  name + " is mandatory for this action.");
  }
  check_refused(desk.send(make_request("GET")), 400, "MissingAccessKeyId", "AccessKeyId");
  auto request = desk.rpc("DescribeSourceServers", {});
  parameter_of(request, "SignatureMethod") = "HMAC-MD5";
  check_refused(desk.send(request), 400, "InvalidSignatureMethod",
                "Specified signature method is not valid.");
}

TEST_CASE("a read-only key looks and changes nothing") {
  Desk desk;
  CHECK(desk.call_as_reader("DescribeSourceServers").status == 200);
  CHECK(desk.call_as_reader("DescribeReplicationJobs").status == 200);
  CHECK(desk.call_as_reader("ListAccessTokens").status == 200);
  for (const std::string action :
       {"CreateAccessToken", "DeleteAccessToken", "ModifySourceServerAttribute",
        "DeleteSourceServer", "CreateReplicationJob", "StartReplicationJob", "TagResources"}) {
    check_refused(desk.call_as_reader(action), 403, "Forbidden.RAM", "User not authorized");
  }
  CHECK(desk.must("ListAccessTokens")["TotalCount"] == 1);  // the servers' own
}

TEST_CASE("a key that asks too often is told when to come again") {
  Desk desk;
  Told told;
  std::vector<NameValue> headers;
  // As from many clients at once; slow machines refill the key meanwhile.
  for (int round = 0; round < 50 && told.code() != "Throttling.User"; ++round) {
    caf::scoped_actor self{*desk.live};
    for (int i = 0; i < 2 * static_cast<int>(limits::key_requests_burst); ++i) {
      self->send(desk.bridge->published("access_keys"),
                 AdmitRequest{desk.full.id, random_id("n"), wall_ms() + 60'000});
    }
    const auto answer = desk.service->answer(desk.acs3("ListAccessTokens", {}));
    told = {answer.status, Json::parse(answer.body)};
    headers = answer.headers;
  }
  check_refused(told, 400, "Throttling.User", "Request was denied due to user flow control.");
  const auto wait = std::ranges::find(headers, "x-acs-retry-after", &NameValue::name);
  REQUIRE(wait != headers.end());
  CHECK(std::stoi(wait->value) > 0);
  CHECK(desk.call_as_reader("ListAccessTokens").status == 200);
}

TEST_CASE("who signs by version 1 with a wrong secret is told what was to be signed") {
  Desk desk;
  for (const std::string method : {"GET", "POST"}) {
    auto request = desk.rpc("DescribeSourceServers", {{"Name", "a b"}}, method);
    const auto parameters = *Parameters::of(request);
    const auto sent = parameters.text("Signature");
    for (auto& [name, value] : request.query) {
      if (name == "Signature") value = "bm9uZQ==";
    }
    const auto at = request.body.find("Signature=" + percent_encoded(sent));
    if (method == "POST") request.body.replace(at + 10, 4, "AAAA");
    // Clients take the rest of the message after these words for the server's text.
    const auto text = rpc_string_to_sign(method, parameters.all());
    CHECK(text.starts_with(method + "&%2F&AccessKeyId%3DEF"));
    CHECK(text.find("Signature%3D") == std::string::npos);
    check_refused(desk.send(request), 400, "SignatureDoesNotMatch",
                  "Specified signature is not matched with our calculation. server string to sign "
                  "is:" +
                      text);
  }
  // A long one is not sent back.
  auto huge = desk.rpc("DescribeSourceServers", {{"Name", std::string(9000, 'x')}});
  parameter_of(huge, "Signature") = "bm9uZQ==";
  CHECK(desk.send(huge).message() == "Specified signature is not matched with our calculation.");
}

TEST_CASE("unknown actions, versions, formats, paths and methods are refused") {
  Desk desk;
  check_refused(desk.call("DescribeMoon"), 404, "InvalidAction.NotFound",
                "Specified api is not found, please check your url and method.");
  auto request = desk.acs3("DescribeSourceServers", {});
  header_of(request, "x-acs-version") = "2014-05-26";
  sign_again(request, desk.full);
  check_refused(desk.send(request), 400, "InvalidVersion", "Specified parameter Version");
  check_refused(desk.call("DescribeSourceServers", {{"Format", "YAML"}}), 400,
                "InvalidParameter.Format", "Specified parameter format is not valid.");
  request = desk.acs3("DescribeSourceServers", {});
  request.path = "/elsewhere";
  check_refused(desk.send(request), 404, "InvalidApi.NotFound", "Specified api is not found");
  request.path = "/";
  request.method = "DELETE";
  CHECK(desk.send(request).code() == "InvalidApi.NotFound");
  check_refused(desk.call("CreateCrossZoneMigrationJob"), 400, "OperationDenied.NotSupported",
                "Instances are not moved");
}
