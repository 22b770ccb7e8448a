import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTsdbtError } from '../errors/tsdbt-error.ts';
import { withoutShortcuts } from './conformance-host.ts';
import {
  extractBlocks,
  fromJs,
  literalEval,
  modules,
  parseTemplate,
  render,
  renderNative,
  renderSync,
  scopeFromMap,
  type Value,
} from './index.ts';

const limits = { steps: 20_000, outputCharacters: 100_000, depth: 40, rangeLength: 1000 };
const seed = Number(process.env['TSDBT_FUZZ_SEED'] ?? 20_260_101);
const numRuns = Number(process.env['TSDBT_FUZZ_RUNS'] ?? 5000);

const scope = () =>
  scopeFromMap(
    new Map<string, Value>([
      ['d', fromJs({ a: 1, b: { c: [1, 2] }, items: 3 })],
      ['l', fromJs([3, 1, 2])],
      ['t', 'Text x'],
      ['a', 2],
      ['b', 'q'],
      ['modules', modules({ now: () => new Date(0) })],
    ]),
  );

const name = fc.constantFrom(
  'a',
  'b',
  'd',
  'l',
  't',
  'x',
  'loop',
  'ns',
  'caller',
  'varargs',
  'kwargs',
  'm',
  'range',
  'namespace',
  'cycler',
  'dict',
  'range',
  'a',
  'b',
  'l',
  'd',
  't',
  'modules',
);
const literal = fc.constantFrom(
  "'x'",
  '"a b"',
  "'%s-%d'",
  "'{0} {a}'",
  "''",
  '0',
  '1',
  '-3',
  '2.5',
  '1e40',
  '99999999999999999999',
  'true',
  'none',
  '[]',
  '{}',
  '()',
  "'é😀'",
  "'a\\nb'",
  'nan',
);
const member = fc.constantFrom(
  'a',
  'b',
  'items',
  'keys',
  'append',
  'update',
  'upper',
  'split',
  'join',
  'format',
  'replace',
  'strip',
  'pop',
  'get',
  'index',
  'last',
  'next',
  'x',
  '__class__',
  'constructor',
  'datetime',
  're',
  'count',
  'sort',
  'zfill',
  'center',
);
const filter = fc.constantFrom(
  'upper',
  'length',
  'list',
  'join(",")',
  'default(1)',
  'sort',
  'unique|list',
  'first',
  'last',
  'int',
  'float',
  'round',
  'abs',
  'map("string")|list',
  'select|list',
  'batch(2)|list',
  'groupby("a")',
  'tojson',
  'pprint',
  'indent',
  'truncate(5)',
  'wordwrap(3)',
  'format(1)',
  'replace("a", "b")',
  'sum',
  'max',
  'reverse',
  'dictsort',
  'items|list',
  'string',
  'title',
  'xmlattr',
  'urlize',
  'center(9)',
  'slice(2)|list',
  'filesizeformat',
  'attr("a")',
  'selectattr("a")|list',
  'escape',
  'trim',
  'list',
  'nosuch',
);
const test = fc.constantFrom(
  'defined',
  'none',
  'string',
  'odd',
  'mapping',
  'in l',
  'divisibleby 2',
  'eq 1',
  'iterable',
  'callable',
  'sameas 1',
  'nosuch',
);
const operator = fc.constantFrom(
  '+',
  '-',
  '*',
  '/',
  '//',
  '%',
  '**',
  '~',
  '==',
  '!=',
  '<',
  '>=',
  'in',
  'not in',
  'and',
  'or',
);

