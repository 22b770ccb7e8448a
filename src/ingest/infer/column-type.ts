import { type Candidate, type CandidateSettings, candidates } from './type-candidates.ts';

/** What all texts of a column were found to be. */
export interface TextFacts {
  /** Texts that are there. */
  readonly values: number;
  /** Positions of the candidates that every text fits. */
  readonly fitting: ReadonlySet<number>;
  /** Most digits in front of the point and behind it, by the candidate of a decimal. */
  readonly digits: ReadonlyMap<number, readonly [number, number]>;
}

export interface InferredType {
  /** Undefined: text. */
  readonly dataType: string | undefined;
  readonly settings: CandidateSettings;
  /** Why the column stays text although it could be more. */
  readonly note: string | undefined;
}

const text: InferredType = { dataType: undefined, settings: {}, note: undefined };

/** The type of a column: one that reads every text exactly and in one way only, else text. */
export function columnType({ values, fitting, digits }: TextFacts): InferredType {
  if (values === 0) return text;
  const fits = candidates.flatMap((candidate, index) =>
    fitting.has(index) ? [{ candidate, index }] : [],
  );
  const [first] = fits;
  if (first === undefined) return text;
  const { group } = first.candidate;
  if (group === 'number') return numberType(fits, digits);
  if (group === 'local') return localType(fits.map(({ candidate }) => candidate));
  return { ...text, dataType: first.candidate.dataType };
}

/** `1,234` may be a thousand or one: a column that can be read in both ways stays text. */
function numberType(
  fits: readonly { readonly candidate: Candidate; readonly index: number }[],
  digits: TextFacts['digits'],
): InferredType {
  const named = new Map(fits.map((fit) => [fit.candidate.name, fit]));
  const found =
    named.get('decimal') ??
    (named.has('grouped') && (named.has('decimal comma') || named.has('grouped comma'))
      ? undefined
      : (named.get('decimal comma') ?? named.get('grouped') ?? named.get('grouped comma')));
  if (found === undefined) {
    return {
      ...text,
      note: 'its numbers can be read with a decimal comma or with commas between thousands',
    };
  }
  const [before, behind] = digits.get(found.index) ?? [0, 0];
  const { settings } = found.candidate;
  if (behind === 0 && before > 18 && found.candidate.name === 'decimal') return text;
  if (before + behind > 38) return text;
  if (behind === 0 && before <= 18) return { ...text, dataType: 'bigint', settings };
  return { ...text, dataType: `decimal(${before + behind <= 18 ? 18 : 38}, ${behind})`, settings };
}

/** `01/02/2026` may be of January or February: a column that has no other dates stays text. */
function localType(fits: readonly Candidate[]): InferredType {
  const dates = fits.filter(({ dataType }) => dataType === fits[0]!.dataType);
  const [only, second] = dates;
  if (second === undefined) {
    return { ...text, dataType: only!.dataType, settings: only!.settings };
  }
  const isSame = dates.every(({ name }) => monthFirst(name) === monthFirst(only!.name));
  if (isSame) return { ...text, dataType: only!.dataType, settings: only!.settings };
  return { ...text, note: `its dates can be read as ${only!.name} or ${second.name}` };
}

function monthFirst(format: string): boolean {
  return format.startsWith('%m');
}
