// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Whether a guest's network works, as seen on the wire: what the guest prints about it differs from
// system to system, and a quiet one prints nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ferry {

/// The card of a trial's machine. Frames from another address are those of the network around it.
inline constexpr std::string_view guest_mac{"\x52\x54\x00\xef\x00\x01", 6};

class GuestTraffic {
 public:
  /// Takes pieces of a packet capture (pcap, in the byte order of this host) as they arrive.
  void take(std::string_view bytes);
  /// The first IPv4 address that the guest has been given by DHCP or has spoken with; empty: none
  /// yet. 169.254.0.0/16, which hosts take when nobody answers them, doesn't count.
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  void look_at(std::string_view frame);
  void note(std::string_view four_bytes);

  bool in_packets_ = false;  // behind the capture's head
  bool broken_ = false;      // what came was no capture, and nothing more is read
  std::string pending_;      // the begin of a packet
  std::string address_;
};

}  // namespace ferry
