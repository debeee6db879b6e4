// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Text of man(7), piece by piece. What is given to it is text and never a request.
#pragma once

#include <string>
#include <string_view>

namespace ferry {

class Roff {
 public:
  /// The head: "EDGEFERRY-JOB", "1".
  Roff(const std::string& title, const std::string& section);

  void section(const std::string& title);
  void subsection(const std::string& title);
  void paragraph(std::string_view text);
  /// "name \- help", as indexes of manuals read it.
  void name(std::string_view name, std::string_view help);
  /// A term in bold, and what it is, set in.
  void item(std::string_view term, std::string_view text);
  void bullet(std::string_view text);
  /// Lines as they are.
  void example(std::string_view lines);

  [[nodiscard]] const std::string& text() const { return text_; }

  /// As it is printed, with no character that roff obeys.
  [[nodiscard]] static std::string plain(std::string_view text);
  [[nodiscard]] static std::string bold(std::string_view text);

 private:
  void heading(const std::string& request, std::string_view text);
  /// `marked` may have pieces that are bold already.
  void raw_line(const std::string& marked);

  /// Begins a paragraph, unless a heading did so.
  void begin();

  std::string text_;
  bool after_heading_ = false;
};

}  // namespace ferry
