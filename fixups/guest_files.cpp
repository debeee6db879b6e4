// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "fixups/guest_files.hpp"

#include <array>
#include <cerrno>
#include <span>

#include <fcntl.h>
#include <linux/limits.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/random.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

std::string hex_digest(std::string_view bytes) {
  const auto digest = sha256(bytes);
  return to_hex(std::as_bytes(std::span{digest}));
}

/// Short whatever the name's length, and the same for whoever cleans up.
std::string temporary_name(const std::string& name) {
  return ".edgeferry-" + hex_digest(name).substr(0, 24);
}

Error write_error(const std::string& doing, const std::string& located) {
  auto error = errno_error(Errc::disk_write_failed, doing + " " + located + " of the guest");
  if (error.code == Errc::disk_write_failed) {
    error.fix =
        "check that the guest is mounted for writing and the file is not immutable (lsattr)";
  }
  return error;
}

/// A name's attributes, read before anything is changed.
struct Attributes {
  struct stat status {};
  std::vector<std::pair<std::string, std::string>> extended;
};

Result<std::vector<std::pair<std::string, std::string>>> extended_of(const Fd& fd) {
  std::vector<std::pair<std::string, std::string>> found;
  std::array<char, XATTR_LIST_MAX> names{};
  const auto size = ::flistxattr(fd.get(), names.data(), names.size());
  if (size < 0) {
    if (errno == ENOTSUP) return found;
    return fail(errno_error(Errc::disk_read_failed, "extended attributes"));
  }
  std::string_view rest{names.data(), static_cast<std::size_t>(size)};
  while (!rest.empty()) {
    const std::string name{rest.substr(0, rest.find('\0'))};
    rest.remove_prefix(name.size() + 1);
    std::string value(XATTR_SIZE_MAX, '\0');
    const auto length = ::fgetxattr(fd.get(), name.c_str(), value.data(), value.size());
    if (length < 0) return fail(errno_error(Errc::disk_read_failed, "attribute " + name));
    value.resize(static_cast<std::size_t>(length));
    found.emplace_back(name, std::move(value));
  }
  return found;
}

Result<Attributes> attributes_of(const GuestRoot& root, const std::string& located) {
  auto folder = root.open_folder(parent_of(located));
  if (!folder) return fail(folder.error());
  Attributes found;
  if (::fstatat(folder->get(), name_of(located).c_str(), &found.status, AT_SYMLINK_NOFOLLOW) != 0) {
    return fail(errno_error(Errc::guest_unusable, located + " of the guest"));
  }
  if (!S_ISREG(found.status.st_mode)) return found;
  auto fd = root.open_regular(located);
  if (!fd) return fail(fd.error());
  auto extended = extended_of(*fd);
  if (!extended) return fail(extended.error());
  found.extended = std::move(*extended);
  return found;
}

bool give(const Fd& fd, const Attributes& wanted, bool and_times) {
  const auto& status = wanted.status;
  if (::fchown(fd.get(), status.st_uid, status.st_gid) != 0) return false;
  if (::fchmod(fd.get(), status.st_mode & 07777U) != 0) return false;
  for (const auto& [name, value] : wanted.extended) {
    if (::fsetxattr(fd.get(), name.c_str(), value.data(), value.size(), 0) != 0) return false;
  }
  const std::array times{status.st_atim, status.st_mtim};
  return !and_times || ::futimens(fd.get(), times.data()) == 0;
}

