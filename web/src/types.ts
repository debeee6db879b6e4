// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the API answers, as far as these pages read it. Its whole is in /api/v1/openapi.json.
export interface Tag { key: string; value: string }

export interface Prices {
  currency: string; machine_hour: string; disk_gib_month: string; object_gib_month: string;
}
export interface Session { access_key: string; role: Role; csrf: string; expires_ms: number }
export type Role = 'viewer' | 'operator' | 'admin';

export interface Finding {
  code: number; what: string; fix: string; level: string; name: string; evidence: string;
}

export interface Partition {
  number: number; offset: number; size: number; filesystem: string; label: string;
  mount_point: string; used_bytes: number; block_replication: boolean;
}
export interface Disk {
  index: number; path: string; size: number; table: string; model: string; partitions: Partition[];
}
export interface Inventory {
  hostname: string; os_name: string; kernel: string; architecture: string; firmware: string;
  cpu_model: string; cpu_count: number; memory_bytes: number; disks: Disk[];
  nics: { name: string; mac: string; driver: string; up: boolean; addresses: string[] }[];
}
export interface Source {
  id: string; state: string; error_code: string; job: string; created_ms: number;
  last_seen_ms: number; findings: Finding[]; inventory: Inventory; warnings: number; name: string;
  description: string; tags: Tag[]; agent_version: string; resource_group: string;
}

export interface Transfer {
  bandwidth_mbps: number; compression: number; adaptive_compression: boolean; ssl: string;
  checksum: boolean;
}
export interface PartitionWish { from: string; size: number; method: string }
export interface DiskWish {
  index: number; size: number; lvm: boolean; partitions: PartitionWish[];
}
export interface LayoutWish { disks: DiskWish[] }
export interface JobSettings {
  source: string; name: string; description: string; image_name: string; image_prefix: string;
  region: string; transfer: Transfer; run_once: boolean; frequency_hours: number;
  images_to_keep: number; scheduled_start_ms: number; valid_until_ms: number; fixups: string;
  network: string; boot_proof: string; excludes: string[]; tags: Tag[]; license: string;
  bucket: string;  // by its name; empty: the cluster's
  diagnostic_logs: boolean;
}
export interface DiskProgress {
  index: number; phase: string; pass: number; bytes_total: number; bytes_done: number;
  bytes_sent: number; bytes_skipped: number; wire_bytes: number; tree_root: string;
  consistency: string; pause_expected_ms: number; pause_ms: number; file_issues: number;
  first_file_issues: { code: number; what: string }[];
  map: string;  // hex, a byte for each part of the disk: 0 to 255 done
}
export interface Held {
  token: string; kind: string; node: string; bytes: number; since_ms: number;
  until: string;  // now, run or job
  cost_per_hour: number;  // below 0: not known
}
export interface Boot {
  outcome: string; cause: string; what: string; evidence: string[]; next_step: string;
  firmware: string; accelerator: string; seconds: number; address: string; notes: string[];
  milestones: { milestone: string; seconds: number; line: string }[];
}
export interface Job {
  id: string; settings: JobSettings; status: string; business_status: string; step: string;
  progress: number; epoch: number; speed_bytes: number; network_bytes: number; remaining_s: number;
  disks: DiskProgress[]; instance: string; image: string; image_path: string;
  image_disks: { index: number; file: string; virtual_size: number; file_size: number;
    sha256: string }[];
  error_code: number; error: string; fix: string; waiting_for: string; created_ms: number;
  still_since_ms: number;  // it runs, and nothing has moved since then; 0: not for long
  started_ms: number; ended_ms: number;
  runs: { image: string; started_ms: number; ended_ms: number; type: string }[];
  run_number: number; next_run_ms: number; images: string[];
  holds: Held[]; restarts: number; resent_bytes: number; bottleneck: string; currency: string;
  warnings: Finding[]; notices: Finding[]; boot: Boot;
  fix_ups: { outcome: string; patches: number; rebuilt: string[]; notes: string[];
    reasons: { file: string; fix_up: string; reason: string }[] };
  machine: { token: string; id: string; address: string; type: string };
  version: number;
}
export interface Fact { name: string; value: string }
export interface JobEvent {
  seq: number; at_ms: number; type: string; text: string; facts: Fact[];
}
export interface Resource {
  token: string; kind: string; name: string; job: string; state: string; finding: string;
  node: string; bytes: number; since_ms: number; parent: string; bytes_max: number;
  cost_per_hour: number;
}
export interface ResourceList {
  resources: Resource[]; silent_nodes: string[]; shared_seen: boolean; currency: string;
}
export interface Node {
  node: string; role: string; online: boolean; version: string; last_seen_ms: number;
  silent_ms: number;
}
export interface Workgroup {
  id: string; name: string; description: string; tags: Tag[]; sources: string[];
}
export interface ShownWorkgroup {
  workgroup: Workgroup; status: string; in_error: string[]; unrelated: string[];
  not_passed: string[];
}
export interface Activation {
  id: string; name: string; quota: number; registered: number; created_ms: number;
  expires_ms: number; status: string; description: string; days: number;
  tags: Tag[]; resource_group: string;
}
export interface BucketChoice { name: string; kind: string; region: string; prefix: string }
export interface ClusterInfo {
  name: string; version: string; controller: string; region: string; machines: string;
  boot_proof: string; prices: Prices; machine_type: string; buckets: BucketChoice[];
  ecs_region: string;  // whose instances can be imported; empty: no account of the cloud is named
  limits: { data_disks_max: number; data_disk_min_bytes: number; data_disk_max_bytes: number;
    system_disk_min_bytes: number; system_disk_max_bytes: number; image_max_bytes: number };
}
export interface InstallCommand { curl: string; wget: string; url: string }
export interface EcsInstance {
  id: string; name: string; status: string; zone: string; os: string; private_address: string;
  public_address: string; assistant: boolean; source: string; import: string; obstacle: string;
}
export interface EcsInstances { region: string; instances: EcsInstance[]; left_out: number }
export interface EcsImportItem {
  instance: string; name: string; state: string; source: string; attempt: number; output: string;
  error_code: number; error: string; fix: string;
}
export interface EcsImport {
  id: string; region: string; state: string; created_ms: number; ended_ms: number;
  items: EcsImportItem[]; imported: number; failed: number;
}
export interface PlannedPartition {
  number: number; size: number; minimum: number; method: string; volume: string;
  from_disk: number; from: Partition;
}
export interface PlannedDisk {
  index: number; size: number; minimum: number; table: string; volume_group: string;
  whole: boolean; partitions: PlannedPartition[];
}
export interface LayoutPlan {
  source: Disk[]; disks: PlannedDisk[]; notes: string[]; refusals: Finding[];
}
export interface AccessKey {
  id: string; name: string; role: string; status: string; created_ms: number;
}
export interface Notification {
  id: string; name: string; kind: string; target: string; events: string[]; job: string;
  tags: Tag[]; status: string; waiting: number; delivered: number; given_up: number;
  created_ms: number; delivered_ms: number; error: string; error_ms: number;
}
export interface AuditEntry {
  seq: number; at_ms: number; who: string; role: string; from: string; action: string;
  subject: string; outcome: string; ended_ms: number;
}
export interface Actor {
  path: string; restart: string; state: string; restarts: number; last_exit: string;
  since_ms: number;
}
export interface NodeTree { node: string; role: string; actors: Actor[]; left_out: number }
export interface ClusterEvent {
  seq: number; at_ms: number; kind: string; subject: string; text: string;
}
export interface TagUse { key: string; value: string; sources: number; jobs: number }
