import { isBuiltin } from '../context/macro-index.ts';
import type { TemplateHost } from '../context/node-scope.ts';
import type { Node } from '../contracts/node.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { MacroPath } from './macro-path.ts';
import type { NodeRun } from './run-context.ts';
import { runThroughMacro } from './run-through-macro.ts';

/** Makes a function by the macro of its materialization, when there is one for its language and kind. */
export function runFunction(path: MacroPath | undefined): NodeRun {
  return async (node, context, connection, progress) => {
    const { host } = context.environment(connection);
    const isOwn = path !== undefined && !isBuiltin(path.macro.packageName);
    if (!isOwn) check(node, host);
    return await runThroughMacro(path!)(node, context, connection, progress);
  };
}

const languages = { sql: 'SQL', python: 'Python', javascript: 'JavaScript' } as const;

/** Throws for what the built-in materialization can't make. */
function check(node: Node, { macros, dialect }: TemplateHost): void {
  const { name, language = 'sql', config, patchPath, originalFilePath: file } = node;
  const facts = { nodeId: node.uniqueId, location: { file } };
  const refused = (kind: string, hint?: string) =>
    tsdbtError(
      'function-not-run',
      { name, kind, adapter: dialect.name },
      hint === undefined ? facts : { ...facts, hint },
    );
  const materialized = String(config['materialized']);
  if (materialized !== 'function')
    throw refused(
      `materialized as "${materialized}"`,
      'Take `materialized` away: what kind of function it is says `type`.',
    );
  const type = String(config['type']);
  const macro = `${type}_function_${language}`;
  const isMade = ['dbt', ...macros.packages()].some((packageName) =>
    [dialect.name, 'default'].some(
      (prefix) => macros.inPackage(packageName, `${prefix}__${macro}`) !== undefined,
    ),
  );
  if (!isMade)
    throw refused(language === 'sql' ? `of the type ${type}` : `written in ${languages[language]}`);
  if (patchPath === null) throw tsdbtError('function-not-described', { name }, facts);
}
