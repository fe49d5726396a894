/* The notices on the start page: one after the other, without motion. Whoever touches or reaches them stops that, and
   without this script the button brings the next one. */
"use strict";

(() => {
  const EVERY_MS = 12000;
  const place = document.querySelector("[data-turning]");
  if (!place) return;
  const all = Array.from(place.querySelectorAll("a:not([data-turn])"));
  const next = () => {
    const at = all.findIndex((one) => !one.hidden);
    all[at].hidden = true;
    all[(at + 1) % all.length].hidden = false;
  };
  let timer = window.setInterval(next, EVERY_MS);
  const stop = () => {
    window.clearInterval(timer);
    timer = 0;
  };
  ["focusin", "pointerdown", "pointerenter"].forEach((kind) => place.addEventListener(kind, stop));
  place.querySelector("[data-turn]").addEventListener("click", (event) => {
    event.preventDefault();
    next();
  });
})();