/// Writes the temporary name; false with errno set if that fails.
bool write_file(const Fd& folder, const std::string& name, const Content& content,
                const Attributes* like, bool and_times) {
  const Fd fd{::openat(folder.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (!fd || !write_at(fd, content.bytes.data(), content.bytes.size(), 0)) return false;
  const bool dressed =
      like != nullptr ? give(fd, *like, and_times) : ::fchmod(fd.get(), content.mode & 07777U) == 0;
  return dressed && ::fsync(fd.get()) == 0;
}

bool write_link(const Fd& folder, const std::string& name, const Content& content,
                const Attributes* like, bool and_times) {
  if (::symlinkat(content.bytes.c_str(), folder.get(), name.c_str()) != 0) return false;
  if (like == nullptr) return true;
  const auto& status = like->status;
  if (::fchownat(folder.get(), name.c_str(), status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW) !=
      0) {
    return false;
  }
  const std::array times{status.st_atim, status.st_mtim};
  return !and_times ||
         ::utimensat(folder.get(), name.c_str(), times.data(), AT_SYMLINK_NOFOLLOW) == 0;
}

}  // namespace

std::string state_of(const MaybeContent& content) {
  if (!content) return "absent";
  return (content->kind == Content::Kind::link ? "link:" : "file:") + hex_digest(content->bytes);
}

Result<> put(const GuestRoot& root, const std::string& located, const Content& content,
             const std::string& like, bool and_times) {
  Attributes attributes;
  if (!like.empty()) {
    auto found = attributes_of(root, like);
    if (!found) return fail(found.error());
    attributes = std::move(*found);
  }
  auto folder = root.open_folder(parent_of(located));
  if (!folder) return fail(folder.error());
  const auto name = name_of(located);
  const auto temporary = temporary_name(name);
  ::unlinkat(folder->get(), temporary.c_str(), 0);
  const auto write = content.kind == Content::Kind::link ? write_link : write_file;
  const auto* dress = like.empty() ? nullptr : &attributes;
  if (!write(*folder, temporary, content, dress, and_times) ||
      ::renameat(folder->get(), temporary.c_str(), folder->get(), name.c_str()) != 0) {
    auto error = write_error("write", located);
    ::unlinkat(folder->get(), temporary.c_str(), 0);
    return fail(std::move(error));
  }
  if (::fsync(folder->get()) != 0) return fail(write_error("fsync the folder of", located));
  return {};
}

Result<> remove_name(const GuestRoot& root, const std::string& located) {
  auto folder = root.open_folder(parent_of(located));
  if (!folder && folder.error().code == Errc::not_found) return {};
  if (!folder) return fail(folder.error());
  if (::unlinkat(folder->get(), name_of(located).c_str(), 0) != 0 && errno != ENOENT) {
    return fail(write_error("remove", located));
  }
  if (::fsync(folder->get()) != 0) return fail(write_error("fsync the folder of", located));
  return {};
}

void remove_folder(const GuestRoot& root, const std::string& located) {
  const auto folder = root.open_folder(parent_of(located));
  if (folder) ::unlinkat(folder->get(), name_of(located).c_str(), AT_REMOVEDIR);
}

void remove_leftover(const GuestRoot& root, const std::string& located) {
  const auto folder = root.open_folder(parent_of(located));
  if (folder) ::unlinkat(folder->get(), temporary_name(name_of(located)).c_str(), 0);
}

Result<> make_folders(const GuestRoot& root, const std::string& located, bool secret) {
  if (located == "/" || root.open_folder(located)) return {};
  const auto above = parent_of(located);
  if (auto made = make_folders(root, above); !made) return made;
  auto folder = root.open_folder(above);
  if (!folder) return fail(folder.error());
  const auto name = name_of(located);
  if (::mkdirat(folder->get(), name.c_str(), 0700) != 0 && errno != EEXIST) {
    return fail(write_error("make folder", located));
  }
  if (!secret && ::fchmodat(folder->get(), name.c_str(), 0755, 0) != 0) {
    return fail(write_error("chmod", located));
  }
  if (::fsync(folder->get()) != 0) return fail(write_error("fsync the folder of", located));
  return {};
}

std::string owner_of(const GuestRoot& root, const std::string& located) {
  const auto found = attributes_of(root, located);
  if (!found) return "0:0";
  return std::to_string(found->status.st_uid) + ":" + std::to_string(found->status.st_gid);
}

}  // namespace ferry
