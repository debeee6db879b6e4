// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/signing/mac.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/text.hpp"

namespace ferry {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hmac(const EVP_MD* digest, std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  // It fails without memory only, and then nothing else would go on either.
  if (HMAC(digest, key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(),
           mac.data(), &size) == nullptr) {
    std::abort();
  }
  return {reinterpret_cast<const char*>(mac.data()), size};
}

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view text) {
  return hmac(EVP_sha256(), key, text);
}
std::string hmac_sha1(std::string_view key, std::string_view text) {
  return hmac(EVP_sha1(), key, text);
}

std::string md5(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_md5(), nullptr) != 1) {
    std::abort();
  }
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string to_base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // the encoder ends with a zero
  const auto size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes_of(bytes),
                                    static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::optional<std::string> from_base64(std::string text) {
  if (text.size() % 4 != 0 || text.find_first_of("-_") != std::string::npos) return std::nullopt;
  while (text.ends_with('=')) text.pop_back();
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  auto bytes = from_base64url(text);
  return bytes ? std::optional{std::move(*bytes)} : std::nullopt;
}

bool same_signature(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace ferry
