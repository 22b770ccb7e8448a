import type { BindValue, Connection } from '../../adapters/adapter.ts';
import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import { type TsdbtError, toTsdbtError } from '../../errors/tsdbt-error.ts';
import type { LandingFile } from '../files/list-files.ts';
import { jsonLeavesOf } from '../read/json-leaves.ts';
import type { LandingRecord } from '../read/landing-record.ts';
import { readRecords } from '../read/read-records.ts';
import type { LandingColumn } from '../source/landing-columns.ts';
import type { LandingConfig } from '../source/landing-config.ts';
import { parquetReader } from '../stage/stage-parquet.ts';
import { isScalar, parseDataType } from '../values/data-type.ts';
import { plainValues } from '../values/value-settings.ts';
import { columnType, type InferredType } from './column-type.ts';
import { type Example, FieldFacts } from './field-facts.ts';
import { type FileField, fileFields } from './file-fields.ts';

/** A field that some of the files have. */
export interface FieldProfile {
  /** Its name in the files. */
  readonly name: string;
  /** Paths of the files that have it, and of those that have not. */
  readonly having: readonly string[];
  readonly lacking: readonly string[];
  /** Number of texts, and one of them. */
  readonly values: number;
  readonly example: Example | undefined;
  /** Its type: of its texts, or of the file where that says it. */
  readonly inferred: InferredType;
  /** How many of its texts are no values of the declared type; with an example. */
  readonly unreadable: number;
  readonly unreadableExample: Example | undefined;
  readonly declared: LandingColumn | undefined;
}

/** What landing files hold. */
export interface FilesProfile {
  readonly fields: readonly FieldProfile[];
  readonly records: number;
  /** Records that are none, with one of them. */
  readonly malformed: number;
  readonly malformedExample: { readonly file: string; readonly line: number } | undefined;
  /** Files that can't be read, each with its error. */
  readonly bad: readonly { readonly file: string; readonly error: TsdbtError }[];
}

export interface ProfileRequest {
  readonly connection: Connection;
  readonly dialect: SqlDialect;
  /** How the files are read; fields that it declares are held to their types. */
  readonly landing: LandingConfig;
  readonly files: readonly LandingFile[];
}

const table = 'tsdbt_profile';
/** The first texts leave few candidates for the many behind them. */
const firstGroup = 500;
const groupSize = 20_000;

/**
 * Reads files with the readers of the loader and finds the type of each field with its functions, so
 * that what is inferred is what is loaded. Memory does not grow with the files; they are read twice, for
 * their fields and for their values. {@link valueFunctions} must exist on the connection.
 */
export async function profileFiles(request: ProfileRequest): Promise<FilesProfile> {
  const { connection, dialect, landing, files } = request;
  const bad: { file: string; error: TsdbtError }[] = [];
  const found: { readonly file: LandingFile; readonly fields: readonly FileField[] | undefined }[] =
    [];
  for (const file of files) {
    try {
      found.push({ file, fields: await fileFields(connection, dialect, landing, file) });
    } catch (error) {
      bad.push({ file: file.path, error: toTsdbtError(error) });
    }
  }
  const names = [...new Set(found.flatMap(({ fields = [] }) => fields.map(({ name }) => name)))];
  const declared = new Map(landing.columns.map((column) => [column.from, column]));
  const columns = names.map((name) => readingColumn(name, declared.get(name)));
  const facts = columns.map((column) => new FieldFacts(column, declared.get(column.from)));
  const reader = new GroupReader(request, columns, facts);
  const read: LandingFile[] = [];
  for (const { file, fields } of found) {
    if (fields === undefined) continue;
    try {
      await reader.add(file, fields);
      read.push(file);
    } catch (error) {
      bad.push({ file: file.path, error: toTsdbtError(error) });
    }
  }
  await reader.flush();
  const isRead = new Set(read);
  const whole = found.filter(({ file }) => isRead.has(file));
  return {
    fields: names.map((name, index) => {
      const has = (fields: readonly FileField[] | undefined) =>
        fields?.some((field) => field.name === name) === true;
      const of = (having: boolean) =>
        whole.filter(({ fields }) => has(fields) === having).map(({ file }) => file.path);
      const { values, example, unreadable, unreadableExample } = facts[index]!;
      const types = new Set(
        whole.flatMap(({ fields = [] }) =>
          fields.flatMap((field) => (field.name === name && field.type ? field.type : [])),
        ),
      );
      return {
        name,
        having: of(true),
        lacking: of(false),
        values,
        example,
        inferred: typeOf(types, facts[index]!),
        unreadable,
        unreadableExample,
        declared: declared.get(name),
      };
    }),
    records: reader.records,
    malformed: reader.malformed,
    malformedExample: reader.malformedExample,
    bad,
  };
}

/** The type that all files say, where a column can be declared with it; else that of the texts. */
function typeOf(types: ReadonlySet<string>, facts: FieldFacts): InferredType {
  const [type] = types;
  if (types.size !== 1) return columnType(facts);
  const dataType = type === 'VARCHAR' ? undefined : type!.toLowerCase();
  const known = dataType === undefined ? undefined : parseDataType(dataType);
  const canBeDeclared = known !== undefined && known.kind !== 'other';
  return { dataType: canBeDeclared ? dataType : undefined, settings: {}, note: undefined };
}

