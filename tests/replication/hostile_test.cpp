// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What strangers, recordings and broken networks may send to the data port.
#include <atomic>
#include <chrono>
#include <thread>

#include "flipping_proxy.hpp"
#include "replication/disk_session.hpp"
#include "replication/zmq_message.hpp"
#include "rig.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

template <class Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 200; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return false;
}

/// A Session without sockets: what it would send is kept.
struct DiskBench {
  explicit DiskBench(Rig& rig)
      : key(rig.key),
        disk(TargetDisk::open(rig.options).value()),
        session(rig.key, *disk, 1, 4, [this](const std::string&, std::string bytes) {
          const std::scoped_lock lock{mutex};
          sent.push_back(std::move(bytes));
        }) {
    salt = random_bytes(16);
    handle("peer", greeting(key, {frame::Type::hello, key.id, 0, 0},
                            frame::payload(frame::Hello{salt, disk->bytes(), key.sealed})));
    const auto answer = sent.at(0);
    const auto payload = open_greeting(key, std::as_bytes(std::span{answer})).value();
    seal.emplace(key, 0, Direction::to_target, salt + frame::parse_welcome(payload).value().salt);
  }

  /// A raw chunk of one granule.
  std::string chunk(std::uint64_t sequence, std::uint64_t granule, char fill, bool true_digest) {
    const std::string data(4096, fill);
    frame::ChunkHead head;
    head.raw_bytes = head.stored_bytes = 4096;
    head.runs = {{granule, 1, false}};
    const Leaf leaf = disk->hasher().leaf(reinterpret_cast<const std::byte*>(data.data()));
    head.fold = disk->hasher().fold(std::span{&leaf, 1});
    if (!true_digest) head.fold.low ^= 1;
    std::string payload(frame::chunk_head_bytes(head), '\0');
    frame::put_chunk_head(head, reinterpret_cast<std::byte*>(payload.data()));
    return seal->message({frame::Type::chunk, key.id, 0, sequence}, payload + data);
  }
  void handle(const std::string& peer, std::string bytes) {
    const auto message = std::as_writable_bytes(std::span{bytes});
    const auto prefix = frame::parse_prefix(message).value();
    session.handle(peer, prefix, message, tools);
  }

  const SessionKey key;
  std::unique_ptr<TargetDisk> disk;
  std::mutex mutex;
  std::vector<std::string> sent;
  WriterTools tools;
  std::string salt;
  std::optional<LinkSeal> seal;
  DiskSession session;
};

}  // namespace

TEST_CASE("a frame that was changed on its way is refused and the next pass completes") {
  for (const bool sealed : {true, false}) {
    Rig rig{8 * mib, sealed};
    rig.source.write(0, random_bytes(8 * mib));
    rig.settings.streams = 1;
    rig.start();
    {
      const FlippingProxy proxy{port_of(rig.server->endpoint()), 3 * mib + 777};
      rig.settings.endpoint = proxy.endpoint;
      auto table = rig.download();
      const auto done = rig.pass(table);
      REQUIRE(!done);
      CHECK(done.error().code == Errc::transfer_corrupt);
    }
    CHECK(rig.server->stats(rig.key.id)->rejected == 1);
    CHECK(!rig.server->stats(rig.key.id)->failure);
    rig.settings.endpoint = rig.server->endpoint();
    rig.must_pass();
    CHECK(rig.equal());
    CHECK(rig.verify().bad_chunks_total == 0);
  }
}

