// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Where in an export boot fix-ups have their place, and what becomes of what they say. What they
// do is tested in tests/images and, with a real worker, in tests/cluster.
#include "actors/worker/worker_inventory.hpp"
#include "tests/worker/works.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

using Prepare = decltype(ImageTools::prepare);

ImageTools prepared_with(Prepare prepare) {
  ImageTools tools;
  tools.prepare = std::move(prepare);
  return tools;
}

ExportImage wanting_fix_ups(const Works& works, std::uint64_t epoch = 1) {
  auto request = works.export_request(epoch);
  request.fix_ups = {true, "dhcp", {{"/dev/sda1", "1a"}}, {{"eth0", "52:54:00:00:00:01"}}};
  return request;
}

}  // namespace

TEST_CASE("images are made fit once all are proven, and before one is uploaded") {
  std::function<void(const PrepareOrder&)> look;
  Works works{prepared_with(
      [&](const PrepareOrder& order, const std::stop_token&) -> Result<PreparedImage> {
        look(order);
        PreparedImage image;
        image.patches.resize(3);
        image.rebuilt = {"update-initramfs"};
        image.disks = {{0, 65536, {{0, 65536}}}};
        return image;
      })};
  PrepareOrder seen;
  std::size_t objects = 99;
  look = [&](const PrepareOrder& order) {
    seen = order;
    objects = works.bucket().list("")->size();
    for (const auto& image : order.images) CHECK(check_image(image));
    std::ofstream{order.images[1], std::ios::app} << "changed";
  };
  const auto status = works.run_export(wanting_fix_ups(works));
  REQUIRE(status);
  CHECK_MESSAGE(status->state == "done", status->error);
  CHECK(objects == 0);
  CHECK(seen.images == std::vector<fs::path>{works.scratch() / "m-1_system.qcow2",
                                             works.scratch() / "m-1_data1.qcow2"});
  CHECK(seen.fix_ups.volumes.at(0).device == "/dev/sda1");
  CHECK(seen.scratch == works.scratch() / "m-1_prepare");
  CHECK(status->objects.at(1).size == fs::file_size(seen.images[1]));  // with the change
  CHECK(status->fix_ups.outcome == "applied");
  CHECK(status->fix_ups.patches == 3);
  CHECK(status->fix_ups.disks.at(0).changed_bytes == 65536);
}

TEST_CASE("disks without a Linux root become the image that they are, and that is told") {
  Works works{prepared_with([](const auto&, const auto&) -> Result<PreparedImage> {
    return fail(Errc::guest_missing, "no Linux system has its root on it");
  })};
  const auto status = works.run_export(wanting_fix_ups(works));
  REQUIRE(status);
  CHECK(status->state == "done");
  CHECK(status->fix_ups.outcome == "no_guest");
  CHECK(status->fix_ups.notes == std::vector<std::string>{"no Linux system has its root on it"});
}

TEST_CASE("an image that can't be made fit is not uploaded, and the way around it is told") {
  Works works{prepared_with([](const auto&, const auto&) -> Result<PreparedImage> {
    return fail(Errc::program_timeout, "update-initramfs took longer than 600 s");
  })};
  const auto status = works.run_export(wanting_fix_ups(works));
  REQUIRE(status);
  CHECK(status->state == "failed");
  CHECK(status->error_code == static_cast<std::uint16_t>(Errc::fix_ups_failed));
  CHECK(retry_class(Errc::fix_ups_failed) == Retry::user_fixable);
  CHECK(status->error.find("FERRY-1023 update-initramfs took longer") != std::string::npos);
  CHECK(status->fix.find("'edgeferry job modify j-1 --fixups off'") != std::string::npos);
  CHECK(works.bucket().list("")->empty());
}

TEST_CASE("nothing is made fit that nobody wants to be") {
  Works works;  // has no program for it
  const auto status = works.run_export(works.export_request(1));
  REQUIRE(status);
  CHECK(status->state == "done");
  CHECK(status->fix_ups.outcome.empty());
}

TEST_CASE("what a killed program left in the scratch folder is found, and goes with the export") {
  Works works;
  REQUIRE(works.run_export(1)->state == "done");
  const auto left = works.scratch() / "m-1_prepare/edgeferry-prepare-x";
  fs::create_directories(left);
  std::ofstream{left / "disk0.qcow2"} << "overlay";
  auto options = works.options();
  GetInventory own;
  own.own = true;
  own.shared = false;
  const auto found = list_found(options, own);
  REQUIRE(found);
  CHECK(std::ranges::any_of(*found, [](const FoundResource& one) {
    return one.name == "m-1_prepare" && one.token == "e-1";
  }));
  REQUIRE(works.discard_export(1));
  CHECK(fs::is_empty(works.scratch()));
  fs::create_directories(left);
  RemoveFound request;
  request.kind = "image_file";
  request.name = "m-1_prepare";
  CHECK(remove_found(options, request));
  CHECK(!fs::exists(works.scratch() / "m-1_prepare"));
}

TEST_CASE("the program's answer, its error and its end are taken as they come") {
  const Works works;
  const PrepareOrder order{{"a.qcow2"}, {true, "keep", {}, {}}, works.folder.path() / "s"};
  fs::create_directories(order.scratch / "old");
  const auto run_program = [&](const std::string& line, const std::stop_token& stop = {}) {
    return prepare_images(make_program(works.folder, line), order, stop);
  };
  const auto good = run_program(
      "[ \"$*\" = 'image prepare --json --format=qcow2 --network=keep "
      "--scratch='\"" +
      order.scratch.string() + "\"' --disk=a.qcow2' ] && [ ! -e '" + order.scratch.string() +
      "/old' ] && echo '{\"done\":\"applied\",\"notes\":[\"n\"]}'");
  REQUIRE(good);
  CHECK(report_of(*good).notes == std::vector<std::string>{"n"});
  const auto refused =
      run_program("echo '{\"error\":\"FERRY-4034\",\"what\":\"none\",\"fix\":\"f\"}' >&2; exit 1");
  REQUIRE(!refused);
  CHECK(refused.error() == Error{Errc::guest_missing, "none", "f"});
  CHECK(run_program("echo broken >&2; exit 3").error().code == Errc::program_failed);
  CHECK(run_program("echo no json").error().code == Errc::malformed);
  std::stop_source stop;
  stop.request_stop();
  CHECK(run_program("sleep 100", stop.get_token()).error().code == Errc::canceled);
}
