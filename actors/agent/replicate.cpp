// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/agent/replicate.hpp"

#include <algorithm>
#include <thread>

#include "actors/agent/freeze.hpp"
#include "base/clock.hpp"
#include "base/crash_point.hpp"
#include "base/log.hpp"
#include "base/memory.hpp"
#include "base/text.hpp"
#include "disk/allocation_map.hpp"
#include "disk/mounts.hpp"
#include "disk/partitions.hpp"
#include "disk/source_disk.hpp"
#include "disk/write_tracker.hpp"
#include "transport/client.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t disk_passes_max = 6;  // of a disk that changes while it is read
constexpr std::uint32_t verify_attempts_max = 3;
constexpr std::uint64_t settled_disk_bytes = 8 * limits::mib;  // sent by a pass over the whole disk
constexpr std::uint32_t still_attempts_max = 10;  // to find a moment in which nothing is written
constexpr std::uint64_t memory_share = 4;         // of what is available, for a digest table
constexpr auto verify_poll = 100ms;

/// The part of the used extents that lies in the range, counted from its beginning. It may begin
/// within a granule of the disk, and then its own granules are others; its last one is whole if the
/// target's is.
std::vector<Extent> in_range(const std::vector<Extent>& used, const SourceRange& range,
                             std::uint64_t target_bytes) {
  constexpr std::uint64_t granule = limits::granule_bytes;
  std::vector<Extent> extents;
  const auto range_end = range.offset + range.bytes;
  for (const auto& extent : used) {
    const auto first = std::max(extent.offset, range.offset);
    const auto last = std::min(extent.offset + extent.length, range_end);
    if (first >= last) continue;
    auto from = (first - range.offset) / granule * granule;
    const auto to = std::min((last - range.offset + granule - 1) / granule * granule, target_bytes);
    if (!extents.empty()) from = std::max(from, extents.back().offset + extents.back().length);
    if (from < to) extents.push_back({from, to - from});
  }
  return extents;
}

/// Everything the steps share for one disk, or a range of it.
struct Replication {
  const SyncDisks& request;
  const SourceRange& range;
  const std::uint32_t index;
  const std::uint64_t target_bytes;
  const ReplicationOptions& options;
  DiskSyncState& state;
  const std::stop_token& stop;
  SourceDisk source;
  DiskInfo info;
  Client control;
  TransferOpened session{};
  std::optional<WriteTracker> tracker{};
  std::vector<Extent> looked_at{};   // in use at the last pass over the whole disk, or at one since
  bool whole = true;                 // the next pass looks at all of the disk
  bool table_in_memory = false;      // so that nothing is written to the disk itself
  std::uint64_t first_rate = 0;      // bytes per second of the first pass
  std::chrono::milliseconds last{};  // duration of the last pass, and ...
  bool last_was_short = false;       // ... whether it looked at marked blocks only

  Result<SourceDisk*> check_size();
  Result<DigestTable> open_session();
  Result<DigestTable> make_table();
  Result<> download(DigestTable& table);
  Result<std::uint64_t> pass(DigestTable& table, const std::string& phase, std::uint32_t number);
  Result<> read_padded(std::uint64_t offset, std::span<std::byte> to) const;
  void watch_writes();
  [[nodiscard]] std::vector<Extent> to_look_at(const std::vector<Extent>& used);
  [[nodiscard]] std::uint64_t marked_bytes() const;
  [[nodiscard]] std::chrono::milliseconds expected_pause() const;
  Result<> copy(DigestTable& table);
  Result<> settle(DigestTable& table, std::uint32_t& number, std::uint64_t sent);
  Result<> finish(DigestTable& table, std::uint32_t number);
  Result<Freeze::Held> frozen_pass(DigestTable& table, std::uint32_t number);
  Result<bool> still_pass(DigestTable& table, std::uint32_t number);
  Result<> prove_pass(DigestTable& table);
  Result<std::string> verify(DigestTable& table, std::uint32_t attempt);
};

