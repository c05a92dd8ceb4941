import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** The README's first picture: the popup with somebody waiting beside the page an invited person sees, made of the tour's pictures. */
export async function composeHero(page: Page, pictures: string): Promise<void> {
  const picture = (name: string) => `data:image/png;base64,${readFileSync(join(pictures, `${name}.png`)).toString('base64')}`;
  await page.setViewportSize({ width: 1120, height: 620 });
  await page.setContent(`<!doctype html><title>Doorstep</title><style>
body { margin: 0; height: 620px; display: grid; place-items: center; background: linear-gradient(160deg, #e9efe9, #f6f1e4); }
div { display: flex; align-items: flex-start; }
img { display: block; object-fit: cover; border-radius: 12px; box-shadow: 0 1px 2px #0002, 0 12px 40px #0003; }
img.page { width: 720px; height: 540px; }
img.popup { width: 360px; height: 440px; object-position: top; margin: 50px 0 0 -80px; }
</style><div><img class="page" alt="" src="${picture('join')}"><img class="popup" alt="" src="${picture('popup-home')}"></div>`);
  await page.waitForFunction(() => [...document.images].every((image) => image.complete));
  await page.screenshot({ path: join(pictures, 'doorstep.png') });
}
