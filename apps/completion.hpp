// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What shells offer for a word that is being typed. A shell's script asks the program itself,
// `edgeferry __complete WORD...`, which answers from its own commands: a script never goes stale.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "apps/command_tree.hpp"

namespace ferry {

/// The first argument by which a shell's script asks.
inline constexpr const char* complete_word = "__complete";

struct Candidate {
  std::string word;
  std::string help;
};

/// Returns what there is of a kind, "JOB" or "SOURCE", in the cluster of a file; "" is the default
/// file. It must not take long, and tells nothing if it can't.
using FindIds =
    std::function<std::vector<Candidate>(const std::string& kind, const std::string& cluster_file)>;

/// Returns what a shell's script reads: a line for each candidate, "WORD<tab>help", and at the end
/// ":file", ":folder" or ":none", for names of files that the shell adds by itself. `words` are
/// those behind the program's name, the last one is being typed and may be empty.
[[nodiscard]] std::string complete(const CommandTree& tree, const std::vector<std::string>& words,
                                   const FindIds& find_ids);

/// The script for bash, zsh or fish; empty for another shell.
[[nodiscard]] std::string completion_script(const std::string& shell, const std::string& program);

}  // namespace ferry
