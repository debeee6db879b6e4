// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The layout that is being edited: which mount point goes to which disk, how large and how. The
// controller's planner says whether it can be; here are only its words for it.
import type { Disk, DiskWish, LayoutWish, Partition } from './types.ts';

export const gib = 1024 ** 3;

export interface PartitionDraft {
  from: string;          // its mount point, or "DISK:NUMBER"
  ofDisk: number;        // on the source
  source: Partition;
  disk: number;          // where it goes
  size: number;          // bytes; 0: as on the source
  method: 'block' | 'file' | 'leave';
  fixed: boolean;        // must stay on its disk: what the server boots from
}
export interface DiskDraft { index: number; size: number; lvm: boolean }
export interface Draft { disks: DiskDraft[]; partitions: PartitionDraft[] }

const ofBooting = ['', '/', '/boot', '/boot/efi', '/usr'];

export function draftOf(disks: Disk[]): Draft {
  return {
    disks: disks.map(({ index, size }) => ({ index, size, lvm: false })),
    partitions: disks.flatMap((disk) => disk.partitions.map((source): PartitionDraft => ({
      from: source.mount_point || `${disk.index}:${source.number}`,
      ofDisk: disk.index, source, disk: disk.index, size: 0,
      method: source.block_replication ? 'block' : 'file',
      fixed: disk.index === 0 && ofBooting.includes(source.mount_point),
    }))),
  };
}

export function moved(draft: Draft, from: string, disk: number): Draft {
  return { ...draft, partitions: draft.partitions.map((one) =>
    one.from === from && !one.fixed ? { ...one, disk } : one) };
}

/** With blocks the size is that of the source (F75). */
export function withMethod(draft: Draft, from: string, method: PartitionDraft['method']): Draft {
  return { ...draft, partitions: draft.partitions.map((one) => one.from !== from ? one
    : { ...one, method, size: method === 'file' ? one.size : 0 }) };
}

export function wishOf(draft: Draft): LayoutWish {
  return { disks: draft.disks.map((disk): DiskWish => ({
    index: disk.index, size: disk.size, lvm: disk.lvm,
    partitions: draft.partitions.filter((one) => one.disk === disk.index)
      .map(({ from, size, method }) => ({ from, size, method })),
  })) };
}
