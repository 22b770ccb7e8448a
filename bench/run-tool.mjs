import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { loadProject, parseProject, runNodes } from '../dist/index.js';
import { median, spread } from './measure.mjs';

/**
 * Parses a project and runs a command of it in this process; the time of the run in ms, without the
 * parse.
 * @param {string} root
 * @param {'run' | 'test' | 'build'} command
 * @param {number} threads
 */
export async function runTool(root, command, threads) {
  const now = () => new Date();
  const invocation = {
    id: 'bench',
    startedAt: now(),
    now,
    env: {},
    flags: {},
    say: () => undefined,
  };
  const project = parseProject(
    loadProject({ projectDir: root, profilesDir: root, cwd: root, vars: {}, threads, invocation }),
  );
  const start = performance.now();
  const { success } = await runNodes(project, {
    command,
    select: [],
    exclude: [],
    fullRefresh: false,
    failFast: false,
    storeFailures: false,
    emit: () => undefined,
    args: {},
  });
  if (!success) throw new Error(`${command} failed`);
  return performance.now() - start;
}

/**
 * A command of dbt and of tsdbt on the same project, in turn, each as a whole process: start, parse and
 * artifacts included. The first pair is not counted: it leaves both what they keep of a parse.
 * @param {string} dbt
 * @param {string} root
 * @param {string} command
 * @param {() => void} prepare puts the data into the state that each run begins with
 */
export function besideDbt(dbt, root, command, prepare = () => undefined) {
  const ours = [process.execPath, fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))];
  /** @type {number[]} */ const tool = [];
  /** @type {number[]} */ const peer = [];
  for (let i = 0; i <= 2; i++) {
    prepare();
    const a = wholeCommand(ours, root, command);
    prepare();
    const b = wholeCommand([dbt, '--no-version-check'], root, command);
    if (i === 0) continue;
    tool.push(a);
    peer.push(b);
  }
  const ratio = median(peer) / median(tool);
  return `whole command: tsdbt ${median(tool).toFixed(0)} ms, dbt ${median(peer).toFixed(0)} ms, dbt ÷ tsdbt ${ratio.toFixed(1)}`;
}

/** @param {readonly string[]} program @param {string} root @param {string} command */
function wholeCommand([program, ...first], root, command) {
  const args = [...first, command, '--profiles-dir', root, '--project-dir', root];
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(program, args, {
    env: { ...process.env, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stdout + stderr);
  return performance.now() - start;
}

/**
 * The files of a project that tsdbt and dbt read alike.
 * @param {string} database path of the DuckDB file
 * @param {number} threads
 * @param {string} materialized
 */
export const projectFiles = (database, threads, materialized = 'table') => ({
  'dbt_project.yml': `name: bench\nversion: "1.0"\nprofile: bench\nmodels:\n  +materialized: ${materialized}\n`,
  'profiles.yml': `bench:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: '${database}', threads: ${threads}}\n`,
});

/** One line with the medians of a tool and its floor, and of the ratios of the pairs.
 * @param {string} what @param {readonly number[]} tool @param {readonly number[]} floor */
export function ratioLine(what, tool, floor) {
  const ratios = tool.map((value, i) => value / floor[i]);
  return `${what}: tool ${median(tool).toFixed(0)} ms, floor ${median(floor).toFixed(0)} ms, tool ÷ floor ${median(ratios).toFixed(2)} ${spread(ratios)}`;
}
