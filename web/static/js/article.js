// Selecting text in an article, or choosing a quotation of it, fills in the passage of the form beside it; a value that was
// found goes into the form that corrects the article.
"use strict";

(() => {
  const text = document.getElementById("read");
  const form = document.getElementById("link");
  const linking = document.getElementById("linking");

  // Without this, both links load the page with the field filled in, and lose what was typed elsewhere on it.
  document.addEventListener("click", (e) => {
    const whole = e.target instanceof Element && e.button === 0 && !(e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) ? e.target.closest("a[data-quote-all]") : null;
    if (whole && form) {
      const place = new URL(whole.href).searchParams.get("passage").split("-")[0];
      const words = whole.parentElement.cloneNode(true);
      for (const ours of words.querySelectorAll("[data-note]")) ours.remove();
      const field = form.querySelector("textarea[name=passage]");
      e.preventDefault();
      field.value = words.textContent.trim();
      field.dispatchEvent(new Event("input", { bubbles: true }));
      form.querySelector("input[data-start]").value = place;
      linking.open = true;
      field.focus();
      return;
    }
    const link = e.target instanceof Element && e.button === 0 && !(e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) ? e.target.closest("a[data-into], a[data-use]") : null;
    if (!link) return;
    const quote = link.dataset.use === undefined ? null : link.closest("li").querySelector("[data-quote]");
    const field = quote ? form && form.querySelector("textarea[name=passage]") : document.getElementById(link.dataset.into);
    if (!field) return;
    e.preventDefault();
    field.value = quote ? quote.textContent : link.dataset.take;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    if (quote) form.querySelector("input[data-start]").value = link.dataset.use;
    field.closest("details").open = true;
    field.focus();
  });

  // Claims like one that is being written are asked for while somebody types. What is typed beside them is not taken away.
  const near = document.querySelector("[data-near]");
  if (near && form) {
    const words = form.querySelector("[name=text]");
    let wait = 0, asking = null, asked = "";
    const ask = () => {
      const typed = words.value.trim();
      const held = near.contains(document.activeElement) || [...near.querySelectorAll("input")].some((i) => i.type === "radio" ? i.checked : i.value);
      if (typed === asked || held) return;
      asked = typed;
      if (asking) asking.abort();
      const body = new URLSearchParams();
      for (const name of ["form_token", "text", "language"]) body.set(name, form.querySelector(`[name=${name}]`).value);
      // A document that was asked for runs no script and needs no trusted type.
      const question = new XMLHttpRequest();
      question.open("POST", near.dataset.near);
      question.responseType = "document";
      question.onload = () => { if (question.status === 200 && question.response) near.replaceChildren(...question.response.body.childNodes); };
      question.send(body);
      asking = question;
    };
    words.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(ask, 350); });
  }

  // With a suggestion in focus: j and k move, a accepts it, x rejects it.
  const suggesting = document.getElementById("suggesting");
  if (suggesting) {
    const all = [...suggesting.querySelectorAll("[data-suggestion]")];
    for (const keys of suggesting.querySelectorAll(".keys")) keys.hidden = false;
    document.addEventListener("keydown", (e) => {
      if (e.ctrlKey || e.metaKey || e.altKey || !(e.target instanceof Element)) return;
      if (/^(TEXTAREA|SELECT)$/.test(e.target.tagName) || e.target.matches("input:not([type=radio], [type=checkbox])")) return;
      const at = all.indexOf(e.target.closest("[data-suggestion]"));
      const go = { j: at + 1, k: at < 0 ? 0 : at - 1 }[e.key];
      if (go !== undefined) {
        const to = all[Math.min(Math.max(go, 0), all.length - 1)];
        e.preventDefault();
        to.focus({ preventScroll: true });
        to.scrollIntoView({ block: "nearest" });
      } else if (at >= 0 && (e.key === "a" || e.key === "x")) {
        e.preventDefault();
        suggesting.requestSubmit(all[at].querySelector(e.key === "a" ? "[data-accept]" : "[data-reject]"));
      }
    });
  }

  if (!text || !form || !linking) return;
  const jump = document.getElementById("jump");
  const passage = form.querySelector("textarea[name=passage]");
  const start = form.querySelector("input[data-start]");

  // The numbers in the text are ours, not the article's.
  const ours = (node) => node.parentElement.closest("[data-note]");
  const bytes = (s) => new TextEncoder().encode(s).length;

  // read returns the article's own words in a range, and the byte they begin at.
  const read = (range) => {
    let words = "", at = -1;
    for (const p of text.querySelectorAll("p[data-at]")) {
      if (!range.intersectsNode(p)) continue;
      let offset = Number(p.dataset.at), here = "";
      const nodes = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
      for (let n = nodes.nextNode(); n; n = nodes.nextNode()) {
        if (ours(n)) continue;
        if (range.intersectsNode(n)) {
          const from = n === range.startContainer ? range.startOffset : 0;
          const to = n === range.endContainer ? range.endOffset : n.data.length;
          const part = n.data.slice(from, to);
          if (part && at < 0) at = offset + bytes(n.data.slice(0, from));
          here += part;
        }
        offset += bytes(n.data);
      }
      if (here) words += (words ? "\n\n" : "") + here;
    }
    return { words, at };
  };

  // What a person has typed or corrected stays until they select anew.
  let last = "";
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) {
      // A tap on the button ends the selection before it counts as one.
      setTimeout(() => { if (document.getSelection().isCollapsed) jump.hidden = true; }, 400);
      return;
    }
    const range = selection.getRangeAt(0);
    if (!text.contains(range.commonAncestorContainer)) return;
    const { words, at } = read(range);
    const trimmed = words.trim();
    if (!trimmed) return;
    jump.hidden = false;
    linking.open = true;
    if (trimmed === last) return;
    last = trimmed;
    passage.value = trimmed;
    start.value = String(at + bytes(words.slice(0, words.length - words.trimStart().length)));
  });

  // A passage that was changed by hand begins where it is found, not where it was selected.
  passage.addEventListener("input", () => { start.value = ""; });

  const toForm = (e) => {
    e.preventDefault();
    linking.open = true;
    jump.hidden = true;
    passage.focus();
  };
  jump.addEventListener("click", toForm);

  // "l" goes to the form, with what is selected in it.
  document.addEventListener("keydown", (e) => {
    const typing = e.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName);
    if (e.key === "l" && !typing && !e.ctrlKey && !e.metaKey && !e.altKey) toForm(e);
  });

  for (const choice of form.querySelectorAll("input[name=claim]")) {
    choice.addEventListener("change", () => {
      const extra = document.getElementById("new-claim");
      if (extra) extra.open = choice.checked && choice.value === "new";
    });
  }
})();
