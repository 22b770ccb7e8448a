/** The rules of the page: own scripts and styles only, no connection to anywhere. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types tsdbt',
].join('; ');

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' fill='%230f5c63'/%3E%3Cg fill='none' stroke='%23fff' stroke-width='2.4'%3E%3Cpath d='M11 10.5h4c3 0 2 5.5 5 5.5M11 21.5h4c3 0 2-5.5 5-5.5'/%3E%3C/g%3E%3Cg fill='%23fff'%3E%3Ccircle cx='9' cy='10.5' r='3'/%3E%3Ccircle cx='9' cy='21.5' r='3'/%3E%3Ccircle cx='23' cy='16' r='3'/%3E%3C/g%3E%3C/svg%3E";

/** The one page. The app script blocks on purpose: it sets the theme before the first paint. */
export function indexHtml(page: {
  readonly title: string;
  readonly app: string;
  readonly style: string;
  readonly boot: string;
}): string {
  const title = escapeHtml(page.title);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="tsdbt">
<title>${title}</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="${page.style}">
<script src="${page.app}"></script>
<script defer src="${page.boot}"></script>
</head>
<body>
<div id="app"><p class="loading" role="status">Loading ${title} …</p></div>
<noscript><p class="loading">This documentation needs JavaScript. It loads nothing from the network.</p></noscript>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
