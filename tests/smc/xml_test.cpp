// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Answers in XML, as a parser of others reads them.
#include "smc/xml.hpp"

#include <pugixml.hpp>

#include <doctest/doctest.h>

#include "cloud/signing/rpc_signature.hpp"
#include "tests/smc/desk.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

struct Document {
  pugi::xml_document xml;
  pugi::xml_node root;

  explicit Document(const std::string& text) {
    CHECK(text.starts_with(R"(<?xml version="1.0" encoding="UTF-8"?><)"));
    const auto parsed = xml.load_buffer(text.data(), text.size(), pugi::parse_full);
    REQUIRE_MESSAGE(parsed, text);
    root = xml.document_element();
  }
  [[nodiscard]] std::string at(const char* path) const {
    return root.select_node(path).node().text().get();
  }
};

std::string header_of(const HttpAnswer& answer, const std::string& name) {
  const auto found = std::ranges::find(answer.headers, name, &NameValue::name);
  return found == answer.headers.end() ? "" : found->value;
}

HttpAnswer in_xml(const Desk& desk, const std::string& action, Words parameters = {},
                 const std::string& format = "XML") {
  parameters.push_back({"Format", format});
  return desk.service->answer(desk.acs3(action, std::move(parameters)));
}

}  // namespace

TEST_CASE("members become elements, and a list its element as often as it has entries") {
  const Json answer{{"RequestId", "1"},
                    {"Servers", {{"Server", Json::array({{{"Id", "a"}}, {{"Id", "b"}}})}}},
                    {"None", {{"Server", Json::array()}}},
                    {"Flag", true},
                    {"Count", 12},
                    {"Part", 1.5},
                    {"Empty", ""}};
  CHECK(xml_of("ListResponse", answer) ==
        R"(<?xml version="1.0" encoding="UTF-8"?><ListResponse><RequestId>1</RequestId><Servers>)"
        R"(<Server><Id>a</Id></Server><Server><Id>b</Id></Server></Servers><None/>)"
        R"(<Flag>true</Flag><Count>12</Count><Part>1.5</Part><Empty></Empty></ListResponse>)");
}

TEST_CASE("text that would be markup, or that XML can't hold, breaks no document") {
  const std::string words = R"(a<b>&amp;"'é)"
                            "\n]]>";
  CHECK(Document{xml_of("A", {{"B", words}})}.at("B") == words);
  const std::string bad{"x\x01\x1b\x00y\xff\xef\xbf\xbf", 9};
  const auto told = Document{xml_of("A", {{"B", bad}})}.at("B");
  CHECK(told == "x???y\xef\xbf\xbd\xef\xbf\xbd");
}

TEST_CASE("a caller who asks for XML gets it, in any case of letters, errors as well") {
  Desk desk;
  const auto told = in_xml(desk, "DescribeSourceServers", {}, "xml");
  CHECK(told.status == 200);
  CHECK(header_of(told, "Content-Type") == "text/xml;charset=utf-8");
  const Document servers{told.body};
  CHECK(servers.root.name() == std::string{"DescribeSourceServersResponse"});
  CHECK(servers.at("RequestId") == header_of(told, "x-acs-request-id"));
  CHECK(servers.at("TotalCount") == "1");
  CHECK(servers.at("SourceServers/SourceServer/SourceId") == desk.sources[0]);
  CHECK(servers.root.select_nodes("SourceServers/SourceServer/SystemDiskParts/SystemDiskPart")
            .size() == 2);
  const auto refused = in_xml(desk, "StartReplicationJob", {{"JobId", "j-nobody"}});
  CHECK(refused.status == 404);
  CHECK(header_of(refused, "Content-Type") == "text/xml;charset=utf-8");
  const Document error{refused.body};
  CHECK(error.root.name() == std::string{"Error"});
  CHECK(error.at("Code") == "InvalidJobId.NotFound");
  CHECK((error.at("HostId") == "127.0.0.1:7480" && !error.at("Message").empty()));
  CHECK(error.at("RequestId") == header_of(refused, "x-acs-request-id"));
}

TEST_CASE("a request of version 1 is answered in XML, also when its signature is wrong") {
  Desk desk;
  auto request = desk.rpc("CreateAccessToken", {{"Name", "lab"}});
  for (auto& [name, value] : request.query) {
    if (name == "Format") value = "XML";
  }
  std::erase_if(request.query, [](const NameValue& one) { return one.name == "Signature"; });
  auto unsigned_one = request;
  unsigned_one.query.push_back({"Signature", "bm9uZQ=="});
  const auto refused = desk.service->answer(unsigned_one);
  CHECK(refused.status == 400);
  CHECK(Document{refused.body}.at("Code") == "SignatureDoesNotMatch");
  request.query.push_back({"Signature", rpc_signature("GET", request.query, desk.full.secret)});
  const auto made = desk.service->answer(request);
  CHECK(made.status == 200);
  const Document document{made.body};
  CHECK(document.root.name() == std::string{"CreateAccessTokenResponse"});
  CHECK(document.at("AccessTokenId").starts_with("at-"));
}

TEST_CASE("another format is refused in JSON") {
  Desk desk;
  const auto told = in_xml(desk, "DescribeSourceServers", {}, "YAML");
  CHECK(told.status == 400);
  CHECK(header_of(told, "Content-Type") == "application/json;charset=utf-8");
  CHECK(Json::parse(told.body)["Code"] == "InvalidParameter.Format");
}
