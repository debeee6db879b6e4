// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/agent/replicate_layout.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "actors/agent/replicate_tree.hpp"
#include "base/crash_point.hpp"
#include "base/text.hpp"
#include "layout/parts.hpp"
#include "transport/client.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

constexpr auto seal_poll = 100ms;

Result<std::string> seal(const SyncDisks& request, std::uint32_t place,
                         const ReplicationOptions& options, DiskSyncState& state,
                         const std::stop_token& stop) {
  Client control{{request.control, request.public_key, options.keys, true}};
  const SealDisk question{request.token, request.epoch, place, state.snapshot().files};
  for (;;) {
    const auto answer = control.ask<SealStatus>("instances", question, 30s, stop);
    if (!answer) return fail(answer.error());
    state.verifying(answer->bytes_done, answer->bytes_total);
    if (answer->state == "sealed") {
      state.certified(answer->files);
      return to_hex(std::as_bytes(std::span{answer->root}));
    }
    std::this_thread::sleep_for(seal_poll);
  }
}

/// The path of a mount point of this server below `root`.
std::string below(const std::string& root, const std::string& mount_point) {
  if (root.empty() || root == "/") return mount_point;
  return mount_point == "/" ? root : root + mount_point;
}

}  // namespace

Result<> replicate_layout(const SyncDisks& request, std::uint32_t place,
                          const std::vector<std::string>& paths, const std::string& root,
                          const ReplicationOptions& options, DiskSyncState& state,
                          const std::stop_token& stop) {
  const auto parts = parts_of(request.layout.disks, request.layout.source);
  if (!parts) return fail(parts.error());
  for (std::uint32_t i = 0; i < parts->size(); ++i) {
    const auto& part = parts->at(i);
    if (part.target_disk != place) continue;
    const auto disk = std::ranges::find(request.layout.source, part.source_disk, &DiskInfo::index);
    if (part.source_disk >= paths.size() || disk == request.layout.source.end()) {
      return fail(Errc::disk_missing,
                  "this server no longer has disk " + std::to_string(part.source_disk));
    }
    const auto& path = paths[part.source_disk];
    if (part.kind == PartKind::files) {
      const SourceTree tree{below(root, part.from.mount_point), path, part.source_disk, part.from};
      if (auto done = replicate_tree(request, tree, i, options, state, stop); !done) return done;
      continue;
    }
    const SourceRange range{path, disk->size, part.source_offset, part.source_size,
                            part.kind == PartKind::head};
    const auto proven = replicate_blocks(request, range, i, part.target_size, options, state, stop);
    if (!proven) return fail(proven.error());
    if (part.kind != PartKind::whole) {
      state.proven(
          {i, part.source_disk, part.source_offset, part.target_offset, part.target_size, *proven});
      continue;
    }
    state.verified(*proven);
    return {};
  }
  crash_point("agent: all parts of a disk are proven, it is not sealed");
  const auto sealed = seal(request, place, options, state, stop);
  if (!sealed) return fail(sealed.error());
  state.verified(*sealed);
  return {};
}

}  // namespace ferry
