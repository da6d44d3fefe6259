// Suggests words while somebody types in a search field, and sends a text that is too long for an address by POST.
"use strict";

for (const input of document.querySelectorAll("input[data-suggest]")) {
  const form = input.form, box = document.createElement("ul");
  let items = [], at = -1, timer = 0, asked = 0;
  input.removeAttribute("maxlength");
  box.id = input.id + "-list";
  box.className = "suggest";
  box.hidden = true;
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", input.dataset.suggestions);
  input.after(box);
  const set = (name, value) => input.setAttribute("aria-" + name, value);
  input.setAttribute("role", "combobox");
  set("autocomplete", "list");
  set("controls", box.id);
  set("expanded", "false");

  const close = () => {
    box.hidden = true;
    at = -1;
    set("expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const move = (to) => {
    if (items[at]) items[at].setAttribute("aria-selected", "false");
    at = (to + items.length + 1) % (items.length + 1);
    if (at === items.length) at = -1;
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    items[at].setAttribute("aria-selected", "true");
    set("activedescendant", items[at].id);
  };
  const take = (item) => {
    input.value = item.textContent + " ";
    asked++;
    close();
  };
  const show = (words) => {
    items = words.map((word, i) => {
      const li = document.createElement("li");
      li.id = box.id + i;
      li.dir = "auto";
      li.textContent = word;
      li.setAttribute("role", "option");
      li.setAttribute("aria-selected", "false");
      li.addEventListener("mousedown", (e) => { e.preventDefault(); take(li); });
      return li;
    });
    box.replaceChildren(...items);
    close();
    if (items.length) {
      box.hidden = false;
      set("expanded", "true");
    }
  };
  const ask = async () => {
    const turn = ++asked, text = input.value;
    if (text.length < 2 || text.length > 100) return show([]);
    try {
      const got = await fetch(input.dataset.suggest + "?q=" + encodeURIComponent(text));
      const words = got.ok ? (await got.json()).data : [];
      if (turn === asked && document.activeElement === input) show(words);
    } catch { close(); }
  };
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 120); });
  input.addEventListener("blur", () => { asked++; close(); });
  input.addEventListener("keydown", (e) => {
    if (e.isComposing || box.hidden) return;
    if (e.key === "ArrowDown") { e.preventDefault(); move(at + 1); }
    else if (e.key === "ArrowUp") { e.preventDefault(); move(at < 0 ? items.length - 1 : at - 1); }
    else if (e.key === "Escape") { e.preventDefault(); close(); }
    else if (e.key === "Enter" && at >= 0) { e.preventDefault(); take(items[at]); }
  });
  form.addEventListener("submit", () => { if (encodeURIComponent(input.value).length > 6000) form.method = "post"; });
}
