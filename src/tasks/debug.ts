import { ProjectErrors } from '../errors/project-errors.ts';
import { type TsdbtError, toTsdbtError } from '../errors/tsdbt-error.ts';
import { openSession } from './execute.ts';
import { openProject, type ProjectRequest, parseOpened } from './open-project.ts';

export interface DebugCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly errors: readonly TsdbtError[];
}

/** Checks the project file, the profile, the parse and the connection, each with its outcome. */
export async function debugTask(
  request: ProjectRequest,
  connectionOnly: boolean,
): Promise<readonly DebugCheck[]> {
  const checks: DebugCheck[] = [];
  const pass = (name: string, detail: string) =>
    checks.push({ name, ok: true, detail, errors: [] });
  const fail = (name: string, error: unknown) => {
    const errors = error instanceof ProjectErrors ? error.errors : [toTsdbtError(error)];
    checks.push({ name, ok: false, detail: '', errors });
  };
  let opened: ReturnType<typeof openProject>;
  try {
    opened = openProject(request);
    pass('project', `${opened.project.name} in ${opened.project.root}`);
    pass(
      'target',
      `${opened.target.name}: ${opened.target.type}, database ${opened.target.database}, schema ${opened.target.schema}`,
    );
  } catch (error) {
    fail('project', error);
    return checks;
  }
  let parsed: ReturnType<typeof parseOpened>;
  try {
    parsed = parseOpened(opened);
    if (!connectionOnly)
      pass('parse', `${parsed.manifest.nodes.size} nodes, ${parsed.manifest.sources.size} sources`);
  } catch (error) {
    fail('parse', error);
    return checks;
  }
  const session = await openSession(parsed, 'read');
  try {
    const version = await session.withConnection((connection) =>
      connection.query('select version()'),
    );
    pass('connection', `connected, ${opened.target.type} ${String(version.rows[0]?.[0])}`);
  } catch (error) {
    fail('connection', error);
  } finally {
    await session.close();
  }
  return checks;
}
