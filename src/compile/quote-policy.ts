import type { SqlDialect } from '../adapters/sql-dialect.ts';
import { RelationObject } from '../context/relation-object.ts';
import type { Json } from '../contracts/json.ts';
import type { Manifest } from '../contracts/manifest.ts';
import type { Relation } from '../contracts/relation.ts';

/** Which parts of a relation's name stand in quotes. */
export interface QuotePolicy {
  readonly database: boolean;
  readonly schema: boolean;
  readonly identifier: boolean;
}

/** What a project, or a source, says in `quoting:`. */
type Quoting = Readonly<Record<string, Json>> | undefined;

/**
 * Which parts of a name are quoted: as a source says, else the project; a node's own `quoting` has no
 * say, as in dbt (docs.getdbt.com/reference/project-configs/quoting).
 */
export function quotePolicy(
  { project }: Pick<Manifest, 'project'>,
  ofSource: Quoting,
): QuotePolicy {
  return policyOf({ ...project.quoting, ...ofSource });
}

/** Which parts `source()` quotes: what the project says counts for its models only. */
export function calledSourcePolicy(ofSource: Quoting): QuotePolicy {
  return policyOf(ofSource ?? {});
}

function policyOf(written: Readonly<Record<string, Json>>): QuotePolicy {
  const quoted = (part: string) => written[part] !== false;
  return {
    database: quoted('database'),
    schema: quoted('schema'),
    identifier: quoted('identifier'),
  };
}

/** The name of a relation in SQL, quoted as its project wants it. */
export function relationText(
  relation: Relation,
  dialect: SqlDialect,
  of: Pick<Manifest, 'project'>,
  ofSource?: Quoting,
): string {
  const quote = quotePolicy(of, ofSource);
  return new RelationObject(dialect, relation, null, { quote }).pyStr();
}