TEST_CASE("garbage, oversize frames and foreign sessions leave the server and a pass unharmed") {
  Rig rig{32 * mib};
  rig.source.write(0, random_bytes(32 * mib));
  rig.control.bandwidth_mbps = 600;
  rig.start();
  std::atomic<bool> over{false};
  std::jthread noise{[&rig, &over] {
    const ZmqContext context;
    while (!over) {
      const ZmqSocket stranger{context, ZMQ_DEALER};
      zmq_connect(stranger.get(), rig.settings.endpoint.c_str());
      const auto say = [&stranger](const std::string& bytes) {
        zmq_send(stranger.get(), bytes.data(), bytes.size(), 0);
      };
      for (int i = 0; i < 20; ++i) {
        say(random_bytes(static_cast<std::size_t>(i * 97)));
        SessionKey foreign{static_cast<std::uint64_t>(i % 2 == 0 ? 12345 : 77), random_bytes(32),
                           true, 1};
        LinkSeal seal{foreign, 0, Direction::to_target, ""};
        say(seal.message({frame::Type::chunk, foreign.id, 0, 0}, random_bytes(5000)));
        say(greeting(foreign, {frame::Type::hello, foreign.id, 1, 0},
                     frame::payload(frame::Hello{random_bytes(16), 32 * mib, true})));
      }
      say(std::string(3 * mib, 'x'));
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
  }};
  rig.must_pass();
  CHECK(eventually([&rig] { return rig.server->stats().malformed > 0; }));
  CHECK(eventually([&rig] { return rig.server->stats().fenced > 0; }));
  CHECK(eventually([&rig] { return rig.server->stats(rig.key.id)->rejected > 0; }));
  over = true;
  noise.join();
  CHECK(rig.equal());
  CHECK(!rig.server->stats(rig.key.id)->failure);
}

TEST_CASE("a replayed frame is dropped, a lost one ends the link, neither harms the target") {
  Rig rig{4 * mib};
  DiskBench bench{rig};
  const auto first = bench.chunk(0, 5, 'a', true);
  bench.handle("peer", first);
  bench.handle("peer", bench.chunk(1, 5, 'b', true));
  bench.handle("peer", first);
  CHECK(bench.session.stats().replayed == 1);
  CHECK(bench.session.stats().chunks == 2);
  bench.handle("stranger", bench.chunk(2, 5, 'c', true));  // another connection
  CHECK(bench.session.stats().chunks == 2);
  bench.handle("peer", bench.chunk(3, 6, 'd', true));  // 2 is missing
  CHECK(bench.session.stats().chunks == 2);
  CHECK(bench.session.stats().rejected == 1);
  bench.session.close({Errc::fenced, "test", {}});
  CHECK(read_file(rig.options.path)->substr(5 * 4096, 4096) == std::string(4096, 'b'));
  VerifyProgress progress;
  CHECK(bench.disk->verify(progress, {})->bad_chunks_total == 0);
}

TEST_CASE("a chunk whose data does not match its digest fails the session and writes nothing") {
  Rig rig{4 * mib};
  DiskBench bench{rig};
  bench.handle("peer", bench.chunk(0, 5, 'a', false));
  REQUIRE(bench.session.stats().failure);
  CHECK(bench.session.stats().failure->code == Errc::transfer_corrupt);
  bench.handle("peer", bench.chunk(1, 5, 'a', true));
  CHECK(bench.session.stats().chunks == 0);
  CHECK(read_file(rig.options.path) == std::string(4 * mib, '\0'));
}

TEST_CASE("a newer epoch fences the older session, an older epoch is not opened") {
  Rig rig{16 * mib};
  rig.source.write(0, random_bytes(16 * mib));
  rig.control.bandwidth_mbps = 80;
  rig.start();
  auto newer = rig.key;
  newer.id = 78;
  newer.secret = random_bytes(32);
  newer.epoch = 2;
  std::jthread takeover{[&rig, &newer] {
    eventually([&rig] { return rig.server->stats(77)->chunks >= 3; });
    REQUIRE(rig.server->open(newer, *rig.target, 2, 8));
  }};
  auto table = rig.download();
  const auto done = rig.pass(table);
  takeover.join();
  REQUIRE(!done);
  CHECK(done.error().code == Errc::fenced);
  // And so is whoever comes later with the old key.
  auto again = rig.download();
  CHECK(rig.pass(again).error().code == Errc::fenced);
  CHECK(rig.server->open(rig.key, *rig.target, 2, 8).error().code == Errc::fenced);
  rig.settings.key = rig.key = newer;
  rig.control.bandwidth_mbps = 0;
  rig.must_pass();
  CHECK(rig.equal());
}

TEST_CASE("plain links are refused unless both ends allow them") {
  Rig rig{mib, false};
  rig.source.write(0, "data");
  auto disk = TargetDisk::open(rig.options).value();
  DataServerOptions options;
  options.endpoint = "tcp://127.0.0.1:*";
  const auto strict = DataServer::start(options).value();
  CHECK(strict->open(rig.key, *disk, 2, 8).error().code == Errc::sealing_required);
  auto sealed = rig.key;
  sealed.sealed = true;
  REQUIRE(strict->open(sealed, *disk, 2, 8));
  rig.settings.endpoint = strict->endpoint();
  auto table = rig.download(disk->table());
  CHECK(rig.pass(table).error().code == Errc::sealing_required);
}

TEST_CASE("nobody at the other end is transfer_broken after the stall time") {
  Rig rig{mib};
  rig.source.write(0, "data");
  rig.settings.stall_timeout = std::chrono::milliseconds{300};
  rig.settings.endpoint = "tcp://127.0.0.1:1";
  auto table = DigestTable::open(rig.folder.path / "t", granules_of(rig.source.bytes)).value();
  CHECK(rig.pass(table).error().code == Errc::transfer_broken);
}
