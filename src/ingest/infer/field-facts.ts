import type { LandingColumn } from '../source/landing-columns.ts';
import { isScalar, isText } from '../values/data-type.ts';
import { preparedText, readValue } from '../values/read-value.ts';
import { candidates } from './type-candidates.ts';

/** A text with its place. */
export interface Example {
  readonly value: string;
  readonly file: string;
  readonly line: number;
}

const localCandidates = candidates.flatMap(({ group }, index) =>
  group === 'local' ? [index] : [],
);

/** What is known of the texts of a field, group by group of records. */
export class FieldFacts {
  values = 0;
  example: Example | undefined;
  unreadable = 0;
  unreadableExample: Example | undefined;
  readonly fitting: Set<number>;
  readonly digits = new Map<number, readonly [number, number]>();
  readonly #declared: LandingColumn | undefined;
  #asked: readonly number[] = [];

  constructor(reading: LandingColumn, declared: LandingColumn | undefined) {
    this.#declared = declared;
    // The text of a nested value is the loader's own.
    this.fitting = new Set(isScalar(reading.type) ? candidates.keys() : []);
  }

  /**
   * An aggregate to ask before the others: whether all texts look like a date in one of the many formats,
   * none of which is tried otherwise. Undefined where it is known.
   */
  gate(column: string): string | undefined {
    if (!localCandidates.some((index) => this.fitting.has(index))) return undefined;
    const shape = '[0-9A-Za-z]{1,9}[-./ ][0-9A-Za-z]{1,9}[-./, ]+[0-9]{1,4}.*';
    return `coalesce(bool_and(regexp_full_match(${this.#texts(column)}, '${shape}')), true)`;
  }

  takeGate(answer: string | null): void {
    if (answer !== 'true') for (const index of localCandidates) this.fitting.delete(index);
  }

  /** Aggregates over the next group; {@link take} takes their values as text. */
  questions(column: string): readonly string[] {
    this.#asked = [...this.fitting];
    const texts = this.#texts(column);
    const place = exampleOf(column, `${texts} is not null`);
    const bad = this.#bad(texts);
    return [
      `count(${texts})`,
      place,
      `count(*) filter (${bad})`,
      exampleOf(column, bad),
      ...this.#asked.flatMap((index) => {
        const { fits, group, settings } = candidates[index]!;
        const all = `coalesce(bool_and(coalesce(${fits(texts)}, false)) filter (${texts} is not null), true)`;
        if (group !== 'number') return [all];
        const point = settings.decimal_separator ?? '.';
        const part = (number: number) =>
          `coalesce(max(length(regexp_replace(split_part(${texts}, '${point}', ${number}), '[^0-9]', '', 'g'))), 0)`;
        return [all, part(1), part(2)];
      }),
    ];
  }

  take(answers: readonly (string | null)[], paths: readonly string[]): void {
    this.values += Number(answers[0]);
    this.example ??= readExample(answers[1] ?? null, paths);
    this.unreadable += Number(answers[2]);
    this.unreadableExample ??= readExample(answers[3] ?? null, paths);
    let at = 4;
    for (const index of this.#asked) {
      if (answers[at++] !== 'true') this.fitting.delete(index);
      if (candidates[index]!.group !== 'number') continue;
      const [before, behind] = this.digits.get(index) ?? [0, 0];
      const next = [Number(answers[at++]), Number(answers[at++])] as const;
      this.digits.set(index, [Math.max(before, next[0]), Math.max(behind, next[1])]);
    }
  }

  #texts(column: string): string {
    return this.#declared === undefined ? column : preparedText(column, this.#declared.settings);
  }

  /** SQL for whether a text is no value of the declared type. */
  #bad(texts: string): string {
    if (this.#declared === undefined || isText(this.#declared.type)) return 'false';
    const read = readValue(texts, this.#declared.type, this.#declared.settings);
    return read.unreadable ?? `${texts} is not null and ${read.value} is null`;
  }
}

/** SQL for the first text that a condition holds for, as JSON. */
function exampleOf(column: string, condition: string): string {
  return `arg_min(to_json([file_id::varchar, line::varchar, left(${column}, 60)]), rowid) filter (${condition})`;
}

function readExample(text: string | null, paths: readonly string[]): Example | undefined {
  if (text === null) return undefined;
  const [file, line, value] = JSON.parse(text) as [string, string, string];
  return { value, file: paths[Number(file)]!, line: Number(line) };
}
