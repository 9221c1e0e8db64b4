/**
 * Look at the viewer in a stock Firefox over WebDriver BiDi, and tell on standard output, as JSON, what was found.
 *
 *   node firefox.mjs FIREFOX URL SCREENSHOT
 */
import { writeFileSync } from 'node:fs';
import puppeteer from 'puppeteer-core';

const [executablePath, url, screenshot] = process.argv.slice(2);
const faults = [];

const settle = (page) =>
  page.evaluate(async () => {
    const viewer = document.querySelector('visiomatic-viewer');
    await viewer.ready;
    await viewer.viewer.map.whenSettled();
  });

const seen = (page) =>
  page.evaluate(() => {
    const { map } = document.querySelector('visiomatic-viewer').viewer;
    return { ...map.center, zoom: map.zoom };
  });

/** Until nothing moves any more. */
const rest = (page) =>
  page.waitForFunction(() => !document.querySelector('visiomatic-viewer').viewer.map.isMoving).then(() => settle(page));

async function openPanels(page) {
  const ids = await page.evaluate(() =>
    document
      .querySelector('visiomatic-viewer')
      .shadowRoot.querySelector('vm-sidebar')
      .panels.map(({ id }) => id),
  );
  const opened = [];
  for (const id of ids) {
    await page.evaluate((name) => document.querySelector('visiomatic-viewer').viewer.openPanel(name), id);
    await page.waitForFunction(
      (tag) =>
        document.querySelector('visiomatic-viewer').shadowRoot.querySelector('vm-sidebar').shadowRoot.querySelector(tag)
          ?.offsetHeight,
      {},
      `vm-${id}-panel`,
    );
    opened.push(id);
  }
  await page.evaluate(() => document.querySelector('visiomatic-viewer').viewer.openPanel(''));
  return opened;
}

async function look(page) {
  await page.goto(url);
  await settle(page);
  const panels = await openPanels(page);
  const found = { panels, version: await page.browser().version(), start: await seen(page) };
  await page.evaluate(() => document.querySelector('visiomatic-viewer').viewer.map.setView(512, 512, 0));
  await rest(page);
  const box = { x: 540, y: 300, width: 200, height: 200 };
  found.picture = Buffer.from(await page.screenshot({ clip: box })).toString('base64');
  await page.mouse.move(600, 420);
  await page.mouse.wheel({ deltaY: -400 });
  await rest(page);
  found.wheel = await seen(page);
  await page.mouse.down();
  await page.mouse.move(500, 380, { steps: 8 });
  await new Promise((held) => setTimeout(held, 300)); // a hand that rests before it lets go gives no swing
  await page.mouse.up();
  await rest(page);
  found.drag = await seen(page);
  await page.keyboard.press('0');
  await rest(page);
  found.whole = await seen(page);
  found.sky = await page.evaluate(() => document.querySelector('visiomatic-viewer').skyAt(512, 512));
  writeFileSync(screenshot, await page.screenshot());
  return found;
}

const browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true, timeout: 60000 });
try {
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('requestfailed', (request) => faults.push(`failed: ${request.url()}`));
  const found = await look(page);
  process.stdout.write(JSON.stringify({ ...found, faults }));
} finally {
  await browser.close();
}
