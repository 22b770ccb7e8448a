import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltSite, buildAssets, buildSite, launch, watch } from './browser.ts';
import { hostileArtifacts, keys, payloads } from './hostile-fixture.ts';
import { blockedAttempts, fetchOutside, hostileState, isPwned } from './in-page.js';

let browser: Browser;
let site: BuiltSite;

beforeAll(async () => {
  browser = await launch();
  site = buildSite(hostileArtifacts(), await buildAssets());
});

afterAll(async () => {
  site?.remove();
  await browser?.close();
});

it('shows hostile names and texts on every page, and runs, loads and links nothing', async () => {
  const { page, context, problems, requests, goto } = await watch(browser, site.url);
  expect(await page.locator('a').count()).toBeGreaterThan(10);
  const pages = [
    '#/',
    '#/lineage',
    '#/lineage?view=table',
    '#/lineage?select=<script>',
    '#/runs',
    '#/node/<img src=x onerror=pwned=1>',
    '#/%E0%A4%A',
  ];
  for (const name of [...payloads, ...keys]) {
    const whole = name.replace(/\p{Surrogate}/gu, '\ufffd');
    for (const id of [
      `model.hostile.${whole}`,
      `source.hostile.${whole}.${whole}`,
      `exposure.hostile.${whole}`,
      `macro.hostile.${whole}`,
      `test.hostile.t_${whole}.c0ffee1234`,
    ]) {
      pages.push(`#/node/${encodeURIComponent(id)}`);
    }
  }
  for (const hash of pages) {
    await goto(hash);
    const state = await page.evaluate(hostileState);
    expect(state, hash).toMatchObject({ pwned: false, badLinks: [], foreign: 0, unseen: false });
    expect(state.overflow, hash).toBeLessThanOrEqual(0);
    if (hash.startsWith('#/node/') && hash.includes('hostile'))
      expect(state.heading, hash).not.toBe('Not found');
  }
  const base = new URL('.', site.url).href;
  expect(requests.filter((url) => !url.startsWith(base) && !url.startsWith('data:'))).toEqual([]);
  expect(problems).toEqual([]);
  await context.close();
});

it('searches hostile text as text', async () => {
  const { page, context, problems } = await watch(browser, site.url);
  await page.keyboard.press('/');
  for (const query of ['<script>', '__proto__', 'javascript:', '.*', '\\', 'constructor']) {
    await page.getByRole('combobox').fill(query);
    await page.waitForTimeout(30);
  }
  expect(await page.locator('.hit').count()).toBeGreaterThan(0);
  expect(await page.evaluate(isPwned)).toBe(false);
  expect(problems).toEqual([]);
  await context.close();
});

it('lets neither markup nor other scripts in, even when the page tries', async () => {
  const { page, context } = await watch(browser, site.url);
  expect(await page.evaluate(blockedAttempts)).toEqual([true, true, true, true, true]);
  expect(await page.evaluate(fetchOutside)).toBe('blocked');
  expect(await page.evaluate(isPwned)).toBe(false);
  await context.close();
});
