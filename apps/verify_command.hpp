// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// `edgeferry verify`: holds an image or a disk against its certificate. It needs no cluster.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace ferry {

inline constexpr int exit_differs = 3;
inline constexpr int exit_forged = 4;

/// What the options write to.
struct VerifyWords {
  std::string certificate;
  std::vector<std::string> images;  // files in the order of the disks, or the folder they are in
  std::vector<std::string> disks;   // NUMBER and PATH in turn
  std::vector<std::string> files;   // DISK:MOUNTPOINT and directory in turn
  std::string digests;              // file; empty: beside the certificate
  std::string key;                  // file of a public key, or a fingerprint; empty: not known
  bool json = false;
};

/// Declares the options; `words` has to outlive the command line.
void add_verify_options(CLI::App& verify, VerifyWords& words);

/// Returns the exit code: 0 all is as proven, 1 it could not be found out, exit_differs,
/// exit_forged for a certificate, digests or a key that are not genuine.
int verify(const VerifyWords& words);

}  // namespace ferry
