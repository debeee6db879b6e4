// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A source that lies. Beside the root lies a canary, which must stay what it is.
#include <span>

#include "tests/files/tree_fixture.hpp"

using namespace ferry;
using namespace ferry::files;
using namespace ferry::files::test;

namespace {

struct Target {
  Target() {
    sh("cd " + folder.path.string() +
       "; mkdir root outside; printf canary > outside/file; chmod 0600 outside/file");
    before = state();
    auto opened = TreeWriter::open(
        folder / "root", {.on_issue = [this](const FileIssue& issue) { issues.push_back(issue); }});
    REQUIRE(opened);
    writer.emplace(std::move(*opened));
  }
  ~Target() { CHECK(state() == before); }
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  [[nodiscard]] std::string state() const {
    return sh("cd " + (folder / "outside") + "; stat -c '%n %a %u %s %Y %h' . *; cat file; find .");
  }
  [[nodiscard]] std::string content() const {
    return sh("cd " + (folder / "root") + "; find . | sort | tr '\\n' ' '");
  }
  Errc list(const std::string& directory, std::vector<FileEntry> entries) {
    const auto done = writer->list({directory, std::move(entries)});
    return done ? Errc::none : done.error().code;
  }

  TempFolder folder;
  std::string before;
  std::vector<FileIssue> issues;
  std::optional<TreeWriter> writer;
};

FileEntry regular(const std::string& name, std::uint64_t size) {
  FileEntry entry;
  entry.name = name;
  entry.mode = 0644;
  entry.size = size;
  return entry;
}

FileEntry link_to(const std::string& name, const std::string& target) {
  FileEntry entry;
  entry.name = name;
  entry.type = FileType::symlink;
  entry.target = target;
  return entry;
}

FileEntry directory(const std::string& name) {
  FileEntry entry;
  entry.name = name;
  entry.type = FileType::directory;
  entry.mode = 0777;
  return entry;
}

const std::string four_kib(4096, 'd');

}  // namespace

TEST_CASE("names that lead elsewhere are refused") {
  Target target;
  const std::string zero("a\0b", 3);
  for (const auto& name :
       {std::string{".."}, std::string{"."}, std::string{}, std::string{"a/b"},
        std::string{"../outside/file"}, std::string{"/etc"}, zero, std::string(256, 'n')}) {
    CAPTURE(name);
    CHECK(target.list({}, {regular(name, 0)}) == Errc::malformed);
    CHECK(!target.writer->create({}, regular(name, 4096)));
    auto link = regular(name, 0);
    link.several_names = true;
    link.leader = "x";
    CHECK(target.writer->add_name({}, link).error().code == Errc::malformed);
  }
  for (const std::string path :
       {"..", "../outside", "a/../../outside", "/etc", "a//b", "a/", "."}) {
    CAPTURE(path);
    CHECK(target.list(path, {regular("file", 0)}) == Errc::malformed);
    CHECK(target.writer->create(path, regular("file", 0)).error().code == Errc::malformed);
    CHECK(!target.writer->end_directory({path, directory(std::string{split(path).name})}));
    auto link = regular("file", 0);
    link.several_names = true;
    link.leader = path + "/file";
    CHECK(target.writer->add_name({}, link).error().code == Errc::malformed);
  }
  CHECK(target.content() == ". ");
}

TEST_CASE("no link is followed on the way to a file, wherever it points") {
  for (const std::string to : {"../outside", "/", ".", "/proc/self/root"}) {
    CAPTURE(to);
    Target target;
    const auto pointed = to == "../outside" ? to : target.folder / "outside";
    REQUIRE(target.list({}, {link_to("way", pointed)}) == Errc::none);
    CHECK(target.list("way", {regular("file", 0)}) == Errc::malformed);
    CHECK(target.writer->create("way", regular("file", 4096)).error().code == Errc::malformed);
    REQUIRE(target.writer->end_directory({"way/file", directory("file")}));
    CHECK(target.writer->commit().error().code == Errc::malformed);
    auto link = regular("linked", 6);
    link.several_names = true;
    link.leader = "way/file";
    REQUIRE(target.writer->add_name({}, link));
    CHECK(target.writer->commit().error().code == Errc::malformed);
    // As a directory's end it is of another type than announced: an issue, and no change.
    REQUIRE(target.writer->end_directory({"way", directory("way")}));
    REQUIRE(target.writer->commit());
    CHECK(target.issues.size() == 1);
    CHECK(target.content() == ". ./way ");
  }
}

