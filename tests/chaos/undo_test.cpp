// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a run did is undone, also by somebody else who finds only its file.
#include "chaos/undo.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.hpp"
#include "base/process.hpp"
#include "base/random.hpp"

using namespace ferry;
using namespace ferry::chaos;
namespace fs = std::filesystem;

namespace {

struct Folder {
  fs::path path = fs::temp_directory_path() / random_id("ferry-undo");
  Folder() { fs::create_directory(path); }
  ~Folder() { fs::remove_all(path); }
};

struct Child {
  pid_t pid = ::fork();
  Child() {
    if (pid != 0) return;
    for (;;) ::pause();
  }
  ~Child() {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  /// The letter of /proc/PID/stat.
  [[nodiscard]] char state() const {
    const auto stat = read_file("/proc/" + std::to_string(pid) + "/stat", 4096).value_or("");
    return stat.at(stat.rfind(')') + 2);
  }
};

bool becomes(const Child& child, bool stopped) {
  for (int i = 0; i < 200; ++i) {
    if ((child.state() == 'T') == stopped) return true;
    ::usleep(10'000);
  }
  return false;
}

}  // namespace

TEST_CASE("what a killed run left is undone by the one who reads its file, newest first") {
  const Folder folder;
  const Child child;
  const auto filler = folder.path / "filler";
  {
    auto undo = UndoLog::open(folder.path / "undo.json");
    REQUIRE(undo);
    REQUIRE(undo->promise(undo_continue(child.pid)));
    REQUIRE(undo->promise(undo_path("remove", filler)));
    ::kill(child.pid, SIGSTOP);
    std::ofstream{filler} << "full";
    REQUIRE(becomes(child, true));
  }
  auto undo = UndoLog::open(folder.path / "undo.json");
  REQUIRE(undo);
  CHECK(undo->size() == 2);
  CHECK(undo->fulfil_all().empty());
  CHECK(becomes(child, false));
  CHECK_FALSE(fs::exists(filler));
  CHECK(UndoLog::open(folder.path / "undo.json")->size() == 0);
}

TEST_CASE("a step is done once, and forgotten") {
  const Folder folder;
  auto undo = UndoLog::open(folder.path / "undo.json");
  REQUIRE(undo);
  const auto filler = folder.path / "filler";
  const auto id = undo->promise(undo_path("remove", filler));
  REQUIRE(id);
  std::ofstream{filler} << "full";
  CHECK(undo->fulfil(*id));
  CHECK_FALSE(fs::exists(filler));
  CHECK(undo->size() == 0);
  CHECK(undo->fulfil(*id));
}

TEST_CASE("a process that got the number of one that ended is not touched") {
  const Folder folder;
  const Child child;
  auto undo = UndoLog::open(folder.path / "undo.json");
  REQUIRE(undo);
  auto step = undo_end(child.pid);
  step.ticks += 1;  // as if the one that was meant had started later
  REQUIRE(undo->promise(step));
  CHECK(undo->fulfil_all().empty());
  CHECK(child.state() != 'Z');
}

TEST_CASE("a step that fails is kept, so that it can be tried again") {
  const Folder folder;
  auto undo = UndoLog::open(folder.path / "undo.json");
  REQUIRE(undo);
  REQUIRE(undo->promise(undo_path("down", folder.path / "no-such-cluster.toml")));
  CHECK(undo->fulfil_all().size() == 1);
  CHECK(UndoLog::open(folder.path / "undo.json")->size() == 1);
}
