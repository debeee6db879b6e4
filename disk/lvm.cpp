// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The layout: one of the first four sectors is the label ("LABELONE"). It holds
// the PV header: 32 bytes of UUID, the size, a list of data areas and a list of
// metadata areas, each a list of (offset, size) ended by zeros. A metadata area
// starts with a header sector that says where in the area the newest text lies;
// the text starts with the volume group's name.
#include "disk/lvm.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string_view>

#include <unistd.h>

namespace ferry {
namespace {

constexpr std::size_t sector_bytes = 512;
constexpr std::size_t name_max = 127;
using Sector = std::array<char, sector_bytes>;

template <class T>
T little(const Sector& sector, std::size_t at) {
  T value{};
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    const auto byte = static_cast<T>(static_cast<unsigned char>(sector[at + i]));
    value = static_cast<T>(value | static_cast<T>(byte << (8 * i)));
  }
  return value;
}

std::uint32_t lvm_checksum(std::string_view bytes) {
  std::uint32_t sum = 0xf597a6cf;
  for (const char c : bytes) {
    sum ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) sum = sum >> 1 ^ (sum & 1 ? 0xedb88320U : 0);
  }
  return sum;
}

class VolumeReader {
 public:
  VolumeReader(int fd, std::uint64_t offset, std::uint64_t size)
      : fd_(fd), offset_(offset), size_(size) {}

  Result<PhysicalVolume> read() {
    const auto label = find_label();
    if (!label) return bad("it has no valid label");
    const auto header = little<std::uint32_t>(*label, 20);
    if (header < 32 || header + 40 > sector_bytes) return bad("its header lies outside its label");
    PhysicalVolume volume;
    const std::string_view raw{label->data() + header, 32};
    if (!std::ranges::all_of(raw,
                             [](char c) { return std::isalnum(static_cast<unsigned char>(c)); })) {
      return bad("its UUID is no text");
    }
    for (std::size_t i = 0; i < raw.size(); ++i) {
      if (i >= 6 && i < 30 && (i - 6) % 4 == 0) volume.uuid += '-';
      volume.uuid += raw[i];
    }
    // Data areas come first, then metadata areas; both lists end with a zero offset.
    bool in_metadata = false;
    for (auto at = std::size_t{header} + 40; at + 16 <= sector_bytes; at += 16) {
      const auto area = little<std::uint64_t>(*label, at);
      const auto bytes = little<std::uint64_t>(*label, at + 8);
      if (area == 0 && in_metadata) break;
      if (area == 0) {
        in_metadata = true;
      } else if (in_metadata && volume.volume_group.empty()) {
        volume.volume_group = group_name(area, bytes);
      }
    }
    return volume;
  }

 private:
  [[nodiscard]] tl::unexpected<Error> bad(const std::string& reason) const {
    return fail(Errc::inventory_failed,
                "physical volume at byte " + std::to_string(offset_) + ": " + reason);
  }

  std::optional<Sector> sector_at(std::uint64_t at) const {
    Sector sector{};
    if (size_ < sector_bytes || at > size_ - sector_bytes) return std::nullopt;
    const auto got = ::pread(fd_, sector.data(), sector.size(), static_cast<off_t>(offset_ + at));
    if (got != static_cast<ssize_t>(sector.size())) return std::nullopt;
    return sector;
  }

  std::optional<Sector> find_label() const {
    for (std::uint64_t number = 0; number < 4; ++number) {
      const auto sector = sector_at(number * sector_bytes);
      if (!sector) continue;
      const std::string_view text{sector->data(), sector->size()};
      if (text.starts_with("LABELONE") && text.substr(24, 8) == "LVM2 001" &&
          little<std::uint64_t>(*sector, 8) == number &&
          little<std::uint32_t>(*sector, 16) == lvm_checksum(text.substr(20))) {
        return sector;
      }
    }
    return std::nullopt;
  }

  /// Returns the name that the newest text of a metadata area starts with, or nothing.
  std::string group_name(std::uint64_t area, std::uint64_t area_bytes) const {
    const auto header = sector_at(area);
    if (!header) return {};
    const std::string_view text{header->data(), header->size()};
    if (little<std::uint32_t>(*header, 0) != lvm_checksum(text.substr(4)) ||
        text.substr(4, 16) != " LVM2 x[5A%r0N*>") {
      return {};
    }
    const auto start = little<std::uint64_t>(*header, 40);
    const auto length = little<std::uint64_t>(*header, 48);
    if (start < sector_bytes || start >= area_bytes || length == 0) return {};
    // The text starts on a sector border and a name fits into the first sector.
    const auto first =
        start <= size_ && area <= size_ - start ? sector_at(area + start) : std::nullopt;
    if (!first) return {};
    const std::string_view metadata{first->data(), first->size()};
    const auto name = metadata.substr(0, metadata.find_first_of(" {\n"));
    const auto allowed = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) ||
             std::string_view{"+_.-"}.find(c) != std::string_view::npos;
    };
    if (name.empty() || name.size() > name_max || !std::ranges::all_of(name, allowed)) return {};
    return std::string{name};
  }

  int fd_;
  std::uint64_t offset_;
  std::uint64_t size_;
};

}  // namespace

Result<PhysicalVolume> read_physical_volume(int fd, std::uint64_t offset, std::uint64_t size) {
  return VolumeReader{fd, offset, size}.read();
}

}  // namespace ferry
