// Makes sure that the browser of the specs is there: `npm test` runs this first, so that one command
// sets up everything on a fresh machine. Debian's package is used; no browser is downloaded from
// anywhere else.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const path = '/usr/bin/chromium';

/** @param {readonly string[]} command */
function run(command) {
  const root = process.getuid?.() === 0;
  const [program, ...args] = root ? command : ['sudo', ...command];
  const { status } = spawnSync(program, args, {
    stdio: 'inherit',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return status === 0;
}

if (!existsSync(path)) {
  const installed =
    run(['apt-get', 'update', '-qq']) &&
    run(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium']);
  if (!installed || !existsSync(path)) {
    console.error(`The browser specs need ${path}, which could not be installed.`);
    console.error('Install it by hand (Debian, Ubuntu: apt-get install chromium) and run again.');
    process.exit(1);
  }
}
