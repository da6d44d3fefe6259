// Comfort for the work on a claim: what is written is saved as it is written, who else is here is shown, a passage is chosen by
// selecting it, and earlier claims appear as one is typed. Every page works without.
"use strict";

(() => {
  // fetchPage sends a form and returns the page that answers, parsed by the browser. Nothing of it runs.
  const fetchPage = (url, body, done) => {
    const x = new XMLHttpRequest();
    x.open("POST", url);
    x.responseType = "document";
    x.setRequestHeader("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8");
    x.timeout = 20000;
    x.onloadend = () => done(x.status, x.response);
    x.send(body);
  };
  const swap = (id, page) => {
    const old = document.getElementById(id), fresh = page && page.getElementById(id);
    if (old && fresh) old.replaceChildren(...document.importNode(fresh, true).childNodes);
    return fresh;
  };
  const store = (() => { try { return window.localStorage; } catch { return null; } })();

  // What is not saved yet is kept in the browser too, so that neither a dead connection nor an ended session loses it. It goes
  // away once it is saved.
  const keyOf = (form) => "touchstone:" + location.pathname + ":" + form.dataset.keep;
  const texts = (form) => [...form.querySelectorAll("textarea[name], input[type=text][name], input[type=url][name], input:not([type])[name]")].filter((e) => !e.readOnly);
  const remember = (form) => {
    if (!store) return;
    const kept = {};
    for (const e of texts(form)) if (e.value !== e.defaultValue) kept[e.name] = e.value;
    if (Object.keys(kept).length) store.setItem(keyOf(form), JSON.stringify({ at: Date.now(), kept }));
    else store.removeItem(keyOf(form));
  };
  const forget = (form) => { if (store) store.removeItem(keyOf(form)); };
  const offer = (form) => {
    const raw = store && store.getItem(keyOf(form));
    if (!raw) return;
    let was;
    try { was = JSON.parse(raw); } catch { forget(form); return; }
    const differs = texts(form).filter((e) => was.kept[e.name] !== undefined && was.kept[e.name] !== e.value);
    if (!differs.length || Date.now() - was.at > 14 * 864e5) { forget(form); return; }
    const box = document.createElement("div"), p = document.createElement("p"), yes = document.createElement("button"), no = document.createElement("button");
    box.className = "done";
    box.setAttribute("role", "status");
    p.textContent = "What you wrote here on " + new Date(was.at).toLocaleString() + " was not saved. ";
    yes.type = no.type = "button";
    yes.className = no.className = "b";
    yes.textContent = "Put it back";
    no.textContent = "Forget it";
    yes.addEventListener("click", () => {
      for (const e of differs) {
        e.value = was.kept[e.name];
        e.dispatchEvent(new Event("input", { bubbles: true }));
      }
      box.remove();
    });
    no.addEventListener("click", () => { forget(form); box.remove(); });
    box.append(p, yes, " ", no);
    form.prepend(box);
    const closed = form.closest("details");
    if (closed) closed.open = true;
  };
  for (const form of document.querySelectorAll("form[data-keep]")) {
    offer(form);
    let waits = 0;
    form.addEventListener("input", () => { clearTimeout(waits); waits = setTimeout(() => remember(form), 400); });
    form.addEventListener("submit", () => { clearTimeout(waits); remember(form); });
  }
  // A page that says that something was done: what was kept for its form is in the database now.
  if (new URLSearchParams(location.search).has("told")) {
    for (const form of document.querySelectorAll("form[data-keep]")) {
      const raw = store && store.getItem(keyOf(form));
      if (raw && form.dataset.keep !== "draft") forget(form);
    }
  }

  // A selection in the text of a page fills in the passage.
  const choose = document.querySelector("[data-choose]");
  if (choose) {
    const quote = document.querySelector("#source-new [data-quote]");
    document.addEventListener("selectionchange", () => {
      const s = document.getSelection();
      if (!quote || !s || s.isCollapsed || !s.rangeCount || !choose.contains(s.getRangeAt(0).commonAncestorContainer)) return;
      quote.value = s.toString().trim();
      quote.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  const page = document.querySelector("[data-claim]");
  const draft = document.querySelector("form[data-autosave]");
  if (page && draft) {
    const saved = document.getElementById("saved"), state = draft.querySelector("[data-state]"), was = draft.querySelector("[data-was]");
    const pause = 1800, longest = 15000;
    let timer = 0, since = 0, busy = false, again = false, dirty = false;
    const say = (text, bad) => {
      for (const e of [saved, state]) if (e) { e.textContent = text; e.classList.toggle("bad", !!bad); }
    };
    const body = () => {
      const b = new URLSearchParams();
      for (const [name, value] of new FormData(draft)) if (typeof value === "string") b.append(name, value);
      b.append("autosave", "yes");
      return b;
    };
    // valueOf returns what stands in a field, as the server compares it.
    const valueOf = (e) => e.value.replace(/\r\n/g, "\n").trim();
    const save = () => {
      clearTimeout(timer);
      if (busy) { again = true; return; }
      busy = true; dirty = false; since = 0;
      const sent = {};
      for (const e of texts(draft)) sent[e.name] = valueOf(e);
      say("Saving…");
      fetchPage(draft.action, body(), (status, answer) => {
        busy = false;
        const now = answer && answer.getElementById("state");
        if (!now) {
          dirty = true;
          say(status === 401 || status === 403 ? "You are signed out. What you wrote is kept in this browser: sign in in another tab, and save again." : "Not saved: no answer. What you wrote is kept in this browser; trying again.", true);
          if (status !== 401 && status !== 403) timer = setTimeout(save, 10000);
          return;
        }
        const clashes = [...answer.querySelectorAll("[data-clash]")];
        // A field that two people changed is not saved over theirs by itself: its old digest stays, until somebody presses Save.
        const old = Object.fromEntries(was.value.split(",").map((p) => p.split(":")));
        const undecided = new Set(clashes.map((c) => c.dataset.clash));
        was.value = now.dataset.was.split(",").map((p) => { const name = p.split(":")[0]; return undecided.has(name) ? name + ":" + old[name] : p; }).join(",");
        for (const f of answer.querySelectorAll("[data-field]")) {
          const e = draft.elements[f.dataset.field];
          if (!e || e instanceof RadioNodeList || clashes.some((c) => c.dataset.clash === f.dataset.field)) continue;
          if (valueOf(e) === sent[e.name] && sent[e.name] !== f.textContent.trim() && e !== document.activeElement) e.value = f.textContent; // somebody else's
        }
        swap("rulelist", answer);
        const open = answer.getElementById("rulelist"), points = document.getElementById("open");
        if (open && points) points.textContent = open.dataset.open === "0" ? "" : "· " + open.dataset.open + (open.dataset.open === "1" ? " open point" : " open points");
        for (const r of document.querySelectorAll("[data-submits] input[name=revision]")) r.value = now.dataset.revision;
        if (!document.querySelector("[data-submits]") && now.dataset.revision) { location.reload(); return; }
        showClashes(clashes);
        if (now.dataset.message) say(now.dataset.message + " The rest is kept in this browser.", true);
        else if (clashes.length) say("Somebody else changed " + clashes.length + " of these fields too. Look at both above.", true);
        else { forget(draft); say("Saved at " + new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) + ". Nothing is public until somebody else approves exactly this text."); }
        if (again || dirty) { again = false; plan(); }
      });
    };
    const showClashes = (list) => {
      const old = document.getElementById("clashes");
      if (old) old.remove();
      if (!list.length) return;
      const box = document.createElement("div"), p = document.createElement("p");
      box.id = "clashes";
      box.className = "clashes";
      box.setAttribute("role", "alert");
      p.textContent = "Somebody else saved what you were writing too. What they saved is shown here; what you wrote stands in the form. Press Save to keep yours, or copy theirs first. Everything else is saved.";
      box.append(p, ...list.map((c) => document.importNode(c, true)));
      draft.prepend(box);
    };
    const plan = () => {
      dirty = true;
      if (!since) since = Date.now();
      clearTimeout(timer);
      timer = setTimeout(save, Date.now() - since > longest ? 0 : pause);
    };
    draft.addEventListener("input", (e) => { if (!(e.target.closest && e.target.closest(".clashes"))) { say("Writing…"); plan(); } });
    draft.addEventListener("change", plan);
    document.addEventListener("visibilitychange", () => { if (document.hidden && dirty) save(); });
    // Sending for approval sends what is saved: what is still being written is saved first.
    for (const form of document.querySelectorAll("[data-submits]")) {
      form.addEventListener("submit", (e) => {
        if (!dirty && !busy) return;
        e.preventDefault();
        delete form.dataset.sent;
        save();
        const wait = setInterval(() => { if (!busy && !dirty) { clearInterval(wait); form.requestSubmit(); } }, 100);
        setTimeout(() => clearInterval(wait), 15000);
      });
    }

    // The explanation as readers will see it.
    const live = draft.querySelector("[data-preview]");
    if (live) {
      let view = 0;
      const render = () => {
        const b = new URLSearchParams({ form_token: page.dataset.token, body: draft.elements.body.value, language: draft.elements.language.value });
        fetchPage(live.dataset.preview, b, (status, answer) => { if (status === 200) swap("markdown", answer); });
      };
      live.addEventListener("toggle", () => { if (live.open) render(); });
      draft.elements.body.addEventListener("input", () => { if (live.open) { clearTimeout(view); view = setTimeout(render, 500); } });
    }
  }

  // Who else is here.
  if (page) {
    const here = document.getElementById("here");
    const tell = (left) => {
      const at = document.activeElement && document.activeElement.closest("section[aria-labelledby]");
      const body = new URLSearchParams({ form_token: page.dataset.token, part: at ? at.getAttribute("aria-labelledby") : "" });
      if (left) { body.append("left", "yes"); navigator.sendBeacon(page.dataset.claim + "/here", body); return; }
      fetch(page.dataset.claim + "/here", { method: "POST", body }).then((r) => r.ok ? r.json() : null).then((answer) => {
        if (!answer || !here) return;
        const words = answer.here.map((v) => v.name + (v.part ? " (" + v.part + ")" : "")).join(", ");
        const text = words ? words + (answer.here.length > 1 ? " have this open too" : " has this open too") : "";
        if (here.textContent.trim() !== text) here.textContent = text;
      }).catch(() => {});
    };
    tell(false);
    setInterval(() => { if (!document.hidden) tell(false); }, 20000);
    window.addEventListener("pagehide", () => tell(true));
  }

  // Earlier claims appear as one is typed. What somebody said of one stays while it is still like it.
  const filing = document.getElementById("new-claim");
  if (filing) {
    const text = filing.elements.text, box = document.getElementById("near");
    let timer = 0, asked = "";
    const look = () => {
      const words = text.value.trim();
      if (words.length < 12 || words === asked) return;
      asked = words;
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(filing)) if (typeof value === "string") body.append(name, value);
      body.set("step", "look");
      fetchPage(filing.action, body, (status, answer) => {
        if (status !== 200 || text.value.trim() !== words || !answer) return;
        const fresh = answer.getElementById("near");
        if (fresh && !box.contains(document.activeElement)) box.replaceChildren(...document.importNode(fresh, true).childNodes);
      });
    };
    text.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 700); });
    filing.elements.language.addEventListener("change", () => { asked = ""; look(); });
  }
})();
