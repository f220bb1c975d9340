// The one script of every page. Each module only improves what already works as links and forms.
import "htmx.org/dist/htmx.esm.js";
import "./exit.js";
import "./forms.js";
import "./answers.js";
import "./install.js";
import "./push.js";
import "./fresh.js";
import "./phone.js";
import { bars } from "./bars.js";
import { onContent } from "./content.js";
import { copyAndPrint } from "./copy.js";
import { watchForms } from "./drafts.js";
import { deviceTime } from "./device_time.js";
import { reveal } from "./reveal.js";
import { taps } from "./taps.js";
import { addressOfContent, codeOfLetter, focusErrors, showPassword } from "./fields.js";

// "Saved." is said once: not again when the page is loaded anew or kept as a bookmark.
const here = new URL(location.href);
const said = ["saved", "shared", "out", "done", "undone", "moved", "left"].filter((name) => here.searchParams.has(name));
for (const name of said) here.searchParams.delete(name);
if (said.length) history.replaceState(history.state, "", here);

for (const part of [reveal, deviceTime, copyAndPrint, showPassword, bars, focusErrors, addressOfContent, codeOfLetter, taps, watchForms]) onContent(part);
