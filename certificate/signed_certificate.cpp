// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "certificate/signed_certificate.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "cloud/json_read.hpp"

namespace ferry {
namespace {

constexpr std::string_view name = "certificate";

/// As to_hex writes it: a bit that makes a letter a capital one is a changed bit, too.
std::optional<std::string> bytes_of(const std::string& hex) {
  auto bytes = from_hex(hex);
  if (!bytes || to_hex(*bytes) != hex) return std::nullopt;
  return std::move(*bytes);
}

/// What verify reads of each disk has to fit together.
Result<> check_form(const Certificate& certificate) {
  if (certificate.form != certificate_form) {
    return fail(Errc::malformed, "the file is no certificate of a form that this version knows");
  }
  if (certificate.chunk_bytes != limits::chunk_bytes || certificate.disks.empty() ||
      certificate.disks.size() > limits::boot_disks_max) {
    return fail(Errc::malformed, "the certificate's disks or chunks are out of their limits");
  }
  for (const auto& disk : certificate.disks) {
    if (disk.bytes > limits::disk_bytes_max || disk.source_bytes > disk.bytes ||
        disk.file_bytes > 2 * limits::disk_bytes_max || disk.part_bytes == 0 ||
        disk.part_bytes > limits::part_read_bytes_max ||
        disk.changed.size() > limits::changed_ranges_max ||
        disk.files.size() > limits::planned_partitions_max ||
        disk.blocks.size() > limits::planned_partitions_max ||
        std::ranges::any_of(disk.files, [](const ProvenFiles& files) {
          return files.bytes > limits::file_manifest_bytes_max;
        })) {
      return fail(Errc::malformed, "the certificate's disks or chunks are out of their limits");
    }
    std::uint64_t end = 0;
    for (const auto& range : disk.changed) {
      if (range.offset < end || range.length > disk.bytes - std::min(disk.bytes, range.offset)) {
        return fail(Errc::malformed, "the certificate's ranges have no order");
      }
      end = range.offset + range.length;
    }
  }
  return {};
}

}  // namespace

Result<std::string> signed_certificate(const Certificate& certificate, const SigningKey& key) {
  const auto bytes = canonical_json(to_json(certificate), {}, name);
  if (!bytes) return fail(bytes.error());
  const SignedCertificate document{
      certificate,
      {std::string{signature_algorithm}, to_hex(key.public_key), to_hex(key.sign(*bytes))}};
  return to_json(document, true) + "\n";
}

Result<OpenedCertificate> open_certificate(std::string_view file) {
  const auto document = record_from_json<SignedCertificate>(file, name);
  if (!document) return fail(document.error());
  // The document's own bytes count, also those of fields that this version doesn't know.
  const auto bytes = canonical_json(file, "certificate", name);
  if (!bytes) return fail(bytes.error());
  const auto& signature = document->signature;
  const auto public_key = bytes_of(signature.key);
  const auto value = bytes_of(signature.value);
  if (signature.algorithm != signature_algorithm || !public_key || !value ||
      !is_signed_by(*public_key, *bytes, *value)) {
    return fail(Errc::certificate_forged,
                "the certificate was changed after it was signed, or never signed");
  }
  if (auto good = check_form(document->certificate); !good) return fail(good.error());
  return OpenedCertificate{document->certificate, *public_key};
}

}  // namespace ferry
