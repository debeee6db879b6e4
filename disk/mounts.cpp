// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/mounts.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <sstream>

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/file.hpp"

namespace ferry {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t views_max = 4096;
constexpr int depth_max = 8;

/// Names in a folder, sorted; empty if it cannot be read.
std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it{folder, error}, end; !error && it != end; it.increment(error)) {
    names.push_back(it->path().filename());
  }
  std::ranges::sort(names);
  return names;
}

std::optional<dev_t> parse_device(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  unsigned high = 0;
  unsigned low = 0;
  const auto* end = text.data() + text.size();
  if (std::from_chars(text.data(), text.data() + colon, high).ec != std::errc{}) return {};
  if (std::from_chars(text.data() + colon + 1, end, low).ec != std::errc{}) return {};
  return makedev(high, low);
}

std::string device_text(dev_t device) {
  return std::to_string(major(device)) + ':' + std::to_string(minor(device));
}

/// Mount points hold blanks and the like as \040.
std::string unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digit = [&](std::size_t n) { return static_cast<unsigned>(text[i + n] - '0'); };
    if (text[i] == '\\' && i + 3 < text.size() && digit(1) < 4 && digit(2) < 8 && digit(3) < 8) {
      plain.push_back(static_cast<char>(digit(1) * 64 + digit(2) * 8 + digit(3)));
      i += 3;
    } else {
      plain.push_back(text[i]);
    }
  }
  return plain;
}

/// "36 35 98:0 /root /mnt rw,noatime master:1 - ext4 /dev/sda1 rw,errors=continue"
std::optional<Mount> parse_mount(const std::string& line) {
  const auto dash = line.find(" - ");
  if (dash == std::string::npos) return std::nullopt;
  std::istringstream left{line.substr(0, dash)};
  std::istringstream right{line.substr(dash + 3)};
  std::string id, parent, number, root, point, source, options;
  Mount mount;
  left >> id >> parent >> number >> root >> point;
  right >> mount.filesystem >> source >> options;
  const auto device = parse_device(number);
  if (!device) return std::nullopt;
  mount.device = *device;
  mount.root = unescape(root);
  mount.point = unescape(point);
  mount.writable = options == "rw" || options.starts_with("rw,");
  // btrfs and others mount under a number of no device: ask the source instead.
  struct stat info {};
  const auto path = unescape(source);
  if (major(mount.device) == 0 && path.starts_with('/') && ::stat(path.c_str(), &info) == 0 &&
      S_ISBLK(info.st_mode)) {
    mount.device = info.st_rdev;
  }
  return mount;
}

class ViewFinder {
 public:
  /// Adds the device, its partitions, and all that stands on them.
  void add_device(const std::string& name, std::int64_t start, int depth) {
    const auto folder = "/sys/class/block/" + name;
    const auto device = parse_device(sysfs_text(folder + "/dev"));
    if (!device || depth > depth_max || views.size() >= views_max || is_known(*device)) return;
    const auto holders = names_in(folder + "/holders");
    const auto size = sysfs_number(folder + "/size", 0) * 512;
    views.push_back({*device, name, start, size, !holders.empty()});
    for (const auto& holder : holders) add_device(holder, -1, depth + 1);
    for (const auto& part : names_in(folder)) {
      if (!fs::exists(fs::path{folder} / part / "partition")) continue;
      const auto offset = sysfs_number(folder + '/' + part + "/start", 0) * 512;
      add_device(part, start < 0 ? -1 : start + static_cast<std::int64_t>(offset), depth + 1);
    }
    add_loops(start, depth, [&](const struct stat& backing) {
      return S_ISBLK(backing.st_mode) && backing.st_rdev == *device;
    });
  }

  /// Adds the loop devices whose backing file is the one asked for.
  template <class IsBacking>
  void add_loops(std::int64_t start, int depth, IsBacking is_backing) {
    for (const auto& name : names_in("/sys/block")) {
      if (!name.starts_with("loop")) continue;
      const auto loop = "/sys/block/" + name + "/loop";
      struct stat backing {};
      const auto file = sysfs_text(loop + "/backing_file");
      if (file.empty() || ::stat(file.c_str(), &backing) != 0 || !is_backing(backing)) continue;
      const auto offset = static_cast<std::int64_t>(sysfs_number(loop + "/offset", 0));
      add_device(name, start < 0 ? -1 : start + offset, depth + 1);
    }
  }

