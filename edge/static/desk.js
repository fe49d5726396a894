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
    // a button or a field of the row does its own work
    row.addEventListener("click", (event) => event.target.closest("a, button, input, select, label") || row.querySelector("a").click());
    row.addEventListener("focusin", (event) => {
      if (place !== chosen && event.target.matches("a")) choose(place);
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

// The long form of 收件: an answer that brings further questions is kept at once and the questions appear in their place.
// What stands on the page already is never replaced: the officer goes on typing.
(() => {
  const form = document.querySelector("form[data-keep]");
  if (!form) return;
  const parts = (root) => Array.from(root.querySelectorAll("form[data-keep] > section"));
  const fields = (section) => Array.from(section.children).filter((child) => child.matches(".field, .rows-field, .group, .note"));
  const keyOf = (field) => field.querySelector("[name], output")?.getAttribute("name")?.replace(/\/(y|m|d)$/, "") || field.textContent.trim();
  let asked = 0;
  let resting = 0;

  function merge(mine, fresh, key, place) {
    const known = new Map(mine.map((node) => [key(node), node]));
    let last = null;
    for (const node of fresh) {
      const held = known.get(key(node));
      if (held && node.dataset.anew !== undefined && held.innerHTML !== node.innerHTML) { // what is offered has changed
        const at = held.contains(document.activeElement) ? document.activeElement.id : "";
        held.replaceWith(node);
        if (at) document.getElementById(at)?.focus();
        known.delete(key(node));
        last = node;
        continue;
      }
      if (held) known.delete(key(node));
      else if (last) last.after(node);
      else place(node);
      last = held || node;
    }
    for (const gone of known.values()) gone.remove();
  }

  const over = document.querySelector("[data-session-over]");

  let sending = null; // one at a time: what is older must not arrive behind what is newer
  let leaving = false;

  // Into the draft. After the end of a session the page stays as it is: what stands in it was kept all the same.
  async function keep(keepalive = false) {
    clearTimeout(resting);
    await sending?.catch(() => {});
    if (leaving) return false;
    sending = send(keepalive);
    try {
      return await sending;
    } finally {
      sending = null;
    }
  }

  async function send(keepalive) {
    const data = new FormData(form);
    for (const input of form.querySelectorAll("input[type=file]")) data.delete(input.name);
    for (const kept of form.querySelectorAll("input[type=hidden]")) data.set(kept.name, kept.value);
    const saved = await fetch(form.dataset.keep, { method: "POST", body: data, keepalive });
    if (over && saved.status === 401) over.hidden = false;
    return saved.ok && !saved.redirected;
  }

  async function refresh() {
    const mine = ++asked;
    if (!(await keep())) return;
    const page = new DOMParser().parseFromString(await (await fetch(form.action)).text(), "text/html");
    if (mine !== asked || !page.querySelector("form[data-keep]")) return;
    const before = new Map(parts(document).map((section) => [section.id, section]));
    merge(parts(document), parts(page), (section) => section.id, (section) => form.prepend(section));
    for (const section of parts(page)) {
      const held = before.get(section.id);
      if (held) merge(fields(held), fields(section), keyOf, (field) => held.querySelector("h2").after(field));
    }
    document.querySelector(".intake-nav ol")?.replaceWith(page.querySelector(".intake-nav ol"));
  }

  form.addEventListener("change", (event) => {
    if (event.target.matches("input[type=radio], input[type=checkbox], select")) refresh();
  });

  // A date that was typed in one go, 20261121, stands in its three boxes.
  form.addEventListener("input", (event) => {
    if (!event.target.matches(".date-y") || !/^\d{8}$/.test(event.target.value)) return;
    const [year, month, day] = event.target.closest(".date").querySelectorAll("input");
    const typed = event.target.value;
    [year.value, month.value, day.value] = [typed.slice(0, 4), typed.slice(4, 6), typed.slice(6)];
  });

  // A cut of the power takes the last second of typing at most.
  form.addEventListener("input", (event) => {
    if (event.target.matches("input[type=file]")) return;
    clearTimeout(resting);
    resting = setTimeout(() => { resting = 0; keep().catch(() => {}); }, 1000);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && resting && !leaving) keep(true).catch(() => {});
  });

  // The whole form, with its files, is the last word: it waits for what is on its way, and nothing follows it.
  form.addEventListener("submit", (event) => {
    clearTimeout(resting);
    if (!sending) {
      leaving = true;
      return;
    }
    event.preventDefault();
    sending.catch(() => {}).finally(() => {
      leaving = true;
      form.requestSubmit(event.submitter);
    });
  });
  window.addEventListener("pageshow", () => { leaving = false; });
})();

// The second screen says a number once: it loads itself anew every few seconds. Without a voice it stays silent.
(() => {
  const place = document.querySelector("[data-say-once]");
  if (!place || !("speechSynthesis" in window) || sessionStorage.getItem("said") === place.dataset.sayOnce) return;
  sessionStorage.setItem("said", place.dataset.sayOnce);
  const words = new SpeechSynthesisUtterance(place.textContent);
  words.lang = "zh-CN";
  speechSynthesis.speak(words);
})();
