import { parseDataType } from '../values/data-type.ts';
import { readValue } from '../values/read-value.ts';
import { plainValues } from '../values/value-settings.ts';

/** A type that a column may have, and a condition that each of its texts must meet. */
export interface Candidate {
  readonly name: string;
  readonly group: 'boolean' | 'integer' | 'number' | 'float' | 'moment' | 'local' | 'other';
  /** Undefined for a decimal, whose digits are counted first. */
  readonly dataType: string | undefined;
  readonly settings: CandidateSettings;
  /** SQL for whether the text `t` is a value of it; the loader reads it with the same function. */
  readonly fits: (t: string) => string;
}

export interface CandidateSettings {
  readonly format?: string;
  readonly decimal_separator?: string;
  readonly thousands_separator?: string;
}

function candidate(
  name: string,
  group: Candidate['group'],
  dataType: string,
  shape: string,
  settings: CandidateSettings = {},
): Candidate {
  const type = parseDataType(dataType)!;
  const values = {
    ...plainValues,
    formats: settings.format === undefined ? [] : [settings.format],
  };
  return {
    name,
    group,
    dataType,
    settings,
    fits: (t) => `(${matches(t, shape)} and ${readValue(t, type, values).value} is not null)`,
  };
}

/** Digits with separators; the value of the text is exact in any decimal that is wide enough. */
function number(name: string, shape: string, settings: CandidateSettings): Candidate {
  return {
    name,
    group: 'number',
    dataType: undefined,
    settings,
    fits: (t) => matches(t, shape),
  };
}

function matches(t: string, shape: string): string {
  return `regexp_full_match(${t}, '${shape}')`;
}

// Numbers with leading zeros or a plus sign are codes: they stay text.
const whole = '-?(0|[1-9][0-9]*)';
const clock = '[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?';
const day = '[0-9]{4}-[0-9]{2}-[0-9]{2}';

const dates = [
  '%d.%m.%Y',
  '%d/%m/%Y',
  '%m/%d/%Y',
  '%d-%m-%Y',
  '%m-%d-%Y',
  '%Y/%m/%d',
  '%Y.%m.%d',
  '%d %b %Y',
  '%d-%b-%Y',
  '%d %B %Y',
  '%b %d, %Y',
  '%B %d, %Y',
];
const times = ['%H:%M', '%H:%M:%S', '%H:%M:%S.%f', '%I:%M %p', '%I:%M:%S %p'];

/** In the order of preference: the first that fits every text of a column is its type. */
export const candidates: readonly Candidate[] = [
  candidate('boolean', 'boolean', 'boolean', '(?i)true|false'),
  candidate('integer', 'integer', 'integer', whole),
  candidate('bigint', 'integer', 'bigint', whole),
  number('decimal', `${whole}([.][0-9]+)?`, {}),
  number('decimal comma', `${whole}(,[0-9]+)?`, { decimal_separator: ',' }),
  number('grouped', '-?(0|[1-9][0-9]{0,2}(,[0-9]{3})*)([.][0-9]+)?', { thousands_separator: ',' }),
  number('grouped comma', '-?(0|[1-9][0-9]{0,2}([.][0-9]{3})*)(,[0-9]+)?', {
    decimal_separator: ',',
    thousands_separator: '.',
  }),
  candidate('double', 'float', 'double', `${whole}([.][0-9]+)?([eE][+-]?[0-9]+)?`),
  candidate('date', 'moment', 'date', day),
  // Some may be dates alone, which are read as midnight.
  candidate('timestamp', 'moment', 'timestamp', `${day}([T ]${clock})?`),
  candidate(
    'timestamptz',
    'moment',
    'timestamptz',
    `${day}[T ]${clock} ?(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?)`,
  ),
  candidate('time', 'other', 'time', clock),
  candidate('uuid', 'other', 'uuid', '(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'),
  candidate('json', 'other', 'json', '(?s)\\s*[\\[{].*'),
  ...dates.map((format) => candidate(format, 'local', 'date', ofDay(format, ''), { format })),
  ...dates.flatMap((format) =>
    times.map((time) => {
      const written = `${format} ${time}`;
      return candidate(written, 'local', 'timestamp', ofDay(format, '[ ].*'), { format: written });
    }),
  ),
];

/** strptime reads years of two digits as those of Rome, and more than the text that is meant. */
function ofDay(format: string, rest: string): string {
  const shape = format
    .replaceAll('.', '[.]')
    .replace('%d', '[0-9]{1,2}')
    .replace('%m', '[0-9]{1,2}')
    .replace('%Y', '[0-9]{4}')
    .replace(/%[bB]/, '[A-Za-z]{3,9}');
  return `${shape}${rest}`;
}
