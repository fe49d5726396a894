"""Every problem that a person may meet: a code, a sentence in their language, a hint that says what to do.

Node and centre raise from the same catalogue; one function per program turns a problem into a page or a JSON answer.
The technical detail goes to the program's log, never to the page.
"""

from collections.abc import Sequence
from typing import Any

from edge.errors.carrying import CARRYING
from edge.errors.counter import COUNTER
from edge.errors.devices import DEVICES
from edge.errors.entry import Entry
from edge.errors.first_start import FIRST_START
from edge.errors.inbox import INBOX
from edge.errors.keys import KEYS
from edge.errors.outside import OUTSIDE
from edge.errors.people import PEOPLE
from edge.errors.phone import PHONE
from edge.errors.publishing import PUBLISHING
from edge.errors.receiving import RECEIVING
from edge.errors.review import REVIEW
from edge.errors.storage import STORAGE
from edge.errors.today import TODAY
from edge.errors.who import WHO

CATALOGUE: dict[str, Entry] = {
    # pages and requests
    "not_found": Entry("没有找到您要看的内容", "请核对编号，或返回上一页重新选择。", True, 404),
    "forbidden": Entry("您没有办理这项操作的权限", "请由有权限的民警登录后办理。", True, 403),
    "not_signed_in": Entry("请先登录", "请输入账号和密码登录后继续，已填写的内容不会丢失。", False, 401),
    "host_unknown": Entry(
        "这个地址不是这台机器的，没有打开",
        "请在浏览器里直接写 127.0.0.1 和端口；手机请扫凭证上的码。别的网页把您带到这里的，请关掉那个网页。",
        True,
        421,
    ),
    "centre_host_unknown": Entry(
        "这个地址不是省级中心的，没有打开",
        "请用公布的地址打开。确实要用这个地址的，请管理人员写进 centre.toml 的 url 或 names，再重新启动；"
        "别的网页把您带到这里的，请关掉那个网页。",
        True,
        421,
    ),
    "form_expired": Entry("页面停留时间过长，这次提交没有被接受", "请返回上一页，刷新后再提交一次。", False, 400),
    "bad_request": Entry("提交的内容无法识别：{detail}", "请返回上一页，核对后重新提交。", True, 400),
    "method_not_allowed": Entry("这个页面不能这样打开", "请从首页重新进入。", True, 405),
    "too_large": Entry(
        "提交的内容太大，本机没有接收",
        "请返回上一页，减少照片数量或调低清晰度后再试；那一页刚填的内容要重新填写。",
        True,
        413,
    ),
    "too_many_requests": Entry("操作过于频繁", "请稍等一会儿再试。", False, 429),
    "whole_by_parts": Entry(
        "这是“一件事”的总件，由各分项分别办理，不能{act}",
        "请打开其中的一项办理；各项都办结后，总件自动办结。",
        True,
        409,
    ),
    "invalid_answers": Entry("有 {count} 处内容需要修改", "请按每一处的提示修改后重新提交。", True, 422),
    "server_fault": Entry("系统出现故障，这次操作没有完成", "请再试一次；仍然不行，请把编号告诉值班民警。", False, 500),
    # settings and start
    "settings_wrong": Entry("配置有误，没有启动：\n{detail}", "请按提示修改配置文件后重新启动。", True, 500),
    "home_missing": Entry(
        "{home} 里没有配置文件 node.toml", "请先用 yizhan init 建立节点，或检查 --home 的路径。", True, 500
    ),
    "home_exists": Entry("{home} 里已经有一个节点", "请换一个空目录，不要覆盖已有节点的数据。", True, 409),
    "wrong_node": Entry(
        "数据库属于节点 {stored}，配置文件写的是 {configured}",
        "请核对 node.toml 的 node_id，或放回正确的数据库。",
        True,
        500,
    ),
    "port_in_use": Entry("端口 {port} 已被占用", "请先停止占用该端口的程序，或在 node.toml 里换一个端口。", True, 500),
    # printing
    "browser_missing": Entry(
        "没有找到能打印 PDF 的浏览器：{wanted}",
        "请安装 Chromium（apt install chromium），或者在 node.toml 里写 chromium；也可以在浏览器里打开打印页再打印。",
        True,
        500,
    ),
    "pdf_failed": Entry("PDF 没有做成：{detail}", "请再试一次；还是不行的，在浏览器里打开打印页再打印。", False, 500),
    # services, drafts, applications
    "service_unknown": Entry("本机没有这个事项：{service}", "请返回首页重新选择事项。", True, 404),
    "service_not_named": Entry(
        "没有这个事项：{service}",
        "请写事项标识或者事项文件的路径{near}。标识是文件里的 id，如 juzhu-dengji。",
        True,
        404,
    ),
    "service_not_yet": Entry(
        "“{service}”从 {day} 起才开始办理，现在还不能收件", "请在那一天以后再来；急用的，请问工作人员。", False, 409
    ),
    "service_over": Entry(
        "“{service}”从 {day} 起停办，不再收件",
        "请在首页看看还能办什么，或者请工作人员帮忙。填过的内容还保存着，以前收的件照常办完。",
        True,
        410,
    ),
    "service_on_trial": Entry(
        "“{service}”还在试用，没有发布，不能收件",
        "填的内容还保存着。请先由县里签发、省里审查并发布；急着办的，请用已发布的事项。",
        False,
        409,
    ),
    "definition_missing": Entry(
        "找不到这份申请所用版本的表单（{service} {version}）", "请联系技术人员恢复事项文件。", True, 500
    ),
    "definition_faulty": Entry("事项文件有误，没有启动：\n{detail}", "请按提示修改事项文件。", True, 500),
    "draft_changed": Entry("草稿刚刚又改过，还没有换用新版本", "请把变化再看一遍，然后再选。", False, 409),
    "person_not_seen": Entry(
        "还没有确认核对过本人和证件，不能带出以前填过的内容",
        "请当面核对，人证一致后勾选“已核对本人和证件”；本人不在场的，照常填写。",
        True,
        422,
    ),
    "person_number_wrong": Entry("公民身份号码不对", "请照着证件再核对一遍：18 位，最后一位可以是 X。", True, 422),
    "person_not_self": Entry(
        "这份申请是别人代办的，不能带出本人以前填过的内容", "请照常填写；本人来办的，先改“由谁申请”。", True, 409
    ),
    "person_role_open": Entry(
        "还没有选由谁申报，不知道这份证件是谁的", "请先在表里选好由谁申报，再带出以前填过的内容。", False, 409
    ),
    "draft_gone": Entry("这份草稿已经提交或被删除", "请在“我的办件”里查看，或重新填写。", True, 410),
    "bad_token": Entry("提交标识不合规定：应为 8 到 100 个字母、数字、“-”或“_”", "请由调用方生成新的标识。", True, 400),
    "not_allowed_now": Entry("办件当前是“{phase}”，不能再{act}", "请刷新页面，查看最新进度。", True, 409),
    "wrong_api_key": Entry(
        "没有接口密钥，或者密钥不对", "请在 Authorization 头里带上：Bearer 加本节点 api_key 文件里的密钥。", True, 401
    ),
    "sealed_at_kiosk": Entry(
        "举报投诉由群众本人在自助终端填写，内容只有监督部门能看，这里不能代填",
        "请群众到自助终端填写，或者自己写好材料交监督部门。",
        True,
        403,
    ),
    "sealed_not_here": Entry(
        "本机没有监督部门的公钥，不能在这里提交举报投诉",
        "请拨打12389（公安机关和民警违法违纪）或110；也可以写成书面材料，自己寄给上级公安机关的督察部门。",
        True,
        409,
    ),
    "sealed_act": Entry(
        "举报投诉已封存给监督部门，本点不能查看和处理",
        "请凭编号和查询码等候监督部门答复。",
        True,
        403,
    ),
    "sealed_other": Entry("这份举报投诉只能由监督部门办理", "请由监督岗位（supervisor）的账号登录后办理。", True, 403),
    "supervisor_key_missing": Entry(
        "中心没有监督部门的密钥文件 {key_file}",
        "请放回密钥文件，或者用 yizhan centre supervisor-key 建立。",
        True,
        500,
    ),
    # sealed and numbered blanks
    "stock_unknown": Entry("没有这种盖章文书：{stock}", "请从本室事项用到的文书里选。", True, 422),
    "stock_range_wrong": Entry(
        "号码段不对",
        "请按票面抄写第一个和最后一个号码：字母相同、位数相同、先小后大，一次最多 5000 份。",
        True,
        422,
    ),
    "stock_known": Entry("号码 {number} 已经入过库", "同一号码只入库一次，请核对票面。", True, 409),
    "stock_not_next": Entry(
        "应当先用 {next}，不能用 {number}", "请按顺序使用；中间的号码损坏、丢失的，请先作废并写明原因。", True, 409
    ),
    "stock_not_due": Entry(
        "这个办件现在不用出具“{stock}”", "可能已经出具过，或者没有准予，请核对办件编号。", True, 409
    ),
    "stock_not_here": Entry("号码 {number} 没有入过库，或者已经作废", "请核对票面的号码。", True, 409),
    "aside_reason_missing": Entry("放到一边要写明原因", "请写一句话，如 已重新拍照补传。", True, 422),
    "stock_reason_missing": Entry("作废要写明原因", "请写一句话，如 写错、打印坏了、丢失。", True, 422),
    "stock_count_note": Entry(
        "实有数与台账（{expected}）不一致，要写明情况", "请再数一遍；确实不一致的，写明原因并报派出所。", True, 422
    ),
    # materials
    "material_too_large": Entry("照片太大（{size}），最大 {limit}", "请重新拍一张或调低清晰度。", True, 413),
    "material_too_many_pixels": Entry(
        "照片尺寸太大（{pixels} 万像素），最大 {limit} 万像素", "请调低相机的分辨率后重新拍一张。", True, 413
    ),
    "material_not_image": Entry(
        "“{name}”不是照片，也不是 PDF 文件", "请重新拍照，或选择 JPG、PNG 照片或 PDF 文件。", True, 415
    ),
    "material_damaged": Entry("“{name}”打不开，文件可能已损坏", "请重新拍照或重新选择文件。", True, 415),
    "material_empty": Entry("“{name}”是空文件", "请重新拍照或重新选择文件。", True, 415),
    "material_missing": Entry("本机没有这份材料", "请重新拍照。", True, 404),
    "signature_empty": Entry("还没有签名", "请在框内手写签名后再确认。", True, 422),
    "signature_unreadable": Entry("签名没有收到，请重新签名", "请清除后在框内重新手写签名。", True, 422),
    # accounts
    "wrong_password": Entry("账号或密码不对", "请重新输入；忘记密码的，请由管理人员重设。", False, 401),
    "account_locked": Entry(
        "密码连续输错次数过多，账号已锁定", "请在 {minutes} 分钟后再试，或由管理人员解锁。", False, 423
    ),
    "account_disabled": Entry("这个账号已停用", "请联系管理人员。", True, 403),
    "account_exists": Entry("账号 {account} 已经存在", "请换一个账号名，或修改原有账号。", True, 409),
    "account_name_wrong": Entry(
        "账号名只能用 2 到 32 个小写字母、数字、“.”、“-”或“_”，并以字母开头", "请换一个账号名。", True, 422
    ),
    "post_unknown": Entry("没有这个岗位：{post}", "请从岗位表中选择。", True, 422),
    "password_too_short": Entry(
        "密码太短，至少要 {length} 个字符", "建议用四个不相关的词连起来，好记也安全。", True, 422
    ),
    "password_too_long": Entry("密码太长，最多 {length} 个字符", "请换一个短一些的密码。", True, 422),
    "password_too_plain": Entry(
        "密码太简单，容易被猜到", "请不要用账号名、本单位的词、常见的密码、重复或连续的字符。", True, 422
    ),
    "session_over": Entry("登录已超时", "请重新登录，已填写的内容不会丢失。", False, 401),
    **RECEIVING,
    **OUTSIDE,
    **REVIEW,
    **PEOPLE,
    **PHONE,
    **STORAGE,
    **KEYS,
    **PUBLISHING,
    **CARRYING,
    **COUNTER,
    **INBOX,
    **DEVICES,
    **FIRST_START,
    **TODAY,
    **WHO,
    # at the centre
    "node_unknown": Entry(
        "省级中心没有登记这个节点", "请向省级中心申请登记文件，再用 yizhan init --enrolment 登记。", True, 404
    ),
    "node_in_doubt": Entry(
        "有两台机器在用这个节点编号，省级中心暂不采信任何一台",
        "收件不受影响，记录都留在本机；请联系省级中心，由他们核对后指定一台，并发给新的登记文件。",
        False,
        409,
    ),
    "not_in_doubt": Entry(
        "节点 {node} 没有出现两份不同的日志，不用处理",
        "更换机器的，用 yizhan centre enrol 发登记文件。",
        True,
        409,
    ),
    "node_unbound": Entry("这个节点还没有完成登记", "请先用省级中心发放的登记文件登记。", True, 409),
    "envelope_refused": Entry("省级中心没有接受这一批：{detail}", "请重新发送；多次出现时请联系省级中心。", True, 400),
    "enrolment_wrong": Entry("登记码不对或已作废", "请向省级中心要一份新的登记文件。", True, 403),
    "enrolment_late": Entry("登记码已经过期", "请向省级中心要一个新的登记码。", True, 403),
    "enrolment_taken": Entry("这个节点已由另一台机器登记", "更换机器的，请先由省级中心撤销原来的登记。", True, 409),
    "node_wrong": Entry("节点编号应为 10 位数字：6 位区划代码加 4 位室号", "请核对节点编号。", True, 422),
    "centre_exists": Entry("{home} 里已经有一个中心", "请换一个空目录，不要覆盖已有的数据。", True, 409),
    "centre_missing": Entry("{home} 里没有中心", "请先用 yizhan centre init 建立，或检查 --home 的路径。", True, 500),
    "centre_store": Entry("中心没有启动：{detail}", "请按提示处理后重新启动。", True, 500),
    "application_changed": Entry("这份办件刚刚有了新的变化，您的操作没有执行", "请看过最新内容后再办理。", False, 409),
    "own_application": Entry("收件和审批不能是同一人，您经手过这份办件", "请转由其他审批人员办理。", True, 403),
    "act_unknown": Entry("没有这种操作：{act}", "可用的操作有：{acts}。", True, 422),
    "result_unknown": Entry("没有这种办结结果：{result}", "请从结果表中选择。", True, 422),
    "reason_missing": Entry("{act}要写明理由", "请写清楚为什么，再提交。", True, 422),
    "correction_empty": Entry("还没有列出要补正的内容", "请至少写明一处，并一次告知全部。", True, 422),
    "correction_wrong": Entry("补正内容有误：{detail}", "请改正后重新发出。", True, 422),
    "correction_again": Entry("这份办件已经一次性告知过补正", "确需再次告知的，请写明理由。", True, 422),
    "defect_missing": Entry("请写明缺什么、怎样补", "写给申请人看，一句话说清。", True, 422),
    "insecure_link": Entry("省级中心的地址 {url} 不是 https", "请在 node.toml 里填写 https 开头的地址。", True, 500),
}


