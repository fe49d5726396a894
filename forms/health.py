"""What a machine is looked at for, by one list: on the command line, on the console, and in its report to the centre.

The limits are those of the centre's fleet page too, so that both ends call the same thing a fault.
"""

from typing import Final

CHECKS: Final[dict[str, str]] = {
    "clock": "时钟",
    "disk": "磁盘",
    "database": "数据库",
    "chain": "日志链",
    "witness": "见证文件",
    "backup": "备份",
    "devices": "设备",
    "link": "联系",
    "certificate": "证书",
    "pack": "数据包",
    "version": "程序",
    "files": "配置文件",
}
# of these a report carries the numbers, and the fleet page has an alarm of their own
TOLD_APART: Final = frozenset({"clock", "disk", "link", "pack"})

SKEW_S: Final = 300
DISK_LOW_MB: Final = 1024
DISK_TIGHT_PERCENT: Final = 10
BACKUP_DAYS: Final = 35
BACKUP_ROUNDS: Final = 3  # so many missed backups of a room that makes them by itself
BACKUP_DAYS_LEAST: Final = 3
LINE_DAYS: Final = 7
STICK_DAYS: Final = 35
EXPIRES_DAYS: Final = 30
