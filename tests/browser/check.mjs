// The HTML of every page given, in a real browser: at three widths, light and dark and on paper. No console message, no
// request, no overflow, and nothing that axe-core finds.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [shots, ...files] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
const faults = [];
for (const file of files) {
  const url = pathToFileURL(file).href;
  for (const width of [360, 800, 1600]) {
    for (const colorScheme of ["light", "dark"]) {
      // axe is ours and runs in spite of the page's own policy, which forbids every script.
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
      const page = await context.newPage();
      const name = `${file} at ${width} px, ${colorScheme}`;
      page.on("console", (message) => faults.push(`${name}: console: ${message.text()}`));
      page.on("request", (request) => {
        if (request.url() !== url) faults.push(`${name}: request: ${request.url()}`);
      });
      await page.goto(url);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (overflow > 0) faults.push(`${name}: ${overflow} px too wide`);
      await page.evaluate(axe);
      const found = await page.evaluate(() => globalThis.axe.run());
      for (const violation of found.violations) {
        faults.push(`${name}: axe: ${violation.id}: ${violation.nodes.map((node) => node.html).join(" ").slice(0, 300)}`);
      }
      const shot = `${shots}/${file.split("/").pop()}-${width}-${colorScheme}.png`;
      await page.screenshot({ path: shot, fullPage: true });
      if (width === 800 && colorScheme === "light") {
        await page.emulateMedia({ media: "print" });
        await page.screenshot({ path: shot.replace("light", "print"), fullPage: true });
      }
      await context.close();
    }
  }
}
await browser.close();
for (const fault of faults) console.error(fault);
process.exit(faults.length === 0 ? 0 : 1);
