"""A visitor of the kiosk who only touches: reads a page, answers it from a sample of the definition, goes on, and is
counted. No keyboard, no `fill`: text goes in through the keys on the screen, choices, pads, camera and glass.

What a person would do who knows the keyboard: letters are typed until the wanted word stands in the row. A signature is
one touch, however many strokes it has; swipes are counted apart. What the browser takes for no touch is a fault.
"""

import re
import time
from dataclasses import dataclass, field
from functools import cache

from playwright.sync_api import expect
from pypinyin import lazy_pinyin

from forms import divisions, pointer
from kiosk import pinyin
from tests.browsing import shot

SHOWN = 6  # words of the row that are in sight on every screen
WORD_MAX = 4
PAGES_MAX = 20
STROKES = (((0.2, 0.35), (0.35, 0.6), (0.5, 0.4)), ((0.55, 0.3), (0.62, 0.6), (0.75, 0.45)))
HAN = re.compile("[\u3400-\u9fff\U00020000-\U000323af]")
BOARDS = {
    "pinyin": "·'，、。 ",
    "latin": "abcdefghijklmnopqrstuvwxyz-'., ",
    "capitals": "ABCDEFGHIJKLMNOPQRSTUVWXYZ-'., ",
    "signs": "1234567890-/#：（）、，。·@._+《》“”；！？ ",
}
NAMED = {" ": "{space}"}
# complains of everything that is no touch; runs before the page's own scripts
WATCH = """for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, (event) => {
  if (kind === "keydown" || event.pointerType !== "touch") console.error(`not a touch: ${kind} ${event.pointerType || event.key}`);
}, true);"""
# where to touch an element: its middle, or null while something lies over it or it is out of sight
MIDDLE = """element => {
  const box = element.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const hit = box.width && x >= 0 && y >= 0 && x < innerWidth && y < innerHeight ? document.elementFromPoint(x, y) : null;
  return hit && (element === hit || element.contains(hit)) ? [x, y] : null;
}"""
# the questions of the page, in order: how each is answered, and its pointer
QUESTIONS = """() => [...document.querySelectorAll('main .field')].filter(one => one.offsetHeight && !one.matches('.field-shown, [disabled]') && !one.querySelector('fieldset[disabled]')).map(one => {
  const named = (selector, end = '') => one.querySelector(selector)?.name?.slice(0, -end.length || undefined);
  const found = [['date', named('.date-y', '/y')], ['sign', named('[data-strokes]', '/strokes')], ['photo', named('input[type=file]')],
    ['choose', named('input[type=radio], input[type=checkbox]')], ['place', one.querySelector('.levels') && named('input[type=hidden]')],
    ['list', named('select')], ['pad', named('input[data-keypad]')], ['write', named('input[type=text]:not([name$="/find"]), textarea')]];
  return found.find(([, name]) => name);
}).filter(Boolean)"""


@cache
def spelling(text, begins_name):
    """[(letters, word, place in the row)]: the fewest touches for a run of Chinese; `begins_name`: None, or whether a
    surname is expected first.
    """
    best = [(0, ())]
    for end in range(1, len(text) + 1):
        ways = []
        for start in range(max(0, end - WORD_MAX), end):
            piece = _typed(text[start:end], name=begins_name is not None, begins=bool(begins_name) and start == 0)
            if piece and best[start]:
                ways.append((best[start][0] + len(piece[0]) + 1 + (piece[2] >= SHOWN), (*best[start][1], piece)))
        best.append(min(ways, default=None))
    assert best[-1], f"the keyboard has no word for {text}"
    return best[-1][1]


def _typed(word, *, name, begins):
    """The letters after which a word is offered, and where in the row."""
    whole = "".join(lazy_pinyin(word))
    for seen in (SHOWN, pinyin.FOUND_MAX):
        for count in range(len(word), len(whole) + 1):
            found = pinyin.find(whole[:count], name=name, begins=begins)[:seen]
            place = next((at for at, one in enumerate(found) if (one.text, one.taken) == (word, count)), None)
            if place is not None:
                return whole[:count], word, place
    return None


