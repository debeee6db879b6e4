// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A transition node on real files, asked by a controller (here: this process) and by an agent
// behind a real link.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "actors/spawn.hpp"
#include "actors/transition/folder_storage.hpp"
#include "actors/transition/transition_host.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "tests/actors/scratch.hpp"
#include "transport/client.hpp"

namespace ferry::test {

using limits::mib;

struct Node {
  Folder folder;
  LiveSystem live;
  KeyPair keys = make_key_pair();
  KeyPair agent = make_key_pair();
  std::unique_ptr<Bridge> bridge;
  std::unique_ptr<DataServer> data;
  caf::actor host;

  Node() {
    log::start("test", log::Level::error);
    bridge = Bridge::start(*live, {"t-1", keys, "tcp://127.0.0.1:*"}).value();
    data = DataServer::start({"tcp://127.0.0.1:*", 1, false}).value();
    start();
  }
  ~Node() {
    stop();
    data.reset();
    bridge.reset();
  }
  void start() {
    std::filesystem::create_directories(storage());
    TransitionOptions options;
    options.storage = std::make_shared<FolderStorage>(storage(), data.get());
    options.control = bridge->endpoint();
    options.data = data->endpoint();
    options.public_key = keys.public_key;
    options.bridge = bridge.get();
    host = spawn_actor<TransitionHost>(*live, options);
    bridge->publish("instances", host, {{Role::agent}});
  }
  /// Ends the host; its instances follow by themselves, soon after.
  void stop() {
    kill_and_wait(*live, std::exchange(host, {}));
    CHECK(eventually([&] { return live.operator*().registry().running() <= running_at_rest; }));
  }
  void restart() {
    stop();
    start();
  }

  [[nodiscard]] std::filesystem::path storage() const { return folder.path() / "instances"; }
  [[nodiscard]] std::filesystem::path disk(const std::string& token, int index) const {
    return storage() / token / ("disk" + std::to_string(index) + ".raw");
  }
  [[nodiscard]] EnsureInstance request(const std::string& token, std::uint64_t epoch) const {
    EnsureInstance request;
    request.token = token;
    request.job = "j-1";
    request.epoch = epoch;
    request.source = "s-1";
    request.source_public_key = agent.public_key;
    request.digest_key = std::string(32, 'k');
    request.disk_bytes = {4 * mib, 2 * mib};
    return request;
  }
  /// Repeats the request until it is ready or refused, as the controller does.
  Result<InstanceStatus> ensure(const EnsureInstance& request) {
    Result<InstanceStatus> status = fail(Errc::timeout, "never ready");
    eventually([&] {
      status = ask<InstanceStatus>(*live, host, request);
      return !status || status->ready;
    });
    return status;
  }
  Result<InstanceStatus> ensure(const std::string& token, std::uint64_t epoch) {
    return ensure(request(token, epoch));
  }
  Result<InstanceReleased> release(const std::string& token, std::uint64_t epoch) {
    return ask<InstanceReleased>(*live, host, ReleaseInstance{token, "j-1", epoch});
  }
  Result<TransferOpened> open(Client& client, const std::string& token, std::uint64_t epoch,
                              std::uint32_t disk = 0) {
    return client.ask<TransferOpened>("instances", OpenTransfer{token, "j-1", epoch, disk, 1});
  }
  [[nodiscard]] Client client(const KeyPair& of) const {
    return Client{{bridge->endpoint(), keys.public_key, of}};
  }

 private:
  std::size_t running_at_rest = live.operator*().registry().running();
};

}  // namespace ferry::test
