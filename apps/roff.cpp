// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/roff.hpp"

#include "base/version.hpp"

namespace ferry {
namespace {

/// Of the newest change of what pages say by themselves.
constexpr const char* page_date = "2026-11-27";

}  // namespace

Roff::Roff(const std::string& title, const std::string& section) {
  text_ =
      ".\\\" SPDX-FileCopyrightText: 2026 The edgeferry authors\n"
      ".\\\" SPDX-License-Identifier: Apache-2.0\n";
  text_ += ".TH " + plain(title) + " " + section + " " + page_date + " \"edgeferry " +
           plain(program_version) + "\" \"edgeferry\"\n";
  // Neither stretched lines nor words torn apart: most of a page is words of a command line.
  text_ += ".ad l\n.nh\n";
}

void Roff::heading(const std::string& request, std::string_view text) {
  text_ += request + " \"" + plain(text) + "\"\n";
  after_heading_ = true;
}

void Roff::raw_line(const std::string& marked) {
  // A line that begins with one of these would be a request.
  if (marked.starts_with('.') || marked.starts_with('\'')) text_ += "\\&";
  text_ += marked + "\n";
  after_heading_ = false;
}

void Roff::begin() {
  if (!after_heading_) text_ += ".PP\n";
}

void Roff::section(const std::string& title) { heading(".SH", title); }
void Roff::subsection(const std::string& title) { heading(".SS", title); }

void Roff::name(std::string_view name, std::string_view help) {
  section("NAME");
  raw_line(plain(name) + " \\- " + plain(help));
}

void Roff::paragraph(std::string_view text) {
  begin();
  raw_line(plain(text));
}

void Roff::item(std::string_view term, std::string_view text) {
  text_ += ".TP\n";
  raw_line(bold(term));
  raw_line(plain(text));
}

void Roff::bullet(std::string_view text) {
  text_ += ".IP \\(bu 2\n";
  raw_line(plain(text));
}

void Roff::example(std::string_view lines) {
  begin();
  text_ += ".RS 4\n.nf\n";
  while (!lines.empty()) {
    const auto end = lines.find('\n');
    raw_line(plain(lines.substr(0, end)));
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
  }
  text_ += ".fi\n.RE\n";
}

std::string Roff::plain(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '\\': safe += "\\e"; break;
      case '-': safe += "\\-"; break;
      case '"': safe += "\\(dq"; break;
      case '\'': safe += "\\(aq"; break;
      case '`': safe += "\\(ga"; break;
      case '^': safe += "\\(ha"; break;
      case '~': safe += "\\(ti"; break;
      case '\n': safe += ' '; break;
      default: safe += c;
    }
  }
  return safe;
}

std::string Roff::bold(std::string_view text) { return "\\fB" + plain(text) + "\\fR"; }

}  // namespace ferry
