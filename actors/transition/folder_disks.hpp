// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The disks of one instance as files in a folder: as large as the source's and empty at first, or
// made from a layout, with a target for each of its parts. On a machine that was rented with disks
// of the cloud, the files are links to these.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/transition/instance_storage.hpp"
#include "layout/parts.hpp"
#include "making/made_disk.hpp"
#include "replication/data_server.hpp"

namespace ferry {

/// Disks that are there already, in order, each at least as large as the one that it stands for.
struct GivenDisks {
  std::vector<std::filesystem::path> devices = {};  // none: files are made
  bool blank = false;  // nobody has written to them, and they read as zeros
};

class FolderDisks : public InstanceDisks {
 public:
  FolderDisks(std::filesystem::path folder, DataServer* data_server, GivenDisks given)
      : folder_(std::move(folder)), data_server_(data_server), given_(std::move(given)) {}

  [[nodiscard]] static std::filesystem::path disk_path(const std::filesystem::path& folder,
                                                       std::size_t place);

  [[nodiscard]] Result<> open(const EnsureInstance& request, const std::stop_token& stop);

  [[nodiscard]] std::vector<InstanceDisk> list() const override;
  [[nodiscard]] std::vector<std::uint64_t> parts() const override;
  [[nodiscard]] Result<> open_session(const SessionKey& key, const OpenTransfer& request) override;
  void close_session(std::uint64_t session) override { data_server_->close(session); }
  [[nodiscard]] Result<std::string> digests(std::uint32_t part, std::uint64_t first_chunk,
                                            std::uint32_t count) override;
  [[nodiscard]] Result<VerifyResult> verify(std::uint32_t part, VerifyProgress& progress,
                                            const std::stop_token& stop) override;
  [[nodiscard]] Result<SealedDisk> seal(std::uint32_t place, const std::vector<ProvenFiles>& files,
                                        VerifyProgress& progress,
                                        const std::stop_token& stop) override;

 private:
  struct Disk {
    std::uint64_t bytes = 0;
    std::optional<MadeDisk> made;  // empty: it is whole, or sealed
  };
  /// What one session writes to: blocks, or a tree of a made disk while that is open.
  struct Target {
    Part part;
    std::unique_ptr<TargetDisk> blocks;
    std::unique_ptr<TreeTarget> tree;
  };

  Result<> link_given(const EnsureInstance& request);
  Result<> open_whole(const EnsureInstance& request, const std::stop_token& stop);
  Result<> open_layout(const EnsureInstance& request, const std::stop_token& stop);
  Result<> open_made(std::uint32_t place);
  Result<> open_blocks(std::size_t part, const EnsureInstance& request,
                       const std::stop_token& stop);
  Result<Target*> target_of(std::uint32_t part);
  Result<TargetDisk*> blocks_of(std::uint32_t part);
  Result<std::vector<ProvenFiles>> keep_manifests(std::uint32_t place,
                                                  std::vector<ProvenFiles> proven);
  [[nodiscard]] std::filesystem::path path_of(std::uint32_t place) const {
    return disk_path(folder_, place);
  }
  /// Of what the newest proof of a part has found to be the same.
  [[nodiscard]] std::filesystem::path manifest_of(std::uint32_t place, std::size_t part) const {
    return path_of(place).replace_extension("." + std::to_string(part) + ".files");
  }

  std::filesystem::path folder_;
  DataServer* data_server_;
  GivenDisks given_;
  std::string digest_key_;
  Layout layout_;
  std::vector<Disk> disks_;  // before the targets, which lie on them
  std::vector<Target> targets_;
};

}  // namespace ferry
