// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/image_file.hpp"

#include <fcntl.h>

#include "base/file.hpp"
#include "base/limits.hpp"
#include "tests/cloud/cloud_fixture.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

constexpr std::uint64_t converted_disk_bytes = 32 * limits::mib;

void convert(const fs::path& raw, const fs::path& qcow2,
             ImageCompression compression = ImageCompression::zstd) {
  const auto done = convert_to_qcow2(raw, qcow2, compression);
  REQUIRE_MESSAGE(done, (done ? "" : to_string(done.error())));
}

}  // namespace

TEST_CASE("a converted image is sound and equal to its disk in every compression") {
  Scratch scratch;
  make_disk(scratch / "disk.raw", converted_disk_bytes);
  for (const auto compression :
       {ImageCompression::none, ImageCompression::zlib, ImageCompression::zstd}) {
    double last = -1;
    const auto done = convert_to_qcow2(scratch / "disk.raw", scratch / "disk.qcow2", compression,
                                       [&](double percent) { last = percent; });
    REQUIRE(done);
    CHECK(last == doctest::Approx(100));
    CHECK(check_image(scratch / "disk.qcow2"));
    CHECK(compare_images(scratch / "disk.raw", scratch / "disk.qcow2"));
    const auto info = image_info(scratch / "disk.qcow2", ImageFormat::qcow2);
    REQUIRE(info);
    CHECK(info->virtual_size == converted_disk_bytes);
    CHECK(info->actual_size < converted_disk_bytes / 4);
  }
}

TEST_CASE("a block device converts like a file") {
  Scratch scratch;
  make_disk(scratch / "disk.raw", converted_disk_bytes);
  auto loop = run_ok({.argv = {"losetup", "-f", "--show", (scratch / "disk.raw").string()}});
  REQUIRE(loop);
  while (loop->ends_with('\n')) loop->pop_back();
  const auto done = convert_to_qcow2(*loop, scratch / "disk.qcow2", ImageCompression::none);
  const auto same = compare_images(*loop, scratch / "disk.qcow2");
  (void)run({.argv = {"losetup", "-d", *loop}});
  CHECK(done);
  CHECK(same);
}

TEST_CASE("a difference names the first byte that differs") {
  Scratch scratch;
  make_disk(scratch / "disk.raw", converted_disk_bytes);
  convert(scratch / "disk.raw", scratch / "disk.qcow2");
  write_bytes(scratch / "disk.raw", "x", 20 * limits::mib + 512);
  const auto same = compare_images(scratch / "disk.raw", scratch / "disk.qcow2");
  REQUIRE_FALSE(same);
  CHECK(same.error().code == Errc::image_failed);
  CHECK(same.error().what.find("offset 20972032") != std::string::npos);
  fs::resize_file(scratch / "disk.raw", converted_disk_bytes + 512);
  CHECK(compare_images(scratch / "disk.raw", scratch / "disk.qcow2").error().code ==
        Errc::image_failed);
}

TEST_CASE("truncated and damaged images fail the check") {
  Scratch scratch;
  make_disk(scratch / "disk.raw", converted_disk_bytes);
  const auto image = scratch / "disk.qcow2";
  convert(scratch / "disk.raw", image);
  SUBCASE("cut in the middle") { fs::resize_file(image, fs::file_size(image) / 2); }
  SUBCASE("cut inside the header") { fs::resize_file(image, 50); }
  SUBCASE("empty") { fs::resize_file(image, 0); }
  SUBCASE("a wrong table offset") {
    write_bytes(image, std::string_view{"\x00\x00\x00\x00\x7f\x00\x00\x00", 8}, 40);
  }
  SUBCASE("no qcow2 at all") { write_bytes(image, "#!/bin/sh\n"); }
  CHECK(check_image(image).error().code == Errc::image_failed);
  CHECK_FALSE(compare_images(scratch / "disk.raw", image));
}

TEST_CASE("an image that refers to another file is refused unopened") {
  Scratch scratch;
  write_bytes(scratch / "secret", std::string(65536, 's'));
  const auto image = scratch / "evil.qcow2";
  SUBCASE("as a backing file") {
    REQUIRE(run_ok({.argv = {"qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b",
                             (scratch / "secret").string(), image.string()}}));
  }
  SUBCASE("as its data file") {
    REQUIRE(run_ok({.argv = {"qemu-img", "create", "-q", "-f", "qcow2", "-o",
                             "data_file=" + (scratch / "data").string(), image.string(), "1M"}}));
  }
  CHECK(check_image(image).error().code == Errc::image_failed);
  CHECK(image_info(image, ImageFormat::qcow2).error().code == Errc::image_failed);
  CHECK(compare_images(scratch / "secret", image).error().code == Errc::image_failed);
}