/// A disk that shrank would end in a target of wrong size, and one that grew in an image
/// without its end.
Result<SourceDisk*> Replication::check_size() {
  auto size = source.current_size();
  if (!size) return fail(size.error());
  if (*size != range.disk_bytes) {
    const bool shrank = *size < range.disk_bytes;
    return fail(shrank ? Errc::disk_shrank : Errc::disk_grew,
                source.path() + " has " + std::to_string(*size) + " bytes, the job was made for " +
                    std::to_string(range.disk_bytes));
  }
  return &source;
}

/// Opens the data session and learns what the target holds already: nothing at first,
/// nearly all of it after an interruption. Only its word counts.
Result<DigestTable> Replication::open_session() {
  auto opened = open_transfer(control, request, index, {}, options, stop);
  if (!opened) return fail(opened.error());
  session = *opened;
  auto table = make_table();
  if (!table) return fail(table.error());
  if (auto done = download(*table); !done) return fail(done.error());
  return table;
}

/// A table in the work folder needs no memory. If the folder is on the disk itself, it would keep
/// the file system there from being held still.
Result<DigestTable> Replication::make_table() {
  const auto granules = (target_bytes + limits::granule_bytes - 1) / limits::granule_bytes;
  const auto mount = mount_of(options.work_folder);
  const auto views = device_views(source.descriptor());
  const auto memory = read_memory();
  table_in_memory = mount && std::ranges::count(views, mount->device, &DeviceView::device) != 0 &&
                    memory && DigestTable::bytes_of(granules) <= memory->available / memory_share;
  if (table_in_memory) return DigestTable::in_memory(granules);
  const auto file = options.work_folder / (std::to_string(session.session) + ".digests");
  auto table = DigestTable::open(file, granules);
  // It is of no use to anybody after this process, so it needs no name any more.
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  return table;
}

Result<> Replication::download(DigestTable& table) {
  for (std::uint64_t chunk = 0; chunk < table.chunks(); chunk += limits::table_page_chunks_max) {
    const GetDigests get{request.token, index, chunk, limits::table_page_chunks_max};
    auto page = control.ask<DigestPage>("instances", get, 30s, stop);
    if (!page) return fail(page.error());
    if (page->entries.empty()) continue;
    if (auto done = table.load(chunk, {page->entries.data(), page->entries.size()}); !done)
      return done;
  }
  return {};
}

/// One pass over the disk, or over what was written since the one before; returns how many bytes
/// had to be sent.
Result<std::uint64_t> Replication::pass(DigestTable& table, const std::string& phase,
                                        std::uint32_t number) {
  if (auto same = check_size(); !same) return fail(same.error());
  const auto began = steady_ms();
  auto map = read_allocation_map(source, info);
  if (!map) return fail(map.error());
  for (const auto& note : map->notes) {
    log::info("allocation map", {{"disk", source.path()}, {"note", note}});
  }
  const auto in_use =
      in_range(range.all_used ? std::vector<Extent>{{range.offset, range.bytes}} : map->used, range,
               target_bytes);
  const auto used = to_look_at(in_use);
  state.enter(phase, number, range.bytes - std::min(range.bytes, sum_of(used)));
  auto settings = pass_settings(request, session);
  settings.whole = std::exchange(whole, !tracker);
  last_was_short = !settings.whole;
  const auto read = [this](std::uint64_t offset, std::span<std::byte> to) {
    return read_padded(offset, to);
  };
  auto result =
      run_pass(read, target_bytes, used, table, settings, state.control, state.progress, stop);
  state.end_pass();
  if (!result) return fail(result.error());
  // A pass over the whole disk has made holes of what was free, so only it forgets.
  looked_at = settings.whole ? in_use : either(looked_at, in_use);
  last = std::chrono::milliseconds{steady_ms() - began};
  if (number == 1) {
    first_rate = sum_of(used) * 1000 / static_cast<std::uint64_t>(std::max(last.count(), 1L));
  }
  return result->bytes_sent_raw + result->bytes_zeroed;
}

/// Marks are taken before anything is read, so that what is written from now on counts for the
/// next pass. A block that came into use without being written is looked at as well.
std::vector<Extent> Replication::to_look_at(const std::vector<Extent>& used) {
  if (!tracker) return used;
  const auto written = tracker->take();
  if (!written) {
    log::warning("all is read again", {{"disk", source.path()}, {"why", written.error().what}});
    tracker.reset();
    whole = true;
  }
  if (whole) return used;
  return common(used, either(in_range(*written, range, target_bytes), without(used, looked_at)));
}

