// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "messages/catalogue.hpp"

#include <random>

#include <doctest/doctest.h>

using namespace ferry;

namespace {

/// VerifyStatus as a later version might write it: one field more, one fewer, another order.
struct LaterVerifyStatus {
  std::string hint = "new";
  std::uint64_t bytes_done = 0;
  std::string state;
  FERRY_FIELDS(hint, bytes_done, state)
};

/// As before there were traces.
struct EarlierEnvelope {
  std::uint32_t version = protocol_version;
  std::string type;
  std::uint64_t id = 0;
  std::uint64_t reply_to = 0;
  std::string from;
  std::string to;
  FERRY_FIELDS(version, type, id, reply_to, from, to)
};

std::string sample_body() {
  SyncDisks m;
  m.job = "j-1";
  m.epoch = 7;
  m.disks = {{0, 4096, 4096}, {1, 8192, 8192}};
  m.transfer.ssl = "on";
  return to_msgpack(m);
}

void check_refused(std::string_view type, std::string_view body) {
  const auto result = decode(type, body);
  REQUIRE(!result);
  CHECK(result.error().code == Errc::malformed);
}

}  // namespace

TEST_CASE("a message survives the way through the catalogue") {
  const auto message = decode("transfer.sync_disks", sample_body());
  REQUIRE(message);
  REQUIRE(message->match_elements<SyncDisks>());
  const auto& m = message->get_as<SyncDisks>(0);
  CHECK(m.job == "j-1");
  CHECK(m.disks[1].source_size == 8192);
  CHECK(m.transfer.ssl == "on");
  const auto again = encode(*message);
  CHECK(again.type == "transfer.sync_disks");
  CHECK(again.body == sample_body());
}

TEST_CASE("an older reader skips new fields and keeps its defaults for absent ones") {
  const auto message =
      decode("transfer.verify_status", to_msgpack(LaterVerifyStatus{"new", 42, "running"}));
  REQUIRE(message);
  const auto& m = message->get_as<VerifyStatus>(0);
  CHECK(m.state == "running");
  CHECK(m.bytes_done == 42);
  CHECK(m.bytes_total == 0);
}

TEST_CASE("bodies that break a limit or do not fit are refused, not believed") {
  const std::string_view type = "transfer.sync_disks";
  check_refused(type, std::string("\xdf\xff\xff\xff\xff", 5));  // a map of 4 G entries
  check_refused(type, std::string("\xdd\xff\xff\xff\xff", 5));  // an array of 4 G elements
  check_refused(type, std::string("\xdb\xff\xff\xff\xff", 5));  // a string of 4 GiB
  check_refused(type, std::string(200, '\x91'));                // nested too deep
  check_refused(type, std::string("\x81", 1));                  // cut off
  check_refused(type, std::string("\x81\xa5"
                                  "epoch\xa1x"));  // a string where a number belongs
  check_refused(type, "");
  check_refused(type, sample_body() + "x");  // bytes after the body
  check_refused("no.such_message", sample_body());
}

TEST_CASE("mutated bodies never crash the decoder") {
  std::mt19937_64 random{20261123};
  const auto good = sample_body();
  std::size_t refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    auto body = good;
    for (int k = 0; k < 3; ++k) body[random() % body.size()] = static_cast<char>(random());
    if (i % 3 == 0) body.resize(random() % body.size());
    if (!decode("transfer.sync_disks", body)) ++refused;
  }
  CHECK(refused > 5'000);
}

TEST_CASE("a frame of another protocol version is readable enough to be refused in words") {
  Envelope envelope;
  envelope.version = 99;
  envelope.type = "link.hello";
  envelope.id = 5;
  const auto frame = make_frame(envelope, "");
  const auto opened = open_frame(frame);
  REQUIRE(opened);
  const auto refused = check_version(opened->envelope.version);
  REQUIRE(!refused);
  CHECK(refused.error().code == Errc::protocol_version);
  CHECK(refused.error().what == "the other side speaks protocol 99, this one 1");
}

TEST_CASE("every message of the catalogue decodes what it encodes") {
  for (const auto name : wire_names()) {
    const auto empty = decode(name, std::string("\x80", 1));  // all defaults
    REQUIRE_MESSAGE(empty, name);
    const auto encoded = encode(*empty);
    CHECK(encoded.type == name);
    CHECK(decode(name, encoded.body));
  }
}

TEST_CASE("errors keep their number, facts and fix inside the actor system") {
  const Error error{Errc::disk_missing, "/dev/sdb is gone", "plug it in"};
  CHECK(from_caf(to_caf(error)) == error);
  CHECK(from_caf(caf::make_error(caf::sec::request_timeout)).code == Errc::timeout);
}

TEST_CASE("a record reads as JSON, binary as hex") {
  DigestPage page{3, 1, {'\x01', '\xff'}};
  CHECK(to_json(page) == R"({"first_chunk":3,"chunk_count":1,"entries":"01ff"})");
}

TEST_CASE("frames of nodes that know of no traces are read, and theirs skip ours") {
  const auto opened = open_frame(to_msgpack(EarlierEnvelope{1, "link.hello", 5, 0, "", "nodes"}));
  REQUIRE(opened);
  CHECK(opened->envelope.to == "nodes");
  CHECK(opened->envelope.trace.empty());
  Envelope envelope;
  envelope.type = "link.hello";
  envelope.trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const auto earlier = decode_body<EarlierEnvelope>(to_msgpack(envelope));
  REQUIRE(earlier);
  CHECK(earlier->type == "link.hello");
  CHECK(open_frame(make_frame(envelope, ""))->envelope.trace == envelope.trace);
}
