import type { Step } from '../../contracts/plan.ts';
import type { MaterializationInput } from '../materialization.ts';

export interface StrategyInput {
  readonly input: MaterializationInput;
  /** The staged batch, as SQL names it. */
  readonly batch: string;
  readonly keys: readonly string[];
  /** Columns to write. */
  readonly columns: readonly string[];
  readonly predicates: readonly string[];
}

/** How a staged batch gets into the table. */
export interface IncrementalStrategy {
  readonly name: string;
  readonly needsKey: boolean;
  /** Rows that are updated keep the columns that the batch does not have. */
  readonly keepsMissing?: boolean;
  /** The rows of the batch that are written, where these are not all of them. */
  writtenRows?(input: MaterializationInput, batch: string): string;
  write(strategy: StrategyInput): readonly Step[];
}

/** Rows of the batch into the table, columns by name. */
export function insertBatch({ input, batch, columns }: StrategyInput): Step {
  const list = columns.map((column) => input.dialect.quote(column)).join(', ');
  return {
    kind: 'sql',
    sql: `insert into ${input.dialect.relation(input.target)} (${list})\nselect ${list}\nfrom ${batch}`,
    purpose: 'insert the batch',
    main: true,
  };
}
