// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "downloads/archives.hpp"

#include <algorithm>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/random.hpp"
#include "base/text.hpp"
#include "downloads/limits.hpp"

namespace ferry {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view name_begin = "edgeferry-agent-";
constexpr std::string_view name_middle = "-linux-";
constexpr std::string_view name_end = ".tar.gz";
constexpr std::size_t word_bytes_max = 40;

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= word_bytes_max && text.front() != '.' &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
         });
}

tl::unexpected<Error> missing(const std::string& what) {
  return fail(Errc::agent_archive_missing, what);
}

/// The digits at the front, without the zeros that say nothing.
std::string_view leading_number(std::string_view& text) {
  const auto end = std::ranges::find_if_not(text, [](char c) { return c >= '0' && c <= '9'; });
  auto digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits;
}

}  // namespace

std::optional<ArchiveName> parse_archive_name(std::string_view file) {
  if (!file.starts_with(name_begin) || !file.ends_with(name_end)) return std::nullopt;
  file.remove_prefix(name_begin.size());
  if (file.size() < name_end.size()) return std::nullopt;
  file.remove_suffix(name_end.size());
  const auto middle = file.find(name_middle);
  if (middle == std::string_view::npos) return std::nullopt;
  const auto version = file.substr(0, middle);
  const auto architecture = file.substr(middle + name_middle.size());
  if (!is_word(version) || !is_word(architecture)) return std::nullopt;
  return ArchiveName{std::string{version}, std::string{architecture}};
}

bool is_older(std::string_view version, std::string_view than) {
  while (!version.empty() && !than.empty()) {
    const auto mine = leading_number(version);
    const auto other = leading_number(than);
    if (mine.size() != other.size()) return mine.size() < other.size();
    if (mine != other) return mine < other;
    if (version.empty() || than.empty()) break;
    if (version.front() != than.front()) return version.front() < than.front();
    version.remove_prefix(1);
    than.remove_prefix(1);
  }
  return version.empty() && !than.empty();
}

Result<std::vector<AgentArchive>> Archives::newest() const {
  std::error_code error;
  fs::directory_iterator entries{folder_, error};
  if (error) {
    return missing("the folder " + folder_.string() +
                   " with the agent's archives can't be read: " + error.message());
  }
  std::map<std::string, ArchiveName> newest;  // by the file's name
  std::size_t seen = 0;
  for (; entries != fs::directory_iterator{}; entries.increment(error)) {
    if (error || ++seen > limits::agent_folder_entries_max) break;
    const auto file = entries->path().filename().string();
    if (const auto name = parse_archive_name(file)) newest.emplace(file, *name);
    if (newest.size() >= limits::agent_archives_max) break;
  }
  std::map<std::string, AgentArchive> best;  // by architecture
  std::string trouble;
  for (const auto& [file, name] : newest) {
    const auto known = best.find(name.architecture);
    if (known != best.end() && is_older(name.version, known->second.version)) continue;
    auto open = this->open(file);
    if (!open) {
      trouble = open.error().what;
      continue;
    }
    best[name.architecture] = std::move(open->facts);
  }
  if (best.empty()) {
    return missing("there is no archive of the agent in " + folder_.string() +
                   (trouble.empty() ? std::string{} : " that can be used: " + trouble));
  }
  std::vector<AgentArchive> all;
  for (auto& [architecture, archive] : best) all.push_back(std::move(archive));
  return all;
}

Result<OpenArchive> Archives::open(std::string_view file) const {
  const std::string name{file};
  const auto parts = parse_archive_name(file);
  if (!parts) return fail(Errc::not_found, "there is no such download");
  auto open = open_file(folder_ / name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (!open) return fail(Errc::not_found, name + " can't be opened: " + open.error().what);
  struct stat facts {};
  if (::fstat(open->get(), &facts) != 0 || !S_ISREG(facts.st_mode)) {
    return fail(Errc::not_found, name + " is no file");
  }
  const auto bytes = static_cast<std::uint64_t>(facts.st_size);
  if (bytes == 0 || bytes > limits::agent_archive_bytes_max) {
    return fail(Errc::not_found, name + " has " + std::to_string(bytes) + " bytes, and " +
                                     std::to_string(limits::agent_archive_bytes_max) +
                                     " are allowed");
  }
  const auto sha256 = digest(name, *open,
                             {facts.st_dev,
                              facts.st_ino,
                              bytes,
                              facts.st_mtim.tv_sec * 1'000'000'000 + facts.st_mtim.tv_nsec,
                              {}});
  if (!sha256) return fail(Errc::not_found, name + " can't be read: " + sha256.error().what);
  return OpenArchive{std::move(*open), {name, parts->version, parts->architecture, bytes, *sha256}};
}

Result<std::string> Archives::digest(const std::string& file, const Fd& open, Seen now) const {
  {
    const std::lock_guard lock{mutex_};
    const auto known = seen_.find(file);
    if (known != seen_.end() && known->second.device == now.device &&
        known->second.inode == now.inode && known->second.bytes == now.bytes &&
        known->second.changed_ns == now.changed_ns) {
      return known->second.sha256;
    }
  }
  Sha256 whole;
  std::string piece(limits::download_piece_bytes, '\0');
  for (std::uint64_t at = 0; at < now.bytes; at += piece.size()) {
    const auto count = std::min<std::uint64_t>(piece.size(), now.bytes - at);
    if (auto done = read_at(open, piece.data(), count, at); !done) return fail(done.error());
    whole.update(std::string_view{piece}.substr(0, count));
  }
  now.sha256 = to_hex(whole.finish());
  const std::lock_guard lock{mutex_};
  if (seen_.size() >= limits::agent_archives_max && !seen_.contains(file)) seen_.clear();
  seen_[file] = now;
  return now.sha256;
}

}  // namespace ferry