TEST_CASE("a disk that starts like a qcow2 header is still taken as raw bytes") {
  Scratch scratch;
  make_disk(scratch / "disk.raw", converted_disk_bytes);
  convert(scratch / "disk.raw", scratch / "inner.qcow2", ImageCompression::none);
  fs::copy_file(scratch / "inner.qcow2", scratch / "hostile.raw");
  const auto size = (fs::file_size(scratch / "hostile.raw") + 511) / 512 * 512;
  fs::resize_file(scratch / "hostile.raw", size);
  convert(scratch / "hostile.raw", scratch / "out.qcow2");
  CHECK(image_info(scratch / "out.qcow2", ImageFormat::qcow2)->virtual_size == size);
  CHECK(compare_images(scratch / "hostile.raw", scratch / "out.qcow2"));
}

TEST_CASE("a stop leaves no image under the final name") {
  Scratch scratch;
  make_disk(scratch / "disk.raw", converted_disk_bytes);
  std::stop_source stop;
  stop.request_stop();
  const auto done = convert_to_qcow2(scratch / "disk.raw", scratch / "disk.qcow2",
                                     ImageCompression::zlib, {}, stop.get_token());
  REQUIRE_FALSE(done);
  CHECK(done.error().code == Errc::canceled);
  CHECK_FALSE(fs::exists(scratch / "disk.qcow2"));
  CHECK_FALSE(fs::exists(scratch / "disk.qcow2.part"));
}

TEST_CASE("a half image of a killed conversion is replaced") {
  Scratch scratch;
  make_disk(scratch / "disk.raw", converted_disk_bytes);
  write_bytes(scratch / "disk.qcow2.part", "half an image");
  convert(scratch / "disk.raw", scratch / "disk.qcow2");
  CHECK(check_image(scratch / "disk.qcow2"));
  CHECK_FALSE(fs::exists(scratch / "disk.qcow2.part"));
}

TEST_CASE("no room for the image is disk_full and names the path") {
  Scratch scratch;
  write_bytes(scratch / "disk.raw", random_bytes(4 * limits::mib));
  Mount small{{"-t", "tmpfs", "-o", "size=1m", "tmpfs"}, scratch / "small"};
  const auto image = scratch / "small" / "disk.qcow2";
  const auto done = convert_to_qcow2(scratch / "disk.raw", image, ImageCompression::none);
  REQUIRE_FALSE(done);
  CHECK(done.error().code == Errc::disk_full);
  CHECK(done.error().what.find(image.string()) != std::string::npos);
  CHECK_FALSE(fs::exists(image));
}

TEST_CASE("a machine without qemu-img says which package to install") {
  Scratch scratch;
  make_disk(scratch / "disk.raw", converted_disk_bytes);
  const std::string path = ::getenv("PATH");
  ::setenv("PATH", (scratch / "nothing").c_str(), 1);
  const auto done =
      convert_to_qcow2(scratch / "disk.raw", scratch / "disk.qcow2", ImageCompression::none);
  ::setenv("PATH", path.c_str(), 1);
  REQUIRE_FALSE(done);
  CHECK(done.error().code == Errc::program_missing);
  CHECK(done.error().fix.find("qemu-utils") != std::string::npos);
}

TEST_CASE("an absent disk is disk_missing") {
  Scratch scratch;
  CHECK(convert_to_qcow2(scratch / "none", scratch / "x", ImageCompression::none).error().code ==
        Errc::disk_missing);
}

TEST_CASE("a range of an image is read as it is on the disk, and zeros cost nothing") {
  Scratch scratch;
  make_disk(scratch / "disk,1.raw", converted_disk_bytes);
  REQUIRE(convert_to_qcow2(scratch / "disk,1.raw", scratch / "x.qcow2", ImageCompression::zlib));
  const auto disk = read_bytes(scratch / "disk,1.raw");
  constexpr std::uint64_t at = 512;
  constexpr std::uint64_t bytes = 400'384;
  const auto range = [&](const fs::path& file, ImageFormat format) {
    const auto into = open_file(scratch / "range", O_RDWR | O_CREAT | O_TRUNC).value();
    const auto done = extract_range(file, format, at, bytes, into);
    if (!done) FAIL(to_string(done.error()));
    return read_bytes(scratch / "range");
  };
  CHECK(range(scratch / "x.qcow2", ImageFormat::qcow2) == disk.substr(at, bytes));
  CHECK(range(scratch / "disk,1.raw", ImageFormat::raw) == disk.substr(at, bytes));
}
