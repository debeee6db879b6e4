// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "files/file_survey.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

#include <fcntl.h>

#include "base/file.hpp"
#include "files/file_data.hpp"
#include "files/file_entry.hpp"

namespace ferry::files {

bool may_be_patched(const TreeRoot& root, const struct statx& status) {
  return S_ISREG(status.stx_mode) && status.stx_nlink == 1 && root.holds(status);
}

FileSurvey survey_file(const TreeRoot& root, const std::string& path, std::uint64_t begin,
                       const FileHasher& hasher) {
  const FileSurvey nothing{begin, begin, {}};
  const auto [directory, name] = split(path);
  const auto above = root.open_directory(directory);
  struct statx status {};
  if (!above || !look(above.get(), std::string{name}.c_str(), status) ||
      !may_be_patched(root, status)) {
    return nothing;
  }
  const Fd fd{::openat(above.get(), std::string{name}.c_str(),
                       O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
  if (!fd || !look(fd.get(), "", status) || !may_be_patched(root, status)) return nothing;
  FileSurvey survey{begin, begin + FileSurvey::window_bytes, {}};
  FileData file{fd.get(), status};
  file.seek(begin);
  std::vector<std::byte> buffer(limits::chunk_bytes);
  FilePiece piece;
  do {
    if (!file.next(buffer, survey.end, piece)) return nothing;
    for (std::size_t at = 0; at < piece.data.size(); at += limits::granule_bytes) {
      const auto size = std::min<std::size_t>(limits::granule_bytes, piece.data.size() - at);
      survey.digests.resize((piece.offset + at - begin) / limits::granule_bytes);
      survey.digests.push_back(hasher.granule_digest(piece.data.subspan(at, size)));
    }
  } while (!piece.data.empty());
  survey.end =
      file.position() >= file.size() ? FileSurvey::no_end : std::max(survey.end, file.position());
  return survey;
}

}  // namespace ferry::files
