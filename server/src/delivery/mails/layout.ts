import { html, raw } from 'hono/html';
import { plainName, unlinked } from './plain.ts';

export type Html = ReturnType<typeof html>;
/** What every mail is written with: the workspace's name, and its public URL without a slash at the end. */
export type House = { workspaceName: string; publicUrl: string };
export type Mail = { subject: string; text: string; html: string };

// Literal hex of shared/tokens.css: mail programs know neither variables nor our stylesheet.
const FONT = "font-family:'Segoe UI',-apple-system,BlinkMacSystemFont,Roboto,Helvetica,Arial,sans-serif";
const MONO = "font-family:Consolas,Menlo,'Courier New',monospace";
const BODY = `${FONT};font-size:15px;line-height:22px;color:#201e1b`;
const SMALL = `${FONT};font-size:13px;line-height:18px`;
const FINE = `${FONT};font-size:12px;line-height:18px;color:#67625a`;

const DARK_AND_NARROW = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
.m-bg { background: #161513 !important; } .m-card { background: #1f1e1b !important; border-color: #32302b !important; }
.m-text { color: #edeae4 !important; } .m-muted { color: #a8a297 !important; } .m-well { background: #2a2825 !important; }
.m-line { background: #32302b !important; } .m-box { border-color: #46423b !important; } .m-acc { color: #6fcb9d !important; }
.m-fill { background: #217d55 !important; } .m-on { color: #ffffff !important; } }
@media (max-width: 480px) { .m-pad { padding: 20px 20px 24px !important; } .m-key { font-size: 16px !important; letter-spacing: 0 !important; } }`;

export type Parts = { house: House; subject: string; title: string; parts: Html[]; why: Html };

/** One column of 560 px, no image, complete without styles. `why` is the line below the card: why you get this. */
export function mailPage({ house, subject, title, parts, why }: Parts): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${foreign(subject)}</title>
<style>${raw(DARK_AND_NARROW)}</style>
</head>
<body class="m-bg" style="margin:0;padding:0;background:#f6f5f2">
<table role="presentation" class="m-bg" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f6f5f2"><tr><td align="center" style="padding:24px 8px">
<table role="presentation" class="m-card" width="560" cellpadding="0" cellspacing="0" border="0" style="width:100%;max-width:560px;background:#ffffff;border:1px solid #e8e5df;border-radius:8px;text-align:left">
<tr><td class="m-text m-pad" style="padding:28px 32px 32px;${BODY}">
${sender(house)}
<h1 class="m-text" style="margin:20px 0 8px;${FONT};font-size:22px;line-height:28px;font-weight:600;color:#201e1b">${foreign(title)}</h1>
${parts}
</td></tr></table>
<table role="presentation" width="500" cellpadding="0" cellspacing="0" border="0" style="width:100%;max-width:500px"><tr><td class="m-muted" align="center" style="padding:16px 8px 0;${FINE}">${why} No tracking, no pictures.</td></tr></table>
</td></tr></table>
</body>
</html>`;
  return String(page);
}

function sender({ workspaceName }: House): Html {
  const name = plainName(workspaceName);
  const initial = [...new Intl.Segmenter('en').segment(name)][0]?.segment.toUpperCase() ?? '';
  return html`<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr><td width="24" height="24" align="center" aria-hidden="true" style="width:24px;height:24px;border-radius:6px;background:#3b3a8f;color:#ffffff;${FONT};font-size:13px;line-height:24px;font-weight:600">${initial}</td><td class="m-text" style="padding-left:8px;${SMALL};font-weight:600;color:#201e1b">${foreign(name)}</td></tr></table>`;
}

/** What strangers may have written: escaped by the template, and nothing in it becomes a link (MAIL-01). */
export const foreign = (text: string): string => unlinked(text);

export const paragraph = (content: Html | string): Html => html`<p class="m-text" style="margin:0 0 16px;${BODY}">${content}</p>`;

export const aside = (content: Html | string): Html =>
  html`<p class="m-muted" style="margin:0 0 8px;${SMALL};color:#67625a">${content}</p>`;

export const hairline = (): Html =>
  html`<div class="m-line" style="height:1px;line-height:1px;font-size:1px;background:#e8e5df;margin:20px 0">&nbsp;</div>`;

/** Somebody's own words. */
export const quotation = (text: string): Html =>
  html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 16px"><tr><td class="m-well m-text" style="padding:12px 16px;background:#f1efeb;border-radius:6px;${BODY}">${lines(text)}</td></tr></table>`;

const lines = (text: string): Html[] => text.split('\n').map((line, at) => (at === 0 ? html`${line}` : html`<br>${line}`));

/** The one action. */
export const button = (label: string, href: string): Html =>
  html`<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:20px 0"><tr><td class="m-fill" bgcolor="#1a6a47" style="background:#1a6a47;border-radius:6px"><a class="m-on" href="${href}" style="display:inline-block;padding:11px 22px;${FONT};font-size:15px;line-height:22px;font-weight:600;color:#ffffff;text-decoration:none">${label}</a></td></tr></table>`;

export const link = (label: string, href: string): Html =>
  html`<a class="m-acc" href="${href}" style="color:#17603f">${label}</a>`;

export const facts = (rows: [name: string, value: string][]): Html =>
  html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 4px">${rows.map(
    ([name, value]) =>
      html`<tr><td class="m-muted" valign="top" style="padding:3px 16px 3px 0;${SMALL};color:#67625a;white-space:nowrap">${name}</td><td class="m-text" width="100%" style="padding:3px 0;${SMALL};color:#201e1b">${value}</td></tr>`,
  )}</table>`;

/** What people may type by hand: lines that break between groups only. */
export const typed = (rows: { label: string; lines: string[]; isMain: boolean }[]): Html =>
  html`<table role="presentation" class="m-box" width="100%" cellpadding="0" cellspacing="0" border="0" style="border:1px solid #e8e5df;border-radius:6px"><tr><td style="padding:12px 16px 4px">${rows.map(
    (row) => html`<p class="m-muted" style="margin:0 0 2px;${FINE};line-height:16px">${row.label}</p>
<p class="m-text ${row.isMain ? 'm-key' : ''}" style="margin:0 0 10px;${MONO};${row.isMain ? 'font-size:18px;line-height:26px;font-weight:600;letter-spacing:.02em' : 'font-size:15px;line-height:22px'};color:#201e1b">${raw(
      row.lines.map((line) => line.replaceAll(' ', '&nbsp;')).join('<br>'),
    )}</p>`,
  )}</td></tr></table>`;

/** Paragraphs of a text part. */
export const textOf = (...paragraphs: (string | null)[]): string =>
  `${paragraphs.filter((one) => one !== null && one !== '').join('\n\n')}\n`;

/** Another's words in a text part. */
export const quoted = (text: string): string => text.replace(/^/gm, '> ');

export const hostOf = (publicUrl: string): string => new URL(publicUrl).host;
export const bold = (text: string): Html => html`<b>${text}</b>`;
