// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/marking_program.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cstddef>
#include <optional>

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/mount.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace ferry {
namespace {

// Of the kernel's block layer, whatever the disk's.
constexpr std::int32_t kernel_sector_bytes = 512;
constexpr std::int32_t block_sectors_log2 =
    std::countr_zero(limits::tracked_block_bytes / kernel_sector_bytes);
constexpr std::int32_t element_bytes_log2 = std::countr_zero(mark_element_bytes);
constexpr std::int32_t request_blocks_max = mark_request_bytes_max / limits::tracked_block_bytes;

constexpr const char* event_folder = "events/block/block_rq_complete/";
constexpr std::size_t format_bytes_max = 16 * limits::kib;

// -- the kernel's description of the event ---------------------------------------------------

struct EventFormat {
  std::uint64_t id = 0;
  std::int16_t device = 0;  // offsets of the fields
  std::int16_t sector = 0;
  std::int16_t sectors = 0;
  std::int16_t kind = 0;  // text that begins with 'R' for reads
};

std::optional<std::uint64_t> number_behind(std::string_view text, std::string_view words) {
  const auto at = text.find(words);
  if (at == std::string_view::npos) return {};
  const auto* from = text.data() + at + words.size();
  std::uint64_t value = 0;
  const auto read = std::from_chars(from, text.data() + text.size(), value);
  if (read.ec != std::errc{}) return {};
  return value;
}

/// The offset of a field whose declaration ends in `name`, if it has `bytes` bytes (0: any).
Result<std::int16_t> offset_of(std::string_view format, std::string_view name,
                               std::uint64_t bytes) {
  const auto at = format.find(" " + std::string{name});
  const auto line = at == std::string_view::npos ? std::string_view{}
                                                 : format.substr(at, format.find('\n', at) - at);
  const auto offset = number_behind(line, "offset:");
  const auto size = number_behind(line, "size:");
  if (!offset || !size || *offset > 512 || (bytes != 0 && *size != bytes)) {
    return fail(
        untracked("the kernel's block_rq_complete has no usable field " + std::string{name}));
  }
  return static_cast<std::int16_t>(*offset);
}

/// Reads a small file of tracefs, which is mounted nowhere for it.
Result<std::string> read_event_file(const Fd& tracefs, const char* name) {
  const Fd file{
      ::openat(tracefs.get(), (std::string{event_folder} + name).c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file) return fail(untracked_by_errno("open block_rq_complete in tracefs"));
  std::string text(format_bytes_max, '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const auto got = ::read(file.get(), text.data() + have, text.size() - have);
    if (got < 0) return fail(untracked_by_errno("read block_rq_complete in tracefs"));
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  text.resize(have);
  return text;
}

Result<EventFormat> read_event_format() {
  const Fd context{static_cast<int>(::syscall(SYS_fsopen, "tracefs", FSOPEN_CLOEXEC))};
  if (!context) return fail(untracked_by_errno("open tracefs"));
  if (::syscall(SYS_fsconfig, context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) {
    return fail(untracked_by_errno("make tracefs"));
  }
  const Fd tracefs{static_cast<int>(::syscall(SYS_fsmount, context.get(), FSMOUNT_CLOEXEC, 0))};
  if (!tracefs) return fail(untracked_by_errno("mount tracefs"));
  const auto format = read_event_file(tracefs, "format");
  if (!format) return fail(format.error());
  const auto id = read_event_file(tracefs, "id");
  if (!id) return fail(id.error());
  const auto device = offset_of(*format, "dev;", sizeof(std::uint32_t));
  const auto sector = offset_of(*format, "sector;", sizeof(std::uint64_t));
  const auto sectors = offset_of(*format, "nr_sector;", sizeof(std::uint32_t));
  const auto kind = offset_of(*format, "rwbs[", 0);
  for (const auto* offset : {&device, &sector, &sectors, &kind}) {
    if (!*offset) return fail(offset->error());
  }
  const auto number = number_behind(*id, "");
  if (!number) return fail(untracked("block_rq_complete has no number"));
  return EventFormat{*number, *device, *sector, *sectors, *kind};
}

// -- the program -----------------------------------------------------------------------------

/// Writes BPF instructions; a jump names a label, which is set when its place is known.
class Assembler {
 public:
  enum Label : std::uint8_t { loop, done, too_large, labels };

  void put(int code, std::uint8_t to, std::uint8_t from, std::int16_t offset, std::int32_t value) {
    bpf_insn made{};
    made.code = static_cast<std::uint8_t>(code);
    made.dst_reg = to & 15U;
    made.src_reg = from & 15U;
    made.off = offset;
    made.imm = value;
    code_.push_back(made);
  }
  void jump(int code, std::uint8_t left, std::uint8_t right, std::int32_t value, Label label) {
    jumps_.emplace_back(code_.size(), label);
    put(code, left, right, 0, value);
  }
  void here(Label label) { at_.at(label) = code_.size(); }
  /// r0 = address of the element whose number is at r10 - 4; to `done` if there is none.
  void look_up(int map) {
    put(BPF_ALU64 | BPF_MOV | BPF_X, 2, 10, 0, 0);
    put(BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, -4);
    put(BPF_LD | BPF_IMM | BPF_DW, 1, BPF_PSEUDO_MAP_FD, 0, map);
    put(0, 0, 0, 0, 0);
    put(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem);
    jump(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 0, done);
  }
  [[nodiscard]] std::vector<bpf_insn> finish() {
    for (const auto& [from, label] : jumps_) {
      code_[from].off = static_cast<std::int16_t>(static_cast<std::ptrdiff_t>(at_.at(label)) -
                                                  static_cast<std::ptrdiff_t>(from) - 1);
    }
    return std::move(code_);
  }

 private:
  std::vector<bpf_insn> code_;
  std::vector<std::pair<std::size_t, Label>> jumps_;
  std::array<std::size_t, labels> at_{};
};

/// For each completed request of the device that isn't a read: counts its sectors, and marks
/// its blocks. Registers: r6 the event, r7 and r8 the first and last block, r9 how many were
/// marked, for the kernel's proof that the loop ends.
std::vector<bpf_insn> marking_program(const EventFormat& event, std::uint32_t device, int map) {
  Assembler code;
  code.put(BPF_ALU64 | BPF_MOV | BPF_X, 6, 1, 0, 0);
  code.put(BPF_LDX | BPF_MEM | BPF_W, 1, 6, event.device, 0);
  code.jump(BPF_JMP32 | BPF_JNE | BPF_K, 1, 0, static_cast<std::int32_t>(device), Assembler::done);
  code.put(BPF_LDX | BPF_MEM | BPF_B, 1, 6, event.kind, 0);
  code.jump(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 'R', Assembler::done);
  code.put(BPF_LDX | BPF_MEM | BPF_DW, 7, 6, event.sector, 0);
  code.put(BPF_LDX | BPF_MEM | BPF_W, 8, 6, event.sectors, 0);
  code.jump(BPF_JMP | BPF_JEQ | BPF_K, 8, 0, 0, Assembler::done);
  code.put(BPF_ST | BPF_MEM | BPF_W, 10, 0, -4, 0);
  code.look_up(map);
  code.put(BPF_STX | BPF_XADD | BPF_DW, 0, 8, offsetof(MarkCounts, sectors), 0);
  code.put(BPF_ALU64 | BPF_ADD | BPF_X, 8, 7, 0, 0);
  code.put(BPF_ALU64 | BPF_SUB | BPF_K, 8, 0, 0, 1);
  code.put(BPF_ALU64 | BPF_RSH | BPF_K, 7, 0, 0, block_sectors_log2);
  code.put(BPF_ALU64 | BPF_RSH | BPF_K, 8, 0, 0, block_sectors_log2);
  code.put(BPF_ALU64 | BPF_MOV | BPF_X, 1, 8, 0, 0);
  code.put(BPF_ALU64 | BPF_SUB | BPF_X, 1, 7, 0, 0);
  code.jump(BPF_JMP | BPF_JGE | BPF_K, 1, 0, request_blocks_max, Assembler::too_large);
  code.put(BPF_ALU64 | BPF_MOV | BPF_K, 9, 0, 0, 0);
  code.here(Assembler::loop);
  code.jump(BPF_JMP | BPF_JGT | BPF_X, 7, 8, 0, Assembler::done);
  code.jump(BPF_JMP | BPF_JGE | BPF_K, 9, 0, request_blocks_max, Assembler::done);
  code.put(BPF_ALU64 | BPF_MOV | BPF_X, 1, 7, 0, 0);
  code.put(BPF_ALU64 | BPF_RSH | BPF_K, 1, 0, 0, element_bytes_log2);
  code.put(BPF_ALU64 | BPF_ADD | BPF_K, 1, 0, 0, 1);
  code.put(BPF_STX | BPF_MEM | BPF_W, 10, 1, -4, 0);
  code.look_up(map);
  code.put(BPF_ALU64 | BPF_MOV | BPF_X, 1, 7, 0, 0);
  code.put(BPF_ALU64 | BPF_AND | BPF_K, 1, 0, 0, mark_element_bytes - 1);
  code.put(BPF_ALU64 | BPF_ADD | BPF_X, 0, 1, 0, 0);
  code.put(BPF_ST | BPF_MEM | BPF_B, 0, 0, 0, 1);
  code.put(BPF_ALU64 | BPF_ADD | BPF_K, 7, 0, 0, 1);
  code.put(BPF_ALU64 | BPF_ADD | BPF_K, 9, 0, 0, 1);
  code.jump(BPF_JMP | BPF_JA, 0, 0, 0, Assembler::loop);
  code.here(Assembler::too_large);
  code.put(BPF_ST | BPF_MEM | BPF_DW, 0, 0, offsetof(MarkCounts, too_large), 1);
  code.here(Assembler::done);
  code.put(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0);
  code.put(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
  return code.finish();
}

Result<Fd> bpf(bpf_cmd command, bpf_attr& how, const char* doing) {
  Fd fd{static_cast<int>(::syscall(SYS_bpf, command, &how, sizeof how))};
  if (!fd) return fail(untracked_by_errno(doing));
  return fd;
}

Result<Fd> make_array(std::uint64_t elements) {
  bpf_attr how{};
  how.map_type = BPF_MAP_TYPE_ARRAY;
  how.key_size = sizeof(std::uint32_t);
  how.value_size = mark_element_bytes;
  how.max_entries = static_cast<std::uint32_t>(elements);
  how.map_flags = BPF_F_MMAPABLE;
  return bpf(BPF_MAP_CREATE, how, "make a BPF array");
}

Result<Fd> load(const std::vector<bpf_insn>& code) {
  bpf_attr how{};
  how.prog_type = BPF_PROG_TYPE_TRACEPOINT;
  how.insns = std::bit_cast<std::uint64_t>(code.data());
  how.insn_cnt = static_cast<std::uint32_t>(code.size());
  how.license = std::bit_cast<std::uint64_t>(static_cast<const char*>("Apache-2.0"));
  return bpf(BPF_PROG_LOAD, how, "load a BPF program");
}

/// The program runs, on all CPUs, for as long as the descriptor is open.
Result<Fd> attach(const Fd& program, std::uint64_t event) {
  perf_event_attr how{};
  how.type = PERF_TYPE_TRACEPOINT;
  how.size = sizeof how;
  how.config = event;
  how.sample_period = 1;
  Fd fd{static_cast<int>(::syscall(SYS_perf_event_open, &how, -1, 0, -1, PERF_FLAG_FD_CLOEXEC))};
  if (!fd) return fail(untracked_by_errno("open block_rq_complete"));
  if (::ioctl(fd.get(), PERF_EVENT_IOC_SET_BPF, program.get()) != 0 ||
      ::ioctl(fd.get(), PERF_EVENT_IOC_ENABLE, 0) != 0) {
    return fail(untracked_by_errno("attach to block_rq_complete"));
  }
  return fd;
}

}  // namespace

Error untracked(std::string what) {
  return {Errc::source_unsupported, "writes can't be tracked: " + std::move(what), {}};
}
Error untracked_by_errno(std::string_view doing) {
  return untracked(errno_error(Errc::source_unsupported, doing).what);
}

Result<Marking> start_marking(dev_t disk, std::uint64_t elements) {
  const auto format = read_event_format();
  if (!format) return fail(format.error());
  auto map = make_array(elements);
  if (!map) return fail(map.error());
  // The kernel's own form of a device number inside of events.
  const auto number = major(disk) << 20U | minor(disk);
  const auto program = load(marking_program(*format, number, map->get()));
  if (!program) return fail(program.error());
  auto event = attach(*program, format->id);
  if (!event) return fail(event.error());
  return Marking{std::move(*map), std::move(*event)};
}

}  // namespace ferry
