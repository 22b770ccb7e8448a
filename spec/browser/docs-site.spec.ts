import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveSite } from '../../src/docs-site/serve.ts';
import { type BuiltSite, buildAssets, buildSite, launch, type Watched, watch } from './browser.ts';
import {
  activeId,
  background,
  cardCountIs,
  chosenTheme,
  hashStartsWith,
  headingIs,
  lowContrast,
  namelessControls,
  sidewaysOverflow,
} from './in-page.js';
import { shopArtifacts } from './shop-fixture.ts';

let browser: Browser;
let site: BuiltSite;

beforeAll(async () => {
  browser = await launch();
  site = buildSite(shopArtifacts(), await buildAssets());
});

afterAll(async () => {
  site?.remove();
  await browser?.close();
});

/** Opens the site, runs the steps, and asks that nothing was amiss meanwhile. */
async function onSite(
  steps: (site: Watched) => Promise<void>,
  options: Parameters<typeof watch>[2] = {},
): Promise<void> {
  const watched = await watch(browser, site.url, options);
  try {
    await steps(watched);
    expect(watched.problems).toEqual([]);
    const base = new URL('.', site.url).href;
    expect(
      watched.requests.filter((url) => !url.startsWith(base) && !/^(?:data|blob):/.test(url)),
    ).toEqual([]);
  } finally {
    await watched.context.close();
  }
}

const fact = '#/node/model.shop.fact_orders';

describe('opening', () => {
  it('works from file:// on every page, with no request outside the folder', () =>
    onSite(async ({ page, goto }) => {
      expect(await page.title()).toBe('shop');
      for (const hash of [
        fact,
        '#/node/source.shop.landing.orders',
        '#/node/macro.shop.cents_to_euros',
        '#/node/seed.shop.currencies',
        '#/node/exposure.shop.sales_dashboard',
        '#/node/test.shop.revenue_is_never_negative',
        '#/lineage',
        '#/lineage?view=map',
        '#/lineage?view=table',
        '#/runs',
        '#/nowhere',
        '#/',
      ]) {
        await goto(hash);
        expect(await page.locator('h1').count(), hash).toBe(1);
      }
    }));

  it('works from a server and from a folder below it', async () => {
    const server = await serveSite({ directory: site.directory, port: 0 });
    const watched = await watch(browser, server.url);
    await watched.goto(fact);
    expect(await watched.page.locator('h1').textContent()).toBe('fact_orders');
    expect(await watched.page.locator('.columns tbody tr').count()).toBe(9);
    expect(watched.problems).toEqual([]);
    expect(watched.requests.every((url) => url.startsWith(server.url))).toBe(true);
    await watched.context.close();
    await server.close();
  });

  it('takes deep links, also of the old form, and sets the title', () =>
    onSite(async ({ page, goto }) => {
      await page.goto(`${site.url}${fact}?section=sql`);
      await page.reload();
      await page.waitForSelector('.pane');
      expect(await page.title()).toBe('fact_orders · shop');
      await goto('#!/model/model.shop.dim_customer');
      expect(await page.locator('h1').textContent()).toBe('dim_customer');
      await page.goBack();
      expect(await page.locator('h1').textContent()).toBe('fact_orders');
    }));
});

describe('overview', () => {
  it('says what needs attention first', () =>
    onSite(async ({ page }) => {
      const rows = page.locator('#section-attention tbody tr');
      expect(await rows.count()).toBe(2);
      expect(await rows.first().textContent()).toContain('unique_dim_customer_email');
      expect(await rows.first().textContent()).toContain('fail');
      expect(await page.locator('.tile').allTextContents()).toContain('7models');
    }));
});

