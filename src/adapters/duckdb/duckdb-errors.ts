import { lineAndColumn } from '../../errors/code-frame.ts';
import { type TsdbtError, tsdbtError } from '../../errors/tsdbt-error.ts';

interface DuckDbErrorJson {
  readonly exception_type?: string;
  readonly exception_message?: string;
  readonly position?: string;
  readonly name?: string;
  readonly candidates?: string;
}

/**
 * DuckDB's error as ours. With `errors_as_json` on, the message is JSON with a byte position in the
 * SQL; parser errors keep a `Parser Error: ` prefix before it.
 */
export function fromDuckDbError(error: unknown, sql: string, sandboxed: boolean): TsdbtError {
  const text = error instanceof Error ? error.message : String(error);
  const parsed = parseErrorJson(text);
  const message = parsed?.exception_message ?? text;
  if (/^interrupt$/i.test(parsed?.exception_type ?? '') || /^INTERRUPT Error/.test(text)) {
    return tsdbtError('run-cancelled', {}, { cause: error });
  }
  const [first = message, ...rest] = message.split('\n');
  const hint = /attached in read-only mode/.test(first)
    ? 'This command opens the database for reading only. A model, a hook or `tsdbt run-operation` can write.'
    : withoutInternals(rest.join(' ').trim());
  const location = locate(parsed?.position, sql);
  const details = { cause: error, ...(location ? { location, sourceText: sql } : {}) };
  if (sandboxed && ofSandbox.test(first))
    return tsdbtError('sandbox-refused', { message: first }, details);
  return tsdbtError(
    'sql-failed',
    { message: `${parsed?.exception_type ?? 'Database'} error: ${first}`, hint },
    details,
  );
}

/**
 * DuckDB's advice without what nobody means: it takes the nearest of all names, and where a schema is
 * empty those are catalogs, functions of its own, and our state.
 */
function withoutInternals(hint: string): string | undefined {
  const found = /^Did you mean (.*?)\??$/s.exec(hint);
  if (found === null) return hint || undefined;
  const names = [...found[1]!.matchAll(/"([^"]*)"/g)]
    .flatMap(([, name]) => name!.split(', '))
    .filter((name) => !internalName.test(name));
  return names.length === 0
    ? undefined
    : `Did you mean ${names.map((n) => `"${n}"`).join(' or ')}?`;
}

const internalName =
  /^(?:\w+\.)?(?:information_schema|pg_catalog|_tsdbt)\b|(?:^|\.)(?:__tsdbt|duckdb_|pragma_|sqlite_|pg_)/i;

/** How DuckDB refuses what its sandbox does not let through. */
const ofSandbox =
  /disabled (by|through) configuration|the configuration has been locked|enable_external_access is disabled|Cannot enable external access|allow_persistent_secrets/i;

/** The lock error's holder, as `node (process 123)`, or undefined when it is another error. */
export function lockHolder(error: unknown): string | undefined {
  const text = error instanceof Error ? error.message : String(error);
  if (!/Could not set lock|Conflicting lock|being used by another process/i.test(text))
    return undefined;
  const match = /held in ([^(]+?) \(PID (\d+)\)/.exec(text);
  return match
    ? `another process: ${match[1]!.split('/').at(-1)}, process ${match[2]}`
    : 'another process';
}

function parseErrorJson(text: string): DuckDbErrorJson | undefined {
  const start = text.indexOf('{"exception_type"');
  if (start === -1) return undefined;
  try {
    return JSON.parse(text.slice(start)) as DuckDbErrorJson;
  } catch {
    return undefined;
  }
}

function locate(position: string | undefined, sql: string) {
  if (position === undefined) return undefined;
  const bytes = Number(position);
  // The position counts bytes of UTF-8; columns count characters.
  const offset = Buffer.from(sql, 'utf8').subarray(0, bytes).toString('utf8').length;
  const { line, column } = lineAndColumn(sql, offset);
  return { file: '', line, column };
}
