// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The local provider: an instance is a folder of raw disks with their digest tables, or of links to
// the disks of a rented machine.
#pragma once

#include <filesystem>

#include "actors/transition/instance_storage.hpp"
#include "replication/data_server.hpp"

namespace ferry {

class FolderStorage : public InstanceStorage {
 public:
  /// The data server outlives the storage and all that it opened. `devices`: of a machine that was
  /// rented with disks for one instance, which are these; new ones, which read as zeros.
  FolderStorage(std::filesystem::path folder, DataServer* data_server,
                std::vector<std::filesystem::path> devices = {})
      : folder_(std::move(folder)), data_server_(data_server), devices_(std::move(devices)) {}

  [[nodiscard]] bool released(const std::string& token) const override;
  [[nodiscard]] Result<std::vector<FoundResource>> list() const override;
  [[nodiscard]] Result<> find(const std::string& token, std::size_t disks) const override;
  [[nodiscard]] Result<std::shared_ptr<InstanceDisks>> open(const EnsureInstance& request,
                                                            const std::stop_token& stop) override;
  [[nodiscard]] Result<> release_disk(const std::string& token, std::uint32_t disk) override;
  [[nodiscard]] Result<> release(const std::string& token) override;

 private:
  [[nodiscard]] Result<> bury(const std::string& token) const;

  std::filesystem::path folder_;
  DataServer* data_server_;
  std::vector<std::filesystem::path> devices_;
};

}  // namespace ferry
