import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Json } from '../contracts/json.ts';
import { type SourceLocation, tsdbtError } from '../errors/tsdbt-error.ts';
import { isPlainObject, mapStrings } from '../util/map-strings.ts';
import { readText } from '../util/read-text.ts';
import type { RenderText } from './load-project.ts';
import { validated } from './validate.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

interface Stated {
  /** The entry as dbt keeps it, for the hash of the lock file. */
  readonly fields: Readonly<Record<string, Json>>;
  /** The entry before its templates are rendered: what may be written down, secrets not among it. */
  readonly unrendered: Readonly<Record<string, Json>>;
  readonly location: SourceLocation;
}

export type LocalSpec = Stated & { readonly kind: 'local'; readonly local: string };

export type GitSpec = Stated & {
  readonly kind: 'git';
  readonly git: string;
  readonly revision: string | null;
  readonly subdirectory: string | null;
  readonly warnUnpinned: boolean;
};

export type TarballSpec = Stated & {
  readonly kind: 'tarball';
  readonly tarball: string;
  readonly name: string;
};

export type HubSpec = Stated & {
  readonly kind: 'hub';
  /** `namespace/name`. */
  readonly package: string;
  readonly versions: readonly string[];
  readonly installPrerelease: boolean;
};

export type PrivateSpec = Stated & { readonly kind: 'private'; readonly private: string };

/** One entry of `packages:` (docs.getdbt.com/docs/build/packages). */
export type PackageSpec = LocalSpec | GitSpec | TarballSpec | HubSpec | PrivateSpec;

export type PackagesFileName = 'packages.yml' | 'dependencies.yml';

/** The packages that a project states, and the file that states them. */
export interface StatedPackages {
  readonly file: PackagesFileName;
  readonly specs: readonly PackageSpec[];
}

const version = z.union([z.string(), z.number()]);
const gitFields = {
  revision: version.nullable().optional(),
  'warn-unpinned': z.boolean().nullable().optional(),
  subdirectory: z.string().nullable().optional(),
  name: z.string().nullable().optional(),
};
const schemas = {
  local: z.strictObject({ local: z.string().min(1), name: z.string().nullable().optional() }),
  tarball: z.strictObject({ tarball: z.string().min(1), name: z.string().min(1) }),
  git: z.strictObject({ git: z.string().min(1), ...gitFields }),
  private: z.strictObject({
    private: z.string().min(1),
    provider: z.string().nullable().optional(),
    ...gitFields,
  }),
  package: z.strictObject({
    package: z.string().min(1),
    version: z.union([version, z.array(version)]),
    install_prerelease: z.boolean().nullable().optional(),
    name: z.string().nullable().optional(),
  }),
};

/**
 * The packages of `packages.yml`, whose templates are rendered, or of `dependencies.yml`, which has
 * none (core `config/project.py`). A project without either states none. Errors in the file of a
 * package are located in `<packageName>/packages.yml`.
 */
export function readStatedPackages(
  root: string,
  render: RenderText,
  packageName?: string,
): StatedPackages {
  const packages = readYaml(root, 'packages.yml', packageName);
  const dependencies = readYaml(root, 'dependencies.yml', packageName);
  const inBoth = packages?.entries !== undefined && dependencies?.entries !== undefined;
  if (inBoth || (packages !== undefined && 'projects' in packages.fields)) {
    const key = inBoth ? 'packages' : 'projects';
    const problem = inBoth
      ? 'stands in packages.yml and in dependencies.yml; keep one of them'
      : 'belongs in dependencies.yml';
    throw tsdbtError(
      'invalid-value',
      { key, where: 'packages.yml', problem },
      { location: packages!.yaml.locate([key]) },
    );
  }
  if (dependencies?.entries !== undefined)
    return { file: 'dependencies.yml', specs: readPackageSpecs(dependencies.yaml, (text) => text) };
  return {
    file: 'packages.yml',
    specs: packages === undefined ? [] : readPackageSpecs(packages.yaml, render),
  };
}

/** The entries of `packages:` in a file of packages or in a lock file. */
export function readPackageSpecs(yaml: YamlFile, render: RenderText): readonly PackageSpec[] {
  const entries = (yaml.value as { packages?: unknown } | null)?.packages ?? [];
  if (!Array.isArray(entries)) {
    throw tsdbtError(
      'invalid-value',
      { key: 'packages', where: yaml.file, problem: 'must be a list' },
      { location: yaml.locate(['packages']) },
    );
  }
  return entries.map((entry: unknown, i) => {
    const path = ['packages', i];
    const rendered = mapStrings(entry, (text, inner) =>
      render(text, { file: yaml, path: [...path, ...inner] }),
    );
    return toSpec(rendered, entry, yaml, path);
  });
}

