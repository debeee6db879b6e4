// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/image_file.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "base/file.hpp"
#include "base/subprocess.hpp"
#include "cloud/json_read.hpp"

namespace ferry {
namespace {

namespace fs = std::filesystem;

// 1 TiB at a slow 25 MiB/s takes 12 hours.
constexpr std::chrono::hours long_timeout{24};
constexpr std::size_t words_bytes_max = 400;

std::string_view name_of(ImageFormat format) {
  return format == ImageFormat::raw ? "raw" : "qcow2";
}

/// An absolute path, because qemu-img takes "nbd:x" and "json:{...}" for other things.
std::string safe_path(const fs::path& path) { return fs::absolute(path).string(); }

std::string words_of(const CommandOutput& output) {
  std::string words = output.err.empty() ? output.out : output.err;
  while (!words.empty() && (words.back() == '\n' || words.back() == ' ')) words.pop_back();
  if (words.size() > words_bytes_max) words.erase(0, words.size() - words_bytes_max);
  for (auto& c : words) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return words;
}

std::uint64_t big_endian(std::span<const unsigned char> bytes) {
  std::uint64_t value = 0;
  for (const auto byte : bytes) value = value << 8 | byte;
  return value;
}

/// An image that refers to other files could make qemu-img read anything here, so
/// the header is checked before qemu-img sees it.
Result<> check_header(const fs::path& qcow2) {
  std::array<unsigned char, 80> header{};
  auto fd = open_file(qcow2, O_RDONLY);
  if (!fd) return fail(fd.error());
  const auto refused = [&](std::string why) {
    return fail(Errc::image_failed, qcow2.string() + ": " + std::move(why),
                "make the image again from its disk");
  };
  if (!read_at(*fd, header.data(), header.size(), 0)) return refused("shorter than a qcow2 header");
  const auto bytes = std::span<const unsigned char>{header};
  if (big_endian(bytes.subspan(0, 4)) != 0x514649fb) return refused("not a qcow2 image");
  const auto version = big_endian(bytes.subspan(4, 4));
  if (version != 2 && version != 3) return refused("qcow2 version " + std::to_string(version));
  if (big_endian(bytes.subspan(8, 8)) != 0) return refused("refers to a backing file");
  constexpr std::uint64_t external_data = 4;
  if (version == 3 && (big_endian(bytes.subspan(72, 8)) & external_data) != 0) {
    return refused("keeps its data in another file");
  }
  return {};
}

/// Finds the last whole "(12.34/100%)" in output that arrives in pieces.
class PercentReader {
 public:
  explicit PercentReader(PercentProgress progress) : progress_(std::move(progress)) {}

  void operator()(std::string_view piece) {
    if (!progress_) return;
    tail_ += piece;
    const auto end = tail_.rfind("/100%)");
    if (end != std::string::npos) {
      const auto begin = tail_.rfind('(', end);
      double percent = 0;
      if (begin != std::string::npos &&
          std::from_chars(tail_.data() + begin + 1, tail_.data() + end, percent).ec ==
              std::errc{}) {
        progress_(percent);
      }
      tail_.erase(0, end + 6);
    }
    constexpr std::size_t tail_bytes_max = 64;
    if (tail_.size() > tail_bytes_max) tail_.erase(0, tail_.size() - tail_bytes_max);
  }