describe('node page', () => {
  it('shows columns with types, tests with results, SQL of both kinds', () =>
    onSite(async ({ page, goto }) => {
      await goto(fact);
      expect(await page.locator('.columns tbody tr').nth(3).textContent()).toMatch(
        /status.*varchar.*One of placed.*accepted_values/,
      );
      expect(await page.locator('#section-tests tbody tr').first().textContent()).toMatch(
        /warn.*12/,
      );
      expect(await page.locator('.pane').count()).toBe(2);
      expect(await page.locator('.pane .t-jinja-name').first().textContent()).toBe('config');
      await page.getByRole('button', { name: 'Compiled', exact: true }).click();
      expect(await page.locator('.pane').count()).toBe(1);
      expect(await page.locator('.pane code').textContent()).toContain('"shop"."raw"."raw_orders"');
      expect(await page.locator('.near .card').count()).toBe(5);
    }));

  it('shows expectations, landing files and personal data', () =>
    onSite(async ({ page, goto }) => {
      await goto('#/node/model.shop.raw_orders');
      expect(await page.locator('#section-expectations tbody tr').first().textContent()).toMatch(
        /amount_not_negative.*amount >= 0.*quarantine/,
      );
      await goto('#/node/source.shop.landing.customers');
      expect(await page.locator('#section-landing').textContent()).toContain(
        'landing/customers/*.csv',
      );
      expect(await page.locator('.badge.pii').count()).toBe(2);
    }));

  it('copies SQL', () =>
    onSite(
      async ({ page, goto }) => {
        await goto('#/node/model.shop.raw_events');
        await page.getByRole('button', { name: 'Copy compiled code' }).click();
        await page.getByText('Copied').waitFor();
      },
      { permissions: ['clipboard-write'] },
    ));
});

describe('tree and search', () => {
  it('walks the tree by keyboard', () =>
    onSite(async ({ page }) => {
      await page.getByRole('tree').focus();
      for (const key of ['End', 'Home', 'ArrowLeft', 'ArrowRight', 'ArrowDown', 'ArrowDown'])
        await page.keyboard.press(key);
      const active = page.locator('.tree-row.active');
      expect(await active.textContent()).toContain('customers');
      await page.keyboard.press('Enter');
      await page.waitForFunction(headingIs, 'landing.customers');
      expect(await page.locator('.tree-row[aria-current]').textContent()).toContain('customers');
      await page.getByRole('button', { name: 'Database' }).click();
      expect(await page.locator('.tree-row').allTextContents()).toEqual(
        expect.arrayContaining(['shop11', 'main5', 'raw3']),
      );
    }));

  it('searches by keyboard: names first, then columns and descriptions', () =>
    onSite(async ({ page }) => {
      await page.keyboard.press('/');
      await page.keyboard.type('orders');
      expect(await page.locator('.hit .name').first().textContent()).toBe('landing.orders');
      await page.keyboard.press('Escape');
      expect(await page.getByRole('dialog').count()).toBe(0);
      await page.keyboard.press('Control+k');
      await page.keyboard.type('ip_address');
      await page.locator('.hit-found').first().waitFor();
      expect(await page.locator('.hit').first().textContent()).toContain('ip_address');
      await page.keyboard.press('Control+A');
      await page.keyboard.type('finance team');
      await page.locator('.hit').first().waitFor();
      expect(await page.locator('.hit .name').first().textContent()).toBe('fact_orders');
      await page.keyboard.press('Enter');
      await page.waitForFunction(headingIs, 'fact_orders');
    }));
});