  std::vector<DeviceView> views;

 private:
  [[nodiscard]] bool is_known(dev_t device) const {
    return std::ranges::any_of(views, [&](const auto& view) { return view.device == device; });
  }
};

bool is_same_file(const struct stat& a, const struct stat& b) {
  return S_ISREG(b.st_mode) && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

}  // namespace

std::string sysfs_text(const std::string& path) {
  const auto text = read_file(path, 1 << 20);
  return text ? text->substr(0, text->find('\n')) : std::string{};
}

std::uint64_t sysfs_number(const std::string& path, std::uint64_t otherwise) {
  const auto text = sysfs_text(path);
  std::uint64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  return result.ec == std::errc{} ? value : otherwise;
}

std::vector<Mount> read_mounts() {
  std::vector<Mount> mounts;
  const auto text = read_file("/proc/self/mountinfo");
  if (!text) return mounts;
  std::istringstream lines{*text};
  for (std::string line; std::getline(lines, line);) {
    if (auto mount = parse_mount(line)) mounts.push_back(std::move(*mount));
  }
  return mounts;
}

std::optional<Mount> mount_of(const std::filesystem::path& path) {
  std::error_code error;
  const auto file = std::filesystem::canonical(path, error).string() + "/";
  if (error) return {};
  std::optional<Mount> found;
  for (auto& mount : read_mounts()) {
    const auto below = mount.point == "/" ? mount.point : mount.point + "/";
    if (!file.starts_with(below)) continue;
    // Of two on the same point the later one is seen.
    if (!found || mount.point.size() >= found->point.size()) found = std::move(mount);
  }
  return found;
}

std::set<std::string> mount_points_below(const std::filesystem::path& folder) {
  std::error_code error;
  auto above = std::filesystem::canonical(folder, error).string();
  if (error) return {};
  if (!above.ends_with('/')) above += '/';
  std::set<std::string> points;
  for (const auto& mount : read_mounts()) {
    if (mount.point.size() > above.size() && mount.point.starts_with(above)) {
      points.insert(mount.point.substr(above.size()));
    }
  }
  return points;
}

std::vector<DeviceView> device_views(int fd) {
  ViewFinder finder;
  struct stat info {};
  if (::fstat(fd, &info) != 0) return {};
  if (S_ISREG(info.st_mode)) {
    finder.add_loops(0, 0, [&](const auto& backing) { return is_same_file(info, backing); });
    return finder.views;
  }
  if (!S_ISBLK(info.st_mode)) return {};
  std::error_code error;
  const auto link = fs::read_symlink("/sys/dev/block/" + device_text(info.st_rdev), error);
  const auto name = link.filename().string();
  finder.add_device(name, 0, 0);
  // Another loop device over the same file reaches the same bytes.
  struct stat file {};
  const auto loop = "/sys/block/" + name + "/loop";
  const auto backing_file = sysfs_text(loop + "/backing_file");
  if (!backing_file.empty() && ::stat(backing_file.c_str(), &file) == 0) {
    const auto own = static_cast<std::int64_t>(sysfs_number(loop + "/offset", 0));
    ViewFinder others;
    others.add_loops(0, 0, [&](const auto& backing) { return is_same_file(file, backing); });
    for (auto& view : others.views) {
      if (view.device == info.st_rdev || view.name.starts_with(name + 'p')) continue;
      view.start = view.start >= own ? view.start - own : -1;
      finder.views.push_back(std::move(view));
    }
  }
  return finder.views;
}

bool is_mounted(const std::vector<DeviceView>& views) {
  const auto mounts = read_mounts();
  return std::ranges::any_of(mounts, [&](const Mount& mount) {
    return std::ranges::any_of(views,
                               [&](const DeviceView& view) { return view.device == mount.device; });
  });
}

std::string device_node(const DeviceView& view) {
  auto node = "/dev/" + view.name;
  std::ranges::replace(node, '!', '/');
  struct stat info {};
  if (::stat(node.c_str(), &info) != 0 || !S_ISBLK(info.st_mode)) return {};
  return info.st_rdev == view.device ? node : std::string{};
}

}  // namespace ferry
