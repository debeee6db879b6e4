// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The exporter's own proof: an image holds what was verified, whatever happens to the target
// disk from its verification on.
#include "base/subprocess.hpp"
#include "tests/worker/works.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

using Path = ImageTools::Path;

/// Flips a bit of the first disk that it sees, and of no other.
struct Mishap {
  std::shared_ptr<bool> over = std::make_shared<bool>(false);

  void operator()(const Path& disk) const {
    if (!std::exchange(*over, true)) flip_a_bit(disk);
  }
};

ImageTools rot_after_conversion() {
  ImageTools tools;
  tools.convert = [mishap = Mishap{}](const Path& raw, const Path& qcow2, auto compression,
                                      const auto& progress, const auto& stop) {
    auto done = convert_to_qcow2(raw, qcow2, compression, progress, stop);
    mishap(raw);
    return done;
  };
  return tools;
}

ImageTools rot_after_proof() {
  ImageTools tools;
  tools.root = [mishap = Mishap{}](const Path& raw, auto bytes, auto key, const auto& progress,
                                   const auto& stop, auto* digests) {
    auto root = disk_root(raw, bytes, key, progress, stop, digests);
    mishap(raw);
    return root;
  };
  return tools;
}

/// Bytes that are bad in memory while the image is made of them, and good on the disk.
ImageTools bad_memory() {
  ImageTools tools;
  tools.convert = [](const Path& raw, const Path& qcow2, auto compression, const auto& progress,
                     const auto& stop) {
    const auto copy = raw.string() + ".in_memory";
    fs::copy_file(raw, copy, fs::copy_options::overwrite_existing);
    flip_a_bit(copy);
    return convert_to_qcow2(copy, qcow2, compression, progress, stop);
  };
  return tools;
}

void check_refused(const Result<ExportStatus>& status, Errc code, const std::string& word) {
  REQUIRE(status);
  CHECK(status->state == "failed");
  CHECK(status->error_code == static_cast<std::uint16_t>(code));
  CHECK_MESSAGE(status->error.find(word) != std::string::npos, status->error);
}

}  // namespace

TEST_CASE("what rots between its proof and its image is refused, until it is proven again") {
  const auto refuses = [](Works& works) {
    const auto refused = works.run_export(1);
    check_refused(refused, Errc::verify_mismatch, "target disk 0 (" + works.disk(0).string());
    CHECK(refused->error.find(works.roots[0]) != std::string::npos);
    CHECK(works.bucket().list("")->empty());
    flip_a_bit(works.disk(0));  // as the sync does that sends the chunk again
    const auto done = works.run_export(2);
    REQUIRE(done);
    CHECK_MESSAGE(done->state == "done", done->error);
  };
  SUBCASE("before the image is made of it") {
    Works works;
    flip_a_bit(works.disk(0));
    refuses(works);
  }
  SUBCASE("just after the image was made of it") {
    Works works{rot_after_conversion()};
    refuses(works);
  }
  SUBCASE("while image and disk are compared") {
    Works works{rot_after_proof()};
    refuses(works);
  }
}

TEST_CASE("of two disks each has to be as it was proven") {
  Works works;
  flip_a_bit(works.disk(1));
  check_refused(works.run_export(1), Errc::verify_mismatch, "target disk 1");
}

TEST_CASE("a disk that grew behind its proven end is refused") {
  Works works;
  fs::resize_file(works.disk(0), disk_bytes + limits::granule_bytes);
  check_refused(works.run_export(1), Errc::verify_mismatch, "bytes instead of");
}

TEST_CASE("an image of bytes that were never on the disk is the image's fault") {
  Works works{bad_memory()};
  check_refused(works.run_export(1), Errc::image_failed, "Content mismatch");
  CHECK(works.bucket().list("")->empty());
}

TEST_CASE("a controller that tells no digest key has its disks exported as they are") {
  Works works;
  flip_a_bit(works.disk(0));
  auto request = works.export_request(1);
  request.digest_key.clear();
  const auto done = works.run_export(request);
  REQUIRE(done);
  CHECK_MESSAGE(done->state == "done", done->error);
}

TEST_CASE(
    "an image that was changed where no fix-up says so is refused, and one that says so is not") {
  std::vector<PreparedDisk> told;
  ImageTools tools;
  tools.prepare = [&](const PrepareOrder& order, const auto&) -> Result<PreparedImage> {
    const auto written = run_ok({.argv = {"qemu-io", "-f", "qcow2", "-c", "write -P 7 1114112 4096",
                                          order.images[0].string()}});
    if (!written) return fail(written.error());
    PreparedImage image;
    image.disks = told;
    return image;
  };
  Works works{tools};
  auto request = works.export_request(1);
  request.fix_ups.wanted = true;
  check_refused(works.run_export(request), Errc::image_failed,
                "system.qcow2 differs from its disk at offset 1048576");
  CHECK(works.bucket().list("")->empty());
  told = {{0, 65536, {{1114112, 65536}}}};
  request.epoch = 2;
  const auto status = works.run_export(request);
  REQUIRE(status);
  CHECK_MESSAGE(status->state == "done", status->error);
  REQUIRE(status->files.size() == 1);
  CHECK(status->files[0].name == "digests.bin");
  const auto parts = [&](std::size_t disk) {
    return chunks_of(status->objects[disk].size, status->objects[disk].part_bytes);
  };
  // Two chunks of each disk, the one that was changed, and the parts of both files.
  CHECK(status->files[0].size == 32 * (2 + 1 + parts(0) + 2 + parts(1)));
}

TEST_CASE("a certificate is stored beside its image, and one whose image is gone is no failure") {
  Works works;
  const auto imported = works.run_import(works.import_request(1)).value();
  const auto store = [&](const std::string& image) {
    return ask<Done>(*works.live, works.importer, StoreCertificate{"j-1", 1, image, {'{', '}'}});
  };
  REQUIRE(store(imported.image));
  CHECK(read_file(fs::path{imported.path} / "certificate.json").value() == "{}");
  CHECK(store("m-gone"));
}
