import { hostFunction } from './host-function.ts';
import { dictMethods, updateDict } from './methods/dict.ts';
import { PyType } from './modules/py-type.ts';
import { bindArgs } from './params.ts';
import { table } from './table.ts';
import { Namespace } from './values/namespace.ts';
import { asIndex, asInteger } from './values/numbers.ts';
import { PyDict } from './values/py-dict.ts';
import { type Kwargs, PyObject, type Value } from './values/py-object.ts';
import { PyRange } from './values/py-range.ts';
import { raisePython } from './values/raise.ts';
import { toStr } from './values/str.ts';
import { isTruthy } from './values/truth.ts';
import { typeName } from './values/type-name.ts';

function makeRange(args: Value[], kwargs: Kwargs): Value {
  if (kwargs.size > 0) raisePython('TypeError', 'range() takes no keyword arguments');
  if (args.length === 0) raisePython('TypeError', 'range expected at least 1 argument, got 0');
  if (args.length > 3) {
    raisePython('TypeError', `range expected at most 3 arguments, got ${args.length}`);
  }
  const numbers = args.map(
    (arg) =>
      asInteger(arg) ??
      raisePython('TypeError', `'${typeName(arg)}' object cannot be interpreted as an integer`),
  );
  const [first = 0, stop = first, step = 1] = numbers;
  if (step === 0) raisePython('ValueError', 'range() arg 3 must not be zero');
  return args.length === 1 ? new PyRange(0, first, 1) : new PyRange(first, stop, step);
}

function makeNamespace(args: Value[], kwargs: Kwargs): Value {
  const names = new PyDict();
  updateDict(names, args, kwargs, 'dict');
  const namespace = new Namespace();
  for (const [name, value] of names.entries()) namespace.set(toStr(name), value);
  return namespace;
}

class Cycler extends PyObject {
  readonly #items: readonly Value[];
  #place = 0;

  constructor(items: readonly Value[]) {
    super();
    this.#items = items;
  }

  get pyTypeName(): string {
    return 'Cycler';
  }

  override get pyOwnerName(): string {
    return 'jinja2.utils.Cycler';
  }

  override pyAttr(name: string): Value | undefined {
    switch (name) {
      case 'current':
        return this.#items[this.#place]!;
      case 'next':
        return hostFunction('next', () => {
          const item = this.#items[this.#place]!;
          this.#place = (this.#place + 1) % this.#items.length;
          return item;
        });
      case 'reset':
        return hostFunction('reset', () => {
          this.#place = 0;
          return null;
        });
      case 'pos':
        return this.#place;
      case 'items':
        return this.#items.slice();
      default:
        return undefined;
    }
  }
}

class Joiner extends PyObject {
  readonly #separator: Value;
  #used = false;

  constructor(separator: Value) {
    super();
    this.#separator = separator;
  }

  get pyTypeName(): string {
    return 'Joiner';
  }

  override get pyOwnerName(): string {
    return 'jinja2.utils.Joiner';
  }

  override pyAttr(name: string): Value | undefined {
    if (name === 'sep') return this.#separator;
    return name === 'used' ? this.#used : undefined;
  }

  override pyCall(): Value {
    if (this.#used) return this.#separator;
    this.#used = true;
    return '';
  }
}

const lorem =
  'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna aliqua';

/** Filler text. Always the same, unlike Jinja's: a render must be reproducible. */
function lipsum(args: Value[], kwargs: Kwargs): Value {
  const [n = 5, html = true] = bindArgs(
    { name: 'generate_lorem_ipsum', params: ['n', 'html', 'min', 'max'] },
    args,
    kwargs,
  );
  const text = `${lorem[0]!.toUpperCase()}${lorem.slice(1)}.`;
  const count = Math.min(asIndex(n) ?? 5, 1000);
  const paragraphs = Array.from({ length: count }, () =>
    isTruthy(html) ? `<p>${text}</p>` : text,
  );
  return paragraphs.join(isTruthy(html) ? '\n' : '\n\n');
}

const fromKeys = hostFunction('fromkeys', (args, kwargs) =>
  dictMethods['fromkeys']!(new PyDict(), args, kwargs),
);

/** The names every template has. */
export const globals = table<Value>({
  range: hostFunction('safe_range', makeRange),
  dict: new PyType('dict', {
    call: (args, kwargs) => {
      const dict = new PyDict();
      updateDict(dict, args, kwargs, 'dict');
      return dict;
    },
    attributes: (name) => (name === 'fromkeys' ? fromKeys : undefined),
  }),
  namespace: new PyType('jinja2.utils.Namespace', { call: makeNamespace }),
  cycler: new PyType('jinja2.utils.Cycler', {
    call: (args, kwargs) => {
      const [unknown] = kwargs.keys();
      if (unknown !== undefined) {
        raisePython(
          'TypeError',
          `Cycler.__init__() got an unexpected keyword argument '${unknown}'`,
        );
      }
      if (args.length === 0) raisePython('RuntimeError', 'at least one item has to be provided');
      return new Cycler(args);
    },
  }),
  joiner: new PyType('jinja2.utils.Joiner', {
    call: (args, kwargs) => {
      const [separator = ', '] = bindArgs({ name: 'Joiner', params: ['sep'] }, args, kwargs);
      return new Joiner(separator);
    },
  }),
  lipsum: hostFunction('lipsum', lipsum),
});
