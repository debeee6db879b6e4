// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/pass.hpp"

#include <algorithm>
#include <thread>
#include <vector>

#include "replication/pass_work.hpp"
#include "replication/sender_stream.hpp"
#include "replication/zmq_message.hpp"

namespace ferry {
namespace {

// Frames that no kernel buffer has taken yet, per stream; more of them would not
// make the link faster, only the agent larger.
constexpr std::size_t buffers_per_stream = 6;

Result<> check(std::uint64_t disk_bytes, std::span<const Extent> used, const DigestTable& table,
               const PassSettings& settings) {
  if (settings.key.secret.size() != 32 || settings.digest_key.size() != 32) {
    return fail(Errc::invalid_argument, "session secret and digest key have 32 bytes");
  }
  const auto granules = (disk_bytes + limits::granule_bytes - 1) / limits::granule_bytes;
  if (table.granules() != granules) {
    return fail(Errc::invalid_argument, "the digest table belongs to a disk of another size");
  }
  std::uint64_t end = 0;
  for (const auto& extent : used) {
    const bool tail = extent.offset + extent.length == disk_bytes;
    if (extent.offset < end || extent.length == 0 || extent.offset % limits::granule_bytes != 0 ||
        (extent.length % limits::granule_bytes != 0 && !tail) || extent.offset > disk_bytes ||
        extent.length > disk_bytes - extent.offset) {
      return fail(Errc::invalid_argument,
                  "extent at byte " + std::to_string(extent.offset) + " is out of order or range");
    }
    end = extent.offset + extent.length;
  }
  return {};
}

}  // namespace

Result<PassResult> run_pass(const ReadFunction& read, std::uint64_t disk_bytes,
                            std::span<const Extent> used, DigestTable& sender_table,
                            const PassSettings& settings, PassControl& control,
                            PassProgress& progress, const std::stop_token& stop) {
  if (auto good = check(disk_bytes, used, sender_table, settings); !good) {
    return fail(good.error());
  }
  for (const auto& extent : used) {
    progress.bytes_total +=
        (extent.length + limits::granule_bytes - 1) / limits::granule_bytes * limits::granule_bytes;
  }
  progress.map.begin(disk_bytes, used);
  ChunkCursor cursor{used, sender_table, settings.whole};
  BlockPass pass{{settings, control, progress, stop, disk_bytes}, read, sender_table, cursor};
  const auto streams = std::clamp(settings.streams, 1U, limits::streams_max);
  {
    // Outlives the context, which gives the last buffers back when it ends.
    BufferPool pool{streams * buffers_per_stream};
    const ZmqContext context;
    std::vector<std::jthread> threads;
    for (std::uint32_t number = 0; number < streams; ++number) {
      threads.emplace_back([&context, &pass, &pool, number] {
        SenderStream stream{context, pass, number, pool};
        if (auto done = stream.run(); !done) pass.fail_pass(done.error());
      });
    }
  }
  if (pass.error) return fail(*pass.error);
  return PassResult{.bytes_examined = progress.bytes_total,
                    .bytes_sent_raw = progress.bytes_sent_raw,
                    .bytes_zeroed = progress.bytes_zeroed,
                    .wire_bytes = progress.wire_bytes,
                    .chunks = progress.chunks};
}

}  // namespace ferry
