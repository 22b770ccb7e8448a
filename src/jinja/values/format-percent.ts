import type { Value } from './py-object.ts';
export function formatPercent(format: string, _args: Value): Value {
  return format;
}
