"""Sphinx: MyST pages, and directives that show and run the engine's own code."""
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE / "_ext")]

project = "nanoae"
author = "the nanoae developers"
copyright = "2026, the nanoae developers"
extensions = ["myst_parser", "sphinx.ext.mathjax", "engine"]
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 2
exclude_patterns = ["_build"]
html_theme = "alabaster"
html_theme_options = {"description": "Backpropagation by hand, proved", "page_width": "1280px",
                      "body_max_width": "none"}
html_static_path = ["_static"]
html_css_files = ["nanoae.css"]
