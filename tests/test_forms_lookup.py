"""Code tables: what they name, what is below what, what is found, and what a door plate says."""

import json
import tracemalloc

import pytest
from forms_support import definition_file, valid_answers

from forms import answers, definition, divisions, doorplates, lookup, packs, page
from forms.answers import Context
from forms.doorplates import Rule
from forms.lookup import Override
from tests.patience import patience

COUNTY, TOWN = "520524", "520524104"
VILLAGE = "520524104215"
DAY = Context("2026-11-21", place=COUNTY)


@pytest.fixture(autouse=True)
def _no_province():
    lookup.use(None)
    yield
    lookup.use(None)


def province(**tables):
    lookup.use(tables.get)


def sounds(name):
    from edge import index

    return index.sounds(name)


def known(code):
    return lookup.known("divisions", code)


def living_in(code):
    given = valid_answers()
    given["residence"]["division"] = code
    return given


def form(**wanted):
    file = definition_file()
    place = file["schema"]["properties"]["residence"]["properties"]["division"]
    place["x-lookup"] = {"source": "divisions", **wanted}
    return definition.build(file, "0" * 64)


def test_a_village_is_named_with_everything_that_it_lies_in():
    assert divisions.path_name(VILLAGE) == "贵州省毕节市织金县化起镇大坪子村村民委员会"


def test_rows_that_only_hold_the_table_together_are_left_out_of_the_name():
    assert divisions.path_name("110101001001") == "北京市东城区东华门街道多福巷社区居委会"


def test_a_city_without_counties_has_its_townships_below_it():
    assert ("441900003", "东城街道") in divisions.children("441900")
    assert divisions.path_name("441900003") == "广东省东莞市东城街道"


def test_a_code_that_is_in_no_table_is_shown_after_what_is_known_of_it():
    assert divisions.path_name("520524999") == "贵州省毕节市织金县（520524999）"
    assert divisions.path_name("990000") == "990000"


def test_every_code_of_the_pack_has_its_parent_in_the_pack():
    upper = packs.packaged("divisions").entries
    assert len(upper) > 3300
    assert [code for code in upper if lookup.above(code) and lookup.above(code) not in upper] == []
    for county in ("110101", COUNTY, "441900", "659001"):
        held = packs.county(county)
        assert [code for code in held if len(code) > 9 and code[:9] not in held] == []


def test_all_villages_are_in_the_pack():
    counted = sum(len(code) == 12 for county in packs.packaged("divisions").chunks for code in packs.county(county))
    assert counted > 600_000


def test_a_lookup_reads_one_county_and_not_the_country():
    packs.packaged.cache_clear()
    packs.county.cache_clear()
    tracemalloc.start()
    divisions.path_name(VILLAGE)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000, f"first lookup: {peak / 1e6:.1f} MB"
    assert packs.county.cache_info().currsize == 1


