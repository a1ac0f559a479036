"""Small plots as SVG that stands in a page: no file beside it, no library, colours from the page's style."""

from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT = 352, 260
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 12, 40
# Of a bar: the height of its row, the room for its name, and its length at 1.
ROW, NAMES, LENGTH = 26, 90, 260
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def curve(
    points: Sequence[Sequence[float]],
    across: str,
    up: str,
    mark: Sequence[float] | None = None,
    steps: bool = False,
) -> str:
    """A line of (x, y) in the unit square; `mark` is a point of its own, with `steps` nothing slopes."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(_at, _stepped(points) if steps else points))
    inside = f'{_axes(across, up)}<polyline class="line" points="{path}"/>'
    if mark is not None:
        x, y = _at(mark)
        inside += f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="5"/>'
    title = f"<title>{escape(f'{up} against {across}')}</title>"
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img">{title}{inside}</svg>'


def bars(rows: Sequence[tuple[str, float, float, float]]) -> str:
    """Shares as (name, value, low, high), each a bar with its interval."""
    parts = []
    for number, (name, value, low, high) in enumerate(rows):
        y = ROW * number + 6
        parts.append(
            f'<text x="{NAMES - 8}" y="{y + 13}" text-anchor="end">{escape(name)}</text>'
            f'<rect class="bar" x="{NAMES}" y="{y}" width="{value * LENGTH:.1f}" height="16"/>'
            f'<path class="interval" d="M{NAMES + low * LENGTH:.1f} {y + 8}H{NAMES + high * LENGTH:.1f}"/>'
            f'<text x="{NAMES + 8 + max(value, high) * LENGTH:.1f}" y="{y + 13}">{value:.3f}</text>'
        )
    height = ROW * len(rows) + 8
    return f'<svg viewBox="0 0 {NAMES + LENGTH + 50} {height}" role="img">{"".join(parts)}</svg>'


def _axes(across: str, up: str) -> str:
    parts = []
    for tick in TICKS:
        (x, bottom), (_, top) = _at((tick, 0)), _at((tick, 1))
        (left, y), (right, _) = _at((0, tick)), _at((1, tick))
        parts.append(f'<path class="grid" d="M{x:.1f} {bottom:.1f}V{top:.1f}M{left:.1f} {y:.1f}H{right:.1f}"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 14:.1f}" text-anchor="middle">{tick:g}</text>')
        parts.append(f'<text x="{left - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>')
    middle, turned = (LEFT + WIDTH - RIGHT) / 2, (TOP + HEIGHT - BOTTOM) / 2
    parts.append(f'<text x="{middle:.1f}" y="{HEIGHT - 6}" text-anchor="middle">{escape(across)}</text>')
    parts.append(
        f'<text transform="translate(12 {turned:.1f}) rotate(-90)" text-anchor="middle">{escape(up)}</text>'
    )
    return "".join(parts)


def _stepped(points: Sequence[Sequence[float]]) -> list[Sequence[float]]:
    """The points with the corner before each: a curve of counts has no slopes."""
    stepped = list(points[:1])
    for x, y in points[1:]:
        stepped += [(x, stepped[-1][1]), (x, y)]
    return stepped


def _at(point: Sequence[float]) -> tuple[float, float]:
    x, y = point
    return LEFT + x * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - y * (HEIGHT - TOP - BOTTOM)
