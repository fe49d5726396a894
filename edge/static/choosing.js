/* Choosing instead of typing at the kiosk: a date by year, month and day, and lists that open on the page itself.
   Without this file the boxes and the browser's own lists do the same. */
"use strict";

(() => {
  const words = document.getElementById("choosing")?.dataset;
  if (!words) return;
  const LANGUAGE = document.documentElement.lang;
  const CHINESE = LANGUAGE.startsWith("zh");
  const YEARS_BEFORE = 5, YEARS_SHOWN = 12, FIRST_DECADE = 1900;
  const OPEN_MAX = 60; // a longer list opens at a touch only
  const all = (selector, scope = document) => Array.from(scope.querySelectorAll(selector));
  const fresh = (elements) => elements.filter((element) => !element.dataset.listed && (element.dataset.listed = "1"));
  const make = (tag, css, text = "") => Object.assign(document.createElement(tag), { className: css, textContent: text });
  const range = (first, count) => Array.from({ length: count }, (_, at) => first + at);
  const [thisYear] = words.today.split("-").map(Number);

  function button(css, text, act) {
    const made = make("button", css, text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  /* Dates: one touch each for year, month and day. */
  const yearText = (year) => (CHINESE ? `${year}年` : `${year}`);
  const monthText = (month) => (CHINESE ? `${month}月`
    : new Intl.DateTimeFormat(LANGUAGE, { month: "short", timeZone: "UTC" }).format(Date.UTC(2024, month - 1, 1)));
  const decadeText = (year) => (CHINESE ? `${year}年代` : `${year}s`);
  const daysOf = (year, month) => new Date(Date.UTC(year, month, 0)).getUTCDate();
  const dayBefore = (day) => new Date(Date.parse(`${day}T00:00:00Z`) - 86400000).toISOString().slice(0, 10);

  function date(box) {
    const inputs = ["y", "m", "d"].map((part) => box.querySelector(`.date-${part}`));
    const value = (at) => Number(inputs[at].value);
    const grid = make("div", "days");
    grid.setAttribute("role", "group");

    const say = () => inputs[2].dispatchEvent(new Event("change", { bubbles: true }));
    const put = (...parts) => inputs.forEach((input, at) => { input.value = `${parts[at] ?? ""}`.replace(/^\d$/, "0$&"); });
    const finish = () => {
      grid.hidden = true;
      say();
      leadOn(box.closest(".field"));
    };
    const show = (title, css, keys, more = []) => {
      const line = make("div", `days-keys ${css}`);
      line.append(...keys);
      const rest = make("div", "days-more");
      rest.append(...more);
      grid.replaceChildren(make("p", "days-title", title), line, ...(more.length ? [rest] : []));
      grid.setAttribute("aria-label", title);
      grid.hidden = false;
    };
    const key = (text, chosen, act) => {
      const made = button("days-key", text, act);
      made.setAttribute("aria-pressed", chosen);
      return made;
    };
    const more = (text, act) => button("button days-wide", text, act);

    // what the rules of the service leave of the calendar; texts of dates compare like days, and so do their beginnings
    const { earliest = "", latest = "9999" } = box.dataset;
    const isOpen = (...parts) => {
      const text = parts.map((part, at) => `${part}`.padStart(at ? 2 : 4, "0")).join("-");
      return earliest.slice(0, text.length) <= text && text <= latest.slice(0, text.length);
    };
    const fitted = (first) => Math.max(Math.min(first, parseInt(latest) - YEARS_SHOWN + 1), parseInt(earliest) || 0);
    const limited = (made, ...parts) => Object.assign(made, { disabled: !isOpen(...parts) });

    function years(first = fitted((value(0) || thisYear) - YEARS_BEFORE), count = YEARS_SHOWN) {
      const near = [[words.now, words.today], [words.yesterday, dayBefore(words.today)]]
        .filter(([, day]) => isOpen(...day.split("-")))
        .map(([text, day]) => more(text, () => { put(...day.split("-")); finish(); }));
      const before = isOpen(first - 1) ? [more(words.earlier, decades)] : [];
      const after = isOpen(first + count) ? [more(words.later, () => years(first + count))] : [];
      show(words.year, "days-years", range(first, count).filter((year) => isOpen(year)).map((year) => {
        const made = key(yearText(year), year === value(0), () => { put(year, "", ""); months(); });
        if (year === thisYear) made.setAttribute("aria-current", "date");
        return made;
      }), [...near, ...before, ...after]);
    }
    function decades() {
      const count = Math.floor((thisYear - FIRST_DECADE) / 10) + 1;
      const firsts = range(0, count).map((at) => FIRST_DECADE + 10 * at).filter((first) => isOpen(first) || isOpen(first + 9));
      show(words.year, "days-years", firsts.map((first) => key(decadeText(first), false, () => years(first, 10))));
    }
    function months() {
      const enough = box.dataset.precision === "year" ? [more(words.onlyYear, finish)] : [];
      show(`${yearText(value(0))} · ${words.month}`, "days-months", range(1, 12).map((month) =>
        limited(key(monthText(month), month === value(1), () => { put(value(0), month, ""); days(); }), value(0), month)),
        enough);
    }
    function days() {
      const enough = box.dataset.precision === "day" ? [] : [more(words.onlyMonth, finish)];
      show(`${yearText(value(0))} ${monthText(value(1))} · ${words.day}`, "days-days",
        range(1, daysOf(value(0), value(1))).map((day) =>
          limited(key(`${day}`, day === value(2), () => { put(value(0), value(1), day); finish(); }),
            value(0), value(1), day)), enough);
    }

    const steps = [() => years(), () => (value(0) ? months() : years()), () => (value(0) && value(1) ? days() : years())];
    inputs.forEach((input, at) => {
      input.inputMode = "none";
      input.addEventListener("click", steps[at]);
    });
    grid.hidden = true;
    box.after(grid);
    box.addEventListener("yizhan:offer", () => years());
  }

  const isEmpty = (box) => all("input", box).every((input) => !input.value);

  /* The field after one that was just finished is made ready, where it is one that a touch would open. */
  function leadOn(field) {
    const fields = all("main .field");
    const next = fields[fields.indexOf(field) + 1];
    const input = next?.querySelector("input[data-keypad]:not([data-keypad=date], [disabled])");
    const box = next?.querySelector(".date");
    if (box && isEmpty(box)) box.dispatchEvent(new Event("yizhan:offer"));
    else if (input && !input.value) input.dispatchEvent(new Event("yizhan:offer"));
  }

  /* Lists: what is chosen stands on a button; the choices open below it, as large as everything else. */
  function list(select) {
    const label = select.labels[0];
    const chosen = button("input chooser", "", () => (box.hidden ? open() : shut()));
    const box = make("div", "choices");
    if (select.closest(".levels")) box.lang = "zh-CN"; // places are called so in every language
    const says = () => { chosen.textContent = select.selectedOptions[0]?.textContent ?? ""; };
    const shut = () => {
      box.hidden = true;
      chosen.setAttribute("aria-expanded", "false");
    };
    const open = () => {
      all(".choices", select.form).forEach((other) => { other.hidden = true; });
      all(".chooser", select.form).forEach((other) => other.setAttribute("aria-expanded", "false"));
      box.replaceChildren(...Array.from(select.options).filter((option) => option.value).map((option) => {
        const made = button("choice-key", option.textContent, () => {
          select.value = option.value;
          shut();
          select.dispatchEvent(new Event("change", { bubbles: true }));
          chosen.scrollIntoView({ block: "nearest" });
        });
        made.dataset.value = option.value;
        made.setAttribute("aria-pressed", option.selected);
        return made;
      }));
      box.hidden = false;
      chosen.setAttribute("aria-expanded", "true");
    };
    chosen.id = select.id;
    chosen.disabled = select.disabled;
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (select.hasAttribute(name)) chosen.setAttribute(name, select.getAttribute(name));
    }
    select.removeAttribute("id");
    select.tabIndex = -1;
    select.setAttribute("aria-hidden", "true");
    select.classList.add("listed");
    select.addEventListener("change", says);
    label.id ||= `${chosen.id}-label`;
    chosen.setAttribute("aria-labelledby", `${label.id} ${chosen.id}`);
    shut();
    says();
    select.after(chosen);
    (select.closest(".levels") ?? chosen).after(box);
    return { select, open };
  }

  /* Numbers that are often given, beside the pad for all others. */
  function offers(input) {
    const line = make("div", "offers");
    const numbers = input.dataset.offers.split(" ").map(Number).sort((one, other) => one - other);
    line.append(...numbers.map((number) => button("button", `${number}`, () => {
      input.value = number;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    })));
    input.before(line);
  }

  function enhance(scope) {
    fresh(all("input[data-offers]", scope)).forEach(offers);
    fresh(all(".date", scope)).forEach(date);
    const lists = fresh(all("main select.input", scope)).map(list);
    const empty = lists.find(({ select }) => !select.value && !select.disabled && select.options.length <= OPEN_MAX);
    if (empty) empty.open();
    const first = all("main .date").find((box) => isEmpty(box) && !box.closest("[disabled]"));
    if (first && !all(".days:not([hidden])").length) first.dispatchEvent(new Event("yizhan:offer"));
  }

  document.addEventListener("yizhan:written", (event) => event.target.value && leadOn(event.target.closest(".field")));
  document.addEventListener("DOMContentLoaded", () => enhance(document));
  document.addEventListener("htmx:afterSwap", (event) => enhance(event.detail.target));
})();
