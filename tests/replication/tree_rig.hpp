// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A tree on a real file system, its copy, and the sockets between them.
#pragma once

#include <memory>
#include <string>

#include "base/random.hpp"
#include "replication/data_server.hpp"
#include "replication/tree_pass.hpp"
#include "tests/files/tree_fixture.hpp"

namespace ferry::test {

struct TreeRig {
  explicit TreeRig(const std::string& type = "ext4", bool sealed = true)
      : pair(type), digest_key(random_bytes(32)), key{91, random_bytes(32), sealed, 1} {
    settings.key = key;
    settings.digest_key = digest_key;
  }

  [[nodiscard]] TreeTargetOptions target_options() const {
    return {.root = pair.target(),
            .filter = files::test::rules(excludes),
            .digest_key = digest_key,
            .manifest = manifest()};
  }
  void start() {
    target = std::make_unique<TreeTarget>(target_options());
    server = DataServer::start(
                 {.endpoint = "tcp://127.0.0.1:*", .writer_threads = 2, .allow_plain = true})
                 .value();
    REQUIRE(server->open(key, *target, 8));
    settings.endpoint = server->endpoint();
  }
  void stop() {
    server.reset();
    target.reset();
  }
  [[nodiscard]] TreePassOptions source(bool digests = false) const {
    return {.root = pair.source(), .filter = files::test::rules(excludes), .digests = digests};
  }
  Result<TreePassResult> pass(bool digests = false, const std::stop_token& stop_token = {}) {
    progress = std::make_unique<PassProgress>();
    return run_tree_pass(source(digests), settings, control, *progress, stop_token);
  }
  TreePassResult must_pass(bool digests = false) {
    auto done = pass(digests);
    REQUIRE_MESSAGE(done, (done ? "" : to_string(done.error())));
    return *done;
  }
  /// Of the target, beside its file system.
  [[nodiscard]] std::string manifest() const { return pair.file_system.folder / "manifest"; }
  TreeComparison compare(std::int64_t since_ms, bool certify = true) {
    progress = std::make_unique<PassProgress>();
    auto tree = source();
    tree.certify = certify;
    auto done = compare_trees(tree, since_ms, settings, control, *progress, {});
    REQUIRE_MESSAGE(done, (done ? "" : to_string(done.error())));
    return *done;
  }

  files::test::Pair pair;
  std::string excludes;
  std::string digest_key;
  SessionKey key;
  PassSettings settings;
  PassControl control;
  std::unique_ptr<PassProgress> progress;
  std::unique_ptr<TreeTarget> target;
  std::unique_ptr<DataServer> server;
};

}  // namespace ferry::test
