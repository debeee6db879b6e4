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
#include "replication/surveys.hpp"
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
struct TreeBench {
  TreeBench()
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
  ~TreeBench() {
    session.reset();
    CHECK(sh("cd " + folder.path.string() + "; cat outside/file; find outside root") ==
          "canary\noutside\noutside/file\nroot");
  }
  TreeBench(const TreeBench&) = delete;
  TreeBench& operator=(const TreeBench&) = delete;

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
           step(static_cast<StepKind>(11), 0, ""),
           step(StepKind::survey, 0, "../outside/file"),
           step(StepKind::survey, 0, ""),
           step(StepKind::survey, 0, std::string(5000, 'a')),
           step(StepKind::survey, 1, "a"),
           step(StepKind::survey, 1ULL << 63, "a"),
           step(StepKind::patch, 0, regular("../outside", "file", 7)),
           step(StepKind::hole, 0, frame::encode_length(4096)),
           step(StepKind::file, 0, regular("", "a", 8192)) +
               step(StepKind::hole, 0, frame::encode_length(4096)),
           "no step at all",
       }) {
    TreeBench bench;
    CHECK(bench.take(steps) == Errc::malformed);
  }
  TreeBench bench;
  CHECK(bench.take(step(StepKind::file, 0, regular("", "a", 4)) + step(StepKind::piece, 0, "data") +
                   step(StepKind::file_end, 4, digest)) == Errc::transfer_corrupt);
}

TEST_CASE("a source can't have more surveyed at once than it may have open") {
  std::string surveys;
  for (std::size_t i = 0; i < limits::surveys_ahead_max; ++i) {
    surveys += step(StepKind::survey, i * 4096, "a");
  }
  TreeBench bench;
  CHECK(bench.take(surveys) == Errc::none);
  CHECK(bench.take(surveys + step(StepKind::survey, 0, "a")) == Errc::malformed);
}

TEST_CASE("nothing is patched but a regular file of one name in the root, and only within it") {
  const auto digest = frame::encode(files::FileDigest{1, 2});
  const auto patch = [](const char* name) {
    return step(StepKind::patch, 0, regular("", name, 9000));
  };
  const auto overwrite =
      step(StepKind::piece, 0, "hostile") + step(StepKind::file_end, 9000, digest);
  for (const std::string make : {"ln -s ../outside/file a", "ln -s ../outside a", "mkdir a",
                                 "mkfifo a", "mknod a c 1 3", "echo x > a; ln a b", "true"}) {
    CAPTURE(make);
    TreeBench bench;
    sh("cd " + (bench.folder / "root") + "; " + make);
    CHECK(bench.take(patch("a") + overwrite) == Errc::none);
    CHECK(sh("cd " + (bench.folder / "root") + "; [ ! -e b ] || cat b") ==
          (make.ends_with("b") ? "x" : ""));
    sh("rm -rf " + (bench.folder / "root") + "/*");
  }
  for (const auto& steps : {
           step(StepKind::piece, 8192, std::string(809, 'x')),
           step(StepKind::hole, 8192, frame::encode_length(809)),
           step(StepKind::hole, 4095, frame::encode_length(1)),
           step(StepKind::hole, 0, frame::encode_length(~std::uint64_t{0})),
           step(StepKind::hole, 0, ""),
           step(StepKind::piece, 4096, "x") + step(StepKind::hole, 0, frame::encode_length(1)),
       }) {
    TreeBench bench;
    sh("cd " + (bench.folder / "root") + "; echo x > a");
    CHECK(bench.take(patch("a") + steps) == Errc::malformed);
    sh("rm " + (bench.folder / "root") + "/a");
  }
}

TEST_CASE("a patched file that isn't what the source read is removed, and told as corrupt") {
  TreeBench bench;
  sh("cd " + (bench.folder / "root") + "; echo x > a");
  CHECK(bench.take(step(StepKind::patch, 0, regular("", "a", 9000)) +
                   step(StepKind::piece, 0, std::string(4096, 'x')) +
                   step(StepKind::file_end, 9000, frame::encode(files::FileDigest{1, 2}))) ==
        Errc::transfer_corrupt);
}

TEST_CASE("surveys of other bounds than can be, or that nobody asked for, are refused") {
  const auto window = files::FileSurvey::window_bytes;
  const auto parse = [](files::FileSurvey found) {
    const auto text = frame::payload(frame::Survey{3, std::move(found)});
    return frame::parse_survey(bytes_of(text));
  };
  const std::vector<std::uint64_t> digests{1, 0, ~std::uint64_t{0}, 0x0123456789abcdef};
  const auto good = parse({window, 2 * window, digests});
  REQUIRE(good);
  CHECK(good->number == 3);
  CHECK(good->found.digests == digests);
  CHECK(parse({4096, 4096, {}}));
  CHECK(parse({4096, files::FileSurvey::no_end, {}}));
  CHECK(!parse({4096, 4096, digests}));  // of a file that isn't there
  CHECK(!parse({window, window + 4096, digests}));
  CHECK(!parse({window, 0, {}}));
  CHECK(!parse({1, 1 + window, {}}));
  CHECK(!parse({0, window + 1, {}}));
  CHECK(!parse({0, ~std::uint64_t{4095}, {}}));
  CHECK(!parse({0, window, std::vector<std::uint64_t>(limits::survey_granules_max + 1, 7)}));
  const auto whole = frame::payload(frame::Survey{3, {0, window, digests}});
  CHECK(!frame::parse_survey(bytes_of(whole + "x")));
  CHECK(!frame::parse_survey(bytes_of(whole.substr(0, whole.size() - 1))));
  const auto largest = frame::payload(frame::Survey{
      ~std::uint64_t{0},
      {0, files::FileSurvey::no_end, std::vector<std::uint64_t>(limits::survey_granules_max, 7)}});
  CHECK(frame::prefix_bytes + largest.size() + frame::tag_bytes <= limits::data_reply_bytes_max);
}

TEST_CASE("an answer to a survey that nobody asked for ends the pass") {
  PassSettings settings;
  settings.key = {5, random_bytes(32), true, 1};
  PassControl control;
  PassProgress progress;
  PassShared pass{settings, control, progress, {}, 0};
  BufferPool pool{2};
  const ZmqContext context;
  SenderLink link{context, pass, 0, pool};
  StepBatch batch{pass, pool, link};
  Surveys surveys{batch, link};
  const auto take = [&](std::uint64_t number, std::uint64_t begin) {
    const auto taken = surveys.take({number, {begin, files::FileSurvey::no_end, {7}}});
    return taken ? Errc::none : taken.error().code;
  };
  CHECK(take(0, 0) == Errc::malformed);
  files::Listing listing;
  listing.entries.resize(1);
  listing.entries[0].size = limits::patched_file_bytes_min;
  surveys.expect(listing, 0);
  REQUIRE(surveys.ask());
  CHECK(take(1, 0) == Errc::transfer_broken);
  CHECK(take(0, 4096) == Errc::malformed);
  CHECK(take(0, 0) == Errc::none);
  CHECK(surveys.found().value());
  CHECK(surveys.covering(0).value()->digest_at(0) == 7);
  CHECK(take(1, 0) == Errc::malformed);
}

TEST_CASE("a batch of steps has the size that it says, and no other frame comes in its place") {
  TreeBench one;
  CHECK(one.take(std::string(100, '\0'), 101) == Errc::malformed);
  TreeBench other;
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