TEST_CASE("a file's data never goes through a link, a device or a pipe of its name") {
  Target target;
  auto pipe = regular("a-pipe", 0);
  pipe.type = FileType::fifo;
  auto device = regular("device", 0);
  device.type = FileType::block;
  device.device_major = 7;
  REQUIRE(target.list({}, {pipe, device, link_to("way", target.folder / "outside/file")}) ==
          Errc::none);
  for (const std::string name : {"a-pipe", "device", "way"}) {
    auto file = target.writer->create({}, regular(name, 4096));
    REQUIRE(file);
    REQUIRE(file->write(0, bytes_of(four_kib)));
    FileHasher hasher{""};
    hasher.add(0, bytes_of(four_kib));
    REQUIRE(target.writer->complete(std::move(*file), {4096, hasher.digest(4096)}));
  }
  REQUIRE(target.writer->commit());
  CHECK(sh("cd " + (target.folder / "root") + "; stat -c '%n %F %s' *") ==
        "a-pipe regular file 4096\ndevice regular file 4096\nway regular file 4096");
}

TEST_CASE("a new file has the time by which it counts as copied only after a commit") {
  Target target;
  const auto time_of = [&] { return sh("stat -c %Y " + (target.folder / "root/f")); };
  auto file = target.writer->create({}, regular("f", 4096));
  REQUIRE(file);
  REQUIRE(file->write(0, bytes_of(four_kib)));
  FileHasher hasher{""};
  hasher.add(0, bytes_of(four_kib));
  REQUIRE(target.writer->complete(std::move(*file), {4096, hasher.digest(4096)}));
  CHECK(time_of() != "0");  // which regular() says
  REQUIRE(target.writer->commit());
  CHECK(time_of() == "0");
}

TEST_CASE("more data than announced, data out of order and other data are refused") {
  Target target;
  {
    auto file = target.writer->create({}, regular("f", 4096));
    REQUIRE(file);
    CHECK(file->write(4096, bytes_of("x")).error().code == Errc::malformed);
    CHECK(file->write(~0ULL - 4095, bytes_of(four_kib)).error().code == Errc::malformed);
    CHECK(file->write(0, bytes_of(four_kib + "x")).error().code == Errc::malformed);
    CHECK(file->write(1, bytes_of("x")).error().code == Errc::malformed);
    REQUIRE(file->write(0, bytes_of(four_kib)));
    CHECK(file->write(0, bytes_of(four_kib)).error().code == Errc::malformed);
    CHECK(target.writer->complete(std::move(*file), {8192, {}}).error().code == Errc::malformed);
  }
  auto file = target.writer->create({}, regular("f", 4096));
  REQUIRE(file);
  REQUIRE(file->write(0, bytes_of(four_kib)));
  CHECK(target.writer->complete(std::move(*file), {4096, {1, 2}}).error().code ==
        Errc::transfer_corrupt);
  CHECK(target.content() == ". ");  // also no part of it
}

TEST_CASE("entries that contradict themselves are refused") {
  Target target;
  auto entry = regular("f", 0);
  entry.mode = 0100644;
  CHECK(target.list({}, {entry}) == Errc::malformed);
  CHECK(target.list({}, {link_to("l", "")}) == Errc::malformed);
  CHECK(target.list({}, {regular("b", 0), regular("a", 0)}) == Errc::malformed);
  CHECK(target.list({}, {regular("a", 0), regular("a", 0)}) == Errc::malformed);
  entry = regular("f", 0);
  entry.mtime.nanoseconds = 1'000'000'000;
  CHECK(target.list({}, {entry}) == Errc::malformed);
  entry = regular("f", 1ULL << 63);
  CHECK(target.list({}, {entry}) == Errc::malformed);
  CHECK(target.list({}, std::vector<FileEntry>(1025, regular("f", 0))) == Errc::malformed);
  CHECK(target.content() == ". ");
}
