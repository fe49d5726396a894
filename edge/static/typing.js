/* The keyboard on the screen: pinyin, radicals, letters and signs for the field that was touched. Words come from the node
   itself, over loopback; what is typed is kept nowhere but in the field. A keyboard of keys goes on working beside it. */
"use strict";

(() => {
  const FIELDS = "main input[type=text]:not([data-keypad], [readonly]), main textarea:not([readonly])";
  const ROWS = ["q w e r t y u i o p", "a s d f g h j k l"];
  const LAYOUT = {
    pinyin: [...ROWS, "· z x c v b n m {bksp}", "' ， 、 {space} 。 {done}"],
    latin: [...ROWS, "{shift} z x c v b n m {bksp}", "- ' . {space} , {done}"],
    capitals: [...ROWS.map((row) => row.toUpperCase()), "{shift} Z X C V B N M {bksp}", "- ' . {space} , {done}"],
    signs: ["1 2 3 4 5 6 7 8 9 0", "- / # ： （ ） 、 ， 。 ·", "@ . _ + 《 》 “ ” {bksp}", "； ！ ？ {space} {done}"],
  };
  const UNDO_MAX = 50;
  const WORD = "dock-word";
  const OPEN = "dock-open"; // the row of words unfolded over the keys
  const dock = document.getElementById("dock");
  const part = (name) => dock.querySelector(`.dock-${name}`);
  const make = (tag, css, text = "") => Object.assign(document.createElement(tag), { className: css, textContent: text });
  const boards = new Map(); // mode -> what shows its board; other scripts add theirs
  let target = null;
  let before = ""; // what the field held when it was touched
  let past = []; // what it held before each change
  let letters = "";
  let found = [];
  let asked = 0;
  let waiting = Promise.resolve();
  let mode = document.documentElement.lang.startsWith("zh") ? "pinyin" : "latin";
  let board = null;

  const ask = (address, question) => fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": dock.dataset.token },
    body: JSON.stringify(question),
  }).then((answer) => (answer.ok ? answer.json() : {}));

  const changed = () => target.dispatchEvent(new Event("input", { bubbles: true }));
  const isRoom = (text, start, end) => {
    const longest = Number(target.dataset.longest) || 2000;
    return Array.from(target.value.slice(0, start) + text + target.value.slice(end)).length <= longest;
  };

  function insert(text) {
    const start = target.selectionStart ?? target.value.length;
    const end = target.selectionEnd ?? start;
    if (!isRoom(text, start, end)) return;
    past = [...past, target.value].slice(-UNDO_MAX);
    target.setRangeText(text, start, end, "end");
    changed();
  }

  function erase() {
    if (letters) return look(letters.slice(0, -1));
    const end = target.selectionEnd;
    const last = Array.from(target.value.slice(0, target.selectionStart)).pop() || ""; // 𠮷 is one character of two units
    const start = target.selectionStart === end ? end - last.length : target.selectionStart;
    if (start === end) return undefined;
    past = [...past, target.value].slice(-UNDO_MAX);
    target.setRangeText("", start, end, "end");
    return changed();
  }

  function undo() {
    if (letters) return look("");
    if (!past.length) return undefined;
    target.value = past.pop();
    target.setSelectionRange(target.value.length, target.value.length);
    return changed();
  }

  /* Letters of pinyin are asked for at each key; an answer that comes after the next key is thrown away. A row that was
     unfolded while its answer was on the way stays unfolded: keys must not come up under the finger. */
  function look(text) {
    letters = text;
    part("letters").textContent = text;
    dock.classList.remove(OPEN);
    const mine = ++asked;
    if (!text) return Promise.resolve(offer([]));
    const begins = !target.value.slice(0, target.selectionStart).trim();
    part("found").ariaBusy = "true";
    waiting = ask(dock.dataset.words, { letters: text, name: target.dataset.name !== undefined, begins })
      .then((answer) => mine === asked && offer(answer.found || [], "", dock.classList.contains(OPEN)));
    return waiting;
  }

  /* found: [word, letters it takes]; `note` where there is none; `open`: unfolded. */
  function offer(words, note = "", open = false) {
    found = words;
    part("found").replaceChildren(...words.map(([word, taken]) => {
      const button = make("button", WORD, word);
      button.type = "button";
      button.lang = "zh-CN";
      button.addEventListener("click", () => pick(word, taken));
      return button;
    }), ...(note ? [make("span", "dock-note", note)] : []));
    part("found").ariaBusy = "false";
    dock.classList.toggle(OPEN, open);
    part("found").scrollTop = 0;
    dock.querySelector("[data-act=more]").hidden = words.length < 5;
  }

  /* A word may be touched before the node has answered for the last letter: it then takes the letters that the next row
     gives it, and leaves none of its own behind. */
  function pick(word, taken) {
    const now = () => choose(word, (found.find(([one]) => one === word) || [word, taken])[1]);
    return waiting.then(now, now);
  }

  function choose(word, taken = 0) {
    insert(word);
    document.dispatchEvent(new CustomEvent("yizhan:chosen", { detail: word }));
    if (letters) look(letters.slice(taken).replace(/^'+/, ""));
    else if (taken >= 0) offer([]);
  }

  /* The first word, as soon as the node has named it. */
  const first = () => waiting.then(() => (found.length ? choose(...found[0]) : (insert(letters), look(""))));

  function press(key) {
    if (key === "{bksp}") return erase();
    if (key === "{shift}") return keyboard(board === "latin" ? "capitals" : "latin");
    if (key === "{done}") return undefined; // at the click: gone at the touch, it would hand the click to what lies below
    if (key === "{space}") return letters ? first() : insert(" ");
    if (mode === "pinyin" && /^[a-z']$/.test(key) && (letters || key !== "'")) return look(letters + key);
    if (letters) return first().then(() => press(key));
    return insert(key);
  }

  let keys = null;
  function keyboard(layoutName) {
    board = layoutName;
    const words = dock.dataset;
    const options = {
      layout: LAYOUT, layoutName, onKeyPress: press, useButtonTag: true, preventMouseDownDefault: true,
      disableButtonHold: true, disableCaretPositioning: true, buttonAttributes: [{ attribute: "aria-label", value: words.delete, buttons: "{bksp}" }],
      display: { "{bksp}": "⌫", "{space}": words.space, "{done}": words.done, "{shift}": "⇧" },
    };
    if (keys) keys.setOptions(options);
    else keys = new window.SimpleKeyboard.default(part("glass"), options);
  }

  /* Radicals: a radical, then the strokes beside it, then the character. */
  function radicals() {
    const box = part("radicals");
    ask(dock.dataset.radicals, {}).then((answer) => {
      let last = 0;
      box.replaceChildren(...(answer.radicals || []).flatMap(([key, strokes, form]) => {
        const button = make("button", WORD, form);
        button.type = "button";
        button.addEventListener("click", () => strokesOf(key, form));
        const head = strokes === last ? [] : [make("span", "dock-strokes", dock.dataset.strokes.replace("#", strokes))];
        last = strokes;
        return [...head, button];
      }));
      box.scrollTop = 0;
    });
  }

  function strokesOf(key, form) {
    const box = part("radicals");
    const back = make("button", `${WORD} dock-back`, `← ${form}`);
    back.type = "button";
    back.addEventListener("click", radicals);
    ask(dock.dataset.radicals, { radical: key }).then((answer) => {
      box.replaceChildren(back, ...(answer.strokes || []).map(([count, characters]) => {
        const button = make("button", WORD, dock.dataset.strokes.replace("#", `+${count}`));
        button.type = "button";
        button.addEventListener("click", () => offer(Array.from(characters).map((character) => [character, 0]), "", true));
        return button;
      }));
      box.scrollTop = 0;
    });
  }

  boards.set("pinyin", () => keyboard("pinyin"));
  boards.set("latin", () => keyboard("latin"));
  boards.set("signs", () => keyboard("signs"));
  boards.set("radicals", radicals);

  function change(wanted) {
    mode = wanted;
    look("");
    dock.querySelectorAll("[data-mode]").forEach((button) => button.setAttribute("aria-pressed", button.dataset.mode === mode));
    const named = part(mode) || part("keys");
    dock.querySelectorAll(".dock-board").forEach((one) => { one.hidden = one !== named; });
    boards.get(mode)();
  }

  function open(field) {
    if (target === field) return;
    [target, before, past] = [field, field.value, []];
    dock.hidden = false;
    change(mode);
    document.documentElement.classList.add("docked");
    document.documentElement.style.setProperty("--dock", `${dock.offsetHeight}px`);
    field.scrollIntoView({ block: "center" });
  }

  function close() {
    if (!target) return;
    target.blur();
    target = null;
    look("");
    dock.hidden = true;
    document.documentElement.classList.remove("docked");
  }

  /* 完成: the page may make the next question ready. */
  function written() {
    const field = target;
    close();
    field.dispatchEvent(new Event("yizhan:written", { bubbles: true }));
  }

  function start() {
    if (!dock || !window.SimpleKeyboard) return;
    dock.addEventListener("pointerdown", (event) => event.target.closest("button") && event.preventDefault()); // the field keeps its caret
    dock.addEventListener("mousedown", (event) => event.preventDefault());
    dock.addEventListener("click", (event) => {
      const { mode: wanted, act, skbtn } = event.target.closest("button")?.dataset || {};
      if (wanted) change(wanted);
      else if (skbtn === "{done}") letters ? first() : written();
      else if (act === "undo") undo();
      else if (act === "close") close();
      else if (act === "more") dock.classList.toggle(OPEN);
    });
    document.addEventListener("focusin", (event) => event.target.matches(FIELDS) && (event.target.inputMode = "none"));
    document.addEventListener("click", (event) => {
      if (event.target.closest("#dock") || !event.target.isConnected) return;
      const field = event.target.closest("label")?.control || event.target.closest(FIELDS);
      if (field?.matches(FIELDS) && !field.disabled) open(field);
      else close();
    });
    document.addEventListener("keydown", (event) => event.key === "Escape" && close());
    // what keys of glass wrote is no change to the browser: it is said here, so that it is kept like anything typed
    document.addEventListener("change", (event) => { if (event.target === target) before = target.value; }, true);
    document.addEventListener("focusout", (event) => {
      if (event.target === target && target.value !== before) target.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  window.yizhanDock = { boards, dock, ask, offer, erase, isOpen: () => Boolean(target) };
  document.addEventListener("DOMContentLoaded", start);
})();
