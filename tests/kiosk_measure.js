// What is measured of a page of the kiosk: every line of text and every target, as the browser has laid them out.
// Returns a list of sentences; an empty one is a page that holds its numbers.
(wanted) => {
  const { body, target, line, contrast } = wanted;
  const faults = [];
  const say = (what, element) => faults.push(`${what}: ${(element.textContent || element.name || "").trim().slice(0, 24)} <${element.tagName.toLowerCase()} class="${element.className.baseVal ?? element.className}">`);
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const seen = new Map();
  const rgba = (text) => {
    if (!seen.has(text)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = text;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      seen.set(text, [r, g, b, a / 255]);
    }
    return seen.get(text);
  };
  const over = ([r, g, b, a], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a)];
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.unshift(rgba(getComputedStyle(at).backgroundColor));
    return layers.reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((one) => one / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const unseen = (element) => element.closest(".unseen, .skip, [hidden], noscript, title, script, style, option, svg, .receipt-qr") || !element.checkVisibility({ visibilityProperty: true });

  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const looked = new Set();
  let texts = 0;
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || looked.has(element) || unseen(element)) continue;
    looked.add(element);
    texts += 1;
    const style = getComputedStyle(element);
    const zoom = element.currentCSSZoom ?? 1;
    const size = parseFloat(style.fontSize) * zoom;
    if (size < body - 0.05) say(`type of ${size.toFixed(1)} px`, element);
    const range = document.createRange();
    range.selectNodeContents(node);
    const tops = new Set([...range.getClientRects()].map((rect) => Math.round(rect.top)));
    const height = style.lineHeight === "normal" ? 1.2 * size : parseFloat(style.lineHeight) * zoom;
    if (tops.size > 1 && height < line * size - 0.1) say(`lines ${(height / size).toFixed(2)} apart`, element);
    const behind = ground(element);
    const found = ratio(over(rgba(style.color), behind), behind);
    if (found < contrast - 0.005) say(`contrast ${found.toFixed(2)}`, element);
  }

  const TOUCH = "a[href], button, summary, select, textarea, input:not([type=hidden], [type=radio], [type=checkbox], [type=file]), label:has(input[type=radio], input[type=checkbox])";
  const boxes = [];
  for (const element of document.querySelectorAll(TOUCH)) {
    if (unseen(element)) continue;
    const box = element.getBoundingClientRect();
    if (box.width <= 1 || box.height <= 1) continue; // a script shows something else in its place
    boxes.push([element, box]);
    if (box.width < target - 0.5 || box.height < target - 0.5) say(`target of ${Math.round(box.width)} x ${Math.round(box.height)} px`, element);
  }
  const fixed = (element) => element.closest(".kiosk-foot, .kiosk-stay, .bar, .paper-bar, .typing");
  for (const [at, [element, box]] of boxes.entries()) {
    for (const [other, next] of boxes.slice(at + 1)) {
      if (element.contains(other) || other.contains(element) || !fixed(element) !== !fixed(other)) continue;
      const wide = Math.min(box.right, next.right) - Math.max(box.left, next.left);
      const high = Math.min(box.bottom, next.bottom) - Math.max(box.top, next.top);
      if (wide > 1 && high > 1) say(`lies over ${(other.textContent || other.name).trim().slice(0, 16)}`, element);
    }
  }

  if (document.documentElement.scrollWidth > window.innerWidth) faults.push(`wider than the screen: ${document.documentElement.scrollWidth} px`);
  for (const element of document.querySelectorAll("[tabindex]")) if (element.tabIndex > 0) say("out of the order of focus", element);
  if (document.querySelector("dialog[open], [role=dialog], [role=alertdialog]")) faults.push("a window over the page");
  if (document.querySelectorAll("h1").length !== 1) faults.push(`${document.querySelectorAll("h1").length} main headings`);
  return { faults, texts, targets: boxes.length };
};
