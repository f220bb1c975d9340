// Judges pages in one browser, one after the other: one JSON line in ({url, desktop, cookie}), one out ({scores, faults, figures}).
// A score is of 100; what took points away is a line each. Slow 4G and the slower processor are worked out from a load without them
// (Lighthouse's own way), so that a busy machine counts for less.
import { createInterface } from "node:readline";
import { launch } from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";

const onlyCategories = ["performance", "accessibility", "best-practices"];
const figures = {
  "first-contentful-paint": "first",
  "largest-contentful-paint": "largest",
  "total-blocking-time": "blocked",
  "cumulative-layout-shift": "shift",
  "total-byte-weight": "bytes",
};

const chrome = await launch({
  chromePath: process.env.SELFCARE_CHROMIUM,
  chromeFlags: ["--headless=new", "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-gpu"],
  logLevel: "silent",
});

// What counts for nothing is said nowhere.
function lost({ auditRefs }, audits) {
  const counted = auditRefs.filter(({ id, weight }) => weight && audits[id].score !== null && audits[id].score < 1);
  const where = ({ details }) => (details?.items || []).map(({ node }) => node?.selector).filter(Boolean).slice(0, 3).join(" · ");
  const said = (audit) => [audit.displayValue, where(audit)].filter(Boolean).join(" · ");
  return counted.map(({ id }) => `${id} ${Math.round(audits[id].score * 100)} ${said(audits[id])}`.trim());
}

// On a busy machine the recording fails now and then: it is asked once more.
const again = ["NO_NAVSTART", "NO_TRACING_STARTED", "NO_FCP", "PROTOCOL_TIMEOUT"];

async function judge({ url, desktop, cookie }) {
  const flags = {
    port: chrome.port,
    logLevel: "silent",
    onlyCategories,
    disableFullPageScreenshot: true,
    // Cookies as well: one that the page before was given would go in place of this one's.
    clearStorageTypes: ["cookies", "file_systems", "shader_cache", "service_workers", "cache_storage", "indexeddb"],
    extraHeaders: cookie ? { Cookie: cookie } : null,
  };
  const run = async () => (await lighthouse(url, flags, desktop ? desktopConfig : undefined)).lhr;
  let lhr = await run();
  if (again.includes(lhr.runtimeError?.code)) lhr = await run();
  if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  const categories = Object.entries(lhr.categories);
  return {
    at: lhr.finalDisplayedUrl,
    scores: Object.fromEntries(categories.map(([name, { score }]) => [name, Math.round(score * 100)])),
    faults: Object.fromEntries(categories.map(([name, category]) => [name, lost(category, lhr.audits)])),
    figures: Object.fromEntries(Object.entries(figures).map(([id, name]) => [name, lhr.audits[id].numericValue])),
  };
}

try {
  for await (const line of createInterface({ input: process.stdin })) process.stdout.write(`${JSON.stringify(await judge(JSON.parse(line)))}\n`);
} finally {
  await chrome.kill();
}
