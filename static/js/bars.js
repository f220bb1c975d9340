// A bar that sticks to the edge of the screen must not hide what there is to choose from: cut after "5", a scale of ten looks like
// one of five. Where it would cut a group as the page opens, or takes too much of the view, it rests at the end of the page.
const most = 4; // it may take one fourth of the view

function settle() {
  if (scrollY > 0) return;
  for (const bar of document.querySelectorAll(".tabs, .actions, .menu-link")) {
    bar.classList.remove("rests");
    if (!["sticky", "fixed"].includes(getComputedStyle(bar).position)) continue;
    const { top, height } = bar.getBoundingClientRect();
    const cut = Array.from(document.querySelectorAll("main fieldset")).some((group) => {
      const box = group.getBoundingClientRect();
      return box.top < top && box.bottom > top;
    });
    bar.classList.toggle("rests", cut || height * most > innerHeight);
  }
}

export function bars() {
  settle();
}

addEventListener("resize", settle);
