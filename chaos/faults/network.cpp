// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "chaos/fault.hpp"

namespace ferry::chaos {
namespace {

/// All that the proxy can do to connections. A cluster whose proxy ends is cut, so there
/// is nothing to write down for later.
class Network final : public Fault {
 public:
  explicit Network(FaultPlan plan) : plan_(std::move(plan)) {}

  Result<std::string> strike(World& world) override {
    if (world.proxy == nullptr) {
      return fail(Errc::invalid_argument, "there is no proxy between the nodes");
    }
    const LinkPattern pattern{plan_.node, plan_.role, plan_.to};
    if (plan_.kind == "net_reset") {
      const auto count = world.proxy->reset(pattern);
      return link() + ": " + std::to_string(count) + " connection(s) reset";
    }
    disturbance_ = world.proxy->disturb(pattern, weather());
    return link() + ": " + doing();
  }
  Result<> heal(World& world) override {
    world.proxy->calm(disturbance_);
    return {};
  }

 private:
  [[nodiscard]] Weather weather() const {
    Weather weather;
    weather.cut = plan_.kind == "net_cut";
    if (plan_.kind == "net_delay") weather.delay_ms = plan_.delay_ms;
    if (plan_.kind == "net_throttle") weather.rate_bytes = plan_.rate_bytes;
    if (plan_.kind == "net_corrupt") weather.flip_every = plan_.every_bytes;
    return weather;
  }
  [[nodiscard]] std::string link() const {
    const auto from = !plan_.node.empty() ? plan_.node : plan_.role.empty() ? "all" : plan_.role;
    return from + " -> " + (plan_.to.empty() ? "all" : plan_.to);
  }
  [[nodiscard]] std::string doing() const {
    if (plan_.kind == "net_delay") return "every byte " + duration_text(plan_.delay_ms) + " late";
    if (plan_.kind == "net_throttle") return human_bytes(plan_.rate_bytes) + " a second";
    if (plan_.kind == "net_corrupt") return "a bit flipped every " + human_bytes(plan_.every_bytes);
    return "cut";
  }

  FaultPlan plan_;
  std::uint64_t disturbance_ = 0;
};

}  // namespace

std::unique_ptr<Fault> make_network(const FaultPlan& plan, std::uint64_t) {
  return std::make_unique<Network>(plan);
}

}  // namespace ferry::chaos
