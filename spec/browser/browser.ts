import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { generateSite } from '../../src/docs-site/generate.ts';
import { writeSite } from '../../src/docs-site/write-site.ts';
import type { Artifacts } from './artifact-builder.ts';
import { goToHash, isLoaded, reportViolations } from './in-page.js';

const executablePath = '/usr/bin/chromium';
const client = join(
  dirname(fileURLToPath(import.meta.url)),
  '..',
  '..',
  'src',
  'docs-site',
  'client',
);

/** Starts the browser. A missing browser is a failure: a skipped test would look like a passed one. */
export async function launch(): Promise<Browser> {
  if (!existsSync(executablePath)) {
    throw new Error(
      `The browser specs need ${executablePath}: install Debian's package "chromium".`,
    );
  }
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
    ],
  });
}

/** The client as the package build makes it, from the sources as they are now. */
export async function buildAssets(): Promise<{ appJs: string; styleCss: string }> {
  const result = await build({
    entryPoints: { app: join(client, 'main.tsx'), style: join(client, 'style.css') },
    outdir: 'assets',
    write: false,
    bundle: true,
    format: 'iife',
    minify: true,
    target: 'es2020',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const textOf = (end: string): string =>
    result.outputFiles.find((file) => file.path.endsWith(end))!.text;
  return { appJs: textOf('app.js'), styleCss: textOf('style.css') };
}

export interface BuiltSite {
  readonly directory: string;
  readonly url: string;
  remove(): void;
}

/** Writes the site of some artifacts into a temporary folder. */
export function buildSite(
  artifacts: Artifacts,
  assets: { appJs: string; styleCss: string },
): BuiltSite {
  const directory = mkdtempSync(join(tmpdir(), 'tsdbt-browser-'));
  const { manifest, catalog, runResults } = artifacts;
  writeSite(
    generateSite(
      { manifest, catalog, runResults },
      { assets, now: new Date('2026-11-23T08:00:00Z') },
    ),
    directory,
  );
  return {
    directory,
    url: pathToFileURL(join(directory, 'index.html')).href,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

export interface Watched {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors, exceptions, CSP violations. */
  readonly problems: string[];
  readonly requests: string[];
  goto(hash: string): Promise<void>;
}

/** A page that keeps account of all it does. */
export async function watch(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript(reportViolations);
  await page.goto(url);
  await page.waitForSelector('h1');
  return {
    page,
    context,
    problems,
    requests,
    goto: async (hash) => {
      await page.evaluate(goToHash, hash);
      await page.waitForTimeout(30);
      await page.waitForFunction(isLoaded);
    },
  };
}
