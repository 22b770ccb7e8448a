import { describe, expect, it } from 'vitest';
import { TsdbtError, tsdbtError } from '../errors/tsdbt-error.ts';
import { LargeInteger } from '../util/large-integer.ts';
import { WholeFloat } from '../util/whole-float.ts';
import {
  bindMacro,
  callMacro,
  driveAsync,
  extractBlocks,
  fromJs,
  hostFunction,
  isUndefined,
  type Kwargs,
  PyDict,
  PyFloat,
  PyObject,
  PyTuple,
  parseTemplate,
  raisePython,
  render,
  renderNative,
  renderSync,
  repr,
  returnFunction,
  scopeFromMap,
  staticCalls,
  staticNames,
  suspend,
  toJs,
  toStr,
  type Value,
} from './index.ts';

const file = 'models/a.sql';

function parse(source: string) {
  return parseTemplate(source, { file });
}

/** The error of something that must fail. */
function failure(run: () => unknown): TsdbtError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(TsdbtError);
    return error as TsdbtError;
  }
  throw new Error('it did not fail');
}

/** A scope of values and of the macros of a file. */
function project(macros: string, values: Record<string, Value> = {}, macroFile = 'macros/m.sql') {
  const names = new Map<string, Value>(Object.entries(values));
  names.set('return', returnFunction);
  const scope = scopeFromMap(names);
  for (const block of parseTemplate(macros, { file: macroFile }).macros) {
    names.set(block.name, bindMacro(block, scope));
  }
  return { scope, names };
}

const wait = (value: Value) => hostFunction('wait', () => suspend(Promise.resolve(value)));

