import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCliProcess, startCli } from '../built-cli.ts';
import { copyExample, type ExampleCopy } from '../example-copy.ts';
import { launch } from './browser.ts';

let browser: Browser;
let example: ExampleCopy;

beforeAll(async () => {
  browser = await launch();
  example = copyExample();
  const built = await runCliProcess(['build', '--quiet'], example.root);
  expect(built.code, built.output).toBe(0);
  const docs = await runCliProcess(['docs', 'generate'], example.root);
  expect(docs.code, docs.output).toBe(0);
});

afterAll(async () => {
  await browser?.close();
  example?.remove();
});

test('the site of the example opens from the disk and shows its tables', async () => {
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(String(error)));
  const index = pathToFileURL(join(example.root, 'target/index.html')).href;
  await page.goto(`${index}#/node/model.shop.fact_orders`);
  await page.getByRole('heading', { name: 'fact_orders', exact: true }).waitFor();
  const text = (await page.locator('main').textContent()) ?? '';
  expect(text).toContain('One row for each order, in its newest state.');
  expect(text).toContain('decimal(14,2)');
  expect(text).toMatch(/relationships/);
  await page.goto(`${index}#/node/model.shop.raw_orders`);
  await page.getByText('missing_customer_id').first().waitFor();
  await page.goto(`${index}#/node/model.shop.dim_customer`);
  await page
    .getByText('personal data', { exact: false })
    .or(page.getByText('PII'))
    .first()
    .waitFor();
  expect(problems).toEqual([]);
  await page.close();
});

test('`docs serve` answers on this machine only, to its own name only', async () => {
  const served = startCli(['docs', 'serve', '--port', '0'], example.root);
  await served.until('Ctrl-C ends.');
  const url = /at (http:\/\/127\.0\.0\.1:\d+)/.exec(served.output())![1]!;
  expect((await fetch(url)).status).toBe(200);
  expect((await fetch(`${url}/shop.duckdb`)).status).toBe(404);
  expect((await fetch(`${url}/%2e%2e/project.yml`)).status).toBe(404);
  expect((await fetch(url, { method: 'POST' })).status).toBe(405);
  served.process.kill('SIGINT');
  expect((await served.ended).code).toBe(0);
});
