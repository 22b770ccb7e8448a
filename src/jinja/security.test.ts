import { describe, expect, it } from 'vitest';
import { isTsdbtError } from '../errors/tsdbt-error.ts';
import { mappingKey } from '../util/mapping-key.ts';
import {
  fromJs,
  hostFunction,
  modules,
  parseTemplate,
  renderSync,
  scopeFromMap,
  toJs,
  type Value,
} from './index.ts';

const host = new Map<string, Value>([
  ['ref', hostFunction('ref', (args) => args[0] ?? null)],
  ['data', fromJs({ a: 1, list: [1, 2], text: 'x' })],
  ['modules', modules({ now: () => new Date(0) })],
]);

/** What a payload comes to: its text, or the name of its error. */
function attempt(source: string): string {
  try {
    return renderSync(parseTemplate(source, { file: 'evil.sql' }), scopeFromMap(host));
  } catch (error) {
    if (isTsdbtError(error)) return error.name;
    throw error;
  }
}

/** Payloads that reach for something, and what Jinja's sandbox makes of each. */
const payloads: readonly (readonly [string, string])[] = [
  // JavaScript: the way from any value to the function constructor.
  ["{{ ''.constructor }}", ''],
  ["{{ ''.constructor.constructor }}", 'jinja-undefined'],
  ["{{ ''.constructor.constructor('return process.version')() }}", 'jinja-undefined'],
  ["{{ ''['constructor']['constructor']('return 7')() }}", 'jinja-undefined'],
  ["{{ ''['con' ~ 'structor'] }}", ''],
  ["{{ [].constructor('return 7') }}", 'jinja-undefined'],
  ["{{ [].map.constructor('return 7')() }}", 'jinja-undefined'],
  ["{{ [].concat.constructor('return 7')() }}", 'jinja-undefined'],
  ["{{ {}.constructor.constructor('return 7')() }}", 'jinja-undefined'],
  ["{{ (1).constructor.constructor('return 7')() }}", 'jinja-undefined'],
  ["{{ true.constructor.constructor('return 7')() }}", 'jinja-undefined'],
  ["{{ none.constructor.constructor('return 7')() }}", 'jinja-undefined'],
  ["{{ (2**70).constructor.constructor('return 7')() }}", 'jinja-undefined'],
  ["{{ 1.5.constructor.constructor('return 7')() }}", 'jinja-undefined'],
  ["{{ ref.constructor('return 7')() }}", 'jinja-undefined'],
  ["{{ ref.call.constructor('return 7')() }}", 'jinja-undefined'],
  ['{{ ref.bind }}{{ ref.apply }}{{ ref.call }}', ''],
  ['{{ ref.pyCall }}{{ ref.pyAttr }}{{ ref.pyTypeName }}', ''],
  ["{{ range.constructor('return 7')() }}", 'jinja-undefined'],
  ["{{ cycler.constructor('return 7')() }}", 'jinja-undefined'],
  ["{{ cycler('a').next.constructor('return 7')() }}", 'jinja-undefined'],
  ["{{ joiner.constructor('return 7')() }}", 'jinja-undefined'],
  ["{{ namespace().constructor.constructor('return 7')() }}", 'jinja-undefined'],
  ["{{ dict(a=1).constructor.constructor('return 7')() }}", 'jinja-undefined'],
  ["{{ ''.upper.constructor('return 7')() }}", 'jinja-undefined'],
  ["{{ data.constructor.constructor('return 7')() }}", 'jinja-undefined'],
  ["{{ data.items.constructor('return 7')() }}", 'jinja-undefined'],
  ["{{ modules.re.compile('a').constructor.constructor('return 7')() }}", 'jinja-undefined'],
  ["{{ modules.datetime.datetime.constructor('return 7')() }}", 'jinja-undefined'],
  [
    '{% for i in [1] %}{{ loop.constructor.constructor("return 7")() }}{% endfor %}',
    'jinja-undefined',
  ],
  ["{% macro m() %}{% endmacro %}{{ m.constructor('return 7')() }}", 'jinja-undefined'],
  ['{{ nope.constructor }}', 'jinja-undefined'],
  ["{{ ([1]|map('string')).constructor }}", ''],
  ["{{ ([1]|map('string')).next }}{{ ([1]|map('string')).throw }}", ''],
  ["{{ [1]|map(attribute='constructor')|list }}", '[Undefined]'],
  ["{{ [1]|map(attribute='constructor.constructor')|list }}", 'jinja-undefined'],
  ["{{ ''|attr('constructor') }}", ''],
  ["{{ [[1]]|groupby('constructor')|length }}", '1'],
  ["{{ '{0.constructor}'.format('') }}", ''],
  ["{{ '{0.constructor.constructor}'.format('') }}", 'jinja-undefined'],
  ["{{ '{0[constructor]}'.format([]) }}", ''],
  // Prototype pollution.
  ['{{ {}.__proto__ }}', ''],
  ["{{ {}.__proto__.update({'polluted': 1}) }}", 'jinja-undefined'],
  ["{{ {}['__proto__'] }}", ''],
  ["{% set d = {'__proto__': {'polluted': 1}} %}{{ d.polluted }}", ''],
  ["{% do {}.update({'__proto__': {'polluted': 1}}) %}", ''],
  ["{% set ns = namespace(__proto__={'polluted': 1}) %}{{ ns.polluted }}", ''],
  ["{% set ns = namespace() %}{% set ns.__proto__ = {'polluted': 1} %}{{ {}.polluted }}", ''],
  ["{% macro m() %}{{ kwargs.polluted }}{% endmacro %}{{ m(__proto__={'polluted': 1}) }}", ''],
  ["{{ dict(__proto__={'polluted': 1}).polluted }}", ''],
  ['{{ {}.__defineGetter__ }}{{ {}.__lookupGetter__ }}', ''],
  ['{{ {}.hasOwnProperty }}{{ {}.toString }}{{ {}.valueOf }}', ''],
  ['{{ constructor }}{{ __proto__ }}{{ toString }}{{ hasOwnProperty }}', ''],
  ['{{ process }}{{ require }}{{ globalThis }}{{ this }}{{ global }}{{ module }}', ''],
  ['{{ process.env.SECRET }}', 'jinja-undefined'],
  ['{{ 1|constructor }}', 'jinja-syntax'],
  ['{{ 1|__proto__ }}', 'jinja-syntax'],
  ['{{ 1 is constructor }}', 'jinja-syntax'],
  ["{{ [1]|map('constructor')|list }}", 'jinja-runtime'],
  ["{{ [1]|map('__proto__')|list }}", 'jinja-runtime'],
  ["{{ [1]|select('constructor')|list }}", 'jinja-runtime'],
  // Python: the way from any value to its class and all others.
  ["{{ ''.__class__ }}", ''],
  ["{{ ''.__class__.__mro__ }}", 'jinja-security'],
  ["{{ ''.__class__.__mro__[1].__subclasses__() }}", 'jinja-security'],
  ["{{ ''['__class__']['__mro__'] }}", 'jinja-security'],
  ['{{ [].__class__.__base__.__subclasses__() }}', 'jinja-security'],
  ['{{ ().__class__.__bases__[0] }}', 'jinja-security'],
  ["{{ (''|attr('__class__')).__mro__ }}", 'jinja-security'],
  ["{{ (''|attr('__cl' ~ 'ass__')).x }}", 'jinja-security'],
  ["{{ ref.__globals__['os'] }}", 'jinja-security'],
  ["{{ lipsum.__globals__.os.popen('id') }}", 'jinja-security'],
  ['{{ cycler.__init__.__globals__.os }}', 'jinja-security'],
  ['{{ namespace.__init__.__globals__ }}', 'jinja-security'],
  ['{{ joiner.__init__.__globals__ }}', 'jinja-security'],
  ["{{ ''.join.__self__.x }}", 'jinja-security'],
  ['{{ dict.__subclasses__() }}', 'jinja-security'],
  ['{{ dict.mro() }}', 'jinja-security'],
  ["{{ ([1]|map('string')).gi_frame.f_globals }}", 'jinja-security'],
  ["{{ '{0.__class__.__mro__}'.format(1) }}", 'jinja-security'],
  ["{{ '{x.__class__.y}'.format_map({'x': 1}) }}", 'jinja-security'],
  ['{{ nope.__class__.x }}', 'jinja-security'],
  ["{{ [1]|map(attribute='__class__.__name__')|list }}", 'jinja-security'],
  ['{% macro m() %}{% endmacro %}{{ m.__init__.x }}', 'jinja-security'],
  ['{{ modules.datetime.date.__class__.x }}', 'jinja-security'],
  ['{{ modules.datetime.date.mro.x }}', 'jinja-security'],
  // What needs a loader, there is none of.
  ["{% include '/etc/passwd' %}", 'jinja-runtime'],
  ["{% import 'x' as y %}", 'jinja-runtime'],
  ["{% from 'x' import y %}", 'jinja-runtime'],
  ["{% extends 'x' %}", 'jinja-runtime'],
];

