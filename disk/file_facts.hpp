// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a pre-flight learns from a server's files, whether it runs or sleeps: kernels and
// their drivers, boot loader, mounts, SELinux.
#pragma once

#include "disk/server_tree.hpp"
#include "messages/server_facts.hpp"

namespace ferry {

/// Fills the second half of the facts. Reads a few small files and the lists of modules.
void read_file_facts(const ServerTree& tree, ServerFacts& facts);

}  // namespace ferry
