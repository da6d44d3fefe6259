// Ctrl-K (Cmd-K) goes anywhere; "?" lists the keys. The same is on the page /newsroom/palette, which needs no script.
"use strict";

(() => {
  const link = document.querySelector("a.keys");
  if (!link || typeof HTMLDialogElement === "undefined") return;
  let dialog, input, list, items = [], at = 0, round = 0;

  const make = (tag, attributes, ...children) => {
    const e = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
    e.append(...children);
    return e;
  };

  const choose = (i) => {
    at = items.length ? (i + items.length) % items.length : 0;
    [...list.children].forEach((li, n) => li.setAttribute("aria-selected", String(n === at)));
    if (list.children[at]) {
      input.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };

  const look = async () => {
    const mine = ++round;
    let found;
    try {
      const answer = await fetch("/newsroom/palette/find?q=" + encodeURIComponent(input.value), { redirect: "error" });
      if (!answer.ok) return;
      found = await answer.json();
    } catch { return; }
    if (mine !== round) return;
    items = found.items;
    list.replaceChildren(...items.map((it, n) => {
      const text = make("span", { dir: "auto" }, it.label);
      if (it.lang) text.setAttribute("lang", it.lang);
      const li = make("li", { role: "option", id: "go-" + n, "aria-selected": "false" }, text, make("span", { class: "meta" }, it.hint || ""));
      li.addEventListener("click", () => { location.href = it.url; });
      return li;
    }));
    choose(0);
  };

  const build = () => {
    input = make("input", { type: "search", id: "go", role: "combobox", "aria-expanded": "true", "aria-controls": "golist", "aria-autocomplete": "list", autocomplete: "off", dir: "auto", placeholder: "A page, or words of a claim" });
    const go = make("form", { method: "dialog" }, make("label", { class: "sr", for: "go" }, "Go to"), input);
    list = make("ul", { role: "listbox", id: "golist", "aria-label": "Where to" });
    dialog = make("dialog", { class: "palette", "aria-label": "Go to" }, go, list);
    document.body.append(dialog);
    let wait;
    input.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(look, 120); });
    input.addEventListener("keydown", (e) => {
      if (e.key === "ArrowDown" || e.key === "ArrowUp") { e.preventDefault(); choose(at + (e.key === "ArrowDown" ? 1 : -1)); }
    });
    go.addEventListener("submit", (e) => { e.preventDefault(); if (items[at]) location.href = items[at].url; });
    dialog.addEventListener("click", (e) => { if (e.target === dialog) dialog.close(); });
  };

  const open = () => {
    if (!dialog) build();
    if (dialog.open) { dialog.close(); return; }
    input.value = "";
    dialog.showModal();
    input.focus();
    look();
  };

  let keys;
  const help = async () => {
    if (!keys) {
      let found;
      try { found = await (await fetch("/newsroom/palette/find?q=", { redirect: "error" })).json(); } catch { return; }
      const body = make("tbody", {}, ...found.keys.map((k) => make("tr", {}, make("th", { scope: "row" }, make("kbd", {}, k[0])), make("td", {}, k[1]))));
      keys = make("dialog", { class: "palette", "aria-label": "Keys" }, make("form", { method: "dialog" }, make("button", { class: "b" }, "Close")), make("table", { class: "keystable" }, body));
      document.body.append(keys);
    }
    if (!keys.open) keys.showModal();
  };

  link.addEventListener("click", (e) => { if (e.button === 0 && !(e.ctrlKey || e.metaKey || e.shiftKey)) { e.preventDefault(); open(); } });
  document.addEventListener("keydown", (e) => {
    if ((e.ctrlKey || e.metaKey) && !e.altKey && e.key.toLowerCase() === "k") { e.preventDefault(); open(); return; }
    const typing = e.target instanceof HTMLElement && (e.target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) && e.target.type !== "checkbox");
    if (e.key === "?" && !typing && !e.ctrlKey && !e.metaKey && !e.altKey) { e.preventDefault(); help(); }
  });
})();
