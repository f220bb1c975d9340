// What a narrative says, built anew from its words and a few plain elements without attributes. Nothing of it is put into the page
// as it came: no script, style, picture, link or handler can be in it.
const plain = new Set(["P", "DIV", "SPAN", "BR", "B", "STRONG", "I", "EM", "U", "UL", "OL", "LI", "DL", "DT", "DD", "TABLE", "CAPTION", "THEAD", "TBODY", "TFOOT", "TR", "TH", "TD", "BLOCKQUOTE", "PRE", "HR", "SUB", "SUP", "SMALL"]);
const nothing = new Set(["SCRIPT", "STYLE", "TEMPLATE", "IFRAME", "OBJECT", "EMBED", "SVG", "MATH", "NOSCRIPT", "SELECT", "TEXTAREA", "TITLE", "HEAD", "LINK", "META", "BASE", "AUDIO", "VIDEO", "CANVAS"]);
const heading = /^H[1-6]$/;
const most = 20000;
const longest = 1e6;

// The parser runs and fetches nothing (a document without a window); where the browser asks that such text is named, it is, here alone.
const policy = window.trustedTypes?.createPolicy("narrative", { createHTML: (text) => text });

export function narrative(div) {
  if (typeof div !== "string" || div.length > longest) return null;
  const read = new DOMParser().parseFromString(policy ? policy.createHTML(div) : div, "text/html");
  const made = document.createElement("div");
  let left = most;
  const copy = (from, to, depth) => {
    for (const node of from.childNodes) {
      left -= 1;
      if (left < 0 || depth > 100) return;
      if (node.nodeType === Node.TEXT_NODE) to.append(node.data);
      if (node.nodeType !== Node.ELEMENT_NODE) continue;
      const name = node.localName.toUpperCase();
      if (nothing.has(name)) continue;
      let into = to;
      if (plain.has(name) || heading.test(name)) {
        into = document.createElement(heading.test(name) ? "strong" : name);
        to.append(into);
      }
      copy(node, into, depth + 1);
    }
  };
  copy(read.body, made, 0);
  return made.textContent.trim() ? made : null;
}
