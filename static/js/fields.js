// A password can be shown; the list of errors is read first.
export function showPassword() {
  for (const button of document.querySelectorAll("[data-show]")) button.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-show]");
  if (!button) return;
  const input = document.getElementById(button.dataset.show);
  const shown = input.type === "text";
  input.type = shown ? "password" : "text";
  const words = button.textContent;
  button.textContent = button.dataset.hideText;
  button.dataset.hideText = words;
});

export function focusErrors() {
  const summary = document.querySelector("[data-focus]");
  summary?.removeAttribute("data-focus");
  // What was done is said; where the page has a next thing to do, the hand goes there.
  if (summary?.id === "done" && document.querySelector("[autofocus]")) return;
  summary?.focus();
}

// What was put into the page goes into its address, so that coming back finds as much as was there.
export function addressOfContent() {
  const part = document.querySelector("[data-address]");
  if (part) history.replaceState(history.state, "", part.dataset.address);
  part?.removeAttribute("data-address");
}

// The code of a letter stands after the #, so that no server sees it on the way. It goes into its field, and off the bar.
export function codeOfLetter() {
  const field = document.querySelector(":is(#invitation, #come-back, #enrol) input[name=code]");
  if (!field || !/^#[A-Za-z0-9]{10,20}$/.test(location.hash)) return;
  field.value = location.hash.slice(1);
  history.replaceState(history.state, "", location.pathname + location.search);
}
