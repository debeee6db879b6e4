// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/digest_root.hpp"

#include "base/limits.hpp"

namespace ferry {
namespace {

std::string little_endian(std::uint64_t number) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<char>(number >> (8 * i)));
  return bytes;
}

}  // namespace

void DigestRoot::add(std::span<const Leaf> leaves) {
  whole_.update(sha256({reinterpret_cast<const char*>(leaves.data()), leaves.size_bytes()}));
}

void DigestRoot::add_zeros(std::uint64_t chunks) {
  static const std::string digest =
      sha256(std::string(limits::granules_per_chunk * sizeof(Leaf), '\0'));
  for (; chunks > 0; --chunks) whole_.update(digest);
}

std::string DigestRoot::finish(std::uint64_t disk_bytes) {
  whole_.update(little_endian(disk_bytes));
  return whole_.finish();
}

}  // namespace ferry
