// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Exporter and importer as a worker has them, on a real bucket, a real registry, two raw
// disks and qemu-img, unless a test brings tools of its own.
#pragma once

#include <fstream>

#include <doctest/doctest.h>

#include "actors/roster.hpp"
#include "actors/spawn.hpp"
#include "actors/worker/ens_importer.hpp"
#include "actors/worker/image_exporter.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "cloud/export.hpp"
#include "cloud/folder_bucket.hpp"
#include "cloud/folder_registry.hpp"
#include "replication/target_disk.hpp"
#include "tests/actors/scratch.hpp"

namespace ferry::test {

namespace fs = std::filesystem;

inline constexpr std::uint64_t disk_bytes = 2 * limits::mib;
inline const std::string digest_key(32, 'd');

/// The digest tree's root as the transition instance proves it: with a table, and in hex.
inline std::string proven_root(const fs::path& disk) {
  const auto table = disk.string() + "." + random_id("table");
  const auto target =
      TargetDisk::open(
          {.path = disk, .table_path = table, .bytes = disk_bytes, .digest_key = digest_key})
          .value();
  VerifyProgress progress;
  const auto root = target->verify(progress, {}).value().root;
  return to_hex(std::as_bytes(std::span{root}));
}

inline void flip_a_bit(const fs::path& disk) {
  std::fstream file{disk, std::ios::in | std::ios::out | std::ios::binary};
  file.seekg(70'000);
  const auto byte = static_cast<char>(file.get() ^ 16);
  file.seekp(70'000);
  file.put(byte);
}

/// A program to be used in place of a real one: lines of shell.
inline fs::path make_program(const Folder& folder, const std::string& lines) {
  const auto file = folder.path() / random_id("program");
  std::ofstream{file} << "#!/bin/sh\n" << lines << "\n";
  fs::permissions(file, fs::perms{0755});
  return file;
}

struct Works {
  Folder folder;
  LiveSystem live;
  std::atomic<bool> bucket_away{false};
  std::atomic<bool> registry_away{false};
  std::atomic<bool> bucket_slow{false};
  std::chrono::milliseconds lease = limits::work_lease;
  ImageTools tools;
  std::shared_ptr<NativeExporter> cloud;
  std::vector<std::string> roots;  // of the disks, as they were proven last
  caf::actor exporter;
  caf::actor importer;

  explicit Works(ImageTools with = {}, std::shared_ptr<NativeExporter> native = {})
      : tools(std::move(with)), cloud(std::move(native)) {
    log::start("test", log::Level::error);
    for (const auto* name : {"disk0.raw", "disk1.raw"}) {
      std::ofstream{folder.path() / name} << random_bytes(100'000);
      fs::resize_file(folder.path() / name, disk_bytes);
    }
    prove();
    start();
  }
  ~Works() { stop(); }
  void start() {
    auto own = options();  // shared by all jobs, as in spawn_worker
    exporter = spawn_actor<JobRoster<ImageExporter, ExportImage, DiscardExport>>(
        *live, Branch{}, Roster::Start{[this, own](const std::string& job) mutable {
          own.lease = lease;  // as the test wants it now
          return spawn_actor<ImageExporter, caf::detached>(*live, own, job);
        }});
    importer = spawn_actor<JobRoster<EnsImporter, ImportImage, DiscardImport, StoreCertificate>>(
        *live, Branch{}, Roster::Start{[this, own](const std::string& job) mutable {
          own.lease = lease;  // as the test wants it now
          return spawn_actor<EnsImporter, caf::detached>(*live, own, job);
        }});
  }
  void stop() {
    kill_and_wait(*live, std::exchange(exporter, {}));
    kill_and_wait(*live, std::exchange(importer, {}));
    CHECK(eventually([&] { return (*live).registry().running() <= running_at_rest; }));
  }

  [[nodiscard]] fs::path disk(std::uint32_t index) const {
    return folder.path() / ("disk" + std::to_string(index) + ".raw");
  }
  /// What a sync does before each export.
  void prove() { roots = {proven_root(disk(0)), proven_root(disk(1))}; }

  [[nodiscard]] fs::path scratch() const { return folder.path() / "scratch"; }
  /// By its name in the cluster file.
  [[nodiscard]] FolderBucket bucket(const std::string& name = "") const {
    const auto path = name.empty() ? "bucket" : "bucket-" + name;
    return FolderBucket::open(folder.path() / path).value();
  }
  [[nodiscard]] FolderRegistry registry() const {
    return FolderRegistry::open(folder.path() / "ens").value();
  }
  WorkerOptions options() {
    WorkerOptions options;
    options.scratch = scratch();
    options.part_bytes = 64 * limits::kib;
    options.lease = lease;
    options.tools = tools;
    options.open_bucket = [this](const std::string& name,
                                 const std::stop_token& stop) -> Result<std::shared_ptr<Bucket>> {
      while (bucket_slow && !stop.stop_requested()) {
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
      }
      if (bucket_away) return fail(Errc::bucket_unavailable, "bucket is away");
      return std::make_shared<FolderBucket>(bucket(name));
    };
    if (cloud) {
      options.open_native = [this](const std::string&, const std::stop_token&) {
        return Result<std::shared_ptr<NativeExporter>>{cloud};
      };
    }
    options.open_registry = [this](const std::string&) -> Result<std::shared_ptr<EnsRegistry>> {
      if (registry_away) return fail(Errc::registry_unavailable, "registry is away");
      return std::make_shared<FolderRegistry>(registry());
    };
    return options;
  }

  [[nodiscard]] ExportImage export_request(std::uint64_t epoch) const {
    ExportImage request{"j-1", epoch, "m-1", "edge", {}, digest_key};
    for (std::uint32_t i = 0; i < 2; ++i) {
      request.disks.push_back({i, disk(i).string(), disk_bytes, roots.at(i)});
    }
    return request;
  }
  /// Repeats the request until its state is final, as the controller does.
  template <class Status, class Request>
  Result<Status> finish(const caf::actor& actor, const Request& request) {
    Result<Status> status = fail(Errc::timeout, "never final");
    eventually([&] {
      status = ask<Status>(*live, actor, request);
      return !status || status->state != "running";
    });
    return status;
  }
  Result<ExportStatus> run_export(const ExportImage& request) {
    return finish<ExportStatus>(exporter, request);
  }
  Result<ExportStatus> run_export(std::uint64_t epoch) { return run_export(export_request(epoch)); }
  Result<Done> discard_export(std::uint64_t epoch) {
    return ask<Done>(*live, exporter, DiscardExport{"j-1", epoch, "m-1", "edge", 2});
  }

  ImportImage import_request(std::uint64_t epoch) {
    ImportImage request{
        "j-1", epoch, "t-1", "web", "cn-beijing", {"s-1", "web-1", "Debian", "bios"}, 0, {}};
    request.objects = run_export(1).value().objects;
    return request;
  }
  Result<ImportStatus> run_import(const ImportImage& request) {
    return finish<ImportStatus>(importer, request);
  }
  Result<Done> discard_import(std::uint64_t epoch, const std::string& token = "t-1") {
    return ask<Done>(*live, importer, DiscardImport{"j-1", epoch, token});
  }

 private:
  std::size_t running_at_rest = (*live).registry().running();
};

}  // namespace ferry::test
