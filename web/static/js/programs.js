// Remembers in which language somebody reads programs. Without this script the choice holds for one page.
"use strict";
const kept = "touchstone-code";
const choices = [...document.querySelectorAll(".languages input")];
try {
  const last = choices.find((c) => c.value === localStorage.getItem(kept));
  if (last) last.checked = true;
  for (const choice of choices) choice.addEventListener("change", () => localStorage.setItem(kept, choice.value));
} catch {
  // Storage is switched off: nothing is remembered.
}
