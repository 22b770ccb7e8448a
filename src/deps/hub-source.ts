import * as z from 'zod';
import { type HubSpec, type PackageSpec, readPackageSpecs } from '../config/package-spec.ts';
import { suggest } from '../errors/suggest.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { DepsContext, PinnedPackage } from './package-source.ts';
import {
  compareVersions,
  parseVersion,
  parseVersionRule,
  satisfies,
  type Version,
} from './semver.ts';
import { unpackTarball } from './unpack.ts';

const versionSchema = z.object({
  name: z.string(),
  packages: z.array(z.record(z.string(), z.unknown())),
  downloads: z.object({ tarball: z.string() }),
  require_dbt_version: z
    .union([z.string(), z.array(z.string())])
    .nullable()
    .optional(),
});

const packageSchema = z.object({
  name: z.string(),
  namespace: z.string().optional(),
  versions: z.record(z.string(), versionSchema),
  redirectname: z.string().nullable().optional(),
  redirectnamespace: z.string().nullable().optional(),
});

type HubVersion = z.infer<typeof versionSchema>;

/**
 * A package of an index such as hub.getdbt.com (`api/v1/index.json`, `api/v1/<package>.json`): the
 * highest version that every rule allows and that is made for the dbt version tsdbt answers as.
 * Prereleases only when asked for, by the entry or by a rule that names one (core `deps/registry.py`).
 */
export async function pinHub(
  specs: readonly HubSpec[],
  context: DepsContext,
): Promise<PinnedPackage> {
  const [spec] = specs as readonly [HubSpec];
  const { location } = spec;
  const name = spec.package;
  const index = await getJson(context, 'index', z.array(z.string()));
  if (!index.includes(name)) {
    const near = suggest(name, index);
    throw tsdbtError(
      'package-not-found',
      { package: name, where: context.hubUrl, near },
      { location },
    );
  }
  const found = await getJson(context, name, packageSchema);
  const rules = specs.flatMap((s) => s.versions).map(parseVersionRule);
  const prereleases =
    spec.installPrerelease || rules.some((rule) => rule.version.prerelease.length > 0);
  const installable = Object.entries(found.versions)
    .filter(([, version]) => isCompatible(version, context))
    .map(([text]) => parseVersion(text))
    .filter((version) => prereleases || version.prerelease.length === 0)
    .sort(compareVersions);
  const chosen = installable.filter((version) => satisfies(version, rules)).at(-1);
  if (chosen === undefined) {
    throw tsdbtError(
      'package-version-not-found',
      {
        package: name,
        wanted: specs.flatMap((s) => s.versions),
        available: installable.map((version) => version.text),
      },
      { location },
    );
  }
  return pinned(name, chosen, found, installable.at(-1)!, context);
}

function pinned(
  name: string,
  chosen: Version,
  found: z.infer<typeof packageSchema>,
  latest: Version,
  context: DepsContext,
): PinnedPackage {
  const version = found.versions[chosen.text]!;
  const movedTo = redirect(name, found);
  return {
    name: version.name,
    stated: statedOf(version, name),
    label: `version ${chosen.text}`,
    lockEntry: { package: name, version: chosen.text },
    warnings:
      movedTo === undefined
        ? []
        : [
            {
              name: 'PackageRedirectDeprecation',
              text: `The package ${name} has moved: use ${movedTo} instead`,
            },
          ],
    ...(latest.text === chosen.text ? {} : { newer: latest.text }),
    place: async (into) => {
      const archive = await context.http(version.downloads.tarball);
      await unpackTarball(archive, into, `${name} ${chosen.text}`);
    },
  };
}

function statedOf(version: HubVersion, name: string): readonly PackageSpec[] {
  const file = `${name} of the package index`;
  const yaml = { file, value: { packages: version.packages }, locate: () => ({ file }) };
  return readPackageSpecs(yaml, (text) => text);
}

function redirect(name: string, found: z.infer<typeof packageSchema>): string | undefined {
  if (!found.redirectname && !found.redirectnamespace) return undefined;
  const [namespace] = name.split('/');
  return `${found.redirectnamespace ?? found.namespace ?? namespace}/${found.redirectname ?? found.name}`;
}

function isCompatible(version: HubVersion, context: DepsContext): boolean {
  const required = version.require_dbt_version ?? [];
  const rules = typeof required === 'string' ? [required] : required;
  if (!context.versionCheck || rules.length === 0) return true;
  return satisfies(
    parseVersion(context.dbtVersion),
    rules.flatMap((rule) => rule.split(',')).map(parseVersionRule),
  );
}

async function getJson<T>(context: DepsContext, name: string, schema: z.ZodType<T>): Promise<T> {
  const url = `${context.hubUrl.replace(/\/*$/, '/')}api/v1/${name.split('/').map(encodeURIComponent).join('/')}.json`;
  const bytes = await context.http(url);
  try {
    return schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    const problem =
      error instanceof z.ZodError
        ? 'the answer is not that of a package index'
        : 'the answer is not JSON';
    throw tsdbtError('package-download-failed', { what: url, problem });
  }
}
