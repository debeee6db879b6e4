// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The bounds of the product that more than one folder goes by, with the relations between them
// checked by the compiler; what one folder alone bounds is in its own limits.hpp. A bound that an
// operator may change lives in the configuration, with its default taken from here.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace ferry::limits {

inline constexpr std::uint64_t kib = 1024;
inline constexpr std::uint64_t mib = 1024 * kib;
inline constexpr std::uint64_t gib = 1024 * mib;

// -- data plane: a chunk is the unit on the wire, a granule the unit of change --
inline constexpr std::uint32_t granule_bytes = 4096;
inline constexpr std::uint32_t chunk_bytes = 1 * mib;
inline constexpr std::uint32_t granules_per_chunk = chunk_bytes / granule_bytes;
inline constexpr std::uint32_t data_frame_bytes_max = chunk_bytes + 64 * kib;
inline constexpr std::size_t data_reply_bytes_max = 64 * kib;  // of a frame to the source
inline constexpr std::uint64_t disk_bytes_max = 32 * 1024 * gib;  // F68: 32768 GiB
inline constexpr std::size_t source_disks_max = 256;
inline constexpr std::size_t planned_partitions_max = 256;  // of one disk, volumes included
inline constexpr std::uint32_t streams_max = 8;
inline constexpr std::uint32_t credit_chunks_default = 8;
inline constexpr std::uint32_t credit_chunks_max = 32;
inline constexpr std::uint32_t sessions_max = 256;
inline constexpr std::uint32_t chunk_runs_max = 512;
inline constexpr std::uint32_t table_page_chunks_max = 512;  // 2 MiB of leaves in one answer
inline constexpr std::uint64_t commit_bytes = 32 * mib;      // data made durable together
inline constexpr std::uint64_t intent_region_bytes = 64 * mib;
inline constexpr std::uint64_t tracked_block_bytes = 64 * kib;  // of a disk that is written to

// -- file replication: one file system's tree, read and written by files/ ----------------
inline constexpr std::size_t file_name_bytes_max = 255;
inline constexpr std::size_t file_path_bytes_max = 4095;  // below the root; PATH_MAX less its zero
inline constexpr std::uint64_t file_bytes_max = (1ULL << 63) - 1;
inline constexpr std::size_t xattrs_max = 256;  // of one file
inline constexpr std::size_t xattr_value_bytes_max = 64 * kib;
inline constexpr std::size_t xattrs_bytes_max = 256 * kib;   // of one file, names and values
inline constexpr std::size_t listing_entries_max = 1024;     // in one page of a directory
inline constexpr std::size_t listing_bytes_full = 512 * kib;  // a page ends behind these
inline constexpr std::size_t directory_names_bytes_max = 256 * mib;  // of one directory
inline constexpr std::size_t hard_links_max = 1 << 21;  // files of several names in one pass
inline constexpr std::size_t file_commit_steps = 4096;  // files and directories, or ...
inline constexpr std::uint64_t file_commit_bytes = 64 * mib;  // ... data, made durable together
inline constexpr std::uint32_t changed_file_attempts = 3;  // to read a file that keeps changing
inline constexpr std::uint64_t patched_file_bytes_min = 1 * mib;  // smaller ones are sent whole
inline constexpr std::size_t survey_granules_max = 4096;  // of a file, that one survey tells of
inline constexpr std::size_t surveys_ahead_max = 8;       // asked for and not used yet
inline constexpr std::size_t tree_steps_ahead_max = 256;  // listed, and not all below sent yet, or
inline constexpr std::size_t tree_bytes_ahead_max = 4 * mib;  // ... of these listings
inline constexpr std::size_t file_issues_told_max = 16;       // with their texts, by each end
inline constexpr std::size_t unheld_files_bytes_max = 16 * mib;  // their paths, of one session
inline constexpr std::size_t file_manifest_bytes_max = 256 * mib;  // about 5 million files
inline constexpr std::size_t filter_rules_max = 10'000;
inline constexpr std::size_t filter_line_bytes_max = 4096;
inline constexpr std::size_t job_excludes_max = 256;             // rules of a job, and ...
inline constexpr std::size_t job_excludes_bytes_max = 16 * kib;  // ... of all of them together
inline constexpr std::size_t exclude_file_bytes_max = 1 * mib;   // of a source server's own
inline constexpr std::size_t file_issue_bytes_max = 1024;        // of one that a job tells
inline constexpr std::size_t file_passes_told_max = 64;          // of one epoch, with issues

