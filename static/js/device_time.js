// The phone knows the wall clock and the time zone of who holds it; the server does not.
const two = (number) => String(number).padStart(2, "0");

export function deviceTime() {
  const now = new Date();
  const values = {
    time: `${two(now.getHours())}:${two(now.getMinutes())}`,
    date: `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`,
  };
  for (const input of document.querySelectorAll("[data-now]")) {
    input.value ||= values[input.dataset.now] || "";
    // Once: who empties it later wants it empty.
    input.removeAttribute("data-now");
  }
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  for (const input of document.querySelectorAll("[data-zone]")) input.value = zone;
  // "Now" is what this phone's clock says, for that is what is saved; where it is not the clock at home, it says whose it is.
  for (const label of document.querySelectorAll("[data-now-words]")) {
    const place = zone && zone !== label.dataset.home ? ` (${zone.split("/").pop().replaceAll("_", " ")})` : "";
    label.textContent = label.dataset.nowWords.replace("{time}", values.time) + place;
  }
}
