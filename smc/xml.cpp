// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "smc/xml.hpp"

#include <pugixml.hpp>
#include <sstream>

#include "base/text.hpp"

namespace ferry {
namespace {

/// UTF-8 without control characters, and without the two characters that XML forbids besides.
std::string content_of(const Json& value) {
  if (!value.is_string()) return text_of(value);
  auto text = printable(Json::parse(text_of(value)).get<std::string>());
  for (const std::string_view forbidden : {"\xef\xbf\xbe", "\xef\xbf\xbf"}) {
    for (auto at = text.find(forbidden); at != std::string::npos; at = text.find(forbidden, at)) {
      text.replace(at, forbidden.size(), "\xef\xbf\xbd");
    }
  }
  return text;
}

void put(pugi::xml_node parent, const std::string& name, const Json& value) {
  if (value.is_array()) {
    for (const auto& entry : value) put(parent, name, entry);
    return;
  }
  auto element = parent.append_child(name.c_str());
  if (!value.is_object()) {
    element.text().set(content_of(value).c_str());
    return;
  }
  for (const auto& [member, inside] : value.items()) put(element, member, inside);
}

}  // namespace

std::string xml_of(const std::string& root, const Json& answer) {
  pugi::xml_document document;
  put(document, root, answer);
  std::ostringstream text;
  text << R"(<?xml version="1.0" encoding="UTF-8"?>)";
  document.save(text, "", pugi::format_raw | pugi::format_no_declaration);
  return text.str();
}

}  // namespace ferry
