import type { SqlDialect } from '../adapters/sql-dialect.ts';
import type { Relation, RelationType } from '../contracts/relation.ts';
import {
  fromJs,
  hostFunction,
  isTruthy,
  PyDict,
  PyObject,
  toStr,
  type Value,
} from '../jinja/index.ts';

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
    const parts: string[] = [];
    for (const part of ['database', 'schema', 'identifier'] as const) {
      const name = this.relation[part];
      if (!this.#include[part] || name === '') continue;
      parts.push(this.#quote[part] ? this.#dialect.quote(name) : name);
    }
    return parts.join('.');
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
        return hostFunction(name, ([view]) => {
          const { database } = this.relation;
          const suffix = view === undefined || view === null ? '' : `.${toStr(view)}`;
          return `${this.#dialect.quote(database)}.information_schema${suffix}`;
        });
      case 'database':
      case 'schema':
      case 'identifier':
        return this.relation[name];
      case 'name':
      case 'table':
        return this.relation.identifier;
      case 'type':
        return this.type;
      case 'is_table':
      case 'is_view':
      case 'is_cte':
        return this.type === name.slice(3);
      case 'is_materialized_view':
        return false;
      case 'can_be_renamed':
      case 'can_be_replaced':
        return this.type === 'table' || this.type === 'view';
      case 'render':
        return hostFunction('render', () => this.pyStr());
      case 'include':
        return hostFunction('include', (_args, kwargs) =>
          this.#copy({ include: flags(this.#include, kwargs) }),
        );
      case 'quote':
        return hostFunction('quote', (_args, kwargs) =>
          this.#copy({ quote: flags(this.#quote, kwargs) }),
        );
      case 'without_identifier':
        return hostFunction('without_identifier', () =>
          this.#copy({ include: { ...this.#include, identifier: false } }),
        );
      case 'incorporate':
      case 'replace_path':
        return hostFunction(name, (_args, kwargs) => this.#incorporate(kwargs));
      default:
        return undefined;
    }
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
      return given === undefined || given === null ? this.relation[name] : toStr(given);
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
      { include: this.#include, quote: this.#quote },
    );
  }
}

function flags(before: Include, kwargs: ReadonlyMap<string, Value>): Include {
  const flag = (name: keyof Include) => {
    const value = kwargs.get(name);
    return value === undefined ? before[name] : isTruthy(value);
  };
  return { database: flag('database'), schema: flag('schema'), identifier: flag('identifier') };
}

/** `api.Relation`: the class, of which templates call `create(database=, schema=, identifier=, type=)`. */
export function relationClass(dialect: SqlDialect): Value {
  const create = hostFunction('create', (_args, kwargs) => {
    const text = (name: string) => {
      const value = kwargs.get(name);
      return value === undefined || value === null ? '' : toStr(value);
    };
    const type = text('type');
    const relation = {
      database: text('database'),
      schema: text('schema'),
      identifier: text('identifier'),
    };
    return new RelationObject(dialect, relation, type === '' ? null : (type as RelationType));
  });
  const relation = new PyDict();
  relation.set('create', create);
  for (const type of ['table', 'view', 'cte', 'external'])
    relation.set(capitalized(type), fromJs(type));
  return relation;
}

function capitalized(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}
