/** The middle of some numbers.
 * @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The least and the greatest, for reading how noisy the machine was.
 * @param {readonly number[]} values */
export function spread(values) {
  return `(${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)})`;
}

/** `--name value` pairs of the command line.
 * @param {readonly string[]} args
 * @returns {Record<string, string>} */
export function readFlags(args) {
  /** @type {Record<string, string>} */
  const flags = {};
  for (let i = 0; i < args.length; i += 2)
    flags[args[i].replace(/^--/, '')] = args[i + 1] ?? 'true';
  return flags;
}
