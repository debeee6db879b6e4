// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "apps/verify_command.hpp"

namespace ferry {

void add_verify_options(CLI::App& verify, VerifyWords& words) {
  verify.add_option("certificate", words.certificate, "File certificate.json")
      ->type_name("FILE")
      ->required();
  verify
      .add_option("image", words.images, "Image files in the order of the disks, or their folder")
      ->type_name("FILE");
  verify
      .add_option("--disk", words.disks, "NUMBER PATH of a raw disk, of the source or the target")
      ->type_size(2)
      ->allow_extra_args(false);
  verify
      .add_option("--files", words.files,
                  "DISK:MOUNTPOINT DIRECTORY of mounted files that went over by files")
      ->type_size(2)
      ->allow_extra_args(false);
  verify.add_option("--digests", words.digests, "File of digests; default: beside the certificate")
      ->type_name("FILE");
  verify
      .add_option("--key", words.key,
                  "Who must have signed it: file of a public key, or its fingerprint")
      ->type_name("FILE");
}

}  // namespace ferry
