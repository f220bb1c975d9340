// Files that were chosen in a form, shown beside it before they are kept: whether a photo can be read is seen while it can still be
// taken again. It is drawn on this device, dot by dot: nothing is sent for it, and the file has no address that a page could load.
const side = 320; // CSS pixels; a drawing has twice as many dots each way

async function draw(canvas, file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, (2 * side) / Math.max(picture.width, picture.height));
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
}

for (const place of document.querySelectorAll("[data-chosen]")) {
  const input = document.getElementById(place.dataset.chosen);
  let turn = 0;
  const show = async () => {
    const mine = ++turn;
    place.querySelector("ul").replaceChildren();
    const files = [...input.files].slice(0, 6);
    place.hidden = !files.length;
    for (const [at, file] of files.entries()) {
      const row = place.querySelector("template").content.cloneNode(true).firstElementChild;
      const canvas = row.querySelector("canvas");
      row.querySelector("[data-name]").textContent = file.name;
      canvas.setAttribute("aria-label", place.dataset.page.replace("{num}", at + 1));
      const photo = file.type !== "application/pdf";
      try {
        if (!photo) throw file;
        await draw(canvas, file); // one after the other: a photo stands whole in memory for a moment
      } catch {
        canvas.remove();
        row.querySelector("[data-unseen]").hidden = !photo;
      }
      if (row.contains(canvas)) row.querySelector(".icon").remove();
      if (mine !== turn) return; // others were chosen meanwhile
      place.querySelector("ul").append(row);
      place.querySelector("[data-hint]").hidden = !place.querySelector("canvas");
    }
  };
  input.addEventListener("change", show);
  if (input.files.length) show(); // chosen before, and the browser came back to the page
}
