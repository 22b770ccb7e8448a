import type { FunctionArgument, FunctionReturns } from '../contracts/node.ts';
import type { FunctionProperties } from './properties-schema.ts';

/** What dbt has for the type of a function that no property file describes. */
export const unknownType = 'INVALID_TYPE';

/** Arguments as the manifest knows them. */
export function functionArguments(
  written: FunctionProperties['arguments'],
): readonly FunctionArgument[] {
  return (written ?? []).map((one) => ({
    name: one.name,
    dataType: one.data_type,
    description: one.description ?? null,
    defaultValue: (one.default_value ?? null) as FunctionArgument['defaultValue'],
  }));
}

/** What a function gives, as the manifest knows it. */
export function functionReturns(written: FunctionProperties['returns']): FunctionReturns {
  return { dataType: written.data_type, description: written.description ?? null };
}
