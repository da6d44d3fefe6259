// Comfort for the newsroom. Every page works without it.
"use strict";

// "/" goes to the search field, unless somebody is typing.
document.addEventListener("keydown", (e) => {
  const at = e.target;
  const typing = at instanceof HTMLElement && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName));
  if (e.key !== "/" || typing || e.ctrlKey || e.metaKey || e.altKey) return;
  const find = document.getElementById("find");
  if (find) {
    e.preventDefault();
    find.focus();
  }
});

// A row of links that is wider than a phone shows the one that is open.
for (const here of document.querySelectorAll(".bar nav [aria-current], .ways [aria-current]")) {
  const row = here.parentElement;
  if (row.scrollWidth > row.clientWidth) row.scrollLeft = here.offsetLeft - row.offsetLeft - 40;
}

// A form that was changed is not left by accident.
let touched = false;
document.addEventListener("input", (e) => {
  const form = e.target instanceof Element ? e.target.closest("form[method=post]") : null;
  if (form && form.action.indexOf("/sign-in") < 0 && !form.hasAttribute("data-light")) touched = true;
});
document.addEventListener("submit", () => { touched = false; });
window.addEventListener("touchstone:sent", () => { touched = false; });

// A second tap on a slow connection sends nothing twice; after five seconds it is another try.
document.addEventListener("submit", (e) => {
  const form = e.target;
  if (form.method !== "post" || e.defaultPrevented) return;
  if (form.dataset.sent) {
    e.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => { delete form.dataset.sent; }, 5000);
});
window.addEventListener("beforeunload", (e) => {
  if (touched) e.preventDefault();
});
