// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "making/partition_table.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <memory>

#include <libfdisk/libfdisk.h>

#include "making/identity.hpp"

namespace ferry {
namespace {

constexpr std::string_view linux_lvm_gpt = "e6d6d379-f507-44c2-a23c-238f2a3df928";
constexpr std::string_view linux_data_gpt = "0fc63daf-8483-4772-8e79-3d69d8477de4";
constexpr unsigned linux_lvm_dos = 0x8e;
constexpr unsigned linux_data_dos = 0x83;
constexpr unsigned extended_dos = 0x05;
constexpr std::uint32_t dos_primary_max = 4;
constexpr std::uint64_t gpt_table_bytes = 32 * 512;  // 128 entries
constexpr std::size_t gpt_name_bytes_max = 36 * 3;   // 36 characters

struct FreeContext {
  void operator()(struct fdisk_context* context) const { fdisk_unref_context(context); }
};
struct FreeScript {
  void operator()(struct fdisk_script* script) const { fdisk_unref_script(script); }
};
struct FreePartition {
  void operator()(struct fdisk_partition* partition) const { fdisk_unref_partition(partition); }
};
struct FreeType {
  void operator()(struct fdisk_parttype* type) const { fdisk_unref_parttype(type); }
};
using Partition = std::unique_ptr<struct fdisk_partition, FreePartition>;
using Type = std::unique_ptr<struct fdisk_parttype, FreeType>;

class TableWriter {
 public:
  TableWriter(const PlannedDisk& disk, const DiskInfo& source)
      : disk_(disk), sector_(source.sector_size), gpt_(disk.table == "gpt") {}

  Result<> write(const std::filesystem::path& file, const std::string& table_id) {
    context_.reset(fdisk_new_context());
    if (!context_) return fail(Errc::internal, "no memory for a partition table");
    fdisk_disable_dialogs(context_.get(), 1);
    fdisk_save_user_sector_size(context_.get(), sector_, sector_);
    // Places are the plan's: libfdisk would move them to borders that it likes.
    fdisk_save_user_grain(context_.get(), sector_);
    if (fdisk_assign_device(context_.get(), file.c_str(), 0) != 0) {
      return failed("cannot open " + file.string());
    }
    // The first sector behind the table: a BIOS boot partition often begins there. A script's
    // header is the only way to say so.
    const std::unique_ptr<struct fdisk_script, FreeScript> script{fdisk_new_script(context_.get())};
    const auto first = std::to_string(gpt_ ? 2 + gpt_table_bytes / sector_ : 1);
    if (!script || fdisk_script_set_header(script.get(), "first-lba", first.c_str()) != 0 ||
        fdisk_set_script(context_.get(), script.get()) != 0 ||
        fdisk_create_disklabel(context_.get(), gpt_ ? "gpt" : "dos") != 0) {
      return failed("a new table");
    }
    if (!table_id.empty() &&
        fdisk_set_disklabel_id_from_string(context_.get(), table_id.c_str()) != 0) {
      return failed("the disk id " + table_id);
    }
    if (auto done = add_partitions(); !done) return done;
    if (fdisk_write_disklabel(context_.get()) != 0) return failed("it cannot be written");
    if (fdisk_deassign_device(context_.get(), 0) != 0) return failed("it does not get to storage");
    return {};
  }

 private:
  [[nodiscard]] tl::unexpected<Error> failed(const std::string& what) const {
    return fail(Errc::disk_write_failed,
                "partition table of disk " + std::to_string(disk_.index) + ": " + what);
  }

  Result<> add_partitions() {
    std::uint64_t first_logical = 0;
    for (const auto& partition : disk_.partitions) {
      if (!partition.volume.empty()) continue;
      const bool logical = !gpt_ && partition.number > dos_primary_max;
      if (logical && first_logical == 0) {
        first_logical = partition.offset;
        if (auto done = add_extended(partition); !done) return done;
      }
      if (auto done = add(partition); !done) return done;
    }
    return {};
  }

  /// From the first logical partition's own table to the end of the last one.
  Result<> add_extended(const PlannedPartition& first) {
    std::uint64_t end = 0;
    std::uint32_t number = dos_primary_max;
    for (const auto& partition : disk_.partitions) {
      if (partition.number > dos_primary_max) {
        end = std::max(end, partition.offset + partition.size);
      }
    }
    const auto taken = [&](std::uint32_t n) {
      return std::ranges::find(disk_.partitions, n, &PlannedPartition::number) !=
             disk_.partitions.end();
    };
    while (number > 1 && taken(number)) --number;
    const auto start = first.offset - std::min(first.offset, partition_table_gap);
    const Type type{fdisk_new_unknown_parttype(extended_dos, nullptr)};
    return add_range(number, start, end - start, type.get(), {}, {});
  }

