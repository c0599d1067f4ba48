// What scrolls sideways can be reached by the keyboard; captions of the navigation say how deep they stand.
function reach() {
    for (const box of document.querySelectorAll("pre, .table-wrapper, .shown, div.math, math[display=block]"))
        if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    for (const caption of document.querySelectorAll("p.caption[role=heading]")) caption.setAttribute("aria-level", "2");
}
addEventListener("load", reach);
addEventListener("resize", reach);
