// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a migration has proven, as a document that others can check (docs/certificate.md).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/job.hpp"
#include "messages/record.hpp"

namespace ferry {

struct CertifiedDisk {
  std::uint32_t index = 0;
  std::uint64_t bytes = 0;         // of the target disk and of the disk in the image
  std::uint64_t source_bytes = 0;  // 0: it is no copy; behind these, the target has zeros
  std::string tree_root;  // hex; the source's, the target's, and the image's before fix-ups
  std::vector<ChangedRange> changed;  // by boot fix-ups
  std::string file;                   // of the image, beside the certificate
  std::string format;                 // of the file: qcow2
  std::uint64_t file_bytes = 0;
  std::string file_sha256;       // hex
  std::string object;            // key in the bucket
  std::uint64_t part_bytes = 0;  // of its upload
  // Of a disk that is no copy, files that the last pass has not copied as they are, and the first
  // of them, as in DiskProgress
  std::uint64_t file_issues = 0;
  std::vector<ToldFileIssue> first_file_issues = {};
  // What was proven between source and target of the parts of a disk that was made anew
  std::vector<ProvenFiles> files = {};
  std::vector<ProvenBlocks> blocks = {};
  FERRY_FIELDS(index, bytes, source_bytes, tree_root, changed, file, format, file_bytes,
               file_sha256, object, part_bytes, file_issues, first_file_issues, files, blocks)
};

struct CertifiedBoot {
  std::string outcome;  // as in ImageBoot; empty: nobody asked for it
  std::string cause;
  std::string firmware;
  std::string accelerator;
  std::uint64_t ms = 0;
  FERRY_FIELDS(outcome, cause, firmware, accelerator, ms)
};

struct CertifiedFixUps {
  std::string outcome;  // as in FixUpReport
  std::string network;
  std::vector<FixUpReason> reasons;
  std::vector<std::string> rebuilt;
  FERRY_FIELDS(outcome, network, reasons, rebuilt)
};

/// No number has a fraction or more than 53 bits, so that every JSON tool writes it alike.
struct Certificate {
  std::string form;  // certificate_form
  std::string job;
  std::uint32_t run = 0;
  std::string source;  // s-...
  std::string source_key;
  std::string hostname;
  std::string os;
  std::string boot_mode;
  std::string image;  // of the registry
  std::string region;
  std::string started_at;   // UTC, as the journal has them
  std::string verified_at;  // when source and target were proven equal
  std::string imported_at;
  std::string version;  // of the worker that made the image
  std::uint64_t chunk_bytes = 0;
  std::string digests_file;    // beside the certificate
  std::string digests_sha256;  // hex
  std::vector<CertifiedDisk> disks;
  CertifiedFixUps fix_ups;
  CertifiedBoot boot;
  FERRY_FIELDS(form, job, run, source, source_key, hostname, os, boot_mode, image, region,
               started_at, verified_at, imported_at, version, chunk_bytes, digests_file,
               digests_sha256, disks, fix_ups, boot)
};

struct CertificateSignature {
  std::string algorithm;  // ed25519
  std::string key;        // public, 32 bytes as hex
  std::string value;      // 64 bytes as hex, over the canonical form of the certificate
  FERRY_FIELDS(algorithm, key, value)
};

struct SignedCertificate {
  Certificate certificate;
  CertificateSignature signature;
  FERRY_FIELDS(certificate, signature)
};

/// Controller to worker: keeps the certificate beside its image. Idempotent.
struct StoreCertificate {
  std::string job;
  std::uint64_t epoch = 0;
  std::string image;
  std::vector<char> certificate;  // the file's bytes
  std::string bucket = {};        // of the cluster file, by name; empty: [bucket]
  FERRY_MESSAGE("ens.store_certificate", job, epoch, image, certificate, bucket)
};

/// The certificate of a job's newest image.
struct GetCertificate {
  std::string job;
  FERRY_MESSAGE("job.get_certificate", job)
};
struct CertificateFile {
  std::string image;
  std::vector<char> certificate;
  FERRY_MESSAGE("job.certificate", image, certificate)
};

}  // namespace ferry
