import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Project } from './project.ts';

export const ProjectContext = createContext<Project | undefined>(undefined);

/** The project of this site; every component below the shell has one. */
export function useProject(): Project {
  const project = useContext(ProjectContext);
  if (project === undefined) throw new Error('No project in context');
  return project;
}
