// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A table of which only the rows in sight are in the page, so that thousands scroll smoothly.
// Its columns are the style's; screen readers are told how many rows there are.
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

const spare = 6;  // rows above and below, so that the focus can go there by the keyboard

export interface Column { key: string; head: ComponentChildren }

interface Props<T> {
  label: string; columns: Column[]; rows: T[]; keyOf: (row: T) => string;
  row: (row: T) => ComponentChildren; className: string; rowClass?: (row: T) => string;
}

export function VirtualList<T>(props: Props<T>) {
  const { label, columns, rows, keyOf, row, className, rowClass } = props;
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800, rowHeight: 64 });
  const look = () => {
    const at = box.current;
    if (!at) return;
    const rowHeight = parseFloat(getComputedStyle(at).getPropertyValue('--row-height')) || 64;
    setView((old) => old.top === at.scrollTop && old.height === at.clientHeight
      && old.rowHeight === rowHeight ? old
      : { top: at.scrollTop, height: at.clientHeight, rowHeight });
  };
  useLayoutEffect(look, [rows.length]);
  useEffect(() => {
    const observer = new ResizeObserver(look);
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  const { top, height, rowHeight } = view;
  const first = Math.max(0, Math.min(rows.length, Math.floor(top / rowHeight)) - spare);
  const last = Math.min(rows.length, Math.ceil((top + height) / rowHeight) + spare);
  return <div ref={box} class={`virtual ${className}`} role="table" aria-label={label} tabIndex={0}
    aria-rowcount={rows.length + 1} onScroll={look}>
    <div role="rowgroup" class="head"><div role="row" class="row" aria-rowindex={1}>
      {columns.map(({ key, head }) =>
        <div role="columnheader" key={key} class={key}>{head}</div>)}</div></div>
    <div role="rowgroup" class="body" style={{ height: `${rows.length * rowHeight}px` }}>
      {rows.slice(first, last).map((one, i) =>
        <div role="row" key={keyOf(one)} aria-rowindex={first + i + 2}
          class={`row ${rowClass?.(one) ?? ''}`}
          style={{ transform: `translateY(${(first + i) * rowHeight}px)` }}>{row(one)}</div>)}
    </div>
  </div>;
}
