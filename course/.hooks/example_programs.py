"""The programs that a page shows: the very files that the tests play."""

from runs import ROOT

_PROGRAMS = ROOT / "tests" / "real" / "programs"
_SHOWN = {
    "javascript": ("node/bot.mjs", "javascript"),
    "packages": ("node/package.json", "json"),
    "java": ("java/Bot.java", "java"),
}


def texts() -> dict[str, str]:
    """Return each program as a code fence, by the name it has in a page."""
    return {
        f"programs.{name}": f'```{language} title="{file.rpartition("/")[2]}"\n{_read(file)}\n```'
        for name, (file, language) in _SHOWN.items()
    }


def _read(file: str) -> str:
    return (_PROGRAMS / file).read_text(encoding="utf-8").rstrip()
