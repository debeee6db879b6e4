// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/random.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <openssl/evp.h>
#include <sys/random.h>

#include "base/simulation.hpp"

namespace ferry {
namespace {

void require(bool ok) {
  if (!ok) throw std::runtime_error("OpenSSL could not provide SHA-256");
}

}  // namespace

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (auto* world = simulation()) {
    world->random(std::as_writable_bytes(std::span{bytes}));
    return bytes;
  }
  // The kernel's own generator: OpenSSL's keeps state for each thread, and leaks it when the
  // process ends while a thread that CAF has detached does.
  for (std::size_t done = 0; done < count;) {
    const auto got = ::getrandom(bytes.data() + done, count - done, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw std::system_error(errno, std::generic_category(), "getrandom");
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

std::string random_id(std::string_view prefix) {
  constexpr std::string_view digits = "abcdefghijklmnopqrstuvwxyz0123456789";
  constexpr unsigned unbiased = 256 / 36 * 36;  // larger bytes would favour the first digits
  std::string id{prefix};
  id.push_back('-');
  while (id.size() < prefix.size() + 21) {
    for (const char c : random_bytes(32)) {
      const auto value = static_cast<unsigned char>(c);
      if (value < unbiased && id.size() < prefix.size() + 21) id.push_back(digits[value % 36]);
    }
  }
  return id;
}

std::string sha256(std::string_view bytes) {
  Sha256 digest;
  digest.update(bytes);
  return digest.finish();
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  require(EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), EVP_sha256(), nullptr) == 1);
}
Sha256::~Sha256() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }
Sha256::Sha256(Sha256&& other) noexcept : context_(std::exchange(other.context_, nullptr)) {}
Sha256& Sha256::operator=(Sha256&& other) noexcept {
  std::swap(context_, other.context_);
  return *this;
}

void Sha256::update(std::span<const std::byte> bytes) {
  require(EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size()) == 1);
}
void Sha256::update(std::string_view bytes) { update(std::as_bytes(std::span{bytes})); }

std::string Sha256::finish() {
  std::array<unsigned char, 32> digest{};
  auto* context = static_cast<EVP_MD_CTX*>(context_);
  require(EVP_DigestFinal_ex(context, digest.data(), nullptr) == 1);
  require(EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1);
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace ferry
