/* Makes pages easier where a browser runs scripts; every page also works without this file.
   Nothing is kept in the browser: no storage, no history of ours, no cache. */
"use strict";

(() => {
  const KEEPING_MS_MAX = 10000;
  const GOES_ON = "X-Goes-On-At";
  const root = document.documentElement;
  const all = (selector, scope = document) => Array.from(scope.querySelectorAll(selector));
  const make = (tag, css, text = "") => Object.assign(document.createElement(tag), { className: css, textContent: text });

  /* What a swap kept is equipped already: a second listener would press every key twice. */
  const fresh = (elements) => elements.filter((element) => !element.dataset.ready && (element.dataset.ready = "1"));

  /* Keypad: one for the page, under the field that is being filled. Only where there is no keyboard. */
  const LAYOUTS = { digits: ["", "0"], ric: ["X", "0"], decimal: [".", "0"], time: ["", "0"], doorplate: ["-", "0"] };
  const UNITS = { doorplate: ["组", "号", "栋", "单元", "室"] }; // and a key that changes to the whole keyboard

  const pad = make("div", "keypad");
  pad.setAttribute("role", "group");
  let target = null;

  function keypad(scope) {
    const inputs = root.classList.contains("kiosk") ? fresh(all("input[data-keypad]:not([data-keypad=date])", scope)) : [];
    if (!inputs.length) return;
    const words = document.body.dataset;
    pad.setAttribute("aria-label", words.keypad || "");
    const show = (input) => {
      if (target === input) return;
      target = input;
      const field = document.querySelector("[data-keypad-place]") || input.closest(".field") || input.parentElement;
      const [units, foot] = [UNITS[input.dataset.keypad] || [], LAYOUTS[input.dataset.keypad] || LAYOUTS.digits];
      build(pad, units, foot, words.backspace || "⌫", (key) => press(target, key));
      if (units.length) pad.insertBefore(writing(input, words.write), pad.children[units.length]);
      field.append(pad);
    };
    for (const input of inputs) {
      input.inputMode = "none";
      ["focus", "yizhan:offer"].forEach((kind) => input.addEventListener(kind, () => show(input)));
      input.addEventListener("input", () => group(input));
      group(input);
    }
    const opened = scope !== document && inputs.find((input) => !input.value && !input.disabled);
    if (opened && !pad.contains(document.activeElement)) return void show(opened); // the last answer asked for it
    if (pad.isConnected) return; // somebody is typing with it
    const first = inputs.find((input) => input.getAttribute("aria-invalid")) || inputs[0];
    if (inputs.length === 1 || first.closest(".field") === document.querySelector("main .field")) show(first);
  }

  /* Where a few keys are not enough: the field changes to the keyboard of typing.js. */
  function writing(input, word) {
    const button = make("button", "keypad-key keypad-write", word);
    button.type = "button";
    button.addEventListener("click", () => {
      delete input.dataset.keypad;
      [target] = [null, pad.remove()];
      input.focus();
      input.click();
    });
    return button;
  }

  function build(pad, units, [left, zero], backspace, act) {
    const keys = [...units, "1", "2", "3", "4", "5", "6", "7", "8", "9", left, zero, "⌫"];
    pad.replaceChildren(...keys.map((key) => {
      const button = make("button", "keypad-key", key);
      button.type = "button";
      button.disabled = key === "";
      if (units.includes(key)) button.lang = "zh-CN";
      if (key === "⌫") button.setAttribute("aria-label", backspace);
      button.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps its caret
      button.addEventListener("click", () => act(key));
      return button;
    }));
  }

  function press(input, key) {
    const start = input.selectionStart ?? input.value.length;
    const end = input.selectionEnd ?? start;
    const longest = Number(input.dataset.longest) || 40;
    if (key === "⌫") {
      if (end > start) input.setRangeText("", start, end, "end");
      else if (start > 0) input.setRangeText("", start - (input.value[start - 1] === " " && start > 1 ? 2 : 1), start, "end");
    } else if (input.value.replaceAll(" ", "").length < longest || end > start) {
      input.setRangeText(key, start, end, "end");
    }
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* An identity number reads in groups as it is printed on the card; the server ignores the spaces. */
  function group(input) {
    if (input.dataset.keypad === "time") return void clock(input);
    if (input.dataset.keypad !== "ric") return;
    const caret = input.value.slice(0, input.selectionStart ?? input.value.length).replaceAll(" ", "").length;
    const bare = input.value.replaceAll(" ", "").toUpperCase();
    if (!/^\d{0,17}[\dX]?$/.test(bare)) return;
    const cut = [bare.slice(0, 6), bare.slice(6, 10), bare.slice(10, 14), bare.slice(14)].filter(Boolean).join(" ");
    if (cut === input.value) return;
    input.value = cut;
    const at = caret + [6, 10, 14].filter((edge) => caret > edge).length;
    if (document.activeElement === input) input.setSelectionRange(at, at);
  }

  /* Four digits are hours and minutes: 2030 and 20:30, 830 and 08:30. */
  function clock(input) {
    const digits = input.value.replaceAll(/\D/g, "").replace(/^([3-9])/, "0$1").slice(0, 4);
    const said = digits.length > 2 ? `${digits.slice(0, 2)}:${digits.slice(2)}` : digits;
    if (said !== input.value) input.value = said;
  }

  /* Signature: strokes as whole numbers on a field of 1000 units width, so that they can be drawn again at any size. */
  function signature(box) {
    const pad = box.querySelector(".signature-pad");
    const canvas = box.querySelector("canvas");
    const field = box.querySelector("[data-strokes]");
    const clear = box.querySelector("[data-clear]");
    const picture = box.querySelector("img");
    const pen = canvas.getContext("2d");
    const strokes = [];
    let stroke = null;
    const open = () => {
      if (picture) picture.remove();
      all("[data-kept]", box).forEach((kept) => { kept.value = ""; });
      pad.hidden = false;
      const ratio = window.devicePixelRatio || 1;
      canvas.width = canvas.clientWidth * ratio;
      canvas.height = canvas.clientHeight * ratio;
      Object.assign(pen, { lineCap: "round", lineJoin: "round", lineWidth: canvas.width / 180, strokeStyle: "#14202e" });
      strokes.length = 0;
      field.value = "";
    };
    const unit = () => canvas.clientWidth / 1000;
    const point = (event) => [Math.round(event.offsetX / unit()), Math.round(event.offsetY / unit())];
    const line = ([fromX, fromY], [toX, toY]) => {
      const scale = canvas.width / 1000;
      pen.beginPath();
      pen.moveTo(fromX * scale, fromY * scale);
      pen.lineTo(toX * scale, toY * scale + 0.01);
      pen.stroke();
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      stroke = [point(event)];
      line(stroke[0], stroke[0]);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!stroke) return;
      const next = point(event);
      line(stroke.at(-1), next);
      stroke.push(next);
    });
    const lift = () => {
      if (stroke) strokes.push(stroke);
      stroke = null;
      if (strokes.length) field.value = JSON.stringify(strokes);
    };
    canvas.addEventListener("pointerup", lift);
    canvas.addEventListener("pointercancel", lift);
    clear.addEventListener("click", open);
    clear.closest("p").hidden = false;
    if (!picture) open();
  }

  /* Photograph: shows what was chosen, and takes it with a camera of this machine where there is one. */
  function photo(box) {
    const input = box.querySelector("input[type=file]");
    const button = box.querySelector("[data-camera]");
    const word = button.querySelector("span");
    const preview = (file) => {
      box.querySelector("video")?.remove();
      const picture = box.querySelector("img") || box.insertBefore(make("img", "photo-picture"), box.firstChild);
      picture.alt = file.name;
      picture.hidden = !file.type.startsWith("image/");
      picture.src = URL.createObjectURL(file);
      picture.onload = () => URL.revokeObjectURL(picture.src);
    };
    input.addEventListener("change", () => input.files.length && preview(input.files[0]));
    const here = root.classList.contains("kiosk") || box.dataset.desk !== undefined;
    if (!here || !navigator.mediaDevices?.getUserMedia) return;
    button.hidden = false;
    const first = word.textContent;
    const fault = make("p", "fault", box.dataset.failed);
    fault.setAttribute("role", "alert");
    const failed = () => { // it may be plugged in again: the button stays
      box.querySelector("video")?.remove();
      word.textContent = first;
      box.append(fault);
    };
    button.addEventListener("click", () => {
      const video = box.querySelector("video");
      (video ? shoot(video) : watch()).catch(failed);
    });
    const plain = () => navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 3840 }, height: { ideal: 2160 } } });
    const watch = async () => {
      const stream = await (window.yizhanCamera?.open || plain)();
      const video = make("video", "photo-picture");
      Object.assign(video, { autoplay: true, muted: true, playsInline: true, srcObject: stream });
      window.yizhanCamera?.show(video);
      stream.getVideoTracks()[0].addEventListener("ended", failed);
      box.querySelector("img")?.remove();
      fault.remove();
      box.insertBefore(video, box.firstChild);
      word.textContent = word.dataset.shoot;
    };
    const shoot = async (video) => {
      const sheet = Object.assign(document.createElement("canvas"), { width: video.videoWidth, height: video.videoHeight });
      if (window.yizhanCamera) window.yizhanCamera.draw(video, sheet);
      else sheet.getContext("2d").drawImage(video, 0, 0);
      const data = await new Promise((done) => sheet.toBlob(done, "image/jpeg", 0.92));
      video.srcObject.getTracks().forEach((track) => track.stop());
      const list = new DataTransfer();
      list.items.add(new File([data], "photo.jpg", { type: "image/jpeg" }));
      input.files = list.files;
      preview(list.files[0]);
      word.textContent = word.dataset.again;
    };
  }

  /* Idle: after the room's time without a touch or a key the kiosk asks; what was typed is saved by then. */
  function idle() {
    const { idle: seconds, idleTo: target } = document.body.dataset;
    if (!seconds) return;
    let timer = 0;
    const go = () => window.location.replace(target);
    const ask = () => {
      document.activeElement?.blur(); // what is being typed is kept first
      if (!document.querySelector(".htmx-request")) return go();
      document.addEventListener("htmx:afterRequest", go, { once: true });
      return window.setTimeout(go, KEEPING_MS_MAX);
    };
    const again = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(ask, seconds * 1000);
    };
    ["pointerdown", "keydown", "scroll"].forEach((kind) => document.addEventListener(kind, again, { passive: true }));
    again();
  }

  /* The seconds that are left to answer, beside the sentence that names them. */
  function countdown(place) {
    let left = Number(place.dataset.countdown);
    window.setInterval(() => {
      left = Math.max(0, left - 1);
      place.textContent = left;
    }, 1000);
  }

  /* One press is one act: a second tap while the page is on its way does nothing. A press that waits for what is
     being kept (desk.js) has not been sent yet, and comes again. */
  function once(form) {
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
    });
  }

  /* Keys: data-key="n" presses or follows; data-print prints; F1 is "?"; "/" goes to the search field. */
  function keys() {
    const named = new Map(all("[data-key]").map((element) => [element.dataset.key.toLowerCase(), element]));
    document.addEventListener("keydown", (event) => {
      if (event.key === "F1" && named.has("?")) { // also while typing: what is typed has been kept
        event.preventDefault();
        named.get("?").click();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
      const element = event.key === "/" ? document.querySelector("[data-find]") : named.get(event.key.toLowerCase());
      if (!element) return;
      event.preventDefault();
      if (event.key === "/") element.focus();
      else element.click();
    });
  }

  function fields(scope) {
    keypad(scope);
    fresh(all("[data-signature]", scope)).forEach(signature);
    fresh(all("[data-photo]", scope)).forEach(photo);
  }

  /* A service that leaves no trace: each of its pages takes the place of the one before, so that no way back leads there. */
  function traceless() {
    const here = document.body.dataset.traceless !== undefined;
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.("a[href]");
      if (!link || event.defaultPrevented || !(here || link.dataset.inPlace !== undefined || link.pathname.includes("/service/~"))) return;
      if (link.hash && link.pathname === window.location.pathname) return;
      event.preventDefault();
      window.location.replace(link.href);
    });
    if (!here) return;
    document.addEventListener("submit", (event) => {
      const { target: form, submitter } = event;
      if (event.defaultPrevented) return;
      event.preventDefault();
      fetch(form.action, { method: "POST", body: new FormData(form, submitter), headers: { [GOES_ON]: "1" } })
        .then((answer) => answer.headers.get(GOES_ON))
        .then((place) => (place ? window.location.replace(place) : plainly(form, submitter)), () => plainly(form, submitter));
    });
  }

  /* The same without our help. */
  function plainly(form, submitter) {
    if (submitter?.name) form.append(Object.assign(make("input", ""), { type: "hidden", name: submitter.name, value: submitter.value }));
    form.submit();
  }

  /* Quick exit: the page is gone at once, and "back" does not lead to it. Without scripts the form does its work. */
  function exit(form) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      document.body.hidden = true;
      fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "follow" })
        .then((answer) => window.location.replace(answer.url), () => form.submit());
    });
  }

  /* A newer answer or the next page breaks off what is still being kept: that is no error, and none stands in the
     browser's console. htmx tidies up after it all the same; it reports what has an `error`. */
  function broken(request) {
    const tidy = request.xhr.onabort;
    request.xhr.onabort = () => {
      request.error = "";
      tidy();
    };
  }

  function start() {
    root.classList.add("scripted");
    window.sessionStorage.clear(); // htmx leaves the page's address there
    fields(document);
    // Words that are looked for are no answer: an autosave of them would race with the search that Enter sends.
    document.addEventListener("change", (event) => event.target.name?.endsWith("/find") && event.stopPropagation(), true);
    keys();
    idle();
    document.addEventListener("htmx:beforeSend", (event) => broken(event.detail));
    document.addEventListener("htmx:afterSwap", (event) => fields(event.detail.target));
    document.addEventListener("htmx:configRequest", (event) => { // an autosave never carries a photograph
      for (const [name, value] of Array.from(event.detail.formData.entries())) {
        if (value instanceof File) event.detail.formData.delete(name);
      }
    });
    traceless();
    all("[data-countdown]").forEach(countdown);
    all("form[data-exit]").forEach(exit);
    all("form[method=post]").forEach(once);
    all("[data-print]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => window.print());
    });
    document.querySelector("[data-focus]")?.focus();
  }

  document.addEventListener("DOMContentLoaded", start);
  window.addEventListener("pageshow", (event) => event.persisted && window.location.reload()); // never a page of another citizen
})();
