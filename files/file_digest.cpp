// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "files/file_digest.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "base/xxh3.hpp"

namespace ferry::files {

struct FileHasher::State {
  XXH3_state_t hash;
};

FileHasher::FileHasher(std::shared_ptr<const Secret> secret)
    : secret_(std::move(secret)), state_(std::make_unique<State>()) {
  XXH3_INITSTATE(&state_->hash);
  XXH3_128bits_reset_withSecret(&state_->hash, secret_->bytes.data(), secret_->bytes.size());
}

FileHasher::FileHasher(std::string_view digest_key)
    : FileHasher([&] {
        auto secret = std::make_shared<Secret>();
        make_xxh3_secret(digest_key, secret->bytes);
        return secret;
      }()) {}

FileHasher::~FileHasher() = default;
FileHasher::FileHasher(FileHasher&& other) noexcept = default;
FileHasher& FileHasher::operator=(FileHasher&& other) noexcept = default;

FileHasher FileHasher::fresh() const { return FileHasher{secret_}; }

void FileHasher::add(std::uint64_t offset, std::span<const std::byte> data) {
  while (!data.empty()) {
    const auto granule = data.first(std::min<std::size_t>(data.size(), limits::granule_bytes));
    if (!all_zero(granule)) {
      XXH3_128bits_update(&state_->hash, &offset, sizeof offset);
      XXH3_128bits_update(&state_->hash, granule.data(), granule.size());
    }
    offset += granule.size();
    data = data.subspan(granule.size());
  }
}

std::uint64_t FileHasher::granule_digest(std::span<const std::byte> granule) const {
  const auto digest = XXH3_64bits_withSecret(granule.data(), granule.size(), secret_->bytes.data(),
                                             secret_->bytes.size());
  return digest != 0 ? digest : 1;
}

FileDigest FileHasher::digest(std::uint64_t file_bytes) {
  XXH3_128bits_update(&state_->hash, &file_bytes, sizeof file_bytes);
  const auto digest = XXH3_128bits_digest(&state_->hash);
  return {digest.low64, digest.high64};
}

}  // namespace ferry::files
