// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a source server is made of, as its agent sees it (F12, F96).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/record.hpp"
#include "messages/server_facts.hpp"

namespace ferry {

/// What a file system was made with, for one that is made anew: a boot loader and a kernel that
/// know the old one must be able to read the new one. Empty for file systems other than ext2 to
/// ext4, xfs and btrfs.
struct FilesystemFacts {
  std::vector<std::string> features;    // as the maker of such a file system names them
  std::uint32_t block_bytes = 0;        // of btrfs: of a sector
  std::uint32_t inode_bytes = 0;        // of btrfs: of a node
  std::uint64_t inodes = 0;             // ext: that it has, and ...
  std::uint64_t inodes_used = 0;        // ... that are taken
  std::uint32_t reserved_permille = 0;  // ext: of the blocks, for root alone
  FERRY_FIELDS(features, block_bytes, inode_bytes, inodes, inodes_used, reserved_permille)
};

/// One partition, or the whole disk where there is no partition table.
struct PartitionInfo {
  std::uint32_t number = 0;  // 1, 2, ...; 0 for a disk without a table
  std::uint64_t offset = 0;  // bytes from the start of the disk
  std::uint64_t size = 0;    // bytes
  std::string type;          // partition type: GUID (GPT) or hex byte (MBR)
  std::string uuid;          // PARTUUID, may be empty
  std::string filesystem;    // ext4, xfs, btrfs, vfat, swap, LVM2_member, ...; may be empty
  std::string filesystem_uuid;
  std::string label;
  std::string mount_point;        // where it is mounted on the source; empty if not
  std::uint64_t used_bytes = 0;   // bytes in use where the file system tells, else size
  bool block_replication = true;  // F74: blocks can be copied
  std::string mount_root;         // what of the file system is mounted there, if not all: "/@"
  std::string name;               // GPT only
  std::uint64_t attributes = 0;   // GPT: all 64 bits; MBR: 1 if it is marked as active
  FilesystemFacts facts;
  FERRY_FIELDS(number, offset, size, type, uuid, filesystem, filesystem_uuid, label, mount_point,
               used_bytes, block_replication, mount_root, name, attributes, facts)
};

struct DiskInfo {
  std::uint32_t index = 0;  // 0 is the system disk
  std::string path;         // device or image file on the source
  std::uint64_t size = 0;   // bytes
  std::uint32_t sector_size = 512;
  std::string table;  // "gpt", "dos" or empty
  std::string model;
  std::string serial;
  std::vector<PartitionInfo> partitions;
  std::string table_id;  // GPT: a UUID; MBR: "0x" and eight digits
  FERRY_FIELDS(index, path, size, sector_size, table, model, serial, partitions, table_id)
};

/// A logical volume or physical volume found by its signature.
struct LvmInfo {
  std::string kind;  // "pv"
  std::string device;
  std::string uuid;
  std::string volume_group;
  FERRY_FIELDS(kind, device, uuid, volume_group)
};

struct NicInfo {
  std::string name;
  std::string mac;
  std::string driver;
  bool up = false;
  std::vector<std::string> addresses;  // "192.0.2.7/24"
  FERRY_FIELDS(name, mac, driver, up, addresses)
};

struct Inventory {
  std::string hostname;
  std::string os_id;         // os-release ID, "debian"; "windows" for a Windows system disk
  std::string os_version;    // VERSION_ID
  std::string os_name;       // PRETTY_NAME
  std::string kernel;        // release of the running or newest installed kernel
  std::string architecture;  // "x86_64"
  std::string firmware;      // "bios" or "uefi"
  std::string cpu_model;
  std::uint32_t cpu_count = 0;
  std::uint64_t memory_bytes = 0;
  std::vector<DiskInfo> disks;
  std::vector<LvmInfo> lvm;
  std::vector<NicInfo> nics;
  ServerFacts facts;
  std::int64_t reported_ms = 0;  // wall clock of the controller that received it; 0: none has
  FERRY_FIELDS(hostname, os_id, os_version, os_name, kernel, architecture, firmware, cpu_model,
               cpu_count, memory_bytes, disks, lvm, nics, facts, reported_ms)
};

}  // namespace ferry
