// Judges HTML for as long as it is fed: one JSON line in ({id, html, whole}), one JSON line out ({id, faults}).
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { HtmlValidate, StaticConfigLoader, esmResolver } from "html-validate";

// Read by name: a loader that looks for the rules itself lets everything pass when it finds none.
const rules = JSON.parse(readFileSync(new URL("../../.htmlvalidate.json", import.meta.url), "utf8"));
// They are the same for every page: made out once, not anew for each.
class Once extends StaticConfigLoader {
  getConfigFor(...asked) {
    this.made ??= super.getConfigFor(...asked);
    return this.made;
  }
}
const validator = new HtmlValidate(new Once([esmResolver()], rules));
// A part of a page, as htmx asks for it, has no document around it.
const OF_A_DOCUMENT = new Set(["missing-doctype", "element-required-content", "heading-level"]);

for await (const line of createInterface({ input: process.stdin })) {
  const { id, html, whole } = JSON.parse(line);
  const report = await validator.validateString(html, "answer.html");
  const faults = report.results
    .flatMap((result) => result.messages)
    .filter((message) => whole || !OF_A_DOCUMENT.has(message.ruleId))
    .map(({ ruleId, message, line: row, column, selector }) => ({ rule: ruleId, message, row, column, selector }));
  process.stdout.write(`${JSON.stringify({ id, faults })}\n`);
}
