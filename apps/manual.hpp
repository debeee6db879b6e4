// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Manual pages, made of a program's own commands.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "apps/command_tree.hpp"
#include "base/error.hpp"

namespace ferry {

struct ManualPage {
  std::string file;  // "edgeferry-job.1"
  std::string text;  // for man(7)
};

/// What a page says beyond its commands.
struct ManualFacts {
  std::string section;                // "1", or "8" for programs of administrators
  std::vector<std::string> files;     // "PATH<tab>what it is"
  std::vector<std::string> see_also;  // "edgeferry-agent(8)"
  bool page_each = false;             // each first word has a page of its own
};

[[nodiscard]] std::vector<ManualPage> manual_pages(const CommandTree& tree,
                                                   const ManualFacts& facts);
/// The page of docs/configuration.md, or of any Markdown with headings, paragraphs, lists, tables
/// and blocks of code, as the description of a page; `heading` is its name and what it is.
[[nodiscard]] ManualPage manual_of_markdown(const std::string& name, const std::string& section,
                                            const std::string& help, std::string_view markdown);

/// docs/configuration.md, of which edgeferry.toml(5) is made.
[[nodiscard]] std::string_view configuration_page();

/// Makes the folder if it isn't there. Errors: those of writing.
[[nodiscard]] Result<> write_manual(const std::vector<ManualPage>& pages,
                                    const std::filesystem::path& folder);

}  // namespace ferry