def test_importing_the_forms_reads_no_pack():
    import subprocess
    import sys

    code = (
        "import forms.page, forms.packs as p; print(p.packaged.cache_info().currsize, p.county.cache_info().currsize)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "0 0\n"


def test_countries_have_chinese_and_english_names_and_the_two_regions_belong_to_china():
    assert lookup.name("countries", "THA") == "泰国"
    assert lookup.name("countries", "THA", "en") == "Thailand"
    assert {lookup.name("countries", code)[:2] for code in ("CHN", "HKG", "MAC", "TWN")} == {"中国"}
    assert len(lookup.options("countries")) > 240


def test_document_types_are_picked_by_name():
    assert ("414", "普通护照") in lookup.options("document-types")
    assert ("414", "Passport") in lookup.options("document-types", "en")


def test_without_its_pack_everything_counts_as_known_and_is_shown_as_it_is(monkeypatch, tmp_path):
    monkeypatch.setattr(packs, "FOLDER", tmp_path)
    packs.packaged.cache_clear()
    packs.county.cache_clear()
    divisions._upper.cache_clear()
    try:
        assert lookup.known("divisions", "529999")
        assert divisions.path_name(VILLAGE) == VILLAGE
        assert divisions.children("") == []
        assert lookup.options("countries") == []
    finally:
        packs.packaged.cache_clear()
        packs.county.cache_clear()
        divisions._upper.cache_clear()


# --- choosing ---------------------------------------------------------------------------------------------------------


def test_the_levels_begin_where_the_room_is_and_leave_the_wanted_one_open():
    levels, base = divisions.levels("", COUNTY, {"level": "village"})
    assert base == COUNTY
    assert [(level.title, level.chosen) for level in levels] == [
        ("省", "520000"),
        ("市", "520500"),
        ("县（市、区）", COUNTY),
        ("乡镇（街道）", ""),
    ]


def test_a_room_in_a_county_that_no_longer_exists_begins_at_its_province():
    assert divisions.levels("", "522425", {"level": "village"})[1] == "520000"


@pytest.mark.parametrize(
    ("posted", "meant"),
    [
        (["520000", "520500", COUNTY, TOWN], TOWN),
        (["520000", "520500", COUNTY, ""], None),
        (["520000", "520100", COUNTY, ""], "520100"),
        (["110000", "520500", COUNTY, ""], "110100"),
        (["520000", "520500", "", ""], "520500"),
        (["", "520500", COUNTY, ""], ""),
    ],
)
def test_the_first_choice_that_differs_is_the_one_that_counts(posted, meant):
    assert divisions.chosen(COUNTY, posted) == meant


def test_a_posted_page_keeps_one_code_and_shows_the_next_level():
    held = form(level="village")
    posted = {"/residence/division": [""], "/residence/division/from": [COUNTY]}
    posted |= {f"/residence/division/{at}": [code] for at, code in enumerate(["520000", "520500", COUNTY, TOWN])}
    number = next(
        index
        for index in range(3)
        if any(leaf.path == "/residence/division" for leaf in page.leaves(page.controls(held, {}, index)))
    )
    data = page.read(held, {}, number, posted, context=DAY)
    assert data["residence"]["division"] == TOWN
    control = next(leaf for leaf in page.leaves(page.controls(held, data, number)) if leaf.kind == "division")
    assert control.display == "贵州省毕节市织金县化起镇"
    assert (VILLAGE, "大坪子村村民委员会") in control.attributes["levels"][-1].options
    taken = page.read(held, data, number, {"_take": [f"/residence/division={VILLAGE}"]}, context=DAY)
    assert taken["residence"]["division"] == VILLAGE


# --- judging ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "problems"),
    [
        (VILLAGE, []),
        (TOWN, ["level"]),
        (COUNTY, ["level"]),
        ("520000", ["level"]),
        ("810000", []),
        ("520599999999", []),
    ],
)
def test_a_definition_says_how_deep_a_division_must_be(code, problems):
    checked = answers.check(form(level="village"), living_in(code), DAY)
    assert [one.keyword for one in checked.problems] == problems
    assert all("村或者社区" in one.message for one in checked.problems)


def test_a_newer_code_is_a_remark_and_never_refused():
    checked = answers.check(form(), living_in("520599"), DAY)
    assert checked.problems == []
    assert [(one.path, one.keyword) for one in checked.remarks] == [("/residence/division", "remark")]
    assert "520599" in checked.remarks[0].message


# --- the province's tables --------------------------------------------------------------------------------------------


def test_a_province_adds_renames_and_takes_away_without_a_release():
    province(
        divisions=Override("2026.12", {"520599": "新设县", "520599001": "新设镇", COUNTY: "织金市", "520526": None})
    )
    assert ("520599", "新设县") in divisions.children("520500")
    assert divisions.children("520599") == [("520599001", "新设镇")]
    assert divisions.path_name("520599001") == "贵州省毕节市新设县新设镇"
    assert (COUNTY, "织金市") in divisions.children("520500")
    assert "520526" not in dict(divisions.children("520500"))
    assert divisions.path_name("520526").endswith("威宁彝族回族苗族自治县"), "an old application keeps its name"
    assert [code for code, _ in divisions.search("新设", [])] == ["520599", "520599001"]


