/* The camera of the desk and the four corners of a page. Without this file a page is chosen as a file and cropped by numbers. */
"use strict";

(() => {
  const form = document.querySelector("form[data-scan]");
  if (!form) return;
  const [box, video, choice, input, said] = [".scan-camera", "video", "select", "input[type=file]", "[data-scan-said]"].map((one) => form.querySelector(one));
  const say = (text) => { said.textContent = text; };
  const stop = () => video.srcObject?.getTracks().forEach((track) => track.stop());

  async function watch(device) {
    stop();
    const size = { width: { ideal: 3840 }, height: { ideal: 2880 } };
    const plain = () => navigator.mediaDevices.getUserMedia({ video: device ? { ...size, deviceId: { exact: device } } : { ...size, facingMode: "environment" } });
    const named = device ? null : window.yizhanCamera;
    video.srcObject = await (named ? named.open().catch(plain) : plain());
    video.classList.remove("turned-90", "turned-180", "turned-270");
    window.yizhanCamera?.show(video);
    box.hidden = false;
    say("");
  }

  async function list() {
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput");
    const used = video.srcObject.getVideoTracks()[0].getSettings().deviceId;
    choice.replaceChildren(...cameras.map((one, at) => new Option(one.label || `摄像头 ${at + 1}`, one.deviceId, false, one.deviceId === used)));
    choice.hidden = cameras.length < 2;
  }

  async function shoot(button) {
    if (!video.videoWidth || button.disabled) return;
    button.disabled = true; // one press is one page
    const sheet = Object.assign(document.createElement("canvas"), { width: video.videoWidth, height: video.videoHeight });
    if (window.yizhanCamera) window.yizhanCamera.draw(video, sheet);
    else sheet.getContext("2d").drawImage(video, 0, 0);
    const data = await new Promise((done) => sheet.toBlob(done, "image/jpeg", 0.93));
    const files = new DataTransfer();
    files.items.add(new File([data], "page.jpg", { type: "image/jpeg" }));
    input.files = files.files;
    stop();
    form.requestSubmit();
  }

  if (!navigator.mediaDevices?.getUserMedia) { say(form.dataset.none); return; }
  say(form.dataset.waiting);
  form.querySelector("[data-shoot]").addEventListener("click", (event) => shoot(event.currentTarget));
  choice.addEventListener("change", () => watch(choice.value).catch(() => say(form.dataset.refused)));
  window.addEventListener("pagehide", stop);
  watch("").then(list).catch((error) => say(error.name === "NotFoundError" || error.name === "OverconstrainedError" ? form.dataset.none : form.dataset.refused));
})();

(() => {
  const form = document.querySelector("form[data-corners]");
  if (!form) return;
  const svg = form.querySelector("svg");
  const edge = svg.querySelector("polygon");
  const grips = Array.from(svg.querySelectorAll("[data-corner]"));
  const names = Array.from(form.querySelectorAll(".corners-row > span:first-child"), (one) => one.textContent);
  const { width, height } = svg.viewBox.baseVal;
  const field = (axis, at) => form.elements[`${axis}${at}`];
  const within = (value) => Math.min(1000, Math.max(0, Math.round(value) || 0));

  function draw() {
    const points = grips.map((_, at) => [field("x", at).value * width / 1000, field("y", at).value * height / 1000]);
    edge.setAttribute("points", points.map((point) => point.join(",")).join(" "));
    grips.forEach((grip, at) => {
      grip.setAttribute("cx", points[at][0]);
      grip.setAttribute("cy", points[at][1]);
      grip.setAttribute("aria-valuenow", field("x", at).value);
      grip.setAttribute("aria-valuetext", `横 ${field("x", at).value}，竖 ${field("y", at).value}`);
    });
  }

  function put(at, x, y) {
    field("x", at).value = within(x);
    field("y", at).value = within(y);
    draw();
  }

  grips.forEach((grip, at) => {
    grip.setAttribute("tabindex", "0");
    grip.setAttribute("role", "slider");
    grip.setAttribute("aria-label", names[at]);
    grip.setAttribute("aria-valuemin", "0");
    grip.setAttribute("aria-valuemax", "1000");
    grip.addEventListener("pointerdown", (event) => { grip.setPointerCapture(event.pointerId); event.preventDefault(); grip.focus(); });
    grip.addEventListener("pointermove", (event) => {
      if (!grip.hasPointerCapture(event.pointerId)) return;
      const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      put(at, place.x * 1000 / width, place.y * 1000 / height);
    });
    grip.addEventListener("keydown", (event) => {
      const [right, down] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] || [0, 0];
      if (!right && !down) return;
      event.preventDefault();
      event.stopPropagation();
      const step = event.shiftKey ? 25 : 4;
      put(at, Number(field("x", at).value) + right * step, Number(field("y", at).value) + down * step);
    });
  });
  form.addEventListener("input", draw);
  draw();
})();