class YizhanError(Exception):
    """A problem from the catalogue. `sentence` and `hint` are for people; `str()` joins them for a terminal."""

    def __init__(self, code: str, sentence: str, hint: str, *, permanent: bool, status: int) -> None:
        super().__init__(f"{sentence}。{hint}" if not sentence.endswith("\n") else sentence + hint)
        self.code = code
        self.sentence = sentence
        self.hint = hint
        self.permanent = permanent
        self.status = status


class Refused(YizhanError):  # noqa: N818 - the word of the design
    """Answers that were not taken; `problems` are forms.validation.Problem, each with path and sentence."""

    def __init__(self, problems: Sequence[Any]) -> None:
        entry = CATALOGUE["invalid_answers"]
        super().__init__(
            "invalid_answers",
            entry.sentence.format(count=len(problems)),
            entry.hint,
            permanent=entry.permanent,
            status=entry.status,
        )
        self.problems = list(problems)


class _Blank(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


def problem(code: str, **values: object) -> YizhanError:
    """The catalogue's problem `code` with `values` put into its sentence and hint; KeyError for an unknown code."""
    entry = CATALOGUE[code]
    blank = _Blank(values)
    return YizhanError(
        code,
        entry.sentence.format_map(blank).rstrip("。"),  # a value may be a sentence of its own
        entry.hint.format_map(blank),
        permanent=entry.permanent,
        status=entry.status,
    )