/** The kind of an entry and what it names, for messages: `dbt-labs/dbt_utils`. */
export function specLabel(spec: PackageSpec): string {
  switch (spec.kind) {
    case 'hub':
      return spec.package;
    case 'local':
      return spec.local;
    case 'git':
      return String(spec.unrendered['git'] ?? spec.git);
    case 'tarball':
      return spec.name;
    case 'private':
      return spec.private;
  }
}

function readYaml(root: string, name: PackagesFileName, packageName: string | undefined) {
  const path = join(root, name);
  if (!existsSync(path)) return undefined;
  const shown = packageName === undefined ? name : `${packageName}/${name}`;
  const yaml = parseYaml(readText(path), shown, { dbt: true });
  const fields = isPlainObject(yaml.value) ? yaml.value : {};
  return { yaml, fields, entries: fields['packages'] };
}

function toSpec(
  value: unknown,
  written: unknown,
  yaml: YamlFile,
  path: (string | number)[],
): PackageSpec {
  const location = yaml.locate(path);
  const where = `packages of ${yaml.file}`;
  const keys = isPlainObject(value) ? Object.keys(value) : [];
  const kind = (Object.keys(schemas) as (keyof typeof schemas)[]).find((k) => keys.includes(k));
  if (kind === undefined) {
    const problem =
      'must be a mapping with one of the keys package, git, local, tarball or private';
    throw tsdbtError('invalid-value', { key: String(path.at(-1)), where, problem }, { location });
  }
  const unrendered = written as Record<string, Json>;
  const base = { unrendered, location };
  const check = <T>(schema: z.ZodType<T>): T => validated(schema, value, yaml, path, where);
  switch (kind) {
    case 'local': {
      const { local } = check(schemas.local);
      return { ...base, kind, local, fields: withName({ local }, value) };
    }
    case 'tarball': {
      const entry = check(schemas.tarball);
      return { ...base, kind, ...entry, fields: { ...entry } };
    }
    case 'private': {
      const entry = check(schemas.private);
      const fields = {
        private: entry.private,
        provider: entry.provider ?? null,
        ...gitKeys(entry),
      };
      return { ...base, kind, private: entry.private, fields: withName(fields, value) };
    }
    case 'git': {
      const entry = check(schemas.git);
      return {
        ...base,
        kind,
        git: entry.git,
        revision: entry.revision == null ? null : String(entry.revision),
        subdirectory: entry.subdirectory ?? null,
        warnUnpinned: entry['warn-unpinned'] !== false,
        fields: withName({ git: entry.git, ...gitKeys(entry) }, value),
      };
    }
    case 'package': {
      if (!keys.includes('version'))
        throw tsdbtError('missing-key', { key: 'version', where }, { location });
      const entry = check(schemas.package);
      if (!entry.package.includes('/')) {
        const problem = 'needs a namespace, as in dbt-labs/dbt_utils';
        throw tsdbtError('invalid-value', { key: 'package', where, problem }, { location });
      }
      const list = Array.isArray(entry.version) ? entry.version : [entry.version];
      return {
        ...base,
        kind: 'hub',
        package: entry.package,
        versions: list.flatMap((text) => String(text).split(',')),
        installPrerelease: entry.install_prerelease === true,
        fields: withName(
          {
            package: entry.package,
            version: wholeAsText(entry.version),
            install_prerelease: entry.install_prerelease ?? false,
          },
          value,
        ),
      };
    }
  }
}

function gitKeys(entry: {
  revision?: string | number | null | undefined;
  subdirectory?: string | null | undefined;
  'warn-unpinned'?: boolean | null | undefined;
}): Record<string, Json> {
  return {
    revision: wholeAsText(entry.revision ?? null),
    'warn-unpinned': entry['warn-unpinned'] ?? null,
    subdirectory: entry.subdirectory ?? null,
  };
}

/** dbt keeps a whole number of a version as text, and a fraction as a number. */
function wholeAsText(value: Json): Json {
  if (Array.isArray(value)) return value.map(wholeAsText);
  return typeof value === 'number' && Number.isInteger(value) ? String(value) : value;
}

function withName(fields: Record<string, Json>, value: unknown): Record<string, Json> {
  const name = (value as { name?: Json }).name;
  return name === undefined || name === null ? fields : { ...fields, name };
}
