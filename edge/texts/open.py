"""The texts of the kiosk's public pages: duties, who is on duty, figures, the board of problems, notices."""

from typing import Final

OPEN: Final[dict[str, dict[str, str]]] = {
    "open_room": {"zh-CN": "开放时间、地址、电话、谁在值班", "en": "Hours, address, telephone, who is on duty"},
    "open_room_title": {"zh-CN": "这个警务室", "en": "This police room"},
    "open_fees_note": {"zh-CN": "每件事多久办好、收多少钱", "en": "How long each service takes and what it costs"},
    "open_duties": {"zh-CN": "岗位职责和服务规范", "en": "Our duties"},
    "open_duty_note": {"zh-CN": "我们应当怎样做", "en": "What you may expect of us"},
    "open_figures": {"zh-CN": "办了多少件、办得好不好", "en": "How much we did, and how well"},
    "open_figures_note": {"zh-CN": "收件、办结、及时率、满意率", "en": "Received, closed, in time, satisfied"},
    "open_read": {"zh-CN": "请看这里", "en": "Read about"},
    "on_duty": {"zh-CN": "现在在岗", "en": "On duty now"},
    "on_duty_staff": {"zh-CN": "警号 {number}", "en": "No. {number}"},
    "on_duty_police": {"zh-CN": "民警", "en": "Police officer"},
    "on_duty_assistant": {"zh-CN": "辅警", "en": "Assistant"},
    "on_duty_none": {
        "zh-CN": "现在窗口没有人登录。请打上面的电话，急事打 110。",
        "en": "Nobody is logged in at the desk now. Call the number above, or 110 in an emergency.",
    },
    "post_guide": {"zh-CN": "咨询引导", "en": "guidance"},
    "post_receive": {"zh-CN": "收件受理", "en": "receiving"},
    "post_review": {"zh-CN": "审核审批", "en": "review"},
    "post_deliver": {"zh-CN": "办结出件", "en": "results"},
    "post_maintain": {"zh-CN": "运维保障", "en": "upkeep"},
    "post_supervise": {"zh-CN": "监督管理", "en": "supervision"},
    "post_analyse": {"zh-CN": "综合研判", "en": "analysis"},
    # the figures
    "figures_day": {"zh-CN": "今天", "en": "Today"},
    "figures_month": {"zh-CN": "这个月", "en": "This month"},
    "figures_before": {"zh-CN": "上个月", "en": "Last month"},
    "figures_year": {"zh-CN": "今年", "en": "This year"},
    "figures_span": {"zh-CN": "{first} 至 {last}", "en": "{first} to {last}"},
    "figures_until": {
        "zh-CN": "从办件日志算到 {at}，和窗口看到的是同一个数。",
        "en": "Counted from the log up to {at}; the desk sees the same numbers.",
    },
    "figures_few": {"zh-CN": "少于 {count} 件的不写具体数", "en": "Numbers below {count} are not spelt out"},
    "figures_received": {"zh-CN": "收件", "en": "Received"},
    "figures_closed": {"zh-CN": "办结", "en": "Closed"},
    "figures_open": {"zh-CN": "现在在办", "en": "Open now"},
    "figures_late": {"zh-CN": "其中超期", "en": "of these over the limit"},
    "figures_pieces": {"zh-CN": "{count} 件", "en": "{count}"},
    "figures_fewer": {"zh-CN": "少于 {count}", "en": "fewer than {count}"},
    "figures_ratings": {"zh-CN": "评价", "en": "Ratings"},
    "figures_times": {"zh-CN": "{count} 次", "en": "{count}"},
    "figures_sealed": {
        "zh-CN": "电脑刚开机，还没有解锁，现在看不到。请过一会儿再来。",
        "en": "The computer is still locked. Please come back a little later.",
    },
    "rate_in_time": {"zh-CN": "及时办结率", "en": "Closed in time"},
    "rate_in_time_is": {
        "zh-CN": "期内办结且没有超过法定时限的件数 ÷（期内办结的件数 + 法定时限在期内到期、至今没有办结的件数）；"
        "特别程序的时间不计入",
        "en": "Closed in the period within the legal limit ÷ (closed in the period + open ones whose limit ended "
        "then); the time of special procedures is not counted",
    },
    "rate_promised": {"zh-CN": "承诺时限内办结率", "en": "Closed within the promised time"},
    "rate_promised_is": {
        "zh-CN": "期内办结且没有超过承诺时限的件数 ÷ 期内办结的件数",
        "en": "Closed in the period within the promised time ÷ closed in the period",
    },
    "rate_told": {"zh-CN": "一次告知及时率", "en": "Told in time what is missing"},
    "rate_told_is": {
        "zh-CN": "期内收件、时限内受理或一次性告知的件数 ÷（期内收件的件数 - 时限没有到、也还没有告知的件数）；"
        "受理以前要征求其他部门意见的，征求意见的时间另计",
        "en": "Received in the period and answered in time ÷ (received in the period − those whose time still runs); "
        "the time for opinions of other offices comes on top",
    },
    "rate_first_time": {"zh-CN": "一次办成率", "en": "Done at the first visit"},
    "rate_first_time_is": {
        "zh-CN": "期内办结、从未要求补正的件数 ÷ 期内办结的件数",
        "en": "Closed in the period without asking for more ÷ closed in the period",
    },
    "rate_online": {"zh-CN": "网办率", "en": "Filed without the desk"},
    "rate_online_is": {
        "zh-CN": "期内从自助机和网上提交的件数 ÷ 期内收件的件数",
        "en": "Filed at this screen or by network in the period ÷ received in the period",
    },
    "rate_satisfied": {"zh-CN": "满意率", "en": "Satisfied"},
    "rate_satisfied_is": {
        "zh-CN": "期内评价为非常满意、满意、基本满意的次数 ÷ 期内评价的次数",
        "en": "Ratings “very satisfied”, “satisfied” or “fairly satisfied” ÷ all ratings of the period",
    },
    # 曝光纠错
    "board_title": {"zh-CN": "曝光纠错", "en": "Problems and answers"},
    "board_note": {"zh-CN": "群众反映的问题和处理结果", "en": "What people complained about, and what was done"},
    "board_lead": {
        "zh-CN": "这些是群众反映、由上级监督部门公开的问题，不写姓名。两个工作日没有答复的，标“逾期未答复”。",
        "en": "Problems that people raised and the supervising office made public, without names. What has no answer "
        "after two working days is marked as overdue.",
    },
    "board_counts": {
        "zh-CN": "公开 {shown} 个，已答复 {answered} 个，逾期未答复 {late} 个。",
        "en": "{shown} public, {answered} answered, {late} overdue.",
    },
    "board_none": {"zh-CN": "现在没有公开的问题。", "en": "No problem is public now."},
    "board_raised": {"zh-CN": "{day}反映", "en": "raised on {day}"},
    "board_answer": {"zh-CN": "答复", "en": "Answer"},
    "board_answered": {"zh-CN": "{day}答复", "en": "answered on {day}"},
    "board_waiting": {"zh-CN": "等待答复", "en": "Waiting for an answer"},
    "board_due": {"zh-CN": "应当在 {day}以前答复", "en": "an answer is due by {day}"},
    "board_late": {"zh-CN": "逾期未答复", "en": "Overdue"},
    "board_late_note": {
        "zh-CN": "已经超过两个工作日，可以打 12389 催问。",
        "en": "More than two working days have passed. You may call 12389.",
    },
    "board_doing": {"zh-CN": "正在整改", "en": "Being put right"},
    "board_mended": {"zh-CN": "已经整改", "en": "Put right"},
    "board_explained": {"zh-CN": "已核实说明", "en": "Checked and explained"},
    "board_unfounded": {"zh-CN": "查无此事", "en": "Not found to be so"},
    "board_print": {"zh-CN": "打印这一页", "en": "Print this page"},
    "board_day": {"zh-CN": "打印日期 {day}", "en": "Printed on {day}"},
    # 互动 and 监督
    "ask_advice": {"zh-CN": "给我们提建议", "en": "Make a suggestion"},
    "ask_advice_note": {"zh-CN": "不用留姓名，警务室会看", "en": "Without a name. The room reads it."},
    "ask_need_note": {"zh-CN": "路灯、巡逻、上门帮办，都可以说", "en": "Street lamps, patrols, a visit at home"},
    "ask_faq": {"zh-CN": "常见问题", "en": "Questions and answers"},
    "rate_note": {"zh-CN": "办完的件，满意不满意，点一下", "en": "How was your visit? One touch."},
    "need_advice": {"zh-CN": "意见建议", "en": "A suggestion"},
    "watch_phones": {"zh-CN": "也可以打电话，不经过警务室", "en": "Or call. It does not go through this room."},
    # what services and cards are grouped by, where the file itself gives no other language
    "category_出入境和边境": {"zh-CN": "出入境和边境", "en": "Borders and travel"},
    "category_居民身份证": {"zh-CN": "居民身份证", "en": "Identity card"},
    "category_户口和居住": {"zh-CN": "户口和居住", "en": "Household and residence"},
    "category_求助和调解": {"zh-CN": "求助和调解", "en": "Help and mediation"},
    "category_监督": {"zh-CN": "监督", "en": "Complaints"},
    "category_证明": {"zh-CN": "证明", "en": "Certificates"},
    "category_一件事": {"zh-CN": "一件事", "en": "Several matters at once"},
    "category_户籍": {"zh-CN": "户籍", "en": "Household register"},
    "category_投诉和复议": {"zh-CN": "投诉和复议", "en": "Complaints and review"},
    "category_治安许可": {"zh-CN": "治安许可", "en": "Public order permits"},
    # the hours of the room, read from its words
    "hours_days": {"zh-CN": "{days}：{spans}", "en": "{days} {spans}"},
    "hours_0": {"zh-CN": "周一", "en": "Mon"},
    "hours_1": {"zh-CN": "周二", "en": "Tue"},
    "hours_2": {"zh-CN": "周三", "en": "Wed"},
    "hours_3": {"zh-CN": "周四", "en": "Thu"},
    "hours_4": {"zh-CN": "周五", "en": "Fri"},
    "hours_5": {"zh-CN": "周六", "en": "Sat"},
    "hours_6": {"zh-CN": "周日", "en": "Sun"},
    "market_ends": {"zh-CN": "日期末尾是 {ends} 的日子", "en": "on dates ending in {ends}"},
    # the start page
    "notice_next": {"zh-CN": "换一条", "en": "Next"},
    # 小驿 on the pages of the four areas
    "helper_home": {"zh-CN": "想办什么，就点什么", "en": "Touch what you need"},
    "helper_all": {
        "zh-CN": "点一件，看要带什么；往下还有更多",
        "en": "Touch one to see what to bring. There is more below.",
    },
    "helper_open": {"zh-CN": "我们做得怎么样，都在这里", "en": "All about this room is here"},
    "helper_ask": {"zh-CN": "有话要说、有事要问，点这里", "en": "Say something, or ask something"},
    "helper_watch": {"zh-CN": "不满意就说出来，警务室看不到是谁", "en": "Speak up: the room cannot see who you are"},
    "helper_guide": {
        "zh-CN": "先看看带齐没有，再点最下面的按钮",
        "en": "See what to bring, then press the button at the end",
    },
    "helper_card": {
        "zh-CN": "这件事别处办，打印一张带走",
        "en": "This is done elsewhere. Print the page and take it along.",
    },
    "helper_life": {"zh-CN": "从上往下，一件一件办", "en": "One after the other, from the top"},
    "helper_find": {"zh-CN": "照着收件凭证上的数字点", "en": "Type the numbers on your receipt"},
    "helper_queue": {"zh-CN": "拿个号，到了会叫您", "en": "Take a number and we will call you"},
    "helper_need": {
        "zh-CN": "想说什么就写什么，不会写的请工作人员代写",
        "en": "Write as you like. Staff will write for you.",
    },
    "helper_rate": {"zh-CN": "点一个脸，说说满不满意", "en": "Touch a face"},
    # a machine that is still being set up
    "not_open_title": {"zh-CN": "这里还没有开通", "en": "Not open yet"},
    "not_open_lead": {"zh-CN": "工作人员正在设置，设置好后自动打开", "en": "Staff are setting up this machine"},
    "not_open_english": {"zh-CN": "Not open yet. Please ask the staff.", "en": "Please ask the staff."},
}
