// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Archives by the real tar and gzip, and by somebody who means no good.
#include "cloud/raw_archive.hpp"

#include <array>

#include "cloud/export.hpp"
#include "cloud/exported_disk.hpp"
#include "cloud/folder_bucket.hpp"
#include "cloud/image_file.hpp"
#include "tests/cloud/cloud_fixture.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

constexpr std::uint64_t disk_bytes = 4 * limits::mib;
constexpr auto archive_key = "edge_m-1_system.raw.tar.gz";
constexpr ArchivedDisk wanted{disk_bytes, disk_bytes + limits::mib};

struct Place {
  Scratch scratch;
  FolderBucket bucket = *FolderBucket::open(scratch / "bucket");
  fs::path disk = scratch / "edge_m-1_system.raw";
  fs::path unpacked = scratch / "unpacked.raw";

  void put(const fs::path& file, const std::string& as = archive_key) {
    const auto object = upload_file(bucket, file, as, limits::mib);
    REQUIRE_MESSAGE(object, to_string(object.error()));
  }
  /// The object is what tar makes of these files of the scratch folder.
  void put_archive(std::vector<std::string> names, std::vector<std::string> options = {}) {
    const auto file = scratch / "archive.tar.gz";
    std::vector<std::string> argv{"tar", "-C", (scratch / "").string(), "-czf", file.string()};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.insert(argv.end(), names.begin(), names.end());
    REQUIRE(run_ok({.argv = argv}));
    put(file);
  }
  /// The object is these bytes, packed by gzip.
  void put_packed(const std::string& tar) {
    const auto file = scratch / "archive.tar";
    fs::remove(file);
    write_bytes(file, tar);
    REQUIRE(run_ok({.argv = {"gzip", "-1f", file.string()}}));
    put(file.string() + ".gz");
  }
  Result<> unpack(const ArchivedDisk& as = wanted, const std::stop_token& stop = {}) {
    return unpack_disk(bucket, archive_key, as, unpacked, {}, stop);
  }
  void check_refused(std::string_view why) {
    const auto done = unpack();
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Errc::image_failed);
    CHECK_MESSAGE(done.error().what.find(why) != std::string::npos, done.error().what);
    CHECK_FALSE(fs::exists(unpacked));
  }
};

/// A header of ustar, with its sum.
std::string tar_header(const std::string& name, std::uint64_t size, char type) {
  std::string block(512, '\0');
  std::array<char, 13> octal{};
  std::snprintf(octal.data(), octal.size(), "%011llo", static_cast<unsigned long long>(size));
  block.replace(0, name.size(), name);
  block.replace(100, 7, "0000644");
  block.replace(124, 11, octal.data());
  block.replace(136, 11, "00000000000");
  block.replace(148, 8, "        ");
  block.replace(156, 1, 1, type);
  block.replace(257, 8, std::string{"ustar\00000", 8});
  unsigned sum = 0;
  for (const unsigned char c : block) sum += c;
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%06o", sum);
  block.replace(148, 7, std::string{text.data(), 7});
  return block;
}

}  // namespace

TEST_CASE("an archived disk comes out as it went in, and its zeros as holes") {
  Place place;
  make_disk(place.disk, disk_bytes);
  for (const auto& options : {std::vector<std::string>{}, {"--sparse"}, {"--format=pax", "-S"}}) {
    place.put_archive({place.disk.filename()}, options);
    std::uint64_t told = 0;
    const auto done = unpack_disk(place.bucket, archive_key, wanted, place.unpacked,
                                  [&](std::uint64_t now, std::uint64_t) { told = now; }, {});
    REQUIRE_MESSAGE(done, to_string(done.error()));
    CHECK(read_bytes(place.unpacked) == read_bytes(place.disk));
    CHECK(told == place.bucket.head(archive_key)->size);
    const auto info = image_info(place.unpacked, ImageFormat::raw);
    CHECK(info->actual_size < limits::mib);
  }
}

TEST_CASE("of a cloud's larger disk, only the bytes of the disk itself are taken") {
  Place place;
  make_disk(place.disk, disk_bytes);
  const auto bytes = read_bytes(place.disk);
  fs::resize_file(place.disk, disk_bytes + limits::mib);
  write_bytes(place.disk, "left there by somebody", disk_bytes + 4096);
  place.put_archive({place.disk.filename()});
  const auto done = place.unpack();
  REQUIRE_MESSAGE(done, to_string(done.error()));
  CHECK(read_bytes(place.unpacked) == bytes);
}

TEST_CASE("an archive that holds anything else than one disk of the right size is refused") {
  Place place;
  make_disk(place.disk, disk_bytes);
  const auto name = place.disk.filename().string();
  SUBCASE("a second member") {
    fs::copy_file(place.disk, place.scratch / "second.raw");
    place.put_archive({name, "second.raw"});
    place.check_refused("second member");
  }
  SUBCASE("another name") {
    place.put_archive({name}, {"--transform=s|raw|img|"});
    place.check_refused("NAME.raw");
  }
  SUBCASE("a name in a folder") {
    place.put_archive({name}, {"--transform=s|^|../|", "-P"});
    place.check_refused("NAME.raw");
  }
  SUBCASE("a symbolic link") {
    fs::create_symlink("/etc/shadow", place.scratch / "link.raw");
    place.put_archive({"link.raw"});
    place.check_refused("NAME.raw");
  }
  SUBCASE("a hard link") {
    fs::create_hard_link(place.disk, place.scratch / "again.raw");
    place.put_archive({name, "again.raw"});
    place.check_refused("second member");
  }
  SUBCASE("a folder") {
    fs::create_directory(place.scratch / "folder.raw");
    place.put_archive({"folder.raw"});
    place.check_refused("NAME.raw");
  }
  SUBCASE("nothing") {
    place.put_packed(std::string(10240, '\0'));
    place.check_refused("tar archive");
  }
  SUBCASE("no archive at all") {
    place.put(place.disk);
    place.check_refused("gzip");
  }
  SUBCASE("a smaller disk") {
    fs::resize_file(place.disk, disk_bytes - 512);
    place.put_archive({name});
    place.check_refused("instead of");
  }
}

