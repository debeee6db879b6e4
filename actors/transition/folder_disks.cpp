// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/transition/folder_disks.hpp"

#include <utility>

#include <fcntl.h>

#include "actors/exclude_rules.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "files/file_manifest.hpp"
#include "making/disk_maker.hpp"
#include "replication/disk_root.hpp"

namespace ferry {
namespace {

/// The page cache of the file behind a loop device hides what its disk has lost.
void forget_cached(const std::filesystem::path& file) {
  const auto fd = open_file(file, O_RDONLY);
  if (fd) (void)::posix_fadvise(fd->get(), 0, 0, POSIX_FADV_DONTNEED);
}

}  // namespace

std::filesystem::path FolderDisks::disk_path(const std::filesystem::path& folder,
                                             std::size_t place) {
  return folder / ("disk" + std::to_string(place) + ".raw");
}

Result<> FolderDisks::open(const EnsureInstance& request, const std::stop_token& stop) {
  if (request.create) {
    if (auto done = make_folder(folder_); !done) return done;
  }
  if (!given_.devices.empty()) {
    if (auto done = link_given(request); !done) return done;
  }
  digest_key_ = request.digest_key;
  layout_ = request.layout;
  auto opened = layout_.disks.empty() ? open_whole(request, stop) : open_layout(request, stop);
  if (!opened) return opened;
  return sync_folder(folder_.parent_path());
}

/// The cloud makes an image of the disks as they are, so they are whole disks.
Result<> FolderDisks::link_given(const EnsureInstance& request) {
  if (!request.layout.disks.empty() || request.disk_bytes.size() > given_.devices.size()) {
    return fail(Errc::invalid_argument,
                "this node has " + std::to_string(given_.devices.size()) +
                    " disks, for whole disks of the source only",
                "leave the layout as it is, or have edgeferry make the image itself");
  }
  for (std::uint32_t place = 0; place < request.disk_bytes.size(); ++place) {
    const auto& device = given_.devices[place];
    std::error_code error;
    if (!std::filesystem::exists(device, error)) {
      return fail(Errc::instance_gone, "the machine's disk " + device.string() + " is gone");
    }
    const auto link = path_of(place);
    if (!request.create || std::filesystem::is_symlink(link, error)) continue;
    std::filesystem::create_symlink(device, link, error);
    if (error) {
      return fail(Errc::disk_write_failed, "link " + link.string() + ": " + error.message());
    }
  }
  return {};
}

Result<> FolderDisks::open_whole(const EnsureInstance& request, const std::stop_token& stop) {
  for (std::uint32_t i = 0; i < request.disk_bytes.size(); ++i) {
    const auto bytes = request.disk_bytes[i];
    disks_.push_back({bytes, {}});
    targets_.push_back({{PartKind::whole, i, 0, bytes, i, 0, bytes, {}}, {}, {}});
    if (auto done = open_blocks(i, request, stop); !done) return done;
  }
  return {};
}

Result<> FolderDisks::open_layout(const EnsureInstance& request, const std::stop_token& stop) {
  auto parts = parts_of(layout_.disks, layout_.source);
  if (!parts) return fail(parts.error());
  for (auto& part : *parts) targets_.push_back({std::move(part), {}, {}});
  for (std::uint32_t place = 0; place < layout_.disks.size(); ++place) {
    const auto& planned = layout_.disks[place];
    disks_.push_back({planned.size, {}});
    if (planned.whole) continue;
    auto made = make_disk(path_of(place), layout_, place, !request.create);
    if (!made) return made;
    if (auto done = open_made(place); !done) return done;
  }
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    if (targets_[i].part.kind == PartKind::files) continue;
    if (auto done = open_blocks(i, request, stop); !done) return done;
  }
  return {};
}

/// A disk that was sealed is opened again for a later pass.
Result<> FolderDisks::open_made(std::uint32_t place) {
  auto made = MadeDisk::open(path_of(place), layout_, place);
  if (!made) return fail(made.error());
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    const auto* mount = made->tree(i);
    if (mount == nullptr) continue;
    const auto epoch = targets_[i].tree ? targets_[i].tree->epoch() : 0;
    targets_[i].tree = std::make_unique<TreeTarget>(TreeTargetOptions{
        .root = mount->path(), .digest_key = digest_key_, .manifest = manifest_of(place, i)});
    targets_[i].tree->raise_epoch(epoch);
  }
  disks_[place].made.emplace(std::move(*made));
  return {};
}

Result<> FolderDisks::open_blocks(std::size_t index, const EnsureInstance& request,
                                  const std::stop_token& stop) {
  auto& [part, blocks, tree] = targets_[index];
  const auto disk = path_of(part.target_disk);
  TargetOptions options{.path = disk,
                        .table_path = disk,
                        .bytes = part.target_size,
                        .digest_key = request.digest_key,
                        .must_exist = !request.create};
  options.table_path.replace_extension(
      part.kind == PartKind::whole ? ".digests" : "." + std::to_string(index) + ".digests");
  if (part.kind == PartKind::head) {
    options.path = MadeDisk::head_file(disk);
    options.must_exist = false;  // it is sent again
  }
  if (part.kind == PartKind::blocks) options.offset = part.target_offset;
  if (!given_.devices.empty()) {
    options.offset = 0;  // of a disk that may be larger
    options.blank = given_.blank;
  }
  auto opened = TargetDisk::open(options, stop);
  if (!opened) return fail(opened.error());
  blocks = std::move(*opened);
  return {};
}

