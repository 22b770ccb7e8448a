#!/usr/bin/env node
/**
 * Generates landing data of any size: `customers.csv`, `orders.json` and event files, with the
 * defects of the example's landing folder at a set rate. The same options give the same bytes.
 *
 *   node bench/generate-landing.mjs --directory /tmp/landing --customers 2000000 --orders 0 --events 0
 */
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const firstNames = [
  'Ada',
  'Bo',
  'Cleo',
  'Dev',
  'Ema',
  'Finn',
  'Gia',
  'Hugo',
  'Ines',
  'Jun',
  'Kaya',
  'Liam',
];
const lastNames = [
  'Ferro',
  'Okafor',
  'Lind',
  'Marsh',
  'Novak',
  'Osei',
  'Pinto',
  'Quist',
  'Rao',
  'Sato',
];
const countries = ['DE', 'FR', 'US', 'BR', 'IN', 'JP', 'NG', 'SE'];
const currencies = ['EUR', 'USD', 'BRL', 'JPY'];
const statuses = ['placed', 'paid', 'shipped', 'returned'];
const eventTypes = ['login', 'logout', 'page_view', 'purchase'];

/** @typedef {() => number} Random numbers from 0 up to 1 */

/** A small generator of random numbers that depends on nothing but its seed.
 * @param {number} seed @returns {Random} */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * @typedef {object} LandingOptions
 * @property {string} directory where `customers/`, `orders/` and `events/` are made
 * @property {number} customers rows over all dates
 * @property {number} orders rows over all dates
 * @property {number} events rows over all dates
 * @property {readonly string[]} dates processing dates, YYYY-MM-DD
 * @property {number} seed
 * @property {number} defectRate share of rows with a defect, 0 to 1
 * @property {boolean} [malformed] whether some lines are broken CSV or JSON as well
 */

/** Writes the files; gives the paths it wrote. @param {LandingOptions} options @returns {Promise<string[]>} */
export async function generateLanding(options) {
  const { directory, dates } = options;
  /** @type {string[]} */
  const written = [];
  for (const [index, date] of dates.entries()) {
    const share = (/** @type {number} */ total) =>
      Math.floor((total * (index + 1)) / dates.length) - Math.floor((total * index) / dates.length);
    const first = (/** @type {number} */ total) => Math.floor((total * index) / dates.length) + 1;
    const make = (/** @type {number} */ salt) => seededRandom(options.seed + index * 101 + salt);
    const files = /** @type {const} */ ([
      ['customers', `customers/${date}/customers.csv`, customerLines],
      ['orders', `orders/${date}/orders.json`, orderLines],
      ['events', `events/${date}-0001.jsonl`, eventLines],
    ]);
    for (const [salt, [kind, path, lines]] of files.entries()) {
      const count = share(options[kind]);
      if (count === 0) continue;
      const target = join(directory, path);
      await writeLines(target, lines(make(salt), first(options[kind]), count, date, options));
      written.push(target);
    }
  }
  return written;
}

/** @template T @param {Random} random @param {readonly T[]} list @returns {T} */
function pick(random, list) {
  return /** @type {T} */ (list[Math.floor(random() * list.length)]);
}

/** @param {Random} random @param {string} date */
function timeOn(random, date) {
  const two = (/** @type {number} */ n) => String(Math.floor(n)).padStart(2, '0');
  return `${date} ${two(random() * 24)}:${two(random() * 60)}:${two(random() * 60)}`;
}

/** @param {Random} random @param {number} first @param {number} count @param {string} date @param {LandingOptions} options */
function* customerLines(random, first, count, date, { defectRate, malformed }) {
  yield 'customer_id,name,email,country,created_at';
  let before = '';
  for (let i = 0; i < count; i++) {
    let id = first + i;
    let name = `${pick(random, firstNames)} ${pick(random, lastNames)}`;
    let country = pick(random, countries);
    const email = `${name.toLowerCase().replace(' ', '.')}${id}@example.com`;
    if (random() < defectRate) {
      const kind = Math.floor(random() * (malformed ? 5 : 4));
      if (kind === 0 && before !== '') {
        yield before;
        continue;
      }
      if (kind === 1) id = Math.max(first, id - 1 - Math.floor(random() * 50));
      else if (kind === 2) name = '';
      else if (kind === 3) country = '';
      else if (kind === 4) {
        yield `${id},${name}`;
        continue;
      }
    }
    before = `${id},${name},${email},${country},${timeOn(random, date)}`;
    yield before;
  }
}

