// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A scratch folder, small mounted file systems and real disk files for the tests of
// this folder. Everything goes away with its object.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/limits.hpp"
#include "base/random.hpp"
#include "base/subprocess.hpp"
#include "base/text.hpp"

namespace ferry::test {

namespace fs = std::filesystem;

/// A folder as a bucket takes parts of any size: small ones make short tests.
inline constexpr std::uint64_t small_part_bytes = 64 * limits::kib;

class Scratch {
 public:
  Scratch() : path_(fs::temp_directory_path() / random_id("ferry-cloud")) {
    fs::create_directories(path_);
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  [[nodiscard]] fs::path operator/(const fs::path& name) const { return path_ / name; }

 private:
  fs::path path_;
};

/// A mount that ends with its object.
class Mount {
 public:
  Mount(std::vector<std::string> options, const fs::path& at) : at_(at) {
    fs::create_directories(at);
    options.insert(options.begin(), "mount");
    options.push_back(at.string());
    const auto done = run_ok({.argv = std::move(options)});
    REQUIRE_MESSAGE(done, (done ? "" : to_string(done.error())));
  }
  ~Mount() { (void)run({.argv = {"umount", "-l", at_.string()}}); }
  Mount(const Mount&) = delete;
  Mount& operator=(const Mount&) = delete;

 private:
  fs::path at_;
};

inline void write_bytes(const fs::path& path, std::string_view bytes, std::uint64_t offset = 0) {
  std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
  if (!file) file.open(path, std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(offset));
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  REQUIRE(file.flush().good());
}

inline std::string read_bytes(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// A sparse disk with random bytes at its begin, its middle and its end.
inline void make_disk(const fs::path& path, std::uint64_t size) {
  write_bytes(path, random_bytes(300'000));
  fs::resize_file(path, size);
  write_bytes(path, random_bytes(100'000), size / 2);
  write_bytes(path, random_bytes(4096), size - 4096);
}

inline std::string sha256_hex(std::string_view bytes) {
  const auto digest = sha256(bytes);
  return to_hex(std::as_bytes(std::span{digest}));
}

inline std::span<const std::byte> as_span(std::string_view bytes) {
  return std::as_bytes(std::span{bytes.data(), bytes.size()});
}

}  // namespace ferry::test
