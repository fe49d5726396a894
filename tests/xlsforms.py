"""XLSForms as the county bureaus write them (made up), as tables to read and as workbooks."""

from __future__ import annotations

from openpyxl import Workbook

# 村民意见登记: one language, no groups of its own, a cascade, an "other" that opens a field
OPINION = """
survey
| type | name | label | hint | required | relevant | constraint | constraint_message | choice_filter | appearance | default |
| note | welcome | 感谢您提意见，我们会逐条答复。 | | | | | | | | |
| begin group | person | 您是谁 | | | | | | | | |
| text | full_name | 姓名 | 写身份证上的名字 | yes | | string-length(.) >= 2 and string-length(.) <= 50 | 姓名至少两个字 | | | |
| text | phone | 手机号码 | | yes | | regex(., '^1[3-9][0-9]{9}$') | 请填11位手机号 | | numbers | |
| integer | age | 年龄 | | yes | | . >= 16 and . < 120 | 请填16到119之间的年龄 | | | |
| select_one town | town | 乡镇 | | yes | | | | | | |
| select_one village | village | 村 | | yes | | | | town=${town} | minimal | |
| end group | | | | | | | | | | |
| begin group | opinion | 您的意见 | | | | | | | | |
| select_multiple topic | topics | 关于什么 | 可以选几项 | yes | | count-selected(.) <= 2 | 最多选两项 | | | |
| text | other_topic | 其他是什么 | | yes | selected(${topics}, 'other') | | | | | |
| text | detail | 详细说说 | | yes | | string-length(.) <= 800 | 最多写800字 | | multiline | |
| select_one yesno | reply | 要不要答复 | | yes | | | | | | yes |
| date | seen_on | 哪天看到的 | | | | . <= today() | 日期不能在今天之后 | | | |
| end group | | | | | | | | | | |
| begin group | proof | 照片和签名 | | | | | | | | |
| image | photo | 现场照片 | | | ${reply} = 'yes' and not(selected(${topics}, 'service')) | | | | | |
| image | sign | 本人签名 | | yes | | | | | signature | |
| acknowledge | truth | 所写属实 | | yes | | | | | | |
| end group | | | | | | | | | | |
choices
| list_name | name | label | town |
| town | t1 | 大坪镇 | |
| town | t2 | 小河镇 | |
| village | v1 | 大坪村 | t1 |
| village | v2 | 石板村 | t1 |
| village | v3 | 小河村 | t2 |
| topic | road | 道路 | |
| topic | service | 窗口服务 | |
| topic | other | 其他 | |
| yesno | yes | 要 | |
| yesno | no | 不要 | |
settings
| form_title | form_id | version |
| 村民意见登记 | cunmin_yijian | 3 |
"""

