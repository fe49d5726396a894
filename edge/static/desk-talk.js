/* 大字交谈: what one side writes stands large before the other side, turned round. Nothing leaves the page. */
"use strict";

(() => {
  const box = document.querySelector("[data-talk]");
  if (!box) return;
  const [theirs, ours] = box.querySelectorAll(".talk-side");
  const fields = [theirs, ours].map((side) => side.querySelector("textarea"));
  const shown = [theirs, ours].map((side) => side.querySelector(".talk-shown"));
  const turn = document.querySelector("[data-talk-turn]");
  let writing = 1; // who writes: 1 the officer, 0 the one opposite

  function show() {
    fields.forEach((field, at) => {
      field.hidden = at !== writing;
      shown[at].hidden = at === writing;
    });
    theirs.classList.add("talk-turned");
    shown[1 - writing].textContent = fields[writing].value || " ";
    turn.querySelector("span").textContent = writing ? "请对方写" : "我来写";
  }

  function swap() {
    writing = 1 - writing;
    fields[writing].value = "";
    show();
    fields[writing].focus();
  }

  fields.forEach((field) => field.addEventListener("input", show));
  turn.hidden = false;
  turn.addEventListener("click", swap);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "F2") return;
    event.preventDefault();
    swap();
  });
  for (const button of document.querySelectorAll("[data-phrase]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      if (!writing) swap();
      fields[1].value = button.textContent;
      show();
      fields[1].focus();
    });
  }
  const clear = document.querySelector("[data-talk-clear]");
  clear.hidden = false;
  clear.addEventListener("click", () => {
    fields.forEach((field) => { field.value = ""; });
    show();
    fields[writing].focus();
  });
  fields.forEach((field) => { field.value = ""; }); // a browser may bring back what stood there
  show();
})();
