// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Transition instances on real files, asked by the controller (here: this process)
// and by an agent behind a real link.
#include "node.hpp"

using namespace ferry;
using namespace ferry::test;

namespace fs = std::filesystem;

TEST_CASE("an instance is made once, and asked for again it is the same with its data") {
  Node node;
  const auto made = node.ensure("i-1", 1);
  REQUIRE(made);
  CHECK(made->control == node.bridge->endpoint());
  CHECK(made->data == node.data->endpoint());
  CHECK(made->public_key == node.keys.public_key);
  REQUIRE(made->disks.size() == 2);
  CHECK(made->disks[1].path == node.disk("i-1", 1).string());
  CHECK(made->disks[1].size == 2 * mib);
  CHECK(fs::file_size(node.disk("i-1", 0)) == 4 * mib);
  auto fd = open_file(node.disk("i-1", 0), 2);
  REQUIRE(fd);
  REQUIRE(write_at(*fd, "data", 4, mib));
  for (const std::uint64_t epoch : {1U, 1U, 2U}) {
    REQUIRE(node.ensure("i-1", epoch));
    char bytes[4] = {};
    REQUIRE(read_at(*fd, bytes, 4, mib));
    CHECK(std::string(bytes, 4) == "data");
  }
  node.restart();
  auto again = node.request("i-1", 3);
  again.create = false;
  const auto reopened = node.ensure(again);
  REQUIRE(reopened);
  CHECK(reopened->disks[0].path == made->disks[0].path);
}

TEST_CASE("an instance whose disks vanish is gone, even while it is open") {
  Node node;
  REQUIRE(node.ensure("i-1", 1));
  fs::remove_all(node.storage() / "i-1");
  auto again = node.request("i-1", 2);
  again.create = false;
  CHECK(node.ensure(again).error().code == Errc::instance_gone);
  CHECK(node.release("i-1", 3));
}

TEST_CASE("a request of an older epoch is fenced and changes nothing") {
  Node node;
  REQUIRE(node.ensure("i-1", 5));
  CHECK(node.ensure("i-1", 4).error().code == Errc::fenced);
  CHECK(node.release("i-1", 4).error().code == Errc::fenced);
  CHECK(fs::exists(node.disk("i-1", 0)));
  CHECK(node.ensure("i-1", 5));
  REQUIRE(node.release("i-1", 6));
}

TEST_CASE("an instance says that it knows patches of files, which agents ask for only then") {
  Node node;
  REQUIRE(node.ensure("i-1", 1));
  auto agent = node.client(node.agent);
  const auto opened = node.open(agent, "i-1", 1);
  REQUIRE(opened);
  CHECK(opened->patches);
}

TEST_CASE("a newer epoch ends the data sessions of the older") {
  Node node;
  REQUIRE(node.ensure("i-1", 1));
  auto agent = node.client(node.agent);
  const auto opened = node.open(agent, "i-1", 1);
  REQUIRE(opened);
  CHECK(opened->secret.size() == 32);
  CHECK(node.data->stats(opened->session));
  CHECK(node.open(agent, "i-1", 1, 7).error().code == Errc::transfer_refused);
  REQUIRE(node.ensure("i-1", 2));
  CHECK(!node.data->stats(opened->session));
  CHECK(node.open(agent, "i-1", 1).error().code == Errc::fenced);
  CHECK(node.open(agent, "i-1", 2));
}

TEST_CASE("an instance that is not writable takes no data, and what was open is closed") {
  Node node;
  REQUIRE(node.ensure("i-1", 1));
  auto agent = node.client(node.agent);
  const auto opened = node.open(agent, "i-1", 1);
  REQUIRE(opened);
  auto closed = node.request("i-1", 1);
  closed.writable = false;
  REQUIRE(node.ensure(closed));
  CHECK(!node.data->stats(opened->session));
  CHECK(node.open(agent, "i-1", 1).error().code == Errc::transfer_refused);
}

TEST_CASE("an instance belongs to one source server, whatever others know of it") {
  Node node;
  REQUIRE(node.ensure("i-1", 1));
  const auto other_keys = make_key_pair();
  auto other = node.client(other_keys);
  CHECK(node.open(other, "i-1", 1).error().code == Errc::not_enrolled);
  auto request = node.request("i-2", 1);
  request.source = "s-2";
  request.source_public_key = other_keys.public_key;
  REQUIRE(node.ensure(request));
  CHECK(node.open(other, "i-2", 1));
  CHECK(node.open(other, "i-1", 1).error().code == Errc::not_enrolled);
  CHECK(other.ask<DigestPage>("instances", GetDigests{"i-1", 0, 0, 1}).error().code ==
        Errc::not_enrolled);
}

