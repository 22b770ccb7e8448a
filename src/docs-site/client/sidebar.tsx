import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { useProject } from './context.ts';
import { Glyph } from './icons.tsx';
import { Moment } from './parts.tsx';
import type { Route } from './router.ts';
import { applyTheme, storedTheme, type Theme } from './theme.ts';
import { Tree } from './tree.tsx';
import { databaseTree, projectTree } from './tree-data.ts';

const themes: readonly Theme[] = ['auto', 'light', 'dark'];
const themeGlyph = { auto: 'auto', light: 'sun', dark: 'moon' } as const;

export function Sidebar({
  route,
  onSearch,
}: {
  readonly route: Route;
  readonly onSearch: () => void;
}): JSX.Element {
  const project = useProject();
  const [tab, setTab] = useState<'project' | 'database'>('project');
  const [theme, setTheme] = useState(storedTheme);
  const trees = useMemo(
    () => ({ project: projectTree(project), database: databaseTree(project) }),
    [project],
  );
  const nextTheme = themes[(themes.indexOf(theme) + 1) % themes.length]!;
  const current = route.page === 'node' ? project.byId.get(route.id) : undefined;
  const pages = [
    ['overview', '#/', 'Overview', 'overview'],
    ['lineage', '#/lineage', 'Lineage', 'lineage'],
    ['runs', '#/runs', 'Last run', 'runs'],
  ] as const;
  return (
    <aside class="sidebar" id="sidebar">
      <div class="brand">
        <a href="#/" class="brand-name">
          <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="9" />
            <path d="M11 10.5h4c3 0 2 5.5 5 5.5M11 21.5h4c3 0 2-5.5 5-5.5" />
            <circle cx="9" cy="10.5" r="3" />
            <circle cx="9" cy="21.5" r="3" />
            <circle cx="23" cy="16" r="3" />
          </svg>
          <bdi>{project.boot.title}</bdi>
        </a>
        <button
          type="button"
          class="button ghost"
          aria-label={`Colours: ${theme}. Change to ${nextTheme}`}
          title={`Colours: ${theme}`}
          onClick={() => {
            applyTheme(nextTheme);
            setTheme(nextTheme);
          }}
        >
          <Glyph name={themeGlyph[theme]} />
        </button>
      </div>
      <button type="button" class="search-button" onClick={onSearch}>
        <Glyph name="search" />
        <span>Search</span>
        <kbd>/</kbd>
      </button>
      <nav aria-label="Pages" class="pages">
        {pages.map(([page, href, label, glyph]) => (
          <a key={page} href={href} aria-current={route.page === page ? 'page' : undefined}>
            <Glyph name={glyph} />
            {label}
          </a>
        ))}
      </nav>
      <fieldset class="segmented tabs">
        <legend class="sr">Tree by</legend>
        {(['project', 'database'] as const).map((which) => (
          <button
            type="button"
            key={which}
            aria-pressed={tab === which}
            onClick={() => setTab(which)}
          >
            {which === 'project' ? 'Project' : 'Database'}
          </button>
        ))}
      </fieldset>
      <Tree
        key={tab}
        roots={trees[tab]}
        current={current}
        label={tab === 'project' ? 'Project files' : 'Database'}
      />
      <footer class="sidebar-foot">
        Generated <Moment at={project.boot.generatedAt} />
      </footer>
    </aside>
  );
}
