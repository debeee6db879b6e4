// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/open_below.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "tests/shell.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

/// A root with links of all kinds, and a file outside of it.
struct Tree {
  TempFolder scratch;
  Fd root;

  Tree() {
    sh("cd " + scratch.path.string() +
       " && mkdir -p root/etc root/usr/lib && echo outside >os-release && echo outside >secret"
       " && echo inside >root/usr/lib/os-release && echo inside >root/etc/plain"
       " && cd root/etc && ln -s ../usr/lib/os-release relative && ln -s /usr/lib absolute"
       " && ln -s ../../../../secret above && ln -s ../../../../usr/lib/os-release highest"
       " && ln -s loop-b loop-a && ln -s loop-a loop-b && ln -s /absent dangling"
       " && ln -s absolute/./os-release/ into-file && mkfifo pipe && ln -s relative chain");
    root = open_file(scratch.path / "root", O_RDONLY | O_DIRECTORY).value();
  }
};

using Opener = Fd (*)(const Fd&, const std::string&, int);

/// What is there, or the name of the error.
std::string content(Opener open, const Tree& tree, const std::string& path, int flags = 0) {
  const auto fd = open(tree.root, path, flags);
  if (!fd) return strerrorname_np(errno);
  std::array<char, 64> bytes{};
  const auto got = ::read(fd.get(), bytes.data(), bytes.size());
  return got < 0 ? strerrorname_np(errno) : std::string{bytes.data(), std::size_t(got)};
}

}  // namespace

TEST_CASE("links within a tree are followed, and none leads out of it, with any kernel") {
  const Tree tree;
  for (const Opener open : {&open_below, &open_below_by_steps}) {
    CHECK(content(open, tree, "etc/plain") == "inside\n");
    CHECK(content(open, tree, "/etc/plain") == "inside\n");
    CHECK(content(open, tree, "../../etc/./plain") == "inside\n");
    CHECK(content(open, tree, "etc/relative") == "inside\n");
    CHECK(content(open, tree, "etc/chain") == "inside\n");
    CHECK(content(open, tree, "etc/absolute/os-release") == "inside\n");
    CHECK(content(open, tree, "etc/absolute/../lib/os-release") == "inside\n");
    CHECK(content(open, tree, "etc/highest") == "inside\n");
    CHECK(content(open, tree, "etc/above") == "ENOENT");
    CHECK(content(open, tree, "../os-release") == "ENOENT");
    CHECK(content(open, tree, "etc/dangling") == "ENOENT");
    CHECK(content(open, tree, "etc/loop-a") == "ELOOP");
    CHECK(content(open, tree, "etc/plain/more") == "ENOTDIR");
    CHECK(content(open, tree, "etc", O_DIRECTORY) == "EISDIR");
    CHECK(content(open, tree, "etc/absolute", O_DIRECTORY) == "EISDIR");
    CHECK(content(open, tree, "etc/plain", O_DIRECTORY) == "ENOTDIR");
    CHECK(content(open, tree, ".", O_DIRECTORY) == "EISDIR");
    CHECK(content(open, tree, "etc/pipe").empty());  // without waiting for a writer
  }
}
