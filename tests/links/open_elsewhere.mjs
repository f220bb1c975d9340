// Opens links with a client that others wrote (kill-the-clipboard): lines of JSON in, with `link`, `passcode` and `most`; a line of JSON
// out for each, with what it found or the name of its error.
import { createInterface } from "node:readline";
import { SHLViewer } from "kill-the-clipboard";

for await (const line of createInterface({ input: process.stdin })) {
  const { link, passcode, most } = JSON.parse(line);
  try {
    const viewer = new SHLViewer({ shlinkURI: link });
    const { fhirResources } = await viewer.resolveSHL({ recipient: "Another app", passcode, embeddedLengthMax: most });
    console.log(JSON.stringify({ label: viewer.shl.label, exp: viewer.shl.exp, fhirResources }));
  } catch (fault) {
    console.log(JSON.stringify({ error: fault.name }));
  }
}
