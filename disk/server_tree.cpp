// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/server_tree.hpp"

#include <memory>

#include <fcntl.h>
#include <unistd.h>

#include "base/file.hpp"
#include "base/limits.hpp"
#include "disk/ext_file.hpp"
#include "disk/open_below.hpp"
#include "disk/signature.hpp"

namespace ferry {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t tree_names_max = 100'000;
constexpr std::size_t piece_bytes = 256 * limits::kib;

Result<std::string> read_head(const Fd& fd, std::size_t bytes_max) {
  std::string bytes;
  while (bytes.size() < bytes_max) {
    const auto before = bytes.size();
    bytes.resize(std::min(bytes_max, before + piece_bytes));
    const auto got = ::read(fd.get(), bytes.data() + before, bytes.size() - before);
    if (got < 0) return fail(errno_error(Errc::disk_read_failed, "read"));
    bytes.resize(before + static_cast<std::size_t>(got));
    if (got == 0) break;
  }
  return bytes;
}

std::vector<std::string> names_in(const Fd& folder) {
  std::vector<std::string> names;
  std::error_code error;
  const auto path = "/proc/self/fd/" + std::to_string(folder.get());
  for (fs::directory_iterator it{path, error}, end; !error && it != end; it.increment(error)) {
    names.push_back(it->path().filename());
    if (names.size() >= tree_names_max) break;
  }
  return names;
}

}  // namespace

std::optional<ServerTree> tree_below(const fs::path& root) {
  auto opened = open_file(root, O_RDONLY | O_DIRECTORY);
  if (!opened) return std::nullopt;
  const auto folder = std::make_shared<Fd>(std::move(*opened));
  ServerTree tree;
  tree.read = [folder](const std::string& path, std::size_t bytes_max) -> Result<std::string> {
    const auto fd = open_below(*folder, path, 0);
    if (!fd) return fail(errno_error(Errc::not_found, "open " + path));
    return read_head(fd, bytes_max);
  };
  tree.list = [folder](const std::string& path) {
    const auto fd = open_below(*folder, path, O_DIRECTORY);
    return fd ? names_in(fd) : std::vector<std::string>{};
  };
  return tree;
}

std::optional<ServerTree> tree_on_partition(const DiskInfo& disk, const PartitionInfo& partition) {
  if (!is_ext(partition.filesystem)) return std::nullopt;
  auto opened = ExtFiles::open({disk.path, partition.offset, partition.size, false});
  if (!opened) return std::nullopt;
  const auto files = std::make_shared<ExtFiles>(std::move(*opened));
  ServerTree tree;
  tree.read = [files](const std::string& path, std::size_t bytes_max) {
    return files->read(path, bytes_max);
  };
  tree.list = [files](const std::string& path) {
    return files->list(path).value_or(std::vector<std::string>{});
  };
  return tree;
}

}  // namespace ferry
