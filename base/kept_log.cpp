// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/kept_log.hpp"

#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/diagnostic_limits.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace ferry::log {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t moment_bytes = sizeof("2026-11-23T07:45:48.250Z") - 1;
constexpr std::size_t seconds_bytes = sizeof("2026-11-23T07:45:48") - 1;
constexpr int attempts_max = 3;
/// A file is begun anew before a line that would not fit, so one may be longer by no more than
/// that.
constexpr std::size_t file_bytes_max = limits::kept_log_file_bytes + limits::mib;

/// True if the line begins with a moment; one that doesn't belongs to the line before.
bool has_moment(std::string_view line) {
  return line.size() > moment_bytes && line[4] == '-' && line[10] == 'T' && line[19] == '.' &&
         line[moment_bytes - 1] == 'Z';
}

std::int64_t moment_of(std::string_view line) {
  const auto seconds = parse_utc(std::string{line.substr(0, seconds_bytes)} + "Z");
  if (!seconds) return 0;
  int ms = 0;
  for (const char c : line.substr(seconds_bytes + 1, 3))
    ms = ms * 10 + (c >= '0' && c <= '9' ? c - '0' : 0);
  return *seconds + ms;
}

/// Of which file this is, however it is called by now; 0: there is none.
ino_t identity_of(const fs::path& file) {
  struct stat facts {};
  return ::stat(file.c_str(), &facts) == 0 ? facts.st_ino : 0;
}

Result<std::string> text_of(const fs::path& file) {
  if (identity_of(file) == 0) return std::string{};
  return read_file(file, file_bytes_max);
}

/// Both files, the older one first. The writer may begin a new file meanwhile; then it is read
/// anew.
Result<std::string> all_text(const fs::path& folder) {
  const auto newest = folder / kept_log_name;
  for (int attempt = 1;; ++attempt) {
    const auto before = identity_of(newest);
    auto older = text_of(folder / kept_log_older);
    auto text = text_of(newest);
    if (identity_of(newest) != before && attempt < attempts_max) continue;
    if (!older) return older;
    if (!text) return text;
    return std::move(*older) + *text;
  }
}

class Picker {
 public:
  explicit Picker(const LogSpan& span)
      : from_(moment_text(span.from_ms)), until_(moment_text(span.until_ms)) {}

  void take(std::string_view line) {
    if (has_moment(line)) {
      const auto moment = line.substr(0, moment_bytes);
      inside_ = moment >= from_ && moment <= until_;
      if (inside_) last_ = moment_of(line);
    }
    if (!inside_) return;
    found.append(line).push_back('\n');
  }
  [[nodiscard]] std::int64_t last() const { return last_; }

  std::string found;

 private:
  std::string from_;
  std::string until_;
  bool inside_ = false;
  std::int64_t last_ = 0;
};

}  // namespace

std::string moment_text(std::int64_t unix_ms) {
  auto text = utc_text(unix_ms);
  const auto ms = std::to_string(1000 + (unix_ms % 1000 + 1000) % 1000);
  text.back() = '.';
  return text + ms.substr(1) + "Z";
}

Result<LogLines> read_kept(const fs::path& folder, const LogSpan& span) {
  const auto text = all_text(folder);
  if (!text) return fail(text.error());
  Picker picker{span};
  for (std::string_view rest{*text}; !rest.empty();) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) break;  // it is being written
    picker.take(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  LogLines answer{std::move(picker.found), 0, picker.last()};
  if (answer.lines.size() > span.bytes_max) {
    auto cut = answer.lines.find('\n', answer.lines.size() - span.bytes_max);
    cut = cut == std::string::npos ? answer.lines.size() : cut + 1;
    answer.bytes_left_out = cut;
    answer.lines.erase(0, cut);
  }
  return answer;
}

}  // namespace ferry::log
