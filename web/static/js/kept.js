// What is typed into a form and not saved yet is kept in the browser, so that neither a dead connection nor an ended session loses
// it: when its page comes back, so does the text. It is kept for whoever wrote it, and goes away once it is saved. What stands in
// data-secret is never kept.
"use strict";

(() => {
  const store = (() => { try { return window.localStorage; } catch { return null; } })();
  const main = document.querySelector("main"), person = document.body.dataset.person;
  if (!store || !main || !person) return;
  const base = main.dataset.claim || location.pathname, longest = 14 * 864e5, sentKey = "touchstone:sent";
  const keyOf = (form) => "touchstone:" + person + ":" + base + ":" + form.dataset.keep;
  const fields = (form) => [...form.elements].filter((e) => e.name && !e.readOnly && !e.closest("[data-secret]") && !/^(hidden|submit|button|file|password|fieldset)$/.test(e.type));
  const wrong = (form) => !!form.querySelector("[role=alert]");

  // valuesOf returns what stands in the fields by name, or what stood there when the page came; ticked ones as a list.
  const valuesOf = (form, first) => {
    const out = {};
    for (const e of fields(form)) {
      if (/^(checkbox|radio)$/.test(e.type)) {
        out[e.name] ||= [];
        if (first ? e.defaultChecked : e.checked) out[e.name].push(e.value);
      } else if (first && e.options) out[e.name] = ([...e.options].find((o) => o.defaultSelected) || e.options[0] || {}).value;
      else out[e.name] = first ? e.defaultValue : e.value;
    }
    return out;
  };
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const read = (key) => { try { return JSON.parse(store.getItem(key)); } catch { return null; } };
  const write = (key, value) => { try { store.setItem(key, JSON.stringify(value)); } catch { /* it is full: the page itself still has it */ } };

  // A form that came back with what is wrong holds what was typed, and nobody has saved that.
  const remember = (form) => {
    const now = valuesOf(form), first = valuesOf(form, true), kept = {}, from = {};
    for (const name of Object.keys(now)) if (wrong(form) || !same(now[name], first[name])) { kept[name] = now[name]; from[name] = first[name]; }
    if (Object.keys(kept).length) write(keyOf(form), { at: Date.now(), kept, from: wrong(form) ? null : from });
    else store.removeItem(keyOf(form));
  };
  const putBack = (form, kept) => {
    const touched = new Set();
    for (const e of fields(form)) {
      if (kept[e.name] === undefined) continue;
      if (/^(checkbox|radio)$/.test(e.type)) e.checked = kept[e.name].includes(e.value);
      else e.value = kept[e.name];
      touched.add(e);
    }
    for (const e of touched) e.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const button = (text, act) => {
    const b = document.createElement("button");
    b.type = "button";
    b.className = "b";
    b.textContent = text;
    b.addEventListener("click", act);
    return b;
  };

  // What nobody saved over comes back by itself. Where somebody did, the writer decides.
  const bringBack = (form) => {
    const key = keyOf(form), was = read(key);
    if (!was || !was.kept) return;
    const now = valuesOf(form), differs = Object.keys(was.kept).filter((name) => now[name] !== undefined && !same(was.kept[name], now[name]));
    if (!differs.length || Date.now() - was.at > longest) {
      if (!wrong(form)) store.removeItem(key);
      return;
    }
    const box = document.createElement("div"), p = document.createElement("p"), when = new Date(was.at).toLocaleString();
    box.className = "done";
    box.setAttribute("role", "status");
    box.dataset.kept = "";
    const forget = () => { store.removeItem(key); box.remove(); };
    if (was.from && differs.every((name) => same(was.from[name], now[name]))) {
      const before = {};
      for (const name of differs) before[name] = now[name];
      putBack(form, was.kept);
      p.textContent = "What you wrote here on " + when + " was not saved. It stands here again. ";
      box.append(p, button("Take it out again", () => { putBack(form, before); forget(); }));
    } else {
      p.textContent = "What you wrote here on " + when + " was not saved, and what is saved here has changed since. ";
      box.append(p, button("Put mine back", () => { putBack(form, was.kept); box.remove(); }), " ", button("Forget it", forget));
    }
    form.prepend(box);
    for (let d = form.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
  };

  // The page after a form that was sent says so if it was done: what was kept for that form is in the database now.
  const query = new URLSearchParams(location.search);
  const sent = (() => { try { return sessionStorage.getItem(sentKey); } catch { return null; } })();
  const mark = (key) => { try { if (key) sessionStorage.setItem(sentKey, key); else sessionStorage.removeItem(sentKey); } catch { /* then it is offered once more */ } };
  if (sent && (query.has("told") || query.has("find"))) {
    const filed = sent.endsWith(":/newsroom/claims/new:new-claim");
    if (filed || sent.startsWith("touchstone:" + person + ":" + base + ":")) store.removeItem(sent);
    mark("");
  }

  const forms = document.querySelectorAll("form[data-keep]");
  for (const form of forms) {
    bringBack(form);
    let waits = 0;
    form.addEventListener("input", () => { clearTimeout(waits); waits = setTimeout(() => { waits = 0; remember(form); }, 300); });
    form.addEventListener("touchstone:kept", () => { clearTimeout(waits); waits = 0; remember(form); });
    form.addEventListener("touchstone:saved", () => { clearTimeout(waits); waits = 0; store.removeItem(keyOf(form)); });
    const flush = () => { if (waits) { clearTimeout(waits); waits = 0; remember(form); } };
    document.addEventListener("submit", flush);
    window.addEventListener("pagehide", flush);
  }
  document.addEventListener("submit", (e) => { if (forms.length && !e.defaultPrevented) mark(e.target.dataset.keep ? keyOf(e.target) : ""); });
})();
