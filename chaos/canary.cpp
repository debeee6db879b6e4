// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/canary.hpp"

#include <algorithm>

#include "base/file.hpp"
#include "base/random.hpp"

namespace ferry::chaos {

namespace fs = std::filesystem;

Result<Canaries> Canaries::plant(const RealCluster& cluster, UndoLog& undo) {
  Canaries canaries;
  const auto name = random_id("canary");
  for (const auto* where : {"bucket", "registry", "storage"}) {
    const fs::path root = cluster.folder(where);
    if (root.empty()) continue;
    // Where the product itself keeps things, in a form that could be taken for one of them.
    const auto inside = std::string{where} == "bucket"     ? fs::path{"objects"}
                        : std::string{where} == "registry" ? fs::path{"images"}
                                                           : fs::path{};
    std::error_code error;
    fs::create_directories(root / inside, error);
    const auto folder = root / inside / (inside == "objects" ? name + "%" : name);
    if (auto noted = undo.promise(undo_path("remove", folder)); !noted) return fail(noted.error());
    fs::create_directories(folder, error);
    Bird bird{folder, folder / "disk0.raw", random_bytes(256)};
    if (auto done = write_file_durably(bird.file, bird.song); !done) return fail(done.error());
    canaries.birds_.push_back(std::move(bird));
  }
  return canaries;
}

std::vector<std::string> Canaries::touched() const {
  std::vector<std::string> gone;
  for (const auto& bird : birds_) {
    const auto now = read_file(bird.file, 4096);
    if (!now) gone.push_back(bird.file.string() + " is gone");
    if (now && *now != bird.song) gone.push_back(bird.file.string() + " was changed");
  }
  return gone;
}

bool Canaries::is_ours(const fs::path& path) const {
  return std::ranges::any_of(
      birds_, [&](const Bird& bird) { return path == bird.folder || path == bird.file; });
}

}  // namespace ferry::chaos
