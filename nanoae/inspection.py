"""What a network looks like from outside: the table people read, and the count of its multiply-adds."""
from html import escape

from .chain import asked


def macs(self, n=1, need_dx=True, need_dw=True):
    """Multiply-adds of one forward of n samples and of the backward with these flags, padding taps included.

    Counts the products of Linear and convolutions (and of Upsample's matrices); elementwise work is left out.
    With need_dx=False, need_dw=False it is the forward alone.
    """
    self.require_built()
    total = sum(leaf.multiply_adds() for leaf in self.leaves)
    for leaf, wants_dx, wants_dw in asked(self, need_dx, need_dw):
        total += leaf.multiply_adds() * (wants_dx + wants_dw)
    return n * total


def rows_of(self):
    """The table of a built network, its head first."""
    rows = [("name", "layer", "output", "parameters", "multiply-adds", "rung"),
            ("", "input", shown(self.in_shape), "", "", "")]
    for path, leaf in self.paths():
        fused = " (fused)" if leaf.fusion.activated_by is not None else ""
        rows.append((path, repr(leaf) + fused, shown(leaf.out_shape), f"{leaf.theta.size:,}",
                     f"{leaf.multiply_adds():,}", served_by(leaf)))
    rows.append(("", "total", "", f"{self.theta.size:,}", f"{sum(leaf.multiply_adds() for leaf in self.leaves):,}", ""))
    return rows


def summary(self):
    """A table as text: each layer's name, print, output shape, parameters, multiply-adds a sample, and its rung."""
    self.require_built()
    rows = rows_of(self)
    widths = [max(len(row[k]) for row in rows) for k in range(6)]
    lines = [rows[0], tuple("-" * width for width in widths), *rows[1:]]
    return "\n".join("  ".join(align(k, cell, widths[k]) for k, cell in enumerate(row)).rstrip() for row in lines)


def as_html(self):
    """The table for notebooks; of a network that is not built, its print."""
    if self.network is None:
        return f"<code>{escape(repr(self))}</code>"
    head, *body = rows_of(self)
    return html_table(head, body, numbers=(3, 4))


def html_table(head, rows, numbers=()):
    """Rows of text as a table; numbers: the columns that stand to the right."""
    def line(cells, tag):
        return "<tr>" + "".join(f'<{tag}{" class=number" if k in numbers else ""}>{escape(str(cell))}</{tag}>'
                                for k, cell in enumerate(cells)) + "</tr>"

    body = "".join(line(cells, "td") for cells in rows)
    return f"<table><thead>{line(head, 'th')}</thead><tbody>{body}</tbody></table>"


def served_by(leaf):
    """The rung that computes a layer: its network's, or the one that that borrows the layer's kernel from."""
    serves = getattr(leaf.kernels, "serves", None)    # rungs that borrow nothing need not say so
    return leaf.backend if serves is None or serves(leaf.operation, getattr(leaf, "geometry", None)) else "numpy"


def align(column, cell, width):
    return cell.rjust(width) if column in (3, 4) else cell.ljust(width)


def shown(shape):
    """(8, 14, 14) as '8 x 14 x 14'."""
    return " x ".join(map(str, shape))