# 入户走访: two languages, a list of people with conditions inside the row, sums, ranges, a number of rows that is asked
VISIT = """
survey
| type | name | label::中文 (zh) | label::English (en) | hint::English (en) | required | relevant | constraint | constraint_message::中文 (zh) | constraint_message::English (en) | calculation | repeat_count | appearance | parameters |
| start | start | | | | | | | | | | | | |
| begin group | home | 住户 | Household | | | | | | | | | | |
| text | head | 户主姓名 | Head of household | As on the card | true() | | | | | | | | |
| integer | size | 家里几口人 | People living here | | yes | | . >= 1 and . <= 12 | 请填1到12 | Between 1 and 12 | | | | |
| select_one tenure | tenure | 房子是谁的 | Who owns the house | | yes | | | | | | | | |
| decimal | rent | 月租金 | Monthly rent | | yes | ${tenure} = 'rent' | . > 0 | 租金要大于0 | More than 0 | | | | |
| date | lease_start | 租期从 | Lease from | | | ${tenure} = 'rent' | | | | | | | |
| date | lease_end | 租期到 | Lease until | | | ${tenure} = 'rent' | . > ${lease_start} | 要晚于开始的日子 | After the first day | | | | |
| end group | | | | | | | | | | | | | |
| begin repeat | members | 家庭成员 | Members | | | | | | | | ${size} | | |
| text | name | 姓名 | Name | | yes | | | | | | | | |
| integer | years | 年龄 | Age | | yes | | . >= 0 and . < 130 | 年龄不对 | Wrong age | | | | |
| select_one school | school | 上什么学 | School | | yes | ${years} >= 6 and ${years} < 18 | | | | | | | |
| text | why_not | 为什么没上学 | Why not | | yes | ${school} = 'none' | | | | | | | |
| end repeat | | | | | | | | | | | | | |
| begin group | wellbeing | 生活情况 | Wellbeing | | | ${size} > 0 | | | | | | | |
| range | rating | 满意程度 | Rating | | yes | | | | | | | | start=1 end=5 step=1 |
| select_multiple need | needs | 需要什么 | Needs | | | | not(selected(., 'nothing') and count-selected(.) > 1) | 选了不需要就不要再选别的 | Nothing excludes the rest | | | | |
| begin group | urgent | 急事 | Urgent | | | selected(${needs}, 'medical') or selected(${needs}, 'food') | | | | | | | |
| text | urgent_what | 急需什么 | What exactly | | yes | | | | | | | | |
| end group | | | | | | | | | | | | | |
| end group | | | | | | | | | | | | | |
| calculate | adults | | | | | | | | | sum(${years}) | | | |
| calculate | rent_year | | | | | | | | | ${rent} * 12 | | | |
| geopoint | gps | 位置 | Location | | | | | | | | | | |
choices
| list_name | name | label::中文 (zh) | label::English (en) |
| tenure | own | 自己的 | Own |
| tenure | rent | 租的 | Rented |
| school | primary | 小学 | Primary |
| school | middle | 中学 | Middle |
| school | none | 没上学 | None |
| need | medical | 看病 | Medical |
| need | food | 吃的 | Food |
| need | nothing | 不需要 | Nothing |
settings
| form_title | form_id | default_language | style |
| 入户走访 | ruhu_zoufang | 中文 (zh) | pages |
"""

# A form of a neighbour across the border, English first, with things that have no counterpart here
GUEST = """
survey
| type | name | label | label::中文 (zh) | required | relevant | constraint | calculation | default | read_only | trigger | media::image | appearance |
| text | passport | Passport number | 护照号码 | yes | | regex(., '[A-Z][0-9]{8}') | | | | | | |
| select_one land | land | Country | 国家 | yes | | | | | | | flag.png | |
| date | arrived | Arrived on | 到达日期 | yes | | . <= today() and . >= date('2020-01-01') | | | | | | |
| time | hour | At | 几点到的 | | | | | | | | | |
| integer | nights | Nights | 住几晚 | yes | | . > 0 and . <= 180 | | 1 | | | | |
| text | host | Host of ${passport} | 房东 | yes | ${nights} > ${land} | | | | | | | |
| text | thanks | Thanks | 谢谢 | | ${nights} >= 7 | | | | | | | draw |
| integer | fee | Fee | 费用 | | | | if(${nights} > 30, 30, ${nights}) * 2 | | yes | | | |
| audio | voice | Voice | 录音 | | | | | | | | | |
| text | today_is | Today | 今天 | | | | | today() | yes | | | |
choices
| list_name | name | label | label::中文 (zh) | media::image |
| land | VNM | Viet Nam | 越南 | vn.png |
| land | LAO | Laos | 老挝 | |
| land | 3.5 | Three | 三点五 | |
settings
| form_title | form_id |
| 外宾住宿 | waibin |
"""


def tables(text: str) -> dict[str, list[list[str]]]:
    """Sheets by name, the header row first."""
    sheets: dict[str, list[list[str]]] = {}
    for line in text.strip().splitlines():
        if not line.startswith("|"):
            rows = sheets.setdefault(line.strip(), [])
        else:
            rows.append([cell.strip() for cell in line.strip()[1:-1].split("|")])
    return sheets


def workbook(path, sheets):
    """Writes {sheet: rows} as .xlsx; cells may be of any type that a spreadsheet knows."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([None if cell == "" else cell for cell in row])
    book.save(path)
    return path
