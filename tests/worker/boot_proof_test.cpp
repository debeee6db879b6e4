// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Where in an export the boot proof has its place, and what becomes of its verdict. Real machines
// boot in tests/boot and, with a real worker, in tests/cluster.
#include <thread>

#include "actors/worker/boot_prover.hpp"
#include "actors/worker/worker_inventory.hpp"
#include "tests/worker/works.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

using Prove = decltype(ImageTools::prove_boot);

ImageTools proven_with(Prove prove) {
  ImageTools tools;
  tools.prove_boot = std::move(prove);
  return tools;
}

ExportImage wanting_proof(const Works& works, const std::string& wish, std::uint64_t epoch = 1) {
  auto request = works.export_request(epoch);
  request.boot_proof = wish;
  request.boot_mode = "bios";
  return request;
}

ImageBoot verdict(const std::string& outcome) {
  ImageBoot boot;
  boot.outcome = outcome;
  if (outcome == "booted") return boot;
  boot.cause = "root_wrong";
  boot.what = "none of its disks has the root";
  boot.evidence = {"VFS: Cannot open root device"};
  boot.next_step = "look at the menu";
  return boot;
}

/// Writes a console and comes to a verdict.
Prove proving(const std::string& outcome) {
  return [outcome](const BootProofOrder& order, const std::stop_token&) -> Result<ImageBoot> {
    std::ofstream{order.console} << "Linux version 6\n";
    return verdict(outcome);
  };
}

const AttachedFile* console_of(const ExportStatus& status) {
  const auto file = std::ranges::find(status.files, "console.log", &AttachedFile::name);
  return file == status.files.end() ? nullptr : &*file;
}

CheckView checked(const std::string& boot) {
  CheckView view;
  view.findings = {{"critical", "fstab_old_name", "a name of the source", "/etc/fstab:3", ""}};
  view.boots = {{boot, "BIOS", "tcg", 12.5, {{"kernel", 1.5, "Linux"}}, "", {}, {"slow"}, {"end"}}};
  return view;
}

}  // namespace

TEST_CASE("images are booted once all are fit, and before one is uploaded") {
  BootProofOrder seen;
  std::size_t objects = 99;
  Works* here = nullptr;
  auto tools =
      proven_with([&](const BootProofOrder& order, const std::stop_token&) -> Result<ImageBoot> {
        seen = order;
        objects = here->bucket().list("")->size();
        return verdict("booted");
      });
  bool fit = false;
  tools.prepare = [&](const PrepareOrder&, const std::stop_token&) -> Result<PreparedImage> {
    fit = seen.images.empty();
    return PreparedImage{};
  };
  Works works{tools};
  here = &works;
  auto request = wanting_proof(works, "required");
  request.fix_ups.wanted = true;
  const auto status = works.run_export(request);
  REQUIRE(status);
  CHECK_MESSAGE(status->state == "done", status->error);
  CHECK(fit);
  CHECK(objects == 0);
  CHECK(seen.images == std::vector<fs::path>{works.scratch() / "m-1_system.qcow2",
                                             works.scratch() / "m-1_data1.qcow2"});
  CHECK(seen.boot_mode == "bios");
  CHECK(status->boot.outcome == "booted");
  CHECK(console_of(*status) == nullptr);  // nothing was written to it
}

TEST_CASE("an image that has to boot and does not is refused with the cause, and nothing leaves") {
  Works works{proven_with(proving("failed"))};
  const auto status = works.run_export(wanting_proof(works, "required"));
  REQUIRE(status);
  CHECK(status->state == "failed");
  CHECK(status->error_code == static_cast<std::uint16_t>(Errc::boot_not_proven));
  CHECK(retry_class(Errc::boot_not_proven) == Retry::user_fixable);
  CHECK(status->error.find("none of its disks has the root (root_wrong) | VFS: Cannot open root "
                           "device; its console is on ") != std::string::npos);
  CHECK(status->error.find((works.scratch() / "m-1_console.log").string()) != std::string::npos);
  CHECK(status->fix.find("look at the menu; or go on without: 'edgeferry job modify j-1 "
                         "--boot-proof warn'") != std::string::npos);
  CHECK(status->boot == verdict("failed"));
  CHECK(std::string(status->console.begin(), status->console.end()) == "Linux version 6\n");
  CHECK(works.bucket().list("")->empty());
  CHECK(works.bucket().list_uploads("")->empty());
  CHECK(fs::exists(works.scratch() / "m-1_console.log"));
}