/// A larger target may make a granule out of the last bytes of the source; what lies
/// behind them reads as zeros.
Result<> Replication::read_padded(std::uint64_t offset, std::span<std::byte> to) const {
  const auto there =
      std::min<std::uint64_t>(to.size(), range.bytes - std::min(offset, range.bytes));
  std::ranges::fill(to.subspan(there), std::byte{0});
  return source.read(range.offset + offset, to.first(there));
}

void Replication::watch_writes() {
  whole = true;
  looked_at.clear();
  auto watched = WriteTracker::watch(source);
  if (watched) {
    tracker = std::move(*watched);
  } else {
    log::info("each pass reads the whole disk",
              {{"disk", source.path()}, {"why", watched.error().what}});
  }
}

/// Full sync, then passes until little changes, then the last one with the file systems
/// held still. A disk that nobody has mounted needs the first pass only.
Result<> Replication::copy(DigestTable& table) {
  const bool mounted = source.is_mounted_anywhere();
  if (mounted) watch_writes();
  auto sent = pass(table, "copying", 1);
  if (!sent) return fail(sent.error());
  if (!mounted && !source.is_mounted_anywhere()) {
    state.consistency("at_rest");
    return {};
  }
  std::uint32_t number = 2;
  if (auto done = settle(table, number, *sent); !done) return done;
  return finish(table, number);
}

/// Passes while file systems are in use, until one with all held still would be short;
/// disk_passes_max in all.
Result<> Replication::settle(DigestTable& table, std::uint32_t& number, std::uint64_t sent) {
  if (auto done = prove_pass(table); !done) return done;
  for (; number < disk_passes_max; ++number) {
    const auto expected = expected_pause();
    state.pause_expected(expected);
    if (tracker && !whole ? expected <= limits::pause_wanted : sent <= settled_disk_bytes)
      return {};
    auto more = pass(table, "settling", number);
    if (!more) return fail(more.error());
    sent = *more;
    if (auto done = prove_pass(table); !done) return done;
  }
  return {};
}

/// Of the range alone: the rest of the disk is not read here.
std::uint64_t Replication::marked_bytes() const {
  return tracker->marked_bytes({range.offset, range.bytes});
}

/// How long the next pass takes.
std::chrono::milliseconds Replication::expected_pause() const {
  if (!tracker || whole) return last;
  const auto reading = marked_bytes() * 1000 / std::max<std::uint64_t>(first_rate, 1);
  // A short pass takes time for other things, too; the first one says nothing of these.
  return std::chrono::milliseconds{reading} + (last_was_short ? last : 0ms);
}

/// The last pass, and of which moment the copy is then: the states of docs/consistency.md.
Result<> Replication::finish(DigestTable& table, std::uint32_t number) {
  const auto expected = expected_pause();
  state.pause_expected(expected);
  auto held = Freeze::Held::partly;
  if (expected <= limits::frozen_max) {
    auto frozen = frozen_pass(table, number++);
    if (!frozen) return fail(frozen.error());
    held = *frozen;
  } else {
    log::warning("file systems are not held still, it would take too long",
                 {{"disk", source.path()}, {"expected_ms", expected.count()}});
  }
  if (held != Freeze::Held::partly) {
    state.consistency(held == Freeze::Held::prepared ? "application" : "frozen");
    return {};
  }
  const auto attempts = tracker ? still_attempts_max : 1;
  for (std::uint32_t i = 0; i < attempts; ++i) {
    auto still = still_pass(table, number++);
    if (!still) return fail(still.error());
    if (*still) {
      state.consistency("stable");
      return {};
    }
  }
  log::warning("the copy is of no single moment, the disk is written to all the time",
               {{"disk", source.path()}, {"fix", "stop what writes to it, and sync once more"}});
  state.consistency("moving");
  return {};
}

