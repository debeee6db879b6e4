// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/free_port.hpp"

#include <array>
#include <fstream>
#include <set>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace ferry;

TEST_CASE("a free port is given once, as long as whoever has it lives") {
  constexpr std::size_t many = 200;
  std::set<std::uint16_t> given;
  for (std::size_t i = 0; i < many; ++i) given.insert(free_port());
  CHECK(given.size() == many);
  CHECK(!given.contains(0));
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const auto other = ::fork();
  REQUIRE(other >= 0);
  for (std::size_t i = 0; other == 0 && i < many; ++i) {
    const auto port = free_port();
    (void)!::write(ends[1], &port, sizeof port);
  }
  if (other == 0) ::_exit(0);
  ::close(ends[1]);
  std::uint16_t port = 0;
  while (::read(ends[0], &port, sizeof port) == sizeof port) CHECK(given.insert(port).second);
  ::close(ends[0]);
  ::waitpid(other, nullptr, 0);
  CHECK(given.size() == 2 * many);
}

TEST_CASE("a free port is none that the kernel gives to others") {
  std::ifstream range{"/proc/sys/net/ipv4/ip_local_port_range"};
  int first = 0;
  range >> first;
  REQUIRE(range.good());
  for (int i = 0; i < 100; ++i) CHECK(free_port() < first);
}
