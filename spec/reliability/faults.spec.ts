import { spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contentHash } from '../../src/testing/query-database.ts';
import { runCliProcess } from '../built-cli.ts';
import { binary, copyExample, type ExampleCopy } from '../example-copy.ts';
import { Trials } from './trials.ts';

// Whatever dies, fills up or can't be written, what a user sees is the old state or the new one, and
// the next run comes to the tables of a clean one. `TSDBT_FAULTS` asks for more trials than CI makes.
const most = Number(process.env['TSDBT_FAULTS'] ?? 8);

const options = { schemas: ['main'], without: ['_batch', 'batch'] };
const faultPoints = pathToFileURL(join(import.meta.dirname, 'fault-points.mjs')).href;

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

async function start(
  command: readonly [string, ...string[]],
  cwd: string,
  more: { readonly env?: Readonly<Record<string, string>>; readonly uid?: number } = {},
): Promise<Ended> {
  const [program, ...args] = command;
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ...more.env },
    ...(more.uid === undefined ? {} : { uid: more.uid, gid: more.uid }),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  return await new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, output }));
  });
}

let expected = '';
let first: ExampleCopy;
/** The example as it stands after its first build. */
let built: ExampleCopy;

beforeAll(async () => {
  first = copyExample();
  built = copyExample();
  const { code, output } = await runCliProcess(['build'], built.root);
  expect(code, output).toBe(0);
  expected = JSON.stringify(await contentHash(built.database, options));
});

afterAll(() => {
  first.remove();
  built.remove();
});

/** A copy of `from` for one trial. */
function copyOf(from: ExampleCopy): {
  readonly root: string;
  readonly database: string;
  remove(): void;
} {
  const root = mkdtempSync(join(tmpdir(), 'tsdbt-fault-'));
  cpSync(from.root, root, { recursive: true });
  return {
    root,
    database: join(root, 'target/shop.duckdb'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** What is wrong after the next run, if anything. */
async function afterNextRun(root: string, database: string): Promise<string | undefined> {
  const { code, output } = await runCliProcess(['build'], root);
  if (code !== 0) return `the next run ended with ${code}:\n${output}`;
  const now = JSON.stringify(await contentHash(database, options));
  return now === expected ? undefined : `${now}\nis not\n${expected}`;
}

test('killed at the beginnings and ends of transactions', { timeout: 900_000 }, async () => {
  const trials = new Trials('boundaries');
  for (const [from, args] of [
    [first, ['build']],
    [built, ['build', '--process-date', '2026-01-27']],
  ] as const) {
    const kill = async (root: string, point: number, when: string) =>
      await start([process.execPath, '--import', faultPoints, binary, ...args], root, {
        env: { FAULT_POINT: String(point), FAULT_WHEN: when },
      });
    const whole = copyOf(from);
    const count = Number(/boundaries: (\d+)/.exec((await kill(whole.root, 0, '')).output)?.[1]);
    whole.remove();
    expect(count).toBeGreaterThan(10);
    const step = Math.max(1, Math.ceil(count / (most / 4)));
    for (let point = 1; point <= count; point += step) {
      for (const when of ['before', 'after']) {
        const { root, database, remove } = copyOf(from);
        const { signal, output } = await kill(root, point, when);
        // Nodes run side by side, so a run may have a boundary or two less.
        if (signal === 'SIGKILL') trials.note(await afterNextRun(root, database));
        else expect(output).toMatch(/boundaries: \d+/);
        remove();
      }
    }
  }
  expect(trials.count).toBeGreaterThanOrEqual(most / 2);
  expect(trials.report()).toMatch(/^boundaries: \d+ trials, 0 failures$/);
});

describe('no room is left', () => {
  test('on the disk: an error that says so, the old tables stay', {
    timeout: 900_000,
  }, async () => {
    const trials = new Trials('full disk');
    const sizes = Math.max(4, Math.ceil(most / 3));
    const whole = statSync(built.database).size / 512;
    for (let i = 0; i < sizes; i++) {
      const { root, database, remove } = copyOf(i % 2 === 0 ? first : built);
      // No file may grow beyond this many blocks: writing fails as it does on a full disk.
      const blocks = Math.floor((whole * (i + 1)) / (sizes + 1));
      const before = existsSync(database) ? await contentHash(database, options) : undefined;
      const limited = `trap '' XFSZ; ulimit -f ${blocks}; exec "$0" "$@"`;
      const args = ['build', '--full-refresh'];
      const { code, signal, output } = await start(
        ['bash', '-c', limited, process.execPath, binary, ...args],
        root,
      );
      const ended = signal === null && (code === 0 || /TS\d{4}/.test(output));
      const kept =
        code === 0 ||
        before === undefined ||
        Object.keys(await contentHash(database, options)).length === Object.keys(before).length;
      const next = await afterNextRun(root, database);
      trials.note(ended && kept ? next : `${blocks} blocks, ${code ?? signal}: ${output}`);
      remove();
    }
    expect(trials.report()).toBe(`full disk: ${sizes} trials, 0 failures`);
  });
});

describe('what can not be written', () => {
  /** Somebody who owns nothing: root may write everywhere. */
  const nobody = process.getuid?.() === 0 ? 65_534 : undefined;
  const asNobody = async (
    root: string,
    args: readonly string[],
    env: Record<string, string> = {},
  ) =>
    await start([process.execPath, binary, ...args], root, {
      env,
      ...(nobody === undefined ? {} : { uid: nobody }),
    });

  function readOnly(path: string): void {
    for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
      const inner = join(path, name);
      chmodSync(inner, statSync(inner).isDirectory() ? 0o555 : 0o444);
    }
    chmodSync(path, 0o555);
  }

  function writable(path: string): void {
    chmodSync(path, 0o755);
    for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
      const inner = join(path, name);
      if (statSync(inner).isDirectory()) chmodSync(inner, 0o755);
    }
  }

  test('reading commands work on a project that is read-only, writing ones say what fails', {
    timeout: 600_000,
  }, async () => {
    const trials = new Trials('read-only');
    const { root, remove } = copyOf(built);
    readOnly(root);
    try {
      for (const args of [['ls'], ['ls', '--select', 'curated+'], ['debug'], ['--version']]) {
        const { code, output } = await asNobody(root, args);
        trials.note(code === 0 ? undefined : `${args.join(' ')}: ${output}`);
      }
      for (const args of [
        ['build'],
        ['run'],
        ['compile'],
        ['parse'],
        ['docs', 'generate'],
        ['seed'],
      ]) {
        const { code, output } = await asNobody(root, args);
        const isClear = code !== 0 && /TS\d{4}/.test(output) && !output.includes('TS9001');
        trials.note(isClear ? undefined : `${args.join(' ')}: ${code}\n${output}`);
      }
      // Without a home or a folder for temporary files nothing is missing.
      const { code, output } = await asNobody(root, ['ls'], {
        HOME: '/nowhere',
        TMPDIR: '/nowhere',
      });
      trials.note(code === 0 ? undefined : output);
    } finally {
      writable(root);
      remove();
    }
    expect(trials.report()).toBe('read-only: 11 trials, 0 failures');
  });
});