def test_a_province_replaces_a_whole_table():
    province(nations=Override("1", {"01": "汉族", "99": "新的"}, replaces=("",)))
    assert lookup.options("nations") == [("01", "汉族"), ("99", "新的")]
    assert lookup.name("nations", "56") == "基诺族"


# --- searching --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "near", "code"),
    [
        ("织金", [], COUNTY),
        ("zjx", [COUNTY], COUNTY),
        ("zhijin", [], COUNTY),
        ("化起", [COUNTY], TOWN),
        ("大坪子", [COUNTY], VILLAGE),
        ("织金 大坪子", [], VILLAGE),
        ("dpzc", [COUNTY], VILLAGE),
        ("520524104215", [COUNTY], VILLAGE),
    ],
)
def test_a_place_is_found_by_name_pinyin_and_digits(words, near, code):
    assert code in [found for found, _ in divisions.search(words, near, sounds)]


@pytest.mark.parametrize("words", ["", "   ", "没有这个地方", "\x00", "市辖区", "%"])
def test_what_is_no_place_finds_nothing(words):
    assert divisions.search(words, [COUNTY], sounds) == []


def test_few_results_are_shown_the_near_ones_first():
    found = divisions.search("大", [COUNTY], sounds)
    assert len(found) == divisions.FOUND_MAX
    assert found[0][0].startswith(COUNTY)


# --- door plates ------------------------------------------------------------------------------------------------------

RULES = (Rule("门牌", "https://mp.example.gov.cn/q?xzqh={division}*"), *doorplates.PACKAGED)


@pytest.mark.parametrize(
    "text",
    [
        f"https://mp.example.gov.cn/q?xzqh={VILLAGE}",
        f"https://mp.example.gov.cn/q?xzqh={VILLAGE}&id=77",
        f"https://mp.example.gov.cn/q?xzqh={VILLAGE}00123",
        f"{VILLAGE}000123",
        "".join(chr(ord(digit) + 0xFEE0) for digit in VILLAGE),
    ],
)
def test_a_door_plate_gives_the_village(text):
    assert doorplates.looks_like_one(text)
    assert doorplates.read(text, RULES, known) == doorplates.Plate(VILLAGE)


def test_a_plate_with_a_code_of_its_county_gives_the_county():
    assert doorplates.read(f"https://mp.example.gov.cn/q?xzqh={COUNTY}", RULES, known).code == COUNTY


@pytest.mark.parametrize(
    "text",
    [
        "https://elsewhere.example/q?xzqh=520524104215",
        "https://mp.example.gov.cn/q?xzqh=",
        "999999999999",
        "520599999999",
    ],
)
def test_a_plate_that_says_nothing_is_answered_with_a_sentence(text):
    plate = doorplates.read(text, RULES, known)
    assert plate.code == ""
    assert "请按级选择" in plate.fault


@pytest.mark.parametrize("text", ["大坪子村", "zjx", "三组17号", "520524"])
def test_typed_words_are_no_plate(text):
    assert not doorplates.looks_like_one(text)


@pytest.mark.parametrize("pattern", ["https://x/*", "{division}{village}", "https://x/*{division}"])
def test_a_row_that_could_be_read_in_two_ways_is_refused(pattern):
    assert doorplates.fault(pattern)
    assert not doorplates.fault("https://x/*?c={division}*")


ENDLESS_RULE, ENDLESS_PLATE = Rule("x", "*a*a*a*a*a*a*a*a*b{division}*a*a*a*a*c"), "a" * 100_000


def test_no_text_is_tried_without_end():
    """How soon it is given up is measured by bench_hostile.py."""
    with patience():
        assert doorplates.read(ENDLESS_PLATE, (ENDLESS_RULE,), known).code == ""


def test_the_pack_and_its_index_agree():
    chunks = packs.packaged("divisions").chunks
    size = (packs.FOLDER / "divisions.bin").stat().st_size
    assert sum(length for _, length in chunks.values()) == size
    assert json.loads((packs.FOLDER / "divisions.json").read_text(encoding="utf-8"))["source"] == "divisions"
