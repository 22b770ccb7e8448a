// Builds dist/ from src/: esbuild bundles the engine and the docs site's client, tsc writes the types,
// the built-in SQL is copied. `npm ci` calls it through `prepare`, so a fresh clone is ready to run.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const require = createRequire(import.meta.url);

rmSync(dist, { recursive: true, force: true });

const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
const compiled = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

// Few files start faster than hundreds. Not minified, so that stack traces name the functions. What finds
// files beside itself with `import.meta.url` sits one folder deep, as in src.
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: [
    'src/cli/main.ts',
    'src/index.ts',
    // Measured by themselves in bench/.
    'src/adapters/duckdb/duckdb-adapter.ts',
    'src/ingest/index.ts',
    // Asked below for the schemas that editors use.
    'src/parse/editor-schemas.ts',
  ],
  outbase: 'src',
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: ['@duckdb/node-api', 'chokidar'],
  // Bundled CommonJS packages ask for Node's own modules with `require`.
  banner: {
    js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
  },
  metafile: true,
  logLevel: 'warning',
});

const bundled = new Set(
  Object.keys(metafile.inputs)
    .map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
    .filter((name) => name !== undefined),
);
const licenses = [...bundled].sort().map((name) => {
  const folder = join(root, 'node_modules', name);
  const file = readdirSync(folder).find((entry) => /^LICEN[CS]E/i.test(entry));
  const text = readFileSync(join(folder, file), 'utf8').trim();
  return `${name}\n\n${text}\n`;
});
writeFileSync(join(dist, 'licenses.txt'), licenses.join(`\n${'-'.repeat(80)}\n\n`));

const { editorSchemas } = await import(join(dist, 'parse', 'editor-schemas.js'));
mkdirSync(join(dist, 'schemas'));
for (const [name, schema] of editorSchemas()) {
  writeFileSync(join(dist, 'schemas', name), `${JSON.stringify(schema, null, 1)}\n`);
}

cpSync(join(root, 'src', 'include'), join(dist, 'include'), { recursive: true });
chmodSync(join(dist, 'cli', 'main.js'), 0o755);

const client = join(root, 'src', 'docs-site', 'client');
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
