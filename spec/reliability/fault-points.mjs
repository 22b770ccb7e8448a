// Loaded before the command line in reliability specs: kills the process, as `kill -9` does, at the
// n-th point at which a transaction begins or commits, just before or just after it.
import { DuckDBConnection } from '@duckdb/node-api';

const wanted = Number(process.env.FAULT_POINT);
const isBefore = process.env.FAULT_WHEN === 'before';
let seen = 0;

for (const method of [
  'run',
  'runAndReadAll',
  'runAndReadUntil',
  'stream',
  'streamAndReadAll',
  'start',
]) {
  const original = DuckDBConnection.prototype[method];
  if (original === undefined) continue;
  DuckDBConnection.prototype[method] = async function (...args) {
    const isBoundary = /^\s*(?:begin|commit)\b/i.test(String(args[0]));
    if (isBoundary) seen++;
    const dies = isBoundary && seen === wanted;
    if (dies && isBefore) process.kill(process.pid, 'SIGKILL');
    const result = await original.apply(this, args);
    if (dies) process.kill(process.pid, 'SIGKILL');
    return result;
  };
}

process.on('exit', () => process.stderr.write(`\nboundaries: ${seen}\n`));