// -- file systems held still on the source server -----------------------------------------
inline constexpr std::chrono::milliseconds frozen_max{30'000};
inline constexpr std::chrono::milliseconds pause_wanted{500};  // short enough to begin it
inline constexpr std::chrono::seconds freeze_hook_time_max{10};
inline constexpr std::size_t freeze_hooks_max = 32;

// -- control plane ----------------------------------------------------------------
inline constexpr std::size_t control_frame_bytes_max = 8 * mib;
inline constexpr std::size_t envelope_bytes_max = 4 * kib;
inline constexpr std::size_t message_array_max = 4096;
inline constexpr std::size_t message_map_max = 256;
inline constexpr std::size_t message_string_max = 64 * kib;
inline constexpr std::size_t message_binary_max = 4 * mib;
inline constexpr std::size_t message_depth_max = 16;
inline constexpr std::size_t send_queue_frames_max = 100'000;
inline constexpr std::uint32_t bad_frames_max = 16;           // of a peer within ...
inline constexpr std::chrono::seconds bad_frames_period{60};  // ... this; then it is ignored
inline constexpr std::size_t unenrolled_peers_max = 64;
inline constexpr std::size_t operator_links_max = 256;  // whose requests are answered
inline constexpr std::size_t peers_max = 16'384;
inline constexpr std::size_t controller_files_min = 4096;  // a link of an agent takes one
inline constexpr std::size_t pending_requests_max = 65'536;
inline constexpr std::size_t tree_actors_max = 4000;  // of one process in one answer
inline constexpr std::size_t tree_failures_max = 64;  // remembered until the controller has them
inline constexpr std::size_t inventory_resources_max = 4000;  // of one node in one answer
inline constexpr std::size_t closed_resources_listed_max = 1000;
inline constexpr std::size_t cluster_events_max = 10'000;  // kept; older ones are dropped

// -- the product's numbers (smc-api L1 to L13), defaults of the [limits] table ----
inline constexpr std::uint32_t activation_quota_max = 1000;  // L1, F33
inline constexpr std::uint32_t activation_quota_default = 200;
inline constexpr std::uint32_t activation_days_max = 90;  // L2, F34
inline constexpr std::uint32_t activation_days_default = 90;
inline constexpr std::uint32_t data_disks_max = 4;                // L4, F06
inline constexpr std::uint64_t data_disk_bytes_max = 500 * gib;   // L5, F06
inline constexpr std::uint64_t image_bytes_max = 1024 * gib;      // L6, F09
inline constexpr std::uint64_t system_disk_bytes_min = 20 * gib;  // L10, F67
inline constexpr std::uint64_t system_disk_bytes_max = 2048 * gib;
inline constexpr std::uint64_t data_disk_bytes_min = 1 * gib;  // L11, F68
inline constexpr std::uint32_t compression_max = 10;           // L12, F82
inline constexpr std::uint32_t compression_default = 7;

// -- migration jobs ---------------------------------------------------------------
inline constexpr std::chrono::days schedule_ahead_max{30};  // L22
inline constexpr std::chrono::days validity_min{7};         // L23
inline constexpr std::chrono::days validity_max{90};
inline constexpr std::chrono::days validity_default{30};
inline constexpr std::chrono::days expired_kept{7};
inline constexpr std::chrono::minutes clock_slack{5};  // between the clocks of user and controller
inline constexpr std::uint32_t frequency_hours_max = 168;
inline constexpr std::uint32_t images_to_keep_max = 10;
inline constexpr std::uint32_t copies_refuted_max = 4;  // then the target's storage is to blame
inline constexpr std::size_t runs_kept_max = 100;       // in a job's record and view
inline constexpr std::uint32_t jobs_listed_max = 500;   // in one answer
inline constexpr std::size_t deleted_views_max = 100;   // for whoever still watches one

// -- what users call things -----------------------------------------------------------------
inline constexpr std::size_t tags_max = 20;       // L3, of one source server or job
inline constexpr std::size_t tag_text_max = 128;  // characters of a key or a value
inline constexpr std::size_t name_bytes_min = 2;
inline constexpr std::size_t name_bytes_max = 128;
inline constexpr std::size_t description_bytes_max = 256;
inline constexpr std::size_t resource_group_bytes_max = 128;
inline constexpr std::size_t workgroup_name_bytes_max = 64;
inline constexpr std::size_t workgroup_sources_max = 50;  // L25
/// A list of all, each with 20 tags of the longest kind, fits into one frame.
inline constexpr std::size_t workgroups_max = 200;
inline constexpr std::size_t remembered_max = 64;  // parameters of the SMC API, of one job, and ...
inline constexpr std::size_t remembered_bytes_max = 16 * kib;  // ... all of them together

// -- the SMC-compatible endpoint --------------------------------------------------------------
inline constexpr std::size_t access_keys_max = 50;
inline constexpr std::chrono::minutes request_skew_max{15};  // between a request's time and ours
/// Nonces remembered of one access key: in 15 minutes it can send that many requests.
inline constexpr std::size_t request_nonces_max = 20'000;
inline constexpr std::size_t request_nonce_bytes_max = 128;
inline constexpr double key_requests_per_second =
    50;                                             // of one access key, in the long run, and ...
inline constexpr double key_requests_burst = 200;   // ... at once
inline constexpr std::size_t smc_body_bytes_max = 64 * kib;
inline constexpr std::size_t smc_page_size_max = 50;
inline constexpr std::size_t replication_parameters_bytes_max = 2048;

// -- HTTP in the controller's process: the endpoint above, and the console's API -----------------
inline constexpr std::size_t http_threads = 8;       // requests that are answered at once
inline constexpr std::size_t http_waiting_max = 64;  // connections that wait for a thread
inline constexpr std::size_t http_parameters_max = 2000;
inline constexpr std::size_t http_headers_max = 100;              // of one request, and ...
inline constexpr std::size_t http_headers_bytes_max = 32 * kib;   // ... of all of them together
inline constexpr std::size_t http_keep_alive_requests_max = 100;  // over one connection
inline constexpr std::chrono::seconds http_keep_alive_idle{2};
inline constexpr std::chrono::seconds http_read_time{5};  // without a byte
inline constexpr std::chrono::seconds http_write_time{5};
inline constexpr std::chrono::seconds http_ask_time{10};  // for one answer of the controller

inline constexpr std::size_t console_body_bytes_max = 256 * kib;
inline constexpr std::size_t console_page_max = 500;  // of things in one answer
inline constexpr std::size_t console_page_default = 100;
inline constexpr std::size_t console_search_bytes_max = 256;
inline constexpr double client_requests_per_second =
    50;                                                  // of one address, in the long run, and ...
inline constexpr double client_requests_burst = 200;     // ... at once
inline constexpr double failed_logins_per_second = 0.1;  // of one address, likewise
inline constexpr double failed_logins_burst = 10;
inline constexpr std::size_t clients_remembered_max = 4096;
inline constexpr std::chrono::hours session_time_max{12};
inline constexpr std::chrono::minutes session_idle_max{60};
inline constexpr std::size_t console_sessions_max = 1000;  // of all keys; the oldest of one goes
inline constexpr std::size_t key_sessions_max = 50;        // ... beyond this many of its own
inline constexpr std::size_t watchers_max = 64;      // event streams that are open at once
inline constexpr std::size_t watched_gone_max = 4096;  // that went, and streams still tell of
inline constexpr std::size_t watch_batch_max = 200;  // changes in one write to a stream
inline constexpr std::chrono::milliseconds watch_period{1000};  // between two looks
inline constexpr std::chrono::seconds watch_alive_period{5};    // streams without a change say so
inline constexpr std::size_t audit_entries_max = 100'000;       // kept; older ones are dropped
inline constexpr std::size_t audit_text_bytes_max = 512;        // of each text of an entry
inline constexpr std::size_t audit_listed_max = 500;            // in one answer
inline constexpr std::chrono::days generated_certificate_time{365};
inline constexpr std::chrono::days generated_certificate_left_min{30};

// -- pre-flight: what a source server is asked, and when a rule speaks -------------------
inline constexpr std::chrono::seconds fresh_report_wait{6};  // for an agent that looks again
inline constexpr int cpu_busy_percent_max = 90;              // SMC drill items, as the next ones
inline constexpr int memory_use_percent_max = 95;
inline constexpr std::uint64_t space_use_permille_max = 990;
inline constexpr std::uint64_t inode_use_permille_max = 990;
inline constexpr std::uint64_t fix_up_root_bytes_min = 100 * mib;  // as virt-v2v asks
inline constexpr std::uint64_t fix_up_boot_bytes_min = 50 * mib;
inline constexpr std::uint64_t fix_up_inodes_min = 100;
inline constexpr std::size_t facts_listed_max = 256;  // entries of each list of facts
inline constexpr std::size_t findings_max = 128;      // of one server
inline constexpr std::size_t finding_text_max = 300;  // bytes of each of its texts
inline constexpr std::size_t job_warnings_max = 16;   // that a job keeps

inline constexpr std::chrono::seconds heartbeat_interval{2};
inline constexpr std::chrono::seconds heartbeat_timeout{10};
/// Work for a job that nobody has asked about for so long ends by itself.
inline constexpr std::chrono::seconds work_lease{60};
/// That a rented machine may take from its first second until its nodes have joined.
inline constexpr std::chrono::minutes machine_join_patience{15};
/// A release that doesn't succeed for so long is told to the user, who may give it up. By then
/// another worker has had the time to take it over, which it does only after the lease.
inline constexpr std::chrono::seconds release_patience = std::chrono::minutes{5};
/// A job that runs and moves nothing for so long is told to the user.
inline constexpr std::chrono::seconds progress_patience = std::chrono::minutes{10};
inline constexpr std::chrono::seconds progress_patience_min = std::chrono::minutes{1};
inline constexpr std::chrono::seconds progress_patience_max = std::chrono::days{1};
inline constexpr auto release_patience_min = 2 * work_lease + std::chrono::seconds{1};
inline constexpr std::chrono::seconds release_patience_max = std::chrono::days{1};

// -- guests: mounted systems that are made fit to boot elsewhere -------------------
inline constexpr std::uint64_t guest_file_bytes_max = 1 * mib;  // of a file of settings
inline constexpr std::uint64_t guest_list_bytes_max = 16 * mib;  // of modules.dep and the like
inline constexpr std::size_t guest_names_max = 4096;            // in one folder
inline constexpr std::size_t guest_mounts_max = 1000;           // lines of fstab
inline constexpr std::size_t guest_kernels_max = 64;
inline constexpr std::uint64_t initramfs_bytes_max = 1 * gib;  // unpacked
inline constexpr std::size_t guest_disks_max = 16;     // attached at once
inline constexpr std::size_t fix_up_notes_max = 50;     // told of one image
inline constexpr std::size_t changed_ranges_max = 500;  // told of one disk
inline constexpr std::size_t guest_volumes_max = 128;  // partitions and logical volumes on them

// -- boot trials: images that are booted in a virtual machine to see whether they do -------
inline constexpr std::uint32_t boot_memory_mib_default = 1024;
inline constexpr std::uint32_t boot_memory_mib_min = 64;
inline constexpr std::uint32_t boot_memory_mib_max = 64 * 1024;
inline constexpr std::uint32_t boot_cpus = 2;
inline constexpr std::size_t boot_disks_max = 24;  // with a letter each: vda to vdx
inline constexpr std::chrono::seconds boot_time_default{300};
inline constexpr std::chrono::seconds boot_time_max = std::chrono::hours{1};
/// KVM in which no kernel has spoken for so long is not used: it may be there and not work.
inline constexpr std::chrono::seconds kvm_patience{25};
inline constexpr std::chrono::seconds network_patience{10};  // once a guest is up
inline constexpr std::chrono::seconds last_words_patience{3};  // once a boot has failed
/// The boot proof of a job's image: the time for the boot, and for all that comes before it.
inline constexpr std::chrono::seconds boot_proof_time{600};
inline constexpr std::chrono::seconds boot_proof_look_time{300};
inline constexpr std::ptrdiff_t boot_proofs_at_once = 1;  // of one worker
inline constexpr std::size_t boot_notes_max = 20;         // told of one image
inline constexpr std::size_t console_line_bytes_max = 1024;
inline constexpr std::size_t console_lines_first = 4000;  // kept to find a cause in, and ...
inline constexpr std::size_t console_lines_last = 1000;   // ... these, whatever comes between
inline constexpr std::uint64_t console_log_bytes_max = 16 * mib;
inline constexpr std::size_t machine_words_bytes_max = 4 * kib;  // QEMU's own
inline constexpr std::size_t captured_bytes_max = 600;  // of a frame: all of a DHCP answer
inline constexpr std::size_t evidence_lines_max = 6;

// -- certificates: what a migration has proven ---------------------------------------------
inline constexpr std::size_t fix_up_reasons_max = 200;         // told of one image
inline constexpr std::size_t certificate_bytes_max = 1 * mib;  // of the file
inline constexpr std::uint64_t certified_number_max = (1ULL << 53) - 1;  // that JSON tools keep
inline constexpr std::size_t digest_file_bytes_max = 4 * gib;
inline constexpr std::uint64_t part_read_bytes_max = 1 * gib;  // held in memory
inline constexpr std::size_t differences_told_max = 100;       // of one verification

static_assert(granules_per_chunk * granule_bytes == chunk_bytes);
static_assert(chunk_bytes < data_frame_bytes_max);
// A page's last entry may still be of the largest kind.
static_assert(listing_bytes_full + xattrs_bytes_max + 4 * file_path_bytes_max +
                  xattrs_max * 16 <=
              chunk_bytes);
// A survey fits into a frame to the source, with room for its head.
static_assert(survey_granules_max * sizeof(std::uint64_t) <= data_reply_bytes_max / 2);
static_assert(table_page_chunks_max * granules_per_chunk * 16 <= message_binary_max);
static_assert(message_binary_max < control_frame_bytes_max);
static_assert(inventory_resources_max < message_array_max);
static_assert(tree_actors_max < message_array_max && tree_failures_max < message_array_max);
static_assert(facts_listed_max < message_array_max && findings_max < message_array_max);
static_assert(envelope_bytes_max < control_frame_bytes_max);
static_assert(heartbeat_interval * 3 < heartbeat_timeout);
static_assert(heartbeat_timeout * 3 < work_lease);
static_assert(release_patience_min <= release_patience);
static_assert(release_patience <= release_patience_max);
static_assert(progress_patience_min <= progress_patience);
static_assert(progress_patience <= progress_patience_max);
static_assert(closed_resources_listed_max < message_array_max);
static_assert(boot_time_default <= boot_time_max && kvm_patience < boot_time_default);
static_assert(boot_proof_time <= boot_time_max);
static_assert(certificate_bytes_max < message_binary_max);
static_assert(exclude_file_bytes_max < message_binary_max);
static_assert(job_excludes_max <= filter_rules_max && job_excludes_max < message_array_max);
static_assert(boot_memory_mib_min <= boot_memory_mib_default);
// A start has the agent look again before it is decided.
static_assert(fresh_report_wait + std::chrono::seconds{2} < http_ask_time);
static_assert(audit_listed_max < message_array_max);
static_assert(access_keys_max < message_array_max && remembered_max < message_array_max);
static_assert(workgroups_max * (tags_max * 2 * tag_text_max * 4 + 4 * kib) <
              control_frame_bytes_max);
static_assert(schedule_ahead_max < validity_max && validity_min < validity_default);

}  // namespace ferry::limits
