// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The one file that knows ncurses, whose macros would change others.
#include "apps/screen.hpp"

#include <array>
#include <clocale>
#include <cstdlib>
#include <string_view>

#define NCURSES_NOMACROS 1
#include <curses.h>

#include <sys/ioctl.h>
#include <unistd.h>

#include "apps/watch_control.hpp"

namespace ferry {
namespace {

/// How long Esc waits for the rest of a key that begins with it.
constexpr int escape_wait_ms = 40;

enum Pair : short { good_pair = 1, busy_pair, bad_pair };

bool use_colours() {
  // https://no-color.org
  const char* none = std::getenv("NO_COLOR");
  return (none == nullptr || *none == '\0') && ::has_colors();
}

attr_t attribute(Style style) {
  const auto colour = [](Pair pair, attr_t without) {
    return use_colours() ? static_cast<attr_t>(COLOR_PAIR(pair)) : without;
  };
  switch (style) {
    case Style::plain: return A_NORMAL;
    case Style::bold: return A_BOLD;
    case Style::faint: return A_DIM;
    case Style::reverse: return A_REVERSE;
    case Style::good: return colour(good_pair, A_NORMAL);
    case Style::busy: return colour(busy_pair, A_BOLD);
    case Style::bad: return A_BOLD | colour(bad_pair, A_UNDERLINE);
  }
  return A_NORMAL;
}

char32_t of_curses(wint_t key) {
  const auto as = [](WatchKey named) { return static_cast<char32_t>(named); };
  switch (key) {
    case KEY_UP: return as(WatchKey::up);
    case KEY_DOWN: return as(WatchKey::down);
    case KEY_PPAGE: return as(WatchKey::page_up);
    case KEY_NPAGE: return as(WatchKey::page_down);
    case KEY_HOME: return as(WatchKey::home);
    case KEY_END: return as(WatchKey::end);
    case KEY_ENTER: return as(WatchKey::enter);
    case KEY_BACKSPACE: return as(WatchKey::backspace);
    default: return as(WatchKey::none);
  }
}

char32_t of_character(wint_t character) {
  switch (character) {
    case '\n':
    case '\r': return static_cast<char32_t>(WatchKey::enter);
    case 0x1b: return static_cast<char32_t>(WatchKey::escape);
    case '\b':
    case 0x7f: return static_cast<char32_t>(WatchKey::backspace);
    default: return character;
  }
}

}  // namespace

bool has_screen() {
  const char* type = std::getenv("TERM");
  return ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0 && type != nullptr &&
         *type != '\0' && std::string_view{type} != "dumb";
}

Result<Screen> Screen::open() {
  std::setlocale(LC_CTYPE, "");
  // Not initscr, which ends the program if it does not know the terminal.
  if (::newterm(nullptr, stdout, stdin) == nullptr) {
    return fail(Errc::invalid_argument, "this kind of terminal is not known here",
                "use --plain, or set TERM to a kind that is known, such as xterm");
  }
  ::set_escdelay(escape_wait_ms);
  ::cbreak();
  ::noecho();
  ::nonl();
  ::keypad(stdscr, true);
  ::nodelay(stdscr, true);
  ::curs_set(0);
  if (use_colours()) {
    ::start_color();
    ::use_default_colors();
    ::init_pair(good_pair, COLOR_GREEN, -1);
    ::init_pair(busy_pair, COLOR_CYAN, -1);
    ::init_pair(bad_pair, COLOR_RED, -1);
  }
  return Screen{};
}

Screen::Screen(Screen&& other) noexcept : open_(other.open_) { other.open_ = false; }

Screen::~Screen() {
  if (open_) ::endwin();
}

void Screen::measure() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) {
    return;
  }
  if (size.ws_row != rows() || size.ws_col != columns()) ::resizeterm(size.ws_row, size.ws_col);
}

int Screen::rows() const { return ::getmaxy(stdscr); }
int Screen::columns() const { return ::getmaxx(stdscr); }

void Screen::show(const std::vector<ScreenLine>& lines) {
  ::werase(stdscr);
  for (int row = 0; row < rows() && row < static_cast<int>(lines.size()); ++row) {
    ::wmove(stdscr, row, 0);
    for (const auto& span : lines[static_cast<std::size_t>(row)]) {
      ::wattrset(stdscr, static_cast<int>(attribute(span.style)));
      ::waddnstr(stdscr, span.text.data(), static_cast<int>(span.text.size()));
    }
  }
  ::wattrset(stdscr, A_NORMAL);
  ::wrefresh(stdscr);
}

std::optional<char32_t> Screen::key() {
  wint_t key = 0;
  switch (::wget_wch(stdscr, &key)) {
    case OK: return of_character(key);
    case KEY_CODE_YES: return of_curses(key);
    default: return std::nullopt;
  }
}

}  // namespace ferry
