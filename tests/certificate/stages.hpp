// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One small migration, with all the files that its stages leave: source, target, image file,
// bucket, registry, digests and certificate.
#pragma once

#include <fstream>

#include "base/chunk_digests.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "certificate/disk_digests.hpp"
#include "certificate/verify.hpp"
#include "cloud/export.hpp"
#include "cloud/folder_bucket.hpp"
#include "cloud/folder_registry.hpp"
#include "tests/shell.hpp"

namespace ferry::test {

namespace fs = std::filesystem;

inline constexpr std::uint64_t disk_bytes = 6 * limits::mib + 512 * limits::kib;
inline constexpr std::uint64_t image_part_bytes = 256 * limits::kib;
/// What boot fix-ups have changed: the end of chunk 1 and the begin of chunk 2.
inline constexpr ChangedRange changed{2 * limits::mib - 65536, 131072};

inline std::string hex(const std::string& bytes) { return to_hex(std::as_bytes(std::span{bytes})); }

inline void flip_a_bit(const fs::path& path, std::uint64_t offset) {
  std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
  file.seekg(static_cast<std::streamoff>(offset));
  const auto byte = static_cast<char>(file.get() ^ 16);
  file.seekp(static_cast<std::streamoff>(offset));
  file.put(byte);
}

/// Where a file holds these bytes.
inline std::uint64_t offset_of(const fs::path& path, const std::string& bytes) {
  const auto at = read_file(path, 64 << 20).value().find(bytes);
  REQUIRE(at != std::string::npos);
  return at;
}

struct Stages {
  TempFolder folder;
  fs::path source = folder / "source.raw";
  fs::path target = folder / "target.raw";
  fs::path image = folder / "system.qcow2";
  fs::path object;      // of the bucket
  fs::path registered;  // the registry's folder of the image
  SigningKey key = SigningKey::load_or_make(folder / "keys/certificates").value();
  Certificate certificate;
  std::string digests;

  Stages() {
    // Data, a hole, data; the last chunk is a half one.
    std::ofstream{source} << random_bytes(3 * limits::mib);
    fs::resize_file(source, 5 * limits::mib);
    std::ofstream{source, std::ios::app} << random_bytes(disk_bytes - 5 * limits::mib);
    sh("cp --sparse=always " + source.string() + " " + target.string());
    REQUIRE(convert_to_qcow2(target, image, ImageCompression::none));
    sh("qemu-io -f qcow2 -c 'write -P 0x5a " + std::to_string(changed.offset) + " " +
       std::to_string(changed.length) + "' " + image.string() + " >/dev/null");
    make_digests();
    upload_and_import();
    write_certificate();
  }

  [[nodiscard]] std::string content(std::uint64_t offset, std::size_t bytes) const {
    std::string read(bytes, '\0');
    std::ifstream in{source, std::ios::binary};
    in.seekg(static_cast<std::streamoff>(offset));
    in.read(read.data(), static_cast<std::streamsize>(bytes));
    return read;
  }
  [[nodiscard]] fs::path certificate_file() const { return registered / "certificate.json"; }
  [[nodiscard]] CertifiedDigests opened() const {
    const auto file = read_file(certificate_file()).value();
    auto signed_one = open_certificate(file);
    if (!signed_one) FAIL(to_string(signed_one.error()));
    return CertifiedDigests::bind(signed_one->certificate,
                                  read_file(registered / "digests.bin").value())
        .value();
  }
  [[nodiscard]] Verification verified_disk(const fs::path& raw) const {
    Verification found;
    const auto done = opened().verify_disk(0, raw, found);
    if (!done) FAIL(to_string(done.error()));
    return found;
  }
  [[nodiscard]] Verification verified_image(const fs::path& file) const {
    Verification found;
    const auto done = opened().verify_image(0, file, found);
    if (!done) FAIL(to_string(done.error()));
    return found;
  }

 private:
  void make_digests() {
    DiskDigests disk;
    disk.disk = digests_of_file(target, disk_bytes, limits::chunk_bytes).value();
    const auto all = digests_of_image(image, ImageFormat::qcow2, disk_bytes).value();
    for (const auto chunk : touched_chunks({changed}, limits::chunk_bytes)) {
      disk.image += chunk_digest(all, chunk);
    }
    disk.file = digests_of_file(image, fs::file_size(image), image_part_bytes).value();
    digests = digest_file_bytes({disk});
    REQUIRE(write_file_durably(folder / "digests.bin", digests));
  }
  void upload_and_import() {
    auto bucket = FolderBucket::open(folder / "bucket").value();
    auto registry = FolderRegistry::open(folder / "ens").value();
    const auto system = upload_file(bucket, image, "edge_m-1_system.qcow2", image_part_bytes);
    const auto file =
        upload_file(bucket, folder / "digests.bin", "edge_m-1_digests.bin", image_part_bytes);
    REQUIRE(system);
    REQUIRE(file);
    ImportRequest request;
    request.client_token = "t-1";
    request.name = "web";
    request.region = "cn-beijing";
    request.disks = {{0, system->key, disk_bytes, system->sha256, {}}};
    request.files = {{"digests.bin", file->key, file->sha256}};
    const auto made = registry.import_image(request, bucket);
    if (!made) FAIL(to_string(made.error()));
    registered = registry.image_folder(made->image_id);
    for (const auto& entry : fs::recursive_directory_iterator{folder / "bucket"}) {
      if (entry.is_regular_file() && entry.file_size() == fs::file_size(image)) object = entry;
    }
    REQUIRE(!object.empty());
    certificate.image = made->image_id;
    certificate.disks.push_back({0,
                                 disk_bytes,
                                 disk_bytes,
                                 "aa",
                                 {changed},
                                 "system.qcow2",
                                 "qcow2",
                                 system->size,
                                 system->sha256,
                                 system->key,
                                 image_part_bytes});
  }
  void write_certificate() {
    certificate.form = certificate_form;
    certificate.job = "j-1";
    certificate.hostname = "w\u00f6b";
    certificate.chunk_bytes = limits::chunk_bytes;
    certificate.digests_file = "digests.bin";
    certificate.digests_sha256 = hex(sha256(digests));
    auto registry = FolderRegistry::open(folder / "ens").value();
    REQUIRE(registry.store_certificate(certificate.image,
                                       signed_certificate(certificate, key).value()));
  }
};

}  // namespace ferry::test
