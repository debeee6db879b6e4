// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/verify_command.hpp"

#include <charconv>
#include <filesystem>

#include "apps/output.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "certificate/verify.hpp"

namespace ferry {
namespace {

namespace fs = std::filesystem;

struct VerifyView {
  std::string verdict;  // "proven", "differs"
  std::string job;
  std::string image;
  std::string imported_at;
  std::string key;            // fingerprint
  bool key_known = false;     // it is the one that was asked for
  std::uint64_t checked = 0;  // disks and image files
  std::uint64_t differ = 0;
  std::vector<Difference> differences;
  std::vector<std::string> notes;
  FERRY_FIELDS(verdict, job, image, imported_at, key, key_known, checked, differ, differences,
               notes)
};

/// The fingerprint that is asked for: of a key file, or as it was given.
Result<std::string> wanted_key(const std::string& word) {
  if (const auto bytes = from_hex(word); bytes && bytes->size() == 32) return word;
  const auto key = read_signing_public_key(word);
  if (!key) return fail(key.error());
  return key_fingerprint(*key);
}

Result<> check_key(const VerifyWords& words, VerifyView& view) {
  if (words.key.empty()) {
    view.notes.emplace_back(
        "only the key in the certificate itself is known: compare its fingerprint with that of "
        "'edgeferry cluster key', or give --key");
    return {};
  }
  const auto wanted = wanted_key(words.key);
  if (!wanted) return fail(wanted.error());
  view.key_known = *wanted == view.key;
  if (view.key_known) return {};
  return fail(Errc::certificate_forged,
              "the certificate is signed by key " + view.key + ", not by " + *wanted);
}

Result<std::uint32_t> disk_number(const std::string& text) {
  std::uint32_t number = 0;
  const auto* end = text.data() + text.size();
  if (std::from_chars(text.data(), end, number).ptr == end && !text.empty()) return number;
  return fail(Errc::invalid_argument, "'" + text + "' is no number of a disk",
              "for example --disk 0 /dev/sda");
}

/// The image files that are meant, in the order of the disks.
Result<std::vector<fs::path>> image_files(const VerifyWords& words,
                                          const Certificate& certificate) {
  std::error_code none;
  std::vector<fs::path> files{words.images.begin(), words.images.end()};
  if (files.size() == 1 && fs::is_directory(files[0], none)) {
    const auto folder = files[0];
    files.clear();
    for (const auto& disk : certificate.disks)
      files.push_back(folder / fs::path{disk.file}.filename());
  }
  if (files.size() <= certificate.disks.size()) return files;
  return fail(Errc::invalid_argument, "the certificate has " +
                                          std::to_string(certificate.disks.size()) +
                                          " disks, and there are more files");
}

Result<> check_all(const VerifyWords& words, const CertifiedDigests& digests, VerifyView& view) {
  Verification found;
  const auto files = image_files(words, digests.certificate());
  if (!files) return fail(files.error());
  for (std::size_t i = 0; i < files->size(); ++i) {
    const auto index = digests.certificate().disks[i].index;
    if (auto done = digests.verify_image(index, (*files)[i], found); !done) return done;
    ++view.checked;
  }
  for (std::size_t i = 0; i + 1 < words.disks.size(); i += 2) {
    const auto number = disk_number(words.disks[i]);
    if (!number) return fail(number.error());
    if (auto done = digests.verify_disk(*number, words.disks[i + 1], found); !done) return done;
    ++view.checked;
  }
  for (std::size_t i = 0; i + 1 < words.files.size(); i += 2) {
    const auto colon = std::min(words.files[i].find(':'), words.files[i].size());
    const auto number = disk_number(words.files[i].substr(0, colon));
    if (!number) return fail(number.error());
    const auto mount_point = words.files[i].substr(std::min(colon + 1, words.files[i].size()));
    auto done = digests.verify_files(*number, mount_point, words.files[i + 1], found);
    if (!done) return done;
    ++view.checked;
  }
  view.differ = found.differ;
  view.differences = std::move(found.differences);
  view.notes.insert(view.notes.end(), found.notes.begin(), found.notes.end());
  return {};
}

/// What of a disk that was made anew was not proven to be as on the source.
void note_file_issues(const Certificate& certificate, VerifyView& view) {
  for (const auto& disk : certificate.disks) {
    if (disk.file_issues == 0) continue;
    view.notes.push_back("disk " + std::to_string(disk.index) + ": " +
                         std::to_string(disk.file_issues) +
                         " file(s) were not copied as they are on the source");
    for (const auto& issue : disk.first_file_issues) {
      view.notes.push_back(code_text(static_cast<Errc>(issue.code)) + " " + escaped(issue.what));
    }
  }
}

Result<VerifyView> verify_all(const VerifyWords& words) {
  const auto file = read_file(words.certificate, limits::certificate_bytes_max);
  if (!file) return fail(file.error());
  auto opened = open_certificate(*file);
  if (!opened) return fail(opened.error());
  const auto& certificate = opened->certificate;
  VerifyView view;
  view.job = certificate.job;
  view.image = certificate.image;
  view.imported_at = certificate.imported_at;
  view.key = key_fingerprint(opened->public_key);
  if (auto good = check_key(words, view); !good) return fail(good.error());
  note_file_issues(certificate, view);
  const auto beside =
      fs::path{words.certificate}.parent_path() / fs::path{certificate.digests_file}.filename();
  auto bytes = read_file(words.digests.empty() ? beside : fs::path{words.digests},
                         limits::digest_file_bytes_max);
  if (!bytes) {
    return fail(bytes.error().code, bytes.error().what,
                "the digests lie beside the certificate in the registry; or give --digests");
  }
  const auto digests = CertifiedDigests::bind(certificate, std::move(*bytes));
  if (!digests) return fail(digests.error());
  if (auto done = check_all(words, *digests, view); !done) return fail(done.error());
  view.verdict = view.differ == 0 ? "proven" : "differs";
  return view;
}

void print(const VerifyView& view) {
  std::printf("certificate of image %s, job %s, %s\nsigned by   %s%s\n", view.image.c_str(),
              view.job.c_str(), view.imported_at.c_str(), view.key.c_str(),
              view.key_known ? ", the key that was asked for" : "");
  for (const auto& one : view.differences) {
    if (!one.file.empty()) {
      std::printf("disk %u: %s %s\n", one.disk, one.file.c_str(),
                  one.stage == "file_missing" ? "is missing" : "differs");
      continue;
    }
    std::printf("disk %u: %s %llu differs: %llu bytes at offset %llu\n", one.disk,
                one.stage.c_str(), static_cast<unsigned long long>(one.chunk),
                static_cast<unsigned long long>(one.length),
                static_cast<unsigned long long>(one.offset));
  }
  if (view.differ > view.differences.size()) {
    std::printf("... and %llu more\n",
                static_cast<unsigned long long>(view.differ - view.differences.size()));
  }
  for (const auto& note : view.notes) std::printf("note: %s\n", note.c_str());
  std::puts(view.checked == 0  ? "the certificate is whole; nothing else was looked at"
            : view.differ == 0 ? "all bytes are as they were proven"
                               : "bytes differ");
}

}  // namespace

int verify(const VerifyWords& words) {
  const auto view = verify_all(words);
  if (!view) {
    print_error(view.error(), words.json);
    return view.error().code == Errc::certificate_forged ? exit_forged : exit_failed;
  }
  if (words.json) {
    print_json(*view);
  } else {
    print(*view);
  }
  return view->differ == 0 ? exit_ok : exit_differs;
}

}  // namespace ferry
