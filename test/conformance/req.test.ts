import { expect, test } from 'vitest';
import { openWorkspace } from './workspace.ts';
import { invited, opensLink, signsIn, anotherAdministrator, headingOf } from './stories.ts';
test('x', async () => {
  const t0 = performance.now();
  const w = await openWorkspace();
  console.log('open', performance.now() - t0);
  const i = await invited(w, 'mia@contoso.example');
  const a = await opensLink(i.joinUrl, 'mia');
  console.log(a.page.url, headingOf(a.page));
  const b = await anotherAdministrator(w, 'ana');
  console.log((await b.api('GET', '/me')).text);
  const k = await signsIn(w, 'ben');
  console.log(k.page.url, (await w.mailsTo('ana@contoso.example')).map(m => m.subject), w.log.slice(-2));
  console.log('end', performance.now() - t0);
  expect(await w.sql('select count(*) as n from members')).toEqual([{ n: 3 }]);
  await w.stop();
});
