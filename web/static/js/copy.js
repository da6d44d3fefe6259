// Copies a text of the page where a link to it is followed, and says so. Without this script the link leads to the text.
"use strict";
for (const link of document.querySelectorAll("[data-copy]")) {
  const from = document.getElementById(link.dataset.copy);
  const told = document.getElementById("copied");
  const words = link.textContent;
  if (!from || !navigator.clipboard) continue;
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(from.textContent);
    } catch {
      location.hash = new URL(link.href).hash;
      return;
    }
    link.textContent = link.dataset.copied;
    if (told) told.textContent = link.dataset.copied;
    setTimeout(() => { link.textContent = words; if (told) told.textContent = ""; }, 2500);
  });
}
