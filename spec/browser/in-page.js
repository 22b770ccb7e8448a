// Functions that run inside the page. Each stands alone: the browser gets its text.

export function reportViolations() {
  document.addEventListener('securitypolicyviolation', (event) => {
    // biome-ignore lint/suspicious/noConsole: the spec listens to the console
    console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
  });
}

export function goToHash(hash) {
  location.hash = hash;
}

export function isLoaded() {
  return (
    document.querySelector('main .page > [role=status], main article > [role=status]') === null
  );
}

export function headingIs(text) {
  return document.querySelector('h1')?.textContent === text;
}

export function hashStartsWith(text) {
  return location.hash.startsWith(text);
}

export function cardCountIs(count) {
  return document.querySelectorAll('.lineage-stage .card').length === count;
}

export function nodeCountText() {
  return document.querySelector('.lineage-count')?.textContent ?? '';
}

export function nodeCountDiffers(text) {
  return (document.querySelector('.lineage-count')?.textContent ?? text) !== text;
}

export function background() {
  return getComputedStyle(document.body).backgroundColor;
}

export function chosenTheme() {
  return document.documentElement.dataset['theme'] ?? 'auto';
}

export function sidewaysOverflow() {
  return document.documentElement.scrollWidth - window.innerWidth;
}

export function activeId() {
  return document.activeElement?.id ?? '';
}

export function isPwned() {
  return 'pwned' in window;
}

/** Links, buttons and fields that say nothing to a screen reader. */
export function namelessControls() {
  const nameOf = (element) =>
    element.textContent ||
    element.getAttribute('aria-label') ||
    element.closest('label')?.textContent ||
    '';
  return [...document.querySelectorAll('a, button, input')]
    .filter((element) => nameOf(element).trim() === '')
    .map((element) => element.outerHTML);
}

/** What a hostile text could have brought about. */
export function hostileState() {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  const unseen = /[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069]/;
  const allowed = ['http:', 'https:', 'mailto:', 'file:'];
  return {
    pwned: 'pwned' in window,
    heading: document.querySelector('h1')?.textContent ?? '',
    badLinks: [...document.querySelectorAll('a[href]')]
      .filter(
        (link) =>
          !allowed.includes(link.protocol) || (link.protocol === 'file:' && link.host !== ''),
      )
      .map((link) => link.outerHTML),
    foreign: document.querySelectorAll(
      'main img, main iframe, main script, main object, main embed, main form[action], main style, main link',
    ).length,
    unseen: unseen.test(document.body.textContent),
    overflow: document.documentElement.scrollWidth - window.innerWidth,
  };
}

/** True for each way into the page that its rules closed. */
export function blockedAttempts() {
  const attempts = [
    () => {
      document.body.innerHTML = '<b>x</b>';
    },
    () => {
      const script = document.createElement('script');
      script.textContent = 'window.pwned = 1';
      document.body.append(script);
    },
    () => {
      document.createElement('script').src = 'https://evil.example/x.js';
    },
    () => {
      document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.pwned = 2">');
    },
    () => {
      document.createElement('iframe').srcdoc = '<script>parent.pwned = 3</script>';
    },
  ];
  return attempts.map((attempt) => {
    try {
      attempt();
      return false;
    } catch {
      return true;
    }
  });
}

export function fetchOutside() {
  return fetch('https://evil.example/').then(
    () => 'loaded',
    () => 'blocked',
  );
}

/** Milliseconds of the slowest keystroke in the open search field. */
export async function slowestQuery(queries) {
  const input = document.querySelector('.search input');
  let most = 0;
  for (const query of queries) {
    const before = performance.now();
    input.value = query;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve));
    most = Math.max(most, performance.now() - before);
  }
  return most;
}

/** Texts on the page with less than 4.5:1 against the ground behind them. */
export function lowContrast() {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const channel = (value) =>
    value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const over = (top, under) =>
    top.slice(0, 3).map((value, at) => value * (top[3] / 255) + under[at] * (1 - top[3] / 255));
  const groundOf = (element) => {
    if (element === null) return [255, 255, 255];
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own[3] === 255 ? own.slice(0, 3) : over(own, groundOf(element.parentElement));
  };
  const low = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    if (text === '' || element.closest('.sr, .skip, noscript, [aria-hidden=true]') !== null)
      continue;
    if (element.getClientRects().length === 0) continue;
    const ground = groundOf(element);
    const ink = over(rgba(getComputedStyle(element).color), ground);
    const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5)
      low.add(`${ratio.toFixed(2)} ${element.className || element.tagName} ${text.slice(0, 30)}`);
  }
  return [...low];
}