TEST_CASE("with a warning an image goes on, and takes verdict and console to the registry") {
  Works works{proven_with(proving("failed"))};
  const auto status = works.run_export(wanting_proof(works, "warn"));
  REQUIRE(status);
  REQUIRE_MESSAGE(status->state == "done", status->error);
  const auto* console = console_of(*status);
  REQUIRE(console != nullptr);
  CHECK(console->key == "edge_m-1_console.log");
  ImportImage request{"j-1", 1, "t-1", "web", "cn-beijing", {"s-1", "web-1", "Debian", "bios"},
                      0,     {}};
  request.objects = status->objects;
  request.boot = status->boot;
  request.files = status->files;
  const auto imported = works.run_import(request);
  REQUIRE(imported);
  REQUIRE_MESSAGE(imported->state == "done", imported->error);
  const auto image = works.registry().describe(imported->image);
  REQUIRE(image);
  CHECK(image->boot == verdict("failed"));
  REQUIRE(!image->files.empty());
  CHECK(read_file(fs::path{imported->path} / "console.log").value() == "Linux version 6\n");
  CHECK(image->files[0].sha256 == console->sha256);
}

TEST_CASE("the console is found as its export's, and goes with it") {
  Works works{proven_with(proving("failed"))};
  REQUIRE(works.run_export(wanting_proof(works, "warn"))->state == "done");
  auto options = works.options();
  const auto found = list_found(options, GetInventory{});
  REQUIRE(found);
  for (const auto* name : {"m-1_console.log", "edge_m-1_console.log"}) {
    CHECK_MESSAGE(std::ranges::any_of(*found,
                                      [&](const FoundResource& one) {
                                        return one.name == name && one.token == "e-1";
                                      }),
                  name);
  }
  fs::create_directories(works.scratch() / "m-1_boot/left");  // by a worker that was killed
  REQUIRE(works.discard_export(1));
  CHECK(fs::is_empty(works.scratch()));
  CHECK(works.bucket().list("")->empty());
}

TEST_CASE("disks without a system are told from the fix-ups, and no machine is made for them") {
  auto tools = proven_with([](const auto&, const auto&) -> Result<ImageBoot> {
    return fail(Errc::internal, "a machine was made");
  });
  tools.prepare = [](const auto&, const auto&) -> Result<PreparedImage> {
    return fail(Errc::guest_missing, "no Linux system has its root on it");
  };
  Works works{tools};
  auto request = wanting_proof(works, "warn");
  request.fix_ups.wanted = true;
  const auto status = works.run_export(request);
  REQUIRE(status);
  CHECK(status->state == "done");
  CHECK(status->boot.outcome == "no_guest");
  request = wanting_proof(works, "required", 2);
  request.fix_ups.wanted = true;
  const auto refused = works.run_export(request);
  CHECK(refused->error_code == static_cast<std::uint16_t>(Errc::boot_not_proven));
  CHECK(refused->error.find("no Linux system has its root on it (FERRY-4034)") !=
        std::string::npos);
}

TEST_CASE("nothing is booted that nobody wants to see booting, and no old console goes along") {
  Works works{proven_with(proving("failed"))};
  REQUIRE(works.run_export(wanting_proof(works, "required"))->state == "failed");
  const auto status = works.run_export(wanting_proof(works, "off", 2));
  REQUIRE(status);
  CHECK(status->state == "done");
  CHECK(status->boot.outcome.empty());
  CHECK(console_of(*status) == nullptr);
}

TEST_CASE("the boot is the judge of an image, and what its files say is told as well") {
  auto boot = image_boot_of(checked("booted"));
  CHECK(boot.outcome == "booted");
  CHECK(boot.cause.empty());
  CHECK(boot.seconds == 12.5);
  CHECK(boot.milestones.size() == 1);
  CHECK(boot.notes ==
        std::vector<std::string>{"slow", "fstab_old_name: a name of the source (/etc/fstab:3)"});
  auto failed = checked("failed");
  failed.boots[0].causes = {{"mount_failed", "a disk stayed behind", {}, "bring it"}};
  boot = image_boot_of(failed);
  CHECK(boot.outcome == "failed");
  CHECK(boot.cause == "mount_failed");
  CHECK(boot.next_step == "bring it");
  CHECK(boot.evidence == std::vector<std::string>{"end"});  // its last words
}

