// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Trees of files against a certificate that lists them.
#include <functional>

#include "files/file_manifest.hpp"
#include "files/tree_reader.hpp"
#include "tests/certificate/stages.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

/// Lists a tree as the comparison of a pass does.
std::string manifest_of(const fs::path& root) {
  files::ReaderOptions options;
  options.digests = options.contents = true;
  auto reader = files::TreeReader::open(root, std::move(options)).value();
  files::FileManifest manifest;
  std::string bytes;
  while (const auto step = reader.next().value()) {
    if (const auto* end = std::get_if<files::DirectoryEnd>(&*step)) {
      bytes += manifest.add(end->path, end->entry);
      continue;
    }
    const auto& listing = std::get<files::Listing>(*step);
    for (const auto& entry : listing.entries) {
      if (entry.type == files::FileType::directory) continue;
      bytes += manifest.add(files::join(listing.directory, entry.name), entry);
    }
  }
  return bytes;
}

/// The stages of a migration with two trees in its certificate, of which one is not listed.
struct Trees : Stages {
  fs::path tree = folder / "tree";

  Trees() {
    sh("mkdir -p " + tree.string() + "; cd " + tree.string() +
       "; mkdir -p a/b empty; echo 1 > a/one; echo 2 > a/b/two; ln a/one a/b/again; "
       "ln -s one a/link; mkfifo pipe; yes large | head -c 3M > large; truncate -s 9M hole; "
       "printf x > \"$(printf 'odd\\n\\377')\"; setfattr -n user.note -v kept large");
    const auto manifest = manifest_of(tree);
    certificate.disks[0].files = {{.mount_point = "/opt", .sha256 = {}},
                                  {.mount_point = "/srv",
                                   .entries = 12,
                                   .bytes = manifest.size(),
                                   .sha256 = hex(sha256(manifest))}};
    digests += manifest;
    certificate.digests_sha256 = hex(sha256(digests));
    std::ofstream{registered / "digests.bin", std::ios::binary} << digests;
    std::ofstream{certificate_file(), std::ios::binary}
        << signed_certificate(certificate, key).value();
  }
  [[nodiscard]] Verification verify() const {
    Verification found;
    const auto bound = CertifiedDigests::bind(certificate, digests).value();
    const auto done = bound.verify_files(0, "/srv", tree, found);
    if (!done) FAIL(to_string(done.error()));
    return found;
  }
};

}  // namespace

TEST_CASE("a tree that is as it was proven has no difference, and neither has its copy") {
  Trees trees;
  CHECK(trees.verify().differ == 0);
  CHECK(trees.verify().notes.empty());
  sh("cp -a " + trees.tree.string() + " " + (trees.folder / "copy"));
  trees.tree = trees.folder / "copy";
  CHECK(trees.verify().differ == 0);
}

TEST_CASE("whatever changes in a tree is told by the name of its file") {
  const std::vector<std::pair<std::string, std::string>> changes{
      {"t=$(stat -c %y large); printf '\\377' | dd of=large bs=1 seek=2345678 conv=notrunc "
       "status=none; touch -d \"$t\" large",
       "large"},
      {"t=$(stat -c %y hole); printf x | dd of=hole bs=1 seek=7M conv=notrunc status=none; "
       "touch -d \"$t\" hole",
       "hole"},
      {"chmod 0600 large", "large"},
      {"chown 7 pipe", "pipe"},
      {"setfattr -n user.note -v lost large", "large"},
      {"touch empty", "empty"},
      {"touch -d 2001-02-03 .", "."},
      {"t=$(stat -c %y a); ln -sfn two a/link; touch -h -d \"$(stat -c %y ../tree/large)\" a/link; "
       "touch -d \"$t\" a",
       "a/link"},
      {"for odd in odd*; do echo y > \"$odd\"; done", "odd\\x0a\\xff"}};
  for (const auto& one : changes) {
    const auto& change = one.first;
    CAPTURE(change);
    const Trees trees;
    sh("cd " + trees.tree.string() + "; " + change);
    const auto found = trees.verify();
    CHECK(found.differ == 1);
    REQUIRE(found.differences.size() == 1);
    CHECK(found.differences[0].stage == "file");
    CHECK(found.differences[0].file == one.second);
    CHECK(found.differences[0].expected != found.differences[0].found);
  }
}

TEST_CASE("a file that is gone is told as missing, and one that nobody proved as a note") {
  const Trees trees;
  sh("cd " + trees.tree.string() + "; t=$(stat -c %y .); mv pipe fresh; touch -d \"$t\" .");
  const auto found = trees.verify();
  CHECK(found.differ == 1);
  CHECK(found.differences.at(0).stage == "file_missing");
  CHECK(found.differences.at(0).file == "pipe");
  REQUIRE(found.notes.size() == 1);
  CHECK(found.notes[0].find("says nothing of 1 file(s) that are there; the first: fresh") !=
        std::string::npos);
}

TEST_CASE("digests of files that are not whole, or not there, are refused") {
  const Trees trees;
  Verification found;
  const auto bound = CertifiedDigests::bind(trees.certificate, trees.digests).value();
  CHECK(bound.verify_files(0, "/opt", trees.tree, found).error().code == Errc::not_found);
  CHECK(bound.verify_files(0, "/var", trees.tree, found).error().code == Errc::not_found);
  CHECK(bound.verify_files(3, "/srv", trees.tree, found).error().code == Errc::not_found);
  CHECK(bound.verify_files(0, "/srv", trees.folder / "none", found).error().code ==
        Errc::disk_missing);
  auto longer = trees.certificate;
  longer.disks[0].files[1].bytes += 1;
  CHECK(CertifiedDigests::bind(longer, trees.digests).error().code == Errc::malformed);
  longer.disks[0].files[1].bytes = limits::file_manifest_bytes_max + 1;
  const auto refused = open_certificate(signed_certificate(longer, trees.key).value());
  CHECK(refused.error().code == Errc::malformed);
  // In another order of bytes the lists make no sense.
  auto broken = trees.digests;
  std::ranges::reverse(broken.begin() + static_cast<std::ptrdiff_t>(broken.size() - 20),
                       broken.end());
  broken[broken.size() - trees.certificate.disks[0].files[1].bytes] = 9;
  auto other = trees.certificate;
  other.digests_sha256 = hex(sha256(broken));
  const auto rebound = CertifiedDigests::bind(other, broken).value();
  CHECK(rebound.verify_files(0, "/srv", trees.tree, found).error().code == Errc::malformed);
}

TEST_CASE("the command holds a directory against the certificate, and names the file") {
  const Trees trees;
  const auto verify = [&](const std::string& what) {
    return run({.argv = {FERRY_PROGRAM, "verify", trees.certificate_file().string(), "--files",
                         what, trees.tree.string()}})
        .value();
  };
  auto shown = verify("0:/srv");
  CHECK_MESSAGE(shown.exit_code == 0, shown.err);
  CHECK(shown.out.find("all bytes are as they were proven") != std::string::npos);
  flip_a_bit(trees.tree / "large", 1234567);
  shown = verify("0:/srv");
  CHECK(shown.exit_code == 3);
  CHECK(shown.out.find("disk 0: large differs") != std::string::npos);
  CHECK(verify("0:/var").exit_code == 1);
  CHECK(verify("/srv").exit_code != 0);
}
