// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A request as cpp-httplib took it, in the words of those who verify signatures.
#pragma once

#include <httplib.h>

#include "cloud/http/http_request.hpp"

namespace ferry::test {

/// Path and query are decoded ('+' in the query is a blank). A form and the body are not in it.
[[nodiscard]] HttpRequest received_request(const httplib::Request& from);

/// The parameters of a form's body, decoded.
[[nodiscard]] std::vector<NameValue> form_parameters(const std::string& body);

}  // namespace ferry::test
