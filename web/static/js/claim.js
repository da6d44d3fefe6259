// Comfort for the work on a claim: what is written is saved as it is written, who else is here is shown, a passage is chosen by
// selecting it, and earlier claims appear as one is typed. Every page works without.
"use strict";

(() => {
  // A link to a field opens what it stands in, and the field takes the focus.
  document.addEventListener("click", (e) => {
    const link = e.target instanceof Element ? e.target.closest("#rulelist a[href^='#']") : null;
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    e.preventDefault();
    for (let d = field.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
    const into = field.matches("fieldset") ? field.querySelector("input:checked, input:not([type=hidden])") || field : field;
    into.focus();
    field.scrollIntoView({ block: "center" });
  });

  const page = document.querySelector("main"), person = document.body.dataset.person;

  // post sends a form and returns the page that answers, parsed by the browser. Nothing of it runs. A session that was renewed in
  // another tab has another form token: the answer holds it, and if the same person is signed in, it is sent once more.
  const post = (url, body, done, again) => {
    const x = new XMLHttpRequest();
    x.open("POST", url);
    x.responseType = "document";
    x.setRequestHeader("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8");
    x.timeout = 20000;
    x.onloadend = () => {
      const answer = x.response, fresh = x.status === 403 && answer && answer.querySelector("[data-resume] input[name=form_token]");
      if (!fresh || again) { done(x.status, answer, false); return; }
      if (answer.body.dataset.person !== person) { done(x.status, null, true); return; }
      for (const e of document.querySelectorAll("input[name=form_token]")) e.value = fresh.value;
      page.dataset.token = fresh.value;
      body.set("form_token", fresh.value);
      post(url, body, done, true);
    };
    x.send(body);
  };
  const swap = (id, answer) => {
    const old = document.getElementById(id), fresh = answer && answer.getElementById(id);
    if (!old || !fresh) return;
    const stops = () => [...old.querySelectorAll("a[href], button, summary, input, textarea")], at = stops().indexOf(document.activeElement);
    old.replaceChildren(...document.importNode(fresh, true).childNodes);
    if (at >= 0 && stops()[at]) stops()[at].focus({ preventScroll: true }); // whoever was there stays there
  };

  // A selection in the text of a page fills in the passage.
  const choose = document.querySelector("[data-choose]");
  if (choose) {
    const quote = document.querySelector("#source-new [data-quote]");
    choose.addEventListener("click", (e) => {
      const link = e.target instanceof Element ? e.target.closest("a[data-quote-all]") : null;
      if (!link || !quote || e.button !== 0 || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
      e.preventDefault();
      quote.value = link.parentElement.querySelector("span").textContent;
      quote.dispatchEvent(new Event("input", { bubbles: true }));
      quote.focus();
    });
    document.addEventListener("selectionchange", () => {
      const s = document.getSelection();
      if (!quote || !s || s.isCollapsed || !s.rangeCount || !choose.contains(s.getRangeAt(0).commonAncestorContainer)) return;
      quote.value = s.toString().trim();
      quote.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  const draft = document.querySelector("form[data-autosave]");
  if (draft) {
    const state = draft.querySelector("[data-state]"), was = draft.querySelector("[data-was]");
    const pause = 1800, longest = 15000;
    let timer = 0, since = 0, busy = false, dirty = false, waiting = false;
    const say = (text, bad) => {
      for (const e of [document.getElementById("saved"), state]) if (e) { e.textContent = text; e.classList.toggle("bad", !!bad); }
    };
    const body = () => {
      const b = new URLSearchParams();
      for (const [name, value] of new FormData(draft)) if (typeof value === "string") b.append(name, value);
      b.append("autosave", "yes");
      return b;
    };
    // value returns what stands in a field, as the server compares it, and put puts it there. Ticked boxes are a list.
    const controls = (name) => [...draft.elements].filter((e) => e.name === name && e.type !== "hidden");
    const value = (name) => {
      const list = controls(name), e = list[0];
      if (!e) return undefined;
      return /^(radio|checkbox)$/.test(e.type) ? list.filter((c) => c.checked).map((c) => c.value).sort().join(" ") : e.value.replace(/\r\n/g, "\n").trim();
    };
    const put = (name, text, first) => {
      for (const e of controls(name)) {
        if (!/^(radio|checkbox)$/.test(e.type)) e[first ? "defaultValue" : "value"] = text;
        else e[first ? "defaultChecked" : "checked"] = e.type === "radio" ? e.value === text : text.split(" ").includes(e.value);
      }
    };
    // later tries again: what was written stays dirty, and is kept in this browser until it is saved.
    const later = (text, after) => {
      dirty = waiting = true;
      clearTimeout(timer);
      timer = setTimeout(save, after);
      say(text, true);
    };
    const save = () => {
      clearTimeout(timer);
      if (busy) return;
      busy = true; dirty = waiting = false; since = 0;
      const sent = {};
      for (const e of draft.elements) if (e.name) sent[e.name] = value(e.name);
      say("Saving…");
      post(draft.action, body(), (status, answer, other) => {
        busy = false;
        const now = answer && answer.getElementById("state");
        if (other) return later("Somebody else is signed in in this browser now. What you wrote is kept in it for you: sign in again, and it is saved.", 20000);
        if (status === 403 || status === 404) return say("Not saved: you may not write this any more. What you wrote is kept in this browser.", true);
        if (!now) return later(status === 401 ? "You are signed out. What you wrote is kept in this browser: sign in in another tab, and it is saved." : "Not saved: no answer. What you wrote is kept in this browser; trying again.", status === 401 ? 20000 : 10000);
        took(answer, now, sent);
        if (dirty) plan();
      });
    };
    // took takes over what the server has now: what others saved, the rules, and the revision to send for approval.
    const took = (answer, now, sent) => {
      for (const id of ["rulelist", "foot", "verdictstate"]) swap(id, answer);
      for (const r of document.querySelectorAll("input[data-revision]")) r.value = now.dataset.revision;
      if (now.dataset.message) { say(now.dataset.message + " What you wrote is kept in this browser.", true); return; }
      const clashes = [...answer.querySelectorAll("[data-clash]")], undecided = new Set(clashes.map((c) => c.dataset.clash));
      for (const f of answer.querySelectorAll("[data-field]")) {
        const name = f.dataset.field, theirs = f.dataset.theirs !== undefined;
        if (undecided.has(name) || value(name) === undefined) continue;
        if (theirs && (value(name) !== sent[name] || controls(name).includes(document.activeElement))) { undecided.add(name); continue; } // under the cursor
        if (theirs) put(name, f.textContent);
        put(name, f.textContent, true);
      }
      // A field that two people changed is not saved over theirs by itself: its old digest stays, until somebody presses Save.
      const old = Object.fromEntries(was.value.split(",").map((p) => p.split(":")));
      was.value = now.dataset.was.split(",").map((p) => { const name = p.split(":")[0]; return undecided.has(name) ? name + ":" + old[name] : p; }).join(",");
      showClashes(clashes);
      const all = !clashes.length && !dirty;
      draft.dispatchEvent(new Event(all ? "touchstone:saved" : "touchstone:kept"));
      if (clashes.length) say("Somebody else changed " + clashes.length + " of these fields too. Look at both above.", true);
      else if (all) say("Saved at " + new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) + ". Nothing is public until somebody else approves exactly this text.");
      if (all && !changedElsewhere()) window.dispatchEvent(new Event("touchstone:sent")); // it may be left
    };
    const changedElsewhere = () => [...document.querySelectorAll("form[data-keep]")].some((f) => f !== draft && [...f.elements].some((e) => e.defaultValue !== undefined && !/^(hidden|radio|checkbox|file)$/.test(e.type) && e.value !== e.defaultValue));
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
    window.addEventListener("focus", () => { if (waiting) save(); });
    if (draft.querySelector("[data-kept]")) plan(); // what was kept in the browser stands here again
    // The explanation as readers will see it.
    const live = draft.querySelector("[data-preview]");
    if (live) {
      let view = 0;
      const render = () => {
        const b = new URLSearchParams({ form_token: page.dataset.token, body: draft.elements.body.value, language: draft.elements.language.value });
        post(live.dataset.preview, b, (status, answer) => { if (status === 200) swap("markdown", answer); });
      };
      live.addEventListener("toggle", () => { if (live.open) render(); });
      draft.elements.body.addEventListener("input", () => { if (live.open) { clearTimeout(view); view = setTimeout(render, 500); } });
    }
  }

  // Who else is here.
  if (page && page.dataset.claim) {
    const here = document.getElementById("here");
    const tell = (left) => {
      const at = document.activeElement && document.activeElement.closest("section[aria-labelledby]");
      const body = new URLSearchParams({ form_token: page.dataset.token, part: at ? at.getAttribute("aria-labelledby") : "" });
      if (left) { body.append("left", "yes"); navigator.sendBeacon(page.dataset.claim + "/here", body); return; }
      fetch(page.dataset.claim + "/here", { method: "POST", body }).then((r) => {
        if (r.status === 403) post(page.dataset.claim + "/here", body, () => {}); // for the fresh token
        return r.ok ? r.json() : null;
      }).then((answer) => {
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
      post(filing.action, body, (status, answer) => {
        if (status !== 200 || text.value.trim() !== words || !answer) return;
        for (const part of [box, document.getElementById("asked")]) if (part && !part.contains(document.activeElement)) swap(part.id, answer);
      });
    };
    text.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 700); });
    filing.elements.claimant_name.addEventListener("change", () => { asked = ""; look(); });
    if (filing.querySelector("[data-kept]")) look();
    filing.elements.language.addEventListener("change", () => { asked = ""; look(); });
  }
})();
