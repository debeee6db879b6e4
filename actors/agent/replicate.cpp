// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/agent/replicate.hpp"

#include <algorithm>
#include <thread>

#include "actors/agent/freeze.hpp"
#include "base/crash_point.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "disk/allocation_map.hpp"
#include "disk/partitions.hpp"
#include "disk/source_disk.hpp"
#include "transport/client.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t passes_max = 6;  // of a disk that changes while it is read
constexpr std::uint32_t verify_attempts_max = 3;
constexpr std::uint64_t settled_bytes = 8 * limits::mib;  // so little that the last pass is short
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

std::uint64_t bytes_of(const std::vector<Extent>& extents) {
  std::uint64_t bytes = 0;
  for (const auto& extent : extents) bytes += extent.length;
  return bytes;
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
  TransferOpened session;

  Result<SourceDisk*> check_size();
  Result<DigestTable> open_session();
  Result<> download(DigestTable& table);
  Result<std::uint64_t> pass(DigestTable& table, const std::string& phase, std::uint32_t number);
  Result<> read_padded(std::uint64_t offset, std::span<std::byte> to) const;
  Result<> copy(DigestTable& table);
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
  auto opened = open_transfer(control, request, index, options, stop);
  if (!opened) return fail(opened.error());
  session = *opened;
  const auto file = options.work_folder / (std::to_string(session.session) + ".digests");
  const auto granules = (target_bytes + limits::granule_bytes - 1) / limits::granule_bytes;
  auto table = DigestTable::open(file, granules);
  if (!table) return fail(table.error());
  // It is of no use to anybody after this process, so it needs no name any more.
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  if (auto done = download(*table); !done) return fail(done.error());
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

/// One pass over the disk; returns how many bytes had to be sent.
Result<std::uint64_t> Replication::pass(DigestTable& table, const std::string& phase,
                                        std::uint32_t number) {
  if (auto same = check_size(); !same) return fail(same.error());
  auto map = read_allocation_map(source, info);
  if (!map) return fail(map.error());
  for (const auto& note : map->notes) {
    log::info("allocation map", {{"disk", source.path()}, {"note", note}});
  }
  const auto used = range.all_used ? in_range({{range.offset, range.bytes}}, range, target_bytes)
                                   : in_range(map->used, range, target_bytes);
  state.enter(phase, number, range.bytes - std::min(range.bytes, bytes_of(used)));
  const auto settings = pass_settings(request, session);
  const auto read = [this](std::uint64_t offset, std::span<std::byte> to) {
    return read_padded(offset, to);
  };
  auto result =
      run_pass(read, target_bytes, used, table, settings, state.control, state.progress, stop);
  state.end_pass();
  if (!result) return fail(result.error());
  return result->bytes_sent_raw + result->bytes_zeroed;
}

/// A larger target may make a granule out of the last bytes of the source; what lies
/// behind them reads as zeros.
Result<> Replication::read_padded(std::uint64_t offset, std::span<std::byte> to) const {
  const auto there =
      std::min<std::uint64_t>(to.size(), range.bytes - std::min(offset, range.bytes));
  std::ranges::fill(to.subspan(there), std::byte{0});
  return source.read(range.offset + offset, to.first(there));
}

/// Full sync, then passes until little changes, then the last one with the file systems
/// held still. A disk that nobody has mounted needs the first pass only.
Result<> Replication::copy(DigestTable& table) {
  auto sent = pass(table, "copying", 1);
  if (!sent) return fail(sent.error());
  if (!source.is_mounted_anywhere()) return {};
  std::uint32_t number = 2;
  if (auto done = prove_pass(table); !done) return done;
  for (; number<passes_max&& * sent> settled_bytes; ++number) {
    sent = pass(table, "settling", number);
    if (!sent) return fail(sent.error());
    if (auto done = prove_pass(table); !done) return done;
  }
  const auto frozen = Freeze::hold(source, options.work_folder);
  sent = pass(table, "frozen", number);
  if (!sent) return fail(sent.error());
  crash_point("agent: the last pass is sent, file systems are held still");
  return {};
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

Result<TransferOpened> open_transfer(Client& control, const SyncDisks& request, std::uint32_t index,
                                     const ReplicationOptions& options,
                                     const std::stop_token& stop) {
  const OpenTransfer open{request.token,
                          request.job,
                          request.epoch,
                          index,
                          request.streams,
                          request.credit_chunks,
                          request.transfer.ssl != "off"};
  if (!open.sealed && !options.allow_plain) {
    return fail(Errc::sealing_required, "this agent does not allow plain data links",
                "start the agent with --allow-plain, or set ssl to auto");
  }
  auto opened = control.ask<TransferOpened>("instances", open, 60s, stop);
  if (opened) crash_point("agent: a data session is open, nothing is sent");
  return opened;
}

PassSettings pass_settings(const SyncDisks& request, const TransferOpened& session) {
  PassSettings settings;
  settings.endpoint = request.data;
  settings.key = {session.session, session.secret, session.sealed, request.epoch};
  settings.digest_key = request.digest_key;
  settings.streams = request.streams;
  settings.adaptive = request.transfer.adaptive_compression;
  return settings;
}

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
  const SourceRange all{path, target.source_size, 0, target.source_size, false};
  const auto root =
      replicate_blocks(request, all, target.index, target.target_size, options, state, stop);
  if (!root) return fail(root.error());
  state.verified(*root);
  return {};
}

}  // namespace ferry
