import type { SqlDialect } from '../adapters/sql-dialect.ts';
import type { Relation, RelationType } from '../contracts/relation.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import {
  fromJs,
  hostFunction,
  isTruthy,
  PyDict,
  PyObject,
  toStr,
  type Value,
} from '../jinja/index.ts';
import { InformationSchema } from './information-schema.ts';

interface Include {
  readonly database: boolean;
  readonly schema: boolean;
  readonly identifier: boolean;
}

/** Keys of a relation taken as a mapping. */
const relationFields = [
  'metadata',
  'type',
  'path',
  'quote_character',
  'include_policy',
  'quote_policy',
];

const parts = ['database', 'schema', 'identifier'] as const;

/** Types by the names that the class, and every relation, gives them. */
const relationTypes: ReadonlyMap<string, Value> = new Map([
  ['Table', 'table'],
  ['View', 'view'],
  ['CTE', 'cte'],
  ['External', 'external'],
  ['MaterializedView', 'materialized_view'],
  ['Pointer', 'pointer'],
  ['Function', 'function'],
]);

const everything: Include = { database: true, schema: true, identifier: true };

/**
 * A relation as templates see it (dbt's `BaseRelation`): prints as its quoted name, answers
 * `.database .schema .identifier .type is_table …` and `.include() .incorporate() .quote()`.
 */
export class RelationObject extends PyObject {
  readonly relation: Relation;
  readonly type: RelationType | null;
  readonly #dialect: SqlDialect;
  readonly #include: Include;
  readonly #quote: Include;
  /** Printed in place of the name: the subquery of `--empty`, the CTE of an ephemeral model. */
  readonly #rendered: string | undefined;

  constructor(
    dialect: SqlDialect,
    relation: Relation,
    type: RelationType | null = null,
    shape: { include?: Include; quote?: Include; rendered?: string } = {},
  ) {
    super();
    this.relation = relation;
    this.type = type;
    this.#dialect = dialect;
    this.#include = shape.include ?? everything;
    this.#quote = shape.quote ?? everything;
    this.#rendered = shape.rendered;
  }

  override get pyTypeName(): string {
    return 'Relation';
  }

