import type { Node } from '../contracts/node.ts';
import { lineAndColumn } from '../errors/code-frame.ts';
import { TsdbtError, toTsdbtError } from '../errors/tsdbt-error.ts';
import { alignLine } from '../util/align-line.ts';

/** Whether the database refused a statement; its place is one in that statement then. */
export function isSqlError({ name }: TsdbtError): boolean {
  return name === 'sql-failed' || name === 'sandbox-refused';
}

/**
 * Gives a database error the place in the model's file. The database reports a line and column in
 * the statement it got; the compiled query is part of that statement, and its lines are aligned
 * with those of the model.
 */
export function mapSqlError(
  error: unknown,
  node: Node,
  compiledCode: string | undefined,
): TsdbtError {
  const failed = toTsdbtError(error, { nodeId: node.uniqueId });
  if (!isSqlError(failed)) return failed.with({ location: { file: node.originalFilePath } });
  const statement = failed.sourceText;
  const at = failed.location;
  const inFile = { file: node.originalFilePath };
  // Of these the file is a property file, whose lines are not those of the query.
  const isDeclared = node.testMetadata !== null || node.resourceType === 'unit_test';
  const ofTest = isDeclared ? { ...inFile, line: node.firstLine } : inFile;
  const relocated = (location: TsdbtError['location']) =>
    new TsdbtError(failed.name, failed.message, failed.hint, {
      ...(location === undefined ? {} : { location }),
      nodeId: node.uniqueId,
      cause: failed.cause,
    });
  if (
    statement === undefined ||
    at?.line === undefined ||
    compiledCode === undefined ||
    isDeclared
  ) {
    return relocated(ofTest);
  }
  // Of a function the blanks around its text and the semicolon behind it are not sent.
  const isFunction = node.resourceType === 'function';
  const sent = isFunction ? compiledCode.trim().replace(/;+$/, '') : compiledCode;
  const start = statement.indexOf(sent);
  if (start === -1) return relocated(inFile);
  const before = lineAndColumn(statement, start);
  const own = lineAndColumn(compiledCode, compiledCode.indexOf(sent));
  const line = at.line - before.line + own.line;
  const column = (at.column ?? 1) - (at.line === before.line ? before.column - own.column : 0);
  const place = alignLine(compiledCode.split('\n'), node.rawCode.split('\n'), line, column);
  if (place === undefined) return relocated(inFile);
  return relocated({
    ...inFile,
    line: place.line + node.firstLine - 1,
    ...(place.column === undefined ? {} : { column: place.column }),
  });
}
