/* Handwriting on the keyboard of glass: after each stroke the node names ten characters; the one that is touched goes into
   the field, and the sheet is clean for the next. Strokes are kept nowhere. */
"use strict";

(() => {
  const POINTS_MAX = 300;

  function start() {
    const { boards, dock, ask, offer, erase } = window.yizhanDock || {};
    const board = dock?.querySelector(".dock-pen");
    if (!board) return;
    const canvas = board.querySelector("canvas");
    const sheet = board.querySelector(".dock-sheet");
    const pen = canvas.getContext("2d");
    let strokes = [];
    let stroke = null;
    let asked = 0;

    const unit = () => canvas.clientHeight / 1000;
    const point = (event) => [Math.round(event.offsetX / unit()), Math.round(event.offsetY / unit())];

    function line([fromX, fromY], [toX, toY]) {
      const scale = canvas.height / 1000;
      pen.beginPath();
      pen.moveTo(fromX * scale, fromY * scale);
      pen.lineTo(toX * scale, toY * scale + 0.01);
      pen.stroke();
    }

    function draw() {
      const ratio = window.devicePixelRatio || 1;
      canvas.width = canvas.clientWidth * ratio;
      canvas.height = canvas.clientHeight * ratio;
      Object.assign(pen, { lineCap: "round", lineJoin: "round", lineWidth: canvas.height / 36, strokeStyle: "#14202e" });
      strokes.forEach((one) => one.forEach((to, at) => line(one[Math.max(0, at - 1)], to)));
      sheet.classList.toggle("dock-written", strokes.length > 0);
    }

    function look() {
      const mine = ++asked;
      if (!strokes.length) return offer([]);
      return ask(board.dataset.pen, { strokes })
        .then(({ found = [] }) => mine === asked && offer(found, found.length ? "" : board.dataset.none));
    }

    function clear() {
      strokes = [];
      asked += 1;
      draw();
    }

    canvas.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the field keeps its caret
      canvas.setPointerCapture(event.pointerId);
      sheet.classList.add("dock-written");
      stroke = [point(event)];
      line(stroke[0], stroke[0]);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!stroke || stroke.length >= POINTS_MAX) return;
      const next = point(event);
      line(stroke.at(-1), next);
      stroke.push(next);
    });
    const lift = () => {
      if (!stroke) return;
      strokes.push(stroke);
      stroke = null;
      look();
    };
    canvas.addEventListener("pointerup", lift);
    canvas.addEventListener("pointercancel", lift);
    board.addEventListener("click", (event) => {
      const act = event.target.closest("button")?.dataset.stroke;
      if (act === "erase" && !strokes.length) erase();
      else if (act === "erase" || act === "clear") { clear(); look(); }
      else if (act === "back") { strokes.pop(); draw(); look(); }
    });
    document.addEventListener("yizhan:chosen", clear);
    boards.set("pen", clear);
  }

  document.addEventListener("DOMContentLoaded", start);
})();
