// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/agent/replicate_tree.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "actors/agent/exclude_files.hpp"
#include "actors/agent/freeze.hpp"
#include "actors/agent/snapshot.hpp"
#include "actors/exclude_rules.hpp"
#include "base/clock.hpp"
#include "base/crash_point.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "disk/partitions.hpp"
#include "disk/source_disk.hpp"
#include "replication/tree_pass.hpp"

namespace ferry {
namespace {

constexpr std::uint32_t tree_passes_max = 6;  // over files that change while they are read
constexpr std::uint32_t attempts_max = 3;
// So little that the last pass is short.
constexpr std::uint64_t settled_tree_bytes = 8 * limits::mib;
// The clock by which the kernel stamps files may be a tick behind.
constexpr std::int64_t stamp_ms = 20;
constexpr auto never_ms = std::numeric_limits<std::int64_t>::max();

struct TreeReplication {
  const SyncDisks& request;
  const SourceTree& tree;
  const std::uint32_t index;
  const ReplicationOptions& options;
  DiskSyncState& state;
  const std::stop_token& stop;
  SourceDisk disk;
  Client control;
  PassSettings settings = {};
  std::optional<std::vector<ExcludeRules>> excludes{};  // of the open session
  files::FilterRules filter{};                          // the same
  bool certifies = false;                               // the target of the open session does
  bool differs = false;                  // a comparison has found more than size and time show
  std::unique_ptr<Snapshot> snapshot{};  // read instead of what is mounted, once it is there
  std::chrono::milliseconds last{};      // duration of the last pass