std::vector<InstanceDisk> FolderDisks::list() const {
  std::vector<InstanceDisk> list;
  for (std::uint32_t place = 0; place < disks_.size(); ++place) {
    list.push_back({place, path_of(place).string(), disks_[place].bytes, {}});
  }
  return list;
}

std::vector<std::uint64_t> FolderDisks::parts() const {
  std::vector<std::uint64_t> sizes;
  for (const auto& target : targets_) sizes.push_back(target.part.target_size);
  return sizes;
}

Result<FolderDisks::Target*> FolderDisks::target_of(std::uint32_t index) {
  if (index < targets_.size()) return &targets_[index];
  return fail(Errc::invalid_argument, "there is no part " + std::to_string(index));
}

Result<TargetDisk*> FolderDisks::blocks_of(std::uint32_t index) {
  auto target = target_of(index);
  if (!target) return fail(target.error());
  if ((*target)->blocks) return (*target)->blocks.get();
  return fail(Errc::invalid_argument, name_of((*target)->part) + " are files, not blocks");
}

Result<> FolderDisks::open_session(const SessionKey& key, const OpenTransfer& request) {
  auto target = target_of(request.disk);
  if (!target) return fail(target.error());
  const auto place = (*target)->part.target_disk;
  if ((*target)->part.kind != PartKind::whole && !disks_[place].made) {
    if (auto done = open_made(place); !done) return done;
  }
  if ((*target)->blocks) {
    return data_server_->open(key, *(*target)->blocks, request.streams, request.credit_chunks);
  }
  auto filter = filter_of(request.excludes);
  if (!filter) return fail(Errc::invalid_argument, filter.error().what, filter.error().fix);
  (*target)->tree->set_filter(std::move(*filter));
  forget_cached(path_of(place));
  return data_server_->open(key, *(*target)->tree, request.credit_chunks);
}

Result<std::string> FolderDisks::digests(std::uint32_t part, std::uint64_t first_chunk,
                                         std::uint32_t count) {
  const auto blocks = blocks_of(part);
  if (!blocks) return fail(blocks.error());
  const auto& table = (*blocks)->table();
  const auto next = table.next_chunk(first_chunk);
  if (!next || *next >= first_chunk + count) return std::string{};
  return table.page(first_chunk, count);
}

Result<VerifyResult> FolderDisks::verify(std::uint32_t part, VerifyProgress& progress,
                                         const std::stop_token& stop) {
  const auto blocks = blocks_of(part);
  if (!blocks) return fail(blocks.error());
  return (*blocks)->verify(progress, stop);
}

/// Puts the manifests of a disk's parts into one file beside it. They were made by the proofs, at
/// both ends: what the source says of its own has to be true of these.
Result<std::vector<ProvenFiles>> FolderDisks::keep_manifests(std::uint32_t place,
                                                             std::vector<ProvenFiles> proven) {
  std::string all;
  const ProvenFiles* before = nullptr;  // so that none comes twice
  for (auto& told : proven) {
    if (told.part >= targets_.size() || (before != nullptr && before->part >= told.part) ||
        targets_[told.part].part.target_disk != place ||
        targets_[told.part].part.kind != PartKind::files) {
      return fail(Errc::invalid_argument, "disk " + std::to_string(place) +
                                              " has no files of part " + std::to_string(told.part));
    }
    before = &told;
    if (told.sha256.empty()) continue;
    const auto manifest = read_file(manifest_of(place, told.part), limits::file_manifest_bytes_max);
    const auto digest = manifest ? sha256(*manifest) : std::string{};
    if (manifest && manifest->empty() && told.bytes != 0) {
      told.sha256.clear();
    } else if (to_hex(std::as_bytes(std::span{digest})) != told.sha256) {
      return fail(Errc::verify_mismatch,
                  "what was proven of " + told.mount_point + " is not known any more");
    } else {
      told.bytes = manifest->size();
      all += *manifest;
    }
  }
  auto written = write_file_durably(files::manifests_beside(path_of(place)), all);
  if (!written) return fail(written.error());
  return proven;
}

Result<SealedDisk> FolderDisks::seal(std::uint32_t place, const std::vector<ProvenFiles>& files,
                                     VerifyProgress& progress, const std::stop_token& stop) {
  if (place >= disks_.size() || layout_.disks.empty() || layout_.disks[place].whole) {
    return fail(Errc::invalid_argument, "disk " + std::to_string(place) + " was not made");
  }
  auto kept = keep_manifests(place, files);
  if (!kept) return fail(kept.error());
  if (!disks_[place].made) {
    if (auto done = open_made(place); !done) return fail(done.error());
  }
  const auto sealed = disks_[place].made->seal();
  disks_[place].made.reset();  // also after an error: then it has to be opened again
  if (!sealed) return fail(sealed.error());
  const auto tell = [&](std::uint64_t bytes) { progress.bytes_checked = bytes; };
  auto root = disk_root(path_of(place), disks_[place].bytes, digest_key_, tell, stop);
  if (!root) return fail(root.error());
  return SealedDisk{std::move(*root), std::move(*kept)};
}

}  // namespace ferry
