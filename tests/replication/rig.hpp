// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A source file, a receiver and a target on real files and real sockets, for the
// tests of this folder.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/file.hpp"
#include "base/random.hpp"
#include "base/subprocess.hpp"
#include "replication/data_server.hpp"
#include "replication/pass.hpp"
#include "tests/shell.hpp"

namespace ferry::test {

using limits::mib;

inline std::uint64_t granules_of(std::uint64_t bytes) {
  return (bytes + limits::granule_bytes - 1) / limits::granule_bytes;
}

/// The source: a raw file, and which of its granules count as in use.
struct Source {
  Source(const std::filesystem::path& path, std::uint64_t size) : bytes(size) {
    fd = open_file(path, O_RDWR | O_CREAT | O_TRUNC).value();
    REQUIRE(::ftruncate(fd.get(), static_cast<off_t>(size)) == 0);
    used = {{0, size}};
  }
  void write(std::uint64_t offset, const std::string& data) {
    REQUIRE(
        write_at(fd, data.data(), std::min<std::uint64_t>(data.size(), bytes - offset), offset));
  }
  [[nodiscard]] ReadFunction reader() const {
    return [this](std::uint64_t offset, std::span<std::byte> to) {
      return read_at(fd, to.data(), to.size(), offset);
    };
  }
  std::uint64_t bytes;
  Fd fd;
  std::vector<Extent> used;
};

inline std::string compressible(std::size_t bytes, unsigned seed) {
  std::string text;
  while (text.size() < bytes) text += "line " + std::to_string(seed++) + " of a log file\n";
  return text.substr(0, bytes);
}

/// Scatters runs of random and compressible data over a sparse disk.
inline void scatter(Source& source, unsigned seed, int runs, std::size_t longest = 3 << 20) {
  std::mt19937_64 random{seed};
  for (int i = 0; i < runs; ++i) {
    const auto length = std::uniform_int_distribution<std::size_t>{1, longest}(random);
    const auto offset =
        std::uniform_int_distribution<std::uint64_t>{0, source.bytes - 1}(random) / 512 * 512;
    source.write(offset, i % 2 == 0 ? random_bytes(length) : compressible(length, seed + 7));
  }
  source.write(source.bytes - 1, "x");  // the tail always counts
}

struct Rig {
  explicit Rig(std::uint64_t size, bool sealed = true)
      : source(folder.path / "source", size), digest_key(random_bytes(32)) {
    key = {77, random_bytes(32), sealed, 1};
    settings.key = key;
    settings.digest_key = digest_key;
    options = {.path = folder.path / "target",
               .table_path = folder.path / "table",
               .bytes = size,
               .digest_key = digest_key};
  }

  void start() {
    auto disk = TargetDisk::open(options);
    REQUIRE_MESSAGE(disk, (disk ? "" : to_string(disk.error())));
    target = std::move(*disk);
    DataServerOptions server_options;
    server_options.endpoint = "tcp://127.0.0.1:*";
    server_options.allow_plain = true;
    server = DataServer::start(server_options).value();
    REQUIRE(server->open(key, *target, settings.streams, 8));
    settings.endpoint = server->endpoint();
  }
  void stop() {
    server.reset();
    target.reset();
  }
  void restart() {
    stop();
    start();
  }

  /// A new sender table with what the receiver's table says.
  [[nodiscard]] DigestTable download(DigestTable& theirs) {
    const auto path = folder.path / random_id("sent");
    auto table = DigestTable::open(path, granules_of(source.bytes)).value();
    for (std::uint64_t chunk = 0; chunk < theirs.chunks();) {
      const auto page = theirs.page(chunk, 64).value();
      REQUIRE(table.load(chunk, page));
      chunk += page.size() / 4096;
    }
    return table;
  }
  [[nodiscard]] DigestTable download() { return download(target->table()); }

  Result<PassResult> pass(DigestTable& table, const std::stop_token& stop = {}) {
    progress = std::make_unique<PassProgress>();
    return run_pass(source.reader(), source.bytes, source.used, table, settings, control, *progress,
                    stop);
  }
  PassResult must_pass() {
    auto table = download();
    auto done = pass(table);
    REQUIRE_MESSAGE(done, (done ? "" : to_string(done.error())));
    return *done;
  }
  [[nodiscard]] bool equal() const { return same_bytes(options.path); }
  [[nodiscard]] bool same_bytes(const std::filesystem::path& other) const {
    return run_ok({.argv = {"cmp", "-n", std::to_string(source.bytes),
                            (folder.path / "source").string(), other.string()}})
        .has_value();
  }
  VerifyResult verify() {
    VerifyProgress checked;
    return target->verify(checked, {}).value();
  }

  TempFolder folder;
  Source source;
  std::string digest_key;
  SessionKey key;
  TargetOptions options;
  PassSettings settings;
  PassControl control;
  std::unique_ptr<PassProgress> progress;
  std::unique_ptr<TargetDisk> target;
  std::unique_ptr<DataServer> server;
};

}  // namespace ferry::test
