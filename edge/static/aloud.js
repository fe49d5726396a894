/* Reads the page aloud: title, questions, hints and what can be chosen, as they are marked; never what was typed. By a voice
   of this machine's browser where it has one for the language, else by the node's. On and off by a touch, for this visit. */
"use strict";

(() => {
  const synth = window.speechSynthesis;
  let turn = 0; // what is being read; another number: something else, or nothing
  let sound = null;
  let context = null;

  function start() {
    const button = document.querySelector("[data-aloud]");
    if (!button) return;
    const { token, at, view, tag } = button.dataset;
    const mine = (voice) => voice.localService && voice.lang.toLowerCase().startsWith(tag.split("-")[0]);
    const voice = () => synth?.getVoices().find(mine);
    const post = (address, type, body) => fetch(address, {
      method: "POST", redirect: "manual", keepalive: true, headers: { "Content-Type": type, "X-CSRF-Token": token }, body,
    });
    const marked = () => Array.from(document.querySelectorAll("main [data-say]")).filter((one) => one.getClientRects().length);

    function utter(text) {
      return new Promise((done) => {
        const speech = Object.assign(new SpeechSynthesisUtterance(text), { lang: tag, voice: voice(), rate: 0.9, onend: done, onerror: done });
        synth.speak(speech);
      });
    }

    async function play(element, now) {
      const answer = await post(at, "application/json", JSON.stringify({ text: element.dataset.say, mark: element.dataset.mark, language: tag }));
      if (now !== turn) return;
      if (!answer.ok) throw new Error("no voice");
      context ||= new AudioContext();
      const buffer = await context.decodeAudioData(await answer.arrayBuffer());
      if (now !== turn) return;
      await new Promise((done) => {
        sound = context.createBufferSource();
        Object.assign(sound, { buffer, onended: done });
        sound.connect(context.destination);
        sound.start();
      });
    }

    async function read() {
      const now = ++turn;
      const all = marked();
      for (const element of all) {
        if (now !== turn) return;
        all.forEach((one) => one.classList.toggle("spoken", one === element));
        try {
          await (voice() ? utter(element.dataset.say) : play(element, now));
        } catch {
          return now === turn && fail();
        }
        said.remove();
      }
      if (now === turn) all.forEach((one) => one.classList.remove("spoken"));
    }

    /* The voice or the node's program for it is gone: say so once, and read no further. */
    const said = Object.assign(document.createElement("p"), { className: "note", textContent: button.dataset.failed });
    said.setAttribute("role", "status");
    function fail() {
      stop();
      set(false);
      document.querySelector("main").prepend(said);
    }

    function stop() {
      turn += 1;
      synth?.cancel();
      sound?.stop();
      sound = null;
      document.querySelectorAll(".spoken").forEach((one) => one.classList.remove("spoken"));
    }

    const isOn = () => button.getAttribute("aria-pressed") === "true";
    const show = () => { button.hidden = !(voice() || at) || !marked().length; };

    function set(on) {
      button.setAttribute("aria-pressed", on);
      post(view, "application/x-www-form-urlencoded", new URLSearchParams({ wish: on ? "aloud" : "silent" }));
    }

    button.addEventListener("click", () => {
      const on = !isOn();
      set(on);
      if (on) read();
      else stop();
    });
    window.addEventListener("pagehide", stop);
    synth?.addEventListener?.("voiceschanged", show);
    show();
    if (isOn() && !button.hidden) read();
  }

  document.addEventListener("DOMContentLoaded", start);
})();
