// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A store that runs outside of the test, as scripts/store-real starts one: FERRY_STORE_KIND (oss,
// s3), FERRY_STORE_HOST (HOST:PORT of plain HTTP), _REGION, _BUCKET, _KEY and _SECRET. The bucket
// is there, empty and for these tests alone.
#pragma once

#include <cstdlib>
#include <string>

#include "cloud/store/store_client.hpp"

namespace ferry::test {

inline std::string real_store_variable(const std::string& name) {
  const char* value = std::getenv(("FERRY_STORE_" + name).c_str());
  return value == nullptr ? "" : value;
}

inline StoreSettings real_store() {
  return {.kind = real_store_variable("KIND") == "oss" ? StoreKind::oss : StoreKind::s3,
          .host = real_store_variable("HOST"),
          .region = real_store_variable("REGION"),
          .bucket = real_store_variable("BUCKET"),
          .path_style = true,
          .key =
              [] {
                return AccessKey{real_store_variable("KEY"), real_store_variable("SECRET")};
              },
          .endpoint = {.scheme = "http"}};
}

}  // namespace ferry::test