Result<Freeze::Held> Replication::frozen_pass(DigestTable& table, std::uint32_t number) {
  FreezeOptions freezing{.notes = options.work_folder, .hooks = options.freeze_hooks};
  if (!table_in_memory) freezing.written.push_back(options.work_folder);
  const auto frozen = Freeze::hold(source, freezing);
  const auto began = steady_ms();
  const auto sent = pass(table, "frozen", number);
  if (!sent) return fail(sent.error());
  crash_point("agent: the last pass is sent, file systems are held still");
  const auto held = frozen->release();
  state.paused(std::chrono::milliseconds{steady_ms() - began});
  return held;
}

/// A pass without holding anything. Returns whether nothing was written while it ran, so that the
/// copy is what the disk was at that time: by the marks, or because the whole disk was as it had
/// been read before.
Result<bool> Replication::still_pass(DigestTable& table, std::uint32_t number) {
  const bool by_marks = tracker && !whole;
  const auto sent = pass(table, "settling", number);
  if (!sent) return fail(sent.error());
  return by_marks && tracker ? marked_bytes() == 0 : *sent == 0;
}

/// With F83 the target is read back after each pass, so that what it has lost is sent again
/// by the next one, and not while the file systems are held still. The last pass is proven
/// in any case.
Result<> Replication::prove_pass(DigestTable& table) {
  if (!state.checksum) return {};
  const auto root = verify(table, 1);
  if (!root) return fail(root.error());
  log::info("target is read back after a pass",
            {{"disk", source.path()}, {"equal", !root->empty()}});
  whole = whole || root->empty();
  auto again = open_session();  // reading back has ended the one before
  if (!again) return fail(again.error());
  table = std::move(*again);
  return {};
}

/// Reads the target back. Returns the root of its tree if that is the tree of what was read
/// here; empty if not, and then the target's table tells what has to be sent again.
Result<std::string> Replication::verify(DigestTable& table, std::uint32_t attempt) {
  state.verifying(0, target_bytes);
  auto root = table.root(target_bytes, stop);
  if (!root) return fail(root.error());
  const VerifyDisk question{request.token, session.session, index, *root, attempt};
  for (;;) {
    auto answer = control.ask<VerifyStatus>("instances", question, 30s, stop);
    if (!answer) return fail(answer.error());
    state.verifying(answer->bytes_done, answer->bytes_total);
    if (answer->state == "equal") return to_hex(std::as_bytes(std::span{*root}));
    if (answer->state == "different") {
      log::warning("target differs from source, differing chunks are sent again",
                   {{"disk", source.path()},
                    {"chunks", answer->bad_chunks.size()},
                    {"first", answer->bad_chunks.empty() ? 0 : answer->bad_chunks.front()}});
      return std::string{};
    }
    std::this_thread::sleep_for(verify_poll);
  }
}

}  // namespace

Result<std::string> replicate_blocks(const SyncDisks& request, const SourceRange& range,
                                     std::uint32_t index, std::uint64_t target_bytes,
                                     const ReplicationOptions& options, DiskSyncState& state,
                                     const std::stop_token& stop) {
  auto source = SourceDisk::open(range.path);
  if (!source) return fail(source.error());
  auto info = describe_disk(*source);
  if (!info) return fail(info.error());
  Replication work{request, range,
                   index,   target_bytes,
                   options, state,
                   stop,    std::move(*source),
                   *info,   Client{{request.control, request.public_key, options.keys, true}},
                   {}};
  for (std::uint32_t attempt = 1; attempt <= verify_attempts_max; ++attempt) {
    auto table = work.open_session();
    if (!table) return fail(table.error());
    if (auto done = work.copy(*table); !done) return fail(done.error());
    crash_point("agent: a disk is sent, not proven");
    auto root = work.verify(*table, attempt);
    if (!root || !root->empty()) return root;
  }
  return fail(Errc::verify_mismatch, range.path + " and its copy still differ after " +
                                         std::to_string(verify_attempts_max) + " attempts");
}

Result<> replicate_disk(const SyncDisks& request, const SyncTarget& target, const std::string& path,
                        const ReplicationOptions& options, DiskSyncState& state,
                        const std::stop_token& stop) {
  state.has_map();
  const SourceRange all{path, target.source_size, 0, target.source_size, false};
  const auto root =
      replicate_blocks(request, all, target.index, target.target_size, options, state, stop);
  if (!root) return fail(root.error());
  state.verified(*root);
  return {};
}

}  // namespace ferry
