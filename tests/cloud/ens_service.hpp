// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The image calls of ENS within the test, with each signature verified (ACS3). It stands in for the
// real service, which no test can reach, and fails as a test asks for.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "cloud/alibaba/rpc_client.hpp"
#include "tests/cloud/loopback_server.hpp"

namespace ferry::test {

class EnsService {
 public:
  EnsService();

  /// What a client of it is made with.
  [[nodiscard]] RpcService service() const;

  struct Image {
    std::string id;
    std::string name;
    std::string disks;  // as ImportImage named them
    std::string region;
    int looks_until_seen = 0;  // listings that don't have it yet
    int looks_until_made = 2;
    std::string end = "Available";
  };
  // Held by whoever looks at what follows.
  std::mutex mutex;
  std::vector<Image> images;
  std::map<std::string, int> calls;  // by action, that were signed well
  int throttled = 0;                 // so many calls are refused with Throttling.User
  int lost_answers = 0;              // so many imports are done and answered with 500
  int unseen_looks = 0;              // for each new image: listings without it
  std::string refused_import;        // the code of the refusal of each import
  std::string end = "Available";     // of each new image

 private:
  HttpResponse answer(const HttpRequest& request);
  HttpResponse act(const std::string& action, const HttpRequest& request);
  HttpResponse list(const HttpRequest& request);

  LoopbackServer server_;
};

}  // namespace ferry::test
