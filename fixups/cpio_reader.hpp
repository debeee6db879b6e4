// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Names out of cpio archives ("newc", what kernels unpack) as their bytes come in, in pieces of
// any size. Data is skipped, so an archive's size costs no memory.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace ferry {

class CpioReader {
 public:
  /// `on_name` is called for each file and folder of each archive.
  explicit CpioReader(std::function<void(std::string_view)> on_name)
      : on_name_{std::move(on_name)} {}

  /// Takes what belongs to archives and the zeros between them; returns how many bytes that is.
  /// Where something else begins it stops, and takes nothing any more.
  std::size_t feed(std::string_view bytes);
  /// True if at least one archive is read to its end, and nothing of another one.
  [[nodiscard]] bool complete() const { return between_ && archives_ > 0; }
  /// A reader for what is compressed, which calls the same function.
  [[nodiscard]] CpioReader inner() const { return CpioReader{on_name_}; }
  /// True if what came is no archive, or a broken one.
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  void take_header();

  std::function<void(std::string_view)> on_name_;
  std::string header_;      // 110 bytes, then with the name
  std::uint64_t skip_ = 0;  // bytes of data and padding to come
  std::uint64_t at_ = 0;    // in the archive
  bool between_ = true;     // archives: zeros may come
  bool foreign_ = false;
  bool broken_ = false;
  unsigned archives_ = 0;
};

}  // namespace ferry
