import type { JSX } from 'preact';
import { statusTone, type Tone } from '../shared/status.ts';
import { resourceType } from './resource-type.ts';

const typePaths = new Map<string, string>([
  ['model', 'M8 1.8 13.6 5v6L8 14.2 2.4 11V5zM2.6 5.1 8 8.2l5.4-3.1M8 8.2v5.8'],
  [
    'source',
    'M2.5 4c0-1.2 2.5-2 5.5-2s5.5.8 5.5 2-2.5 2-5.5 2-5.5-.8-5.5-2zM2.5 4v8c0 1.2 2.5 2 5.5 2s5.5-.8 5.5-2V4M2.5 8c0 1.2 2.5 2 5.5 2s5.5-.8 5.5-2',
  ],
  ['seed', 'M2.2 3.2h11.6v9.6H2.2zM2.2 6.4h11.6M2.2 9.6h11.6M6.4 3.2v9.6'],
  ['snapshot', 'M8 2.2a5.8 5.8 0 1 0 5.8 5.8M8 4.8V8l2.4 1.6M10.2 2.4l3.4.2-.6 3.2'],
  ['exposure', 'M2.2 2.6h11.6v8H2.2zM5.4 13.6h5.2M8 10.6v3M5 8.2V6.8M8 8.2V4.8M11 8.2V6'],
  ['metric', 'M2.4 13.4h11.2M3.2 10l3-3.4 2.6 2 4-5'],
  [
    'macro',
    'M6 2.4c-2 0-2 .8-2 2.6S3.6 7.6 2.4 8c1.2.4 1.6 1.2 1.6 3s0 2.6 2 2.6M10 2.4c2 0 2 .8 2 2.6s.4 2.6 1.6 3c-1.2.4-1.6 1.2-1.6 3s0 2.6-2 2.6',
  ],
  ['test', 'M8 1.8 13.4 4v4c0 3.2-2.4 5.2-5.4 6.2C5 13.2 2.6 11.2 2.6 8V4zM5.6 8l1.8 1.8 3-3.6'],
  ['analysis', 'M7 2.4a4.6 4.6 0 1 0 0 9.2 4.6 4.6 0 0 0 0-9.2zM10.4 10.4l3.2 3.2'],
]);

/** The sign of a resource type, in its colour. */
export function TypeIcon({ type }: { readonly type: string }): JSX.Element {
  const path = typePaths.get(type) ?? typePaths.get(type === 'unit_test' ? 'test' : 'analysis')!;
  return (
    <svg class={`icon type-${resourceType(type).colour}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

/** Each tone has its own shape, so that colour is never the only sign. */
const tonePaths: Readonly<Record<Tone, string>> = {
  good: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zm3.4 4.8-4.2 4.6-2.5-2.3.9-1 1.5 1.4L10.4 5.4z',
  bad: 'M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3zm.3 3.2-.9.9L7.1 8l-2.4 2.4.9.9L8 8.9l2.4 2.4.9-.9L8.9 8l2.4-2.4-.9-.9L8 7.1z',
  warn: 'M8 1.4 15.2 14H.8zM7.3 5.8v4.1h1.4V5.8zm0 5.1v1.4h1.4v-1.4z',
  quiet: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM4.8 7.3h6.4v1.4H4.8z',
};

export function ToneIcon({ tone }: { readonly tone: Tone }): JSX.Element {
  return (
    <svg class={`icon solid tone-${tone}`} viewBox="0 0 16 16" aria-hidden="true">
      <path fill-rule="evenodd" d={tonePaths[tone]} />
    </svg>
  );
}

/** A status: sign and word. */
export function Status({
  status,
  label,
}: {
  readonly status: string;
  readonly label?: string;
}): JSX.Element {
  const tone = statusTone(status);
  return (
    <span class={`status tone-${tone}`}>
      <ToneIcon tone={tone} />
      {label ?? (status === '' ? 'not run' : status)}
    </span>
  );
}

const glyphs = {
  search: 'M7 2.4a4.6 4.6 0 1 0 0 9.2 4.6 4.6 0 0 0 0-9.2zM10.4 10.4l3.2 3.2',
  overview: 'M2.4 2.4h4.4v4.4H2.4zM9.2 2.4h4.4v4.4H9.2zM2.4 9.2h4.4v4.4H2.4zM9.2 9.2h4.4v4.4H9.2z',
  lineage:
    'M4 5.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6zM4 13.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6zM12.2 9.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6zM5.8 4c3 0 2.2 4 4.6 4M5.8 12c3 0 2.2-4 4.6-4',
  runs: 'M2.4 3.8h6M5.4 8h6M8.4 12.2h5.2',
  chevron: 'M6 3.6 10.4 8 6 12.4',
  folder: 'M1.8 4.2V12.6h12.4V5.6H8L6.6 3.4H1.8z',
  database:
    'M2.5 4c0-1.2 2.5-2 5.5-2s5.5.8 5.5 2-2.5 2-5.5 2-5.5-.8-5.5-2zM2.5 4v8c0 1.2 2.5 2 5.5 2s5.5-.8 5.5-2V4',
  menu: 'M2.4 4.2h11.2M2.4 8h11.2M2.4 11.8h11.2',
  close: 'M3.6 3.6l8.8 8.8M12.4 3.6l-8.8 8.8',
  copy: 'M5.4 5.4V2.6h8v8h-2.8M2.6 5.4h8v8h-8z',
  check: 'M3 8.4l3.2 3.2L13 4.8',
  sun: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1.4v1.4M8 13.2v1.4M1.4 8h1.4M13.2 8h1.4M3.3 3.3l1 1M11.7 11.7l1 1M12.7 3.3l-1 1M4.3 11.7l-1 1',
  moon: 'M13.2 9.6A5.8 5.8 0 0 1 6.4 2.8a5.8 5.8 0 1 0 6.8 6.8z',
  auto: 'M2 3h12v8H2zM5.4 13.6h5.2M8 11v2.6',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  fit: 'M2.6 5.8V2.6h3.2M10.2 2.6h3.2v3.2M13.4 10.2v3.2h-3.2M5.8 13.4H2.6v-3.2',
  download: 'M8 2.4v7.4M4.8 6.8 8 10l3.2-3.2M2.6 13.4h10.8',
  external: 'M6.4 3.2H3v9.8h9.8V9.6M9 2.8h4.2V7M13 3 7.6 8.4',
} as const;

export function Glyph({ name }: { readonly name: keyof typeof glyphs }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={glyphs[name]} />
    </svg>
  );
}
