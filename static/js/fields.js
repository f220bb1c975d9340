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
  summary?.focus();
}
