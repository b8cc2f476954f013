import chromium from '@sparticuz/chromium';
import puppeteer from 'puppeteer-core';
import fs from 'fs';
const browser = await puppeteer.launch({args: [...chromium.args,'--no-sandbox'], executablePath: await chromium.executablePath(), headless: 'shell'});
const page = await browser.newPage();
await page.setContent('<html><body><div id=o></div></body></html>');
await page.addScriptTag({path:'node_modules/mermaid/dist/mermaid.min.js'});
for (const f of process.argv.slice(2)) {
  const text = fs.readFileSync(f,'utf8');
  const svg = await page.evaluate(async t => { mermaid.initialize({startOnLoad:false}); const r = await mermaid.render('g'+Math.random().toString(36).slice(2), t); document.getElementById('o').innerHTML=r.svg; return r.svg; }, text);
  fs.writeFileSync(f+'.svg', svg);
  await (await page.$('#o')).screenshot({path:f+'.png'});
  const texts = await page.evaluate(() => document.getElementById('o').innerText);
  console.log(f, svg.length, JSON.stringify(texts));
}
await browser.close();
