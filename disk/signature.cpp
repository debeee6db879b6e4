// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/signature.hpp"

#include <memory>

#include <blkid/blkid.h>

namespace ferry {
namespace {

struct FreeProbe {
  void operator()(blkid_probe probe) const { blkid_free_probe(probe); }
};

/// Labels come from the disk; what is not printable text stays out of logs and records.
std::string value_of(blkid_probe probe, const char* name) {
  const char* data = nullptr;
  if (blkid_probe_lookup_value(probe, name, &data, nullptr) != 0 || data == nullptr) return {};
  std::string value{data};
  if (value.size() > 256) value.resize(256);
  for (auto& c : value) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return value;
}

}  // namespace

bool is_ext(const std::string& type) { return type == "ext2" || type == "ext3" || type == "ext4"; }

Result<Signature> probe_signature(int fd, std::uint64_t offset, std::uint64_t size) {
  const std::unique_ptr<struct blkid_struct_probe, FreeProbe> probe{blkid_new_probe()};
  if (!probe || blkid_probe_set_device(probe.get(), fd, static_cast<blkid_loff_t>(offset),
                                       static_cast<blkid_loff_t>(size)) != 0) {
    return fail(Errc::inventory_failed, "cannot probe " + std::to_string(size) + " bytes at byte " +
                                            std::to_string(offset));
  }
  blkid_probe_enable_superblocks(probe.get(), 1);
  blkid_probe_set_superblocks_flags(probe.get(),
                                    BLKID_SUBLKS_TYPE | BLKID_SUBLKS_UUID | BLKID_SUBLKS_LABEL);
  if (blkid_do_safeprobe(probe.get()) != 0) return Signature{};
  return Signature{value_of(probe.get(), "TYPE"), value_of(probe.get(), "UUID"),
                   value_of(probe.get(), "LABEL")};
}

}  // namespace ferry
