// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What lies in an initramfs: which modules a kernel finds before it has any disk. The file is a
// row of cpio archives ("newc"), the first ones plain and the last one compressed.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "fixups/guest.hpp"

namespace ferry {

/// Drivers of the disks, buses and cards that virtual machines have, most needed first.
[[nodiscard]] std::span<const std::string_view> wanted_drivers();

/// Names of all kernel modules in an initramfs of the guest. Errors: guest_unbootable if it is
/// no such archive, program_missing for a compression this host has no program for,
/// limit_exceeded beyond limits::initramfs_bytes_max.
[[nodiscard]] Result<std::set<std::string>> modules_in_initramfs(const GuestRoot& root,
                                                                 std::string_view path);

/// Reads names out of cpio archives as their bytes come in, in pieces of any size.
class CpioReader {
 public:
  /// Takes all it can use; returns how many bytes those were. It stops, and takes none any
  /// more, where something that is no cpio archive begins.
  [[nodiscard]] std::size_t feed(std::string_view bytes);
  [[nodiscard]] const std::set<std::string>& modules() const { return modules_; }
  /// True if an archive has been read up to its end and nothing of another one.
  [[nodiscard]] bool at_end() const { return ended_ && pending_.empty() && skip_ == 0; }

 private:
  bool take_header();

  std::string pending_;     // a header and a name that are not complete yet
  std::uint64_t skip_ = 0;  // bytes of data and padding that nobody needs
  bool ended_ = false;      // between two archives, where zeros may be
  bool foreign_ = false;
  std::set<std::string> modules_;
};

}  // namespace ferry
