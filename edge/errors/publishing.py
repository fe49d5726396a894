"""The part of the catalogue of errors that belongs to service files: writing, checking, signing, publishing."""

from edge.errors.entry import Entry

PUBLISHING: dict[str, Entry] = {
    # files of whoever writes services
    "xlsform_not_installed": Entry(
        "导入 XLSForm 要用的程序包没有安装",
        "请在有网络的电脑上执行 pip install 'pyxform>=4.5' openpyxl，再导入。",
        True,
        500,
    ),
    "xlsform_unreadable": Entry(
        "工作簿 {name} 读不出来：{detail}", "请用表格软件打开，另存为 .xlsx 后再试。", True, 422
    ),
    "xlsform_too_large": Entry(
        "工作簿 {name} 太大：{detail}", "请删去不用的行、列和工作表，或者拆成几个事项。", True, 413
    ),
    "xlsform_wrong": Entry("这份表格不是正确的 XLSForm：{detail}", "请改正后再导入。", True, 422),
    "service_id_wrong": Entry(
        "事项标识“{id}”不能用：应为小写字母、数字和连字符，如 juzhu-dengji", "请另外给一个标识。", True, 422
    ),
    # publishing a service
    "signature_file_wrong": Entry(
        "签名文件 {file} 不能用：{detail}",
        "请重新签发这个事项，或者取回原来的签名文件。",
        True,
        422,
    ),
    "file_changed": Entry(
        "{file} 在签名以后改动过，原来的签名不再算数",
        "请换一个新的版本号，重新签发和审查。",
        True,
        409,
    ),
    "key_file_wrong": Entry(
        "密钥文件 {file} 不能用",
        "请取回原来的密钥文件，或用 yizhan forms keygen 另建一把。",
        True,
        422,
    ),
    "area_wrong": Entry("“{area}”不是行政区划代码", "请写 2、4、6、9 或 12 位数字，如 522425。", True, 422),
    "service_outside_area": Entry(
        "这把密钥只能签发 {area} 的事项，“{service}”不在这个范围",
        "请在 x-service.publisher.area 里写本地代码，并用本地自己的事项标识；省级的事项由省里发布。",
        True,
        403,
    ),
    "county_key_unknown": Entry(
        "“{service}”没有中心登记过的县级签名",
        "请先由县里签发，并用 yizhan centre county-key add 登记县里的公钥。",
        True,
        403,
    ),
    "county_key_exists": Entry("这把公钥已经登记给 {area} {name}", "请核对公钥；每个签发人用自己的密钥。", True, 409),
    "signature_missing": Entry("“{service}”还没有{role}，或者签名不对", "请按签发、审查、发布的顺序办理。", True, 409),
    "reviewer_is_signer": Entry(
        "审查人和签发人不能是同一人",
        "先审后用：请换一位没有签发这个事项的人审查。",
        True,
        403,
    ),
    "version_taken": Entry(
        "{service} {version} 已经发布过，内容不一样", "内容有任何变动都要换新的版本号，再重新签发。", True, 409
    ),
    "version_older": Entry(
        "{service} 已经发布了更新的 {newer}", "请换更新的版本号；确实要退回旧版本的，加 --rollback。", True, 409
    ),
    "service_unreadable": Entry(
        "省级中心发来的事项文件本机用不了：{detail}",
        "请升级本机程序；其他事项不受影响。",
        True,
        422,
    ),
    "folder_missing": Entry("没有文件夹 {folder}", "请核对路径。", True, 404),
    "file_in_the_way": Entry("{file} 已经存在，没有覆盖", "请换一个文件名，或者先移走原来的文件。", True, 409),
    "file_not_written": Entry("文件 {file} 写不进去：{detail}", "请换一个有写入权限的文件夹。", True, 500),
    # packs
    "pack_refused": Entry(
        "省级中心的数据包没有采用：{detail}", "正在用的数据包不受影响；请省级中心核对签名和版本后重新发布。", True, 409
    ),
    "pack_wrong": Entry("数据包不能这样发布：{detail}", "请改正后再签、再发布。", True, 422),
    "pack_not_begun": Entry("还没有启用数据包", "请先用 yizhan centre pack root 建立根文件并完成签名。", True, 409),
}
