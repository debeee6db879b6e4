// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A terminal as a screen of its own. While one is open nothing else may write to the terminal; it
// is as it was once the screen is closed.
#pragma once

#include <optional>

#include "apps/watch_view.hpp"
#include "base/error.hpp"

namespace ferry {

/// Whether standard input and output are a terminal that can be used as a screen.
[[nodiscard]] bool has_screen();

/// At most one at a time; for one thread.
class Screen {
 public:
  /// Errors: invalid_argument for a terminal that is not known here.
  [[nodiscard]] static Result<Screen> open();
  ~Screen();
  Screen(Screen&& other) noexcept;
  Screen& operator=(Screen&&) = delete;

  /// Takes the terminal's size as it is now.
  void measure();
  [[nodiscard]] int rows() const;
  [[nodiscard]] int columns() const;
  /// Shows these lines and nothing else.
  void show(const std::vector<ScreenLine>& lines);
  /// The next key that was pressed, a code point or a WatchKey; nothing if there is none yet.
  [[nodiscard]] std::optional<char32_t> key();

 private:
  Screen() = default;
  bool open_ = true;
};

}  // namespace ferry
