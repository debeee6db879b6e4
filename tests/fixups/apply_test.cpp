// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Applying and undoing, for every kind of guest and every kind of network.
#include <algorithm>
#include <array>
#include <csignal>
#include <random>
#include <span>

#include <sys/file.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "guests.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

template <class Check>
void for_all_guests(Check check) {
  for (const auto& family : families()) {
    for (const auto network : {NetworkMode::as_it_is, NetworkMode::keep_names, NetworkMode::dhcp}) {
      CAPTURE(std::string{family.name});
      CAPTURE(static_cast<int>(network));
      const GuestFolder guest;
      family.make(guest);
      check(guest, settings_for(network));
    }
  }
}

Result<std::vector<std::string>> undo_in(const GuestFolder& guest) {
  return undo_patches(look(guest).root);
}

/// Runs `work` in a process of its own and kills it after a while.
template <class Work>
void kill_within(unsigned microseconds, Work work) {
  std::array<int, 2> started{};
  REQUIRE(::pipe(started.data()) == 0);
  const auto pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    if (::write(started[1], "x", 1) != 1) ::_exit(1);
    work();
    ::_exit(0);
  }
  char byte = 0;
  REQUIRE(::read(started[0], &byte, 1) == 1);
  ::usleep(microseconds);
  ::kill(pid, SIGKILL);
  ::close(started[0]);
  ::close(started[1]);
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
}

}  // namespace

TEST_CASE("planning and showing the patches writes nothing") {
  for_all_guests([](const GuestFolder& guest, const FixUpSettings& settings) {
    const auto before = tree_of(guest.root);
    const auto made = plan(guest, settings);
    CHECK(made.patches.size() >= 2);
    for (const auto& patch : made.patches) CHECK(unified_diff(patch));
    CHECK(tree_of(guest.root) == before);
  });
}

TEST_CASE("every patch has a reason and the name of its fix-up") {
  for_all_guests([](const GuestFolder& guest, const FixUpSettings& settings) {
    for (const auto& patch : plan(guest, settings).patches) {
      CHECK(patch.reason.size() > 10);
      CHECK(!patch.fix_up.empty());
      CHECK(patch.file.starts_with('/'));
      CHECK(patch.before != patch.after);
    }
  });
}

TEST_CASE("applying twice is applying once") {
  for_all_guests([](const GuestFolder& guest, const FixUpSettings& settings) {
    CHECK(!fix(guest, settings).empty());
    const auto once = tree_of(guest.root);
    CHECK(plan(guest, settings).patches.empty());
    CHECK(fix(guest, settings).empty());
    CHECK(tree_of(guest.root) == once);
  });
}

TEST_CASE("undo gives back every byte, mode, owner and time, and leaves nothing") {
  for_all_guests([](const GuestFolder& guest, const FixUpSettings& settings) {
    REQUIRE(::chown((guest.root / "etc/fstab").c_str(), 12, 34) == 0);
    const auto before = tree_of(guest.root);
    const auto changed = fix(guest, settings);
    CHECK(tree_of(guest.root) != before);
    const auto undone = undo_in(guest);
    REQUIRE(undone);
    CHECK(*undone == changed);
    CHECK(tree_of(guest.root) == before);
    const auto again = undo_in(guest);
    REQUIRE(again);
    CHECK(again->empty());
    CHECK(tree_of(guest.root) == before);
  });
}

TEST_CASE("undo leads back to the start after settings changed between two runs") {
  const GuestFolder guest;
  make_debian(guest);
  const auto before = tree_of(guest.root);
  fix(guest, settings_for(NetworkMode::keep_names));
  fix(guest, settings_for(NetworkMode::dhcp));
  fix(guest, settings_for(NetworkMode::keep_names));
  REQUIRE(undo_in(guest));
  CHECK(tree_of(guest.root) == before);
}

TEST_CASE("a file keeps its mode, owner and extended attributes when it is changed") {
  const GuestFolder guest;
  make_debian(guest);
  const auto fstab = guest.root / "etc/fstab";
  REQUIRE(::chmod(fstab.c_str(), 0640) == 0);
  REQUIRE(::chown(fstab.c_str(), 12, 34) == 0);
  const std::string label = "system_u:object_r:etc_t:s0";
  const bool labelled =
      ::setxattr(fstab.c_str(), "trusted.label", label.data(), label.size(), 0) == 0;
  const auto check = [&] {
    struct stat status {};
    REQUIRE(::stat(fstab.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777U) == 0640);
    CHECK(status.st_uid == 12);
    CHECK(status.st_gid == 34);
    std::string value(100, '\0');
    const auto size = ::getxattr(fstab.c_str(), "trusted.label", value.data(), value.size());
    CHECK((!labelled || value.substr(0, static_cast<std::size_t>(size)) == label));
  };
  const auto changed = fix(guest, settings_for(NetworkMode::as_it_is));
  CHECK(std::ranges::find(changed, "/etc/fstab") != changed.end());
  check();
  REQUIRE(undo_in(guest));
  check();
}

TEST_CASE("undo refuses to lose what somebody wrote since, and then undoes nothing") {
  const GuestFolder guest;
  make_debian(guest);
  fix(guest, settings_for(NetworkMode::as_it_is));
  std::ofstream{guest.root / "etc/fstab", std::ios::app} << "# mine\n";
  const auto fixed = tree_of(guest.root);
  const auto undone = undo_in(guest);
  REQUIRE(!undone);
  CHECK(undone.error().code == Errc::guest_changed);
  CHECK(undone.error().what.find("/etc/fstab") != std::string::npos);
  CHECK(tree_of(guest.root) == fixed);
}

