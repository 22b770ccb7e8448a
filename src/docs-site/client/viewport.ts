export interface View {
  readonly scale: number;
  /** Where the scene's origin is on screen. */
  readonly x: number;
  readonly y: number;
}

export interface Viewport {
  view(): View;
  fit(): void;
  zoom(factor: number): void;
  pan(dx: number, dy: number): void;
  /** Moves a point of the scene into sight. */
  reveal(x: number, y: number): void;
  detach(): void;
}

export interface ViewportOptions {
  readonly width: number;
  readonly height: number;
  /** Largest scale that `fit` chooses, so that three nodes don't fill the screen. */
  readonly fitScale?: number;
  readonly minFit?: number;
  onChange(view: View): void;
}

const margin = 32;

/** Zoom and pan on an element by wheel, drag and pinch. Links inside stay clickable. */
export function attachViewport(element: HTMLElement, options: ViewportOptions): Viewport {
  let view: View = { scale: 1, x: 0, y: 0 };
  const pointers = new Map<number, { x: number; y: number }>();
  let moved = 0;

  const set = (next: View): void => {
    view = next;
    options.onChange(view);
  };
  const zoomAt = (factor: number, x: number, y: number): void => {
    const scale = Math.min(4, Math.max(0.01, view.scale * factor));
    const k = scale / view.scale;
    set({ scale, x: x - (x - view.x) * k, y: y - (y - view.y) * k });
  };
  const fit = (): void => {
    const width = element.clientWidth;
    const height = element.clientHeight;
    const wanted = Math.min(
      options.fitScale ?? 1,
      (width - 2 * margin) / Math.max(1, options.width),
      (height - 2 * margin) / Math.max(1, options.height),
    );
    const scale = Math.max(options.minFit ?? 0.01, wanted);
    const tooWide = options.width * scale > width - margin;
    set({
      scale,
      x: tooWide && scale > wanted ? margin : (width - options.width * scale) / 2,
      y: Math.max(
        scale > wanted ? margin : Number.NEGATIVE_INFINITY,
        (height - options.height * scale) / 2,
      ),
    });
  };

  const local = (event: { clientX: number; clientY: number }): { x: number; y: number } => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    if (event.shiftKey) {
      set({ ...view, x: view.x - event.deltaY - event.deltaX });
      return;
    }
    const lines = event.deltaMode === 1 ? 16 : 1;
    const at = local(event);
    zoomAt(Math.exp(-Math.max(-120, Math.min(120, event.deltaY * lines)) * 0.0022), at.x, at.y);
  };
  const onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    pointers.set(event.pointerId, local(event));
    if (pointers.size === 1) moved = 0;
  };
  const onMove = (event: PointerEvent): void => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) return;
    const now = local(event);
    if (pointers.size === 1) {
      moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
      if (moved < 5) return;
      if (!element.hasPointerCapture(event.pointerId)) element.setPointerCapture(event.pointerId);
      element.classList.add('dragging');
      set({ ...view, x: view.x + now.x - before.x, y: view.y + now.y - before.y });
    } else {
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      if (other !== undefined) {
        moved = 100;
        const distance = Math.hypot(before.x - other.x, before.y - other.y);
        const factor = distance > 0 ? Math.hypot(now.x - other.x, now.y - other.y) / distance : 1;
        zoomAt(factor, (now.x + other.x) / 2, (now.y + other.y) / 2);
      }
    }
    pointers.set(event.pointerId, now);
  };
  const onUp = (event: PointerEvent): void => {
    pointers.delete(event.pointerId);
    if (pointers.size === 0) element.classList.remove('dragging');
  };
  const onClick = (event: MouseEvent): void => {
    // The end of a drag is not a click.
    if (moved < 5) return;
    moved = 0;
    event.preventDefault();
    event.stopPropagation();
  };
  const noDrag = (event: Event): void => event.preventDefault();

  element.addEventListener('wheel', onWheel, { passive: false });
  element.addEventListener('pointerdown', onDown);
  element.addEventListener('pointermove', onMove);
  element.addEventListener('pointerup', onUp);
  element.addEventListener('pointercancel', onUp);
  element.addEventListener('click', onClick, true);
  element.addEventListener('dragstart', noDrag);
  return {
    view: () => view,
    fit,
    zoom: (factor) => zoomAt(factor, element.clientWidth / 2, element.clientHeight / 2),
    pan: (dx, dy) => set({ ...view, x: view.x + dx, y: view.y + dy }),
    reveal: (x, y) => {
      const screenX = view.x + x * view.scale;
      const screenY = view.y + y * view.scale;
      const dx = Math.min(0, element.clientWidth - 120 - screenX) + Math.max(0, 120 - screenX);
      const dy = Math.min(0, element.clientHeight - 80 - screenY) + Math.max(0, 80 - screenY);
      if (dx !== 0 || dy !== 0) set({ ...view, x: view.x + dx, y: view.y + dy });
    },
    detach: () => {
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('pointerdown', onDown);
      element.removeEventListener('pointermove', onMove);
      element.removeEventListener('pointerup', onUp);
      element.removeEventListener('pointercancel', onUp);
      element.removeEventListener('click', onClick, true);
      element.removeEventListener('dragstart', noDrag);
    },
  };
}
