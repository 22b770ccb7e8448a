#!/usr/bin/env node
import { readFileSync, writeFileSync } from 'node:fs';
import * as nodeModule from 'node:module';

// `--version` is what scripts call in a loop: answered before anything else is loaded.
const [first, ...rest] = process.argv.slice(2);
if (rest.length === 0 && (first === '--version' || first === '-V' || first === '-v')) {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  try {
    writeFileSync(1, `tsdbt ${(JSON.parse(text) as { version: string }).version}\n`);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EPIPE') {
      console.error(`TS1016: Can't write standard output: ${message}.`);
      process.exitCode = 2;
    }
  }
} else {
  // Node 22 and later keep compiled code between runs; elsewhere the function is missing.
  (nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();
  // Each running query holds a thread of the pool; more of them keep file operations alive. Read once,
  // when the pool starts, so it is set before anything else.
  process.env['UV_THREADPOOL_SIZE'] ??= '8';
  const { runCli } = await import('./run-cli.ts');
  process.exitCode = await runCli(process.argv.slice(2));
}