  override pyStr(): string {
    if (this.#rendered !== undefined) return this.#rendered;
    const shown: string[] = [];
    for (const part of parts) {
      const name = this.relation[part];
      if (!this.#include[part] || name === '') continue;
      shown.push(this.#quote[part] ? this.#dialect.quote(name) : name);
    }
    return shown.join('.');
  }

  override pyRepr(): string {
    return `<Relation ${this.pyStr()}>`;
  }

  override pyEq(other: Value): boolean {
    return other instanceof RelationObject && other.pyStr() === this.pyStr();
  }

  /** dbt's relations answer as a mapping of their fields; packages tell them by `metadata`. */
  override pyIsMapping(): boolean {
    return true;
  }

  override pyLen(): number {
    return relationFields.length;
  }

  override pyIter(): Iterator<Value> {
    return relationFields.values();
  }

  override pyItem(key: Value): Value | undefined {
    return typeof key === 'string' && relationFields.includes(key) ? this.pyAttr(key) : undefined;
  }

  override pyHashKey(): unknown {
    return `relation ${this.pyStr()}`;
  }

  override pyAttr(name: string): Value | undefined {
    switch (name) {
      case 'metadata':
        return fromJs({ type: 'DuckDBRelation' });
      case 'path':
        return fromJs({ ...this.relation });
      case 'quote_character':
        return '"';
      case 'include_policy':
        return fromJs(this.#include);
      case 'quote_policy':
        return fromJs(this.#quote);
      case 'get':
        return hostFunction(name, ([key, otherwise]) => {
          return this.pyItem(key ?? null) ?? otherwise ?? null;
        });
      case 'information_schema':
      case 'information_schema_only':
        return hostFunction(name, ([view]) => {
          return new InformationSchema(
            this.#dialect,
            this.relation.database,
            view === undefined || view === null ? null : toStr(view),
          );
        });
      case 'database':
      case 'schema':
      case 'identifier':
        return orNone(this.relation[name]);
      case 'name':
      case 'table':
        return orNone(this.relation.identifier);
      case 'type':
        return this.type;
      case 'is_table':
      case 'is_view':
      case 'is_cte':
      case 'is_external':
      case 'is_materialized_view':
      case 'is_pointer':
      case 'is_function':
        return this.type === name.slice(3);
      // dbt-duckdb names no relations that its `get_replace_…` and `get_rename_…` macros could do.
      case 'can_be_renamed':
      case 'can_be_replaced':
        return false;
      case 'render':
      case 'render_limited':
        return hostFunction(name, () => this.pyStr());
      case 'quoted':
        return hostFunction(name, ([text]) => this.#dialect.quote(toStr(text ?? null)));
      case 'matches':
        return hostFunction(name, (args, kwargs) => this.#matches(args, kwargs));
      case 'include':
        return hostFunction('include', (args, kwargs) =>
          this.#copy({ include: flags(this.#include, args, kwargs) }),
        );
      case 'quote':
        return hostFunction('quote', (args, kwargs) =>
          this.#copy({ quote: flags(this.#quote, args, kwargs) }),
        );
      case 'without_identifier':
        return hostFunction('without_identifier', () => {
          const relation = { ...this.relation, identifier: '' };
          return new RelationObject(this.#dialect, relation, this.type, {
            include: { ...this.#include, identifier: false },
            quote: this.#quote,
          });
        });
      case 'get_function_config':
        return hostFunction(name, ([model]) => functionConfig(model ?? null));
      case 'get_function_macro_name':
        return hostFunction(name, ([config]) => {
          const part = (key: string) => toStr((config instanceof PyDict && config.get(key)) || '');
          return `${part('type')}_function_${part('language')}`;
        });
      case 'incorporate':
      case 'replace_path':
        return hostFunction(name, (_args, kwargs) => this.#incorporate(kwargs));
      default:
        return relationTypes.get(name);
    }
  }

  /** Whether the parts given are those of the relation; a part that differs in case only is refused, as in dbt. */
  #matches(args: Value[], kwargs: ReadonlyMap<string, Value>): boolean {
    let exact = true;
    let close = true;
    for (const [at, name] of parts.entries()) {
      const given = args[at] ?? kwargs.get(name) ?? null;
      if (given === null) continue;
      const [mine, theirs] = [this.relation[name], toStr(given)];
      if (mine !== theirs) exact = false;
      if (mine.toLowerCase() !== theirs.replace(/^"|"$/g, '').toLowerCase()) close = false;
    }
    if (close && !exact)
      throw tsdbtError('compiler-error', {
        message: `a relation was asked for that differs from ${this.pyStr()} in the case of its letters only`,
      });
    return exact;
  }

  #copy(shape: { include?: Include; quote?: Include }): RelationObject {
    return new RelationObject(this.#dialect, this.relation, this.type, {
      include: shape.include ?? this.#include,
      quote: shape.quote ?? this.#quote,
    });
  }

  #incorporate(kwargs: ReadonlyMap<string, Value>): RelationObject {
    const path = kwargs.get('path');
    const part = (name: keyof Relation): string => {
      const given = path instanceof PyDict ? path.get(name) : kwargs.get(name);
      if (given === undefined) return this.relation[name];
      return given === null ? '' : toStr(given);
    };
    const policy = (key: string, before: Include): Include => {
      const given = kwargs.get(key);
      return given instanceof PyDict
        ? flags(before, [], new Map(given.entries() as Iterable<[string, Value]>))
        : before;
    };
    const type = kwargs.get('type');
    const relation = {
      database: part('database'),
      schema: part('schema'),
      identifier: part('identifier'),
    };
    return new RelationObject(
      this.#dialect,
      relation,
      type === undefined || type === null ? this.type : (toStr(type) as RelationType),
      {
        include: policy('include_policy', this.#include),
        quote: policy('quote_policy', this.#quote),
      },
    );
  }
}

/** What the materialization of functions asks of a model: its language, and what kind of function it is. */
function functionConfig(model: Value): Value {
  const get = (from: Value, key: string): Value =>
    (from instanceof PyDict ? from.get(key) : undefined) ?? null;
  if (get(model, 'resource_type') !== 'function') return null;
  const config = get(model, 'config');
  return new PyDict([
    ['language', get(model, 'language')],
    ...['type', 'runtime_version', 'entry_point'].map((key): [string, Value] => [
      key,
      get(config, key),
    ]),
  ]);
}

function flags(before: Include, args: Value[], kwargs: ReadonlyMap<string, Value>): Include {
  const flag = (at: number) => {
    const value = args[at] ?? kwargs.get(parts[at]!) ?? null;
    return value === null ? before[parts[at]!] : isTruthy(value);
  };
  return { database: flag(0), schema: flag(1), identifier: flag(2) };
}

/** A part of a name that is not there. */
function orNone(part: string): Value {
  return part === '' ? null : part;
}

/** `api.Relation`: the class, of which templates call `create(database=, schema=, identifier=, type=)`. */
export function relationClass(dialect: SqlDialect): Value {
  const create = hostFunction('create', (args, kwargs) => {
    const text = (at: number, name: string) => {
      const value = args[at] ?? kwargs.get(name) ?? null;
      return value === null ? '' : toStr(value);
    };
    const type = text(3, 'type');
    const relation = {
      database: text(0, 'database'),
      schema: text(1, 'schema'),
      identifier: text(2, 'identifier'),
    };
    const policy = (name: string): Include => {
      const given = kwargs.get(name);
      return given instanceof PyDict
        ? flags(everything, [], new Map(given.entries() as Iterable<[string, Value]>))
        : everything;
    };
    return new RelationObject(dialect, relation, type === '' ? null : (type as RelationType), {
      include: policy('include_policy'),
      quote: policy('quote_policy'),
    });
  });
  const relation = new PyDict();
  relation.set('create', create);
  // The arguments of a snapshot's row id: the key, or its parts, and the time.
  relation.set(
    'scd_args',
    hostFunction('scd_args', ([key, updatedAt]) => [
      ...(Array.isArray(key) ? key : [key ?? null]),
      updatedAt ?? null,
    ]),
  );
  for (const name of ['get_default_quote_policy', 'get_default_include_policy'])
    relation.set(
      name,
      hostFunction(name, () => fromJs(everything)),
    );
  for (const [name, type] of relationTypes) relation.set(name, type);
  return relation;
}
