// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/bundle_archive.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <cerrno>
#include <memory>

#include "base/diagnostic_limits.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

constexpr int file_mode = 0600;

struct ArchiveFree {
  void operator()(archive* one) const { archive_write_free(one); }
};
struct EntryFree {
  void operator()(archive_entry* one) const { archive_entry_free(one); }
};

la_ssize_t append(archive* writer, void* to, const void* bytes, std::size_t count) {
  auto& file = *static_cast<std::string*>(to);
  if (file.size() + count > limits::bundle_bytes_max) {
    archive_set_error(writer, EFBIG, "too long");
    return -1;
  }
  file.append(static_cast<const char*>(bytes), count);
  return static_cast<la_ssize_t>(count);
}

}  // namespace

Result<std::string> bundle_archive(const std::string& folder, const std::vector<BundleFile>& files,
                                   std::int64_t made_ms) {
  std::string packed;
  const std::unique_ptr<archive, ArchiveFree> writer{archive_write_new()};
  const auto failed = [&] {
    const bool long_one = archive_errno(writer.get()) == EFBIG;
    const auto* words = archive_error_string(writer.get());
    return fail(long_one ? Errc::limit_exceeded : Errc::internal,
                "the bundle can't be packed: " + printable(words == nullptr ? "no reason" : words));
  };
  archive_write_add_filter_gzip(writer.get());
  archive_write_set_format_pax_restricted(writer.get());
  if (archive_write_open(writer.get(), &packed, nullptr, append, nullptr) != ARCHIVE_OK) {
    return failed();
  }
  for (const auto& file : files) {
    const std::unique_ptr<archive_entry, EntryFree> entry{archive_entry_new()};
    archive_entry_set_pathname(entry.get(), (folder + "/" + file.name).c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(file.text.size()));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), file_mode);
    archive_entry_set_mtime(entry.get(), made_ms / 1000, 0);
    if (archive_write_header(writer.get(), entry.get()) != ARCHIVE_OK) return failed();
    const auto written = archive_write_data(writer.get(), file.text.data(), file.text.size());
    if (written != static_cast<la_ssize_t>(file.text.size())) return failed();
  }
  if (archive_write_close(writer.get()) != ARCHIVE_OK) return failed();
  return packed;
}

}  // namespace ferry
