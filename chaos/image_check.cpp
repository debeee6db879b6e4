// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/image_check.hpp"

#include <algorithm>
#include <fstream>

#include "base/file.hpp"
#include "base/random.hpp"
#include "base/subprocess.hpp"
#include "base/text.hpp"

namespace ferry::chaos {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr auto between_looks = 200ms;
constexpr std::chrono::minutes compare_limit{60};
constexpr std::size_t read_bytes = 1 << 20;

/// Reads the file as it lies on its disk now.
Result<std::string> digest_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in) return fail(Errc::object_missing, file.string() + " is gone");
  Sha256 digest;
  std::string buffer(read_bytes, '\0');
  while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || in.gcount() > 0) {
    digest.update(std::string_view{buffer}.substr(0, static_cast<std::size_t>(in.gcount())));
  }
  const auto raw = digest.finish();
  return to_hex(std::as_bytes(std::span{raw}));
}

}  // namespace

std::uint64_t bytes_needed(const fs::path& raw) {
  std::ifstream in{raw, std::ios::binary};
  std::string granule(limits::granule_bytes, '\0');
  std::uint64_t bytes = 0;
  while (in.read(granule.data(), static_cast<std::streamsize>(granule.size()))) {
    if (granule.find_first_not_of('\0') != std::string::npos) bytes += granule.size();
  }
  return bytes;
}

void ImageCheck::start() {
  thread_ = std::jthread{[this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      check_new();
      std::this_thread::sleep_for(between_looks);
    }
    check_new();
  }};
}

void ImageCheck::finish() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

std::map<std::string, ImageVerdict> ImageCheck::verdicts() const {
  const std::scoped_lock lock{mutex_};
  return verdicts_;
}

void ImageCheck::check_new() {
  const auto jobs = observer_.jobs();
  const auto details = observer_.details();
  const auto known = verdicts();
  for (std::size_t i = 0; i < jobs.size() && i < details.size(); ++i) {
    if (jobs[i].view().status != "Finished" || known.contains(jobs[i].id())) continue;
    auto verdict = check(jobs[i].view(), details[i].source);
    std::error_code ignored;
    if (remove_ && verdict.image == "equal") fs::remove_all(jobs[i].view().image_path, ignored);
    const std::scoped_lock lock{mutex_};
    verdicts_[jobs[i].id()] = std::move(verdict);
  }
}

ImageVerdict ImageCheck::check(const JobView& job, const std::string& source) const {
  const auto different = [&](const std::string& why) {
    return ImageVerdict{"different", job.id + ": " + why};
  };
  if (job.image_disks.empty()) return different("is finished without an image");
  for (const auto& disk : job.image_disks) {
    if (!fs::exists(disk.file) && !remove_) return {"not checked", disk.file + " is not here"};
    const auto digest = digest_of(disk.file);
    if (!digest) return different(digest.error().what);
    if (*digest != disk.sha256) return different(disk.file + " has not the digest it was given");
    const auto read = std::ranges::find(job.disks, disk.index, &DiskProgress::index);
    if (read != job.disks.end() && !read->tree_root.empty() && read->tree_root != disk.tree_root) {
      return different("source and image of disk " + std::to_string(disk.index) +
                       " have other digest trees");
    }
  }
  const auto raw = sources_.find(source);
  if (raw == sources_.end()) return {"equal", "by digests; the source's disk is not here"};
  const auto& first = job.image_disks.front().file;
  auto done =
      run({.argv = {"qemu-img", "compare", "-f", "raw", "-F", "qcow2", raw->second.string(), first},
           .timeout = compare_limit});
  if (!done) return {"not checked", to_string(done.error())};
  if (done->exit_code != 0) return different(done->out + done->err);
  return {"equal", ""};
}

}  // namespace ferry::chaos