TEST_CASE("a proof that can't be made is an outcome that names what is missing") {
  const Folder folder;
  const BootProofOrder order{{"a.qcow2"}, "uefi", "console", folder.path() / "s"};
  const auto outcome = [&](const std::string& line) {
    return BootProver{make_program(folder, line)}(order, {}).value();
  };
  const auto no_qemu =
      outcome("echo '{\"error\":\"FERRY-1021\",\"what\":\"no qemu\",\"fix\":\"f\"}' >&2; exit 1");
  CHECK(no_qemu.outcome == "not_proven");
  CHECK(no_qemu.cause == "FERRY-1021");
  CHECK(no_qemu.next_step == "f");
  CHECK(outcome("echo '{\"error\":\"FERRY-4034\",\"what\":\"none\"}' >&2; exit 1").outcome ==
        "no_guest");
  CHECK(outcome("echo '{}'").outcome == "not_proven");
  const auto failed = outcome("echo '{\"boots\":[{\"verdict\":\"failed\"}]}'; exit 1");
  CHECK(failed.outcome == "failed");
  CHECK(failed.what == "it did not boot");
  const auto words = outcome("[ \"$TMPDIR\" = '" + order.scratch.string() +
                             "' ] && [ \"$*\" = 'image check --json --boot --format=qcow2 "
                             "--firmware=uefi --log=console --memory=1024 --timeout=600 a.qcow2' ]"
                             " && echo '{\"boots\":[{\"verdict\":\"booted\"}]}'");
  CHECK_MESSAGE(words.outcome == "booted", words.what);
  CHECK(!fs::exists(order.scratch));
}

TEST_CASE("a boot that failed because the host was too busy is tried again, and no other one") {
  const Folder folder;
  const auto count = folder.path() / "count";
  const auto trials = [&](const std::string& cause, int failing) {
    std::ofstream{count, std::ios::trunc};
    const auto program = make_program(
        folder, "echo x >>'" + count.string() + "'; [ $(wc -l <'" + count.string() + "') -gt " +
                    std::to_string(failing) +
                    " ] && echo '{\"boots\":[{\"verdict\":\"booted\"}]}' || " +
                    "echo '{\"boots\":[{\"verdict\":\"failed\",\"causes\":[{\"name\":\"" + cause +
                    "\"}]}]}'");
    auto boot = BootProver{program}({{"a.qcow2"}, "bios", "console", folder.path() / "s"}, {});
    return std::pair{boot->outcome, fs::file_size(count) / 2};
  };
  CHECK(trials("host_too_busy", 2) == std::pair{std::string{"booted"}, std::uintmax_t{3}});
  CHECK(trials("host_too_busy", 9) == std::pair{std::string{"failed"}, std::uintmax_t{3}});
  CHECK(trials("root_wrong", 2) == std::pair{std::string{"failed"}, std::uintmax_t{1}});
}

TEST_CASE("a worker whose first boot had to do without KVM does not try it again") {
  const Folder folder;
  const auto words = folder.path() / "words";
  const BootProver prover{make_program(
      folder, "echo \"$*\" >'" + words.string() +
                  "'; echo '{\"boots\":[{\"verdict\":\"booted\",\"accelerator\":\"tcg\"}]}'")};
  const auto copy = prover;
  const BootProofOrder order{{"a.qcow2"}, "bios", "console", folder.path() / "s"};
  CHECK(prover(order, {})->accelerator == "tcg");
  CHECK(read_file(words)->find("--accel") == std::string::npos);
  CHECK(copy(order, {})->accelerator == "tcg");
  CHECK(read_file(words)->find("--accel=tcg a.qcow2") != std::string::npos);
}

TEST_CASE("a worker boots one image at a time, and both waiting and booting end at a stop") {
  const Folder folder;
  const auto began = folder.path() / "began";
  const BootProver prover{
      make_program(folder, "echo x >>'" + began.string() + "'; exec sleep 100")};
  const auto one_runs = [&] {
    std::error_code none;
    return fs::file_size(began, none) == 2 && !none;
  };
  const auto prove = [&](const std::string& name, std::stop_source stop) {
    return std::jthread{[&prover, &folder, name, stop] {
      const auto result = prover({{}, "bios", "console", folder.path() / name}, stop.get_token());
      CHECK(!result);
      CHECK(result.error().code == Errc::canceled);
    }};
  };
  std::stop_source first_stop;
  std::stop_source second_stop;
  auto first = prove("1", first_stop);
  REQUIRE(eventually(one_runs));
  auto second = prove("2", second_stop);
  std::this_thread::sleep_for(std::chrono::milliseconds{300});
  CHECK(one_runs());
  second_stop.request_stop();
  second.join();
  first_stop.request_stop();
  first.join();
  CHECK(one_runs());
}
