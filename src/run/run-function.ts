import type { TemplateHost } from '../context/node-scope.ts';
import type { Node } from '../contracts/node.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { MacroPath } from './macro-path.ts';
import type { NodeRun } from './run-context.ts';
import { runThroughMacro } from './run-through-macro.ts';

/** Makes a function by the macro of its materialization, when there is one for its language and kind. */
export function runFunction(path: MacroPath): NodeRun {
  return async (node, context, connection, progress) => {
    check(node, context.environment(connection).host, context.dialect.name);
    return await runThroughMacro(path)(node, context, connection, progress);
  };
}

const languages = { sql: 'SQL', python: 'Python', javascript: 'JavaScript' } as const;

function check(node: Node, { macros, dialect }: TemplateHost, adapter: string): void {
  const { name, language = 'sql', config, patchPath, originalFilePath: file } = node;
  const facts = { nodeId: node.uniqueId, location: { file } };
  const macro = `${String(config['type'])}_function_${language}`;
  const isMade = ['dbt', ...macros.packages()].some((packageName) =>
    [dialect.name, 'default'].some(
      (prefix) => macros.inPackage(packageName, `${prefix}__${macro}`) !== undefined,
    ),
  );
  if (!isMade && config['materialized'] === 'function') {
    const kind =
      language === 'sql'
        ? `a ${String(config['type'])} function`
        : `written in ${languages[language]}`;
    throw tsdbtError('function-not-run', { name, kind, adapter }, facts);
  }
  if (patchPath === null) throw tsdbtError('function-not-described', { name }, facts);
}
