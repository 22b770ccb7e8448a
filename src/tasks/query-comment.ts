import type { CompileEnvironment } from '../compile/compile-node.ts';
import { renderCode } from '../compile/compile-node.ts';
import { dbtVersion } from '../context/base-members.ts';
import type { Node } from '../contracts/node.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { fromJs, jsonDumps, type Value } from '../jinja/index.ts';
import { inlineNode } from '../run/inline-node.ts';
import type { StatementComment } from '../run/statement-comment.ts';
import type { ParsedProject } from './open-project.ts';

/**
 * What statements say of where they are from: of a node, or of a connection that serves none, such as
 * `master` for hooks. Undefined where nothing is said.
 */
export type CommentOf = (
  node: Node | undefined,
  connectionName: string,
) => Promise<StatementComment | undefined>;

/**
 * `query-comment` of the project (docs.getdbt.com/reference/project-configs/query-comment): a template that
 * sees `node` and `connection_name`. A comment that is the default is not rendered but put together.
 */
export function queryComments(
  { project, target, manifest }: ParsedProject,
  environment: () => CompileEnvironment,
): CommentOf {
  const { queryComment } = project;
  if (queryComment === undefined) return async () => undefined;
  const { template, append } = queryComment;
  if (template === null) {
    const base = {
      app: 'dbt',
      dbt_version: dbtVersion,
      profile_name: target.profileName,
      target_name: target.name,
    };
    return async (node, name) => {
      const of = node === undefined ? { connection_name: name } : { node_id: node.uniqueId };
      return checked(jsonDumps(fromJs({ ...base, ...of })), append);
    };
  }
  // A macro of its own, so that the template may `return()`.
  const code = `{%- macro query_comment_macro() -%}\n${template}\n{%- endmacro -%}{{ query_comment_macro() }}`;
  return async (node, name) => {
    const extra = new Map<string, Value>([
      ['connection_name', node === undefined ? name : node.uniqueId],
      ...(node === undefined ? [['node', null] as const] : []),
    ]);
    const shown = node === undefined ? inlineNode(manifest, code, name, project.file) : node;
    const place = { ...shown, originalFilePath: project.file, firstLine: 0 };
    return checked(await renderCode(place, code, environment(), new Map(), { extra }), append);
  };
}

function checked(text: string, append: boolean): StatementComment | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (trimmed.includes('*/')) throw tsdbtError('query-comment-invalid', { text: trimmed });
  return { text: trimmed, append };
}
