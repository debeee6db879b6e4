// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The map of a disk, as pieces that can be drawn.
export const levels = 8;  // that an eye can tell apart

/** Neighbours of one level, as one piece: "00ff" has two. */
export function pieces(map: string): { from: number; length: number; level: number }[] {
  const all: { from: number; length: number; level: number }[] = [];
  for (let i = 0; i * 2 + 1 < map.length; ++i) {
    const done = parseInt(map.slice(i * 2, i * 2 + 2), 16);
    const level = Math.floor(done / 255 * levels);
    const last = all.at(-1);
    if (last && last.level === level) ++last.length;
    else all.push({ from: i, length: 1, level });
  }
  return all;
}
