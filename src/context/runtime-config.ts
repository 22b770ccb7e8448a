import type { Project } from '../contracts/project.ts';
import { PyDict, PyObject, type Value } from '../jinja/index.ts';
import type { TemplateHost } from './node-scope.ts';

/**
 * What `ref.config` gives: the little of dbt's `RuntimeConfig` that packages read to learn about the
 * projects at hand, name, version and `dependencies`, in which the project itself is, too.
 */
export class RuntimeConfig extends PyObject {
  readonly #project: Project;
  readonly #host: TemplateHost;

  constructor(project: Project, host: TemplateHost) {
    super();
    this.#project = project;
    this.#host = host;
  }

  get pyTypeName(): string {
    return 'RuntimeConfig';
  }

  override pyAttr(name: string): Value | undefined {
    const { projects, target } = this.#host;
    switch (name) {
      case 'project_name':
        return this.#project.name;
      case 'version':
        return this.#project.version;
      case 'profile_name':
        return target.profileName;
      case 'target_name':
        return target.name;
      case 'dependencies':
        return new PyDict(projects.map((one) => [one.name, new RuntimeConfig(one, this.#host)]));
      default:
        return undefined;
    }
  }
}

/** The members of the function `ref` besides its call. */
export function refMembers(host: TemplateHost): (name: string) => Value | undefined {
  return (name) =>
    name === 'config' && host.projects[0] !== undefined
      ? new RuntimeConfig(host.projects[0], host)
      : undefined;
}