describe('lineage', () => {
  it('filters by the grammar of the command line and keeps it in the address', () =>
    onSite(async ({ page, goto }) => {
      await goto('#/lineage');
      expect(await page.locator('.lineage-stage .card').count()).toBe(12);
      await page.getByLabel('--select').fill('+fact_orders');
      await page.waitForFunction(cardCountIs, 7);
      await page.getByLabel('--exclude').fill('source:landing');
      await page.waitForFunction(cardCountIs, 5);
      expect(page.url()).toContain('select=%2Bfact_orders&exclude=source%3Alanding');
      await page.reload();
      await page.waitForSelector('.card');
      expect(await page.locator('.lineage-stage .card').count()).toBe(5);
      expect(await page.locator('.lineage-count').textContent()).toBe('5 of 12 nodes');
    }));

  it('shows what is wrong with a selector', () =>
    onSite(async ({ page, goto }) => {
      await goto('#/lineage');
      await page.getByLabel('--select').fill('nonsense:x');
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('alert').textContent()).toContain('nonsense');
    }));

  it('opens, zooms and walks the map; the table has the same nodes', () =>
    onSite(async ({ page, goto }) => {
      await goto('#/lineage?view=map');
      await page.locator('.map').focus();
      for (const key of ['ArrowDown', 'ArrowRight', '+', '-', '0']) await page.keyboard.press(key);
      expect(await page.locator('.map [role=status]').textContent()).toMatch(/parents/);
      await page.keyboard.press('Enter');
      await page.waitForFunction(hashStartsWith, '#/node/');
      await goto('#/lineage?view=table&select=tag:finance');
      expect(await page.locator('.lineage-table tbody tr').count()).toBe(2);
    }));

  it('exports SVG', () =>
    onSite(async ({ page, goto }) => {
      await goto('#/lineage');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'SVG' }).click(),
      ]);
      expect(download.suggestedFilename()).toBe('lineage.svg');
    }));
});

describe('runs', () => {
  it('shows the timeline and the results, worst first', () =>
    onSite(async ({ page, goto }) => {
      await goto('#/runs');
      await page.waitForSelector('.gantt svg');
      expect(await page.locator('#section-results tbody tr').first().textContent()).toContain(
        'fail',
      );
      await page.getByRole('button', { name: 'Slowest first' }).click();
      expect(await page.locator('#section-results tbody tr').first().textContent()).toContain(
        'raw_events',
      );
    }));
});

describe('looks', () => {
  const ground = (watched: Watched): Promise<string> => watched.page.evaluate(background);

  it('follows the system and the button', () =>
    onSite(
      async (watched) => {
        const dark = await ground(watched);
        const button = watched.page.getByRole('button', { name: /Colours/ });
        await button.click();
        expect(await ground(watched)).not.toBe(dark);
        await button.click();
        expect(await ground(watched)).toBe(dark);
        await watched.page.reload();
        await watched.page.waitForSelector('h1');
        expect(await watched.page.evaluate(chosenTheme)).toBe('dark');
      },
      { colorScheme: 'dark' },
    ));

  for (const width of [360, 390, 820, 1440]) {
    it(`needs no sideways scrolling at ${width}`, () =>
      onSite(
        async ({ page, goto }) => {
          for (const hash of [
            '#/',
            fact,
            '#/node/model.shop.raw_orders',
            '#/lineage',
            '#/runs',
            '#/node/source.shop.landing.customers',
          ]) {
            await goto(hash);
            expect(await page.evaluate(sidewaysOverflow), hash).toBeLessThanOrEqual(0);
          }
        },
        { viewport: { width, height: 800 } },
      ));
  }

  it('has a menu where it is narrow', () =>
    onSite(
      async ({ page }) => {
        await page.getByRole('button', { name: 'Open navigation' }).click();
        await page.getByRole('treeitem', { name: /fact_orders/ }).click();
        await page.waitForFunction(headingIs, 'fact_orders');
        expect(await page.locator('.menu-open').count()).toBe(0);
      },
      { viewport: { width: 390, height: 800 } },
    ));

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has text of enough contrast in ${colorScheme}`, () =>
      onSite(
        async ({ page, goto }) => {
          for (const hash of ['#/', fact, '#/node/model.shop.raw_orders', '#/runs']) {
            await goto(hash);
            expect(await page.evaluate(lowContrast), hash).toEqual([]);
          }
        },
        { colorScheme },
      ));
  }

  it('names every control, and has one main, one h1 and a skip link', () =>
    onSite(async ({ page, goto }) => {
      for (const hash of ['#/', fact, '#/lineage', '#/runs']) {
        await goto(hash);
        expect(await page.evaluate(namelessControls), hash).toEqual([]);
        expect(await page.locator('main').count()).toBe(1);
      }
      await page.reload();
      await page.waitForSelector('h1');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expect(await page.evaluate(activeId)).toBe('main');
    }));
});
