// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Keys, signatures, hostile certificates, and `edgeferry verify` as an operator runs it.
#include "tests/certificate/stages.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

CommandOutput verify(std::vector<std::string> words) {
  words.insert(words.begin(), {FERRY_PROGRAM, "verify"});
  const auto result = run({.argv = words});
  if (!result) FAIL(to_string(result.error()));
  return *result;
}

bool has(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

/// Signed by a key of the test, whatever it says.
Result<OpenedCertificate> opened(const Certificate& certificate, const SigningKey& key) {
  return open_certificate(signed_certificate(certificate, key).value());
}

}  // namespace

TEST_CASE("a key is made once, kept for its owner alone, and found again") {
  const TempFolder folder;
  const auto made = SigningKey::load_or_make(folder / "keys/certificates").value();
  const auto again = SigningKey::load_or_make(folder / "keys/certificates").value();
  CHECK(made.secret == again.secret);
  CHECK(made.public_key == again.public_key);
  CHECK(read_signing_public_key(folder / "keys/certificates.pub").value() == made.public_key);
  CHECK(key_fingerprint(made.public_key) == hex(sha256(made.public_key)));
  fs::permissions(folder / "keys/certificates", fs::perms{0644});
  const auto open = SigningKey::load_or_make(folder / "keys/certificates");
  REQUIRE(!open);
  CHECK(open.error().code == Errc::key_unreadable);
  std::ofstream{folder / "other"} << "no key\n";
  CHECK(read_signing_public_key(folder / "other").error().code == Errc::key_unreadable);
}

TEST_CASE("the same certificate is signed with the same bytes, and another key's are others") {
  const TempFolder folder;
  const auto key = SigningKey::load_or_make(folder / "a").value();
  const auto other = SigningKey::load_or_make(folder / "b").value();
  Certificate certificate;
  certificate.job = "j-1";
  const auto file = signed_certificate(certificate, key).value();
  CHECK(file == signed_certificate(certificate, key).value());
  CHECK(file != signed_certificate(certificate, other).value());
}

TEST_CASE("another program checks the signature from the file and the public key") {
  const Stages stages;
  const auto at = stages.folder.path.string();
  sh("cd " + at + " && jq -cjS .certificate " + stages.certificate_file().string() +
     " >body && jq -r .signature.value " + stages.certificate_file().string() +
     " | xxd -r -p >signature");
  CHECK(has(sh("cd " + at +
               " && openssl pkeyutl -verify -pubin -inkey keys/certificates.pub -rawin -in body "
               "-sigfile signature"),
            "Verified Successfully"));
}

TEST_CASE("a certificate whose numbers make no sense is refused, though it is signed") {
  const Stages stages;
  REQUIRE(opened(stages.certificate, stages.key));
  const auto refused = [&](auto change) {
    auto certificate = stages.certificate;
    change(certificate);
    const auto result = opened(certificate, stages.key);
    return !result && result.error().code == Errc::malformed;
  };
  CHECK(refused([](Certificate& c) { c.form = "another"; }));
  CHECK(refused([](Certificate& c) { c.chunk_bytes = 0; }));
  CHECK(refused([](Certificate& c) { c.disks.clear(); }));
  CHECK(refused([](Certificate& c) { c.disks[0].part_bytes = 0; }));
  CHECK(refused([](Certificate& c) { c.disks[0].bytes = ~0ULL; }));
  CHECK(refused([](Certificate& c) { c.disks[0].changed[0].offset = ~0ULL - 5; }));
  CHECK(refused([](Certificate& c) { c.disks[0].changed.push_back({0, 1}); }));
  CHECK(refused([](Certificate& c) { c.disks.resize(1000); }));
  CHECK(open_certificate("{}").error().code == Errc::malformed);
  CHECK(open_certificate("no json").error().code == Errc::malformed);
}

TEST_CASE("a certificate that promises more digests than there are is refused") {
  const Stages stages;
  auto certificate = stages.certificate;
  certificate.disks[0].file_bytes += 10 * image_part_bytes;
  CHECK(CertifiedDigests::bind(certificate, stages.digests).error().code == Errc::malformed);
}

TEST_CASE("the command says for people and programs what differs, and ends by it") {
  const Stages stages;
  const auto certificate = stages.certificate_file().string();
  const auto image = stages.registered / "system.qcow2";
  const auto fingerprint = key_fingerprint(stages.key.public_key);
  auto shown = verify({certificate, stages.registered.string(), "--disk", "0",
                       stages.source.string(), "--key", fingerprint});
  CHECK_MESSAGE(shown.exit_code == 0, shown.err);
  CHECK(has(shown.out, "the key that was asked for"));
  CHECK(has(shown.out, "all bytes are as they were proven"));
  shown = verify({certificate, image.string()});
  CHECK(shown.exit_code == 0);
  CHECK(has(shown.out, "note: only the key in the certificate itself is known"));
  flip_a_bit(stages.source, 5 * limits::mib + 1);
  shown = verify({certificate, "--disk", "0", stages.source.string()});
  CHECK(shown.exit_code == 3);
  CHECK(has(shown.out, "disk 0: source_extent 5 differs: 1048576 bytes at offset 5242880"));
  shown = verify({certificate, "--disk", "0", stages.source.string(), "--json"});
  CHECK(shown.exit_code == 3);
  CHECK(has(shown.out, "\"verdict\": \"differs\""));
  CHECK(has(shown.out, "\"offset\": 5242880"));
}

TEST_CASE("the command believes no other key, no changed certificate and no missing file") {
  const Stages stages;
  const auto certificate = stages.certificate_file().string();
  const auto other = SigningKey::load_or_make(stages.folder / "other").value();
  const auto by_other = verify({certificate, "--key", stages.folder / "other.pub"});
  CHECK(by_other.exit_code == 4);
  CHECK(has(by_other.err, "not by " + key_fingerprint(other.public_key)));
  const auto by_this = verify({certificate, "--key", stages.folder / "keys/certificates.pub"});
  CHECK(by_this.exit_code == 0);
  CHECK(verify({certificate, "--disk", "7", stages.source.string()}).exit_code == 1);
  CHECK(verify({certificate, "--disk", "0", "/nowhere"}).exit_code == 1);
  CHECK(verify({"/nowhere"}).exit_code == 1);
  CHECK(verify({}).exit_code == 2);
  flip_a_bit(stages.registered / "digests.bin", 3);
  CHECK(verify({certificate}).exit_code == 4);
  sh("sed -i 's/\"job\": \"j-1\"/\"job\": \"j-2\"/' " + certificate);
  CHECK(verify({certificate}).exit_code == 4);
}
