// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What outlives every process: the disks of source servers and transition instances, the
// bucket and the registry. They are slow, refuse, and fail after the deed is done.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cloud/bucket.hpp"
#include "cloud/registry.hpp"
#include "simulation/world.hpp"

namespace ferry::sim {

/// The contents of a disk: one number stands for one chunk of data; 0 is never written.
using Chunks = std::vector<std::uint64_t>;
/// Returns 32 bytes that are equal for equal contents only.
[[nodiscard]] std::string root_of(const Chunks& chunks);
/// As an image file, and back; empty if it is none.
[[nodiscard]] std::string image_text(const Chunks& chunks);
[[nodiscard]] Chunks image_chunks(std::string_view text);

struct ProviderFaults {
  double refuse = 0;             // each call: "unavailable", nothing is done
  double late_error = 0;         // each call that changes something: done, and then a timeout
  double full = 0;               // each instance that is made: no space
  double rot = 0;                // each chunk that is written: the disk keeps something else
  std::int64_t slow_max_us = 0;  // added to each call
};

struct InstanceDiskState {
  Chunks chunks;              // what the disk holds
  Chunks table;               // what its digest table says
  std::uint64_t session = 0;  // that may write; 0: none
  std::uint64_t session_epoch = 0;
  bool gone = false;  // released, before its instance
};

/// A transition instance as its files: who has it open keeps it after it is lost.
struct InstanceState {
  std::string token;
  std::string job;
  std::vector<InstanceDiskState> disks;
  std::uint64_t newest_epoch = 0;
};

/// What the checks want to know at the moment it happens.
class ProviderWatch {
 public:
  virtual ~ProviderWatch() = default;
  virtual void on_made(const std::string& kind, const std::string& name,
                       const std::string& job) = 0;
  virtual void on_write(const InstanceState& instance, std::uint64_t epoch) = 0;
  virtual void on_image(const EnsImage& image) = 0;
};

class Provider {
 public:
  explicit Provider(World& world) : world_(world) {}

  ProviderFaults faults;
  ProviderWatch* watch = nullptr;

  std::map<std::string, std::vector<Chunks>> sources;               // disks by source server
  std::map<std::string, std::shared_ptr<InstanceState>> instances;  // by folder path
  std::set<std::string> tombstones;                                 // folder paths
  std::map<std::string, std::string> objects;                       // by key
  struct Upload {
    std::string key;
    std::uint64_t part_bytes = 0;
    std::map<std::uint32_t, std::string> parts;
  };
  std::map<std::string, Upload> uploads;
  std::map<std::string, EnsImage> images;          // by id
  std::map<std::string, std::string> image_files;  // "IMAGE/FILE"
  std::set<std::string> lost_jobs;                 // whose instance was taken away

  /// Finds an instance disk by the path that the product was told.
  [[nodiscard]] const InstanceDiskState* find_disk(const std::string& path) const;
  /// Takes a random instance away, as somebody who cleans up by hand would.
  bool lose_instance();
  /// Changes a random chunk of a random instance's disks, as bad storage does.
  void rot();

  /// Begins each call: takes time, and may refuse it with this error.
  [[nodiscard]] Result<> begin_call(Errc refused, const std::string& what);
  /// Ends each call that changed something.
  [[nodiscard]] Result<> end_call(const std::string& what);
  void make_watched(const std::string& kind, const std::string& name, const std::string& job) {
    if (watch != nullptr) watch->on_made(kind, name, job);
  }
  [[nodiscard]] World& world() { return world_; }

 private:
  World& world_;
};

[[nodiscard]] std::shared_ptr<Bucket> make_bucket(Provider& provider);
[[nodiscard]] std::shared_ptr<EnsRegistry> make_registry(Provider& provider);

}  // namespace ferry::sim
