import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { Target } from '../contracts/project.ts';
import { suggest } from '../errors/suggest.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { isPlainObject, mapStrings } from '../util/map-strings.ts';
import { entryNamed, keyText, propertyNamed } from '../util/mapping-key.ts';
import { readText } from '../util/read-text.ts';
import { realProjectFolder } from './find-project.ts';
import type { ProjectHead, RenderText } from './load-project.ts';
import { shownCredentials, taintOf } from './shown-credentials.ts';
import { parseYaml, type YamlFile, type YamlPath } from './yaml-file.ts';

export interface ProfileRequest {
  readonly profilesDir?: string | undefined;
  readonly profile?: string | undefined;
  readonly target?: string | undefined;
  readonly threads?: number | undefined;
  /** Folder that `profiles.yml` is looked for in before the home folder. */
  readonly cwd: string;
}

/** Renders a text of a profile, and tells whether it was made from a secret variable. */
export type RenderProfile = (...args: Parameters<RenderText>) => {
  readonly value: unknown;
  readonly isSecret: boolean;
};

/** Turns one rendered output of a profile into a target; the adapters' schemas stand behind it. */
export type ReadOutput = (
  output: Readonly<Record<string, unknown>>,
  place: { file: YamlFile; path: YamlPath; where: string },
) => Pick<Target, 'type' | 'database' | 'schema' | 'threads' | 'credentials'>;

/**
 * The target of a run. Profiles are looked for in `--profiles-dir`, else the current folder, else
 * the project, else `~/.dbt`; or they stand in the project file itself. Only the chosen output is
 * rendered, so other outputs may use variables that are not set. A project without any profile
 * gets a DuckDB file under its target folder.
 */
export function loadTarget(
  project: ProjectHead,
  request: ProfileRequest,
  render: RenderProfile,
  readOutput: ReadOutput,
): Target {
  const name = request.profile ?? project.profileName;
  const inline = project.inlineProfiles;
  if (inline !== undefined && (name === null || propertyNamed(inline, name) !== undefined)) {
    const chosen = name ?? Object.keys(inline).map(keyText)[0] ?? project.name;
    return fromProfile(
      entryNamed(inline, chosen),
      chosen,
      project.yaml,
      ['profiles', chosen],
      realProjectFolder(project.root, project.file),
      request,
      render,
      readOutput,
    );
  }
  if (name === null) return defaultTarget(project, request, project.yaml, readOutput);
  const searched = profileFolders(project.root, request);
  for (const folder of searched) {
    const path = join(folder, 'profiles.yml');
    if (!existsSync(path)) continue;
    const yaml = parseYaml(readText(path), path, { dbt: true });
    const profiles = isPlainObject(yaml.value) ? yaml.value : {};
    const profile = entryNamed(profiles, name);
    if (profile === undefined) {
      const known = Object.keys(profiles)
        .map(keyText)
        .filter((key) => key !== 'config');
      throw tsdbtError('profile-not-found', { profile: name, known, searched: [path] });
    }
    const base = pathFolder(project, path);
    return fromProfile(profile, name, yaml, [name], base, request, render, readOutput);
  }
  throw tsdbtError('profile-not-found', {
    profile: name,
    known: [],
    searched: searched.map((folder) => join(folder, 'profiles.yml')),
  });
}

/**
 * The folder that relative paths of a profiles.yml are from: the project. Where that is a folder of links,
 * the project that they lead to, if the profile is there as well.
 */
function pathFolder({ root, file }: ProjectHead, profiles: string): string | undefined {
  const real = realProjectFolder(root, file);
  return real === root || dirname(realpathSync(profiles)) === real ? real : undefined;
}

/** The folders that profiles.yml is looked for in, in order. */
export function profileFolders(
  root: string,
  request: Pick<ProfileRequest, 'cwd' | 'profilesDir'>,
): readonly string[] {
  if (request.profilesDir !== undefined) {
    return [
      isAbsolute(request.profilesDir)
        ? request.profilesDir
        : join(request.cwd, request.profilesDir),
    ];
  }
  return [...new Set([request.cwd, root, join(homedir(), '.dbt')])];
}

function fromProfile(
  profile: unknown,
  name: string,
  file: YamlFile,
  path: YamlPath,
  folder: string | undefined,
  request: ProfileRequest,
  render: RenderProfile,
  readOutput: ReadOutput,
): Target {
  const where = `profile "${name}"`;
  const fields = isPlainObject(profile) ? profile : {};
  const outputs = isPlainObject(fields['outputs']) ? fields['outputs'] : undefined;
  if (outputs === undefined) {
    throw tsdbtError('missing-key', { key: 'outputs', where }, { location: file.locate(path) });
  }
  const written = fields['target'];
  const rendered =
    typeof written === 'string'
      ? render(written, { file, path: [...path, 'target'] }).value
      : 'default';
  const targetName = request.target ?? String(rendered);
  if (propertyNamed(outputs, targetName) === undefined) {
    const known = Object.keys(outputs).map(keyText);
    throw tsdbtError(
      'target-not-found',
      { target: targetName, profile: name, known, near: suggest(targetName, known) },
      { location: file.locate([...path, 'target']) },
    );
  }
  const outputPath = [...path, 'outputs', targetName];
  const tainted = new Set<string>();
  const output = mapStrings(entryNamed(outputs, targetName), (text, inner) => {
    const { value, isSecret } = render(text, { file, path: [...outputPath, ...inner] });
    if (isSecret) tainted.add(taintOf(inner));
    return value;
  });
  const target = readOutput(isPlainObject(output) ? output : {}, {
    file,
    path: outputPath,
    where: `${where}, target "${targetName}"`,
  });
  return {
    ...target,
    name: targetName,
    profileName: name,
    threads: request.threads ?? target.threads,
    shown: shownCredentials(target.credentials, tainted),
    folder,
    places: placesOf(target.credentials, file, outputPath),
  };
}

function placesOf(credentials: Target['credentials'], file: YamlFile, path: YamlPath) {
  const items = Object.entries(credentials).flatMap(([key, value]) =>
    Array.isArray(value) ? value.map((_, i) => [key, i] as const) : [],
  );
  return Object.fromEntries(
    items.map(([key, i]) => [`${key}.${i}`, file.locate([...path, key, i])]),
  );
}

function defaultTarget(
  project: ProjectHead,
  request: ProfileRequest,
  file: YamlFile,
  readOutput: ReadOutput,
): Target {
  if (request.target !== undefined && request.target !== 'dev') {
    throw tsdbtError('target-not-found', {
      target: request.target,
      profile: project.name,
      known: ['dev'],
    });
  }
  const output = {
    type: 'duckdb',
    path: join(project.targetPath, `${project.name}.duckdb`),
    threads: 4,
  };
  const target = readOutput(output, { file, path: [], where: 'the default target' });
  return {
    ...target,
    name: 'dev',
    profileName: project.name,
    threads: request.threads ?? target.threads,
    shown: target.credentials,
    folder: realProjectFolder(project.root, project.file),
    places: {},
  };
}
