import { didYouMean } from '../../errors/suggest.ts';
import { type DataType, isScalar, knownTypes, parseDataType } from '../values/data-type.ts';
import type { ValueSettings } from '../values/value-settings.ts';
import type { Refuse } from './landing-problem.ts';
import { readValueSettings, valueKeys } from './value-settings-config.ts';

/** A column that the files of a landing source have. */
export interface LandingColumn {
  readonly name: string;
  /** Its name in the files: a field of the header, or a key. */
  readonly from: string;
  /** The type as it was declared; `varchar` when it was not. */
  readonly dataType: string;
  readonly type: DataType;
  readonly settings: ValueSettings;
  /** Whether files may lack it; then it is NULL. */
  readonly optional: boolean;
}

/** A column of the source table, as declared in the property file. */
export interface DeclaredColumn {
  readonly name: string;
  readonly dataType?: string | null | undefined;
  /** Keys that dbt does not know. */
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
}

/** Column names that the engine gives to every landing source or table. */
export const reservedColumns: readonly string[] = [
  ...['processing_date', '_file', '_line', '_record', '_batch', '_rescued'],
] as const;

/** Keys of a column that only a landing source has. */
export const landingColumnKeys = ['from', 'optional', ...valueKeys] as const;

/** Validates the columns of a landing source; `above` holds the settings of the source itself. */
export function readColumns(
  columns: readonly DeclaredColumn[],
  above: ValueSettings,
  refuse: Refuse,
): readonly LandingColumn[] {
  if (columns.length === 0) {
    refuse(
      'needs `columns`: the names the files must have',
      ['columns'],
      'Add `columns:` to the source table.',
    );
  }
  const names = new Set<string>();
  const inFiles = new Set<string>();
  return columns.map((declared, index) => {
    const at = ['columns', index] as const;
    const column = readColumn(declared, index, above, refuse);
    const folded = column.name.toLowerCase();
    if (reservedColumns.includes(folded)) {
      refuse(
        `declares the column "${column.name}", a name that the engine gives to every landing source`,
        [...at, 'name'],
      );
    }
    if (names.has(folded)) refuse(`declares the column "${column.name}" twice`, [...at, 'name']);
    if (inFiles.has(column.from)) {
      refuse(`reads the field "${column.from}" into two columns`, [...at, 'from']);
    }
    names.add(folded);
    inFiles.add(column.from);
    return column;
  });
}

function readColumn(
  { name, dataType, extra = {} }: DeclaredColumn,
  index: number,
  above: ValueSettings,
  refuse: Refuse,
): LandingColumn {
  const at = ['columns', index] as const;
  if (name.trim() === '') {
    refuse(
      'declares a column whose name is empty',
      [...at, 'name'],
      'Give the column a name; `from: ""` names a field without one.',
    );
  }
  for (const key of Object.keys(extra)) {
    if ((landingColumnKeys as readonly string[]).includes(key)) continue;
    refuse(
      `has the unknown key \`${key}\` at the column "${name}"`,
      [...at, key],
      didYouMean(key, landingColumnKeys) ?? `Known keys: ${landingColumnKeys.join(', ')}.`,
    );
  }
  const written = dataType?.trim() || 'varchar';
  const type = parseDataType(written);
  const near = type?.kind === 'other' ? didYouMean(written.toLowerCase(), knownTypes) : undefined;
  if (type === undefined || near !== undefined) {
    return refuse(
      `has "${written}" as \`data_type\` of the column "${name}"`,
      [...at, 'data_type'],
      didYouMean(written.toLowerCase(), knownTypes),
    );
  }
  const from = extra['from'] ?? name;
  if (typeof from !== 'string') return refuse('needs a text in `from`', [...at, 'from']);
  const optional = extra['optional'] ?? false;
  if (typeof optional !== 'boolean') {
    return refuse('needs true or false in `optional`', [...at, 'optional']);
  }
  const own = isScalar(type) ? type : undefined;
  const settings = readValueSettings(extra, above, at, refuse, own);
  return { name, from, dataType: written, type, settings, optional };
}
