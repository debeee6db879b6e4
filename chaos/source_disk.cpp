// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "base/random.hpp"
#include "base/subprocess.hpp"
#include "chaos/embedded.hpp"

namespace ferry::chaos {
namespace {

namespace fs = std::filesystem;
using limits::mib;

constexpr std::uint64_t partition_offset = mib;

Result<> write_tree(const fs::path& tree, std::uint64_t noise_bytes) {
  std::error_code error;
  fs::create_directories(tree / "etc", error);
  std::ofstream{tree / "etc/os-release"}
      << "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n";
  std::ofstream{tree / "etc/hostname"} << "chaos\n";
  std::ofstream noise{tree / "noise", std::ios::binary};
  for (std::uint64_t at = 0; at < noise_bytes; at += mib) {
    noise << random_bytes(static_cast<std::size_t>(std::min(mib, noise_bytes - at)));
  }
  if (!error && noise.flush().good()) return {};
  return fail(Errc::disk_write_failed, "could not write " + tree.string(),
              "see that there is space in the work folder");
}

}  // namespace

Result<> make_source_disk(const fs::path& image, std::uint64_t bytes, std::uint64_t noise_bytes) {
  const fs::path tree = image.string() + ".tree";
  if (auto done = write_tree(tree, noise_bytes); !done) return done;
  std::ofstream{image};
  std::error_code error;
  fs::resize_file(image, bytes, error);
  if (error) return fail(Errc::disk_write_failed, image.string() + ": " + error.message());
  auto table = run_ok({.argv = {"sgdisk", "-n", "1:2048:0", "-t", "1:8304", image.string()}});
  if (!table) return fail(table.error());
  // The last MiB holds the second partition table.
  const auto kib = (bytes - partition_offset - mib) / 1024;
  auto made = run_ok({.argv = {"mke2fs", "-q", "-F", "-t", "ext4", "-d", tree.string(), "-E",
                               "offset=" + std::to_string(partition_offset), image.string(),
                               std::to_string(kib) + "k"}});
  fs::remove_all(tree, error);
  if (!made) return fail(made.error());
  return {};
}

}  // namespace ferry::chaos