const { expr, body } = fc.letrec<{ expr: string; args: string; stmt: string; body: string }>(
  (tie) => ({
    expr: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      name,
      literal,
      fc.tuple(tie('expr'), operator, tie('expr')).map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc.tuple(tie('expr'), member).map(([a, b]) => `${a}.${b}`),
      fc.tuple(tie('expr'), member, tie('args')).map(([a, b, args]) => `${a}.${b}(${args})`),
      fc.tuple(tie('expr'), tie('args')).map(([a, args]) => `${a}(${args})`),
      fc.tuple(tie('expr'), tie('expr')).map(([a, b]) => `${a}[${b}]`),
      fc.tuple(tie('expr'), tie('expr')).map(([a, b]) => `${a}[${b}:]`),
      fc.tuple(tie('expr'), filter).map(([a, b]) => `(${a})|${b}`),
      fc.tuple(tie('expr'), test).map(([a, b]) => `(${a} is ${b})`),
      fc.tuple(tie('expr'), tie('expr')).map(([a, b]) => `[${a}, ${b}]`),
      fc.tuple(tie('expr'), tie('expr')).map(([a, b]) => `{${a}: ${b}}`),
      fc
        .tuple(tie('expr'), tie('expr'), tie('expr'))
        .map(([a, b, c]) => `(${a} if ${b} else ${c})`),
      tie('expr').map((a) => `(-${a})`),
      tie('expr').map((a) => `(not ${a})`),
    ),
    args: fc.oneof(
      fc.constant(''),
      tie('expr'),
      fc.tuple(tie('expr'), tie('expr')).map(([a, b]) => `${a}, ${b}`),
      tie('expr').map((a) => `a=${a}`),
      tie('expr').map((a) => `*${a}`),
      tie('expr').map((a) => `**${a}`),
    ),
    stmt: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom('text', '\n', '{# c #}', '{% raw %}{{ x }}{% endraw %}'),
      tie('expr').map((a) => `{{ ${a} }}`),
      tie('expr').map((a) => `{{- ${a} -}}`),
      fc.tuple(name, tie('expr')).map(([a, b]) => `{% set ${a} = ${b} %}`),
      fc.tuple(name, tie('body')).map(([a, b]) => `{% set ${a} %}${b}{% endset %}`),
      fc
        .tuple(tie('expr'), tie('body'), tie('body'))
        .map(([a, b, c]) => `{% if ${a} %}${b}{% else %}${c}{% endif %}`),
      fc
        .tuple(name, tie('expr'), tie('body'))
        .map(([a, b, c]) => `{% for ${a} in ${b} %}${c}{% endfor %}`),
      fc
        .tuple(tie('expr'), fc.constantFrom('break', 'continue'), tie('body'))
        .map(
          ([a, b, c]) =>
            `{% for a in range(4) %}{% if ${a} %}{% ${b} %}{% endif %}${c}{% endfor %}`,
        ),
      fc
        .tuple(name, tie('expr'), tie('expr'), tie('body'))
        .map(
          ([a, b, c, d]) => `{% for ${a} in ${b} if ${c} recursive %}${d}{% else %}e{% endfor %}`,
        ),
      fc
        .tuple(tie('expr'), tie('body'))
        .map(([a, b]) => `{% macro m(a, b=${a}) %}${b}{% endmacro %}`),
      fc.tuple(tie('args'), tie('body')).map(([a, b]) => `{% call m(${a}) %}${b}{% endcall %}`),
      fc.tuple(filter, tie('body')).map(([a, b]) => `{% filter ${a} %}${b}{% endfilter %}`),
      fc
        .tuple(name, tie('expr'), tie('body'))
        .map(([a, b, c]) => `{% with ${a} = ${b} %}${c}{% endwith %}`),
      tie('expr').map((a) => `{% do ${a} %}`),
    ),
    body: fc.array(tie('stmt'), { maxLength: 4 }).map((parts) => parts.join('')),
  }),
);

/** What becomes of a template: its text, or its error in one line. Anything else is a bug. */
function settle(run: () => string): string {
  try {
    return run();
  } catch (error) {
    return described(error);
  }
}

function described(error: unknown): string {
  if (!isTsdbtError(error)) throw error;
  expect(
    error.name,
    String(error.cause instanceof Error ? error.cause.stack : error.cause),
  ).not.toBe('internal-error');
  expect(error.location?.file).toBe('fuzz.sql');
  return `${error.name}: ${error.message}`;
}

const parse = (source: string) => parseTemplate(source, { file: 'fuzz.sql' });

describe('random templates', () => {
  it('give a text or a TsdbtError, the same on every way through the engine', async () => {
    await fc.assert(
      fc.asyncProperty(body, async (source) => {
        const direct = settle(() => renderSync(parse(source), scope(), { limits }));
        const careful = settle(() =>
          renderSync(withoutShortcuts(parse(source)), scope(), { limits }),
        );
        expect(careful).toBe(direct);
        const awaited = await Promise.resolve()
          .then(() => render(parse(source), scope(), { limits }))
          .catch(described);
        expect(awaited).toBe(direct);
        settle(() => renderSync(parse(source), scope(), { limits, undefinedMode: 'lenient' }));
      }),
      { seed, numRuns },
    );
  });

  it('survive any damage', () => {
    const damage = fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat(3),
        fc.constantFrom(
          '',
          '{{',
          '}}',
          '{%',
          '%}',
          '{#',
          "'",
          '"',
          '(',
          ')',
          '|',
          ' is ',
          '.',
          '-',
          '\\',
          '\u0000',
          '😀',
        ),
      ),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(body, damage, (source, changes) => {
        let text = source;
        for (const [place, count, insert] of changes) {
          const at = place % (text.length + 1);
          text = text.slice(0, at) + insert + text.slice(at + count);
        }
        settle(() => renderSync(parse(text), scope(), { limits }));
        settle(() =>
          extractBlocks(text, { file: 'fuzz.sql' })
            .map((block) => block.name)
            .join(),
        );
      }),
      { seed, numRuns },
    );
  });

  it('render natively or fail cleanly', () => {
    fc.assert(
      fc.property(expr, (source) => {
        settle(() => {
          renderNative(parse(`{{ ${source} }}`), scope());
          return '';
        });
      }),
      { seed, numRuns: Math.min(numRuns, 2000) },
    );
  });

  it('read literals or fail cleanly', () => {
    fc.assert(
      fc.property(fc.oneof(expr, fc.string()), (source) => {
        try {
          literalEval(source);
        } catch (error) {
          if (!isTsdbtError(error)) throw error;
        }
      }),
      { seed, numRuns: Math.min(numRuns, 2000) },
    );
  });
});
