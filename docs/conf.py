"""Sphinx: MyST pages, and directives that show and run the engine's own code. The site needs no network."""
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE / "_ext")]

project = "nanoae"
author = "the nanoae developers"
copyright = "2026, the nanoae developers"
extensions = ["myst_parser", "sphinxcontrib.katex", "engine", "lessons", "papers", "reference"]
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
myst_heading_anchors = 3
katex_css_path = "katex-math.css"    # its own; formulas are MathML, which needs no style sheet and no fonts
katex_options = 'output: "mathml", throwOnError: true'
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "nanoae"
html_theme_options = {"light_css_variables": {"color-brand-primary": "#0b5d8a", "color-brand-content": "#0b5d8a"},
                      "dark_css_variables": {"color-brand-primary": "#7cc4ea", "color-brand-content": "#7cc4ea"}}
html_static_path = ["_static"]
html_css_files = ["nanoae.css"]
html_js_files = ["reach.js"]
html_copy_source = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