@dataclass
class Visitor:
    """`answers`: of the sample. `shots`: how to begin the names of the pictures, "" for none; `full`: of whole pages."""

    page: object
    answers: dict
    shots: str = ""
    full: bool = False
    card: bool = False
    touches: int = 0
    swipes: int = 0
    pages: list = field(default_factory=list)
    odd: list = field(default_factory=list)
    board: str = ""

    def __post_init__(self):
        self.page.add_init_script(WATCH)
        self.page.on("console", lambda said: self.odd.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.odd.append(str(error)))
        self.devtools = self.page.context.new_cdp_session(self.page)

    # touching

    def touch(self, locator):
        """A finger on the middle of it; scrolled to where it is out of sight."""
        middle = self._in_sight(locator)
        self.page.touchscreen.tap(*middle)
        self.touches += 1

    def _in_sight(self, locator):
        first = locator.first
        middle = first.evaluate(MIDDLE)
        if middle:
            return middle
        if self.page.locator("#dock").is_visible() and not first.evaluate("element => element.closest('#dock')"):
            self.touch(self.page.locator('#dock [data-act="close"]'))
            return self._in_sight(locator)
        expect(first).to_be_visible()
        first.evaluate("element => element.scrollIntoView({block: 'center'})")
        self.swipes += 1
        middle = first.evaluate(MIDDLE)
        assert middle, f"cannot be touched on {self.page.url}: {first.evaluate('element => element.outerHTML')[:200]}"
        return middle

    def go(self, locator):
        """A touch that leads to another page."""
        with self.page.expect_navigation():
            self.touch(locator)

    def settle(self):
        """Until the autosave of the last answer has come back and further questions stand where they belong."""
        expect(self.page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)

    # the way

    def begin(self, url, title, *, elder=False, language="zh-CN"):
        """From the start screen: the look, the service by its name, and 开始办理."""
        self.page.goto(f"{url}/kiosk/")
        for wish in [*(["elder"] if elder else []), *([language] if language != "zh-CN" else [])]:
            self.go(self.page.locator(f'button[name="wish"][value="{wish}"]'))
        if not self.page.locator(".tile").filter(has_text=title).count():
            self.go(self.page.locator('a[href$="/area/all"]'))
        self.seen("home")
        self.go(self.page.locator(".tile, .lines a").filter(has_text=title))
        self.seen("guide")
        self.go(self.page.locator('form[action*="/start"] button'))

    def walk(self):
        """Page after page to the receipt."""
        for _ in range(PAGES_MAX):
            if "/receipt" in self.page.url:
                return
            if self.page.locator('form[action$="/file"]').count():
                self.seen("check")
                self.go(self.page.locator('form[action$="/file"] button'))
                continue
            self.answer()
            self.seen(f"page-{len(self.pages)}")
            here = self.page.locator("main").inner_text()
            self.go(self.page.locator('.kiosk-act button[value="next"]'))
            assert not self.page.locator(".faults").count(), (
                f"{self.page.url}\n{self.page.locator('.faults').inner_text()}\n{here}"
            )
        raise AssertionError(f"the walk did not end: {self.page.url}")

    def print_receipt(self):
        """打印凭条."""
        self.go(self.page.locator(".slip-act button"))
        expect(self.page.locator(".said")).to_be_visible()
        self.seen("receipt")

    def seen(self, name):
        """Keeps what is on the screen, and what it says."""
        self.pages.append((name, self.page.locator("body").inner_text()))
        if self.shots:
            shot(self.page, f"touch-{self.shots}-{len(self.pages):02}-{name}", full=self.full)

    # the answers

    def answer(self):
        """Everything on the page that the sample answers."""
        self.board = ""
        if self.card and self.page.locator('#card button[value="card"]').count():
            self.go(self.page.locator('#card button[value="card"]'))
        self._add_rows()
        done = set()
        while fresh := next((one for one in self.page.evaluate(QUESTIONS) if self._open(one, done)), None):
            kind, place = fresh
            done.add(place)
            getattr(self, f"_{kind}")(place, pointer.get(self.answers, place, None))
            self.settle()

    def _open(self, question, done):
        _, place = question
        return place not in done and pointer.get(self.answers, place, None) is not None

    def _add_rows(self):
        for button in self.page.locator('button[name="_add"]').all():
            place = button.get_attribute("value")
            there = self.page.locator(f'button[name="_remove"][value^="{place}/"]').count()
            for _ in range(len(pointer.get(self.answers, place, None) or ()) - there):
                self.go(self.page.locator(f'button[name="_add"][value="{place}"]'))

    def named(self, name):
        return self.page.locator(f'[name="{name}"]')

    def _choose(self, place, value):
        for one in value if isinstance(value, list) else [value]:
            carried = str(one).lower() if isinstance(one, bool) else one
            key = self.page.locator(f'input[name="{place}"][value="{carried}"]')
            if not key.is_checked():
                self.touch(self.page.locator(".radio").filter(has=key))
                self.settle()

    def _list(self, place, value):
        field_ = self.page.locator(".field").filter(has=self.named(place))
        if field_.locator(".choices").is_hidden():
            self.touch(field_.locator(".chooser"))
        self.touch(field_.locator(f'.choice-key[data-value="{value}"]'))

    def _place(self, place, value):
        """Level by level, from where the room is."""
        for level, code in enumerate(divisions.way(value)):
            self.settle()
            select = self.named(f"{place}/{level}")
            if select.input_value() == code:
                continue
            field_ = self.page.locator(".field").filter(has=select)
            key = field_.locator(f'.choices:not([hidden]) .choice-key[data-value="{code}"]')
            if not key.count():
                self.touch(self.page.locator(".level").filter(has=select).locator(".chooser"))
            self.touch(key)
            if level < len(divisions.way(value)) - 1:
                expect(self.named(f"{place}/{level + 1}")).to_be_attached()
        self.settle()
        expect(self.named(place)).to_have_value(value)

    def _date(self, place, value):
        field_ = self.page.locator(".field").filter(has=self.named(f"{place}/y"))
        keys = field_.locator(".days-key")
        if field_.locator(".days").is_hidden():
            self.touch(self.named(f"{place}/y"))
        year, *rest = value.split("-")
        quick = field_.locator(".days-more button")
        today = self.page.locator("#choosing").get_attribute("data-today")
        if value == today:
            self.touch(quick.nth(0))
            return
        while not keys.filter(has_text=year).count():
            self._towards(field_, year)
        self.touch(keys.filter(has_text=year))
        for part in rest:
            self.touch(keys.nth(int(part) - 1))

    def _towards(self, field_, year):
        """更早 and the decade, or 更晚."""
        shown = field_.locator(".days-key").first.inner_text()
        if int(re.search(r"\d{4}", shown)[0]) > int(year):
            self.touch(field_.locator(".days-more button").nth(2))
            self.touch(field_.locator(".days-key").filter(has_text=f"{year[:3]}0"))
        else:
            self.touch(field_.locator(".days-more button").nth(3))

    def _photo(self, place, _value):
        box = self.page.locator(".photo").filter(has=self.named(place))
        self.touch(box.locator("[data-camera]"))
        expect(box.locator("video")).to_be_visible()
        box.locator("video").evaluate(
            "video => video.readyState > 1 || new Promise(done => { video.oncanplay = done; })"
        )
        self.touch(box.locator("[data-camera]"))
        expect(box.locator("img")).to_be_visible()

    def _sign(self, place, _value):
        canvas = self.page.locator(".field").filter(has=self.named(f"{place}/strokes")).locator("canvas")
        self._in_sight(canvas)
        box, begun = canvas.bounding_box(), time.time() - 10
        for stroke in STROKES:
            points = [{"x": box["x"] + box["width"] * x, "y": box["y"] + box["height"] * y} for x, y in stroke]
            resting = [points[-1]] * 3  # a finger that leaves the glass in its flight would throw the page
            moves = [("touchMove", [one]) for one in (*points[1:], *resting)]
            for at, (kind, where) in enumerate([("touchStart", points[:1]), *moves, ("touchEnd", [])]):
                moment = {"timestamp": begun + at / 10}
                self.devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where, **moment})
            begun += 1
        self.touches += 1

    def _pad(self, place, value):
        """A few keys under the field; whatever they lack is written."""
        field_ = self.page.locator(".field").filter(has=self.named(place))
        text = str(value)
        offered = field_.locator(".offers button").get_by_text(text, exact=True)
        if offered.count():
            self.touch(offered)
            return
        if not field_.locator(".keypad").count():
            self.touch(self.named(place))
        keys = [one.inner_text() for one in field_.locator(".keypad-key").all()]
        pieces = re.findall("单元|.", text.replace(":", "") if ":" not in keys else text)
        digits = dict(zip("一二三四五六七八九", "123456789", strict=True)) if "组" in keys else {}
        pieces = [digits.get(one, one) for one in pieces]
        if set(pieces) <= set(keys):
            for piece in pieces:
                self.touch(field_.locator(".keypad-key").get_by_text(piece, exact=True))
        elif "组" in keys:
            self.touch(field_.locator(".keypad-write"))
            self._keys(place, text)
        else:
            raise AssertionError(f"the pad of {place} has no keys for {text}")

    def _write(self, place, value):
        if self.page.locator(f'input[name="{place}/find"]').count():
            raise AssertionError(f"{place} is looked for, not written")
        self.touch(self.named(place))
        self._keys(place, str(value))

    def _keys(self, place, text):
        """Text on the keyboard of glass."""
        box = self.named(place)
        expect(self.page.locator("#dock")).to_be_visible()
        is_name = box.get_attribute("data-name") is not None
        at = 0
        for run in re.findall(f"{HAN.pattern}+|.", text, re.DOTALL):
            if HAN.match(run):
                self._on("pinyin")
                begins = (not text[:at].strip()) if is_name else None
                for letters, word, row in spelling(run, begins):
                    self._word(letters, word, row)
            else:
                self._on(next((one for one in (self.board, *BOARDS) if run in BOARDS.get(one, "")), ""), run)
                self._key(NAMED.get(run, run))
            at += len(run)
        expect(box).to_have_value(text)
        self._done()

    def _on(self, board, wanted=""):
        """Changes to the keys that are needed."""
        assert board, f"no key for {wanted!r}"
        here = self.page.locator("#dock [data-mode][aria-pressed=true]").get_attribute("data-mode")
        mode = "latin" if board == "capitals" else board
        if here != mode:
            self.touch(self.page.locator(f'#dock [data-mode="{mode}"]'))
        if mode == "latin" and (self.page.locator('.hg-button[data-skbtn="A"]').count() > 0) != (board == "capitals"):
            self._key("{shift}")
        self.board = board

    def _key(self, key):
        self.touch(self.page.locator(f'.hg-button[data-skbtn="{key}"]'))

    def _word(self, letters, word, row):
        for letter in letters:
            self._key(letter)
        found = self.page.locator(".dock-found .dock-word").get_by_text(word, exact=True)
        expect(self.page.locator(".dock-letters")).to_have_text(letters)
        expect(self.page.locator(".dock-found")).to_have_attribute("aria-busy", "false")  # its row has come
        expect(found.first).to_be_attached()
        if not found.first.evaluate(MIDDLE):
            assert row >= SHOWN or self.page.locator('[data-act="more"]').is_visible(), f"{word} is out of sight"
            self.touch(self.page.locator('[data-act="more"]'))
        self.touch(found)
        expect(self.page.locator(".dock-letters")).to_have_text("")

    def _done(self):
        self._key("{done}")
        expect(self.page.locator("#dock")).to_be_hidden()
