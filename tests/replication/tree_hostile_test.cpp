// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a source that holds a session's key may send of trees, and what a receiver may answer.
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/random.hpp"
#include "replication/tree_session.hpp"
#include "tests/files/scratch.hpp"

using namespace ferry;
using namespace ferry::test;
using frame::StepKind;

namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span{text});
}

std::string step(StepKind kind, std::uint64_t number, const std::string& bytes) {
  std::string text(frame::step_head_bytes, '\0');
  frame::put_step_head(kind, number, static_cast<std::uint32_t>(bytes.size()),
                       reinterpret_cast<std::byte*>(text.data()));
  return text + bytes;
}

std::string regular(const std::string& directory, const std::string& name, std::uint64_t size) {
  files::FileEntry entry;
  entry.name = name;
  entry.size = size;
  return files::encode(files::Listing{directory, {entry}});
}

/// A TreeSession without sockets, over a root beside which lies a canary.
struct Bench {
  Bench()
      : key{5, random_bytes(32), true, 1},
        target({.root = folder / "root", .digest_key = random_bytes(32)}) {
    sh("cd " + folder.path.string() + "; mkdir root outside; echo canary > outside/file");
    const auto hello = frame::payload(frame::Hello{random_bytes(16), 0, true});
    session.emplace(key, target, 4, [this](const std::string&, std::string frame) {
      if (answer.empty()) answer = std::move(frame);
    });
    handle(greeting(key, {frame::Type::hello, key.id, 0, 0}, hello));
    const auto payload = open_greeting(key, bytes_of(answer)).value();
    const auto welcome = frame::parse_welcome(payload).value();
    seal.emplace(key, 0, Direction::to_target, welcome.echo + welcome.salt);
  }
  ~Bench() {
    session.reset();
    CHECK(sh("cd " + folder.path.string() + "; cat outside/file; find outside root") ==
          "canary\noutside\noutside/file\nroot");
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  void handle(std::string message) {
    const auto bytes = std::as_writable_bytes(std::span{message});
    session->handle("peer", frame::parse_prefix(bytes).value(), bytes, tools);
  }
  void send(frame::Type type, const std::string& payload) {
    handle(seal->message({type, key.id, 0, sent++}, payload));
  }
  /// Returns how the session takes these steps.
  Errc take(const std::string& steps, std::uint32_t announced = 0) {
    std::string head(frame::steps_head_bytes, '\0');
    const auto size = static_cast<std::uint32_t>(steps.size());
    frame::put_steps_head({frame::Codec::raw, announced == 0 ? size : announced, size},
                          reinterpret_cast<std::byte*>(head.data()));
    send(frame::Type::steps, head + steps);
    for (int i = 0; i < 50 && !session->stats().failure; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    const auto failure = session->stats().failure;
    return failure ? failure->code : Errc::none;
  }

  TempFolder folder;
  SessionKey key;
  TreeTarget target;
  WriterTools tools;
  std::string answer;  // to the hello
  std::uint64_t sent = 0;
  std::optional<LinkSeal> seal;
  std::optional<TreeSession> session;
};

}  // namespace

TEST_CASE("steps that no honest source sends end the session, and nothing outside is touched") {
  const std::string digest = frame::encode(files::FileDigest{1, 2});
  for (const auto& steps : std::vector<std::string>{
           step(StepKind::listing, 0, regular("..", "file", 1)),
           step(StepKind::listing, 0, regular("", "../outside/file", 1)),
           step(StepKind::listing, 0, "not a listing"),
           step(StepKind::comparison, 0, regular("../outside", "file", 7)),
           step(StepKind::file, 0, regular("../outside", "file", 7)),
           step(StepKind::file, 0, files::encode(files::Listing{})),
           step(StepKind::name, 0, regular("", "a", 0)),
           step(StepKind::piece, 0, "data of no file"),
           step(StepKind::file_end, 4, digest),
           step(StepKind::file, 0, regular("", "a", 4)) + step(StepKind::piece, 0, "beyond it"),
           step(StepKind::file, 0, regular("", "a", 4)) + step(StepKind::file_end, 4, "digest"),
           step(StepKind::directory_end, 0, "none"),
           step(static_cast<StepKind>(9), 0, ""),
           "no step at all",
       }) {
    Bench bench;
    CHECK(bench.take(steps) == Errc::malformed);
  }
  Bench bench;
  CHECK(bench.take(step(StepKind::file, 0, regular("", "a", 4)) + step(StepKind::piece, 0, "data") +
                   step(StepKind::file_end, 4, digest)) == Errc::transfer_corrupt);
}

TEST_CASE("a batch of steps has the size that it says, and no other frame comes in its place") {
  Bench one;
  CHECK(one.take(std::string(100, '\0'), 101) == Errc::malformed);
  Bench other;
  other.send(frame::Type::chunk, "x");
  CHECK(other.session->stats().rejected == 1);
  frame::StepsHead head;
  CHECK(!frame::parse_steps(bytes_of("x"), head));
}

TEST_CASE("answers to listings that are out of order or too many are refused") {
  const auto wanted = [](std::vector<std::vector<std::uint32_t>> entries) {
    return frame::parse_wanted(bytes_of(frame::payload(frame::Wanted{3, std::move(entries)})));
  };
  const auto good = wanted({{0, 1023}, {}, {7}});
  REQUIRE(good);
  CHECK(good->first == 3);
  CHECK(good->entries == std::vector<std::vector<std::uint32_t>>{{0, 1023}, {}, {7}});
  CHECK(!wanted({}));
  CHECK(!wanted({{1, 1}}));
  CHECK(!wanted({{2, 1}}));
  CHECK(!wanted({std::vector<std::uint32_t>(1025, 0)}));
  CHECK(!wanted(std::vector<std::vector<std::uint32_t>>(4097)));
  const auto whole = frame::payload(frame::Wanted{3, {{1}}});
  CHECK(!frame::parse_wanted(bytes_of(whole + "x")));
  CHECK(!frame::parse_wanted(bytes_of(whole.substr(0, whole.size() - 1))));
}
