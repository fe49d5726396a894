"""The part of the catalogue of errors that belongs to what a machine keeps: the database, the log, the copies."""

from edge.errors.entry import Entry

STORAGE: dict[str, Entry] = {
    # the store
    "wrong_database_key": Entry(
        "数据库打不开：密钥不对，或者数据库文件开头已损坏",
        "请核对密钥文件 {key_file} 是否属于本节点；确认无误仍打不开的，请用备份恢复。",
        True,
        500,
    ),
    "key_missing": Entry("找不到密钥文件 {key_file}", "请把本节点的密钥文件放回原处后再启动。", True, 500),
    "key_unreadable": Entry(
        "密钥文件 {key_file} 的内容不是 64 位十六进制密钥", "请从保管处取回原来的密钥文件。", True, 500
    ),
    "sqlite_too_old": Entry(
        "随程序安装的 SQLite 是 {version}，低于要求的 3.51.3，可能损坏数据，因此没有启动",
        "请用安装包重新安装本程序，不要使用系统自带的 SQLite。",
        True,
        500,
    ),
    "database_newer": Entry(
        "数据库由更新版本的程序建立，本程序不认识其中的 {name}", "请安装新版本的程序后再启动。", True, 500
    ),
    "database_missing": Entry(
        "找不到数据库文件 {database}", "请放回数据库文件，或用备份恢复；不要另建新库代替。", True, 500
    ),
    "no_rights": Entry(
        "没有权限读写 {path}",
        "没有加 sudo 的，加上再运行一次；加了的，换一个文件夹，如插着的U盘：驿站的账号进不了别人的文件夹。",
        True,
        403,
    ),
    "database_busy": Entry("数据库正忙，这次操作没有完成", "请稍后再试一次。", False, 503),
    "database_damaged": Entry(
        "数据库文件已损坏", "请停止使用本机并用备份恢复，已上传的内容可从省级中心取回。", True, 500
    ),
    "disk_full": Entry("磁盘已满，暂时不能收件", "请清理磁盘空间；已收的件都在，可以查看和导出。", False, 507),
    "disk_fault": Entry(
        "磁盘写入出错，本机已停止收件", "请导出数据、检查磁盘后重新启动；已收的件仍可以查看。", True, 500
    ),
    "centre_store_fault": Entry(
        "中心的库或文件读写出错，没有做完：{detail}",
        "请看磁盘是否已满、是否有故障，数据库是否在运行；处理好以后再运行一次，做过的不会重复。",
        True,
        500,
    ),
    "migration_failed": Entry("数据库升级没有成功，已退回升级之前的状态", "请把运行日志交给技术人员。", True, 500),
    # upgrades
    "upgrade_open_hours": Entry(
        "现在是开放时间（{hours}），没有升级", "请在下班以后升级；现在就要升级的，加上 --now。", False, 409
    ),
    "upgrade_unfit": Entry("自检不通过，没有升级：{detail}", "请先照自检的提示处理好，再升级。", False, 409),
    "upgrade_older": Entry(
        "要装的是 {version}，比用过的 {here} 旧，没有采用",
        "旧程序不认识新程序写的数据；请装 {here} 以后的。",
        True,
        409,
    ),
    "upgrade_unfinished": Entry(
        "升级到 {version} 还没有做完", "请运行 yizhan upgrade finish；重新启动驿站也会接着做。", False, 409
    ),
    "upgrade_still_served": Entry(
        "驿站还在运行，没有升级数据", "请先停止驿站，再运行 yizhan upgrade finish。", False, 409
    ),
    "upgrade_went_back": Entry(
        "升级到 {version} 没有成功，数据已退回原样：{reason}", "请装回原来的程序；新的安装包修好以后再升级。", True, 409
    ),
    "upgrade_package_refused": Entry(
        "安装包 {name} 没有采用：{detail}",
        "请向省级中心要数据包里写明的安装包，整个文件重新拷一次。",
        True,
        422,
    ),
    "export_unreadable": Entry("{folder} 不是导出的文件夹，或者目录读不出来", "请核对路径，或者重新导出。", True, 422),
    # the log
    "log_behind_witness": Entry(
        "日志缺失：见证文件记到第 {witness} 号，数据库只有第 {head} 号，第 {lost} 号记录丢失，因此没有启动",
        "请勿删除任何文件。先运行 yizhan restore --from-centre，省级中心接收过的都能取回；"
        "取不回的，用备份恢复，或由民警核对纸质收件凭证后运行 yizhan restore --accept-loss。",
        True,
        500,
    ),
    "log_forked": Entry(
        "日志第 {position} 号与见证文件不一致，可能被改动或换成了旧备份，因此没有启动",
        "请勿删除任何文件。先运行 yizhan restore --from-centre；"
        "确认本机就用这份数据库的，运行 yizhan restore --accept-loss。",
        True,
        500,
    ),
    "witness_missing": Entry(
        "见证文件 {witness} 不见了或者是空的，日志却已有记录（到第 {head} 号）：不知道最近的收件有没有丢失，没有启动",
        "请放回见证文件；找不到的，先运行 yizhan restore --from-centre，"
        "或由民警核对纸质收件凭证后运行 yizhan restore --accept-loss。",
        True,
        500,
    ),
    "log_broken": Entry("日志校验不通过：{detail}", "请勿删除任何文件；请用备份恢复，或从省级中心恢复。", True, 500),
    "log_whole": Entry("日志与见证文件一致，没有丢失，不用恢复", "直接启动即可。", True, 409),
    "recovery_unfinished": Entry(
        "从省级中心恢复还没有做完，因此没有启动", "请再运行一次 yizhan restore --from-centre，会接着取。", False, 500
    ),
    "recovery_gap": Entry(
        "U盘上的内容不全，到第 {position} 号之间有缺",
        "请把省级中心写的文件拷全；或请省级中心再导入一次U盘。",
        False,
        422,
    ),
    "log_not_believed": Entry(
        "本机第 {position} 号起的记录与省级中心接收的不同，省级中心没有采信",
        "请加上 --re-enter：现有数据移到一边保存，从省级中心恢复后，把这些记录作为新的一期重新登记。",
        True,
        409,
    ),
    "backup_unusable": Entry("备份不能用：{detail}", "请换一份备份；没有的，从省级中心恢复。", True, 422),
    "backup_no_room": Entry(
        "{folder} 的空间不够做一份备份", "请清理那里，或者在 node.toml 里换一个文件夹。", False, 507
    ),
    "erase_too_early": Entry(
        "erase_after_days 是 {days} 天，少于 180 天，没有清除",
        "日志至少保存六个月，请改为 180 以上。",
        True,
        422,
    ),
    "erase_open": Entry("办件 {number} 还没有办结，不能清除", "办结并上传以后再清除。", True, 409),
    "erase_unsent": Entry(
        "办件 {number} 还有内容没有被省级中心接收，不能清除", "等省级中心接收以后再清除。", False, 409
    ),
    "backup_in_the_way": Entry(
        "{home} 里已经有一个节点", "确实要换掉它的，加上 --replace：现有数据会移到一边保存，不会删除。", True, 409
    ),
    "ack_mismatch": Entry(
        "省级中心的接收确认与本机日志不一致，没有采信", "请联系省级中心核对本节点的日志。", True, 409
    ),
}
