// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "diagnostics/redactor.hpp"

#include <algorithm>
#include <cstring>

#include "base/diagnostic_limits.hpp"
#include "diagnostics/secret_forms.hpp"

namespace ferry {
namespace {

constexpr std::size_t begin_bytes = 4;
static_assert(limits::secret_bytes_min >= begin_bytes);

std::uint32_t first_four(const char* bytes) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

std::size_t first_two(const char* bytes) {
  std::uint16_t value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

std::string mark(std::string_view kind) {
  return std::string{"[redacted:"}.append(kind).append("]");
}

}  // namespace

Redactor::Redactor(const std::vector<KnownSecret>& secrets) {
  for (const auto& secret : secrets) {
    if (secret.value.size() < limits::secret_bytes_min) continue;
    for (auto& form : secret_forms(secret.value)) add(std::move(form), secret.kind);
  }
  // Of two that begin alike, the longer one is what stands there.
  for (auto& [begin, forms] : forms_) {
    std::ranges::stable_sort(forms, std::ranges::greater{},
                             [](const Form& form) { return form.text.size(); });
  }
}

void Redactor::add(std::string text, const std::string& kind) {
  if (text.size() < begin_bytes) return;
  begins_.set(first_two(text.data()));
  forms_[first_four(text.data())].push_back({std::move(text), kind});
}

const Redactor::Form* Redactor::find_at(std::string_view text, std::size_t at) const {
  if (text.size() - at < begin_bytes || !begins_.test(first_two(text.data() + at))) return nullptr;
  const auto found = forms_.find(first_four(text.data() + at));
  if (found == forms_.end()) return nullptr;
  const auto rest = text.substr(at);
  for (const auto& form : found->second) {
    if (rest.starts_with(form.text)) return &form;
  }
  return nullptr;
}

std::string Redactor::without_known(std::string_view text) const {
  std::string out;
  out.reserve(text.size());
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto* form = find_at(text, at);
    if (form == nullptr) {
      ++at;
      continue;
    }
    out.append(text.substr(copied, at - copied)).append(mark(form->kind));
    at += form->text.size();
    copied = at;
  }
  return out.append(text.substr(copied));
}

std::string Redactor::redacted(std::string_view text) const {
  return without_shapes(forms_.empty() ? std::string{text} : without_known(text));
}

std::string Redactor::redacted_value(std::string_view name, std::string_view text) const {
  const auto kind = secret_kind_of(name);
  if (kind.empty() || text.empty()) return redacted(text);
  return mark(kind);
}

}  // namespace ferry
