// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Where a disk is done, from its beginning on the left to its end.
import { t } from './i18n/index.ts';
import { levels, pieces } from './map_pieces.ts';

export function DiskMap({ map, name }: { map: string; name: string }) {
  if (map === '') return null;
  const parts = map.length / 2;
  const shown = pieces(map);
  const done = shown.reduce((sum, one) => sum + (one.level === levels ? one.length : 0), 0);
  const label = t('disk.map.label', { name, done, parts });
  return <figure class="disk-map"><svg viewBox={`0 0 ${parts} 1`} preserveAspectRatio="none"
    role="img" aria-label={label}>
    {shown.map((one) => <rect key={one.from} x={one.from} y={0} width={one.length} height={1}
      fill-opacity={one.level / levels} class={one.level === levels ? 'whole' : ''} />)}</svg>
    <figcaption class="quiet">{t('disk.map', { done, parts })}</figcaption></figure>;
}
