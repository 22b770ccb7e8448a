/**
 * Characters that draw nothing but change what the reader sees: control characters (terminal
 * codes among them) and the marks that reorder text. Shown as a replacement sign, so that a name
 * can't pose as another one.
 */
const unseen =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;
const allUnseen = new RegExp(unseen.source, 'g');

/** The text with unseen characters made visible; the same string when there is none. */
export function visibleText(text: string): string {
  const whole = wellFormed(text);
  return unseen.test(whole) ? whole.replace(/\r\n?/g, '\n').replace(allUnseen, '\ufffd') : whole;
}

/** Halves of surrogate pairs replaced: such text can't stand in an address. */
export function wellFormed(text: string): string {
  return /[\ud800-\udfff]/.test(text) ? text.replace(/\p{Surrogate}/gu, '\ufffd') : text;
}

/** Counts with thin spaces between thousands: `12 345`. */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** `850 ms`, `1.3 s`, `2 min 5 s`, `1 h 4 min`. */
export function formatDuration(ms: number): string {
  if (ms < 1) return ms <= 0 ? '0 ms' : '<1 ms';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** `1 test`, `2 tests`. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : many}`;
}
