"""What this process has open, for tests that ask whether everything was given back."""

from pathlib import Path


def held(folder: Path) -> list[str]:
    """The names of what is open in a folder, "." for itself; what was replaced or removed says that it is deleted."""
    links = [_target(link) for link in Path("/proc/self/fd").iterdir()]
    return sorted(str(link.relative_to(folder)) for link in links if link.is_relative_to(folder))


def _target(link: Path) -> Path:
    try:
        return link.readlink()
    except FileNotFoundError:  # another thread closed it just now
        return Path()