TEST_CASE("what would fill memory or scratch space is refused before it does") {
  Place place;
  SUBCASE("a disk of 8 TiB, made of holes") {
    write_bytes(place.disk, "x");
    fs::resize_file(place.disk, 8192 * limits::gib);
    place.put_archive({place.disk.filename()}, {"--sparse"});
    place.check_refused("instead of");
  }
  SUBCASE("a size without its bytes") {
    place.put_packed(tar_header("a.raw", disk_bytes, '0') + std::string(4096, 'x'));
    place.check_refused("");
  }
  SUBCASE("headers without an end") {
    std::string tar;
    const auto header = tar_header("pax_global_header", 0, 'g');
    while (tar.size() < 4 * limits::mib) tar += header;
    place.put_packed(tar);
    place.check_refused("");
  }
  SUBCASE("a list of holes without an end") {
    const std::string pax =
        "22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n25 GNU.sparse.name=a.raw\n"
        "31 GNU.sparse.realsize=4194304\n";
    std::string map = "1000000\n";
    while (map.size() < 4 * limits::mib) map += "0\n0\n0\n0\n0\n0\n0\n0\n";
    auto tar = tar_header("x", pax.size(), 'x') + pax;
    tar.resize((tar.size() + 511) / 512 * 512, '\0');
    place.put_packed(tar + tar_header("a.raw", map.size(), '0') + map);
    place.check_refused("");
  }
  SUBCASE("more and more behind the disk") {
    make_disk(place.disk, disk_bytes);
    const auto archive = place.scratch / "archive.tar";
    REQUIRE(run_ok({.argv = {"tar", "-C", (place.scratch / "").string(), "-cf", archive.string(),
                             place.disk.filename().string()}}));
    place.put_packed(read_bytes(archive) + std::string(4 * limits::mib, '\0'));
    place.check_refused("more in it than a disk");
  }
}

TEST_CASE("an archive that was cut off or damaged is refused, wherever it was") {
  Place place;
  make_disk(place.disk, disk_bytes);
  place.put_archive({place.disk.filename()});
  const auto whole = read_bytes(place.scratch / "archive.tar.gz");
  const auto file = place.scratch / "short.tar.gz";
  for (const std::size_t left : {whole.size() - 1, whole.size() - 100, whole.size() / 2,
                                 std::size_t{600}, std::size_t{20}}) {
    CAPTURE(left);
    fs::remove(file);
    write_bytes(file, whole.substr(0, left));
    place.put(file);
    place.check_refused("");
  }
}

TEST_CASE("an object that is absent, a full disk and a stop are told as what they are") {
  Place place;
  CHECK(place.unpack().error().code == Errc::object_missing);
  make_disk(place.disk, disk_bytes);
  place.put_archive({place.disk.filename()});
  std::stop_source stop;
  stop.request_stop();
  CHECK(place.unpack(wanted, stop.get_token()).error().code == Errc::canceled);
  const Mount small{{"-t", "tmpfs", "-o", "size=128k", "tmpfs"}, place.scratch / "small"};
  place.unpacked = place.scratch / "small/unpacked.raw";
  CHECK(place.unpack().error().code == Errc::disk_full);
  CHECK_FALSE(fs::exists(place.unpacked));
}

TEST_CASE("a disk that was exported as qcow2 is fetched like one in an archive") {
  Place place;
  make_disk(place.disk, disk_bytes);
  const auto bytes = read_bytes(place.disk);
  fs::resize_file(place.disk, disk_bytes + limits::mib);
  REQUIRE(convert_to_qcow2(place.disk, place.scratch / "disk.qcow2", ImageCompression::zlib));
  place.put(place.scratch / "disk.qcow2", "edge_m-1_system.qcow2");
  const ExportedObject object{0, "edge_m-1_system.qcow2", 0, ObjectFormat::qcow2};
  const auto done = fetch_disk(place.bucket, object, disk_bytes, place.unpacked, {}, {});
  REQUIRE_MESSAGE(done, to_string(done.error()));
  CHECK(read_bytes(place.unpacked) == bytes);
  CHECK_FALSE(fs::exists(place.unpacked.string() + ".qcow2"));

  // One that refers to another file would make qemu-img read it.
  REQUIRE(run_ok({.argv = {"qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b",
                           "/etc/passwd", (place.scratch / "evil.qcow2").string(), "4M"}}));
  place.put(place.scratch / "evil.qcow2", "edge_m-1_system.qcow2");
  const auto evil = fetch_disk(place.bucket, object, disk_bytes, place.unpacked, {}, {});
  REQUIRE_FALSE(evil);
  CHECK(evil.error().code == Errc::image_failed);
  CHECK_FALSE(fs::exists(place.unpacked));
  const auto larger = fetch_disk(place.bucket, {0, "edge_m-1_system.qcow2", 0, ObjectFormat::qcow2},
                                 64 * limits::mib, place.unpacked, {}, {});
  REQUIRE_FALSE(larger);
}

TEST_CASE("a cloud's disk has whole GiB, and at least 20") {
  CHECK(cloud_disk_gib(1) == 20);
  CHECK(cloud_disk_gib(20 * limits::gib) == 20);
  CHECK(cloud_disk_gib(20 * limits::gib + 1) == 21);
  CHECK(cloud_disk_gib(500 * limits::gib) == 500);
}
