// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The msgpack form of listings: arrays of fields in a fixed order, as in the data plane's
// frames. Names and values are bin, because they are bytes.
#include <bit>

#include "base/msgpack_reader.hpp"
#include "files/file_entry.hpp"
#include "files/packer.hpp"

namespace ferry::files {
namespace {

constexpr std::uint32_t entry_fields = 19;

void put(Packer& to, const FileEntry& entry) {
  to.pack_array(entry_fields);
  to.pack(bin(entry.name));
  to.pack(static_cast<std::uint8_t>(entry.type));
  to.pack(entry.mode);
  to.pack(entry.uid);
  to.pack(entry.gid);
  // Two's complement, because the data plane knows no negative numbers.
  to.pack(std::bit_cast<std::uint64_t>(entry.mtime.seconds));
  to.pack(entry.mtime.nanoseconds);
  to.pack(entry.size);
  to.pack(entry.device_major);
  to.pack(entry.device_minor);
  to.pack(bin(entry.target));
  to.pack(entry.several_names);
  to.pack(entry.identity.device);
  to.pack(entry.identity.inode);
  to.pack(bin(entry.leader));
  to.pack_array(static_cast<std::uint32_t>(2 * entry.xattrs.size()));
  for (const auto& [name, value] : entry.xattrs) to.pack(bin(name)).pack(bin(value));
  to.pack(entry.flags);
  to.pack(entry.has_digest);
  to.pack_array(2).pack(entry.digest.low).pack(entry.digest.high);
}

/// Takes an entry; what it holds is checked afterwards by `check`.
void take(MsgpackReader& from, FileEntry& entry) {
  from.array(entry_fields);
  entry.name = from.binary();
  entry.type = static_cast<FileType>(from.number<std::uint8_t>());
  entry.mode = from.number<std::uint32_t>();
  entry.uid = from.number<std::uint32_t>();
  entry.gid = from.number<std::uint32_t>();
  entry.mtime.seconds = std::bit_cast<std::int64_t>(from.number<std::uint64_t>());
  entry.mtime.nanoseconds = from.number<std::uint32_t>();
  entry.size = from.number<std::uint64_t>();
  entry.device_major = from.number<std::uint32_t>();
  entry.device_minor = from.number<std::uint32_t>();
  entry.target = from.binary();
  entry.several_names = from.boolean();
  entry.identity.device = from.number<std::uint64_t>();
  entry.identity.inode = from.number<std::uint64_t>();
  entry.leader = from.binary();
  const auto xattrs = from.array();
  for (std::uint64_t i = 0; i + 1 < xattrs && from.ok() && i < 2 * limits::xattrs_max + 2; i += 2) {
    auto& xattr = entry.xattrs.emplace_back();
    xattr.name = from.binary();
    xattr.value = from.binary();
  }
  entry.flags = from.number<std::uint32_t>();
  entry.has_digest = from.boolean();
  from.array(2);
  entry.digest.low = from.number<std::uint64_t>();
  entry.digest.high = from.number<std::uint64_t>();
}

tl::unexpected<Error> broken(std::string_view what) {
  return fail(Errc::malformed, "a broken " + std::string{what});
}

}  // namespace

std::string encode(const Listing& listing) {
  PackedText text;
  Packer to{text};
  to.pack_array(4).pack(bin(listing.directory));
  to.pack_array(static_cast<std::uint32_t>(listing.entries.size()));
  for (const auto& entry : listing.entries) put(to, entry);
  to.pack(listing.last).pack(listing.complete);
  return std::move(text.bytes);
}

std::string encode(const DirectoryEnd& end) {
  PackedText text;
  Packer to{text};
  to.pack_array(2).pack(bin(end.path));
  put(to, end.entry);
  return std::move(text.bytes);
}

Result<Listing> parse_listing(std::span<const std::byte> bytes) {
  MsgpackReader from{bytes};
  Listing listing;
  from.array(4);
  listing.directory = from.binary();
  const auto entries = from.array();
  if (!from.ok() || entries > limits::listing_entries_max) return broken("listing");
  for (std::uint64_t i = 0; i < entries && from.ok(); ++i) {
    take(from, listing.entries.emplace_back());
  }
  listing.last = from.boolean();
  listing.complete = from.boolean();
  if (!from.finished()) return broken("listing");
  if (auto good = check(listing); !good) return fail(good.error());
  return listing;
}

Result<DirectoryEnd> parse_directory_end(std::span<const std::byte> bytes) {
  MsgpackReader from{bytes};
  DirectoryEnd end;
  from.array(2);
  end.path = from.binary();
  take(from, end.entry);
  if (!from.finished()) return broken("end of a directory");
  if (auto good = check(end); !good) return fail(good.error());
  return end;
}

}  // namespace ferry::files
