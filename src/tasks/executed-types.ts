export type ExecuteCommand = 'run' | 'seed' | 'snapshot' | 'test' | 'build' | 'clone';

/** The verbs that run nodes, and the resource types each of them takes. */
export const executedTypes: Readonly<Record<ExecuteCommand, ReadonlySet<string>>> = {
  run: new Set(['model']),
  seed: new Set(['seed']),
  snapshot: new Set(['snapshot']),
  test: new Set(['test', 'unit_test']),
  build: new Set(['model', 'seed', 'snapshot', 'test', 'unit_test', 'function']),
  clone: new Set(['model', 'seed', 'snapshot']),
};

/** What a build has a result of without anything being done. */
export const noOpTypes: ReadonlySet<string> = new Set(['exposure', 'saved_query']);
