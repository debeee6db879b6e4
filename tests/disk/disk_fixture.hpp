// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Real images, loop devices and mounts for the tests of disk/, each undone by its
// destructor.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/file.hpp"
#include "disk/source_disk.hpp"
#include "tests/shell.hpp"

namespace ferry::test {

/// Writes a GPT: one line per partition in sfdisk's words. (sgdisk sleeps a second.)
inline void make_gpt(const std::string& disk, const std::string& lines) {
  sh("printf 'label: gpt\\n" + lines + "\\n' | sfdisk -q --no-reread --no-tell-kernel " + disk);
}

/// A loop device, with partition devices if asked for.
struct Loop {
  explicit Loop(const std::string& image, bool partitions = false)
      : device(sh("losetup -f --show " + image)) {
    if (partitions) sh("partx -d " + device + " 2>/dev/null || true; partx -a " + device);
  }
  ~Loop() {
    (void)run({.argv = {"partx", "-d", device}});
    (void)run({.argv = {"losetup", "-d", device}});
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  std::string device;
};

struct Mounted {
  Mounted(const std::string& device, const std::filesystem::path& where,
          const std::string& options = "rw")
      : point(where) {
    std::filesystem::create_directories(point);
    sh("mount -o " + options + ' ' + device + " '" + point.string() + "'");
  }
  ~Mounted() { (void)run({.argv = {"umount", point.string()}}); }
  Mounted(const Mounted&) = delete;
  Mounted& operator=(const Mounted&) = delete;

  std::filesystem::path point;
};

struct FreeBuffer {
  void operator()(std::byte* memory) const { std::free(memory); }
};
struct Buffer {
  explicit Buffer(std::size_t count)
      : memory(static_cast<std::byte*>(std::aligned_alloc(4096, (count + 4095) / 4096 * 4096))),
        size(count) {}
  [[nodiscard]] std::span<std::byte> span() const { return {memory.get(), size}; }
  [[nodiscard]] std::string text() const {
    return {reinterpret_cast<const char*>(memory.get()), size};
  }

  std::unique_ptr<std::byte, FreeBuffer> memory;
  std::size_t size;
};

inline SourceDisk open_source(const std::string& path) {
  auto disk = SourceDisk::open(path);
  if (!disk) FAIL(to_string(disk.error()));
  return std::move(*disk);
}

/// Overwrites bytes of a file, as damage or as content.
inline void poke(const std::string& path, std::uint64_t offset, std::string_view bytes) {
  auto fd = open_file(path, O_WRONLY);
  REQUIRE(fd);
  REQUIRE(write_at(*fd, bytes.data(), bytes.size(), offset));
  REQUIRE(::fsync(fd->get()) == 0);
}

}  // namespace ferry::test