 private:
  PercentProgress progress_;
  std::string tail_;
};

Result<CommandOutput> qemu_img(std::vector<std::string> arguments, const PercentProgress& progress,
                               std::stop_token stop) {
  arguments.insert(arguments.begin(), "qemu-img");
  Command command{.argv = std::move(arguments), .timeout = long_timeout, .stop = std::move(stop)};
  command.on_output = PercentReader{progress};
  auto output = run(command);
  if (!output && output.error().code == Errc::program_missing) {
    return fail(Errc::program_missing, output.error().what, "install the package qemu-utils");
  }
  return output;
}

Result<> sync_file(const fs::path& path) {
  auto fd = open_file(path, O_RDONLY);
  if (!fd) return fail(fd.error());
  if (::fsync(fd->get()) != 0) {
    return fail(errno_error(Errc::disk_write_failed, "fsync " + path.string()));
  }
  return {};
}

Result<> write_image(const fs::path& raw, const fs::path& part, ImageCompression compression,
                     const PercentProgress& progress, std::stop_token stop) {
  std::vector<std::string> arguments{"convert", "-p", "-f", "raw", "-O", "qcow2"};
  if (compression != ImageCompression::none) {
    const std::string type = compression == ImageCompression::zstd ? "zstd" : "zlib";
    arguments.insert(arguments.end(), {"-c", "-o", "compression_type=" + type});
  }
  arguments.insert(arguments.end(), {"--", safe_path(raw), safe_path(part)});
  auto output = qemu_img(std::move(arguments), progress, std::move(stop));
  if (!output) return fail(output.error());
  if (output->exit_code == 0) return sync_file(part);
  const auto words = words_of(*output);
  if (words.find("No space left on device") != std::string::npos) {
    return fail(Errc::disk_full, "image " + part.string() + ": " + words,
                "free space on the file system of " + part.parent_path().string());
  }
  return fail(Errc::image_failed, "image of " + raw.string() + ": " + words);
}

}  // namespace

Result<> convert_to_qcow2(const fs::path& raw, const fs::path& qcow2, ImageCompression compression,
                          const PercentProgress& progress, std::stop_token stop) {
  if (auto there = open_file(raw, O_RDONLY); !there) return fail(there.error());
  const fs::path part = qcow2.string() + ".part";
  std::error_code ignored;
  fs::remove(part, ignored);
  auto done = write_image(raw, part, compression, progress, std::move(stop));
  if (done && ::rename(part.c_str(), qcow2.c_str()) != 0) {
    done = fail(errno_error(Errc::disk_write_failed, "rename to " + qcow2.string()));
  }
  if (!done) {
    fs::remove(part, ignored);
    return done;
  }
  return sync_folder(fs::absolute(qcow2).parent_path());
}

Result<> check_image(const fs::path& qcow2, std::stop_token stop) {
  if (auto good = check_header(qcow2); !good) return good;
  auto output = qemu_img({"check", "-f", "qcow2", "--", safe_path(qcow2)}, {}, std::move(stop));
  if (!output) return fail(output.error());
  if (output->exit_code == 0) return {};
  return fail(Errc::image_failed, qcow2.string() + ": " + words_of(*output),
              "make the image again from its disk");
}

Result<> compare_images(const fs::path& raw, const fs::path& qcow2, const PercentProgress& progress,
                        std::stop_token stop) {
  auto inside = image_info(qcow2, ImageFormat::qcow2);
  if (!inside) return fail(inside.error());
  auto outside = image_info(raw, ImageFormat::raw);
  if (!outside) return fail(outside.error());
  if (inside->virtual_size != outside->virtual_size) {
    return fail(Errc::image_failed,
                qcow2.string() + " holds a disk of " + std::to_string(inside->virtual_size) +
                    " bytes, " + raw.string() + " has " + std::to_string(outside->virtual_size));
  }
  auto output = qemu_img(
      {"compare", "-p", "-f", "raw", "-F", "qcow2", "--", safe_path(raw), safe_path(qcow2)},
      progress, std::move(stop));
  if (!output) return fail(output.error());
  if (output->exit_code == 0) return {};
  // "Content mismatch at offset 65536!" comes on standard output after the progress.
  const auto at = output->out.rfind("Content mismatch");
  auto words = at == std::string::npos ? words_of(*output) : output->out.substr(at);
  while (!words.empty() && words.back() == '\n') words.pop_back();
  return fail(Errc::image_failed, qcow2.string() + " differs from " + raw.string() + ": " + words,
              "make the image again from its disk");
}

Result<ImageInfo> image_info(const fs::path& path, ImageFormat format) {
  if (auto there = open_file(path, O_RDONLY); !there) return fail(there.error());
  if (format == ImageFormat::qcow2) {
    if (auto good = check_header(path); !good) return fail(good.error());
  }
  const std::string name{name_of(format)};
  auto output = qemu_img({"info", "--output=json", "-f", name, "--", safe_path(path)}, {}, {});
  if (!output) return fail(output.error());
  if (output->exit_code != 0) {
    return fail(Errc::image_failed, path.string() + ": " + words_of(*output));
  }
  auto info = qemu_info_from_json(output->out, path.string());
  if (!info) return fail(info.error());
  if (info->format != name) {
    return fail(Errc::image_failed, path.string() + " is " + info->format + ", not " + name);
  }
  return ImageInfo{format, info->virtual_size, info->actual_size};
}

Result<> extract_range(const fs::path& path, ImageFormat format, std::uint64_t offset,
                       std::uint64_t bytes, const Fd& into, std::stop_token stop) {
  if (format == ImageFormat::qcow2) {
    if (auto good = check_header(path); !good) return good;
  }
  const auto to = "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(into.get());
  const auto output = qemu_img(
      {"convert", "-O", "raw", qemu_range(safe_path(path), name_of(format), offset, bytes), to}, {},
      std::move(stop));
  if (!output) return fail(output.error());
  if (output->exit_code == 0) return {};
  return fail(Errc::image_failed, "read " + path.string() + ": " + words_of(*output));
}

}  // namespace ferry
