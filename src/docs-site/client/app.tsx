import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { visibleText } from '../shared/visible-text.ts';
import { ProjectContext } from './context.ts';
import { Glyph } from './icons.tsx';
import { LineagePage } from './lineage-page.tsx';
import { NodePage } from './node-page.tsx';
import { OverviewPage } from './overview-page.tsx';
import type { Project } from './project.ts';
import { type Route, useRoute } from './router.ts';
import { RunsPage } from './runs-page.tsx';
import { SearchDialog } from './search-dialog.tsx';
import { Sidebar } from './sidebar.tsx';

/** The whole site: sidebar, the page of the current route, search on top. */
export function App({ project }: { readonly project: Project }): JSX.Element {
  const route = useRoute();
  const [searching, setSearching] = useState(false);
  const [menu, setMenu] = useState(false);
  const main = useRef<HTMLElement>(null);
  const place = `${route.page}/${route.id}`;
  const lastPlace = useRef(place);

  useEffect(() => {
    document.title = titleOf(route, project);
    if (lastPlace.current === place) return;
    lastPlace.current = place;
    setMenu(false);
    setSearching(false);
    window.scrollTo(0, 0);
    // Screen readers then start at the new page, and Tab goes on from there.
    main.current?.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  }, [place, route, project]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      const typing = target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
      const asked =
        (event.key === 'k' && (event.ctrlKey || event.metaKey)) || (event.key === '/' && !typing);
      if (asked) {
        event.preventDefault();
        setSearching(true);
      } else if (event.key === 'Escape') setMenu(false);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  return (
    <ProjectContext.Provider value={project}>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <header class="topbar">
        <button
          type="button"
          class="button ghost"
          aria-expanded={menu}
          aria-controls="sidebar"
          onClick={() => setMenu(!menu)}
        >
          <Glyph name={menu ? 'close' : 'menu'} />
          <span class="sr">{menu ? 'Close navigation' : 'Open navigation'}</span>
        </button>
        <a class="topbar-title" href="#/">
          <bdi>{project.boot.title}</bdi>
        </a>
        <button type="button" class="button ghost" onClick={() => setSearching(true)}>
          <Glyph name="search" />
          <span class="sr">Search</span>
        </button>
      </header>
      <div class={`shell ${menu ? 'menu-open' : ''}`}>
        <Sidebar route={route} onSearch={() => setSearching(true)} />
        {/* biome-ignore lint/a11y/noStaticElementInteractions: a veil to close the menu; Escape and the button do it too */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above */}
        <div class="veil" onClick={() => setMenu(false)} />
        <main
          id="main"
          ref={main}
          tabIndex={-1}
          class={route.page === 'lineage' ? 'main full' : 'main'}
        >
          <Page route={route} project={project} />
        </main>
      </div>
      {searching ? <SearchDialog onClose={() => setSearching(false)} /> : null}
    </ProjectContext.Provider>
  );
}

function Page({
  route,
  project,
}: {
  readonly route: Route;
  readonly project: Project;
}): JSX.Element {
  if (route.page === 'overview') return <OverviewPage />;
  if (route.page === 'lineage') return <LineagePage params={route.params} />;
  if (route.page === 'runs') return <RunsPage />;
  const node = route.page === 'node' ? project.byId.get(route.id) : undefined;
  if (node !== undefined)
    return <NodePage key={node} node={node} section={route.params.get('section') ?? ''} />;
  return (
    <div class="page">
      <h1 tabIndex={-1}>Not found</h1>
      <p>
        This site has no page <code>{visibleText(route.id)}</code>. It may have been renamed or
        removed since the link was made.
      </p>
      <p>
        <a href="#/">Go to the overview</a>, or press <kbd>/</kbd> to search.
      </p>
    </div>
  );
}

function titleOf(route: Route, project: Project): string {
  const { title } = project.boot;
  if (route.page === 'overview') return title;
  if (route.page === 'lineage') return `Lineage · ${title}`;
  if (route.page === 'runs') return `Runs · ${title}`;
  const node = project.byId.get(route.id);
  return `${node === undefined ? 'Not found' : project.names[node]} · ${title}`;
}