describe('parseTemplate', () => {
  it('lists the macro blocks of the top level', () => {
    const { macros } = parse(
      [
        '-- text',
        '{% macro m(a, b: list[str] = [], c=1) %}x{% endmacro %}',
        '{%- test positive(model, column_name) -%} select 1 {%- endtest -%}',
        "{% materialization thing, adapter='duckdb', supported_languages=['sql', 'python'] %}x{% endmaterialization %}",
        '{% materialization other, default %}x{% endmaterialization %}',
        '{% snapshot snap %}select 1{% endsnapshot %}',
        '{% docs d %}text{% enddocs %}',
        '{% data_test t(model) %}{% enddata_test %}',
      ].join('\n'),
    );
    expect(macros.map(({ kind, name, line, column }) => [kind, name, line, column])).toEqual([
      ['macro', 'm', 2, 1],
      ['test', 'positive', 3, 1],
      ['materialization', 'thing', 4, 1],
      ['materialization', 'other', 5, 1],
      ['snapshot', 'snap', 6, 1],
      ['docs', 'd', 7, 1],
      ['test', 't', 8, 1],
    ]);
    expect(macros[0]!.args).toEqual([
      { name: 'a', hasDefault: false, annotation: undefined },
      { name: 'b', hasDefault: true, annotation: 'list[str]' },
      { name: 'c', hasDefault: true, annotation: undefined },
    ]);
    expect(macros[0]!.source).toBe('{% macro m(a, b: list[str] = [], c=1) %}x{% endmacro %}');
    expect(macros[1]!.source).toBe(
      '{%- test positive(model, column_name) -%} select 1 {%- endtest -%}',
    );
    expect(macros[2]!.settings).toEqual({
      adapter: 'duckdb',
      supportedLanguages: ['sql', 'python'],
    });
    expect(macros[3]!.settings).toEqual({ default: true });
  });

  it.each([
    ['{% if x %}\n', 1, /opened at line 1.*endif/],
    ['a\n{{ x', 2, /^\{\{ was opened at line 2 and is not closed\.$/],
    ['{% macro m() %}\n\n{% endmacr %}', 3, /Did you mean "endmacro"/],
    ['{{ 1 | uper }}', 1, /Did you mean "upper"/],
    ['{{ 1 is defind }}', 1, /Did you mean "defined"/],
    ['{% fro x in y %}{% endfor %}', 1, /Did you mean "for"/],
  ])('says what is wrong with %j and what to do', (source, line, hint) => {
    const error = failure(() => parse(source));
    expect(error.name).toBe('jinja-syntax');
    expect(error.location).toMatchObject({ file, line });
    expect(error.hint).toMatch(hint);
  });

  it('counts lines from firstLine', () => {
    const template = parseTemplate('a\n{{ x.y.z }}', { file, firstLine: 10 });
    const error = failure(() => renderSync(template, scopeFromMap(new Map())));
    expect(error.location).toEqual({ file, line: 11, column: 5 });
  });
});

describe('macros', () => {
  it('find each other through their scope, whatever their order', () => {
    const { scope } = project(
      '{% macro a() %}a{{ b() }}{% endmacro %}{% macro b() %}b{% endmacro %}',
    );
    expect(renderSync(parse('{{ a() }}'), scope)).toBe('ab');
  });

  it('return any value with return()', () => {
    const { scope } = project(
      "{% macro pair() %}x{{ return([1, {'a': 2}]) }}y{% endmacro %}{% macro none_() %}{% do return(none) %}{% endmacro %}",
    );
    expect(renderSync(parse('{{ pair()[1].a + 1 }}{{ none_() is none }}'), scope)).toBe('3True');
  });

  it('tell where they failed and who called them', () => {
    const { scope } = project(
      '{% macro outer(x) %}\n{{ inner(x) }}\n{% endmacro %}\n{% macro inner(x) %}\n\n{{ x.y.z }}{% endmacro %}',
    );
    const error = failure(() => renderSync(parse('\n{{ outer({}) }}'), scope));
    expect(error.name).toBe('jinja-undefined');
    expect(error.location).toEqual({ file: 'macros/m.sql', line: 6, column: 7 });
    expect(error.macroStack).toEqual(['inner (macros/m.sql:6)', 'outer (macros/m.sql:2)']);
  });

  it('keep the error of a host function, with the place of the call', () => {
    const fail = hostFunction('fail', () => {
      throw tsdbtError('compiler-error', { message: 'no' });
    });
    const { scope } = project('{% macro m() %}\n {{ fail() }}{% endmacro %}', { fail });
    const error = failure(() => renderSync(parse('{{ m() }}'), scope));
    expect(error).toMatchObject({
      name: 'compiler-error',
      location: { file: 'macros/m.sql', line: 2, column: 5 },
      macroStack: ['m (macros/m.sql:2)'],
    });
  });

  it('report a bug of a host function as a bug', () => {
    const broken = hostFunction('broken', () => {
      throw new TypeError('oops');
    });
    const error = failure(() => renderSync(parse('{{ broken() }}'), project('', { broken }).scope));
    expect(error).toMatchObject({ code: 'TS9001', location: { file, line: 1 } });
  });

  it('show their name in arity errors, or the name they are bound by', () => {
    const [block] = parse('{% macro m(a) %}{% endmacro %}').macros;
    const scope = scopeFromMap(
      new Map([['m', bindMacro(block!, scopeFromMap(new Map()), { displayName: 'pkg.m' })]]),
    );
    expect(failure(() => renderSync(parse('{{ m(1, 2) }}'), scope)).message).toBe(
      "macro 'pkg.m' takes not more than 1 argument(s)",
    );
  });

  it('can be called by host functions', async () => {
    const twice = hostFunction('twice', function* ([macro]: Value[]) {
      const first = yield* callMacro(macro!, [1]);
      const second = yield* callMacro(macro!, [], new Map([['a', 2]]));
      return toStr(first) + toStr(second);
    });
    const { scope } = project('{% macro m(a) %}[{{ a }}{{ wait() }}]{% endmacro %}', {
      twice,
      wait: wait('!'),
    });
    expect(await render(parse('{{ twice(m) }}'), scope)).toBe('[1!][2!]');
    expect(await driveAsync(callMacro(scope.lookup('m')!, [5]))).toBe('[5!]');
  });
});

describe('suspension', () => {
  it('is awaited wherever a call stands', async () => {
    const { scope } = project('{% macro m() %}{{ caller() }}{{ wait() }}{% endmacro %}', {
      wait: wait(2),
    });
    const source =
      "{% if wait() == 2 %}{{ [wait(), {'a': wait()}, (wait(),)] }}{% endif %}{{ wait() + wait() * 2 }}{{ 'x' ~ wait() }}" +
      '{% for i in range(wait()) if wait() > i %}{{ i }}{{ loop.last }}{% endfor %}{% set a = wait() %}{{ a }}' +
      '{% call m() %}{{ wait() }}{% endcall %}{{ wait() | string | upper }}{{ wait() is even }}{{ 1 < wait() < 3 }}' +
      '{{ wait() if wait() else wait() }}{{ not wait() or wait() }}{{ range(5)[wait():] | list }}{{ -wait() }}' +
      '{% with b = wait() %}{{ b }}{% endwith %}{% filter upper %}a{{ wait() }}{% endfilter %}{% set c %}{{ wait() }}{% endset %}{{ c }}';
    expect(await render(parse(source), scope)).toBe(
      "[2, {'a': 2}, (2,)]6x20False1True2222TrueTrue22[2, 3, 4]-22A22",
    );
  });

  it('is a clear error where nothing can be awaited', () => {
    const error = failure(() =>
      renderSync(parse('\n{{ wait() }}'), project('', { wait: wait(1) }).scope),
    );
    expect(error).toMatchObject({ name: 'jinja-runtime', location: { file, line: 2 } });
    expect(error.hint).toMatch(/execute/);
  });

  it('brings the failure of a promise back to its call', async () => {
    const query = hostFunction('query', () =>
      suspend(Promise.reject(tsdbtError('sql-failed', { message: 'bad sql' }))),
    );
    const rejected = await render(parse('a\nb {{ query() }}'), project('', { query }).scope).catch(
      (error) => error,
    );
    expect(rejected).toMatchObject({ name: 'sql-failed', location: { file, line: 2, column: 6 } });
  });

  it('keeps interleaved renders apart', async () => {
    const { scope } = project('{% macro f(n) %}{{ wait() }}{{ f(n - 1) if n }}{% endmacro %}', {
      wait: wait('.'),
    });
    const texts = await Promise.all([3, 1, 2].map((n) => render(parse(`{{ f(${n}) }}`), scope)));
    expect(texts).toEqual(['....', '..', '...']);
  });
});

describe('undefined', () => {
  it('fails on attributes by default, and is lenient when asked', () => {
    const source =
      "[{{ a.b.c }}{{ a['x'].y }}{{ a.b(1)(2) }}{% for i in a.b %}{{ i }}{% endfor %}{{ {}.q.r }}{{ [][0].x }}]";
    const scope = scopeFromMap(new Map());
    expect(failure(() => renderSync(parse(source), scope)).name).toBe('jinja-undefined');
    expect(renderSync(parse(source), scope, { undefinedMode: 'lenient' })).toBe('[]');
    expect(() => renderSync(parse('{{ a.b + 1 }}'), scope, { undefinedMode: 'lenient' })).toThrow(
      "'b' is undefined",
    );
  });

  it('stays strict inside macros of a lenient template', () => {
    const { scope } = project('{% macro m(x) %}{{ nope.a }}{% endmacro %}');
    expect(() => renderSync(parse('{{ m(1) }}'), scope, { undefinedMode: 'lenient' })).toThrow(
      "'nope' is undefined",
    );
  });
});

describe('renderNative', () => {
  const scope = scopeFromMap(
    new Map<string, Value>([
      ['n', 5],
      ['t', true],
      ['text', '12'],
      ['yes', 'true'],
      ['l', [1]],
      ['none', null],
    ]),
  );
  it.each<[string, unknown]>([
    ['{{ n }}', 5],
    ['{{ t }}', true],
    ['{{ l }}', [1]],
    ['{{ text }}', '12'],
    ['{{ text | as_number }}', 12],
    ['{{ text | as_native }}', 12],
    ["{{ 'True' | as_bool }}", true],
    ['{{ \'[1, {"a": None}]\' | as_native }}', [1, { a: null }]],
    ['{{ n | as_text }}', '5'],
    ['{{ n }} ', '5 '],
    ['a{{ n }}', 'a5'],
    ['{{ n }}{{ n }}', '55'],
    ['{{ 5 }}', '5'],
    ['{{ 1 + 1 }}', '2'],
    ["{{ 'a' }}", 'a'],
    ['plain', 'plain'],
    ['', ''],
    ['{% if t %}{{ n }}{% endif %}', 5],
    ['{% if t %}yes{% endif %}', 'yes'],
    ["{{ (text | as_number) if t else 'x' }}", 12],
    // What is marked is a text until it is printed, and that of False is not empty.
    ['{{ (none | as_bool) and (t | as_bool) }}', true],
    ['{{ (false | as_bool) and (true | as_bool) }}', true],
    ['{{ (false | as_bool) or (true | as_bool) }}', false],
    ['{{ (false | as_bool) and t }}', true],
    ['{{ (false | as_bool) and true }}', 'True'],
    ['{{ not (false | as_bool) }}', 'False'],
    ['{{ (true | as_bool) == true }}', 'False'],
    ['{{ 1 if (false | as_bool) else 2 }}', '1'],
    ['{{ (t and false) | as_bool }}', false],
    ["{{ (3 | as_number) ~ 'x' }}", '3x'],
    ['{{ [false | as_bool] }}', ['False']],
    ["{{ (false | as_bool) and 'x' | as_text }}", 'x'],
  ])('%s', (source, expected) => {
    expect(toJs(renderNative(parse(source), scope))).toEqual(expected);
  });

  it('fails where a text is not what the filter says', () => {
    expect(() => renderNative(parse("{{ 'x' | as_number }}"), scope)).toThrow("into type 'number'");
    // As in dbt: the text must be Python's `True`, not YAML's `true`.
    expect(() => renderNative(parse('{{ yes | as_bool }}'), scope)).toThrow(
      "Could not convert value 'true' into type 'bool'",
    );
    expect(isUndefined(renderNative(parse('{{ nope }}'), scope))).toBe(true);
  });
});

describe('extractBlocks', () => {
  it('gives the blocks and ignores the text around them', () => {
    const source = [
      '-- {{ "{% macro no() %}" }} {# {% macro no() %} #}',
      '{% raw %}{% macro no() %}{% endraw %}',
      "{% macro a(x='%}') %}{% if x %}{{ '{% endmacro %}' }}{% endif %}{% endmacro %}",
      '{%- docs d -%}',
      'text {{ x }}',
      '{%- enddocs -%}',
      '{% test t(model) %}{% endtest %}{% snapshot s %}select 1{% endsnapshot %}',
    ].join('\r\n');
    const blocks = extractBlocks(source, { file });
    expect(
      blocks.map(({ kind, name, line, contents }) => [kind, name, line, contents.trim()]),
    ).toEqual([
      ['macro', 'a', 3, "{% if x %}{{ '{% endmacro %}' }}{% endif %}"],
      ['docs', 'd', 4, 'text {{ x }}'],
      ['test', 't', 7, ''],
      ['snapshot', 's', 7, 'select 1'],
    ]);
    expect(blocks[0]!.text).toMatch(/^\{% macro a.*endmacro %\}$/);
  });

  it.each([
    ['{% macro a() %}', /not closed/],
    [
      '{% macro a() %}{% macro b() %}{% endmacro %}{% endmacro %}',
      /inside the macro block of line 1/,
    ],
    ['{% if x %}{% macro a() %}{% endmacro %}{% endif %}', /must be at the top level/],
    ['{% endif %}', /no \{% if %\} is open/],
    ['{% if x %}{% endfor %}', /is still open/],
    ['{# x', /comment is not closed/],
    ['{{ x', /is not closed/],
    ['{% macro a("x %}', /string is not closed/],
    ['{% raw %}', /raw block is not closed/],
  ])('refuses %s', (source, message) => {
    const error = failure(() => extractBlocks(source, { file }));
    expect(error.name).toBe('jinja-syntax');
    expect(error.message).toMatch(message);
    expect(error.location).toMatchObject({ file, line: 1 });
  });
});

describe('static analysis', () => {
  it('finds the calls whose name is written out', () => {
    const template = parse(
      "{{ ref('a') }}{% if x %}{{ dbt.ref('p', 'b', v=1) }}{% endif %}{% macro m() %}{{ ref(y) }}{% endmacro %}",
    );
    expect(staticCalls(template.body, template.text)).toEqual([
      { name: 'ref', line: 1, column: 4, args: ['a'], keywords: new Map() },
      { name: 'dbt.ref', line: 1, column: 28, args: ['p', 'b'], keywords: new Map([['v', 1]]) },
      { name: 'ref', line: 1, column: 82, args: [undefined], keywords: new Map() },
    ]);
    expect([...staticNames(template.body)].sort()).toEqual(['dbt', 'dbt.ref', 'ref', 'x', 'y']);
  });
});

describe('values', () => {
  it('convert from and to plain data', () => {
    const plain = { a: [1, 2.5, 'x', null, true], b: { c: 1 } };
    expect(toJs(fromJs(plain))).toEqual(plain);
    expect(repr(fromJs(plain))).toBe("{'a': [1, 2.5, 'x', None, True], 'b': {'c': 1}}");
    expect(toStr(fromJs(new Date('2024-01-02T03:04:05.006Z')))).toBe('2024-01-02 03:04:05.006000');
    expect(toJs(new PyTuple([1, new PyFloat(2), 2n ** 70n]))).toEqual([
      1,
      new WholeFloat(2),
      LargeInteger.of(2n ** 70n),
    ]);
    expect(fromJs(2n ** 10n)).toBe(1024);
  });

  it('know keys as Python does', () => {
    const dict = new PyDict([
      [1, 'a'],
      ['x', 'b'],
      [new PyTuple([1, 2]), 'c'],
    ]);
    expect([
      dict.get(true),
      dict.get(new PyFloat(1)),
      dict.get(new PyTuple([true, 2])),
      dict.get('1'),
    ]).toEqual(['a', 'a', 'c', undefined]);
    expect(dict.delete(1)).toBe(true);
    expect(dict.size).toBe(2);
  });

  it('let host objects answer for themselves', () => {
    class Column extends PyObject {
      readonly pyTypeName = 'Column';
      override pyAttr(name: string): Value | undefined {
        if (name === 'name') return 'id';
        return name === 'is'
          ? hostFunction('is', (args: Value[], kwargs: Kwargs) => kwargs.get('a') ?? args[0]!)
          : undefined;
      }
      override pyItem(key: Value): Value | undefined {
        return key === 0 ? 'zero' : undefined;
      }
      override pyStr(): string {
        return '"id"';
      }
      override pyEq(other: Value): boolean | undefined {
        return other === 'id' ? true : undefined;
      }
      override pyIter(): Iterator<Value> {
        return ['i', 'd'][Symbol.iterator]();
      }
      override pyLen(): number {
        return 2;
      }
    }
    const scope = scopeFromMap(new Map<string, Value>([['c', new Column()]]));
    const source =
      "{{ c }}{{ c.name }}{{ c['name'] }}{{ c[0] }}{{ c.is(1) }}{{ c.is(a=2) }}{{ c == 'id' }}{{ c | list }}{{ c | length }}{{ c.nope }}{{ [c] }}";
    expect(renderSync(parse(source), scope)).toBe(
      "\"id\"ididzero12True['i', 'd']2[<Column object>]",
    );
    expect(failure(() => renderSync(parse('{{ c.nope.x }}'), scope)).message).toBe(
      "'Column object' has no attribute 'nope'",
    );
    expect(failure(() => renderSync(parse('{{ c() }}'), scope)).message).toBe(
      "'Column' object is not callable",
    );
  });

  it('raise Python errors from host functions', () => {
    const scope = scopeFromMap(
      new Map([['f', hostFunction('f', () => raisePython('KeyError', "'k'"))]]),
    );
    expect(failure(() => renderSync(parse('{{ f() }}'), scope))).toMatchObject({
      name: 'jinja-runtime',
      message: "KeyError: 'k'",
      location: { line: 1, column: 4 },
    });
  });
});
