import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import type { DispatchRule } from '../../contracts/project.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import {
  type CallResult,
  callMacro,
  type Evaluation,
  isTruthy,
  type Kwargs,
  suspend,
  type Value,
} from '../../jinja/index.ts';
import { RelationObject } from '../relation-object.ts';
import type { TemplateDatabase } from '../template-database.ts';

/** What `adapter` is made of. */
export interface AdapterOptions {
  readonly dialect: SqlDialect;
  readonly rootPackage: string;
  /** Names of the packages the project uses. */
  readonly dependencies: ReadonlySet<string>;
  readonly dispatch: readonly DispatchRule[];
  /** Gives the callable of a macro of a package, or of any that an unqualified name leads to. */
  readonly bind: (packageName: string | undefined, name: string) => Value | undefined;
  /** A macro of this name in whichever package has one. */
  readonly bindAnywhere: (name: string) => Value | undefined;
  /** Whether what a name leads to is not the built-in macro of that name. */
  readonly overrides: (name: string) => boolean;
  /** Undefined while parsing: every question then has an empty answer. */
  readonly database: TemplateDatabase | undefined;
  /** Settings of the connection, as the profile has them. */
  readonly credentials: Readonly<Record<string, unknown>>;
  readonly warn: (message: string) => void;
  /** Prints, as `print_table` of a result does. */
  readonly say: (text: string) => void;
}

/** A method of `adapter` that needs no database. */
export type AdapterMethod = (args: Value[], kwargs: Kwargs, options: AdapterOptions) => CallResult;

/** A method that asks the database, or changes it. */
export type DatabaseMethod = (
  database: TemplateDatabase,
  args: Value[],
  kwargs: Kwargs,
  options: AdapterOptions,
) => CallResult;

/** A database method with the answer it has while parsing, when there is no database (dbt's `available.parse`). */
export function withDatabase(
  method: DatabaseMethod,
  whileParsing: () => Value = () => null,
): AdapterMethod {
  return (args, kwargs, options) =>
    options.database === undefined
      ? whileParsing()
      : method(options.database, args, kwargs, options);
}

/** An argument by position or name; none when it was not given. */
export function argument(args: Value[], kwargs: Kwargs, at: number, name: string): Value {
  const value = args[at] ?? kwargs.get(name);
  return value === undefined ? null : value;
}

export function flagArgument(args: Value[], kwargs: Kwargs, at: number, name: string): boolean {
  return isTruthy(argument(args, kwargs, at, name));
}

/** An argument that must be a relation. */
export function relationArgument(
  method: string,
  args: Value[],
  kwargs: Kwargs,
  at: number,
  name: string,
): RelationObject {
  const value = argument(args, kwargs, at, name);
  if (value instanceof RelationObject) return value;
  throw tsdbtError('compiler-error', {
    message: `adapter.${method}() needs a relation as \`${name}\`, as load_relation() or api.Relation.create() give`,
  });
}

/** Calls a macro by its name, as the project may have overridden it. */
export function* callNamed({ bind }: AdapterOptions, name: string, args: Value[]): Evaluation {
  const macro = bind(undefined, name);
  if (macro === undefined) throw tsdbtError('dispatch-not-found', { name, tried: [name] });
  return yield* callMacro(macro, args);
}

/** Waits for the database, inside of a method. */
export function* answer<T>(promise: Promise<T>): Evaluation<T> {
  let result: T | undefined;
  yield suspend(
    promise.then((value) => {
      result = value;
      return null;
    }),
  );
  return result as T;
}

/** The value made of what the database answers. */
export function* answered<T>(promise: Promise<T>, read: (answer: T) => Value): Evaluation {
  return read(yield* answer(promise));
}
