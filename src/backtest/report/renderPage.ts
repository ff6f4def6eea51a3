import { Html, html } from './html.ts';
import type { PageAssets } from './loadPageAssets.ts';

/**
 * A page that opens from disk, loads nothing, and runs no script but its own.
 *
 * @param assets its script is allowed by the policy; the body decides whether to include it
 */
export function renderPage(title: string, body: Html, assets: PageAssets, timeZone = 'UTC'): string {
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${assets.scriptHash}'`,
    `style-src 'sha256-${assets.styleHash}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<!doctype html>
<html lang="en" data-time-zone="${timeZone}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Html(assets.style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
${body}
</body>
</html>
`.markup;
}
