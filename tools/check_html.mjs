// Checks HTML with html-validate and the rules of .htmlvalidate.json, and prints what is wrong as JSON, one line a finding.
// Files are arguments; with none, standard input holds a JSON list of [name, html]. Leaves with 1 when anything is wrong.
// (html-validate's own command needs a newer Node than the one we ask for; its library does not.)
//
// Rules that differ from html-validate:recommended, and why:
// - form-dup-name: check boxes of one question share a name.
// - tel-non-breaking: our telephone links say whom they call ("Amina's team"); the rule takes their spaces for a number's.
// - valid-autocomplete: hidden inputs carry autocomplete="off", or Firefox puts an old form_id back into them on reload and a
//   new entry would be taken for one already saved.
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { HtmlValidate, StaticConfigLoader } from "html-validate";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const rules = JSON.parse(readFileSync(path.join(root, ".htmlvalidate.json"), "utf8"));
const checker = new HtmlValidate(new StaticConfigLoader(rules));

const names = process.argv.slice(2);
const pages = names.length ? names.map((name) => [name, readFileSync(name, "utf8")]) : JSON.parse(readFileSync(0, "utf8"));

for (const [name, html] of pages) {
  const report = await checker.validateString(html, name);
  for (const { messages } of report.results) {
    for (const { ruleId, message, line, column, selector } of messages) {
      process.exitCode = 1;
      console.log(JSON.stringify({ name, ruleId, message, line, column, selector }));
    }
  }
}
