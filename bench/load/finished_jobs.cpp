// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/load/finished_jobs.hpp"

#include "actors/controller/job_record.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "storage/journal.hpp"

namespace ferry::load {
namespace {

constexpr std::uint64_t finished_disk_bytes = 40ULL << 30;
constexpr std::size_t jobs_per_commit = 500;

std::vector<JobEvent> history(const std::string& name, const std::string& instance,
                              const std::string& exported, const std::string& imported) {
  const auto source = random_id("s");
  JobCreated created;
  created.settings.source = source;
  created.settings.name = created.settings.image_name = name;
  created.settings.image_prefix = "edge";
  created.settings.region = "cn-beijing";
  created.settings.disks = {{0, finished_disk_bytes}};
  created.wish = created.settings;
  created.source_disk_bytes = {finished_disk_bytes};
  created.source_public_key = std::string(40, 'k');
  created.origin = {source, name, "Debian GNU/Linux 12 (bookworm)", "bios"};
  created.digest_key.assign(32, 'd');
  DiskProgress verified;
  verified.phase = "verified";
  verified.pass = 2;
  verified.bytes_total = verified.bytes_done = finished_disk_bytes;
  verified.bytes_sent = finished_disk_bytes / 2;
  verified.tree_root = std::string(64, 'a');
  const auto image = "m-" + imported.substr(2);
  const std::string digest(64, 'b');
  return {created,
          JobStarted{"start", "Manual"},
          InstanceIntended{instance, "transition-1"},
          InstanceReady{"tcp://127.0.0.1:8080",
                        "tcp://127.0.0.1:8703",
                        std::string(40, 'p'),
                        {"/instances/" + instance + "/disk0.raw"}},
          DisksVerified{{verified}},
          ExportIntended{exported, "worker-1", "m-" + exported.substr(2)},
          ImageExported{{{0, "edge_system.qcow2", finished_disk_bytes / 8, finished_disk_bytes,
                          digest, verified.tree_root}}},
          ImportIntended{imported},
          ImageImported{image,
                        "/ens/images/" + image,
                        {{0, "system.qcow2", finished_disk_bytes, finished_disk_bytes / 8, digest,
                          verified.tree_root}}},
          ResourceReleased{exported, "export"},
          ResourceReleased{instance, "instance"},
          JobFinished{}};
}

void write_one(Journal& journal, std::size_t number) {
  const auto job = random_id("j");
  const auto instance = random_id("i");
  const auto exported = random_id("e");
  const auto imported = random_id("t");
  journal.create_job(job, random_id("token"));
  std::uint64_t seq = 0;
  const auto at_ms = wall_ms() - 86'400'000;
  for (const auto& event :
       history("finished-" + std::to_string(number), instance, exported, imported)) {
    ++seq;
    journal.append(job, encode_event(seq, event, at_ms + static_cast<std::int64_t>(seq) * 1000));
  }
  const auto keep_row = [&](const std::string& token, std::string_view kind) {
    journal.intend(token, job, kind);
    journal.released(token);
  };
  keep_row(instance, "instance");
  keep_row(exported, "export");
  keep_row(imported, "import");
}

}  // namespace

void write_finished_jobs(const std::filesystem::path& database, std::size_t count) {
  Database open{database};
  Journal journal{open};
  for (std::size_t i = 0; i < count;) {
    Transaction transaction{open};
    const auto end = std::min(count, i + jobs_per_commit);
    for (; i < end; ++i) write_one(journal, i);
    transaction.commit();
  }
}

}  // namespace ferry::load
