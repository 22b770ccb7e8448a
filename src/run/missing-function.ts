import type { Node } from '../contracts/node.ts';
import { TsdbtError } from '../errors/tsdbt-error.ts';
import type { RunContext } from './run-context.ts';

/** The error of a function that is not in the database, with what makes it when it is one of the project. */
export function withFunctionHint(
  error: TsdbtError,
  node: Node,
  { manifest }: Pick<RunContext, 'manifest'>,
): TsdbtError {
  const missing = /function with name "?(\w+)"? does not exist/i.exec(error.message)?.[1];
  if (missing === undefined) return error;
  for (const id of node.dependsOn.nodes) {
    const one = manifest.functions.get(id);
    if (one?.alias.toLowerCase() !== missing.toLowerCase()) continue;
    const hint = `Functions are made by build: tsdbt build --select ${one.name}`;
    const { location, nodeId, cause, sourceText } = error;
    return new TsdbtError(error.name, error.message, hint, {
      ...(location === undefined ? {} : { location }),
      ...(nodeId === undefined ? {} : { nodeId }),
      ...(sourceText === undefined ? {} : { sourceText }),
      cause,
    });
  }
  return error;
}
