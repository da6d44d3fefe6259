// Selecting text in an article fills in the passage of the form beside it.
"use strict";

(() => {
  const text = document.getElementById("read");
  const form = document.getElementById("link");
  if (!text || !form) return;
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
    if (!selection || selection.isCollapsed || !selection.rangeCount) return;
    const range = selection.getRangeAt(0);
    if (!text.contains(range.commonAncestorContainer)) return;
    const { words, at } = read(range);
    const trimmed = words.trim();
    if (!trimmed || trimmed === last) return;
    last = trimmed;
    passage.value = trimmed;
    start.value = String(at + bytes(words.slice(0, words.length - words.trimStart().length)));
  });

  // A passage that was changed by hand begins where it is found, not where it was selected.
  passage.addEventListener("input", () => { start.value = ""; });

  // "l" goes from the text to the form.
  document.addEventListener("keydown", (e) => {
    const typing = e.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName);
    if (e.key !== "l" || typing || e.ctrlKey || e.metaKey || e.altKey) return;
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !text.contains(selection.anchorNode)) return;
    e.preventDefault();
    passage.focus();
  });

  for (const choice of form.querySelectorAll("input[name=claim]")) {
    choice.addEventListener("change", () => {
      const extra = document.getElementById("new-claim");
      if (extra) extra.open = choice.checked && choice.value === "new";
    });
  }
})();
