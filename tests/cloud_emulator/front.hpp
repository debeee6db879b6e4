// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The one listener of all services. Which of them is meant follows from the version of the API, or
// for the metadata service from the path; any other request is for OSS.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/cloud_emulator/faults.hpp"
#include "tests/cloud_emulator/listener.hpp"
#include "tests/cloud_emulator/metadata_service.hpp"
#include "tests/cloud_emulator/oss_service.hpp"
#include "tests/cloud_emulator/rpc_gateway.hpp"
#include "tests/cloud_emulator/world.hpp"

namespace ferry::emulator {

class Front {
 public:
  /// Listens on 127.0.0.1 from now on; port 0 is any. Throws std::runtime_error if it can't.
  Front(World& world, ObjectStore& store, Faults& faults, std::vector<AccessKey> keys, int port);
  [[nodiscard]] int port() const { return listener_.port(); }

 private:
  /// Nothing: the connection is to be closed without an answer.
  [[nodiscard]] std::optional<Answer> answer(const HttpRequest& request);
  [[nodiscard]] std::optional<Answer> with_faults(const std::string& action,
                                                  const std::function<Answer(const Refusal*)>& act);

  World& world_;
  ObjectStore& store_;
  Faults& faults_;
  Keyring keys_;
  MetadataService metadata_;
  RpcGateway gateway_;
  OssService oss_;
  Listener listener_;
};

}  // namespace ferry::emulator
