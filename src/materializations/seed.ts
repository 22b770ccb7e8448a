import type { Step } from '../contracts/plan.ts';
import type { ExistingRelation } from '../contracts/relation.ts';
import type { MaterializationPlan } from './materialization.ts';
import { inTransaction, type Surroundings } from './replace-relation.ts';
import { type SeedReaders, typedSeedSql } from './seed-sql.ts';

export interface SeedInput extends Surroundings {
  readonly existing: ExistingRelation | undefined;
  /** The file as a query, every column text. */
  readonly source: string;
  /** Type of each column. */
  readonly types: ReadonlyMap<string, string>;
  /** How columns are read that are not merely cast. */
  readonly readers: SeedReaders;
  readonly why: string;
}

/** Loads a CSV file whole, in the place of whatever stands there. */
export function planSeed(input: SeedInput): MaterializationPlan {
  const { dialect, target, existing } = input;
  const body: Step[] = [];
  if (existing !== undefined && existing.type !== 'table') {
    const sql = dialect.drop(target, 'view');
    body.push({ kind: 'sql', sql, purpose: 'drop the view that stands there' });
  }
  const select = typedSeedSql(dialect, input.source, input.types, input.readers);
  const sql = dialect.createTableAs(target, select, { replace: true });
  body.push({ kind: 'sql', sql, purpose: 'load the file', main: true });
  return { action: 'load seed', why: input.why, steps: inTransaction(input, body, 'table') };
}
