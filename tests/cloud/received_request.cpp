// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud/received_request.hpp"

#include <algorithm>
#include <cctype>

namespace ferry::test {

HttpRequest received_request(const httplib::Request& from) {
  HttpRequest request;
  request.method = from.method;
  request.path = from.path;
  if (const auto question = from.target.find('?'); question != std::string::npos) {
    request.query = form_parameters(from.target.substr(question + 1));
  }
  for (const auto& [name, value] : from.headers) {
    std::string lower = name;
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (lower == "host")
      request.host = value;
    else
      request.headers.push_back({lower, value});
  }
  return request;
}

std::vector<NameValue> form_parameters(const std::string& body) {
  httplib::Params parsed;
  httplib::detail::parse_query_text(body, parsed);
  std::vector<NameValue> parameters;
  for (const auto& [name, value] : parsed) parameters.push_back({name, value});
  return parameters;
}

}  // namespace ferry::test