describe('payloads that try to get out of the template', () => {
  it('has enough of them', () => {
    expect(payloads.length).toBeGreaterThanOrEqual(60);
  });

  it.each(payloads)('%s', (source, expected) => {
    expect(attempt(source)).toBe(expected);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('converts a dict with a __proto__ key without touching a prototype', () => {
    const plain = toJs(fromJs(JSON.parse('{"__proto__": {"polluted": 1}, "a": 2}')));
    expect(Object.keys(plain as object)).toEqual([mappingKey('__proto__'), 'a']);
    expect((plain as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('templates that use too much', () => {
  const limited: readonly string[] = [
    "{{ 'x' * 10**9 }}",
    '{{ [1] * 10**9 }}',
    "{% set x = 'abcdefgh' %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    '{% set l = [1] %}{% for i in range(60) %}{% do l.extend(l) %}{% endfor %}',
    '{{ 10 ** (10 ** 10) }}',
    '{{ (10 ** 100000) ** 100000 }}',
    '{{ range(10**9)|list }}',
    '{{ range(100001) }}',
    '{% for i in range(99999) %}{% for j in range(99999) %}{% for k in range(99999) %}{% endfor %}{% endfor %}{% endfor %}',
    '{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}',
    '{% macro f() %}{{ g() }}{% endmacro %}{% macro g() %}{{ f() }}{% endmacro %}{{ g() }}',
    '{% for x in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}',
    "{{ 'a'.center(10**9) }}",
    "{{ 'a'.ljust(10**9) }}",
    "{{ 'a'.zfill(10**9) }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '{:1000000000}'.format(1) }}",
    "{{ 'a'|center(10**9) }}",
    "{{ 'a'|indent(10**9, true) }}",
    "{{ ('a' * 1000000).replace('a', 'b' * 1000) }}",
    "{{ ('b' * 1000000).join(range(1000)|map('string')) }}",
    "{{ [1]|batch(10**9, 'x')|list }}",
    '{{ modules.itertools.count()|list }}',
    '{{ modules.itertools.cycle([1])|list }}',
    '{{ modules.itertools.product(range(1000), repeat=5)|list }}',
    "{{ modules.re.match('(a+)+$', 'a' * 40 ~ 'b') }}",
    "{{ modules.re.match('(a|aa)+$', 'a' * 60 ~ 'b') }}",
    "{{ modules.re.compile('((a{1000}){1000}){1000}') }}",
    '{% set l = [1] %}{% for x in l %}{% do l.append(x) %}{% endfor %}',
    `{{ ${'('.repeat(30_000)}1${')'.repeat(30_000)} }}`,
    `{{ ${'['.repeat(30_000)} }}`,
    `{{ ${'-'.repeat(60_000)}1 }}`,
    `${'{% if 1 %}'.repeat(30_000)}`,
  ];

  it.each(limited.map((source) => [source.slice(0, 70), source] as const))(
    '%s',
    (_name, source) => {
      const template = source.includes('ns.x')
        ? `{% set ns = namespace(x='ab') %}${source}`
        : source;
      expect(attempt(template)).toBe('jinja-limit');
    },
  );

  it('takes its limits from the options', () => {
    const run = (source: string, limits: object) => () =>
      renderSync(parseTemplate(source, { file: 'x.sql' }), scopeFromMap(new Map()), { limits });
    expect(run('{% for i in range(50) %}{% endfor %}', { steps: 40 })).toThrow(
      /more than 40 steps/,
    );
    expect(run("{{ 'abc' ~ 'def' }}", { outputCharacters: 5 })).toThrow(/more than 5 characters/);
    expect(run('{{ range(11)|list }}', { rangeLength: 10 })).toThrow(/more than 10 items/);
    expect(
      run('{% macro f(n) %}{{ f(n - 1) if n else 0 }}{% endmacro %}{{ f(9) }}', { depth: 5 }),
    ).toThrow(/nested more than 5 deep/);
    expect(run('{% macro f(n) %}{{ f(n - 1) if n else 0 }}{% endmacro %}{{ f(300) }}', {})()).toBe(
      '0',
    );
  });
});
