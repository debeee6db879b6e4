// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/reference_command.hpp"

#include <cstdio>
#include <sstream>
#include <string_view>
#include <vector>

#include "apps/command_tree.hpp"
#include "apps/completion.hpp"
#include "apps/manual.hpp"
#include "apps/output.hpp"

namespace ferry {
namespace {

struct PageRow {
  std::vector<std::string> cells;
  FERRY_FIELDS(cells)
};
struct PageTable {
  std::string section;
  std::vector<std::string> columns;
  std::vector<PageRow> rows;
  FERRY_FIELDS(section, columns, rows)
};
struct Page {
  std::vector<PageTable> tables;
  std::string text;  // Markdown
  FERRY_FIELDS(tables, text)
};
struct Script {
  std::string shell;
  std::string script;
  FERRY_FIELDS(shell, script)
};
struct WrittenManual {
  std::string folder;
  std::vector<std::string> pages;
  FERRY_FIELDS(folder, pages)
};

/// Of "| a | b \| c |": a bar that belongs to a cell has a backslash before it.
std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  std::string cell;
  const auto end_cell = [&] {
    const auto begin = cell.find_first_not_of(' ');
    const auto end = cell.find_last_not_of(' ');
    cells.push_back(begin == std::string::npos ? "" : cell.substr(begin, end - begin + 1));
    cell.clear();
  };
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|') {
      cell += line[++i];
    } else if (line[i] == '|') {
      end_cell();
    } else {
      cell += line[i];
    }
  }
  return cells;
}

Page page_of(const std::string& text) {
  Page page{{}, text};
  std::string section;
  bool in_table = false;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("#")) section = line.substr(line.find_first_not_of("# "));
    if (!line.starts_with("|")) {
      in_table = false;
    } else if (!in_table) {
      page.tables.push_back({section, cells_of(line), {}});
      in_table = true;
    } else if (!line.starts_with("|---")) {
      page.tables.back().rows.push_back({cells_of(line)});
    }
  }
  return page;
}

}  // namespace

int print_reference(const std::string& page, bool json) {
  if (json) return print_json(page_of(page));
  std::fputs(page.c_str(), stdout);
  return exit_ok;
}

int print_completion(const std::string& shell, bool json) {
  const auto script = completion_script(shell, "edgeferry");
  if (json) return print_json(Script{shell, script});
  std::fputs(script.c_str(), stdout);
  return exit_ok;
}

int write_manuals(const CLI::App& app, const std::string& folder, bool json) {
  const ManualFacts facts{
      .section = "1",
      .files = {"edgeferry.toml\tThe cluster file, unless --config names another one."},
      .see_also = {"edgeferry-agent(8)", "edgeferry.toml(5)"},
      .page_each = true};
  auto pages = manual_pages(command_tree(app), facts);
  pages.push_back(manual_of_markdown("edgeferry.toml", "5", "the cluster file of edgeferry",
                                     configuration_page()));
  if (auto done = write_manual(pages, folder); !done) return print_error(done.error(), json);
  if (!json) return exit_ok;
  WrittenManual written{folder, {}};
  for (const auto& page : pages) written.pages.push_back(page.file);
  return print_json(written);
}

}  // namespace ferry
