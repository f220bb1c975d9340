// The one script of every page. Each module only improves what already works as links and forms.
import "htmx.org/dist/htmx.esm.js";
import "./exit.js";
import "./forms.js";
import "./answers.js";
import { onContent } from "./content.js";
import { copyAndPrint } from "./copy.js";
import { deviceTime } from "./device_time.js";
import { reveal } from "./reveal.js";
import { focusErrors, showPassword } from "./fields.js";

for (const part of [reveal, deviceTime, copyAndPrint, showPassword, focusErrors]) onContent(part);
