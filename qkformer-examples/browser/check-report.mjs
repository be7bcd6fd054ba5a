// Opens a report in a headless Chromium, at a desktop's and a phone's width, without a network; see docs/report.md.
//   npm ci && node check-report.mjs report.html [folder for screenshots]
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer from 'puppeteer-core';

const [file, shots = '.'] = process.argv.slice(2);
if (!file || !existsSync(file)) {
  console.error(`expected the path of a report, as in node check-report.mjs report.html, got ${file}`);
  process.exit(2);
}
const page0 = pathToFileURL(path.resolve(file)).href;
const executablePath = process.env.CHROMIUM
  ?? ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'].find(existsSync);
if (!executablePath) {
  console.error('expected Chromium or Chrome in /usr/bin, found none; set CHROMIUM to its path');
  process.exit(2);
}
const browser = await puppeteer.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const faults = [];
for (const [name, width, height] of [['desktop', 1280, 900], ['phone', 390, 844]]) {
  const page = await browser.newPage();
  await page.setViewport({ width, height, deviceScaleFactor: name === 'phone' ? 2 : 1, isMobile: name === 'phone' });
  await page.setOfflineMode(true);
  page.on('console', message => faults.push(`${name}: console ${message.type()}: ${message.text()}`));
  page.on('pageerror', error => faults.push(`${name}: ${error}`));
  const loaded = [];
  page.on('request', request => loaded.push(request.url()));
  page.on('requestfailed', request => faults.push(`${name}: failed ${request.url().slice(0, 80)}`));
  await page.goto(page0, { waitUntil: 'load' });
  const outside = loaded.filter(url => url !== page0 && !url.startsWith('data:'));
  outside.forEach(url => faults.push(`${name}: loads ${url}`));
  const seen = await page.evaluate(() => ({
    images: document.images.length,
    broken: [...document.images].filter(image => !image.complete || image.naturalWidth === 0).length,
    drawings: document.querySelectorAll('svg').length,
    flat: [...document.querySelectorAll('svg')].filter(svg => svg.getBoundingClientRect().height < 50).length,
    sections: [...document.querySelectorAll('section')].map(section => section.id),
    pageWidth: document.documentElement.scrollWidth,
    smallest: Math.min(...[...document.querySelectorAll('svg text')].map(text => {
      const svg = text.ownerSVGElement;
      return parseFloat(getComputedStyle(text).fontSize) * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    })),
  }));
  if (seen.broken > 0) faults.push(`${name}: ${seen.broken} images do not decode`);
  if (seen.flat > 0) faults.push(`${name}: ${seen.flat} drawings are flat`);
  if (seen.pageWidth > width) faults.push(`${name}: the page is ${seen.pageWidth} pixels wide, the window ${width}`);
  if (seen.smallest < 9) faults.push(`${name}: labels of ${seen.smallest.toFixed(1)} pixels`);
  await page.screenshot({ path: path.join(shots, `report-${name}.png`), fullPage: true });
  console.log(`${name}: ${JSON.stringify(seen)}, requests: ${loaded.length}`);
  await page.close();
}
await browser.close();
faults.forEach(fault => console.error(`FAULT ${fault}`));
console.log(`${faults.length} faults`);
process.exit(faults.length > 0 ? 1 : 0);
