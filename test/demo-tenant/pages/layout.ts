import { html } from 'hono/html';

/** A piece of escaped HTML, as `html` makes it. */
export type Html = ReturnType<typeof html>;

/** Every page says what it is: nobody shall take it for Microsoft's. `head` is for one page's own elements. */
export function page(title: string, body: Html, head: Html | '' = ''): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Demo tenant</title>
<link rel="icon" href="data:,">
${head}
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><strong>Demo tenant</strong> <span>stands in for Microsoft and Postmark. Nothing here is real.</span></header>
<main>
${body}
</main>
</body>
</html>`;
}

export const STYLE = `
:root { color-scheme: light dark; --ground: light-dark(#eef1f6, #14171c); --card: light-dark(#fff, #1d2128); --text: light-dark(#1b1f27, #e8eaee);
  --muted: light-dark(#5a6270, #a4adba); --line: light-dark(#d8dde6, #343a45); --hover: light-dark(#f3f6fb, #262b34); --accent: light-dark(#1f4fa3, #9dc1ff); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/22px system-ui, "Segoe UI", Roboto, sans-serif; }
header { padding: 10px 16px; border-bottom: 1px solid var(--line); font-size: 13px; color: var(--muted); text-align: center; }
header strong { color: var(--text); }
main { width: min(460px, 100% - 32px); margin: 40px auto; padding: 28px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
main:has(.wide) { width: min(900px, 100% - 32px); }
h1 { margin: 0 0 4px; font-size: 22px; line-height: 28px; }
h2 { margin: 24px 0 8px; font-size: 16px; }
p { margin: 0 0 16px; }
a { color: var(--accent); text-underline-offset: 3px; }
ul { list-style: none; margin: 0 0 16px; padding: 0; }
.muted, small { color: var(--muted); font-size: 13px; line-height: 18px; }
.people li + li { margin-top: 6px; }
button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; cursor: pointer; }
button:hover { background: var(--hover); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.inline { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 0 0 12px; }
td .inline { margin: 0; flex-wrap: nowrap; }
td select { width: 130px; }
.inline button { padding: 5px 10px; white-space: nowrap; }
@media (max-width: 800px) { td .inline { flex-wrap: wrap; } }
input, select { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 5px 10px; max-width: 100%; }
.search { margin: 0 0 16px; }
.search button { padding: 5px 10px; }
code { font: 12px/16px ui-monospace, Menlo, Consolas, monospace; }
.person { display: grid; grid-template-columns: 1fr auto; gap: 0 12px; width: 100%; text-align: left; }
.person .name { font-weight: 600; }
.person .address { grid-column: 1; color: var(--muted); font-size: 13px; overflow-wrap: anywhere; }
.person .kind { grid-row: 1 / span 2; grid-column: 2; align-self: center; font-size: 12px; padding: 2px 8px; border-radius: 20px; background: var(--ground); }
table { width: 100%; margin: 0 0 24px; border-collapse: collapse; }
main > :last-child { margin-bottom: 0; }
th { text-align: left; font-size: 13px; color: var(--muted); font-weight: 600; }
th, td { padding: 8px 12px 8px 0; border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
td time { white-space: nowrap; }
iframe { width: 100%; height: 640px; border: 1px solid var(--line); border-radius: 8px; background: #fff; }
pre { padding: 14px; background: var(--ground); border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/20px ui-monospace, Menlo, Consolas, monospace; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 12px 0 16px; }
dt { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; }
`;
