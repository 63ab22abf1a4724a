"""Draws one picture: `python -m bot.digests.drawing` reads what `charts.chart` gave from stdin and writes a PNG to stdout.

Made for a phone in a chat: one column, large letters, every number written where it belongs, no colour that must be told
from another by its hue alone.
"""

import sys
from typing import Any

import orjson

_BLUE, _ORANGE, _INK, _SOFT, _LINE = "#0072B2", "#D55E00", "#222222", "#666666", "#DDDDDD"
_WIDTH, _DPI = 7.2, 150  # inches and dots: 1,080 pixels
_SIZES = {"title": 22, "head": 17, "label": 14, "number": 13}
_HEIGHTS = {"trend": 3.4, "ages": 3.4}
_ROW = 0.46  # inches of one line of the table
_LABELS = 5  # at most so many days are written below the trend
_PALE = 0.7  # of the largest number; darker cells have white numbers


def draw(what: dict[str, Any]) -> bytes:
    """The picture as PNG."""
    import io  # noqa: PLC0415 - beside what it is for

    import matplotlib as mpl  # noqa: PLC0415 - importing this module for its constants must not take a second

    mpl.use("Agg")
    from matplotlib import font_manager  # noqa: PLC0415 - after the backend is chosen
    from matplotlib import pyplot as plt  # noqa: PLC0415 - after the backend is chosen
    from matplotlib.layout_engine import ConstrainedLayoutEngine  # noqa: PLC0415 - after the backend is chosen

    font_manager.fontManager.addfont(what["font"])
    plt.rcParams["font.family"] = font_manager.FontProperties(fname=what["font"]).get_name()
    plt.rcParams["axes.unicode_minus"] = False
    plt.rcParams["text.color"] = plt.rcParams["xtick.color"] = plt.rcParams["ytick.color"] = _INK
    heat = 1.3 + _ROW * max(len(what["heat"]["rows"]), 2)
    heights = (_HEIGHTS["trend"], heat, _HEIGHTS["ages"])
    figure, axes = plt.subplots(
        3,
        1,
        figsize=(_WIDTH, sum(heights) + 0.9),
        height_ratios=heights,
        layout=ConstrainedLayoutEngine(h_pad=0.18, w_pad=0.15),
        dpi=_DPI,
    )
    figure.suptitle(what["title"], fontsize=_SIZES["title"], x=0.5)
    for axis, name, part in zip(axes, ("trend", "heat", "ages"), (_trend, _heat, _ages), strict=True):
        axis.set_title(what[name]["title"], fontsize=_SIZES["head"], loc="left", pad=12)
        axis.tick_params(labelsize=_SIZES["label"], length=0)
        for side in ("top", "right", "left", "bottom"):
            axis.spines[side].set_visible(False)
        part(axis, what[name])
    out = io.BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()


def _nothing(axis: Any, words: str) -> None:
    axis.set_xticks([])
    axis.set_yticks([])
    axis.text(0.5, 0.5, words, ha="center", va="center", fontsize=_SIZES["head"], color=_SOFT, transform=axis.transAxes)


def _trend(axis: Any, what: dict[str, Any]) -> None:
    """Two lines, each named at its end, so that no legend covers them."""
    days = range(len(what["labels"]))
    if not any(any(series["values"]) for series in what["series"]):
        _nothing(axis, what["empty"])
        return
    ends = [series["values"][-1] for series in what["series"]]
    top = max(max(series["values"]) for series in what["series"])
    apart = (
        0.14 * top if abs(ends[0] - ends[1]) < 0.14 * top else 0
    )  # Two ends that meet would cover each other's name.
    for series, colour, dashes, way in zip(what["series"], (_BLUE, _ORANGE), ("-", "--"), (1, -1), strict=True):
        axis.plot(days, series["values"], colour, linestyle=dashes, linewidth=3, solid_capstyle="round")
        end = series["values"][-1]
        sign = way if ends[0] >= ends[1] else -way
        axis.annotate(
            f"{series['name']} {end}",
            (days[-1], end + sign * apart / 2),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            fontsize=_SIZES["label"],
            color=colour,
            annotation_clip=False,
        )
    step = max(1, -(-len(what["labels"]) // _LABELS))
    shown = list(days)[::-1][::step][::-1]
    axis.set_xticks(shown, [what["labels"][n] for n in shown])
    axis.set_xlim(0, len(what["labels"]) * 1.22)
    axis.set_ylim(-0.12 * top, top * 1.12)
    axis.locator_params(axis="y", integer=True, nbins=4)
    axis.set_yticks([tick for tick in axis.get_yticks() if 0 <= tick <= top * 1.12])
    axis.grid(axis="y", color=_LINE)
    axis.set_axisbelow(True)


def _heat(axis: Any, what: dict[str, Any]) -> None:
    """A table with the number in every cell; the colour only helps the eye."""
    if not what["rows"] or not what["columns"]:
        _nothing(axis, what["empty"])
        return
    cells = what["cells"]
    most = max(max(row) for row in cells) or 1
    axis.imshow(cells, cmap="Blues", vmin=0, vmax=most * 1.15, aspect="auto")
    for y, row in enumerate(cells):
        for x, count in enumerate(row):
            colour = "white" if count > most * _PALE else _INK
            axis.text(x, y, count or "", ha="center", va="center", fontsize=_SIZES["number"], color=colour)
    axis.set_yticks(range(len(what["rows"])), what["rows"])
    tilted = len(what["columns"]) > 4  # noqa: PLR2004 - more names do not fit side by side
    axis.set_xticks(
        range(len(what["columns"])), what["columns"], rotation=30 if tilted else 0, ha="right" if tilted else "center"
    )
    axis.set_xticks([n - 0.5 for n in range(1, len(what["columns"]))], minor=True)
    axis.set_yticks([n - 0.5 for n in range(1, len(what["rows"]))], minor=True)
    axis.grid(which="minor", color="white", linewidth=2)
    axis.tick_params(which="minor", length=0)


def _ages(axis: Any, what: dict[str, Any]) -> None:
    """Bars by age: the late part hatched and first, both parts numbered."""
    if not any(what["late"]) and not any(what["waiting"]):
        _nothing(axis, what["empty"])
        return
    rows = range(len(what["labels"]))
    totals = [late + waiting for late, waiting in zip(what["late"], what["waiting"], strict=True)]
    axis.barh(rows, what["late"], color=_ORANGE, hatch="//", edgecolor="white", label=what["names"][0])
    axis.barh(rows, what["waiting"], left=what["late"], color=_BLUE, edgecolor="white", label=what["names"][1])
    for row, (words, total) in enumerate(zip(what["numbers"], totals, strict=True)):
        if total:
            axis.annotate(
                words, (total, row), xytext=(6, 0), textcoords="offset points", va="center", fontsize=_SIZES["label"]
            )
    axis.set_yticks(rows, what["labels"])
    axis.invert_yaxis()
    axis.set_xlim(0, max(totals) * 1.35)
    axis.set_xticks([])
    axis.legend(
        loc="lower left", bbox_to_anchor=(0, -0.2), ncols=2, frameon=False, fontsize=_SIZES["label"], borderaxespad=0
    )


if __name__ == "__main__":
    sys.stdout.buffer.write(draw(orjson.loads(sys.stdin.buffer.read())))
