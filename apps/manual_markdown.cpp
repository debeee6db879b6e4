// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A page of docs/ as a manual page: edgeferry.toml(5) is docs/configuration.md, whose keys a test
// holds against the table that cluster files are read by.
#include <cctype>
#include <sstream>

#include "apps/manual.hpp"
#include "apps/roff.hpp"

namespace ferry {

/// Takes the lines of a page one by one.
class MarkdownPage {
 public:
  explicit MarkdownPage(Roff& page) : page_(page) {}

  void take(const std::string& line) {
    if (!line.starts_with("|")) in_table_ = false;
    if (line.starts_with("```")) {
      end_paragraph();
      if (in_code_) page_.example(code_);
      code_.clear();
      in_code_ = !in_code_;
    } else if (in_code_) {
      code_ += line + "\n";
    } else if (line.starts_with("# ")) {
      return;  // the title: the page has its own
    } else if (line.starts_with("## ")) {
      end_paragraph();
      page_.section(words(line.substr(3)));
    } else if (line.starts_with("### ")) {
      end_paragraph();
      page_.subsection(words(line.substr(4)));
    } else if (line.starts_with("|")) {
      end_paragraph();
      take_row(line);
    } else if (line.starts_with("- ")) {
      end_paragraph();
      in_item_ = true;
      paragraph_ = line.substr(2);
    } else if (line.empty()) {
      end_paragraph();
    } else {
      paragraph_ += (paragraph_.empty() ? "" : " ") + line.substr(line.find_first_not_of(' '));
    }
  }
  void end_paragraph() {
    if (!paragraph_.empty()) {
      in_item_ ? page_.bullet(words(paragraph_)) : page_.paragraph(words(paragraph_));
    }
    paragraph_.clear();
    in_item_ = false;
  }

 private:
  /// Without the marks of code, emphasis and links.
  static std::string words(const std::string& text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '`') continue;
      if (text.compare(i, 2, "**") == 0) {
        ++i;
        continue;
      }
      const auto close = text[i] == '[' ? text.find("](", i) : std::string::npos;
      const auto end = close == std::string::npos ? close : text.find(')', close);
      // "[cluster]" is no link.
      if (end != std::string::npos &&
          text.substr(i + 1, close - i - 1).find('[') == std::string::npos) {
        plain += words(text.substr(i + 1, close - i - 1));
        i = end;
        continue;
      }
      plain += text[i];
    }
    return plain;
  }
  static std::vector<std::string> cells(const std::string& line) {
    std::vector<std::string> row;
    std::istringstream in{line.substr(1)};
    for (std::string cell; std::getline(in, cell, '|');) {
      const auto begin = cell.find_first_not_of(' ');
      const auto end = cell.find_last_not_of(' ');
      row.push_back(begin == std::string::npos ? "" : words(cell.substr(begin, end - begin + 1)));
    }
    return row;
  }
  /// The first cell is the term; the others follow under the names of their columns.
  void take_row(const std::string& line) {
    if (line.starts_with("|--")) return;
    const auto row = cells(line);
    if (!in_table_) {
      columns_ = row;
      in_table_ = true;
      return;
    }
    if (row.empty()) return;
    std::string rest = row.back();
    for (std::size_t i = 1; i + 1 < row.size() && i < columns_.size(); ++i) {
      if (!row[i].empty()) rest += " " + capital(columns_[i]) + ": " + row[i] + ".";
    }
    page_.item(row[0], rest);
  }
  static std::string capital(std::string word) {
    if (!word.empty())
      word[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(word[0])));
    return word;
  }

  Roff& page_;
  std::string paragraph_;
  std::string code_;
  std::vector<std::string> columns_;
  bool in_code_ = false;
  bool in_item_ = false;
  bool in_table_ = false;
};

ManualPage manual_of_markdown(const std::string& name, const std::string& section,
                              const std::string& help, std::string_view markdown) {
  std::string title = name;
  for (auto& c : title) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  Roff page{title, section};
  page.name(name, help);
  page.section("DESCRIPTION");
  MarkdownPage reader{page};
  std::istringstream in{std::string{markdown}};
  for (std::string line; std::getline(in, line);) reader.take(line);
  reader.end_paragraph();
  page.section("SEE ALSO");
  page.paragraph("edgeferry(1)");
  return {name + "." + section, page.text()};
}

}  // namespace ferry
