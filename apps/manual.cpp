// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/manual.hpp"

#include <algorithm>
#include <cctype>

#include "apps/exit_codes.hpp"
#include "apps/roff.hpp"
#include "base/file.hpp"

namespace ferry {
namespace {

std::string join(const std::vector<std::string>& words, const std::string& between) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

std::string upper(std::string text) {
  for (auto& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

/// "--role ROLE", "SOURCE...".
std::string term(const OptionFact& option) {
  auto value = option.choices.empty() ? option.value : join(option.choices, "|");
  if (!option.place.empty()) return option.place + (option.repeated ? "..." : "");
  auto text = join(option.names, ", ");
  if (!value.empty()) text += " " + value;
  for (std::size_t i = 1; i < option.values; ++i) text += " " + value;
  return text;
}

std::string explained(const OptionFact& option) {
  auto text = option.help;
  if (text.empty()) text = "No more is to be said.";
  if (!option.place.empty() && !option.choices.empty())
    text += ". One of " + join(option.choices, ", ");
  if (!option.usual.empty()) text += ". Default: " + option.usual;
  if (!option.variable.empty()) text += ". Also by the variable " + option.variable;
  if (option.repeated && option.place.empty()) text += ". May be given many times";
  return text.ends_with('.') ? text : text + ".";
}

/// "job create [OPTIONS] --source SOURCE id".
std::string synopsis(const CommandTree& command) {
  auto text = join(command.path, " ");
  std::string must;
  bool others = false;
  for (const auto& option : command.options) {
    if (!option.place.empty()) {
      must += option.required ? " " + term(option) : " [" + term(option) + "]";
    } else if (option.required) {
      must += " " + term(option);
    } else {
      others = true;
    }
  }
  if (others) text += " [OPTION...]";
  text += must;
  return command.commands.empty() ? text : text + " COMMAND";
}

void add_options(Roff& page, const CommandTree& command) {
  for (const auto& option : command.options) {
    // That each command has one is told once, with the options of all.
    const bool help = std::ranges::count(option.names, "--help") > 0 && command.path.size() > 1;
    if (!help) page.item(term(option), explained(option));
  }
}

/// Every command that does something, in the order of the program's help.
void for_leaves(const CommandTree& tree, const std::function<void(const CommandTree&)>& visit) {
  if (tree.commands.empty()) visit(tree);
  for (const auto& sub : tree.commands) for_leaves(sub, visit);
}

void add_command(Roff& page, const CommandTree& command) {
  page.subsection(synopsis(command));
  page.paragraph(command.help + ".");
  add_options(page, command);
  if (!command.example.empty()) page.example(command.example);
}

void add_exit_status(Roff& page) {
  page.section("EXIT STATUS");
  for (const auto& exit : exit_codes) page.item(exit.code, exit.meaning);
}

void add_environment(Roff& page, const CommandTree& tree) {
  bool begun = false;
  const auto tell = [&](const CommandTree& command) {
    for (const auto& option : command.options) {
      if (option.variable.empty()) continue;
      if (!begun) page.section("ENVIRONMENT");
      begun = true;
      page.item(option.variable, "Instead of the option " + join(option.names, ", ") + " of '" +
                                     join(command.path, " ") + "'.");
    }
  };
  tell(tree);
  for_leaves(tree, [&](const CommandTree& leaf) {
    if (&leaf != &tree) tell(leaf);
  });
}

void add_end(Roff& page, const CommandTree& tree, const ManualFacts& facts,
             const std::vector<std::string>& see_also) {
  add_exit_status(page);
  add_environment(page, tree);
  if (!facts.files.empty()) page.section("FILES");
  for (const auto& file : facts.files) {
    const auto tab = file.find('\t');
    page.item(file.substr(0, tab), file.substr(tab + 1));
  }
  page.section("SEE ALSO");
  page.paragraph(join(see_also, ", "));
}

/// The page of one first word, "edgeferry-job".
ManualPage page_of(const CommandTree& program, const CommandTree& command,
                   const ManualFacts& facts) {
  const auto name = join(command.path, "-");
  Roff page{upper(name), facts.section};
  page.name(name, command.help);
  page.section("SYNOPSIS");
  for_leaves(command, [&](const CommandTree& leaf) { page.paragraph(synopsis(leaf)); });
  page.section("COMMANDS");
  for_leaves(command, [&](const CommandTree& leaf) { add_command(page, leaf); });
  page.section("OPTIONS OF ALL COMMANDS");
  add_options(page, program);
  auto see_also = facts.see_also;
  see_also.insert(see_also.begin(), program.name() + "(" + facts.section + ")");
  add_end(page, command, {}, see_also);
  return {name + "." + facts.section, page.text()};
}

}  // namespace

std::vector<ManualPage> manual_pages(const CommandTree& tree, const ManualFacts& facts) {
  std::vector<ManualPage> pages;
  Roff page{upper(tree.name()), facts.section};
  const auto about = tree.help.substr(tree.help.find(": ") + 2);
  page.name(tree.name(), about);
  page.section("SYNOPSIS");
  page.paragraph(synopsis(tree));
  page.section("DESCRIPTION");
  page.paragraph(tree.name() + " " + about +
                 ". Errors go to standard error, each with a number (FERRY-nnnn) and a next step.");
  page.section("OPTIONS");
  add_options(page, tree);
  page.section("COMMANDS");
  auto see_also = facts.see_also;
  for (const auto& command : tree.commands) {
    if (!facts.page_each) {
      for_leaves(command, [&](const CommandTree& leaf) { add_command(page, leaf); });
      continue;
    }
    for_leaves(command, [&](const CommandTree& leaf) {
      page.item(join({leaf.path.begin() + 1, leaf.path.end()}, " "), leaf.help + ".");
    });
    pages.push_back(page_of(tree, command, facts));
    see_also.push_back(join(command.path, "-") + "(" + facts.section + ")");
  }
  if (!tree.example.empty()) {
    page.section("EXAMPLES");
    page.example(tree.example);
  }
  add_end(page, tree, facts, see_also);
  pages.push_back({tree.name() + "." + facts.section, page.text()});
  return pages;
}

Result<> write_manual(const std::vector<ManualPage>& pages, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return fail(Errc::invalid_argument, folder.string() + ": " + error.message(),
                "name a folder that can be written to");
  }
  for (const auto& page : pages) {
    if (auto done = write_file_durably(folder / page.file, page.text, 0644); !done) return done;
  }
  return {};
}

}  // namespace ferry
