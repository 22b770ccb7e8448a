import type { RenderText } from '../config/load-project.ts';
import type { RenderProfile } from '../config/profile.ts';
import type { Json } from '../contracts/json.ts';
import type { Target } from '../contracts/project.ts';
import { toTsdbtError } from '../errors/tsdbt-error.ts';
import {
  isUndefined,
  parseTemplate,
  renderNative,
  type Scope,
  toJs,
  type Value,
} from '../jinja/index.ts';
import { secretPrefix } from '../util/mask-secrets.ts';
import { baseMembers, targetValue } from './base-members.ts';
import type { Invocation } from './invocation.ts';

export interface YamlRendererOptions {
  readonly vars: ReadonlyMap<string, Json>;
  /** Absent while the profile itself is read. */
  readonly target?: Target;
  /** True for profiles.yml and packages.yml. */
  readonly allowSecrets?: boolean;
  readonly onEnvVar?: (name: string) => void;
  /** What dbt gives for a variable that is not set, in property files. */
  readonly missingVarIsNone?: boolean;
}

/** A renderer that also tells the names its templates can use. */
export type YamlRenderer = RenderText & { readonly lookup: (name: string) => Value | undefined };

/** Renders the texts of YAML files with Python's native types: `"{{ 1 + 1 }}"` is the number 2. */
export function yamlRenderer(invocation: Invocation, options: YamlRendererOptions): YamlRenderer {
  const members = baseMembers(invocation, {
    vars: options.vars,
    owner: 'A YAML file',
    allowSecrets: options.allowSecrets ?? false,
    missingVarIsNone: options.missingVarIsNone ?? false,
    ...(options.onEnvVar === undefined ? {} : { onEnvVar: options.onEnvVar }),
  });
  if (options.target !== undefined) members.set('target', targetValue(options.target));
  const scope: Scope = { lookup: (name) => members.get(name) };
  const render: RenderText = (text, { file, path }) => {
    // Jinja takes the line break at the end of a template away.
    if (!/\{[{%#]/.test(text)) return text.endsWith('\n') ? text.slice(0, -1) : text;
    const location = file.locate(path);
    try {
      const rendered = renderNative(parseTemplate(text, { file: file.file }), scope);
      // What does not exist is an empty text where a project file configures with it.
      const configures = options.target !== undefined && typeof path[1] === 'string';
      return configures && isUndefined(rendered) ? '' : toJs(rendered);
    } catch (error) {
      const failed = toTsdbtError(error);
      // The template starts somewhere inside the YAML file: its own line 1 says nothing.
      throw Object.assign(failed.with({ location }), { location });
    }
  };
  return Object.assign(render, { lookup: (name: string) => members.get(name) });
}

/** Renders the texts of a profile, which may use secrets and tell that they did. */
export function profileRenderer(
  invocation: Invocation,
  vars: YamlRendererOptions['vars'],
): RenderProfile {
  let isSecret = false;
  const onEnvVar = (name: string) => {
    isSecret ||= name.startsWith(secretPrefix);
  };
  const render = yamlRenderer(invocation, { vars, allowSecrets: true, onEnvVar });
  return (text, place) => {
    isSecret = false;
    const value = render(text, place);
    return { value, isSecret };
  };
}
