// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/raw_archive.hpp"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "base/file.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

constexpr std::size_t archive_piece_bytes = 4 * limits::mib;  // of the object, asked for at once
constexpr std::size_t tar_piece_bytes = 256 * limits::kib;
/// Of the unpacked archive, for what is not the disk's bytes. It bounds the memory that a list of
/// attributes or of holes can take.
constexpr std::size_t head_bytes_max = 1 * limits::mib;
constexpr std::size_t head_piece_bytes = 16 * limits::kib;
constexpr std::size_t archive_words_max = 200;

struct ArchiveFree {
  void operator()(archive* one) const { archive_read_free(one); }
};
using Archive = std::unique_ptr<archive, ArchiveFree>;

std::string words_of(archive* reader) {
  const auto* words = archive_error_string(reader);
  return printable(
      std::string{words == nullptr ? "no reason" : words}.substr(0, archive_words_max));
}

/// By comparing it with itself, one byte on: as fast as memory is read.
bool all_zero(std::span<const std::byte> bytes) {
  return bytes.front() == std::byte{} &&
         std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

/// The unpacked bytes of an object that is a gzip file.
class GzipStream {
 public:
  GzipStream(const Bucket& bucket, ObjectInfo object, const ByteProgress& progress,
             std::stop_token stop)
      : bucket_(bucket), object_(std::move(object)), progress_(progress), stop_(std::move(stop)) {}

  Result<> open() {
    archive_read_support_filter_gzip(reader_.get());
    archive_read_support_format_raw(reader_.get());
    archive_entry* all = nullptr;
    if (archive_read_open(reader_.get(), this, nullptr, read_object, nullptr) != ARCHIVE_OK ||
        archive_read_next_header(reader_.get(), &all) != ARCHIVE_OK) {
      return failure();
    }
    if (archive_filter_code(reader_.get(), 0) == ARCHIVE_FILTER_GZIP) return {};
    return fail(Errc::image_failed, "object " + object_.key + " is not packed by gzip", again);
  }

  /// How many bytes there were, at most; 0 at the end.
  Result<std::size_t> read(std::span<std::byte> into) {
    const auto count = archive_read_data(reader_.get(), into.data(), into.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    auto why = failure();
    return fail(why.error());
  }

  [[nodiscard]] const std::string& key() const { return object_.key; }

  static constexpr auto again = "run 'edgeferry job retry' to export the image again";

 private:
  [[nodiscard]] Result<> failure() const {
    if (error_) return fail(*error_);
    return fail(Errc::image_failed,
                "object " + object_.key + " can't be unpacked: " + words_of(reader_.get()), again);
  }

  static la_ssize_t read_object(archive* reader, void* self, const void** into) {
    auto& stream = *static_cast<GzipStream*>(self);
    const auto count = stream.next();
    *into = stream.buffer_.data();
    if (count) return static_cast<la_ssize_t>(*count);
    stream.error_ = count.error();
    archive_set_error(reader, EIO, "the object can't be read");
    return ARCHIVE_FATAL;
  }

  Result<std::size_t> next() {
    if (stop_.stop_requested()) return fail(Errc::canceled, "unpacking " + object_.key);
    buffer_.resize(
        static_cast<std::size_t>(std::min<std::uint64_t>(archive_piece_bytes, object_.size - at_)));
    if (buffer_.empty()) return 0;
    if (auto done = bucket_.get(object_.key, at_, buffer_); !done) return fail(done.error());
    at_ += buffer_.size();
    if (progress_) progress_(at_, object_.size);
    return buffer_.size();
  }

  const Bucket& bucket_;
  ObjectInfo object_;
  const ByteProgress& progress_;
  std::stop_token stop_;
  std::uint64_t at_ = 0;
  std::vector<std::byte> buffer_;
  std::optional<Error> error_;  // of the bucket
  Archive reader_{archive_read_new()};
};

/// One member of a tar archive, as a disk.
class DiskArchive {
 public:
  DiskArchive(GzipStream& stream, const ArchivedDisk& disk)
      : stream_(stream), disk_(disk), buffer_(tar_piece_bytes) {}

  Result<> unpack(const Fd& file) {
    archive_read_support_format_tar(reader_.get());
    if (archive_read_open(reader_.get(), this, nullptr, read_stream, nullptr) != ARCHIVE_OK) {
      return failure();
    }
    if (auto good = read_head(); !good) return good;
    head_left_.reset();
    if (auto done = read_disk(file); !done) return done;
    head_left_ = head_bytes_max;
    archive_entry* more = nullptr;
    const auto end = archive_read_next_header(reader_.get(), &more);
    if (end == ARCHIVE_OK) return refuse("has a second member");
    return end == ARCHIVE_EOF ? read_rest() : failure();
  }

 private:
  /// The stream's own trouble, or what the archive's reader says.
  [[nodiscard]] Result<> failure() const {
    return error_ ? fail(*error_)
                  : refuse("is no tar archive of a disk: " + words_of(reader_.get()));
  }
  [[nodiscard]] Result<> refuse(const std::string& why) const {
    return fail(Errc::image_failed, "object " + stream_.key() + ' ' + why, GzipStream::again);
  }

  static la_ssize_t read_stream(archive* reader, void* self, const void** into) {
    auto& own = *static_cast<DiskArchive*>(self);
    const auto count = own.next();
    *into = own.buffer_.data();
    if (count) return static_cast<la_ssize_t>(*count);
    own.error_ = count.error();
    archive_set_error(reader, EIO, "the object can't be unpacked");
    return ARCHIVE_FATAL;
  }

  Result<std::size_t> next() {
    std::span<std::byte> piece{buffer_};
    if (head_left_) piece = piece.first(std::min(head_piece_bytes, *head_left_));
    if (piece.empty()) {
      return fail(Errc::image_failed, "object " + stream_.key() + " has more in it than a disk",
                  GzipStream::again);
    }
    const auto count = stream_.read(piece);
    if (count && head_left_) *head_left_ -= *count;
    return count;
  }

  Result<> read_head() {
    archive_entry* entry = nullptr;
    if (archive_read_next_header(reader_.get(), &entry) != ARCHIVE_OK) return failure();
    const auto* path = archive_entry_pathname(entry);
    const std::string_view name{path == nullptr ? "" : path};
    const bool is_plain = archive_entry_filetype(entry) == AE_IFREG &&
                          archive_entry_hardlink(entry) == nullptr &&
                          archive_entry_symlink(entry) == nullptr;
    if (!is_plain || !name.ends_with(".raw") || name.find('/') != std::string_view::npos) {
      return refuse("has another member than a file NAME.raw: " +
                    printable(std::string{name.substr(0, archive_words_max)}));
    }
    size_ = static_cast<std::uint64_t>(std::max<la_int64_t>(archive_entry_size(entry), 0));
    if (size_ >= disk_.bytes && size_ <= disk_.bytes_max) return {};
    return refuse("holds a disk of " + std::to_string(size_) + " bytes instead of " +
                  std::to_string(disk_.bytes) + " to " + std::to_string(disk_.bytes_max));
  }

  Result<> read_disk(const Fd& file) {
    for (;;) {
      const void* bytes = nullptr;
      std::size_t count = 0;
      la_int64_t offset = 0;
      const auto read = archive_read_data_block(reader_.get(), &bytes, &count, &offset);
      if (read == ARCHIVE_EOF) return {};
      if (read != ARCHIVE_OK) return failure();
      const auto at = static_cast<std::uint64_t>(offset);
      if (offset < 0 || at > size_ || count > size_ - at)
        return refuse("has bytes behind its disk");
      // What lies behind the wanted bytes, on the cloud's larger disk, is left out.
      const auto wanted = at < disk_.bytes ? std::min<std::uint64_t>(count, disk_.bytes - at) : 0;
      const std::span data{static_cast<const std::byte*>(bytes), static_cast<std::size_t>(wanted)};
      if (auto done = write_data(file, data, at); !done) return done;
    }
  }

  /// Zeros stay holes.
  static Result<> write_data(const Fd& file, std::span<const std::byte> data, std::uint64_t at) {
    while (!data.empty()) {
      const auto granule = limits::granule_bytes - at % limits::granule_bytes;
      const auto piece = data.first(std::min<std::size_t>(data.size(), granule));
      if (!all_zero(piece)) {
        if (auto done = write_at(file, piece.data(), piece.size(), at); !done) return done;
      }
      at += piece.size();
      data = data.subspan(piece.size());
    }
    return {};
  }

  /// Up to the end of the object: one that was cut off has none.
  Result<> read_rest() {
    for (;;) {
      const auto count = next();
      if (!count) return fail(count.error());
      if (*count == 0) return {};
    }
  }

  GzipStream& stream_;
  ArchivedDisk disk_;
  std::vector<std::byte> buffer_;
  std::optional<std::size_t> head_left_ = head_bytes_max;  // nothing while the disk is read
  std::optional<Error> error_;                             // of the stream
  std::uint64_t size_ = 0;                                 // of the member
  Archive reader_{archive_read_new()};
};

Result<> unpack_into(const Bucket& bucket, const ObjectInfo& object, const ArchivedDisk& disk,
                     const std::filesystem::path& file, const ByteProgress& progress,
                     const std::stop_token& stop) {
  const auto fd = open_file(file, O_WRONLY | O_CREAT | O_TRUNC);
  if (!fd) return fail(fd.error());
  if (::ftruncate(fd->get(), static_cast<off_t>(disk.bytes)) != 0) {
    return fail(errno_error(Errc::disk_write_failed, "size of " + file.string()));
  }
  GzipStream stream{bucket, object, progress, stop};
  if (auto done = stream.open(); !done) return done;
  return DiskArchive{stream, disk}.unpack(*fd);
}

}  // namespace

Result<> unpack_disk(const Bucket& bucket, std::string_view key, const ArchivedDisk& disk,
                     const std::filesystem::path& file, const ByteProgress& progress,
                     const std::stop_token& stop) {
  const auto object = bucket.head(key);
  if (!object) return fail(object.error());
  auto done = unpack_into(bucket, *object, disk, file, progress, stop);
  std::error_code ignored;
  if (!done) std::filesystem::remove(file, ignored);
  return done;
}

}  // namespace ferry
