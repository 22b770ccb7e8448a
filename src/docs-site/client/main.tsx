import { render } from 'preact';
import { App } from './app.tsx';
import { receiveData } from './loader.ts';
import { createProject } from './project.ts';
import { applyTheme, storedTheme } from './theme.ts';

// Before the first paint: this script stands in the head and blocks.
applyTheme(storedTheme());

receiveData((boot) => {
  const root = document.getElementById('app');
  if (root === null) return;
  root.textContent = '';
  render(<App project={createProject(boot)} />, root);
});
