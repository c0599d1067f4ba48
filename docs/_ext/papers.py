"""The papers by name: "paper 3" on any page leads to the page of papers, and each page ends with those that it names.

    {paper} 3       who wrote it, when, and what it contributed
"""
import re

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx import addnodes

from nanoae.papers import PAPERS

MENTION = re.compile(r"\b[Pp]apers? [1-5](?:(?:, | and | to )[1-5])*(?![0-9])")
APART = (nodes.literal, nodes.literal_block, nodes.title, nodes.reference, nodes.math, nodes.math_block,
         addnodes.pending_xref)


class PaperEntry(Directive):
    required_arguments = 1

    def run(self):
        paper = PAPERS[int(self.arguments[0])]
        by = nodes.paragraph()
        by += nodes.Text(", ".join(filter(None, (paper.authors or "No author named", paper.year or "no year"))) + ": ")
        by += nodes.emphasis(text=paper.title)
        by += nodes.Text(".")
        recipes = nodes.paragraph(text="Recipes: ")
        for k, name in enumerate(paper.recipes):
            recipes += [nodes.Text(", " if k else ""), to_document(self.env, f"/recipes/{name}", name)]
        return [by, nodes.paragraph(text=paper.contributed), recipes]

    @property
    def env(self):
        return self.state.document.settings.env


def to_document(env, target, text):
    xref = addnodes.pending_xref("", nodes.inline(text=text), refdomain="std", reftype="doc", reftarget=target,
                                 refexplicit=True, refwarn=True, refdoc=env.docname)
    return xref


def to_paper(env, number, text):
    return addnodes.pending_xref("", nodes.inline(text=text), refdomain="std", reftype="ref",
                                 reftarget=f"paper-{number}", refexplicit=True, refwarn=True, refdoc=env.docname)


def link(app, doctree):
    """Mentions as links; at the page's end, the papers that it names."""
    env = app.env
    if env.docname == "papers":
        return
    seen = set()
    for text in list(doctree.findall(nodes.Text)):
        if any(isinstance(above, APART) for above in ancestors(text)):
            continue
        pieces, at = [], 0
        for mention in MENTION.finditer(text):
            pieces.append(nodes.Text(text[at:mention.start()]))
            for word in re.split(r"((?:[Pp]apers? )?[1-5])", mention[0]):
                number = word[-1:]
                known = number.isdigit() and int(number) in PAPERS
                pieces.append(to_paper(env, number, word) if known else nodes.Text(word))
                seen |= {int(number)} if known else set()
            at = mention.end()
        if pieces:
            text.parent.replace(text, [*pieces, nodes.Text(text[at:])])
    if seen:
        doctree += footer(env, sorted(seen))


def ancestors(node):
    while node.parent is not None:
        node = node.parent
        yield node


def footer(env, numbers):
    box = nodes.container(classes=["papers"])
    for number in numbers:
        line = nodes.paragraph()
        line += [to_paper(env, number, f"Paper {number}"), nodes.Text(f": {PAPERS[number]}.")]
        box += line
    return box


def setup(app):
    app.add_directive("paper", PaperEntry)
    app.connect("doctree-read", link)
    return {"parallel_read_safe": True}
