/* The camera that devices.toml names for this place: found by its label, its picture the right way up. Without this file,
   and where no camera is named, the browser's own choice is used. */
"use strict";

(() => {
  const wish = JSON.parse(document.querySelector('meta[name="yizhan-camera"]').content);
  const size = { width: { ideal: wish.width }, height: { ideal: wish.height } };
  const get = (more) => navigator.mediaDevices.getUserMedia({ video: { ...size, ...more } });
  const track = (stream) => stream.getVideoTracks()[0];

  const named = async () => (await navigator.mediaDevices.enumerateDevices())
    .find((one) => one.kind === "videoinput" && one.label.includes(wish.label));

  /* Labels are told only after some camera was allowed. Another camera than the named one might show people. */
  async function open() {
    let found = await named();
    if (!found) {
      const any = await get({});
      found = await named();
      if (found && track(any).getSettings().deviceId === found.deviceId) return any;
      any.getTracks().forEach((one) => one.stop());
    }
    if (!found) throw new Error("the named camera is not there");
    return get({ deviceId: { exact: found.deviceId } });
  }

  const isNamed = (video) => track(video.srcObject).label.includes(wish.label);
  const turn = (video) => (isNamed(video) ? wish.rotate : 0);

  /* The picture of this moment, turned clockwise. */
  function draw(video, sheet) {
    const sideways = turn(video) % 180 !== 0;
    sheet.width = sideways ? video.videoHeight : video.videoWidth;
    sheet.height = sideways ? video.videoWidth : video.videoHeight;
    const pen = sheet.getContext("2d");
    pen.translate(sheet.width / 2, sheet.height / 2);
    pen.rotate(turn(video) * Math.PI / 180);
    pen.drawImage(video, -video.videoWidth / 2, -video.videoHeight / 2);
  }

  const show = (video) => { if (turn(video)) video.classList.add(`turned-${turn(video)}`); };

  window.yizhanCamera = { open, draw, show };
})();
