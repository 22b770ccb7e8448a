/** How a resource type is called, and its place where types are listed. */
export interface ResourceType {
  readonly one: string;
  readonly many: string;
  readonly rank: number;
  /** Suffix of the colour variable, `--type-model`. */
  readonly colour: string;
}

const known = new Map<string, ResourceType>(
  (
    [
      ['model', 'model', 'models', 'model'],
      ['source', 'source', 'sources', 'source'],
      ['seed', 'seed', 'seeds', 'seed'],
      ['snapshot', 'snapshot', 'snapshots', 'snapshot'],
      ['exposure', 'exposure', 'exposures', 'exposure'],
      ['metric', 'metric', 'metrics', 'exposure'],
      ['semantic_model', 'semantic model', 'semantic models', 'snapshot'],
      ['saved_query', 'saved query', 'saved queries', 'snapshot'],
      ['analysis', 'analysis', 'analyses', 'macro'],
      ['function', 'function', 'functions', 'macro'],
      ['macro', 'macro', 'macros', 'macro'],
      ['test', 'test', 'tests', 'test'],
      ['unit_test', 'unit test', 'unit tests', 'test'],
    ] as const
  ).map(([type, one, many, colour], rank) => [type, { one, many, colour, rank }]),
);

export function resourceType(type: string): ResourceType {
  return known.get(type) ?? { one: type, many: `${type}s`, rank: 50, colour: 'test' };
}
