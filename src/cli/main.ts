#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';

// `--version` is what scripts call in a loop: answered before anything else is loaded.
const [first, ...rest] = process.argv.slice(2);
if (rest.length === 0 && (first === '--version' || first === '-V' || first === '-v')) {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  console.log(`tsdbt ${(JSON.parse(text) as { version: string }).version}`);
} else {
  // Node 22 and later keep compiled code between runs; elsewhere the function is missing.
  (nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();
  // Each running query holds a thread of the pool; more of them keep file operations alive. Read once,
  // when the pool starts, so it is set before anything else.
  process.env['UV_THREADPOOL_SIZE'] ??= '8';
  const { runCli } = await import('./run-cli.ts');
  process.exitCode = await runCli(process.argv.slice(2));
}
