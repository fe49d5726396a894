// Keys for the lists of the console: arrows choose a row, Enter opens it. Without this file the numbers are links.
"use strict";

(() => {
  const rows = Array.from(document.querySelectorAll("[data-rows] tbody tr")).filter((row) => row.querySelector("a"));
  const typing = (target) => /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  let chosen = -1;

  function choose(next) {
    if (!rows.length) return;
    rows[chosen]?.removeAttribute("aria-selected");
    chosen = Math.max(0, Math.min(rows.length - 1, next));
    rows[chosen].setAttribute("aria-selected", "true");
    rows[chosen].querySelector("a").focus();
  }

  for (const [place, row] of rows.entries()) {
    row.dataset.open = "";
    row.addEventListener("click", (event) => event.target.closest("a") || row.querySelector("a").click());
    row.addEventListener("focusin", () => {
      if (place !== chosen) choose(place);
    });
  }

  document.addEventListener("keydown", (event) => {
    if (typing(event.target) || event.ctrlKey || event.altKey || event.metaKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !rows.length) return;
    event.preventDefault();
    choose(chosen + step);
  });

  // An address with a fault leads to the first wrong field even where the browser keeps the old place of the page.
  document.querySelector(".faults")?.scrollIntoView({ block: "start" });
})();
