// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace ferry {
namespace {

using enum Retry;

constexpr std::array table = std::to_array<ErrorInfo>({
    {Errc::config_syntax, "config_syntax", fatal, "correct the line named"},
    {Errc::config_unknown_key, "config_unknown_key", fatal, "remove the key or correct its name"},
    {Errc::config_wrong_type, "config_wrong_type", fatal, "write a value of the type named"},
    {Errc::config_out_of_range, "config_out_of_range", fatal, "choose a value in the range named"},
    {Errc::config_conflict, "config_conflict", fatal, "change one of the two settings"},
    {Errc::config_unreadable, "config_unreadable", fatal, "check the path and its permissions"},
    {Errc::cluster_running, "cluster_running", fatal, "run 'edgeferry cluster down FILE' first"},
    {Errc::cluster_not_running, "cluster_not_running", fatal, "run 'edgeferry cluster up FILE'"},
    {Errc::program_missing, "program_missing", user_fixable, "install the program named"},
    {Errc::program_failed, "program_failed", user_fixable, "read the program's own words above"},
    {Errc::program_timeout, "program_timeout", transient, "check the load of this machine"},
    {Errc::agent_archive_missing, "agent_archive_missing", user_fixable,
     "put the agent's archive, which scripts/package makes, into the controller's folder of "
     "downloads: agent_downloads of [console] names it"},

    {Errc::disk_missing, "disk_missing", source_changed,
     "attach the disk again or correct its path, then run 'edgeferry job retry'"},
    {Errc::disk_read_failed, "disk_read_failed", user_fixable,
     "check the disk's health (dmesg, smartctl), then run 'edgeferry job retry'"},
    {Errc::disk_shrank, "disk_shrank", source_changed,
     "restore the disk's size, or create a new job for the new size"},
    {Errc::disk_write_failed, "disk_write_failed", user_fixable,
     "check the transition instance's storage, then run 'edgeferry job retry'"},
    {Errc::disk_full, "disk_full", user_fixable,
     "free space where the path lies, then run 'edgeferry job retry'"},
    {Errc::disk_unaligned, "disk_unaligned", fatal,
     "offer a disk whose size is a multiple of 512 bytes"},
    {Errc::disk_grew, "disk_grew", source_changed,
     "create a new job for the new size, or restore the disk's size and run 'edgeferry job retry'"},
    {Errc::source_unsupported, "source_unsupported", fatal,
     "this server cannot become an ENS image; see the limits in the README"},
    {Errc::source_offline, "source_offline", transient,
     "start edgeferry-agent on the source server"},
    {Errc::not_root, "not_root", fatal, "run the command as root"},
    {Errc::not_registered, "not_registered", fatal,
     "run 'edgeferry-agent register --code CODE' first"},
    {Errc::inventory_failed, "inventory_failed", transient, "see the agent's log"},
    {Errc::source_not_ready, "source_not_ready", user_fixable,
     "do what 'edgeferry source check' says, on the source server"},
    {Errc::layout_outdated, "layout_outdated", user_fixable,
     "change the source back and run 'edgeferry job retry', or create a new job"},
    {Errc::file_changed, "file_changed", transient, "the next pass copies it again"},
    {Errc::file_unreadable, "file_unreadable", user_fixable,
     "check the source's file system (dmesg, fsck) or exclude the path, then run 'edgeferry job "
     "retry'"},
    {Errc::file_unsupported, "file_unsupported", user_fixable,
     "exclude the path, or choose a target file system that can hold it"},
    {Errc::excludes_invalid, "excludes_invalid", user_fixable,
     "correct the line named on the source server, then run 'edgeferry job retry'"},

    {Errc::transfer_refused, "transfer_refused", transient, "the controller starts it anew"},
    {Errc::transfer_corrupt, "transfer_corrupt", transient,
     "the chunk is sent again; if it returns, check memory and network cards"},
    {Errc::transfer_broken, "transfer_broken", transient,
     "check that ports 8080 and 8703 of the transition instance can be reached"},
    {Errc::verify_mismatch, "verify_mismatch", transient, "the differing chunks are sent again"},
    {Errc::fenced, "fenced", fatal, "a newer owner has taken this work; nothing to do"},
    {Errc::instance_gone, "instance_gone", fatal,
     "the transition instance was released: cancel this job and create a new one"},
    {Errc::sealing_required, "sealing_required", user_fixable,
     "allow plain data links in both configurations, or set ssl to auto"},
    {Errc::target_rots, "target_rots", user_fixable,
     "check the health of the transition node's storage (dmesg, smartctl), then run "
     "'edgeferry job retry'"},

    {Errc::image_failed, "image_failed", user_fixable,
     "read qemu-img's own words, then run 'edgeferry job retry'"},
    {Errc::image_too_large, "image_too_large", user_fixable,
     "leave data disks out or raise the limit named"},
    {Errc::bucket_unavailable, "bucket_unavailable", user_fixable,
     "make the bucket writable, then run 'edgeferry job retry'"},
    {Errc::object_missing, "object_missing", user_fixable,
     "run 'edgeferry job retry' to export the image again"},
    {Errc::object_corrupt, "object_corrupt", user_fixable,
     "run 'edgeferry job retry' to export the image again"},
    {Errc::access_refused, "access_refused", user_fixable,
     "check the access key, its permissions and this machine's clock, then run 'edgeferry job "
     "retry'"},
    {Errc::service_refused, "service_refused", user_fixable,
     "do what the service's own words ask for, then run 'edgeferry job retry'"},
    {Errc::no_stock, "no_stock", user_fixable,
     "choose another machine type, zone or region, or run 'edgeferry job retry' later"},
    {Errc::machine_silent, "machine_silent", user_fixable,
     "look at the console of the machine in the cloud, mend its image or its way to the "
     "controller, then run 'edgeferry job retry'"},
    {Errc::instance_unusable, "instance_unusable", user_fixable,
     "mend the instance or name another one, then run 'edgeferry job retry'"},
    {Errc::registry_unavailable, "registry_unavailable", user_fixable,
     "make the ENS registry writable, then run 'edgeferry job retry'"},
    {Errc::guest_unusable, "guest_unusable", user_fixable,
     "mount the image's file systems and give the folder its root is mounted at"},
    {Errc::guest_changed, "guest_changed", user_fixable,
     "keep what was written since, or put the file named back by hand"},
    {Errc::guest_unbootable, "guest_unbootable", user_fixable,
     "correct what is named in the image, or on the source server before the next run"},
    {Errc::guest_missing, "guest_missing", user_fixable,
     "give the disk that holds the system's root, or leave its boot fix-ups out"},
    {Errc::fix_ups_failed, "fix_ups_failed", user_fixable,
     "correct what is named, or leave the fix-ups out with 'edgeferry job modify --fixups off'"},
    {Errc::boot_not_proven, "boot_not_proven", user_fixable,
     "correct what is named, or go on without with 'edgeferry job modify --boot-proof warn'"},
    {Errc::certificate_forged, "certificate_forged", fatal,
     "take it from the registry or from 'edgeferry job certificate' again"},

    {Errc::not_found, "not_found", fatal, "check the id with the matching list command"},
    {Errc::invalid_argument, "invalid_argument", fatal, "see --help"},
    {Errc::job_wrong_status, "job_wrong_status", fatal, "see 'edgeferry job show'"},
    {Errc::job_wrong_business_status, "job_wrong_business_status", fatal,
     "see 'edgeferry job show'"},
    {Errc::source_wrong_state, "source_wrong_state", user_fixable, "see 'edgeferry source list'"},
    {Errc::name_taken, "name_taken", fatal, "choose another name"},
    {Errc::limit_exceeded, "limit_exceeded", fatal, "see [limits] in the cluster file"},
    {Errc::token_reused, "token_reused", fatal, "use a new client token for another request"},
    {Errc::image_name_used, "image_name_used", fatal, "choose another image name"},
    {Errc::in_another_workgroup, "in_another_workgroup", fatal,
     "take it out of its workgroup first, with 'edgeferry workgroup remove'"},
    {Errc::workgroup_not_empty, "workgroup_not_empty", fatal,
     "take its source servers out first, with 'edgeferry workgroup remove'"},
    {Errc::code_unknown, "code_unknown", fatal,
     "copy the whole code, or make one with 'edgeferry activation create'"},
    {Errc::code_expired, "code_expired", fatal,
     "make a new code with 'edgeferry activation create'"},
    {Errc::code_used_up, "code_used_up", fatal,
     "make a new code with 'edgeferry activation create'"},
    {Errc::code_disabled, "code_disabled", fatal,
     "make a new code with 'edgeferry activation create'"},
    {Errc::no_capacity, "no_capacity", throttled,
     "start a node of the role named, see 'edgeferry cluster status'"},
    {Errc::canceled, "canceled", fatal, "nothing to do"},
    {Errc::changed_meanwhile, "changed_meanwhile", fatal,
     "look at it as it is now, and decide again"},
    {Errc::import_wrong_state, "import_wrong_state", fatal,
     "see 'edgeferry source ecs-imports'"},

    {Errc::timeout, "timeout", transient, "check that the other process runs and is reachable"},
    {Errc::unreachable, "unreachable", transient,
     "check that the other process runs and is reachable"},
    {Errc::protocol_version, "protocol_version", user_fixable,
     "install the same edgeferry version on both ends"},
    {Errc::malformed, "malformed", fatal, "check that both ends run edgeferry"},
    {Errc::not_enrolled, "not_enrolled", user_fixable, "register again with a new activation code"},
    {Errc::key_unreadable, "key_unreadable", fatal,
     "check the key file's path and permissions (0600, owner root)"},
    {Errc::address_in_use, "address_in_use", transient,
     "stop the program that holds the port, or choose another in the cluster file"},
    {Errc::tls_refused, "tls_refused", user_fixable,
     "check this machine's clock, and the certificate file of the endpoint in the cluster file"},
    {Errc::not_logged_in, "not_logged_in", fatal,
     "log in with an access key; 'edgeferry accesskey create' makes one"},
    {Errc::forbidden, "forbidden", fatal,
     "use an access key of the role named; 'edgeferry accesskey create --role' makes one"},
    {Errc::cross_site, "cross_site", fatal,
     "send it from the console's own pages, with the token of its session"},
    {Errc::too_many_requests, "too_many_requests", throttled, "wait as long as Retry-After says"},
    {Errc::notification_refused, "notification_refused", transient,
     "check the address, and what the mail server or the receiver says"},
    {Errc::events_gone, "events_gone", transient, "take a snapshot, then follow from its number"},

    {Errc::storage_failed, "storage_failed", user_fixable,
     "check the free space and health of the file system that holds the database"},
    {Errc::storage_newer, "storage_newer", fatal,
     "start the edgeferry version that wrote the database, or a newer one"},
    {Errc::storage_damaged, "storage_damaged", fatal,
     "nothing was changed: move the file and its -wal aside and put the newest copy made by "
     "'edgeferry cluster backup' in its place; docs/journal.md has the steps"},
    {Errc::internal, "internal", transient, "report this with the log around it"},
});

static_assert(std::ranges::is_sorted(table, {}, &ErrorInfo::code));

const ErrorInfo* find(Errc code) {
  const auto* it = std::ranges::lower_bound(table, code, {}, &ErrorInfo::code);
  return it != table.end() && it->code == code ? it : nullptr;
}

}  // namespace

std::string code_text(Errc code) {
  auto digits = std::to_string(static_cast<std::uint16_t>(code));
  return "FERRY-" + std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
}

std::string_view code_name(Errc code) {
  const auto* info = find(code);
  return info != nullptr ? info->name : "unknown";
}

Retry retry_class(Errc code) {
  const auto* info = find(code);
  return info != nullptr ? info->retry : fatal;
}

std::string_view remedy(const Error& error) {
  if (!error.fix.empty()) return error.fix;
  const auto* info = find(error.code);
  return info != nullptr ? info->fix : std::string_view{};
}

std::string to_string(const Error& error) {
  std::string text = code_text(error.code) + ' ' + error.what;
  if (const auto fix = remedy(error); !fix.empty()) text.append(". Fix: ").append(fix);
  return text;
}

Error errno_error(Errc code, std::string_view doing) {
  const int number = errno;
  if (number == ENOSPC || number == EDQUOT) code = Errc::disk_full;
  return {code, std::string{doing} + ": " + std::system_category().message(number), {}};
}

const ErrorInfo* error_table(std::size_t* count) {
  *count = table.size();
  return table.data();
}

}  // namespace ferry
