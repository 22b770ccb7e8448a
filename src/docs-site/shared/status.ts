/** What a status means for the reader: which sign, which colour, how early in a list. */
export type Tone = 'bad' | 'warn' | 'good' | 'quiet';

const order = [
  'error',
  'runtime error',
  'fail',
  'partial success',
  'warn',
  'success',
  'pass',
  'no-op',
  'reused',
  'skipped',
];

const tones = new Map<string, Tone>([
  ['error', 'bad'],
  ['runtime error', 'bad'],
  ['fail', 'bad'],
  ['partial success', 'warn'],
  ['warn', 'warn'],
  ['success', 'good'],
  ['pass', 'good'],
]);

export function statusTone(status: string): Tone {
  return tones.get(status) ?? 'quiet';
}

/** Worst first; statuses we don't know come last. */
export function compareStatus(a: string, b: string): number {
  return place(a) - place(b) || (a < b ? -1 : a > b ? 1 : 0);
}

function place(status: string): number {
  const found = order.indexOf(status);
  return found < 0 ? order.length : found;
}
