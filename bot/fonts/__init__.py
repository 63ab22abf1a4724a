"""The one font we ship, for what is drawn rather than shown by a browser: printed sheets and charts.

It covers every character of the 通用规范汉字表; README.md beside it tells where it comes from.
"""

from pathlib import Path


def cjk_font() -> Path:
    """The file of a font (OpenType, regular weight) that has Chinese and Latin letters."""
    return Path(__file__).parent / "NotoSansSC-Regular.otf"