/** @param {Random} random @param {number} first @param {number} count @param {string} date @param {LandingOptions} options */
function* orderLines(random, first, count, date, { customers, defectRate }) {
  yield '[';
  const [year, month, day] = date.split('-');
  for (let i = 0; i < count; i++) {
    /** @type {number | null} */
    let customer = 1 + Math.floor(random() * Math.max(1, customers));
    let amount = (random() * 500).toFixed(2);
    let status = pick(random, statuses);
    let day_ = date;
    if (random() < defectRate) {
      const kind = Math.floor(random() * 6);
      if (kind === 0) customer = null;
      else if (kind === 1) amount = `-${amount}`;
      else if (kind === 2) status = status.toUpperCase();
      else if (kind === 3) day_ = `${day}-${month}-${year}`;
      else if (kind === 4) day_ = `${day}/${month}/${year}`;
      else day_ = 'not a date';
    }
    yield `{"order_id": ${first + i}, "customer_id": ${customer}, "amount": ${amount}, "currency": "${pick(random, currencies)}", "status": "${status}", "order_date": "${day_}"}${i === count - 1 ? '' : ','}`;
  }
  yield ']';
}

/** @param {Random} random @param {number} first @param {number} count @param {string} date @param {LandingOptions} options */
function* eventLines(random, first, count, date, { customers, defectRate, malformed }) {
  for (let i = 0; i < count; i++) {
    let id = first + i;
    let type = pick(random, eventTypes);
    let at = timeOn(random, date).replace(' ', 'T');
    if (random() < defectRate) {
      const kind = Math.floor(random() * (malformed ? 4 : 3));
      if (kind === 0) id = Math.max(first, id - 1);
      else if (kind === 1) type = 'LOG_IN';
      else if (kind === 2) at = 'invalid_timestamp';
      else {
        yield `{"event_id": ${id}, "customer_id"`;
        continue;
      }
    }
    yield `{"event_id": ${id}, "customer_id": ${1 + Math.floor(random() * Math.max(1, customers))}, "event_type": "${type}", "event_timestamp": "${at}"}`;
  }
}

/** @param {string} path @param {Iterable<string>} lines */
async function writeLines(path, lines) {
  mkdirSync(dirname(path), { recursive: true });
  const stream = createWriteStream(path);
  let block = '';
  for (const line of lines) {
    block += `${line}\n`;
    if (block.length < 1 << 20) continue;
    if (!stream.write(block))
      await new Promise((resolve) => stream.once('drain', () => resolve(undefined)));
    block = '';
  }
  await new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.end(block, () => resolve(undefined));
  });
}

/** @param {readonly string[]} args @returns {Record<string, string>} */
export function readFlags(args) {
  /** @type {Record<string, string>} */
  const flags = {};
  for (let i = 0; i < args.length; i += 2)
    flags[String(args[i]).replace(/^--/, '')] = String(args[i + 1] ?? '');
  return flags;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const flags = readFlags(process.argv.slice(2));
  const written = await generateLanding({
    directory: flags['directory'] ?? 'landing-generated',
    customers: Number(flags['customers'] ?? 100_000),
    orders: Number(flags['orders'] ?? 100_000),
    events: Number(flags['events'] ?? 100_000),
    dates: (flags['dates'] ?? '2026-01-26,2026-01-27,2026-01-28').split(','),
    seed: Number(flags['seed'] ?? 1),
    defectRate: Number(flags['defect-rate'] ?? 0.01),
    malformed: flags['malformed'] === 'true',
  });
  console.log(written.join('\n'));
}
