"""The built site in a headless Chromium, at three widths, light and dark: does anything overflow, fetch or hinder?

    python .ci/look_at_site.py docs/_build pictures/ [axe.min.js]

Needs chromium and chromium-driver of the system, and selenium. Writes a picture of each page, width and theme.
"""
import sys
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

PAGES = ("index.html", "layers/conv2d.html", "recipes/mnist-vae.html", "lessons/01_a_gradient_by_hand.html",
         "lessons/02_one_layer_at_a_time.html", "reference/optim.html", "replication.html", "papers.html",
         "own_work.html")
WIDTHS, THEMES = (390, 1280, 1440), ("light", "dark")
WIDER = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
FETCHED = ("return performance.getEntriesByType('resource').map(one => one.name)"
           ".filter(name => !name.startsWith('file:') && !name.startsWith('data:'))")
UNRENDERED = "return document.querySelectorAll('.math').length - document.querySelectorAll('.math math').length"
AXE = """const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ['violations']}).then(found => done(found.violations.map(
    one => `${one.impact}: ${one.id}: ${one.nodes.length} (${one.nodes[0].html.slice(0, 90)})`)))"""


def main():
    site, pictures = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    axe = Path(sys.argv[3]).read_text() if len(sys.argv) > 3 else None
    pictures.mkdir(parents=True, exist_ok=True)
    options, faults = Options(), []
    options.add_argument("--headless=new")
    options.add_argument("--no-sandbox")
    options.add_argument("--allow-file-access-from-files")
    driver = webdriver.Chrome(options, Service("/usr/bin/chromedriver"))
    for page in PAGES:
        for theme in THEMES:
            for width in WIDTHS:
                driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
                    "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
                driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
                    "features": [{"name": "prefers-color-scheme", "value": theme}]})
                driver.get(f"file://{site / page}")
                where = f"{page}, {width}, {theme}"
                for what, script in (("is wider by", WIDER), ("fetches", FETCHED), ("formulas left:", UNRENDERED)):
                    found = driver.execute_script(script)
                    faults += [f"{where}: {what} {found}"] if found else []
                if axe and width != 1280:
                    driver.execute_script(axe)
                    faults += [f"{where}: {one}" for one in driver.execute_async_script(AXE)
                               if one.startswith(("serious", "critical"))]
                driver.save_screenshot(str(pictures / f"{page.replace('/', '-')}-{width}-{theme}.png"))
    driver.quit()
    print(*faults or [f"{len(PAGES)} pages at {len(WIDTHS)} widths in {len(THEMES)} themes: nothing to mend"], sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
