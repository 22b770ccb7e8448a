import { ArtifactBuilder, type Artifacts, type ColumnSpec } from './artifact-builder.ts';

/** A small deterministic random source, so that every run measures the same project. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const domains = [
  'finance',
  'sales',
  'marketing',
  'logistics',
  'product',
  'support',
  'people',
  'risk',
];
const layers = ['staging', 'intermediate', 'core', 'marts', 'reports'];
const nouns = [
  'customer',
  'order',
  'invoice',
  'payment',
  'session',
  'ticket',
  'shipment',
  'campaign',
  'product',
  'refund',
];

/** A project of `count` lineage nodes: sources, five layers of models, exposures; tests beside. */
export function largeArtifacts(count: number, seed = 7): Artifacts {
  const random = randomFrom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const b = new ArtifactBuilder('warehouse');
  const sourceCount = Math.floor(count * 0.22);
  const exposureCount = Math.floor(count * 0.04);
  const modelCount = count - sourceCount - exposureCount;
  const built: string[][] = [[]];
  for (let at = 0; at < sourceCount; at++) {
    const name = `${pick(nouns)}_${at}`;
    built[0]!.push(
      b.source(domains[at % domains.length]!, name, {
        description: `The ${name} table of the source system.`,
        columns: columnsOf(name, 8),
      }),
    );
  }
  let start = 0;
  for (let at = 0; at < modelCount; at++) {
    const layer = Math.min(layers.length - 1, Math.floor((at / modelCount) * layers.length));
    built[layer + 1] ??= [];
    const domain = pick(domains);
    const name = `${layers[layer]!.slice(0, 3)}_${domain}_${pick(nouns)}_${at}`;
    const below = built[layer]!;
    const parents = new Set([pick(below)]);
    while (random() < 0.52 && parents.size < 8)
      parents.add(
        random() < 0.75
          ? pick(below)
          : pick(pick(built.slice(0, layer + 2).filter((l) => l && l.length > 0))),
      );
    const columns = columnsOf(name, 14);
    const list = columns.map(([column]) => `    ${column}`).join(',\n');
    const id = b.node({
      type: 'model',
      name,
      folder: `models/${layers[layer]}/${domain}`,
      description: `Builds **${name}** for the ${domain} team.\n\nOne row each ${pick(nouns)}; see the handbook.`,
      parents: [...parents],
      tags: random() < 0.3 ? ['nightly'] : [],
      columns,
      config: { materialized: layer > 1 ? 'table' : 'view' },
      sql: `with base as (\n    select *\n    from {{ ref('x') }}\n    where is_valid -- only rows that passed\n)\n\nselect\n${list}\nfrom base\ngroup by all`,
      compiled: `with base as (\n    select *\n    from "shop"."main"."x"\n    where is_valid -- only rows that passed\n)\n\nselect\n${list}\nfrom base\ngroup by all`,
    });
    built[layer + 1]!.push(id);
    const ms = Math.round(8 + random() ** 4 * 2500);
    b.result(id, {
      status: random() < 0.002 ? 'error' : 'success',
      ms,
      start: Math.floor(start / 8),
      thread: at % 8,
      rows: Math.floor(random() * 1e6),
      message: 'OK',
    });
    start += ms;
    for (const kind of ['unique', 'not_null']) {
      if (random() > 0.75) continue;
      const test = b.test({
        name: `${kind}_${name}_${columns[0]![0]}`,
        on: id,
        column: columns[0]![0],
        generic: kind,
      });
      const roll = random();
      b.result(
        test,
        roll < 0.004
          ? {
              status: 'fail',
              failures: 1 + Math.floor(roll * 9000),
              start: Math.floor(start / 8),
              thread: at % 8,
              message: 'Got results, configured to fail if != 0',
            }
          : { status: 'pass', failures: 0, start: Math.floor(start / 8), thread: at % 8 },
      );
      start += 10;
    }
  }
  const last = built.at(-1)!;
  for (let at = 0; at < exposureCount; at++) {
    b.exposure(`dashboard_${at}`, {
      label: `Dashboard ${at}`,
      url: `https://bi.example.com/${at}`,
      owner: { name: 'BI team', email: 'bi@example.com' },
      parents: [pick(last), pick(last)],
    });
  }
  return b.build(start / 8000);

  function columnsOf(name: string, most: number): readonly (readonly [string, ColumnSpec])[] {
    const words = [
      'id',
      'created_at',
      'updated_at',
      'status',
      'amount',
      'currency',
      'country',
      'quantity',
      'name',
      'email',
      'channel',
      'score',
      'rank',
      'note',
    ];
    return words.slice(0, most).map((word, at) => [
      at === 0 ? `${name}_id` : word,
      {
        type: at % 3 === 0 ? 'BIGINT' : 'VARCHAR',
        description: at === 0 ? `Key of ${name}.` : `The ${word} as the source system has it.`,
        ...(word === 'email' ? { pii: true } : {}),
      },
    ]);
  }
}