/** Fields are read as text; of a nested type that is declared, as the loader's text of it. */
function readingColumn(name: string, declared: LandingColumn | undefined): LandingColumn {
  const isNested = declared !== undefined && !isScalar(declared.type);
  return {
    name,
    from: name,
    dataType: 'varchar',
    type: isNested ? declared.type : { kind: 'text', sql: 'varchar' },
    settings: plainValues,
    optional: true,
  };
}

/** Puts records into a table, group by group, and has the facts look at each group. */
class GroupReader {
  readonly #request: ProfileRequest;
  readonly #columns: readonly LandingColumn[];
  readonly #facts: readonly FieldFacts[];
  readonly #paths: string[] = [];
  #waiting: (readonly BindValue[])[] = [];
  #limit = firstGroup;
  records = 0;
  malformed = 0;
  malformedExample: FilesProfile['malformedExample'];

  constructor(
    request: ProfileRequest,
    columns: readonly LandingColumn[],
    facts: readonly FieldFacts[],
  ) {
    this.#request = request;
    this.#columns = columns;
    this.#facts = facts;
  }

  async add(file: LandingFile, fields: readonly FileField[]): Promise<void> {
    const { landing } = this.#request;
    const id = BigInt(this.#paths.push(file.path) - 1);
    if (landing.format === 'parquet') return this.#addParquet(file, fields, id);
    const hasLeaves = landing.format === 'csv';
    const take = async (records: readonly LandingRecord[]) => {
      this.records += records.length;
      for (const { line, fields: texts } of records) {
        if (texts === null) {
          this.malformed++;
          this.malformedExample ??= { file: file.path, line };
          continue;
        }
        const values = hasLeaves ? texts.map((text, index) => this.#leaves(text, index)) : texts;
        this.#waiting.push([id, BigInt(line), ...values]);
      }
      if (this.#waiting.length >= this.#limit) await this.flush();
    };
    const quiet = () => undefined;
    await readRecords(
      {
        ...file,
        landing: {
          ...landing,
          columns: landing.header || landing.format !== 'csv' ? this.#columns : this.#positional(),
          newColumn: 'ignore',
          missingColumn: 'null',
        },
        onUnknownKey: quiet,
        onNotice: quiet,
        onDetected: quiet,
      },
      take,
    );
  }

  /** Without a header, which columns a file may lack is a matter of their places. */
  #positional(): readonly LandingColumn[] {
    const { columns } = this.#request.landing;
    return this.#columns.map((column, index) => ({
      ...column,
      optional: columns[index]?.optional ?? column.optional,
    }));
  }

  #leaves(text: string | null, index: number): string | null {
    const { type } = this.#columns[index]!;
    return text === null || isScalar(type) ? text : jsonLeavesOf(text, type, () => undefined);
  }

  async #addParquet(file: LandingFile, fields: readonly FileField[], id: bigint): Promise<void> {
    await this.flush();
    const { connection, dialect } = this.#request;
    const has = new Set(fields.map(({ name }) => name));
    const texts = this.#columns.map(({ from }, index) => {
      const value = has.has(from) ? `${dialect.quote(from)}::varchar` : 'null::varchar';
      return `${value} as c${index}`;
    });
    const { rowsAffected } = await connection.run(
      `create or replace temp table ${table} as
       select ${id}::bigint as file_id, file_row_number + 1 as line, ${texts.join(', ')}
       from ${parquetReader(dialect, file, ', file_row_number = true')}`,
    );
    this.records += rowsAffected ?? 0;
    await this.#look();
  }

  async flush(): Promise<void> {
    const rows = this.#waiting;
    this.#waiting = [];
    this.#limit = groupSize;
    if (rows.length === 0) return;
    const { connection } = this.#request;
    const columns = this.#columns.map((_, index) => `c${index} varchar`);
    await connection.run(
      `create or replace temp table ${table} (${['file_id bigint', 'line bigint', ...columns].join(', ')})`,
    );
    // The first rows alone leave few candidates.
    if (rows.length > firstGroup * 2) {
      await connection.append(table, rows.slice(0, firstGroup));
      await this.#look();
      await connection.run(`truncate ${table}`);
      await connection.append(table, rows.slice(firstGroup));
    } else await connection.append(table, rows);
    await this.#look();
  }

  async #look(): Promise<void> {
    const gates = this.#facts.map((facts, index) => facts.gate(`c${index}`));
    const opened = await this.#ask(gates.flatMap((gate) => gate ?? []));
    for (const [index, facts] of this.#facts.entries())
      if (gates[index] !== undefined) facts.takeGate(opened.shift() ?? null);
    const asked = this.#facts.map((facts, index) => facts.questions(`c${index}`));
    const answers = await this.#ask(asked.flat());
    for (const [index, facts] of this.#facts.entries())
      facts.take(answers.splice(0, asked[index]!.length), this.#paths);
  }

  /** The values of aggregates over the table, as text. */
  async #ask(questions: readonly string[]): Promise<(string | null)[]> {
    const answers: (string | null)[] = [];
    // A query of thousands of expressions costs more than several of hundreds.
    for (let from = 0; from < questions.length; from += 400) {
      const part = questions.slice(from, from + 400).map((sql) => `(${sql})::varchar`);
      const { rows } = await this.#request.connection.query(
        `select ${part.join(',\n')} from ${table}`,
      );
      for (const value of rows[0] ?? []) answers.push(value === null ? null : String(value));
    }
    return answers;
  }
}