  Result<> add(const PlannedPartition& partition) {
    const auto& from = partition.from;
    const bool physical = partition.method == "lvm";
    if (!is_uuid_or_empty(from.uuid) && gpt_) return bad_value(partition.number, "UUID");
    auto type = type_of(partition);
    if (!type) return bad_value(partition.number, "type");
    if (from.name.size() > gpt_name_bytes_max) return bad_value(partition.number, "name");
    if (auto done = add_range(partition.number, partition.offset, partition.size, type.get(),
                              gpt_ && !physical ? from.uuid : std::string{},
                              gpt_ && !physical ? from.name : std::string{});
        !done) {
      return done;
    }
    if (physical || from.attributes == 0) return {};
    const auto place = partition.number - 1;
    const auto code = gpt_ ? fdisk_gpt_set_partition_attrs(context_.get(), place, from.attributes)
                           : fdisk_toggle_partition_flag(context_.get(), place, DOS_FLAG_ACTIVE);
    return code == 0 ? Result<>{} : bad_value(partition.number, "attributes");
  }

  Result<> add_range(std::uint32_t number, std::uint64_t offset, std::uint64_t size,
                     struct fdisk_parttype* type, const std::string& uuid,
                     const std::string& name) {
    const Partition entry{fdisk_new_partition()};
    if (!entry || number == 0 || offset % sector_ != 0 || size % sector_ != 0 || size == 0) {
      return bad_value(number, "place");
    }
    fdisk_partition_set_partno(entry.get(), number - 1);
    fdisk_partition_set_start(entry.get(), offset / sector_);
    fdisk_partition_set_size(entry.get(), size / sector_);
    fdisk_partition_size_explicit(entry.get(), 1);
    fdisk_partition_set_type(entry.get(), type);
    if (!uuid.empty()) fdisk_partition_set_uuid(entry.get(), uuid.c_str());
    if (!name.empty()) fdisk_partition_set_name(entry.get(), name.c_str());
    std::size_t given = 0;
    if (fdisk_add_partition(context_.get(), entry.get(), &given) != 0 || given != number - 1) {
      return failed("partition " + std::to_string(number) + " of " + std::to_string(size) +
                    " bytes at byte " + std::to_string(offset));
    }
    return {};
  }

  /// The old type; where a disk of the other kind had it, or none, one for Linux.
  Type type_of(const PlannedPartition& partition) {
    const auto* label = fdisk_get_label(context_.get(), nullptr);
    const bool physical = partition.method == "lvm";
    const auto& text = partition.from.type;
    if (gpt_) {
      const auto guid = physical        ? std::string{linux_lvm_gpt}
                        : is_uuid(text) ? text
                                        : std::string{linux_data_gpt};
      return Type{fdisk_label_parse_parttype(label, guid.c_str())};
    }
    unsigned code = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), code, 16);
    const bool hex = failed == std::errc{} && end == text.data() + text.size() && code <= 0xff;
    return Type{fdisk_new_unknown_parttype(physical ? linux_lvm_dos
                                           : hex    ? code
                                                    : linux_data_dos,
                                           nullptr)};
  }

  [[nodiscard]] tl::unexpected<Error> bad_value(std::uint32_t number, const char* what) const {
    return fail(Errc::malformed, "partition " + std::to_string(number) + " of disk " +
                                     std::to_string(disk_.index) + " has an impossible " + what);
  }

  static constexpr std::uint64_t partition_table_gap = 1024 * 1024;

  const PlannedDisk& disk_;
  std::uint32_t sector_;
  bool gpt_;
  std::unique_ptr<struct fdisk_context, FreeContext> context_;
};

}  // namespace

Result<> write_partition_table(const std::filesystem::path& file, const PlannedDisk& disk,
                               const DiskInfo& source) {
  if (disk.table.empty()) return {};
  const bool gpt = disk.table == "gpt";
  if (!gpt && disk.table != "dos") return fail(Errc::malformed, "a table named " + disk.table);
  if (source.sector_size != 512 && source.sector_size != 4096) {
    return fail(Errc::malformed, "sectors of " + std::to_string(source.sector_size) + " bytes");
  }
  // A disk that had no table of this kind has no id to keep.
  const auto id = source.table == disk.table ? source.table_id : std::string{};
  if (!id.empty() && !(gpt ? is_uuid(id) : is_dos_id(id))) {
    return fail(Errc::malformed, "a disk id that is none");
  }
  return TableWriter{disk, source}.write(file, id);
}

}  // namespace ferry