TEST_CASE("patches for a file that changed since they were planned are refused") {
  const GuestFolder folder;
  make_debian(folder);
  const auto guest = look(folder);
  const auto made = plan_fix_ups(guest, settings_for(NetworkMode::as_it_is));
  REQUIRE(made);
  std::ofstream{folder.root / "etc/fstab", std::ios::app} << "# mine\n";
  const auto before = tree_of(folder.root);
  const auto applied = apply_patches(guest, made->patches);
  REQUIRE(!applied);
  CHECK(applied.error().code == Errc::guest_changed);
  CHECK(tree_of(folder.root) == before);
}

TEST_CASE("killed at any moment, applying again ends where one apply does, and undo undoes") {
#ifdef FERRY_SANITIZED
  constexpr int rounds = 20;
#else
  constexpr int rounds = 120;
#endif
  std::mt19937 engine{20261124};
  const auto dice = [&] { return static_cast<unsigned>(engine()); };
  int in_the_middle = 0;
  for (int round = 0; round < rounds; ++round) {
    const auto& family = families()[dice() % families().size()];
    const auto settings =
        settings_for(round % 2 == 0 ? NetworkMode::keep_names : NetworkMode::dhcp);
    CAPTURE(round);
    CAPTURE(std::string{family.name});
    const GuestFolder guest;
    family.make(guest);
    const auto before = tree_of(guest.root);
    const GuestFolder whole;
    family.make(whole);
    const auto whole_guest = look(whole);
    const auto whole_plan = plan(whole, settings);
    const auto started = steady_us();
    REQUIRE(apply_patches(whole_guest, whole_plan.patches));
    // However fast this machine is just now, a good part of the kills strikes in the middle.
    const auto patience = static_cast<unsigned>((steady_us() - started) * 5 / 4) + 1;
    const auto look_at_it = look(guest);
    const auto made = plan_fix_ups(look_at_it, settings);
    REQUIRE(made);
    kill_within(dice() % patience, [&] { (void)apply_patches(look_at_it, made->patches); });
    const auto after_kill = contents_of(guest.root);
    const bool begun = tree_of(guest.root) != before;
    if (begun && after_kill != contents_of(whole.root)) ++in_the_middle;
    if (round % 3 != 0) {
      fix(guest, settings);
      CHECK(contents_of(guest.root) == contents_of(whole.root));
    }
    // Undo is killed as well, then told again.
    kill_within(dice() % patience, [&] { (void)undo_patches(look_at_it.root); });
    const auto undone = undo_in(guest);
    REQUIRE_MESSAGE(undone, (undone ? "" : to_string(undone.error())));
    CHECK(tree_of(guest.root) == before);
  }
  INFO(in_the_middle, " of ", rounds, " struck in the middle");
  CHECK(in_the_middle > rounds / 20);
}

TEST_CASE("what a killed apply left beside a file is no setting of the guest, and goes") {
  const GuestFolder guest;
  make_debian(guest);
  fix(guest, {});
  // As if it had been killed before the name was given.
  const auto done = guest.root / "etc/initramfs-tools/conf.d/zz-edgeferry";
  const std::string hidden = "/etc/initramfs-tools/conf.d/.edgeferry-" + [] {
    const auto digest = sha256("zz-edgeferry");
    return to_hex(std::as_bytes(std::span{digest})).substr(0, 24);
  }();
  fs::rename(done, guest.root / hidden.substr(1));
  fix(guest, {});
  CHECK(fs::exists(done));
  CHECK(!guest.has(hidden));
}

TEST_CASE("two processes don't work on one guest") {
  const GuestFolder folder;
  make_debian(folder);
  const auto guest = look(folder);
  const auto held = ::open(folder.root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const auto pid = ::fork();
  if (pid == 0) {
    // An own description of the folder: locks belong to those.
    const int own = ::open(folder.root.c_str(), O_RDONLY | O_DIRECTORY);
    ::_exit(::flock(own, LOCK_EX) == 0 && ::pause() == -1 ? 0 : 1);
  }
  while (::flock(held, LOCK_EX | LOCK_NB) == 0) {
    ::flock(held, LOCK_UN);
    ::usleep(1000);
  }
  const auto applied = apply_patches(guest, plan(folder, {}).patches);
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  ::close(held);
  REQUIRE(!applied);
  CHECK(applied.error().code == Errc::guest_changed);
  CHECK(!folder.has("/var/lib/edgeferry"));
}

TEST_CASE("a diff reads as diff -u prints it, and obeys no control character") {
  const Patch patch{"fstab", "/etc/fstab", "because",
                    Content{Content::Kind::file, "one\ntwo\n", 0644},
                    Content{Content::Kind::file, "one\n\x1b[2Jthree\n", 0644}};
  CHECK(unified_diff(patch).value() ==
        "--- a/etc/fstab\n+++ b/etc/fstab\n@@ -1,2 +1,2 @@\n one\n-two\n+?[2Jthree\n");
  const Patch made{"SELinux", "/.autorelabel", "because", {}, Content{}};
  CHECK(unified_diff(made).value() == "--- /dev/null\n+++ b/.autorelabel\n");
}
