// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The envelopes of RPC answers, as JSON or XML.
#include <pugixml.hpp>
#include <sstream>

#include "tests/cloud_emulator/rpc_gateway.hpp"

namespace ferry::emulator {
namespace {

void append_xml(pugi::xml_node parent, const std::string& name, const Json& value) {
  if (value.is_array()) {
    for (const auto& one : value) append_xml(parent, name, one);
    return;
  }
  auto node = parent.append_child(name.c_str());
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) append_xml(node, key, member);
  } else {
    node.text().set((value.is_string() ? value.get<std::string>() : value.dump()).c_str());
  }
}

std::string xml_text(const std::string& root, const Json& document) {
  pugi::xml_document xml;
  append_xml(xml, root, document);
  std::ostringstream text;
  xml.save(text, "", pugi::format_raw);
  return text.str();
}

}  // namespace

Answer rpc_answer(const Call& call, const Outcome<Json>& outcome) {
  const auto id = request_id();
  Answer answer;
  Json document;
  if (outcome) {
    document = *outcome;
  } else {
    const auto& refusal = outcome.error();
    answer.status = refusal.status;
    answer.refused = refusal.code;
    document = {{"Code", refusal.code},
                {"Message", refusal.message},
                {"HostId", call.host},
                {"Recommend", "https://api.aliyun.com/troubleshoot?q=" + refusal.code +
                                  "&product=" + service_of(call) + "&requestId=" + id}};
  }
  document["RequestId"] = id;
  answer.headers.push_back({"x-acs-request-id", id});
  if (call.format == "XML") {
    answer.content_type = "text/xml;charset=utf-8";
    answer.body = xml_text(outcome ? call.action + "Response" : "Error", document);
  } else {
    answer.content_type = "application/json;charset=utf-8";
    answer.body = document.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return answer;
}

}  // namespace ferry::emulator