TEST_CASE("a released token stays gone, for requests that come late and after a restart") {
  Node node;
  REQUIRE(node.ensure("i-1", 1));
  auto agent = node.client(node.agent);
  REQUIRE(node.open(agent, "i-1", 1));
  REQUIRE(node.release("i-1", 2));
  CHECK(!fs::exists(node.storage() / "i-1"));
  CHECK(eventually([&] { return node.ensure("i-1", 3).error().code == Errc::instance_gone; }));
  CHECK(!fs::exists(node.storage() / "i-1"));
  node.restart();
  CHECK(node.ensure("i-1", 4).error().code == Errc::instance_gone);
  CHECK(node.open(agent, "i-1", 4).error().code == Errc::not_enrolled);
}

TEST_CASE("a release is repeated with success, also of a token that never was") {
  Node node;
  REQUIRE(node.ensure("i-1", 1));
  REQUIRE(node.release("i-1", 2));
  CHECK(eventually([&] { return node.release("i-1", 2).has_value(); }));
  CHECK(node.release("i-never", 1));
  CHECK(eventually([&] { return node.ensure("i-never", 1).error().code == Errc::instance_gone; }));
}

TEST_CASE("disks that must be there and are missing mean that the instance is gone") {
  Node node;
  auto request = node.request("i-1", 1);
  request.create = false;
  CHECK(node.ensure(request).error().code == Errc::instance_gone);
  CHECK(!fs::exists(node.disk("i-1", 0)));
  REQUIRE(node.ensure("i-2", 1));
  node.stop();
  fs::remove(node.disk("i-2", 1));
  node.start();
  request = node.request("i-2", 2);
  request.create = false;
  const auto gone = node.ensure(request);
  REQUIRE(!gone);
  CHECK(gone.error().code == Errc::instance_gone);
  CHECK(gone.error().what.find("disk1.raw") != std::string::npos);
}

TEST_CASE("tokens that could be paths and impossible disks are refused") {
  Node node;
  for (const auto* token : {"", "i-", "../i-1", "i-../x", "i-1/..", "I-1", "i-A", "x-1"}) {
    CHECK(node.ensure(token, 1).error().code == Errc::invalid_argument);
    CHECK(node.release(token, 1).error().code == Errc::invalid_argument);
  }
  CHECK(node.ensure("i-" + std::string(63, 'a'), 1).error().code == Errc::invalid_argument);
  auto request = node.request("i-1", 1);
  request.disk_bytes.clear();
  CHECK(node.ensure(request).error().code == Errc::invalid_argument);
  request.disk_bytes.assign(6, mib);
  CHECK(node.ensure(request).error().code == Errc::invalid_argument);
  CHECK(!fs::exists(node.storage() / "i-1"));
}

TEST_CASE("an instance that this node has not opened refuses agents for now") {
  Node node;
  node.bridge->enrol({"s-1", Role::agent}, node.agent.public_key);
  auto agent = node.client(node.agent);
  CHECK(node.open(agent, "i-1", 1).error().code == Errc::transfer_refused);
}

TEST_CASE("one disk of an instance goes, and from then on nothing is made of it again") {
  Node node;
  REQUIRE(node.ensure("i-1", 1));
  const auto release = [&](const std::string& part) {
    return ask<InstanceReleased>(*node.live, node.host, ReleaseInstance{"i-1", "j-1", 1, part});
  };
  REQUIRE(release("disk1"));
  CHECK(fs::exists(node.disk("i-1", 0)));
  for (const auto& entry : fs::directory_iterator{node.storage() / "i-1"}) {
    CAPTURE(entry.path());
    CHECK(!entry.path().filename().string().starts_with("disk1."));
  }
  REQUIRE(release("disk1"));
  CHECK(node.ensure("i-1", 1).error().code == Errc::instance_gone);
  CHECK(release("nic0").error().code == Errc::invalid_argument);
  REQUIRE(release("disk0"));
  CHECK(fs::is_empty(node.storage() / "i-1"));
  REQUIRE(node.release("i-1", 1));
  CHECK(!fs::exists(node.storage() / "i-1"));
  // A request that meets the instance's actor while it ends is refused; the next is not.
  CHECK(eventually([&] { return bool{release("disk0")}; }));
}

TEST_CASE("disks that vanish between being found and being opened are not made again, empty") {
  Node node;
  FolderStorage storage{node.storage(), nullptr};
  auto request = node.request("i-1", 1);
  request.create = false;
  CHECK(storage.open(request, {}).error().code == Errc::instance_gone);
  CHECK(!fs::exists(node.storage() / "i-1"));
  request.create = true;
  REQUIRE(storage.open(request, {}));
  request.create = false;
  REQUIRE(storage.open(request, {}));
  SUBCASE("one of them") { fs::remove(node.disk("i-1", 1)); }
  SUBCASE("its contents") { fs::resize_file(node.disk("i-1", 1), 0); }
  CHECK(!storage.open(request, {}));
  CHECK((!fs::exists(node.disk("i-1", 1)) || fs::file_size(node.disk("i-1", 1)) == 0));
}
