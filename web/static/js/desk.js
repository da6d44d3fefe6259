// The list of claims by keyboard, and fresh without moving. Every key works only while a row has the focus.
"use strict";

(() => {
  const form = document.getElementById("desk");
  const told = document.getElementById("moved");

  // Asked every twenty seconds while somebody looks. What moved is shown when they say so, not before.
  if (told && told.dataset.moved) {
    // The numbers at the top change where they stand; the lists below them stay until somebody says so.
    const shown = (e) => parseInt(e.textContent, 10);
    const began = new Map([...document.querySelectorAll("[data-queue]")].map((e) => [e, shown(e)]));
    const count = (queues) => {
      let more = false;
      for (const [e, first] of began) {
        const n = queues[e.dataset.queue];
        if (n === undefined) continue;
        if (n !== shown(e)) e.textContent = n >= 1000 ? "1000+" : String(n);
        e.closest("a").classList.toggle("none", n === 0);
        if (n > 0) e.closest("li").hidden = false;
        more = more || n > first;
      }
      return more;
    };
    let asking = false;
    const ask = async () => {
      if (document.hidden || asking) return;
      asking = true;
      try {
        const answer = await fetch(told.dataset.moved, { headers: { Accept: "application/json" }, redirect: "error" });
        if (!answer.ok) return;
        const { moved, queues } = await answer.json();
        let text = moved > 0 ? `${moved >= 100 ? "100 or more" : moved} ${moved === 1 ? "claim" : "claims"} new or changed. ` : "";
        if (queues && count(queues)) text += "More waits for you. ";
        if (text && told.firstChild && told.firstChild.data === text) return;
        told.replaceChildren();
        if (!text) return;
        const show = document.createElement("a");
        show.href = location.pathname + location.search;
        show.textContent = "Show";
        told.append(text, show);
      } catch { /* offline, or signed out: the list stays as it is */ } finally { asking = false; }
    };
    setInterval(ask, 20000);
    document.addEventListener("visibilitychange", ask);
  }

  if (!form) return;
  const rows = [...form.querySelectorAll("[data-row]")];
  const together = document.getElementById("together");
  const ticked = document.getElementById("ticked");
  const count = () => {
    const n = rows.filter((r) => r.querySelector("input[name=claim]").checked).length;
    ticked.textContent = n ? `(${n})` : "";
  };
  form.addEventListener("change", count);
  count();

  const to = (row) => { if (row) { row.querySelector("[data-open]").focus(); row.scrollIntoView({ block: "nearest" }); } };
  const tick = (row) => { const box = row.querySelector("input[name=claim]"); box.checked = !box.checked; count(); };
  let last = null;
  const reach = (row, id) => {
    const box = row.querySelector("input[name=claim]");
    box.checked = true;
    count();
    last = row;
    together.open = true;
    document.getElementById(id).focus();
  };

  form.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === "Escape" && last && together.contains(e.target)) { to(last); return; }
    const row = e.target.closest("[data-row]");
    if (!row) return;
    const i = rows.indexOf(row);
    const acts = {
      j: () => to(rows[i + 1]), ArrowDown: () => to(rows[i + 1]), k: () => to(rows[i - 1]), ArrowUp: () => to(rows[i - 1]),
      x: () => tick(row), o: () => row.querySelector("[data-open]").click(),
      t: () => { const b = row.querySelector("[data-key=t]"); if (b) b.click(); },
      h: () => { const d = row.querySelector(".judge"); d.open = !d.open; (d.open ? d.querySelector(".b") : row.querySelector("[data-open]")).focus(); },
      a: () => reach(row, "person"), f: () => reach(row, "topic"), d: () => reach(row, "note"),
      m: () => { reach(row, "person"); form.querySelector("button[value=merge]").focus(); },
    };
    const act = acts[e.key];
    if (!act) return;
    e.preventDefault();
    act();
  });
})();
