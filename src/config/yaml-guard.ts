import { tsdbtError } from '../errors/tsdbt-error.ts';

export interface YamlLimits {
  readonly bytes: number;
  readonly depth: number;
}

export const yamlLimits: YamlLimits = { bytes: 4 * 1024 * 1024, depth: 64 };

/**
 * Refuses a YAML text that is too big or nested too deep, before any parser sees it: two flow lists
 * nested 2,000 deep abort the whole process inside the parser, and no try/catch can help then.
 * The scan only counts; it never accepts or rejects syntax.
 */
export function guardYaml(text: string, file: string, limits: YamlLimits = yamlLimits): void {
  if (text.length > limits.bytes) {
    throw tsdbtError(
      'yaml-limit',
      { limit: `${text.length} characters, ${limits.bytes} are allowed` },
      { location: { file } },
    );
  }
  const indents: number[] = [];
  let flow = 0;
  let lineNumber = 0;
  for (const line of text.split('\n')) {
    lineNumber++;
    const indent = line.search(/[^ ]/);
    if (indent === -1) continue;
    if (flow === 0) {
      while (indents.length > 0 && indents.at(-1)! >= indent) indents.pop();
      indents.push(indent);
    }
    const compact = /^ *(?:[-?] +)*/.exec(line)![0].replace(/[^-?]/g, '').length;
    let deepest = indents.length + compact;
    for (const change of flowChanges(line)) {
      flow = Math.max(0, flow + change);
      deepest = Math.max(deepest, indents.length + compact + flow);
    }
    if (deepest > limits.depth) {
      throw tsdbtError(
        'yaml-limit',
        { limit: `nested ${deepest} levels deep, ${limits.depth} are allowed` },
        { location: { file, line: lineNumber, column: indent + 1 } },
      );
    }
  }
}

/** +1 for each bracket that opens and -1 for each that closes, outside quotes and comments. */
function* flowChanges(line: string): Generator<number> {
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!;
    if (quote !== '') {
      if (char === '\\' && quote === '"') i++;
      else if (char === quote) quote = '';
    } else if ((char === '"' || char === "'") && /[\s[{,:]/.test(line[i - 1] ?? ' ')) quote = char;
    else if (char === '#' && /\s/.test(line[i - 1] ?? ' ')) return;
    else if (char === '[' || char === '{') yield 1;
    else if (char === ']' || char === '}') yield -1;
  }
}