  Result<> check_mount() const;
  Result<> open_session();
  Result<> take_excludes();
  Result<std::uint64_t> pass(const std::string& phase, std::uint32_t number);
  Result<std::uint64_t> proven_pass(const std::string& phase, std::uint32_t number);
  [[nodiscard]] TreePassOptions what_to_read() const;
  Result<std::int64_t> copy();
  Result<> snapshot_pass(std::uint32_t number);
  Result<std::int64_t> frozen_pass(std::uint32_t number);
  Result<TreeComparison> compare(std::int64_t since_ms, bool certify);
};

Result<> TreeReplication::check_mount() const {
  const auto now = describe_disk(disk);
  if (!now) return fail(now.error());
  const auto& planned = tree.planned;
  const bool there = std::ranges::any_of(now->partitions, [&](const PartitionInfo& partition) {
    return partition.offset == planned.offset && partition.mount_point == tree.root &&
           partition.mount_root == planned.mount_root &&
           partition.filesystem_uuid == planned.filesystem_uuid;
  });
  if (there) return {};
  return fail(Errc::disk_missing,
              "the file system of the layout is not mounted at " + tree.root + " any more",
              "mount it again, then run 'edgeferry job retry'");
}

/// With the rules that count now: the target goes by those that its session was opened with.
Result<> TreeReplication::open_session() {
  const auto session = open_transfer(control, request, index, *excludes, options, stop);
  if (!session) return fail(session.error());
  settings = pass_settings(request, *session);
  certifies = session->certifies;
  return {};
}

/// Reads the exclude rules, which an administrator may have changed since the last pass.
Result<> TreeReplication::take_excludes() {
  auto now =
      read_excludes(request.excludes, tree.planned.mount_point, tree.disk_index, options.excludes);
  if (!now) return fail(now.error());
  if (excludes == *now) return {};
  auto made = filter_of(*now);
  if (!made) return fail(made.error());
  const bool first = !excludes;
  excludes = std::move(*now);
  filter = std::move(*made);
  if (first) return {};
  log::info("exclude rules have changed", {{"root", tree.root}});
  return open_session();
}

TreePassOptions TreeReplication::what_to_read() const {
  if (!snapshot) return {.root = tree.root, .filter = filter};
  return {.root = snapshot->path(), .filter = filter, .mount_points = snapshot->mount_points()};
}

/// Returns how many bytes had to be sent.
Result<std::uint64_t> TreeReplication::pass(const std::string& phase, std::uint32_t number) {
  if (auto same = check_mount(); !same) return fail(same.error());
  if (auto done = take_excludes(); !done) return fail(done.error());
  state.enter(phase, number);
  const auto began = steady_ms();
  auto reading = what_to_read();
  reading.digests = std::exchange(differs, false);
  auto result = run_tree_pass(reading, settings, state.control, state.progress, stop);
  state.end_pass();
  if (!result) return fail(result.error());
  last = std::chrono::milliseconds{steady_ms() - began};
  state.file_issues(tree.planned.mount_point, result->issues_total, result->issues);
  for (const auto& issue : result->issues) {
    log::warning("a file is not copied as it is",
                 {{"root", tree.root}, {"code", code_text(issue.code)}, {"what", issue.what}});
  }
  log::info("a pass over files has ended", {{"root", tree.root},
                                            {"phase", phase},
                                            {"listed", result->listed},
                                            {"files", result->files},
                                            {"bytes", result->bytes},
                                            {"removed", result->removed},
                                            {"issues", result->issues_total}});
  return result->bytes;
}

/// With F83 all files are read back after each pass, as the blocks of disks are, so that what the
/// target has lost is sent again by the next one, and not while file systems are held still.
Result<std::uint64_t> TreeReplication::proven_pass(const std::string& phase, std::uint32_t number) {
  const auto begun_ms = wall_ms() - stamp_ms;
  const auto sent = pass(phase, number);
  if (!sent || !state.checksum) return sent;
  if (const auto found = compare(begun_ms, false); !found) return fail(found.error());
  return sent;
}

/// As with blocks: passes until little changes, then the last one, over a snapshot or with the file
/// system held still. Returns since when what the source changes is no difference.
Result<std::int64_t> TreeReplication::copy() {
  snapshot.reset();  // of an attempt before
  auto sent = proven_pass("copying", 1);
  if (!sent) return fail(sent.error());
  std::uint32_t number = 2;
  for (; number < tree_passes_max && (differs || *sent > settled_tree_bytes); ++number) {
    sent = proven_pass("settling", number);
    if (!sent) return fail(sent.error());
  }
  snapshot = Snapshot::take(tree.root, options.work_folder, options.freeze_hooks);
  if (!snapshot) return frozen_pass(number);
  if (auto done = snapshot_pass(number); !done) return fail(done.error());
  return never_ms;
}

Result<> TreeReplication::snapshot_pass(std::uint32_t number) {
  state.pause_expected(snapshot->pause_expected());
  state.paused(snapshot->pause());
  const auto sent = pass("snapshot", number);
  if (!sent) return fail(sent.error());
  crash_point("agent: a snapshot's files are sent, not proven");
  state.consistency(snapshot->prepared() ? "application" : "snapshot");
  return {};
}

/// Returns when it began.
Result<std::int64_t> TreeReplication::frozen_pass(std::uint32_t number) {
  state.pause_expected(last);
  const FreezeOptions freezing{.notes = options.work_folder, .hooks = options.freeze_hooks};
  const auto frozen = Freeze::hold(disk, freezing);
  const auto held_ms = steady_ms();
  const auto begun_ms = wall_ms() - stamp_ms;
  const auto sent = pass("frozen", number);
  if (!sent) return fail(sent.error());
  crash_point("agent: the last pass over files is sent, file systems are held still");
  const auto held = frozen->release();
  state.paused(std::chrono::milliseconds{steady_ms() - held_ms});
  state.consistency(held == Freeze::Held::partly     ? "files"
                    : held == Freeze::Held::prepared ? "application"
                                                     : "frozen");
  return begun_ms;
}

/// All is the same but for what changed at or after `since_ms`, or the next pass looks closer.
Result<TreeComparison> TreeReplication::compare(std::int64_t since_ms, bool certify) {
  if (auto same = check_mount(); !same) return fail(same.error());
  state.enter("verifying", 0);
  auto reading = what_to_read();
  reading.certify = certify;
  auto found = compare_trees(reading, since_ms, settings, state.control, state.progress, stop);
  state.end_pass();
  if (!found) return fail(found.error());
  differs = found->wrong != 0;
  log::info("files are compared", {{"root", tree.root},
                                   {"compared", found->compared},
                                   {"changed_since", found->changed},
                                   {"unheld", found->unheld},
                                   {"wrong", found->wrong}});
  if (differs) {
    log::warning("target differs from source, differing files are sent again",
                 {{"root", tree.root},
                  {"files", found->wrong},
                  {"first", found->first_wrong.empty() ? std::string{} : found->first_wrong[0]}});
  }
  return found;
}

}  // namespace

Result<> replicate_tree(const SyncDisks& request, const SourceTree& tree, std::uint32_t index,
                        const ReplicationOptions& options, DiskSyncState& state,
                        const std::stop_token& stop) {
  auto disk = SourceDisk::open(tree.disk);
  if (!disk) return fail(disk.error());
  TreeReplication work{request,
                       tree,
                       index,
                       options,
                       state,
                       stop,
                       std::move(*disk),
                       Client{{request.control, request.public_key, options.keys, true}}};
  if (auto done = work.take_excludes(); !done) return done;
  for (std::uint32_t attempt = 1; attempt <= attempts_max; ++attempt) {
    if (auto done = work.open_session(); !done) return done;
    const auto since_ms = work.copy();
    if (!since_ms) return fail(since_ms.error());
    crash_point("agent: files are sent, not proven");
    const auto found = work.compare(*since_ms, work.certifies);
    if (!found) return fail(found.error());
    if (found->wrong != 0) continue;
    const auto& manifest = found->manifest;
    state.proven({tree.planned.mount_point, index, manifest.entries, found->changed, found->unheld,
                  manifest.bytes, to_hex(std::as_bytes(std::span{manifest.sha256}))});
    return {};
  }
  return fail(Errc::verify_mismatch, tree.root + " and its copy still differ after " +
                                         std::to_string(attempts_max) + " attempts");
}

}  // namespace ferry
