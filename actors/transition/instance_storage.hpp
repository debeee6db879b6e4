// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Where the disks of transition instances live and how data reaches them. With the local
// provider they are files of this node: folder_storage.hpp. Calls block.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "messages/catalogue.hpp"
#include "replication/seal.hpp"
#include "replication/target_disk.hpp"

namespace ferry {

/// A disk of a layout that has become a plain file.
struct SealedDisk {
  std::string root;                // of its digest tree, 32 bytes
  std::vector<ProvenFiles> files;  // without a digest where this end has listed nothing
};

/// The open disks of one instance. Its owner closes all sessions before it dies.
class InstanceDisks {
 public:
  virtual ~InstanceDisks() = default;

  [[nodiscard]] virtual std::vector<InstanceDisk> list() const = 0;
  /// The sizes of what sessions bring, one each: disks, or the parts of the layout. `disk` names
  /// one of these below.
  [[nodiscard]] virtual std::vector<std::uint64_t> parts() const = 0;
  /// Lets the holder of the key send to the part that `request` names.
  [[nodiscard]] virtual Result<> open_session(const SessionKey& key,
                                              const OpenTransfer& request) = 0;
  /// When it returns, nothing of the session reaches the disk any more.
  virtual void close_session(std::uint64_t session) = 0;
  /// The digest table's entries of these chunks; empty: they hold nothing.
  [[nodiscard]] virtual Result<std::string> digests(std::uint32_t disk, std::uint64_t first_chunk,
                                                    std::uint32_t count) = 0;
  [[nodiscard]] virtual Result<VerifyResult> verify(std::uint32_t disk, VerifyProgress& progress,
                                                    const std::stop_token& stop) = 0;
  /// Makes a plain file of a disk of the layout. No session of its parts is open. `files`: what the
  /// source has listed of them. Error: also verify_mismatch, if this end has listed something else.
  [[nodiscard]] virtual Result<SealedDisk> seal(std::uint32_t place,
                                                const std::vector<ProvenFiles>& files,
                                                VerifyProgress& progress,
                                                const std::stop_token& stop) = 0;
};

class InstanceStorage {
 public:
  virtual ~InstanceStorage() = default;

  /// True from `release` on, for ever.
  [[nodiscard]] virtual bool released(const std::string& token) const = 0;
  /// All instances that are there, with the space that they take.
  [[nodiscard]] virtual Result<std::vector<FoundResource>> list() const = 0;
  /// Fails with instance_gone if one of the disks, made before, is not there.
  [[nodiscard]] virtual Result<> find(const std::string& token, std::size_t disks) const = 0;
  /// Makes what is missing and opens it; what a crash left unsettled is read again first.
  /// Without `create` a disk that is missing is instance_gone, also if it was there when
  /// `find` looked: a disk made anew would be empty, and its job believes it is proven.
  [[nodiscard]] virtual Result<std::shared_ptr<InstanceDisks>> open(
      const EnsureInstance& request, const std::stop_token& stop) = 0;
  /// As `release`, but removes only this disk.
  [[nodiscard]] virtual Result<> release_disk(const std::string& token, std::uint32_t disk) = 0;
  /// Notes that the instance is released, durably, and then removes it.
  [[nodiscard]] virtual Result<> release(const std::string& token) = 0;
};

}  // namespace ferry
