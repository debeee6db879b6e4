// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A real terminal of a test's own: what programs write to it, as a person would see it.
#pragma once

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "base/clock.hpp"
#include "tests/shell.hpp"

namespace ferry::test {

class Tmux {
 public:
  /// Starts the program with `variables` ("TERM=dumb") in a terminal of this size.
  Tmux(const std::vector<std::string>& program, const std::vector<std::string>& variables = {},
       int columns = 80, int rows = 24) {
    std::vector<std::string> words{"-f",          "/dev/null",
                                   "new-session", "-d",
                                   "-x",          std::to_string(columns),
                                   "-y",          std::to_string(rows),
                                   "env",         "LC_ALL=C.UTF-8"};
    words.insert(words.end(), variables.begin(), variables.end());
    words.insert(words.end(), program.begin(), program.end());
    tell(words);
    tell({"set-option", "-g", "status", "off"});
    tell({"resize-window", "-x", std::to_string(columns), "-y", std::to_string(rows)});
  }
  ~Tmux() { (void)run({.argv = {"tmux", "-S", socket(), "kill-server"}}); }
  Tmux(const Tmux&) = delete;
  Tmux& operator=(const Tmux&) = delete;

  /// As typed on a keyboard.
  void type(const std::string& text) const { tell({"send-keys", "-l", text}); }
  /// "Enter", "Tab", "Down", "C-c".
  void key(const std::string& name) const { tell({"send-keys", name}); }
  void resize(int columns, int rows) const {
    tell({"resize-window", "-x", std::to_string(columns), "-y", std::to_string(rows)});
  }
  /// What is on the screen now; with `styles`, colours are there as escape sequences.
  [[nodiscard]] std::string screen(bool styles = false) const {
    return styles ? tell({"capture-pane", "-p", "-e"}) : tell({"capture-pane", "-p"});
  }
  /// The screen and the lines above it: a terminal that changes its size moves lines between them.
  [[nodiscard]] std::string history() const { return tell({"capture-pane", "-p", "-S", "-"}); }
  /// Whether the screen has the text within the limit.
  [[nodiscard]] bool shows(const std::string& text,
                           std::chrono::seconds limit = std::chrono::seconds{15}) const {
    const auto end_ms = steady_ms() + std::chrono::milliseconds{limit}.count();
    while (screen().find(text) == std::string::npos) {
      if (steady_ms() > end_ms) {
        MESSAGE("not on the screen: " << text << "\n" << screen());
        return false;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    return true;
  }

 private:
  [[nodiscard]] std::string socket() const { return folder_ / "tmux"; }
  std::string tell(const std::vector<std::string>& words) const {
    std::vector<std::string> argv{"tmux", "-S", socket()};
    argv.insert(argv.end(), words.begin(), words.end());
    const auto output = run_ok({.argv = argv});
    if (!output) FAIL(to_string(output.error()));
    return *output;
  }

  TempFolder folder_;
};

}  // namespace ferry::test
