// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "base/limits.hpp"
#include "boot/console_watch.hpp"

using namespace ferry;

namespace {

struct Watched {
  std::vector<Milestone> told;
  ConsoleWatch watch;

  explicit Watched(const std::string& marker = {})
      : watch(marker, [this](const Reached& r) { told.push_back(r.milestone); }) {}
};

}  // namespace

TEST_CASE("a console is lines without what moves and colours a terminal") {
  ConsoleText text;
  CHECK(text.take("\x1b[2J\x1b[01;01H\x1b[0;37mSeaBIOS\x1b[02;01HBooting").front() == "SeaBIOS");
  CHECK(text.take(" from disk\r\n") == std::vector<std::string>{"Booting from disk"});
  CHECK(text.take("[\x1b[0;32m  OK  \x1b[0m] Reached\ttarget\a\x7f\n").front() ==
        "[  OK  ] Reached target");
  CHECK(text.take("login: ").empty());
  CHECK(text.begun() == "login: ");
  // A sequence may come in two pieces.
  CHECK(text.take("\x1b[3").empty());
  CHECK(text.take("1mred\n").front() == "login: red");
}

TEST_CASE("a cursor that moves within its row goes on with the line") {
  ConsoleText text;
  CHECK(text.take("\x1b[02;24HGNU GRUB\r\n\r\n   Minimal BASH-like line editing is su").size() ==
        1);
  CHECK(text.take("\x1b[04;39H\x1b[04;40Hpported.\x1b[06;01H").front() ==
        "   Minimal BASH-like line editing is supported.");
}

TEST_CASE("a line without an end is cut, and nothing a guest writes grows without bounds") {
  Watched watched;
  const std::string flood(limits::console_line_bytes_max * 3 + 5, 'x');
  watched.watch.take(flood, 1);
  CHECK(watched.watch.lines().size() == 4);
  std::string lines;
  for (int i = 0; i < 500; ++i) lines += "line\n";
  for (int i = 0; i < 100; ++i) watched.watch.take(lines, 1);
  watched.watch.take("the last one\n", 2);
  const auto kept = watched.watch.lines();
  CHECK(kept.size() == limits::console_lines_first + limits::console_lines_last);
  CHECK(kept.back() == "the last one");
}

TEST_CASE("a pattern's pieces have to stand in a line in their order") {
  CHECK(shows("[    1.2] EXT4-fs (vda1): mounted filesystem", "EXT4-fs (*): mounted"));
  CHECK(!shows("mounted EXT4-fs (vda1): not", "EXT4-fs (*): mounted"));
  CHECK(shows("tiny login: ", " login:$"));
  CHECK(!shows("tiny login: root", " login:$"));
  CHECK(!shows("", "x"));
}

TEST_CASE("a milestone is told once, and one that comes late says nothing new") {
  Watched watched;
  watched.watch.take("Booting from Hard Disk...\r\nWelcome to GRUB!\r\n", 10);
  watched.watch.take("[    0.0] Linux version 6.1.0-25-cloud-amd64\n", 20);
  watched.watch.take("[    2.0] EXT4-fs (vda1): mounted filesystem\n", 30);
  watched.watch.take("Welcome to Debian GNU/Linux 12 (bookworm)!\n", 40);
  watched.watch.take("[    4.0] EXT4-fs (vda2): mounted filesystem\n", 50);
  watched.watch.take("source01 login: ", 60);
  watched.watch.take("\nsource01 login: ", 70);
  CHECK(watched.told == std::vector<Milestone>{Milestone::firmware, Milestone::boot_loader,
                                               Milestone::kernel, Milestone::root, Milestone::init,
                                               Milestone::multi_user});
  CHECK(watched.watch.reached().back().ms == 60);
  CHECK(watched.watch.is_up());
  CHECK(!watched.watch.dead_end_ms());
}

TEST_CASE("the welcome of a boot loader or an initramfs is not that of the system") {
  CHECK(milestone_in("Welcome to GRUB!") == Milestone::boot_loader);
  CHECK(!milestone_in("Welcome to Rocky Linux 9.3 dracut-057 (Initramfs)!"));
  CHECK(milestone_in("Welcome to Rocky Linux 9.3 (Blue Onyx)!") == Milestone::init);
}

TEST_CASE("with a marker asked for nothing else is a proof") {
  Watched watched{"SERVER-UP"};
  watched.watch.take("tiny login: ", 5);
  CHECK(!watched.watch.is_up());
  watched.watch.take("[   9.1] SERVER-UP host=", 6);
  CHECK(!watched.watch.is_up());
  watched.watch.take("a\n", 7);
  CHECK(watched.watch.is_up());
  CHECK(watched.watch.reached().back().line == "tiny login: [   9.1] SERVER-UP host=a");
}

TEST_CASE("a prompt that waits for a person is a dead end before its line ends") {
  Watched watched;
  watched.watch.take("error: no such device\r\ngrub rescue> ", 7);
  CHECK(watched.watch.dead_end_ms() == 7);
}
