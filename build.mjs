// Builds dist/ from src/: tsc for the engine, esbuild for the docs site's client, a copy for the
// built-in SQL. `npm ci` calls it through `prepare`, so a fresh clone is ready to run.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const require = createRequire(import.meta.url);

rmSync(dist, { recursive: true, force: true });

const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
const compiled = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

cpSync(join(root, 'src', 'include'), join(dist, 'include'), { recursive: true });
chmodSync(join(dist, 'cli', 'main.js'), 0o755);

const client = join(root, 'src', 'docs-site', 'client');
if (existsSync(join(client, 'main.tsx'))) {
  const { build } = await import('esbuild');
  await build({
    entryPoints: { app: join(client, 'main.tsx'), style: join(client, 'style.css') },
    outdir: join(dist, 'docs-site', 'assets'),
    bundle: true,
    format: 'iife',
    minify: true,
    target: 'es2020',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'warning',
  });
}
